"""The engine against what is known exactly: a right engine passes all of them but once in ten thousand times."""

from __future__ import annotations

from math import isclose

import pytest

from counterpoint.simulation.engine import Run
from counterpoint.simulation.network import (
    Chance,
    Delay,
    Fork,
    Goto,
    Join,
    Label,
    Law,
    Network,
    Serve,
    Source,
    Station,
    Step,
    Tick,
    compiled,
    exponential,
    fixed,
    lognormal,
    uniform,
)
from counterpoint.simulation.precision import Effort, Estimate, Statistic, estimated, mean_lead

WIDER = 2.6
"""How much wider than at 95 % an interval must be so that thirty of them all hold but once in ten thousand runs."""
EFFORT = Effort(items=100_000, warm=10_000, most=200, precision=0.005)
pytestmark = pytest.mark.long


def open_network(steps: tuple[Step, ...], rate: float, *stations: Station) -> Network:
    return Network(stations, [Source("work", steps, exponential(1 / rate))])


def found(network: Network, seed: int, statistic: Statistic = mean_lead, effort: Effort = EFFORT) -> Estimate:
    return estimated(compiled(network), effort, seed, statistic)


def agrees(network: Network, exact: float, seed: int, statistic: Statistic = mean_lead) -> None:
    """Is the exact value within a wide interval of a precise estimate?"""
    one = found(network, seed, statistic)
    assert one.half_width <= 0.01, one
    wide = (one.high - one.low) / 2 * WIDER
    assert abs(one.value - exact) <= wide, (one, exact)


def waited(element: int = 0) -> Statistic:
    """The mean time that was waited for an element."""
    return lambda one: float(one.elements[element, 0] / one.elements[element, 2])


def service(servers: int, law: Law) -> tuple[tuple[Step, ...], Station]:
    return (Serve("desk", law),), Station("desk", servers)


def test_one_server() -> None:
    steps, desk = service(1, exponential(1))
    agrees(open_network(steps, 0.5, desk), 1 / (1 - 0.5), 1)


@pytest.mark.parametrize(
    ("rate", "mu", "servers", "wait"),
    [(1.6, 1, 2, 1.777778), (4, 1, 5, 0.554113), (8, 1, 10, 0.204590), (0.2, 0.1, 3, 4.444444)],
)
def test_several_servers_by_erlang(rate: float, mu: float, servers: int, wait: float) -> None:
    steps, desk = service(servers, exponential(1 / mu))
    agrees(open_network(steps, rate, desk), wait, 2, waited())


def test_dedicated_queues_wait_longer_than_one_for_all() -> None:
    desks = [Station(f"desk{number}", 1) for number in range(5)]
    agrees(open_network((Serve("desk0", exponential(1), spread=5),), 4, *desks), 4.0, 3, waited())


@pytest.mark.parametrize(("law", "second"), [(fixed(1), 1.0), (uniform(0, 2), 4 / 3), (lognormal(1, 3), 4.0)])
def test_any_service_by_pollaczek_and_khinchine(law: Law, second: float) -> None:
    rate = 0.5
    steps, desk = service(1, law)
    agrees(open_network(steps, rate, desk), rate * second / (2 * (1 - rate)), 4, waited())


def test_rework() -> None:
    steps = (Label("again"), Serve("desk", exponential(1)), Chance(0.2, "again", again=True))
    agrees(open_network(steps, 0.5, Station("desk", 1)), 3.33333, 5)


def test_a_periodic_review_makes_wait_half_a_period() -> None:
    agrees(open_network((Tick(7),), 0.9), 3.5, 6)


def test_a_gatekeeper_who_goes_away_whenever_nobody_waits() -> None:
    agrees(open_network((Serve("desk", exponential(1)),), 0.5, Station("desk", 1, away=fixed(4))), 3.0, 7, waited())


def test_peers_in_parallel_and_in_sequence() -> None:
    parallel = (Fork(5), Delay(exponential(1)), Join())
    agrees(open_network(parallel, 1), 2.28333, 8)
    agrees(open_network(tuple(Delay(exponential(1)) for _ in range(5)), 1), 5.0, 9)
    some = (Fork(5, 3), Delay(exponential(1)), Join())
    agrees(open_network(some, 1), 1 / 5 + 1 / 4 + 1 / 3, 10)


def test_two_queueing_approvers() -> None:
    """Fork and join of two queues: R. Nelson and A. Tantawi, IEEE Transactions on Computers 37 (1988)."""
    steps = (Fork(2), Serve("one", exponential(1), spread=2, apart=True), Join())
    agrees(open_network(steps, 0.8, Station("one", 1), Station("other", 1)), 7.0, 14)


@pytest.mark.parametrize(
    ("k", "keepers", "throughput", "share"),
    [
        (1, 1, 0.4620, 0.076),
        (2, 1, 0.7854, 0.215),
        (5, 1, 0.9947, 0.602),
        (10, 1, 0.99996, 0.800),
        (100, 1, 1.0, 0.980),
    ],
)
def test_a_gatekeeper_before_ten_workers(k: float, keepers: int, throughput: float, share: float) -> None:
    steps = (Label("again"), Delay(exponential(20 / k)), Serve("keeper", exponential(1), "approval"), Goto("again"))
    network = Network([Station("keeper", keepers)], [Source("workers", steps, items=10)])

    def rate(one: Run) -> float:
        return len(one.lead) / one.span

    def in_approval(one: Run) -> float:
        waited, spent, _ = one.elements[1]
        return float((waited + spent) / (one.elements[:, 0].sum() + one.elements[:, 1].sum()))

    agrees(network, throughput, 11, rate)
    one = found(network, 12, in_approval)
    assert isclose(one.value, share, abs_tol=0.003), one
