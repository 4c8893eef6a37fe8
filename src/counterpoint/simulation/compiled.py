"""What the compiled loop is made of: chances, times drawn by a law, the heap of events, and arrays that grow."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from counterpoint.simulation.network import EXPONENTIAL, FIXED, OBSERVED, UNIFORM

in_machine_code = numba.njit(cache=True, nogil=True, error_model="numpy")


@in_machine_code
def chance(seed: Any, item: Any, purpose: Any, times: Any) -> Any:
    """A number from 0 to 1 (neither included) that hangs on nothing but these: Steele, Lea and Flood's SplitMix64
    (*Fast splittable pseudorandom number generators*, OOPSLA 2014), mixed once for each of them."""
    # The seed is mixed before the item joins it: else two seeds would draw the same numbers in another order.
    word = np.uint64(0x2545F4914F6CDD1D)
    for part in (np.uint64(seed), np.uint64(item), np.uint64(purpose), np.uint64(times)):
        word = (word ^ part) + np.uint64(0x9E3779B97F4A7C15)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        word = word ^ (word >> np.uint64(31))
    return (float(word >> np.uint64(11)) + 0.5) / 9007199254740992.0


@in_machine_code
def drawn(kinds: Any, numbers: Any, table: Any, law: Any, seed: Any, item: Any, purpose: Any, times: Any) -> Any:
    """A time by a law."""
    kind = kinds[law, 0]
    mean, spread = numbers[law, 0], numbers[law, 1]
    if kind == FIXED:
        return mean
    u = chance(seed, item, purpose, times)
    if kind == EXPONENTIAL:
        return -mean * math.log(u)
    if kind == UNIFORM:
        return mean + spread * u
    if kind == OBSERVED:
        return table[kinds[law, 1] + int(u * kinds[law, 2])]
    # LOGNORMAL: a normal number of two even ones (Box and Muller 1958)
    v = chance(seed, item, purpose ^ 0x5BD1E995, times)
    return math.exp(mean + spread * math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v))


@in_machine_code
def push(when: Any, order: Any, what: Any, size: Any, time: Any, number: Any, kind: Any, who: Any) -> None:
    """Put an event into the heap, whose arrays have room; events of one time keep the order in which they came."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if when[above] < time or (when[above] == time and order[above] < number):
            break
        when[place], order[place] = when[above], order[above]
        what[place, 0], what[place, 1] = what[above, 0], what[above, 1]
        place = above
    when[place], order[place] = time, number
    what[place, 0], what[place, 1] = kind, who


@in_machine_code
def pop(when: Any, order: Any, what: Any, size: Any) -> None:
    """Take the first event out of the heap; ``size`` is what is left."""
    time, number, kind, who = when[size], order[size], what[size, 0], what[size, 1]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and (
            when[below + 1] < when[below] or (when[below + 1] == when[below] and order[below + 1] < order[below])
        ):
            below += 1
        if time < when[below] or (time == when[below] and number < order[below]):
            break
        when[place], order[place] = when[below], order[below]
        what[place, 0], what[place, 1] = what[below, 0], what[below, 1]
        place = below
    when[place], order[place] = time, number
    what[place, 0], what[place, 1] = kind, who


@in_machine_code
def wider(old: Any, fill: Any) -> Any:
    """An array twice as long, with what was in it first."""
    new = np.full(2 * old.shape[0], fill, dtype=old.dtype)
    new[: old.shape[0]] = old
    return new


@in_machine_code
def more_events(when: Any, order: Any, what: Any) -> Any:
    """The arrays of the heap, twice as long."""
    wide = np.zeros((2 * what.shape[0], 2), np.int64)
    wide[: what.shape[0]] = what
    return wider(when, 0.0), wider(order, 0), wide


@in_machine_code
def more_tokens(
    place: Any, item: Any, rounds: Any, child: Any, began: Any, since: Any, parent: Any, pending: Any, fork: Any,
    member: Any, whose: Any, station_of: Any, link: Any,
) -> Any:  # fmt: skip
    """The arrays of the tokens, twice as long; those that are new are free, each leading to the next."""
    longer = wider(link, 0)
    for one in range(link.shape[0], longer.shape[0]):
        longer[one] = one + 1
    return (
        wider(place, 0), wider(item, 0), wider(rounds, 0), wider(child, 0), wider(began, 0.0), wider(since, 0.0),
        wider(parent, -1), wider(pending, 0), wider(fork, 0), wider(member, 0), wider(whose, 0),
        wider(station_of, 0), longer,
    )  # fmt: skip
