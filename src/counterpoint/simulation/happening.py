"""What happens at each event of the engine, in machine code: items come, wait, are served, fork, meet and end.

What the steps do is written down at :mod:`counterpoint.simulation.steps`, how all of it lies in memory at
:mod:`counterpoint.simulation.layout`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoint.simulation.compiled import (
    begins,
    chance,
    drawn,
    ends,
    hours_between,
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
    DELAY,
    DONE,
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
    WAITED,
    State,
    World,
)


@within
def begin(world: World, state: State) -> None:
    """The events that everything begins with: the first item of each source, and servers that come."""
    count = state.counts[0]
    count.ready = -1
    count.measured = int(count.warm == 0)
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
def arrive(world: World, state: State, number: Any) -> Any:
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
def ready(state: State, place: Any) -> None:
    count = state.counts[0]
    state.tokens[place].link = count.ready
    count.ready = place


@within
def next_ready(state: State) -> Any:
    """One that can go on now, or -1."""
    count = state.counts[0]
    place = count.ready
    if place >= 0:
        count.ready = state.tokens[place].link
    return place


@within
def delayed(world: World, state: State, place: Any) -> Any:
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
def served(world: World, state: State, place: Any) -> Any:
    """A service ends; the server takes the next. Gives back whose service it was."""
    count = state.counts[0]
    token = state.tokens[place]
    desk = state.desks[token.station]
    if count.measured:
        told = state.elements[world.steps[token.place].element]
        spent = hours_between(world, desk.calendar, token.since, count.now)
        told[WAITED] += token.waited
        told[SPENT] += spent
        told[PAUSED] += count.now - token.since - spent
        told[TIMES] += 1
        desk.busy += (
            spent if token.since >= count.start else hours_between(world, desk.calendar, count.start, count.now)
        )
    token.place += 1
    free(world, state, token.station)
    return place


@within
def free(world: World, state: State, station: Any) -> None:
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
    token.waited = begin - token.since
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
        ready(state, one)


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
            ready(state, above)


@within
def _ended(state: State, token: Any) -> None:
    """An item has ended."""
    count = state.counts[0]
    number = count.ended - count.warm
    if 0 <= number < state.lead.shape[0]:
        state.lead[number] = count.now - token.began
        state.lead_of[number] = token.source
    count.ended += 1
    if count.ended == count.warm:
        count.measured = 1
        count.start = count.now


@within
def go_on(world: World, state: State, place: Any) -> Any:
    """One that is ready goes on until it must wait, and 0; or as many as there is no room for, if it cannot."""
    count = state.counts[0]
    token = state.tokens[place]
    _at_once(world, state, token)
    step = world.steps[token.place]
    op = step.op
    if op == SERVE:
        _ask(world, state, place)
    elif op in (DELAY, TICK):
        _wait(world, state, place)
    elif op == DONE:
        _ended(state, token)
        _given_back(state, place)
    elif op == FORK:
        if count.tokens + step.count > state.tokens.shape[0]:
            return step.count
        _fork(world, state, place)
    elif op == JOIN:
        _join(world, state, place)
    elif op == GOTO:
        _ended(state, token)
        # Who goes round for ever comes anew each time.
        count.arrived += 1
        token.rounds += 1
        token.began = count.now
        token.place = step.to
        ready(state, place)
    elif op == LEAVE:
        if count.measured:
            state.elements[step.element, TIMES] += 1
        count.withdrawn += 1
        _given_back(state, place)
    return 0


@within
def _at_once(world: World, state: State, token: Any) -> None:
    """The steps that take no time and end nothing."""
    while True:
        step = world.steps[token.place]
        if step.op == CHANCE:
            if chance(token.word, step.purpose, token.rounds) < step.number:
                token.rounds += step.count
                token.place = step.to
            else:
                token.place += 1
        elif step.op in (MESSAGE, MARK):
            if state.counts[0].measured:
                state.elements[step.element, TIMES] += step.count
            token.place += 1
        elif step.op == GOTO and step.count == 0:
            token.rounds += 1
            token.place = step.to
        else:
            return


@within
def end(world: World, state: State) -> None:
    """What is still under way has kept its station busy until now."""
    count = state.counts[0]
    if count.measured == 0:
        return
    for number in range(count.events):
        if state.events[number].kind == SERVED:
            token = state.tokens[state.events[number].who]
            desk = state.desks[token.station]
            desk.busy += hours_between(world, desk.calendar, max(token.since, count.start), count.now)
