"""What the compiled loop is made of: chances, times drawn by a law, working hours, the heap of events, and growing."""

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import blake2b
from types import ModuleType
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core.cgutils import get_null_value
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from counterpoint.simulation.laws import EXPONENTIAL, FIXED, OBSERVED, UNIFORM
from counterpoint.simulation.layout import World

_HOW: Any = {"nogil": True, "error_model": "numpy"}
_F = TypeVar("_F", bound=Callable[..., Any])
within: Callable[[_F], _F] = numba.njit(forceinline=True, **_HOW)
"""Machine code that is set into whoever calls it: no array is handed over then, which would be counted."""


def kept_machine_code(function: Callable[..., Any]) -> Any:
    """Machine code of a function that is called from outside, kept for the next time, if there is anywhere to."""
    try:
        return numba.njit(cache=True, **_HOW)(function)
    except RuntimeError:
        # There is no folder to write to, neither beside the code nor the user's own.
        return numba.njit(**_HOW)(function)


def fingerprint(*modules: ModuleType) -> str:
    """What the functions in machine code and the constants of modules are made of."""
    digest = blake2b()
    for module in modules:
        for name, one in sorted(vars(module).items()):
            code = getattr(getattr(one, "py_func", None), "__code__", None)
            if code is not None:
                digest.update(repr((name, code.co_code, code.co_consts, code.co_names)).encode())
            elif isinstance(one, int | float | np.generic | np.dtype):
                digest.update(repr((name, one)).encode())
    return digest.hexdigest()


GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_THIRTY, _TWENTYSEVEN, _THIRTYONE, _ELEVEN = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_ANGLE, _WHICH = np.uint64(0x27D4EB2F165667C5), np.uint64(0xD6E8FEB86659FD93)
_struct: Any = make_array
_nothing: Any = get_null_value


def _borrowed(_: Any, array: Any) -> Any:
    def write(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        one = _struct(array)(context, builder, arguments[0])
        one.meminfo, one.parent = _nothing(one.meminfo.type), _nothing(one.parent.type)
        return one._getvalue()

    return array(array), write


borrowed: Any = intrinsic(_borrowed)
"""The same array without ownership, which the caller keeps meanwhile: else numba counts at every use who owns it, which
takes ten times as long as what the use is for."""


@within
def mixed(word: Any, number: Any) -> Any:
    """The ``number``-th word of the sequence that begins at a word: Steele, Lea and Flood's SplitMix64 (*Fast
    splittable pseudorandom number generators*, OOPSLA 2014)."""
    word += (np.uint64(number) + np.uint64(1)) * GOLDEN
    word = (word ^ (word >> _THIRTY)) * _FIRST
    word = (word ^ (word >> _TWENTYSEVEN)) * _SECOND
    return word ^ (word >> _THIRTYONE)


@within
def chance(word: Any, purpose: Any, times: Any) -> Any:
    """A number from 0 to 1 (neither included) that hangs on nothing but these. The word of an item is mixed from the
    seed and its number, so that neither two seeds nor two items share a sequence."""
    return (np.int64(mixed(word + purpose, times) >> _ELEVEN) + 0.5) * (1.0 / 9007199254740992.0)


@within
def drawn(world: World, law: Any, word: Any, purpose: Any, times: Any) -> Any:
    """A time by a law."""
    one = world.laws[law]
    if one.kind == FIXED:
        return one.mean
    u = chance(word, purpose, times)
    if one.kind == EXPONENTIAL:
        return -one.mean * math.log(u)
    if one.kind == UNIFORM:
        return one.mean + one.spread * u
    if one.kind == OBSERVED:
        return world.observed[one.first + int(u * one.count)]
    # LOGNORMAL: a normal number of two even ones (Box and Muller 1958)
    v = chance(word, purpose ^ _ANGLE, times)
    return math.exp(one.mean + one.spread * math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v))


@within
def one_of(count: Any, word: Any, purpose: Any, times: Any) -> Any:
    """One of so many, all alike."""
    return int(chance(word, purpose ^ _WHICH, times) * count)


@within
def opening(world: World, calendar: Any, time: Any) -> Any:
    """The first moment from a time on that is within working hours: the time itself, if it is."""
    one = world.calendars[calendar]
    base = math.floor(time / one.period) * one.period
    for row in range(one.first, one.first + one.count):
        if time - base < world.hours[row, 1]:
            return max(time, base + world.hours[row, 0])
    return base + one.period + world.hours[one.first, 0]


@within
def worked(world: World, calendar: Any, begin: Any, length: Any) -> Any:
    """When so many working hours have passed since a moment that is within them: at the end of a day, not at the
    beginning of the next, where it comes out even."""
    one = world.calendars[calendar]
    base = math.floor(begin / one.period) * one.period
    row = one.first
    while row + 1 < one.first + one.count and begin - base >= world.hours[row, 1]:
        row += 1
    room = max(world.hours[row, 1] - (begin - base), 0.0)
    if length <= room:
        return begin + length
    left = length - room
    periods = max(math.ceil(left / one.total) - 1, 0)
    base += periods * one.period
    left -= periods * one.total
    while True:
        row += 1
        if row == one.first + one.count:
            row = one.first
            base += one.period
        room = world.hours[row, 1] - world.hours[row, 0]
        if left <= room:
            return base + world.hours[row, 0] + left
        left -= room


@within
def hours_until(world: World, calendar: Any, time: Any) -> Any:
    """How many working hours have passed from 0 to a time."""
    one = world.calendars[calendar]
    periods = math.floor(time / one.period)
    rest = time - periods * one.period
    total = periods * one.total
    for row in range(one.first, one.first + one.count):
        total += max(min(rest, world.hours[row, 1]) - world.hours[row, 0], 0.0)
    return total


@within
def begins(world: World, calendar: Any, time: Any) -> Any:
    """When what could begin at a time begins."""
    return time if calendar < 0 else opening(world, calendar, time)


@within
def ends(world: World, calendar: Any, begin: Any, length: Any) -> Any:
    """When what begins within working hours and takes so long ends."""
    return begin + length if calendar < 0 else worked(world, calendar, begin, length)


@within
def hours_between(world: World, calendar: Any, begin: Any, end: Any) -> Any:
    """How many working hours there are between two times; none, if the second is before the first."""
    if end <= begin:
        return 0.0
    if calendar < 0:
        return end - begin
    return hours_until(world, calendar, end) - hours_until(world, calendar, begin)


@within
def next_tick(time: Any, period: Any, phase: Any) -> Any:
    """The first time after a time that comes round every period."""
    tick = phase + (math.floor((time - phase) / period) + 1.0) * period
    return tick if tick > time else tick + period


@within
def tick_from(time: Any, period: Any, phase: Any) -> Any:
    """The first time from a time on that comes round every period."""
    return max(phase + math.ceil((time - phase) / period) * period, time)


@within
def push(events: Any, count: Any, when: Any, kind: Any, who: Any) -> None:
    """Put an event into the heap, which has room, where the event that happens now is taken out of it if that has not
    been done; events of one time keep the order in which they came."""
    if count.hole:
        count.hole = 0
        place = _hole_for(events, count.events, when)
    else:
        place = count.events
        count.events += 1
        while place > 0:
            above = (place - 1) >> 1
            # A later event of the same time never goes before an earlier one.
            if events[above].when <= when:
                break
            events[place] = events[above]
            place = above
    one = events[place]
    one.when = when
    one.order = count.sequence
    one.kind = kind
    one.who = who
    count.sequence += 1


@within
def _hole_for(events: Any, size: Any, when: Any) -> Any:
    """Where an event of this time, later than all others of it, goes if the first is taken out."""
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            return place
        if below + 1 < size and _before(events[below + 1], events[below]):
            below += 1
        if when < events[below].when:
            return place
        events[place] = events[below]
        place = below


@within
def _before(one: Any, other: Any) -> Any:
    return one.when < other.when or (one.when == other.when and one.order < other.order)


@within
def close_hole(events: Any, count: Any) -> None:
    """Take the first event out of the heap, if no other has taken its place."""
    if count.hole == 0:
        return
    count.hole = 0
    count.events -= 1
    size = count.events
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and _before(events[below + 1], events[below]):
            below += 1
        if _before(events[size], events[below]):
            break
        events[place] = events[below]
        place = below
    events[place] = events[size]
