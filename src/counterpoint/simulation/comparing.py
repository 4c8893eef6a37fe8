"""Variants side by side on the same chances: each figure with its interval, and each difference with its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from counterpoint.errors import InvalidInput
from counterpoint.simulation.building import built
from counterpoint.simulation.engine import run
from counterpoint.simulation.network import compiled
from counterpoint.simulation.organisation import Organisation
from counterpoint.simulation.outcome import Outcome, reading
from counterpoint.simulation.precision import Estimate, interval, seed_of
from counterpoint.simulation.rates import loads
from counterpoint.simulation.variant import Variant, varied

Task: TypeAlias = tuple[int, int]
"""Which variant, and which replication."""
Mapped: TypeAlias = Callable[[Callable[[Task], Outcome], Sequence[Task]], Iterable[Outcome]]
"""How replications are carried out: ``map``, or the map of a pool. The result is the same with any."""
Told: TypeAlias = Callable[[int, int], None]
"""Told how many replications are done, and how many there will be at most."""
Statistic: TypeAlias = Callable[[Outcome], float]
FULL = 0.995
"""From this share of its capacity on the queue of a station is taken to grow without end."""
LEAST = 8
MOST_WAITING = 5_000_000
"""So many items may wait at the end of a replication: there is no room for more."""


def nobody(_done: int, _most: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated: in a replication the items that come in so many ``weeks`` (between ``least`` and ``most``
    items) after the first ``warm`` of them, which do not count; so many ``replications`` at most, fewer where half the
    interval of the cost is within ``precision`` of it before; at a ``level`` of confidence."""

    weeks: float = 104
    least: int = 1_000
    most: int = 20_000
    warm: float = 0.3
    replications: int = 40
    precision: float = 0.01
    level: float = 0.95


USUAL = Effort()
QUICK = Effort(weeks=52, least=400, most=4_000, replications=10, precision=0.03)
LONG = Effort(weeks=208, least=2_000, most=40_000, replications=200, precision=0.002)
EFFORTS: Mapping[str, Effort] = {"quick": QUICK, "usual": USUAL, "long": LONG}
"""By the names that people call them: quick is for a first answer."""


@dataclass(frozen=True)
class Simulated:
    """A variant, what it makes of the organisation, what its replications came to, how much of its capacity each
    station needs, and those whose queue grows without end."""

    variant: Variant
    organisation: Organisation
    outcomes: tuple[Outcome, ...]
    loads: dict[str, float]
    level: float = 0.95

    @property
    def saturated(self) -> tuple[str, ...]:
        """The stations that cannot keep up; lead times of this variant have no mean then."""
        return tuple(name for name, load in self.loads.items() if load >= FULL)

    def estimate(self, statistic: Statistic) -> Estimate:
        """A figure with its interval over the replications."""
        return interval([statistic(one) for one in self.outcomes], self.level)

    def against(self, other: Simulated, statistic: Statistic) -> Estimate:
        """How much more it is than of another variant, replication by replication."""
        pairs = zip(self.outcomes, other.outcomes, strict=True)
        return interval([statistic(mine) - statistic(theirs) for mine, theirs in pairs], self.level)


def simulated(
    organisation: Organisation,
    variants: Sequence[Variant],
    effort: Effort = USUAL,
    *,
    seed: int = 1,
    mapped: Mapped = map,
    told: Told = nobody,
) -> list[Simulated]:
    """Simulate variants of an organisation, all with the same chances, until the cost of each is precise enough.

    Raises:
        InvalidInput: a variant makes no sense.
    """
    changed = [varied(organisation, one) for one in variants]
    networks = [compiled(built(one, variant)) for one, variant in zip(changed, variants, strict=True)]
    readings = [reading(one, network) for one, network in zip(changed, networks, strict=True)]
    # The same number of items in all, so that the n-th replication of each meets the same ones.
    number = max(_items(one, effort) for one in changed)
    needs = [loads(one, variant) for one, variant in zip(changed, variants, strict=True)]
    for variant, need in zip(variants, needs, strict=True):
        _there_is_room(variant, need, number)

    def one(task: Task) -> Outcome:
        which, chances = task
        found = run(networks[which], number, int(number * effort.warm), chances)
        return readings[which](found)

    outcomes: list[list[Outcome]] = [[] for _ in variants]
    done = 0
    while done < effort.replications:
        batch = min(LEAST, effort.replications - done)
        tasks = [(which, seed_of(seed, done + round_)) for round_ in range(batch) for which in range(len(variants))]
        for (which, _), found in zip(tasks, mapped(one, tasks), strict=True):
            outcomes[which].append(found)
            told(sum(map(len, outcomes)), effort.replications * len(variants))
        done += batch
        if all(_precise(these, effort) for these in outcomes):
            break
    return [
        Simulated(variant, one, tuple(these), need, effort.level)
        for variant, one, these, need in zip(variants, changed, outcomes, needs, strict=True)
    ]


def _there_is_room(variant: Variant, needs: dict[str, float], items: int) -> None:
    """Until so many items are done, as many more come as the busiest station cannot keep up with."""
    name, load = max(needs.items(), key=lambda one: one[1])
    if load * items > MOST_WAITING:
        raise InvalidInput(
            f"{variant.name}: {name} would need {load:,.0f} times its capacity, and more would wait than there is room "
            "for",
            hint="a smaller speed-up, or less response of demand to it",
        )


def _precise(outcomes: Sequence[Outcome], effort: Effort) -> bool:
    return interval([one.cost for one in outcomes], effort.level).half_width <= effort.precision


def _items(organisation: Organisation, effort: Effort) -> int:
    weekly = sum(one.weekly.value for one in organisation.streams)
    return int(np.clip(weekly * effort.weeks, effort.least, effort.most))
