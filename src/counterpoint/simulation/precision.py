"""Replications until an estimate is precise enough, and the interval that they give it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import stats

from counterpoint.simulation.engine import Run, run
from counterpoint.simulation.network import Compiled

Statistic: TypeAlias = Callable[[Run], float]
Mapped: TypeAlias = Callable[[Callable[[int], Run], Sequence[int]], Iterable[Run]]
"""How replications are carried out: ``map``, or the map of a pool. The result is the same with any."""
LEAST = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with the two ends of its interval; ``precise`` says whether it is as narrow as asked."""

    value: float
    low: float
    high: float
    replications: int
    precise: bool

    @property
    def half_width(self) -> float:
        """Half of the interval, as a share of the value."""
        return float("inf") if self.value == 0 else (self.high - self.low) / 2 / abs(self.value)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated: items in a replication after ``warm`` that do not count, and at most so many replications;
    until half the interval is at most ``precision`` of the value, at a ``level`` of confidence."""

    items: int = 20_000
    warm: int = 2_000
    most: int = 200
    precision: float = 0.01
    level: float = 0.95
    together: int = 4
    """How many replications are begun at once."""


def mean_lead(one: Run) -> float:
    """The mean lead time."""
    return float(one.lead.mean())


def replications(network: Compiled, effort: Effort, seed: int, mapped: Mapped = map) -> Iterator[Run]:
    """Replications without end; the n-th is the same whatever carries it out."""
    at = 0
    while True:
        seeds = [seed * 1_000_003 + number for number in range(at, at + effort.together)]
        yield from mapped(lambda one: run(network, effort.items, effort.warm, one), seeds)
        at += effort.together


def estimated(
    network: Compiled, effort: Effort, seed: int, statistic: Statistic = mean_lead, mapped: Mapped = map
) -> Estimate:
    """The mean of a statistic over replications, as many as its precision needs, with Student's interval.

    Source: the method of independent replications (A. M. Law, *Simulation Modeling and Analysis*, chapter 9). The rule
    looks at the interval after every few replications, which makes it a little narrower than it should be.
    """
    values: list[float] = []
    for one in replications(network, effort, seed, mapped):
        values.append(statistic(one))
        if len(values) < LEAST or len(values) % effort.together:
            continue
        found = interval(values, effort.level)
        precise = found.half_width <= effort.precision
        if precise or len(values) >= effort.most:
            return Estimate(found.value, found.low, found.high, len(values), precise)
    raise AssertionError("replications have no end")


def interval(values: Sequence[float], level: float = 0.95) -> Estimate:
    """Mean and Student's interval of independent values."""
    mean = float(np.mean(values))
    half = float(stats.t.ppf((1 + level) / 2, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return Estimate(mean, mean - half, mean + half, len(values), True)
