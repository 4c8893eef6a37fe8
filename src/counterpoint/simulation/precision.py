"""Replications until an estimate is precise enough, and the interval that they give it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import stats

from counterpoint.errors import InvalidInput
from counterpoint.simulation.engine import Run, run
from counterpoint.simulation.network import Compiled

Statistic: TypeAlias = Callable[[Run], float]
Mapped: TypeAlias = Callable[[Callable[[int], Run], Sequence[int]], Iterable[Run]]
"""How replications are carried out: ``map``, or the map of a pool. The result is the same with any."""
Floats: TypeAlias = npt.NDArray[np.float64]
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


def seed_of(seed: int, number: int) -> int:
    """Which chances a replication meets: the same for all that are compared."""
    return seed * 1_000_003 + number


def replications(network: Compiled, effort: Effort, seed: int, mapped: Mapped = map) -> Iterator[Run]:
    """Replications without end; the n-th is the same whatever carries it out."""
    at = 0
    while True:
        seeds = [seed_of(seed, number) for number in range(at, at + effort.together)]
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
        if not _look(len(values), effort):
            continue
        found = interval(values, effort.level)
        precise = found.half_width <= effort.precision
        if precise or len(values) >= effort.most:
            return replace(found, precise=precise)
    raise AssertionError("replications have no end")


@dataclass(frozen=True, slots=True)
class Paired:
    """Variants on the same chances: what each came to, and how much more each but the first is than the first."""

    values: tuple[Estimate, ...]
    differences: tuple[Estimate, ...]


def paired(
    networks: Sequence[Compiled],
    effort: Effort,
    seed: int,
    statistic: Statistic | Sequence[Statistic] = mean_lead,
    *,
    within: float = 0.0,
    mapped: Mapped = map,
) -> Paired:
    """Differences from the first variant, replication by replication, each pair of which meets the same chances; with
    Student's intervals.

    Replications go on until half the interval of every difference is at most ``effort.precision`` of it, or at most
    ``within`` (in the unit of the statistic), which also ends where there is no difference; or until ``effort.most``.
    A statistic may be given for each network, since its elements may lie in other rows.

    Source: paired-t intervals with common random numbers (A. M. Law, *Simulation Modeling and Analysis*, sections 10.2
    and 11.2).

    Raises:
        InvalidInput: there are not two networks, or not a statistic for each.
    """
    statistics = [statistic] * len(networks) if callable(statistic) else list(statistic)
    if len(networks) < 2 or len(statistics) != len(networks):
        raise InvalidInput(
            f"{len(networks)} networks and {len(statistics)} statistics cannot be compared",
            hint="two networks or more, and one statistic for all or one for each",
        )
    runs = [replications(network, effort, seed, mapped) for network in networks]
    rows: list[list[float]] = []
    for together in zip(*runs, strict=True):
        rows.append([figure(one) for figure, one in zip(statistics, together, strict=True)])
        if not _look(len(rows), effort):
            continue
        values = np.array(rows).T
        differences = [interval(one - values[0], effort.level) for one in values[1:]]
        precise = [(one.high - one.low) / 2 <= max(effort.precision * abs(one.value), within) for one in differences]
        if all(precise) or len(rows) >= effort.most:
            return Paired(
                tuple(interval(one, effort.level) for one in values),
                tuple(replace(one, precise=enough) for one, enough in zip(differences, precise, strict=True)),
            )
    raise AssertionError("replications have no end")


def _look(done: int, effort: Effort) -> bool:
    """Is it time to see whether it is precise enough?"""
    return done >= LEAST and (done % effort.together == 0 or done >= effort.most)


def interval(values: Sequence[float] | Floats, level: float = 0.95) -> Estimate:
    """Mean and Student's interval of independent values.

    Raises:
        InvalidInput: there are fewer than two.
    """
    if len(values) < 2:
        raise InvalidInput(f"an interval needs at least two values, and there is {len(values)}")
    mean = float(np.mean(values))
    half = float(stats.t.ppf((1 + level) / 2, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return Estimate(mean, mean - half, mean + half, len(values), True)


def batch_means(values: Sequence[float] | Floats, batches: int = 20, level: float = 0.95) -> Estimate:
    """The mean of one long run, whose values hang together, with Student's interval over the means of batches.

    A rest that fills no batch is left out, at the beginning. ``precise`` is whether the batches are long enough: where
    the means of neighbours still resemble each other (von Neumann's ratio, one-sided at 5 %), the interval is too
    narrow, and a longer run or fewer batches are needed. ``replications`` are the batches.

    Source: B. Schmeiser, *Batch size effects in the analysis of simulation output*, Operations Research 30 (1982), who
    finds 10 to 30 batches enough; the test in G. S. Fishman, *Grouping observations in digital simulation*, Management
    Science 24 (1978).

    Raises:
        InvalidInput: fewer than three batches, or fewer than two values in each.
    """
    size = len(values) // max(batches, 1)
    if batches < 3 or size < 2:
        raise InvalidInput(
            f"{len(values)} values make no {batches} batches", hint="at least three, and two values in each"
        )
    means = np.asarray(values, dtype=float)[len(values) - batches * size :].reshape(batches, size).mean(axis=1)
    found = interval(means, level)
    around = means - means.mean()
    total = float(np.sum(around**2))
    if total == 0:
        return found
    alike = 1 - float(np.sum(np.diff(means) ** 2)) / (2 * total)
    usual = float(np.sqrt((batches - 2) / (batches**2 - 1)))
    return replace(found, precise=bool(alike <= stats.norm.ppf(0.95) * usual))
