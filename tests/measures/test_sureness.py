"""Intervals, against what is published and against chance; working hours, against the plain reckoning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from counterpoint.measures.open_hours import OpenHours
from counterpoint.measures.sureness import mean, proportion, quantile, ranks, ratio
from counterpoint.model.calendars import parse_calendar
from counterpoint.model.openings import EPOCH, TICK
from counterpoint.model.times import stamp
from counterpoint.state.working_hours import working_hours_between


@given(st.integers(1, 400), st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_lies_between_its_ranks_in_95_of_100(n: int, share: float) -> None:
    first, last = ranks(n, share)
    counts = stats.binom(n, share)
    below = counts.cdf(first - 1) if first else 0.0
    above = counts.sf(last - 1) if last <= n else 0.0
    assert below <= 0.025
    assert above <= 0.025 + 1e-12
    assert counts.cdf(first) > 0.025, "the next rank up would be too near"
    assert last <= 1 or counts.sf(last - 2) > 0.025


def test_a_median_has_an_interval_from_six_on() -> None:
    assert ranks(6, 0.5) == (1, 6)
    assert ranks(5, 0.5) == (0, 6)
    assert ranks(25, 0.5) == (8, 18), "Conover 1999, table A3"
    few = quantile(np.array([3.0, 1.0, 2.0]), 0.5)
    assert (few.value, few.low, few.high, few.n) == (2.0, None, None, 3)
    assert quantile(np.array([]), 0.5).value is None


def test_shares_means_and_ratios() -> None:
    share = proportion(8, 10)
    assert (round(share.low or 0, 4), round(share.high or 0, 4)) == (0.4902, 0.9433)
    assert proportion(0, 0).value is None
    assert proportion(0, 10).low == 0
    values = np.arange(100.0)
    assert mean(values).low == pytest.approx(49.5 - 1.959964 * values.std(ddof=1) / 10)
    assert mean(values[:5]).low is None
    assert ratio(np.ones(40), np.full(40, 2.0), 40)[:3] == (0.5, 0.5, 0.5)
    assert ratio(np.zeros(0), np.zeros(0), 40).value is None


def test_a_ratio_holds_in_95_of_100() -> None:
    chance = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        parts, rest = chance.exponential(1, 200), chance.exponential(3, 200)
        found = ratio(parts, parts + rest, 200)
        held += (found.low or 0) <= 0.25 <= (found.high or 1)
    assert 0.91 <= held / 300 <= 0.985


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1))
HOURS = st.sampled_from(
    ["Europe/Berlin 09:00-17:00", "America/New_York Sun-Thu 22:00-06:00", "UTC 24/7", "Europe/Berlin 00:00-04:00"]
)


@settings(max_examples=60)
@given(HOURS, st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=6))
def test_working_hours_between_many_moments_equal_those_between_two(
    text: str, pairs: list[tuple[datetime, datetime]]
) -> None:
    ends = np.array([[(one.replace(tzinfo=UTC) - EPOCH) // TICK for one in pair] for pair in pairs], dtype=np.int64)
    hours = OpenHours.of(text, int(ends.min()), int(ends.max()))
    found = hours.between(ends[:, 0], ends[:, 1])
    calendar = parse_calendar(text)
    for (one, two), value in zip(pairs, found, strict=True):
        begin, end = (stamp(when.replace(tzinfo=UTC)) for when in (one, two))
        assert value == pytest.approx(working_hours_between(begin, end, calendar), abs=1e-9)


def test_the_hour_that_is_skipped_is_none_and_the_one_that_comes_twice_is_two() -> None:
    for day, length in ((datetime(2026, 3, 29), 3.0), (datetime(2026, 10, 25), 5.0)):
        begin = (day.replace(tzinfo=UTC) - timedelta(hours=6) - EPOCH) // TICK
        hours = OpenHours.of("Europe/Berlin daily 00:00-04:00", begin, begin + 86_400_000_000)
        found = hours.between(np.array([begin]), np.array([begin + 43_200_000_000]))
        assert found.tolist() == [length]
