"""Which elements of coordination bear load: what would get worse without them, by how much, and how sure that is.

An element bears load where the organisation costs more without it, on the same chances, by more than a threshold. What
an element catches is rarely known, so it is swept: every element is removed once where coordination catches as little
as it could, and once where it catches as much. One that bears load either way is *load-bearing*; one that does not
either way is *optional*; the others are *not yet known*, and so is one with which and without which somebody cannot
keep up. What is declared as governance stays and is counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from counterpoint.simulation.balance import balanced
from counterpoint.simulation.comparing import USUAL, Effort, Mapped, Simulated, Statistic, Told, nobody, simulated
from counterpoint.simulation.organisation import Gate, Organisation, Ritual
from counterpoint.simulation.outcome import Outcome
from counterpoint.simulation.precision import Estimate
from counterpoint.simulation.variant import AS_IS, Variant

GOVERNANCE, BEARING, OPTIONAL, UNKNOWN = "necessary governance", "load-bearing", "optional", "not yet known"
KINDS = (GOVERNANCE, BEARING, OPTIONAL, UNKNOWN)
CATCHING = ("catching", "aligning", "misfit", "alone", "unskilled", "defects", "escape")
"""The numbers that say what an element is good for: what it catches, and what it would cost if it did not."""
THRESHOLD = 0.002
"""Of the cost of an item: what is less than that is no load."""


@dataclass(frozen=True, slots=True)
class Borne:
    """One element: hours of people that it takes for an item and in a week, what an item costs more without it where it
    catches as ``little`` and as ``much`` as it could and as is ``usual`` (hours, with intervals), and what follows."""

    name: str
    label: str
    sort: str
    hours: float
    weekly: float
    little: Estimate
    usual: Estimate
    much: Estimate
    kind: str
    rule: str = ""


@dataclass(frozen=True)
class Bearing:
    """All elements at a speed-up, those that bear most first. Hours of coordination for an item and in a week; the
    ``threshold`` in hours; the stations that cannot keep up."""

    speedup: float
    elements: tuple[Borne, ...]
    coordination: float
    weekly: float
    threshold: float
    saturated: tuple[str, ...]

    def hours(self, kind: str) -> float:
        """Hours for an item that the elements of a kind take."""
        return sum(one.hours for one in self.elements if one.kind == kind)

    @property
    def share(self) -> tuple[float, float, float]:
        """The share of all hours of coordination that bears load: where everything catches as little as it could, as
        is usual, and as much as it could. Governance is not in it."""
        if not self.coordination:
            return 0.0, 0.0, 0.0
        found = []
        for which in ("little", "usual", "much"):
            bears = [one for one in self.elements if not one.rule and _bears(getattr(one, which), self.threshold)]
            found.append(sum(one.hours for one in bears) / self.coordination)
        return found[0], found[1], found[2]


def cost(one: Outcome) -> float:
    """What an item costs, in hours of people."""
    return one.cost


def ends(organisation: Organisation) -> tuple[Organisation, Organisation, Organisation]:
    """The organisation where coordination catches as little as it could, as is usual, and as much as it could; the
    amounts of work are those that go with it."""
    low = {name: organisation.known(name).low for name in CATCHING}
    low["misfit_above"] = organisation.known("misfit_above").low
    high = {name: organisation.known(name).high for name in CATCHING}
    return balanced(organisation, low), balanced(organisation), balanced(organisation, high)


def bearing(
    organisation: Organisation,
    variant: Variant = AS_IS,
    effort: Effort = USUAL,
    *,
    only: Sequence[str] | None = None,
    seed: int = 1,
    mapped: Mapped = map,
    told: Told = nobody,
) -> Bearing:
    """What each element bears (or those that are named), under a variant such as faster execution.

    Raises:
        InvalidInput: the variant makes no sense, or names what there is not.
    """
    every = [one for one in organisation.elements() if only is None or one[0] in only]
    variants = [variant, *(variant.without(name) for name, _, _ in every)]
    most = 3 * len(variants) * effort.replications
    found: list[list[Simulated]] = []
    for number, end in enumerate(ends(organisation)):
        found.append(simulated(end, variants, effort, seed=seed, mapped=mapped, told=_third(told, number, most)))
    base = found[1][0]
    threshold = THRESHOLD * base.estimate(cost).value
    weekly = base.estimate(_weekly).value
    governed = governance(organisation)
    elements = []
    for place, (name, label, sort) in enumerate(every, start=1):
        little, usual, much = (one[place].against(one[0], cost) for one in found)
        # Where queues grow without end with it and without it, their difference is as large as one looks long.
        endless = any(one[place].saturated and one[0].saturated for one in (found[0], found[2]))
        hours = base.estimate(_takes(name)).value
        rule = governed.get(name, "")
        kind = GOVERNANCE if name in governed else UNKNOWN if endless else _kind(little, much, threshold)
        elements.append(Borne(name, label, sort, hours, hours * weekly, little, usual, much, kind, rule))
    elements.sort(key=lambda one: (-one.usual.value, one.name))
    coordination = base.estimate(lambda one: one.coordination).value
    return Bearing(variant.speedup, tuple(elements), coordination, coordination * weekly, threshold, base.saturated)


def governance(organisation: Organisation) -> Mapping[str, str]:
    """The elements that are declared as governance, and the rule that each serves."""
    declared: list[Ritual | Gate] = [*organisation.rituals, *organisation.gates]
    return {one.name: one.rule or "declared as governance" for one in declared if one.governance}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two elements removed together: what an item costs more, and how much of that is more than the two one by one.
    Where it is more, each does the other's work while that is missing."""

    one: str
    other: str
    together: Estimate
    beyond: Estimate


def pairs(
    organisation: Organisation,
    names: Sequence[str],
    variant: Variant = AS_IS,
    effort: Effort = USUAL,
    *,
    seed: int = 1,
    mapped: Mapped = map,
    told: Told = nobody,
) -> list[Pair]:
    """Every two of some elements, where they catch as much as they could.

    Raises:
        InvalidInput: the variant makes no sense, or a name is not that of an element.
    """
    two = list(combinations(names, 2))
    variants = [variant, *(variant.without(name) for name in names), *(variant.without(*both) for both in two)]
    base, *found = simulated(ends(organisation)[2], variants, effort, seed=seed, mapped=mapped, told=told)
    alone = dict(zip(names, found[: len(names)], strict=True))
    told_of = []
    for (one, other), both in zip(two, found[len(names) :], strict=True):
        rows = zip(both.outcomes, alone[one].outcomes, alone[other].outcomes, base.outcomes, strict=True)
        beyond = replace(both, outcomes=tuple(_beyond(*row) for row in rows))
        told_of.append(Pair(one, other, both.against(base, cost), beyond.estimate(cost)))
    return sorted(told_of, key=lambda pair: (-pair.beyond.value, pair.one, pair.other))


def _beyond(both: Outcome, one: Outcome, other: Outcome, base: Outcome) -> Outcome:
    return both._replace(cost=(both.cost - base.cost) - (one.cost - base.cost) - (other.cost - base.cost))


def _takes(name: str) -> Statistic:
    return lambda one: one.elements.get(name, 0.0)


def _weekly(one: Outcome) -> float:
    return one.weekly


def _bears(difference: Estimate, threshold: float) -> bool:
    return difference.low > threshold


def _kind(little: Estimate, much: Estimate, threshold: float) -> str:
    bears = [_bears(one, threshold) for one in (little, much)]
    if all(bears):
        return BEARING
    if all(one.high <= threshold for one in (little, much)):
        return OPTIONAL
    return UNKNOWN


def _third(told: Told, number: int, most: int) -> Told:
    return lambda done, of: told(number * of + done, most)
