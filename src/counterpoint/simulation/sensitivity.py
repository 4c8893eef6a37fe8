"""Which of the assumed numbers matter to a figure: one after the other over its range, from many starting points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from SALib.analyze import morris as analysed
from SALib.sample import morris as sampled

from counterpoint.errors import InvalidInput
from counterpoint.simulation.balance import balanced
from counterpoint.simulation.comparing import Effort, Mapped, Statistic, Told, nobody, simulated
from counterpoint.simulation.drawing import FEW, free_numbers
from counterpoint.simulation.known import SETTINGS
from counterpoint.simulation.organisation import Organisation
from counterpoint.simulation.variant import AS_IS, Variant


@dataclass(frozen=True, slots=True)
class Matters:
    """How much an assumed number matters to a figure: the mean size of what it changes over its range (``size``, in the
    unit of the figure, with the half-width of its interval), its direction (``mean``), and how much that hangs on the
    others (``spread``)."""

    name: str
    about: str
    size: float
    half_width: float
    mean: float
    spread: float


def what_matters(
    organisation: Organisation,
    statistic: Statistic,
    variant: Variant = AS_IS,
    *,
    trajectories: int = 8,
    effort: Effort = FEW,
    seed: int = 1,
    mapped: Mapped = map,
    told: Told = nobody,
) -> list[Matters]:
    """The assumed numbers by how much they matter, most first: elementary effects over their ranges (M. D. Morris,
    *Technometrics* 33, 1991; mu* of Campolongo, Cariboni and Saltelli, 2007).

    Raises:
        InvalidInput: nothing is assumed, or the variant makes no sense.
    """
    names = free_numbers(organisation)
    if not names:
        raise InvalidInput("nothing in the model is assumed, so there is nothing to vary")
    bounds = [[organisation.known(name).low, organisation.known(name).high] for name in names]
    problem = {"num_vars": len(names), "names": names, "bounds": bounds}
    rows = sampled.sample(problem, trajectories, num_levels=4, seed=seed)
    figures = []
    for number, row in enumerate(rows):
        drawn = dict(zip(names, map(float, row), strict=True))
        (found,) = simulated(balanced(organisation, drawn), [variant], effort, seed=seed, mapped=mapped)
        figures.append(found.estimate(statistic).value)
        told(number + 1, len(rows))
    found_of = analysed.analyze(problem, rows, np.array(figures), num_levels=4, seed=seed)
    columns = zip(names, found_of["mu_star"], found_of["mu_star_conf"], found_of["mu"], found_of["sigma"], strict=True)
    told_of = [
        Matters(name, SETTINGS[name].about, float(size), float(half), float(mean), float(spread))
        for name, size, half, mean, spread in columns
    ]
    return sorted(told_of, key=lambda one: (-one.size, one.name))
