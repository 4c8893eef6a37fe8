"""The event engine: a compiled loop over a heap of events, for one replication of a network.

Compiled by numba, so that state lies in arrays of records (:mod:`counterpoint.simulation.layout`). What the steps do is
written down at :mod:`counterpoint.simulation.steps`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from counterpoint.errors import InvalidInput
from counterpoint.simulation.compiled import (
    begins,
    borrowed,
    chance,
    close_hole,
    drawn,
    ends,
    hours_between,
    in_machine_code,
    mixed,
    next_tick,
    one_of,
    push,
    tick_from,
    within,
)
from counterpoint.simulation.layout import (
    ARRIVE,
    CHANCE,
    COUNTS,
    DELAY,
    DONE,
    EVENTS,
    FORK,
    GOTO,
    JOIN,
    LEAVE,
    MARK,
    MESSAGE,
    PAUSED,
    RETURN,
    SERVE,
    SERVED,
    SPENT,
    STEP,
    TICK,
    TIMES,
    TOKENS,
    WAITED,
    Records,
    State,
    World,
)
from counterpoint.simulation.network import Compiled

ROOM, LEADS = 1024, 1 << 22
"""For how many tokens, and for how many lead times, there is room at first."""
AT_ONCE = 2_000_000
"""So many events are taken before others, such as somebody who wants to stop it, have their turn."""
_ENOUGH, _MORE_LEADS, _AROUND = 0, -1, -2


class Run(NamedTuple):
    """What one replication came to.

    ``lead`` are the lead times of the items that counted, in the order in which they ended, and ``source`` whose they
    are: as many as ended after the warm-up, which are fewer than were asked for if the horizon came first. ``elements``
    has for each element the time waited, the time spent and how often, and ``paused`` the closed hours that passed
    while it was under way, of what came to its end in the time ``span`` that was measured; ``busy`` the hours that each
    station's servers worked in it.
    ``arrived``, ``ended``, ``inside`` and ``withdrawn`` count items of the whole run, so that
    arrived = ended + inside + withdrawn.
    """

    lead: npt.NDArray[np.float64]
    source: npt.NDArray[np.int32]
    elements: npt.NDArray[np.float64]
    busy: npt.NDArray[np.float64]
    span: float
    arrived: int
    ended: int
    inside: int
    withdrawn: int
    paused: npt.NDArray[np.float64]


def run(network: Compiled, items: int, warm: int, seed: int, horizon: float = math.inf) -> Run:
    """One replication: until ``items`` items have ended after the first ``warm``, which are not counted, or until the
    ``horizon``, if that comes first.

    An item that goes round for ever ends, for this, each time it comes to its ``Goto``.

    Raises:
        InvalidInput: no items are asked for, or a warm-up or horizon below 0.
    """
    if items < 1 or warm < 0 or not horizon >= 0:
        raise InvalidInput(f"{items} items after {warm} within {horizon} are no run", hint="at least one item")
    world = network.world
    state = _fresh(world, len(network.elements), min(items, LEADS))
    fixed = len(state.events) - len(state.tokens)
    state.counts["word"] = seed % 2**64
    _begin(world, state, warm)
    while (told := _loop(world, state, items, warm, float(horizon), AT_ONCE)) != _ENOUGH:
        if told == _MORE_LEADS:
            room = min(items, 4 * len(state.lead))
            state = state._replace(lead=_wider(state.lead, room), lead_of=_wider(state.lead_of, room))
        elif told != _AROUND:
            tokens = _more_tokens(state.tokens, 2 * (len(state.tokens) + told))
            state = state._replace(tokens=tokens, events=_wider(state.events, len(tokens) + fixed))
    _end(world, state)
    return _result(state, items, warm)


def _fresh(world: World, elements: int, leads: int) -> State:
    """The state before anything has happened."""
    # Beside those of tokens there are an event for each source or item of it, and one for each server.
    fixed = int(np.maximum(world.sources["items"], 1).sum() + world.desks["servers"].sum())
    return State(
        _more_tokens(np.zeros(0, TOKENS), ROOM),
        np.zeros(ROOM + fixed, EVENTS),
        world.desks.copy(),
        world.sources.copy(),
        np.zeros((elements, 4)),
        np.zeros(leads),
        np.zeros(leads, np.int32),
        np.zeros(1, COUNTS),
    )


def _wider(old: npt.NDArray[Any], room: int) -> npt.NDArray[Any]:
    """An array of so many rows, with what was in it first."""
    new = np.zeros(room, old.dtype)
    new[: len(old)] = old
    return new


def _more_tokens(old: Records, room: int) -> Records:
    """The tokens with room for more; those that are new are free, each leading to the next."""
    new = _wider(old, room)
    new["link"][len(old) :] = np.arange(len(old) + 1, room + 1)
    return new


def _result(state: State, items: int, warm: int) -> Run:
    count = state.counts[0]
    arrived, ended, withdrawn = (int(count[name]) for name in ("arrived", "ended", "withdrawn"))
    told = max(min(ended - warm, items), 0)
    return Run(
        state.lead[:told],
        state.lead_of[:told],
        np.ascontiguousarray(state.elements[:, :PAUSED]),
        state.desks["busy"].copy(),
        float(count["now"] - count["start"]) if count["measured"] else 0.0,
        arrived,
        ended,
        arrived - ended - withdrawn,
        withdrawn,
        state.elements[:, PAUSED].copy(),
    )


@in_machine_code
def _loop(kept: World, changing: State, items: Any, warm: Any, horizon: Any, most: Any) -> Any:
    """Take the first event until it is enough, or more room is needed, or it is time to look around.

    Gives back what it came to: ``_ENOUGH``, ``_MORE_LEADS``, ``_AROUND``, or for how many tokens room is lacking.
    Called again, it goes on where it was.
    """
    world = World(
        borrowed(kept.steps), borrowed(kept.desks), borrowed(kept.laws), borrowed(kept.observed),
        borrowed(kept.calendars), borrowed(kept.hours), borrowed(kept.sources),
    )  # fmt: skip
    state = State(
        borrowed(changing.tokens), borrowed(changing.events), borrowed(changing.desks), borrowed(changing.sources),
        borrowed(changing.elements), borrowed(changing.lead), borrowed(changing.lead_of), borrowed(changing.counts),
    )  # fmt: skip
    tokens, events = state.tokens, state.events
    count = state.counts[0]
    place = _next_ready(state)
    for _event in range(most):
        while place >= 0:
            if count.ended - warm >= state.lead.shape[0] and state.lead.shape[0] < items:
                _ready(state, place)
                return _MORE_LEADS
            lacking = _go_on(world, state, warm, place)
            if lacking > 0:
                _ready(state, place)
                return lacking
            place = _next_ready(state)
        close_hole(events, count)
        if count.ended >= warm + items or count.events == 0:
            return _ENOUGH
        now, kind, who = events[0].when, events[0].kind, events[0].who
        if now > horizon:
            count.now = horizon
            return _ENOUGH
        if kind == ARRIVE and count.tokens == tokens.shape[0]:
            return 1
        count.now = now
        count.hole = 1
        if kind == ARRIVE:
            place = _arrive(world, state, who)
        elif kind == STEP:
            place = _delayed(world, state, who)
        elif kind == SERVED:
            place = _served(world, state, who)
        else:
            state.desks[who].gate = state.desks[who].waiting
            _free(world, state, who)
    if place >= 0:
        _ready(state, place)
    return _AROUND


@in_machine_code
def _begin(world: World, state: State, warm: Any) -> None:
    """The events that everything begins with: the first item of each source, and servers that come."""
    count = state.counts[0]
    count.ready = -1
    count.measured = int(warm == 0)
    # The seed is mixed before the items join it: else two seeds would draw the same numbers in another order.
    count.word = mixed(np.uint64(0x2545F4914F6CDD1D), count.word)
    for number in range(state.desks.shape[0]):
        desk = state.desks[number]
        if desk.away >= 0 or desk.every > 0:
            for _server in range(desk.servers):
                if desk.every > 0:
                    push(state.events, count, tick_from(0.0, desk.every, desk.phase), RETURN, number)
                else:
                    _away(world, state, number)
    for number in range(state.sources.shape[0]):
        source = state.sources[number]
        if source.law >= 0:
            push(state.events, count, drawn(world, source.law, count.word, source.purpose, 0), ARRIVE, number)
        else:
            for _item in range(source.items):
                push(state.events, count, 0.0, ARRIVE, number)


@within
def _away(world: World, state: State, station: Any) -> None:
    """A server goes away, and comes back at an event."""
    count = state.counts[0]
    desk = state.desks[station]
    if desk.every > 0:
        back = next_tick(count.now, desk.every, desk.phase)
    else:
        begin = begins(world, desk.calendar, count.now)
        back = ends(world, desk.calendar, begin, drawn(world, desk.away, count.word, desk.purpose, desk.trips))
        desk.trips += 1
    push(state.events, count, back, RETURN, station)


@within
def _arrive(world: World, state: State, number: Any) -> Any:
    """An item comes, and the next one of its source is on its way; gives back its token."""
    count = state.counts[0]
    source = state.sources[number]
    place = _taken(state)
    token = state.tokens[place]
    token.place = source.start
    token.word = mixed(count.word, source.came)
    token.source, token.rounds, token.nth, token.parent, token.began = number, 0, 0, -1, count.now
    source.came += 1
    count.arrived += 1
    if source.law >= 0:
        gap = drawn(world, source.law, count.word, source.purpose, source.came)
        push(state.events, count, count.now + gap, ARRIVE, number)
    return place


@within
def _taken(state: State) -> Any:
    """A token that was free."""
    count = state.counts[0]
    place = count.free
    count.free = state.tokens[place].link
    count.tokens += 1
    return place


@within
def _given_back(state: State, place: Any) -> None:
    count = state.counts[0]
    # A fork that is late must not find the next item in this one's place.
    state.tokens[place].fork = 0
    state.tokens[place].link = count.free
    count.free = place
    count.tokens -= 1


@within
def _ready(state: State, place: Any) -> None:
    count = state.counts[0]
    state.tokens[place].link = count.ready
    count.ready = place


@within
def _next_ready(state: State) -> Any:
    """One that can go on now, or -1."""
    count = state.counts[0]
    place = count.ready
    if place >= 0:
        count.ready = state.tokens[place].link
    return place


@within
def _delayed(world: World, state: State, place: Any) -> Any:
    """A delay ends; gives back whose."""
    count = state.counts[0]
    token = state.tokens[place]
    step = world.steps[token.place]
    if count.measured:
        told = state.elements[step.element]
        passed = count.now - token.since
        if step.op == TICK:
            told[WAITED] += passed
        else:
            spent = hours_between(world, step.calendar, token.since, count.now)
            told[SPENT] += spent
            told[PAUSED] += passed - spent
        told[TIMES] += 1
    token.place += 1
    return place


@within
def _served(world: World, state: State, place: Any) -> Any:
    """A service ends; the server takes the next. Gives back whose service it was."""
    count = state.counts[0]
    token = state.tokens[place]
    desk = state.desks[token.station]
    if count.measured:
        told = state.elements[world.steps[token.place].element]
        spent = hours_between(world, desk.calendar, token.since, count.now)
        told[SPENT] += spent
        told[PAUSED] += count.now - token.since - spent
        told[TIMES] += 1
        desk.busy += (
            spent if token.since >= count.start else hours_between(world, desk.calendar, count.start, count.now)
        )
    token.place += 1
    _free(world, state, token.station)
    return place


@within
def _free(world: World, state: State, station: Any) -> None:
    """A server of a station is free: it takes the first that waits, goes away or stays."""
    desk = state.desks[station]
    if desk.first >= 0 and (desk.gated == 0 or desk.gate > 0):
        place = desk.first
        desk.first = state.tokens[place].link
        desk.waiting -= 1
        desk.gate -= 1
        _serve(world, state, place)
    elif desk.away >= 0 or desk.every > 0:
        _away(world, state, station)
    else:
        desk.idle += 1


@within
def _serve(world: World, state: State, place: Any) -> None:
    """A service begins: now, or when its station opens."""
    count = state.counts[0]
    token = state.tokens[place]
    desk = state.desks[token.station]
    step = world.steps[token.place]
    begin = begins(world, desk.calendar, count.now)
    if count.measured:
        state.elements[step.element, WAITED] += begin - token.since
    token.since = begin
    length = drawn(world, step.law, token.word, step.purpose, token.rounds)
    push(state.events, count, ends(world, desk.calendar, begin, length), SERVED, place)


@within
def _ask(world: World, state: State, place: Any) -> None:
    """An item comes to a station: it is served, or waits."""
    token = state.tokens[place]
    step = world.steps[token.place]
    station = step.to
    if step.enough > 0:
        station += token.nth % step.count
    elif step.count > 1:
        station += one_of(step.count, token.word, step.purpose, token.rounds)
    token.station = station
    token.since = state.counts[0].now
    desk = state.desks[station]
    if desk.idle > 0:
        desk.idle -= 1
        _serve(world, state, place)
        return
    token.link = -1
    if desk.first >= 0:
        state.tokens[desk.last].link = place
    else:
        desk.first = place
    desk.last = place
    desk.waiting += 1


@within
def _wait(world: World, state: State, place: Any) -> None:
    """An item begins a delay, or waits for a tick."""
    count = state.counts[0]
    token = state.tokens[place]
    step = world.steps[token.place]
    token.since = count.now
    if step.op == DELAY:
        length = drawn(world, step.law, token.word, step.purpose, token.rounds)
        until = ends(world, step.calendar, begins(world, step.calendar, count.now), length)
    else:
        until = tick_from(count.now, step.number, step.other)
    push(state.events, count, until, STEP, place)


@within
def _fork(world: World, state: State, place: Any) -> None:
    """An item becomes several, which go on from the next step; it waits for them at their join."""
    count = state.counts[0]
    token = state.tokens[place]
    step = world.steps[token.place]
    at = token.place + 1
    count.forks += 1
    token.fork, token.pending, token.since = count.forks, step.enough, count.now
    # In each round those of a fork draw anew, however often one of them went round in the round before.
    family = mixed(token.word + step.purpose, token.rounds)
    # The last first, so that the first goes on first.
    for number in range(step.count - 1, -1, -1):
        one = _taken(state)
        child = state.tokens[one]
        child.place, child.source, child.rounds, child.nth, child.began = at, token.source, 0, number, token.began
        child.parent, child.member, child.word = place, token.fork, mixed(family, number)
        _ready(state, one)


@within
def _join(world: World, state: State, place: Any) -> None:
    """One of a fork has come to its join: with the last that is needed, the item goes on."""
    count = state.counts[0]
    above = state.tokens[place].parent
    parent = state.tokens[above]
    mine = parent.fork == state.tokens[place].member and parent.pending > 0
    _given_back(state, place)
    if mine:
        parent.pending -= 1
        if parent.pending == 0:
            step = world.steps[parent.place]
            if step.element >= 0 and count.measured:
                state.elements[step.element, SPENT] += count.now - parent.since
                state.elements[step.element, TIMES] += 1
            parent.place = step.to + 1
            _ready(state, above)


@within
def _ended(state: State, token: Any, warm: Any) -> None:
    """An item has ended."""
    count = state.counts[0]
    number = count.ended - warm
    if 0 <= number < state.lead.shape[0]:
        state.lead[number] = count.now - token.began
        state.lead_of[number] = token.source
    count.ended += 1
    if count.ended == warm:
        count.measured = 1
        count.start = count.now


@within
def _go_on(world: World, state: State, warm: Any, place: Any) -> Any:
    """One that is ready goes on until it must wait, and 0; or as many as there is no room for, if it cannot."""
    count = state.counts[0]
    token = state.tokens[place]
    while True:
        step = world.steps[token.place]
        op = step.op
        if op == FORK and count.tokens + step.count > state.tokens.shape[0]:
            return step.count
        if op == CHANCE:
            if chance(token.word, step.purpose, token.rounds) < step.number:
                token.rounds += step.count
                token.place = step.to
            else:
                token.place += 1
        elif op == MESSAGE or op == MARK:
            if count.measured:
                state.elements[step.element, TIMES] += step.count
            token.place += 1
        elif op == GOTO and step.count == 0:
            token.rounds += 1
            token.place = step.to
        else:
            break
    if op == SERVE:
        _ask(world, state, place)
    elif op == DELAY or op == TICK:
        _wait(world, state, place)
    elif op == DONE:
        _ended(state, token, warm)
        _given_back(state, place)
    elif op == FORK:
        _fork(world, state, place)
    elif op == JOIN:
        _join(world, state, place)
    elif op == GOTO:
        _ended(state, token, warm)
        token.rounds += 1
        token.began = count.now
        token.place = step.to
        _ready(state, place)
    elif op == LEAVE:
        if count.measured:
            state.elements[step.element, TIMES] += 1
        count.withdrawn += 1
        _given_back(state, place)
    return 0


@in_machine_code
def _end(world: World, state: State) -> None:
    """What is still under way has kept its station busy until now."""
    count = state.counts[0]
    if count.measured == 0:
        return
    for number in range(count.events):
        if state.events[number].kind == SERVED:
            token = state.tokens[state.events[number].who]
            desk = state.desks[token.station]
            desk.busy += hours_between(world, desk.calendar, max(token.since, count.start), count.now)
