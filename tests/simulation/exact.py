"""How the oracles hold the engine against what is known exactly.

All oracles together fail a right engine but once in ten thousand times, whatever the seeds: each interval is so wide
that a hundred of them all hold that often (Bonferroni). In full, half of it must be at most 1 % of the value; every day
a few short replications must do, whose intervals are wider.
"""

from __future__ import annotations

import pytest

from counterpoint.simulation.network import Network, Source, Station, Step, compiled, exponential
from counterpoint.simulation.precision import Effort, Estimate, Statistic, estimated, mean_lead

LEVEL = 1 - 1e-4 / 100
SMALL = Effort(items=5_000, warm=1_000, most=32, precision=0.0, level=LEVEL, together=32)
FULL = Effort(items=100_000, warm=10_000, most=1_500, precision=0.01, level=LEVEL, together=8)
efforts = pytest.mark.parametrize(
    "effort", [pytest.param(SMALL, id="small"), pytest.param(FULL, id="full", marks=pytest.mark.long)]
)


def open_network(steps: tuple[Step, ...], rate: float, *stations: Station) -> Network:
    """Items that come without memory."""
    return Network(stations, [Source("work", steps, exponential(1 / rate))])


def found(network: Network, seed: int, effort: Effort, statistic: Statistic = mean_lead) -> Estimate:
    """An estimate, which must be precise in full."""
    one = estimated(compiled(network), effort, seed, statistic)
    assert one.precise or effort is not FULL, one
    return one


def agrees(network: Network, exact: float, seed: int, effort: Effort, statistic: Statistic = mean_lead) -> None:
    """Is the exact value within the interval of an estimate?"""
    one = found(network, seed, effort, statistic)
    assert one.low <= exact <= one.high, (one, exact)


def waited(element: int = 0) -> Statistic:
    """The mean time that was waited for an element."""
    return lambda one: float(one.elements[element, 0] / one.elements[element, 2])
