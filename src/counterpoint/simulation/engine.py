"""The event engine: a compiled loop over a heap of events, for one replication of a network.

Compiled by numba, which needs plain arrays and no objects: so state is in arrays here, and the functions are long. What
they do is written down at :mod:`counterpoint.simulation.network`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from counterpoint.simulation.compiled import chance, drawn, in_machine_code, more_events, more_tokens, pop, push, wider
from counterpoint.simulation.network import (
    CHANCE,
    DELAY,
    DONE,
    FORK,
    GOTO,
    JOIN,
    MARK,
    MESSAGE,
    SERVE,
    TICK,
    Compiled,
)

ARRIVE, STEP, SERVED, RETURN = range(4)
"""The kinds of events: an item comes, a delay ends, a service ends, the servers of a station come back."""
WAITED, SPENT, TIMES = range(3)
"""The columns of what is told of an element: time waited for it, time spent in it, how often."""
ITEMS_MOST = 1 << 40


class Run(NamedTuple):
    """What one replication came to.

    ``lead`` are the lead times of the items that counted, in the order in which they ended, and ``source`` whose they
    are. ``elements`` has for each element the time waited, the time spent and how often, of those items; ``busy`` the
    time that each station's servers were busy within the time ``span`` that was measured. ``arrived``, ``ended`` and
    ``inside`` count items of the whole run, so that arrived = ended + inside.
    """

    lead: npt.NDArray[np.float64]
    source: npt.NDArray[np.int64]
    elements: npt.NDArray[np.float64]
    busy: npt.NDArray[np.float64]
    span: float
    arrived: int
    ended: int
    inside: int


def run(network: Compiled, items: int, warm: int, seed: int) -> Run:
    """One replication: until ``items`` items have ended after the first ``warm``, which are not counted.

    An item that goes round for ever ends, for this, each time it comes to its ``Goto``.
    """
    lead, source, elements, busy, numbers = _loop(*network[:8], len(network.elements), items, warm, np.uint64(seed))
    span, arrived, ended, inside = numbers
    return Run(lead, source, elements, busy, float(span), int(arrived), int(ended), int(inside))


@in_machine_code
def _loop(
    code: Any, numbers: Any, servers: Any, away: Any, kinds: Any, means: Any, table: Any, sources: Any,
    element_count: Any, items: Any, warm: Any, seed: Any,
) -> Any:  # fmt: skip
    stations = servers.shape[0]
    # Tokens: an item, or one of those that it was forked into. Their arrays grow; what is free is a list in `link`.
    room = 64
    place = np.zeros(room, np.int64)
    item = np.zeros(room, np.int64)
    rounds = np.zeros(room, np.int64)
    child = np.zeros(room, np.int64)
    began = np.zeros(room)
    since = np.zeros(room)
    parent = np.full(room, -1, np.int64)
    pending = np.zeros(room, np.int64)
    fork = np.zeros(room, np.int64)
    member = np.zeros(room, np.int64)
    whose = np.zeros(room, np.int64)
    station_of = np.zeros(room, np.int64)
    link = np.arange(1, room + 1)
    free, used, forks = 0, 0, 0
    # Events.
    when = np.zeros(room)
    order = np.zeros(room, np.int64)
    what = np.zeros((room, 2), np.int64)
    size, sequence = 0, 0
    # Stations: who waits is a list in `link` too; a server that is away is not idle.
    idle = servers.copy()
    first = np.full(stations, -1, np.int64)
    last = np.full(stations, -1, np.int64)
    busy = np.zeros(stations)
    trips = np.zeros(stations, np.int64)
    # What is told.
    lead = np.zeros(items)
    lead_of = np.zeros(items, np.int64)
    elements = np.zeros((element_count, 3))
    coming = np.zeros(sources.shape[0], np.int64)
    arrived, ended, start, now = 0, 0, 0.0, 0.0
    ready = np.zeros(256, np.int64)
    waiting = 0
    measured = warm == 0
    for s in range(stations):
        if away[s] >= 0:
            for server in range(servers[s]):
                time = drawn(kinds, means, table, away[s], seed, s, 77, trips[s])
                trips[s] += 1
                if size == when.shape[0]:
                    when, order, what = more_events(when, order, what)
                push(when, order, what, size, time, sequence, RETURN, s)
                size += 1
                sequence += 1
            idle[s] = 0
    for source in range(sources.shape[0]):
        count = sources[source, 2] if sources[source, 1] < 0 else 1
        for number in range(count):
            if size == when.shape[0]:
                when, order, what = more_events(when, order, what)
            time = 0.0
            if sources[source, 1] >= 0:
                time = drawn(kinds, means, table, sources[source, 1], seed, source * ITEMS_MOST, 7, 0)
            push(when, order, what, size, time, sequence, ARRIVE, source)
            size += 1
            sequence += 1
    while ended < warm + items and size > 0:
        now, kind, who = when[0], what[0, 0], what[0, 1]
        size -= 1
        pop(when, order, what, size)
        if size + 4 * stations + 8 > when.shape[0]:
            when, order, what = more_events(when, order, what)
        freed = -1
        if kind == ARRIVE:
            if free == place.shape[0]:
                place, item, rounds, child, began, since, parent, pending, fork, member, whose, station_of, link = (
                    more_tokens(
                        place, item, rounds, child, began, since, parent, pending, fork, member, whose, station_of, link
                    )
                )
            token = free
            free = link[token]
            used += 1
            place[token], item[token] = sources[who, 0], who * ITEMS_MOST + coming[who]
            rounds[token], child[token], parent[token], whose[token] = 0, 0, -1, who
            began[token] = now
            coming[who] += 1
            arrived += 1
            if sources[who, 1] >= 0:
                gap = drawn(kinds, means, table, sources[who, 1], seed, who * ITEMS_MOST + coming[who], 7, 0)
                push(when, order, what, size, now + gap, sequence, ARRIVE, who)
                size += 1
                sequence += 1
            ready[0] = token
            waiting = 1
        elif kind == STEP:
            place[who] += 1
            ready[0] = who
            waiting = 1
        elif kind == SERVED:
            freed = station_of[who]
            if measured:
                element = code[place[who], 5]
                elements[element, SPENT] += now - since[who]
                elements[element, TIMES] += 1
                busy[freed] += now - max(since[who], start)
            place[who] += 1
            ready[0] = who
            waiting = 1
        else:
            freed = who
        if freed >= 0:
            token = first[freed]
            if token >= 0:
                first[freed] = link[token]
                if first[freed] < 0:
                    last[freed] = -1
                at = place[token]
                if measured:
                    elements[code[at, 5], WAITED] += now - since[token]
                since[token] = now
                times = rounds[token] * 1048576 + child[token]
                time = drawn(kinds, means, table, code[at, 2], seed, item[token], code[at, 4], times)
                push(when, order, what, size, now + time, sequence, SERVED, token)
                size += 1
                sequence += 1
            elif away[freed] >= 0:
                time = drawn(kinds, means, table, away[freed], seed, freed, 77, trips[freed])
                trips[freed] += 1
                push(when, order, what, size, now + time, sequence, RETURN, freed)
                size += 1
                sequence += 1
            else:
                idle[freed] += 1
        while waiting > 0:
            waiting -= 1
            token = ready[waiting]
            at = place[token]
            while True:
                op = code[at, 0]
                times = rounds[token] * 1048576 + child[token]
                if op == SERVE:
                    station = code[at, 1]
                    if code[at, 3] > 1:
                        station += int(chance(seed, item[token], code[at, 4] ^ 0x27D4EB2F, times) * code[at, 3])
                    elif code[at, 3] < 0:
                        station += (child[token] - 1) % 64 % -code[at, 3]
                    station_of[token] = station
                    since[token] = now
                    if idle[station] > 0:
                        idle[station] -= 1
                        time = drawn(kinds, means, table, code[at, 2], seed, item[token], code[at, 4], times)
                        push(when, order, what, size, now + time, sequence, SERVED, token)
                        size += 1
                        sequence += 1
                    else:
                        link[token] = -1
                        if last[station] >= 0:
                            link[last[station]] = token
                        else:
                            first[station] = token
                        last[station] = token
                    break
                if op == DELAY or op == TICK:
                    if op == DELAY:
                        time = drawn(kinds, means, table, code[at, 2], seed, item[token], code[at, 4], times)
                        if measured:
                            elements[code[at, 5], SPENT] += time
                    else:
                        period, phase = numbers[at, 0], numbers[at, 1]
                        time = max(phase + math.ceil((now - phase) / period) * period - now, 0.0)
                        if measured:
                            elements[code[at, 5], WAITED] += time
                    if measured:
                        elements[code[at, 5], TIMES] += 1
                    push(when, order, what, size, now + time, sequence, STEP, token)
                    size += 1
                    sequence += 1
                    break
                if op == CHANCE:
                    if chance(seed, item[token], code[at, 4], times) < numbers[at, 0]:
                        rounds[token] += code[at, 2]
                        at = code[at, 1]
                    else:
                        at += 1
                elif op == MESSAGE or op == MARK:
                    if measured:
                        elements[code[at, 5], TIMES] += code[at, 1] if op == MESSAGE else 1
                    at += 1
                elif op == FORK:
                    forks += 1
                    pending[token], fork[token] = code[at, 2], forks
                    place[token] = code[at, 3]
                    if waiting + code[at, 1] > ready.shape[0]:
                        ready = wider(ready, 0)
                    for number in range(code[at, 1]):
                        if free == place.shape[0]:
                            (
                                place,
                                item,
                                rounds,
                                child,
                                began,
                                since,
                                parent,
                                pending,
                                fork,
                                member,
                                whose,
                                station_of,
                                link,
                            ) = more_tokens(
                                place,
                                item,
                                rounds,
                                child,
                                began,
                                since,
                                parent,
                                pending,
                                fork,
                                member,
                                whose,
                                station_of,
                                link,
                            )
                        if size + code[at, 1] + 4 * stations + 8 > when.shape[0]:
                            when, order, what = more_events(when, order, what)
                        one = free
                        free = link[one]
                        place[one], item[one], rounds[one] = at + 1, item[token], rounds[token]
                        child[one] = child[token] * 64 + number + 1
                        parent[one], member[one], whose[one], began[one] = token, forks, whose[token], began[token]
                        ready[waiting] = one
                        waiting += 1
                    break
                elif op == JOIN:
                    above = parent[token]
                    mine = fork[above] == member[token] and pending[above] > 0
                    link[token] = free
                    free = token
                    if mine:
                        pending[above] -= 1
                        if pending[above] == 0:
                            place[above] += 1
                            ready[waiting] = above
                            waiting += 1
                    break
                elif op == GOTO or op == DONE:
                    if op == DONE or code[at, 2] == 1:
                        if ended >= warm and ended < warm + items:
                            lead[ended - warm] = now - began[token]
                            lead_of[ended - warm] = whose[token]
                        ended += 1
                        if ended == warm:
                            measured, start = True, now
                    if op == DONE:
                        # A fork that is late must not find the next item in this one's place.
                        fork[token], pending[token] = 0, 0
                        link[token] = free
                        free = token
                        used -= 1
                        break
                    rounds[token] += 1
                    began[token] = now
                    at = code[at, 1]
            place[token] = at if op not in (FORK, JOIN, DONE) else place[token]
    for one in range(size):
        if what[one, 0] == SERVED and measured:
            token = what[one, 1]
            busy[station_of[token]] += now - max(since[token], start)
    told = np.array([now - start, float(arrived), float(ended), float(used)])
    return lead, lead_of, elements, busy, told
