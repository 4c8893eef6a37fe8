"""The ways that cases take from one activity to the next, with how long it takes, as far as it is known at a moment.

Whether a case is over, nobody can see: its last event may be followed by another. So of the stay in the last state of
every case only the least length is known, and the share of those who never go on is what is left in the end
(:mod:`counterpoint.simulation.calibration.survival`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from counterpoint.simulation.calibration.cases import Cases, Flags, Floats, Indices
from counterpoint.simulation.calibration.survival import Survival, survival, weights
from counterpoint.simulation.laws import Law, observed
from counterpoint.simulation.steps import Chance, Delay, Goto, Label, Step

MOST_STATES = 150
"""Activities that are rarer than so many others are one: *others*."""
MOST_ROUNDS = 3
"""From so many times on, doing it once more is the same as before."""
MOST_AGES = 6
LEAST_OF_AGE = 50
"""An activity is told apart by the age of its cases in so many parts, each of so many events at least."""
MOST_VALUES = 400
OTHERS = "others"
SURE = 0.95
"""A case that has been silent for so long that so many of those in its place never went on counts as over."""
END = "end"
Memory = Literal["none", "rounds", "age"]
"""What a state is beside the activity: how often the case came to it, or how long the case has been under way."""


@dataclass(frozen=True)
class Way:
    """From one state to another: the share of those in the first that take it, how long it took those who did, with the
    share that each stands for, and how many they were."""

    to: int
    share: float
    delays: Floats
    weights: Floats
    n: int

    @property
    def law(self) -> Law:
        """The delays as a law of the engine."""
        return law_of(self.delays, self.weights)


@dataclass(frozen=True)
class Routes:
    """States (``names``: what was done, and how often before), the share of cases that begins in each, how long what is
    done first takes (where its beginning is told), and the ways from each. ``stays`` say how long cases stay silent in
    each state before they go on. ``n`` counts the cases."""

    names: tuple[str, ...]
    activity: tuple[int, ...]
    first: Floats
    opening: Mapping[int, Floats]
    ways: Mapping[int, tuple[Way, ...]]
    stays: Mapping[int, Survival]
    n: int

    def over(self, cases: Cases, states: Indices, moment: float) -> Flags:
        """Which of some cases count as over at a moment: so long after their last event, hardly any went on."""
        last = states[cases.lasts]
        silent = moment - cases.end[cases.lasts]
        left = np.ones(len(last))
        for state, stay in self.stays.items():
            here = last == state
            if here.any():
                left[here] = stay.never / np.maximum(stay.at(silent[here]), 1e-12)
        found: Flags = left >= SURE
        return found


def states_of(cases: Cases, memory: Memory = "none") -> tuple[Indices, tuple[str, ...], tuple[int, ...]]:
    """For each event its state, the names of the states, and the activity of each (-1 for the others).

    By ``rounds`` a state is an activity and how often the case has come to it: once, twice, or more often. By ``age``
    it is an activity and how old the case is, in parts that hold as many events of the activity each.
    """
    counts = np.bincount(cases.activity, minlength=len(cases.activities))
    kept = np.sort(np.argsort(-counts, kind="stable")[:MOST_STATES])
    number = np.full(len(cases.activities), -1, np.int64)
    number[kept] = np.arange(len(kept))
    activity = number[cases.activity]
    part, most = np.zeros(len(activity), np.int64), 1
    if memory == "rounds":
        part, most = np.minimum(_times(cases.case, activity), MOST_ROUNDS - 1), MOST_ROUNDS
    elif memory == "age":
        part, most = _ages(cases, activity), MOST_AGES
    there, states = np.unique((activity + 1) * most + part, return_inverse=True)
    names, activities = [], []
    for one in there.tolist():
        code = one // most - 1
        name = OTHERS if code < 0 else cases.activities[int(kept[code])]
        names.append(name if memory == "none" else f"{name} ({memory} {one % most + 1})")
        activities.append(-1 if code < 0 else int(kept[code]))
    return states.astype(np.int64), tuple(names), tuple(activities)


def routes_of(cases: Cases, moment: float, memory: Memory = "none", since: float = -np.inf) -> Routes:
    """The ways that cases took which began at ``since`` or later, as it is known at a moment after which nothing is
    known. How it goes on after they were last seen, older ones tell."""
    states, names, activities = states_of(cases, memory)
    return _routes(cases, (states, names, activities), moment, since)


def over_at(cases: Cases, moment: float) -> Flags:
    """Which cases count as over at a moment, by what is known of all of them."""
    states, names, activities = states_of(cases)
    return _routes(cases, (states, names, activities), moment, -np.inf).over(cases, states, moment)


def _routes(
    cases: Cases, told: tuple[Indices, tuple[str, ...], tuple[int, ...]], moment: float, since: float
) -> Routes:
    states, names, activities = told
    young = cases.begin >= since
    recent = np.repeat(young, np.diff(np.append(cases.firsts, len(cases.case))))
    going = np.append(cases.case[1:] == cases.case[:-1], False)
    to = np.append(states[1:], 0)
    delay = np.where(going, np.append(cases.end[1:], 0.0) - cases.end, np.maximum(moment - cases.end, 0.0))
    order = np.argsort(states, kind="stable")
    bounds = np.searchsorted(states[order], np.arange(len(names) + 1))
    ways: dict[int, tuple[Way, ...]] = {}
    stays: dict[int, Survival] = {}
    for state in range(len(names)):
        rows = order[bounds[state] : bounds[state + 1]]
        seen = delay[rows], going[rows]
        stays[state] = survival(*seen, recent=recent[rows])
        ways[state] = tuple(_ways(to[rows], *seen, weights(*seen, recent=recent[rows])))
    first = states[cases.firsts[young]]
    took = np.maximum(cases.end[cases.firsts] - cases.begin, 0.0)[young]
    opening = {state: took[first == state] for state in np.unique(first[took > 0]).tolist()}
    shares = np.bincount(first, minlength=len(names)) / max(len(first), 1)
    return Routes(names, activities, shares, opening, _ending(ways, len(first)), stays, len(first))


def _ways(to: Indices, delay: Floats, going: Flags, weight: Floats) -> Iterator[Way]:
    for state in np.unique(to[going]).tolist():
        here = going & (to == state) & (weight > 0)
        share = float(weight[here].sum())
        if share > 0:
            yield Way(state, share, delay[here], weight[here], int(here.sum()))


def _ending(ways: dict[int, tuple[Way, ...]], n: int) -> dict[int, tuple[Way, ...]]:
    """The ways, where each state leads to an end: one that was never seen to end does so once in one more than all."""
    ends = {state for state, each in ways.items() if sum(one.share for one in each) < 1 - 1e-9}
    into: dict[int, list[int]] = {}
    for state, each in ways.items():
        for one in each:
            into.setdefault(one.to, []).append(state)
    ahead = list(ends)
    while ahead:
        for state in into.get(ahead.pop(), []):
            if state not in ends:
                ends.add(state)
                ahead.append(state)
    less = n / (n + 1)
    return {
        state: each if state in ends else tuple(
            Way(one.to, one.share * less, one.delays, one.weights, one.n) for one in each
        )
        for state, each in ways.items()
    }  # fmt: skip


def program(routes: Routes, passing: Callable[[int, Way], Step] | None = None) -> tuple[Step, ...]:
    """The steps that an item follows by these routes; ``passing`` makes the step between two states, which is else the
    delay that was observed."""
    between = passing or (lambda _state, way: Delay(way.law))
    steps: list[Step] = []
    steps += _choice("begin", [(state, share) for state, share in enumerate(routes.first.tolist()) if share > 0])
    for state in range(len(routes.names)):
        if state in routes.opening:
            steps += [Label(f"begin>{state}"), Delay(observed(routes.opening[state].tolist()))]
        else:
            steps.append(Label(f"begin>{state}"))
        each = routes.ways[state]
        steps += [Label(str(state)), *_choice(str(state), [(one.to, one.share) for one in each])]
        for way in each:
            steps += [Label(f"{state}>{way.to}"), between(state, way), Goto(str(way.to), counts=False)]
    return (*steps, Label(END))


def _choice(state: str, shares: list[tuple[int, float]]) -> Iterator[Step]:
    """One of several ways by chance, one after the other; whoever takes none of them is over."""
    left = 1.0
    for to, share in shares:
        probability = min(share / left, 1.0) if left > 0 else 1.0
        # What is left by rounding alone is nothing.
        probability = 1.0 if probability > 1 - 1e-12 else probability
        yield Chance(probability, f"{state}>{to}", again=True, purpose=f"{state}>{to}")
        left -= share
    yield Goto(END, counts=False)


def law_of(values: Floats, weight: Floats | None = None) -> Law:
    """Observed times as a law; many of them, or such that stand for different shares, by their quantiles."""
    even = weight is None or len(values) == 0 or float(np.ptp(weight)) < 1e-12
    if even and len(values) <= MOST_VALUES:
        return observed(values.tolist())
    share = np.ones(len(values)) if weight is None else weight
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(share[order])
    levels = (np.arange(MOST_VALUES) + 0.5) / MOST_VALUES * reached[-1]
    place = np.minimum(np.searchsorted(reached, levels), len(values) - 1)
    return observed(values[order][place].tolist())


def _ages(cases: Cases, activity: Indices) -> Indices:
    """For each event the part of its activity's events, ordered by how old their cases are, that it is in."""
    begin = np.zeros(len(cases.case_names))
    begin[cases.numbers] = cases.begin
    age = cases.end - begin[cases.case]
    found = np.zeros(len(activity), np.int64)
    for one in np.unique(activity).tolist():
        rows = np.flatnonzero(activity == one)
        parts = min(MOST_AGES, len(rows) // LEAST_OF_AGE)
        if parts > 1:
            edges = np.quantile(age[rows], np.arange(1, parts) / parts)
            found[rows] = np.searchsorted(np.unique(edges), age[rows])
    return found


def _times(case: Indices, activity: Indices) -> Indices:
    """How often a case has come to the activity of each event before; staying with it is no coming."""
    comes = np.ones(len(case), bool)
    comes[1:] = (activity[1:] != activity[:-1]) | (case[1:] != case[:-1])
    order = np.lexsort((np.arange(len(case)), activity, case))
    came = comes[order].astype(np.int64)
    total = np.cumsum(came)
    starts = np.ones(len(case), bool)
    starts[1:] = (case[order][1:] != case[order][:-1]) | (activity[order][1:] != activity[order][:-1])
    before = total[starts] - came[starts]
    found = np.empty(len(case), np.int64)
    found[order] = total - before[np.cumsum(starts) - 1] - 1
    return found
