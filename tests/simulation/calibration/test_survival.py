"""Times of which some are not over yet: the estimate by Kaplan and Meier, against one written as it is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.simulation.calibration.survival import survival, weights

lists = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=30)


def arrays(seen: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([time for time, _ in seen], float), np.array([over for _, over in seen])


def told(seen: list[tuple[int, bool]], until: float) -> float:
    """The share that is not over by a time: the product over every time at which something was over."""
    left = 1.0
    for time in sorted({time for time, over in seen if over and time <= until}):
        there = sum(1 for other, _ in seen if other >= time)
        ended = sum(1 for other, over in seen if over and other == time)
        left *= 1 - ended / there
    return left


@given(lists)
def test_the_share_that_is_left_is_the_product_over_all_times(seen: list[tuple[int, bool]]) -> None:
    found = survival(*arrays(seen))
    for until in range(-1, 22):
        assert found.at(np.array([float(until)]))[0] == pytest.approx(told(seen, until), abs=1e-12)
    assert found.never == pytest.approx(told(seen, 99), abs=1e-12)


@given(lists)
def test_weights_are_the_drops_of_the_curve(seen: list[tuple[int, bool]]) -> None:
    times, over = arrays(seen)
    found = weights(times, over)
    assert np.all(found[~over] == 0)
    for until in range(21):
        assert found[times <= until].sum() == pytest.approx(1 - told(seen, until), abs=1e-12)


@given(lists, st.data())
def test_what_counts_twice_is_as_if_it_were_there_twice(seen: list[tuple[int, bool]], data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=len(seen), max_size=len(seen)))
    repeated = [one for one, count in zip(seen, counts, strict=True) for _ in range(count)]
    if not repeated:
        return
    once = survival(*arrays(seen), np.array(counts, float))
    twice = survival(*arrays(repeated))
    at = np.arange(21.0)
    assert np.allclose(once.at(at), twice.at(at))


def test_without_anything_under_way_quantiles_are_those_of_the_sample() -> None:
    found = survival(np.array([4.0, 1.0, 3.0, 2.0]), np.ones(4, bool))
    assert found.quantiles([0.25, 0.5, 0.51, 1.0]).tolist() == [1.0, 2.0, 3.0, 4.0]


def test_what_is_under_way_makes_times_longer_and_not_shorter() -> None:
    """Half of ten are over at 1; of the other five, last seen at 2, those that took longer say how it goes on."""
    times = np.array([1.0] * 5 + [0.5] * 5 + [8.0] * 5)
    over = np.array([True] * 5 + [False] * 5 + [True] * 5)
    assert survival(times, over).quantiles([0.5])[0] == 1.0
    assert survival(times, over).quantiles([0.51])[0] == 8.0
    assert np.quantile(times, 0.34) < 1.0
