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
from counterpoint.simulation import compiled, happening, laws, layout
from counterpoint.simulation.compiled import borrowed, close_hole, fingerprint, kept_machine_code, within
from counterpoint.simulation.happening import arrive, begin, delayed, end, free, go_on, next_ready, ready, served
from counterpoint.simulation.layout import ARRIVE, COUNTS, EVENTS, PAUSED, SERVED, STEP, TOKENS, Records, State, World
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

    An item that goes round for ever ends, for this, each time it comes to its ``Goto``, and arrives anew.

    Raises:
        InvalidInput: no items are asked for, or a warm-up or horizon below 0.
    """
    if items < 1 or warm < 0 or not horizon >= 0:
        raise InvalidInput(f"{items} items after {warm} within {horizon} are no run", hint="at least one item")
    world = network.world
    state = _fresh(world, len(network.elements), min(items, LEADS))
    fixed = len(state.events) - len(state.tokens)
    asked = {"word": seed % 2**64, "items": items, "warm": warm, "horizon": horizon}
    for name, value in asked.items():
        state.counts[name] = value
    _begin(world, state)
    while (told := _loop(world, state, AT_ONCE)) != _ENOUGH:
        if told == _MORE_LEADS:
            room = min(items, 4 * len(state.lead))
            state = state._replace(lead=_wider(state.lead, room), lead_of=_wider(state.lead_of, room))
        elif told != _AROUND:
            tokens = _more_tokens(state.tokens, 2 * (len(state.tokens) + told))
            state = state._replace(tokens=tokens, events=_wider(state.events, len(tokens) + fixed))
    _end(world, state)
    return _result(state)


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


def _result(state: State) -> Run:
    count = state.counts[0]
    arrived, ended, withdrawn = (int(count[name]) for name in ("arrived", "ended", "withdrawn"))
    told = max(min(ended - int(count["warm"]), int(count["items"])), 0)
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


@within
def _events(kept: World, changing: State, most: Any) -> Any:
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
    place = next_ready(state)
    for _event in range(most):
        while place >= 0:
            if count.ended - count.warm >= state.lead.shape[0] and state.lead.shape[0] < count.items:
                ready(state, place)
                return _MORE_LEADS
            lacking = go_on(world, state, place)
            if lacking > 0:
                ready(state, place)
                return lacking
            place = next_ready(state)
        close_hole(events, count)
        if count.ended >= count.warm + count.items or count.events == 0:
            return _ENOUGH
        now, kind, who = events[0].when, events[0].kind, events[0].who
        if now > count.horizon:
            count.now = count.horizon
            return _ENOUGH
        if kind == ARRIVE and count.tokens == tokens.shape[0]:
            return 1
        count.now = now
        count.hole = 1
        if kind == ARRIVE:
            place = arrive(world, state, who)
        elif kind == STEP:
            place = delayed(world, state, who)
        elif kind == SERVED:
            place = served(world, state, who)
        else:
            state.desks[who].gate = state.desks[who].waiting
            free(world, state, who)
    if place >= 0:
        ready(state, place)
    return _AROUND


def _entrances(made_of: str) -> tuple[Any, Any, Any]:
    """The functions that are called from outside. What is compiled is kept for the next time, and numba asks only
    whether the function itself has changed and what is around it: so what it is ``made_of`` is put around it."""

    def beginning(world: World, state: State) -> None:
        _ = made_of
        begin(world, state)

    def loop(world: World, state: State, most: Any) -> Any:
        _ = made_of
        return _events(world, state, most)

    def ending(world: World, state: State) -> None:
        _ = made_of
        end(world, state)

    return kept_machine_code(beginning), kept_machine_code(loop), kept_machine_code(ending)


_begin, _loop, _end = _entrances(fingerprint(laws, layout, compiled, happening))
