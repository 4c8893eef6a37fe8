"""How much of a result rests on what is assumed: the assumptions drawn together from their ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from counterpoint.errors import InvalidInput
from counterpoint.simulation.balance import balanced
from counterpoint.simulation.comparing import Effort, Mapped, Statistic, Told, nobody, simulated
from counterpoint.simulation.known import SETTINGS
from counterpoint.simulation.organisation import Organisation
from counterpoint.simulation.variant import Variant

Values: TypeAlias = npt.NDArray[np.float64]
DRAWS = 32
FEW = Effort(weeks=52, least=400, most=3_000, replications=2, precision=0.0)
"""For one draw: the spread over draws is wider by far than that of chance within one."""


def free_numbers(organisation: Organisation) -> list[str]:
    """The numbers that are assumed, in their order."""
    return [name for name in SETTINGS if (known := organisation.known(name)).assumed and known.low < known.high]


def draws(organisation: Organisation, number: int, seed: int) -> list[Mapping[str, float]]:
    """The assumed numbers drawn from their ranges so that each range is covered evenly (a Latin hypercube; McKay,
    Beckman and Conover, *Technometrics* 21, 1979)."""
    names = free_numbers(organisation)
    if not names:
        return [{}]
    unit = qmc.LatinHypercube(len(names), seed=seed).random(number)
    found: list[Mapping[str, float]] = []
    for row in unit:
        drawn = {}
        for name, part in zip(names, row, strict=True):
            known = organisation.known(name)
            drawn[name] = known.low + float(part) * (known.high - known.low)
        found.append(drawn)
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of a variant over all draws of what is assumed: its middle and the range of nine draws in ten; how much
    it differs from the first variant; and in which share of the draws it is less than that one's. ``out`` is in how
    many draws one of the two had a queue that grows without end."""

    variant: str
    middle: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    less: float
    draws: int
    out: int


def spreads(
    organisation: Organisation,
    variants: Sequence[Variant],
    statistic: Statistic,
    *,
    number: int = DRAWS,
    effort: Effort = FEW,
    seed: int = 1,
    mapped: Mapped = map,
    told: Told = nobody,
) -> list[Spread]:
    """Simulate the variants for each draw of what is assumed; what a draw makes impossible is left out and counted.

    Raises:
        InvalidInput: a variant makes no sense, or every draw is impossible.
    """
    table: list[list[float]] = []
    full: list[list[bool]] = []
    every = draws(organisation, number, seed)
    for place, drawn in enumerate(every):
        try:
            found = simulated(balanced(organisation, drawn), variants, effort, seed=seed, mapped=mapped)
        except InvalidInput:
            if place == len(every) - 1 and not table:
                raise
            continue
        table.append([one.estimate(statistic).value for one in found])
        full.append([bool(one.saturated) for one in found])
        told(place + 1, len(every))
    figures, out = np.array(table), np.array(full)
    return [_spread(one.name, figures[:, at], figures[:, 0], out[:, at] | out[:, 0]) for at, one in enumerate(variants)]


def _spread(name: str, mine: Values, first: Values, out: npt.NDArray[np.bool_]) -> Spread:
    low, middle, high = np.quantile(mine, (0.05, 0.5, 0.95))
    difference_low, difference, difference_high = np.quantile(mine - first, (0.05, 0.5, 0.95))
    return Spread(
        name, float(middle), float(low), float(high), float(difference), float(difference_low), float(difference_high),
        float(np.mean(mine < first)), len(mine), int(out.sum()),
    )  # fmt: skip
