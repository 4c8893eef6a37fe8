"""Times of which some still run, against SciPy's own curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from counterpoint.measures.waiting import student, times_as_much, waiting

times = st.lists(st.integers(1, 50).map(float), max_size=25)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=40)
@given(times.filter(len), times, st.sampled_from([0.25, 0.5, 0.9]))
def test_the_curve_and_its_ends_are_those_of_scipy(over: list[float], running: list[float], share: float) -> None:
    found = waiting(over, running, share)
    curve = stats.ecdf(stats.CensoredData(uncensored=over, right=running)).sf
    below = curve.quantiles[curve.probabilities <= 1 - share + 1e-12]
    assert found.value == (below[0] if len(below) else None)
    assert found.n == len(over) + len(running)
    ends = curve.confidence_interval(confidence_level=0.95, method="log-log")
    for end, bound in ((found.low, ends.low), (found.high, ends.high)):
        inside = (curve.probabilities > 0) & (curve.probabilities < 1)
        held = curve.quantiles[inside & (np.nan_to_num(bound.probabilities, nan=1.0) <= 1 - share + 1e-12)]
        assert end == (held[0] if len(held) else None)


def test_what_still_runs_makes_it_longer_and_nothing_that_ended_is_not_zero() -> None:
    assert waiting([1, 2, 3, 4], []).value == 2
    assert waiting([1, 2, 3, 4], [5, 6, 7]).value == 4
    nothing = waiting([], [3.0, 4.0])
    assert (nothing.value, nothing.n, nothing.missing) == (None, 2, "any that is over")
    assert waiting([1.0], [2.0, 3.0, 4.0]).missing == "more of them that are over"


def test_ratios_are_averaged_by_their_logarithms() -> None:
    found = times_as_much([float(np.log(2)), float(np.log(8))])
    assert found.value == pytest.approx(4)
    assert found.low is not None and found.high is not None
    assert found.low < 2 and found.high > 8
    assert (times_as_much([]).value, times_as_much([0.0]).low) == (None, None)
    assert student(10) == pytest.approx(stats.t.ppf(0.975, 10))
