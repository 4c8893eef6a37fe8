"""The engine against queues, reviews and gatekeepers of which the means are known exactly."""

from __future__ import annotations

from math import comb, factorial

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
    Rule,
    Serve,
    Source,
    Station,
    Tick,
    exponential,
    fixed,
    lognormal,
    uniform,
)
from counterpoint.simulation.precision import Effort
from counterpoint.simulation.tan_harker import pooled_wait
from tests.simulation.exact import FULL, agrees, efforts, found, open_network, waited

pytestmark = efforts
ONE = (Serve("desk", exponential(1)),)


def test_one_server(effort: Effort) -> None:
    agrees(open_network(ONE, 0.5, Station("desk", 1)), 1 / (1 - 0.5), 1, effort)


@pytest.mark.parametrize(
    ("rate", "mu", "servers", "wait"),
    [(1.6, 1, 2, 1.777778), (4, 1, 5, 0.554113), (8, 1, 10, 0.204590), (0.2, 0.1, 3, 4.444444)],
)
def test_several_servers_by_erlang(rate: float, mu: float, servers: int, wait: float, effort: Effort) -> None:
    assert pooled_wait(rate, mu, servers) == pytest.approx(wait, abs=1e-6)
    agrees(
        open_network((Serve("desk", exponential(1 / mu)),), rate, Station("desk", servers)), wait, 2, effort, waited()
    )


def test_dedicated_queues_wait_longer_than_one_for_all(effort: Effort) -> None:
    desks = [Station(f"desk{number}", 1) for number in range(5)]
    agrees(open_network((Serve("desk0", exponential(1), spread=5),), 4, *desks), 4.0, 3, effort, waited())


@pytest.mark.parametrize(("law", "second"), [(fixed(1), 1.0), (uniform(0, 2), 4 / 3), (lognormal(1, 3), 4.0)])
def test_any_service_by_pollaczek_and_khinchine(law: Law, second: float, effort: Effort) -> None:
    rate = 0.5
    exact = rate * second / (2 * (1 - rate))
    agrees(open_network((Serve("desk", law),), rate, Station("desk", 1)), exact, 4, effort, waited())


def test_rework(effort: Effort) -> None:
    steps = (Label("again"), Serve("desk", exponential(1)), Chance(0.2, "again", again=True))
    agrees(open_network(steps, 0.5, Station("desk", 1)), 3.33333, 5, effort)


def test_a_periodic_review_makes_wait_half_a_period(effort: Effort) -> None:
    agrees(open_network((Tick(7),), 0.9), 3.5, 6, effort)


def test_a_gatekeeper_who_goes_away_whenever_nobody_waits(effort: Effort) -> None:
    agrees(open_network(ONE, 0.5, Station("desk", 1, away=fixed(4))), 3.0, 7, effort, waited())


@pytest.mark.parametrize(("rule", "about"), [("until-empty", 2.69), ("present", 4.54)])
def test_meetings_on_a_fixed_clock(rule: Rule, about: float, effort: Effort) -> None:
    """There is no form for these; they are known by simulation alone, to two places."""
    one = found(open_network(ONE, 0.5, Station("desk", 1, opens_every=4.0, rule=rule)), 15, effort, waited())
    assert one.low - 0.005 <= about <= one.high + 0.005, one


def test_peers_in_parallel_and_in_sequence(effort: Effort) -> None:
    parallel = (Fork(5), Delay(exponential(1)), Join())
    agrees(open_network(parallel, 1), 2.28333, 8, effort)
    agrees(open_network(tuple(Delay(exponential(1)) for _ in range(5)), 1), 5.0, 9, effort)
    some = (Fork(5, 3), Delay(exponential(1)), Join())
    agrees(open_network(some, 1), 1 / 5 + 1 / 4 + 1 / 3, 10, effort)


def test_two_queueing_approvers(effort: Effort) -> None:
    """Fork and join of two queues: R. Nelson and A. Tantawi, IEEE Transactions on Computers 37 (1988)."""
    steps = (Fork(2), Serve("one", exponential(1), spread=2, apart=True), Join())
    agrees(open_network(steps, 0.8, Station("one", 1), Station("other", 1)), 7.0, 14, effort)


def closed(workers: int, execution: float, keepers: int) -> tuple[float, float]:
    """Approvals per unit of time, and the share of its time that an item is in approval, which takes 1: the machine
    repairman (L. Kleinrock, *Queueing Systems*, volume 1, section 3.8)."""
    weights = []
    for waiting in range(workers + 1):
        busy = factorial(min(waiting, keepers)) * keepers ** max(waiting - keepers, 0)
        weights.append(comb(workers, waiting) * factorial(waiting) / (busy * execution**waiting))
    total = sum(weights)
    rate = sum(one * min(waiting, keepers) for waiting, one in enumerate(weights)) / total
    return rate, sum(one * waiting for waiting, one in enumerate(weights)) / total / workers


@pytest.mark.parametrize(
    ("k", "throughput", "share"),
    [(1, 0.4620, 0.076), (2, 0.7854, 0.215), (5, 0.9947, 0.602), (10, 0.99996, 0.800), (100, 1.0, 0.980)],
)
@pytest.mark.parametrize("keepers", [1, 3])
def test_gatekeepers_before_ten_workers(
    k: float, throughput: float, share: float, keepers: int, effort: Effort
) -> None:
    exact = closed(10, 20 / k, keepers)
    if keepers == 1:
        assert exact[0] == pytest.approx(throughput, abs=5e-5)
        assert exact[1] == pytest.approx(share, abs=5e-4)
    steps = (Label("again"), Delay(exponential(20 / k)), Serve("keeper", exponential(1), "approval"), Goto("again"))
    network = Network([Station("keeper", keepers)], [Source("workers", steps, items=10)])

    def rate(one: Run) -> float:
        return len(one.lead) / one.span

    def in_approval(one: Run) -> float:
        waited, spent, _ = one.elements[1]
        return float((waited + spent) / (one.elements[:, 0].sum() + one.elements[:, 1].sum()))

    agrees(network, exact[0], 11, effort, rate)
    agrees(network, exact[1], 12, effort, in_approval)


@pytest.mark.parametrize(("keepers", "times"), [(1, 2.16), (3, 5.78)])
def test_ten_times_cheaper_execution_is_not_ten_times_the_output(keepers: int, times: float, effort: Effort) -> None:
    """What comes out of ten workers at k = 10, as a multiple of what comes out at k = 1."""
    assert closed(10, 2, keepers)[0] / closed(10, 20, keepers)[0] == pytest.approx(times, abs=0.005)
    if effort is not FULL:
        return
    rates = []
    for k in (1, 10):
        steps = (Label("again"), Delay(exponential(20 / k)), Serve("keeper", exponential(1)), Goto("again"))
        network = Network([Station("keeper", keepers)], [Source("workers", steps, items=10)])
        rates.append(found(network, 13, effort, lambda one: len(one.lead) / one.span).value)
    assert rates[1] / rates[0] == pytest.approx(times, rel=0.01)
