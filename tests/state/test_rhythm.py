"""Rituals and their occurrences: which one is meant, what it is called, when it is looked at and when it is overdue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import BadValue, NotFound, Refused
from counterpoint.model.calendars import Calendar, parse_calendar
from counterpoint.model.times import moment, stamp
from counterpoint.state.ahead import rhythm
from counterpoint.state.rhythm import (
    before_working_hours,
    coming,
    holders,
    last_before,
    looked_at,
    meant,
    occurrence_of,
    record_awaited,
    start_of,
    why_silent,
    working_day,
)
from counterpoint.state.working_hours import working_hours_between
from tests.state.organisation import org

# NOW is Saturday, 2026-11-21 at noon UTC.
WEEKLY = """
    ritual:weekly owner team:web
    ritual:weekly duration 45
    ritual:weekly schedule {outcome = "understood", recurrence = [{rule = "FREQ=WEEKLY;BYDAY=MO", time = "10:00", \
timezone = "Europe/Berlin"}]}
    team:web lead person:~ana
"""
OFFICE = "team:web calendar Europe/Berlin 09:00-17:00"


def test_an_occurrence_is_called_after_its_ritual_and_its_start() -> None:
    assert occurrence_of("ritual:weekly", "2026-11-23T09:00:00.000000Z") == "occurrence:weekly/2026-11-23t0900z"
    assert occurrence_of("ritual:a/b@rust", "2026-11-23T09:00:00.000000Z") == "occurrence:a/b/2026-11-23t0900z@rust"


def test_which_occurrence_is_meant() -> None:
    state = org(WEEKLY)

    def at(text: str | None, *, past: bool = False) -> str:
        return start_of(meant(state, "ritual:weekly", text, past=past))[:16]

    assert at(None) == "2026-11-23T09:00"
    assert at(None, past=True) == "2026-11-16T09:00"
    assert at("2026-12-07") == at("2026-12-07T09:00:00Z") == at("2026-12-07T10:00:00+01:00") == "2026-12-07T09:00"
    with pytest.raises(NotFound, match="no occurrence on 2026-12-08") as error:
        at("2026-12-08")
    assert "the next is 2026-11-23T09:00" in error.value.hint
    with pytest.raises(BadValue, match="not a date"):
        at("2026-12-32")
    with pytest.raises(BadValue, match="not a time"):
        at("next monday")


def test_a_date_is_that_of_the_clock_on_the_wall() -> None:
    late = """ritual:late schedule {outcome = "understood", recurrence = [{rule = "FREQ=WEEKLY;BYDAY=MO", \
time = "08:00", timezone = "Asia/Tokyo"}]}"""
    assert start_of(meant(org(late), "ritual:late", "2026-11-23"))[:16] == "2026-11-22T23:00"


def test_of_two_on_a_day_the_time_must_be_given() -> None:
    twice = """ritual:twice schedule {outcome = "understood", recurrence = [{rule = "FREQ=DAILY;BYHOUR=9,15", \
time = "09:00", timezone = "UTC"}]}"""
    with pytest.raises(NotFound, match="several occurrences") as error:
        meant(org(twice), "ritual:twice", "2026-11-23")
    assert "2026-11-23T15:00" in error.value.hint


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ("ritual:x title X", "nobody says when"),
        ('ritual:x schedule {outcome = "phase unknown", recurrence = [], why = "which weeks"}', "phase unknown: which"),
        ('ritual:x schedule {outcome = "ambiguous", recurrence = []}', "its schedule is ambiguous"),
        (WEEKLY.replace("weekly", "x") + "ritual:x status cancelled", "it is cancelled"),
    ],
)
def test_only_an_understood_schedule_has_occurrences(facts: str, why: str) -> None:
    state = org(facts)
    assert why in (why_silent(state, "ritual:x") or "")
    assert coming(state, "ritual:x", state.now) == []
    assert last_before(state, "ritual:x", state.now) is None
    with pytest.raises(Refused, match="has no occurrences"):
        meant(state, "ritual:x", None)
    (only,) = rhythm(state).silent
    assert only.reason is not None
    assert why in only.reason


def test_sources_that_differ_about_the_time_silence_it() -> None:
    other = 'ritual:weekly schedule {outcome = "ambiguous", recurrence = []} -- tracker'
    assert why_silent(org(WEEKLY, other), "ritual:weekly") == "sources differ about when it is held"


def test_it_is_looked_at_a_working_day_before_or_as_its_rule_says() -> None:
    start = "2026-11-23T09:00:00.000000Z"
    assert looked_at(org(WEEKLY), "ritual:weekly", start)[:16] == "2026-11-22T09:00", "every hour counts"
    assert looked_at(org(WEEKLY, OFFICE), "ritual:weekly", start)[:16] == "2026-11-20T09:00", "Friday, at ten"
    ruled = org(WEEKLY, OFFICE, "ritual:weekly prepare_hours 2")
    assert looked_at(ruled, "ritual:weekly", start)[:16] == "2026-11-20T15:00", "an hour on Friday, one on Monday"
    assert looked_at(org(WEEKLY, "ritual:weekly prepare_hours 2"), "ritual:weekly", start)[:16] == "2026-11-23T07:00"


def test_its_record_is_awaited_for_a_working_day() -> None:
    end = "2026-11-20T15:30:00.000000Z"
    assert record_awaited(org(WEEKLY), "ritual:weekly", end)[:16] == "2026-11-21T15:30"
    assert record_awaited(org(WEEKLY, OFFICE), "ritual:weekly", end)[:16] == "2026-11-23T15:30"


def test_who_holds_it() -> None:
    assert holders(org(WEEKLY), "ritual:weekly") == ("team:web",)
    facts = WEEKLY.replace("owner team:web", "zone zone:z") + "\nzone:z decider person:~zoe"
    assert holders(org(facts), "ritual:weekly") == ("person:~zoe",)


CALENDARS = st.sampled_from(
    [
        "Europe/Berlin 09:00-17:00",
        "America/New_York Mon-Thu 08:00-12:30, 13:15-16:00; off 2026-11-26/2026-11-27",
        "Asia/Tokyo Sun-Thu 22:00-06:00",
        "UTC 24/7",
    ]
).map(parse_calendar)


@given(CALENDARS, st.integers(1, 60), st.integers(0, 60 * 24 * 40))
def test_before_working_hours_is_the_last_minute_with_so_many_left(
    calendar: Calendar, hours: int, minutes: int
) -> None:
    end = stamp(moment("2026-11-01T00:00:00Z") + timedelta(minutes=minutes))
    start = before_working_hours(end, hours, calendar)
    later = stamp(moment(start) + timedelta(minutes=1))
    assert working_hours_between(start, end, calendar) >= hours - 1e-9
    assert working_hours_between(later, end, calendar) < hours


def test_a_working_day_is_as_long_as_the_week_makes_it() -> None:
    assert working_day(parse_calendar("UTC Mon-Thu 09:00-17:00; Fri 09:00-13:00")) == 7.2
    assert working_day(parse_calendar("Europe/Berlin")) == working_day(None) == 24
    never = parse_calendar("UTC Mon 09:00-10:00; off 2026-01-01/2026-12-31")
    assert before_working_hours("2026-11-23T09:00:00.000000Z", 400, never) == "2026-11-06T17:00:00.000000Z"


def test_what_comes_next_and_what_nobody_recorded() -> None:
    facts = WEEKLY.replace('"Europe/Berlin"}]}', '"Europe/Berlin"}]} -- file 2026-11-05')
    facts += """
        occurrence:weekly/2026-11-09t0900z ritual ritual:weekly
        occurrence:weekly/2026-11-09t0900z status held
        occurrence:weekly/2026-11-23t0900z ritual ritual:weekly
        occurrence:weekly/2026-11-23t0900z status proposed
        occurrence:weekly/2026-11-23t0900z reason nothing to synchronise
    """
    found = rhythm(org(facts), count=2)
    assert [(one.start, one.status) for one in found.coming] == [
        ("2026-11-23T09:00:00.000000Z", "proposed"),
        ("2026-11-30T09:00:00.000000Z", "awaited"),
    ]
    assert found.coming[1].looked_at == "2026-11-29T09:00:00.000000Z"
    # Known since 5 November: that of the 2nd was nobody's to record, that of the 9th was.
    assert [one.start for one in found.unrecorded] == ["2026-11-16T09:00:00.000000Z"]
