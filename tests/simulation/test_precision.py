"""Intervals: of replications, of pairs of variants, and of one long run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from counterpoint.errors import InvalidInput
from counterpoint.simulation.engine import Run, run
from counterpoint.simulation.network import (
    Compiled,
    Delay,
    Network,
    Serve,
    Source,
    Station,
    compiled,
    exponential,
    fixed,
)
from counterpoint.simulation.precision import Effort, batch_means, estimated, interval, mean_lead, paired

QUICK = Effort(items=2_000, warm=200, most=20, precision=0.05)


def gated(review: float, servers: int = 1) -> Compiled:
    steps = (
        Delay(exponential(2), "execution", purpose="execution"),
        Serve("gate", exponential(review), "gate", purpose="gate"),
    )
    return compiled(Network([Station("gate", servers)], [Source("work", steps, exponential(2))]))


def test_pairs_share_their_chances_and_need_fewer_replications() -> None:
    """The difference that a tenth less of review makes is better known from pairs than from each by itself."""
    both = [gated(1.0), gated(0.9)]
    found = paired(both, Effort(items=2_000, warm=200, most=12, precision=0.0), 3)
    alone = [estimated(one, Effort(items=2_000, warm=200, most=12, precision=0.0), 3) for one in both]
    assert [one.value for one in found.values] == [one.value for one in alone]
    (difference,) = found.differences
    assert difference.value == pytest.approx(alone[1].value - alone[0].value)
    assert difference.low < 1 / (1 / 0.9 - 0.5) - 2 < difference.high
    if_independent = sum((one.high - one.low) ** 2 for one in alone) ** 0.5
    assert difference.high - difference.low < 0.5 * if_independent


def test_pairs_stop_where_there_is_no_difference() -> None:
    same = paired([gated(0.5), gated(0.5, 1)], QUICK, 3)
    assert same.differences[0].value == 0
    assert same.differences[0].precise
    assert same.differences[0].replications < QUICK.most
    near = paired([gated(0.5), gated(0.500001)], Effort(2_000, 200, 40, 0.0), 3, within=0.01)
    assert near.differences[0].precise
    assert near.differences[0].replications < 40


def test_pairs_are_the_same_on_any_number_of_threads() -> None:
    three = [gated(0.5), gated(0.7), gated(0.5, 2)]
    with ThreadPoolExecutor(3) as pool:
        assert paired(three, QUICK, 9, mapped=pool.map) == paired(three, QUICK, 9)


def test_a_statistic_for_each_variant() -> None:
    """An element may lie in another row of another variant."""
    bare = compiled(Network([], [Source("work", (Delay(exponential(2), purpose="execution"),), exponential(2))]))

    def no_wait(_: Run) -> float:
        return 0.0

    def wait(one: Run) -> float:
        return float(one.elements[1, 0] / one.elements[1, 2])

    found = paired([bare, gated(1.0)], QUICK, 4, [no_wait, wait])
    assert found.values[0].value == 0
    assert found.differences[0].value == found.values[1].value
    with pytest.raises(InvalidInput, match="cannot be compared"):
        paired([bare, gated(1.0)], QUICK, 4, [no_wait])
    with pytest.raises(InvalidInput, match="cannot be compared"):
        paired([bare], QUICK, 4)


def test_as_many_replications_as_are_allowed_and_no_more() -> None:
    found = estimated(gated(1.0), Effort(items=200, warm=0, most=7, precision=0.0, together=4), 1)
    assert found.replications == 7
    assert not found.precise


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_an_interval_is_around_its_mean(values: list[float]) -> None:
    found = interval(values)
    assert found.low <= found.value <= found.high
    assert found.high - found.value == pytest.approx(found.value - found.low, abs=1e-6)


def test_an_interval_is_student_s() -> None:
    """By hand: the mean of 1, 2, 3, 4 and 5 is 3, its standard error √(2.5/5), and t with 4 degrees 2.776."""
    found = interval([1, 2, 3, 4, 5])
    assert found.high == pytest.approx(3 + 2.776445 * np.sqrt(0.5), rel=1e-6)
    with pytest.raises(InvalidInput, match="two values"):
        interval([1.0])


def test_batches_of_a_run_that_hangs_together() -> None:
    """In an autoregressive series the interval of batches holds its mean as often as it says; that of single values
    does not."""
    chance = np.random.default_rng(5)
    held = plain = 0
    for _ in range(300):
        series = lfilter([1.0], [1.0, -0.8], chance.normal(size=8_000))
        one, other = batch_means(series), interval(series)
        held += one.low <= 0 <= one.high
        plain += other.low <= 0 <= other.high
    assert held >= 0.9 * 300
    assert plain < 0.7 * 300


def test_batches_that_are_too_short_say_so() -> None:
    ramp = np.arange(1_000.0)
    assert not batch_means(ramp).precise
    chance = np.random.default_rng(1)
    assert batch_means(chance.normal(size=10_000)).precise
    assert batch_means([1.0] * 100).precise


def test_a_long_run_of_a_queue_by_batches() -> None:
    net = compiled(Network([Station("desk", 1)], [Source("work", (Serve("desk", exponential(1)),), exponential(2))]))
    found = batch_means(run(net, 400_000, 5_000, 2).lead)
    assert found.precise
    assert found.low < 2.0 < found.high
    assert found.half_width < 0.02


@pytest.mark.parametrize(("count", "batches"), [(100, 2), (10, 8), (0, 20), (5, 0)])
def test_no_batches(count: int, batches: int) -> None:
    with pytest.raises(InvalidInput, match="batches"):
        batch_means([1.0] * count, batches)


def test_mean_lead_is_the_mean() -> None:
    net = compiled(Network([], [Source("work", (Delay(fixed(3)),), fixed(1))]))
    assert estimated(net, QUICK, 1, mean_lead).value == pytest.approx(3)
