"""When people work, as events show it; and time that passes in these hours alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.simulation.calibration.working_week import WorkingWeek
from tests.simulation.calibration.invented import BEGIN

weeks = st.builds(
    WorkingWeek,
    st.lists(st.integers(0, 23), min_size=1, max_size=24, unique=True).map(lambda one: tuple(sorted(one))),
    st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(lambda one: tuple(sorted(one))),
)
moments = st.integers(0, 4 * 168 * 4).map(lambda quarters: BEGIN + quarters / 4)


def counted(week: WorkingWeek, begin: float, end: float) -> float:
    """Quarters of hours that are open, one by one; 2018 began with a Monday."""
    total = 0.0
    for quarter in range(round((begin - BEGIN) * 4), round((end - BEGIN) * 4)):
        hour = quarter // 4
        total += 0.25 * (hour % 24 in week.hours and hour // 24 % 7 in week.days)
    return total


@given(weeks, moments, moments)
def test_hours_between_are_the_open_ones(week: WorkingWeek, one: float, other: float) -> None:
    begin, end = sorted((one, other))
    assert week.between(np.array([begin]), np.array([end]))[0] == pytest.approx(counted(week, begin, end), abs=1e-6)


@given(weeks, moments, st.floats(0.01, 400))
def test_the_moment_after_so_many_hours_has_them_before_it(week: WorkingWeek, begin: float, hours: float) -> None:
    worked = week.worked(np.array([begin]))
    end = week.moment(worked + hours)
    assert end[0] >= begin
    assert week.worked(end)[0] - worked[0] == pytest.approx(hours, abs=1e-6)


def test_office_hours_are_seen_and_few_events_show_nothing() -> None:
    chance = np.random.default_rng(4)
    days = 7 * chance.integers(0, 50, 3000) + chance.integers(0, 5, 3000)
    events = BEGIN + 24 * days + chance.uniform(8, 17, 3000)
    week = WorkingWeek.seen(events)
    assert str(week) == "Mon Tue Wed Thu Fri 08-17 UTC"
    assert week.weekly == 45
    assert WorkingWeek.seen(events[:100]).always
    assert WorkingWeek.seen(BEGIN + chance.uniform(0, 9000, 400)).always


def test_the_calendar_for_the_engine_begins_on_monday() -> None:
    found = WorkingWeek((8, 9, 10, 13), (0, 2)).calendar()
    assert found is not None
    assert found.opens == ((8.0, 11.0), (13.0, 14.0), (56.0, 59.0), (61.0, 62.0))
    assert WorkingWeek().calendar() is None
