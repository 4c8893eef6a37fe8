"""The universal scalability law, and the published parameters that the fit must give."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.measures.scalability import SCALABILITY, fit, law
from tests.measures.trial import actors, outcome

LOADS = (1, 18, 36, 72, 108, 144, 216)
THROUGHPUT = (64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2)
PEOPLE = [f"p{number}" for number in range(40)]


def test_the_parameters_of_specsdm91_are_those_of_the_r_package_usl() -> None:
    found = fit(LOADS, THROUGHPUT)
    assert found is not None
    assert found.alpha[0] == pytest.approx(0.0277285, rel=1e-5)
    assert found.beta[0] == pytest.approx(0.0001044, abs=5e-8)
    assert found.gamma[0] == pytest.approx(89.9952, rel=1e-5)
    assert found.peak == pytest.approx(((1 - found.alpha[0]) / found.beta[0]) ** 0.5)
    assert found.peak_low is not None and found.peak_high is not None
    assert found.peak_low < 96.52 < found.peak_high
    assert found.explained > 0.98


@settings(max_examples=8)
@given(st.floats(0.001, 0.3), st.floats(1e-5, 0.01), st.floats(1, 100))
def test_what_follows_the_law_gives_its_parameters_back(alpha: float, beta: float, gamma: float) -> None:
    sizes = np.array([1.0, 2, 4, 8, 16, 32, 64, 128, 256])
    found = fit(sizes.tolist(), law(sizes, alpha, beta, gamma).tolist())
    assert found is not None
    assert (found.alpha[0], found.beta[0], found.gamma[0]) == pytest.approx((alpha, beta, gamma), rel=1e-3)
    peak = float(np.sqrt((1 - alpha) / beta))
    assert found.peak == pytest.approx(peak, rel=1e-3)
    assert found.at(peak) >= max(found.at(peak * 0.9), found.at(peak * 1.1))


def test_what_grows_with_size_has_no_peak_and_few_sizes_no_fit() -> None:
    found = fit([1, 2, 3, 4, 5, 6, 7, 8], [10, 20, 30, 40, 50, 60, 70, 80])
    assert found is not None
    assert (found.peak, found.peak_low, found.peak_high) == (None, None, None)
    assert fit([3, 3, 3, 4], [1, 2, 3, 4]) is None
    assert fit([1, 2, 3, 4, 5], [0, 0, 0, 0, 0]) is None


def test_it_is_fitted_to_months_and_says_when_there_are_too_few() -> None:
    rows = []
    for month, size in enumerate((2, 4, 6, 8, 10, 14, 18, 24)):
        commits = round(float(law(np.array([float(size)]), 0.05, 0.004, 10.0)[0]))
        for number in range(commits):
            rows.append(
                {
                    "actor": PEOPLE[number % size], "object": f"f{number}.py", "thread": f"c{month}.{number}",
                    "moment": datetime(2026, month + 1, 28, 10),
                }
            )  # fmt: skip
    rows.append({"actor": "p0", "object": "x.py", "moment": datetime(2026, 8, 31), "thread": "last"})
    found = {row["figure"]: row for row in outcome(SCALABILITY, rows, actors(all=PEOPLE)).rows.to_pylist()}
    assert found["peak"]["value"] == pytest.approx((0.95 / 0.004) ** 0.5, rel=0.1)
    assert found["peak"]["low"] < found["peak"]["value"] < found["peak"]["high"]
    assert found["single"]["n"] == 8
    few = outcome(SCALABILITY, rows[:30], actors(all=PEOPLE)).rows.to_pylist()
    assert {row["value"] for row in few} == {None}
    assert {row["missing"] for row in few} == {"at least 8 complete steps of at least 5 different sizes, with changes"}
    assert outcome(SCALABILITY).lacking


def test_the_intervals_hold_what_was_put_in_beside_noise() -> None:
    dice, sizes = np.random.default_rng(3), np.arange(4.0, 64, 2)
    held = 0
    for _ in range(12):
        found = fit(sizes.tolist(), (law(sizes, 0.03, 0.0008, 10.0) * (1 + dice.normal(0, 0.03, len(sizes)))).tolist())
        assert found is not None
        ends = zip((found.alpha, found.beta, found.gamma), (0.03, 0.0008, 10.0), strict=True)
        held += all(low <= put_in <= high for (_, low, high), put_in in ends)
    assert held >= 9
