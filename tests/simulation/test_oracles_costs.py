"""The engine against what coordination is known to cost: hierarchies and markets, and when a review pays."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from counterpoint.errors import InvalidInput
from counterpoint.simulation.engine import Run
from counterpoint.simulation.network import (
    Chance,
    Compiled,
    Delay,
    Label,
    Mark,
    Message,
    Network,
    Serve,
    Source,
    Station,
    Step,
    compiled,
    exponential,
)
from counterpoint.simulation.precision import Effort, Estimate, Statistic, paired
from counterpoint.simulation.tan_harker import Workflow, centralised, market, pooled_wait
from tests.simulation.exact import FULL, efforts, found, open_network

CASES = [(0.8, 1.0, 3.172901, 6.110000), (0.8, 10.0, 1.991151, 0.774565), (8.0, 10.0, 2.013881, 1.205000)]
"""Tasks per worker, tasks that each could do, and what a task costs with a manager and in a market."""


def workflow(arrivals: float, services: float) -> Workflow:
    return Workflow(
        10, arrivals, services, wage=1, message=0.05, worker_fails=0.1, manager_fails=0.02, redone=0.5, repeated=0.5,
        asked=0.5,
    )  # fmt: skip


@pytest.mark.parametrize(("arrivals", "services", "managed", "bid"), CASES)
def test_tan_and_harker_in_closed_form(arrivals: float, services: float, managed: float, bid: float) -> None:
    flow = workflow(arrivals, services)
    assert centralised(flow) == pytest.approx(managed, abs=5e-7)
    assert market(flow) == pytest.approx(bid, abs=5e-7)


def test_queues_that_grow_without_end_have_no_cost() -> None:
    with pytest.raises(InvalidInput, match="never keep up"):
        workflow(1.0, 1.0)
    with pytest.raises(InvalidInput, match="cannot keep up"):
        pooled_wait(5, 1, 5)


def task(flow: Workflow, execution: Serve, messages: float, again: float) -> tuple[Step, ...]:
    """A task: its messages, its execution, and what is done again, which takes time but no worker (it is costed)."""
    return (
        *_messages(messages, "first"),
        execution,
        Chance(1 - flow.worker_fails, "well done", purpose="worker fails"),
        Mark("failed"),
        *_messages(again, "again"),
        Delay(exponential(flow.redone / flow.services), "redone"),
        Label("well done"),
        Chance(1 - flow.manager_fails, "well managed", purpose="manager fails"),
        Mark("mismanaged"),
        Label("well managed"),
    )


def _messages(mean: float, when: str) -> tuple[Step, ...]:
    """So many messages on average: the whole ones always, and one more by chance."""
    label = f"sent {when}"
    return (Message(int(mean)), Chance(1 - mean % 1, label, purpose=label), Message(), Label(label))


def cost(flow: Workflow, elements: Sequence[str], repeated: float) -> Statistic:
    """What a task cost in a run: whoever fails waits as long again as a task waits."""

    def of(one: Run) -> float:
        told = dict(zip(elements, one.elements / len(one.lead), strict=True))
        failed, mismanaged = told["failed"][2], told["mismanaged"][2]
        worked = told["execution"][1] + told["redone"][1]
        waited = told["execution"][0] * (1 + failed)
        once = told["messages"][2] * flow.message + (waited + worked) * flow.wage
        return float((1 + repeated * mismanaged) * once)

    return of


@efforts
@pytest.mark.parametrize(("arrivals", "services", "managed", "bid"), CASES)
def test_tan_and_harker_by_simulation(
    arrivals: float, services: float, managed: float, bid: float, effort: Effort
) -> None:
    flow = workflow(arrivals, services)
    total = flow.workers * flow.arrivals
    law = exponential(1 / flow.services)
    pool = task(flow, Serve("workers", law), 4 + flow.watched, 2 + flow.watched)
    sent = 2 + 2 * flow.asked * flow.workers
    alone = task(flow, Serve("worker0", law, spread=flow.workers), sent, sent)
    desks = [Station(f"worker{number}", 1) for number in range(flow.workers)]
    for steps, stations, exact, repeated in (
        (pool, [Station("workers", flow.workers)], managed, flow.repeated),
        (alone, desks, bid, 0.0),
    ):
        network = open_network(steps, total, *stations)
        one = found(network, 21, effort, cost(flow, compiled(network).elements, repeated))
        assert one.low <= exact <= one.high, one


CATCHES, REWORK, ESCAPE, REVIEW, DELAY = 0.7, 6.0, 4.0, 1.0, 0.2
"""q; hours of rework of what a defect spoils, at k = 1; what its escape costs beside; hours of a review; what an hour
of waiting costs: all in hours of work."""


def arrivals_at(k: float) -> float:
    """Demand responds to cheaper execution, with η = ½."""
    return float(0.25 * k**0.5)


def pays(k: float, defects: float) -> float:
    """What a review brings, less what it costs, for an item: the gatekeeper is a queue of one."""
    at_the_gate = 1 / (1 / REVIEW - arrivals_at(k))
    return defects * CATCHES * (REWORK / k + ESCAPE) - (REVIEW + DELAY * at_the_gate)


def border(k: float) -> float:
    """The share of defects from which on it pays."""
    return pays(k, 0.0) / (pays(k, 0.0) - pays(k, 1.0))


def with_and_without(k: float, defects: float, effort: Effort) -> Estimate:
    """How much less an item costs with a review than without, on the same chances."""
    steps: tuple[Step, ...] = (
        Delay(exponential(20 / k), "execution", purpose="execution"),
        Serve("gate", exponential(REVIEW), "review", purpose="review"),
        Chance(1 - defects, "sound", purpose="defect"),
        Chance(CATCHES, "sound", purpose="catch"),
        Mark("escaped"),
        Delay(exponential(REWORK / k), "rework", purpose="rework"),
        Label("sound"),
    )
    bare = (steps[0], steps[2], *steps[4:])
    networks = [
        compiled(Network([Station("gate", 1)], [Source("work", one, exponential(1 / arrivals_at(k)))]))
        for one in (steps, bare)
    ]
    found = paired(networks, effort, 31, [_cost(one) for one in networks], within=0.02)
    return found.differences[0]


def _cost(network: Compiled) -> Statistic:
    def of(one: Run) -> float:
        told = dict(zip(network.elements, one.elements / len(one.lead), strict=True))
        waited, spent, _ = told.get("review", (0.0, 0.0, 0.0))
        return float(spent + DELAY * (waited + spent) + told["rework"][1] + ESCAPE * told["escaped"][2])

    return of


@efforts
@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("beside", [0.8, 1.25])
def test_a_review_pays_exactly_beyond_its_border(k: float, beside: float, effort: Effort) -> None:
    defects = border(k) * beside
    exact = pays(k, defects)
    assert (exact > 0) == (beside > 1)
    one = with_and_without(k, defects, effort)
    assert one.low <= exact <= one.high, (one, exact)
    assert (one.low > 0) == (beside > 1)
    assert (one.high < 0) == (beside < 1)
    assert effort is not FULL or one.high - one.low < 0.05


def test_what_paid_may_pay_no_longer_when_execution_is_cheap() -> None:
    """A quarter of all items have a defect: a review pays at k = 1, and no longer at k = 3 or 10."""
    assert [pays(k, 0.25) > 0 for k in (1, 3, 10)] == [True, False, False]
    assert [round(border(k), 3) for k in (1, 3, 10)] == [0.181, 0.322, 0.607]
