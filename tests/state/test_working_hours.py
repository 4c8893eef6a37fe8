"""How far working hours reach, and whose they are: examples, both changes of the clocks, and the laws."""

from __future__ import annotations

import doctest
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import BadValue
from counterpoint.model.calendars import Calendar, parse_calendar
from counterpoint.model.times import moment, stamp
from counterpoint.state.memory import MemoryReader
from counterpoint.state.view import State
from counterpoint.state.working_hours import add_working_hours, calendar_of, is_working, working_hours_between
from tests.model.test_calendars import calendars
from tests.state.organisation import NOW, org, org_entries


def at(text: str, zone: str = "Europe/Berlin", *, fold: int = 0) -> str:
    """The stamp of a wall-clock time."""
    return stamp(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


def added(start: str, hours: float, calendar: str, *, fold: int = 0) -> str:
    """Where it leads on the wall clock of Berlin."""
    found = add_working_hours(at(start, fold=fold), hours, parse_calendar(calendar))
    local = moment(found).astimezone(ZoneInfo("Europe/Berlin"))
    return f"{local:%a %Y-%m-%dT%H:%M}{'*' if local.fold else ''}"


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T09:00", 8, "Mon 2026-11-23T17:00"),
        ("2026-11-23T09:00", 8.5, "Tue 2026-11-24T09:30"),
        ("2026-11-23T16:00", 4, "Tue 2026-11-24T12:00"),
        ("2026-11-27T16:00", 4, "Mon 2026-11-30T12:00"),
        ("2026-11-28T03:00", 1, "Mon 2026-11-30T10:00"),
        ("2026-11-28T03:00", 0, "Mon 2026-11-30T09:00"),
        ("2026-11-27T17:00", 0, "Fri 2026-11-27T17:00"),
        ("2026-11-27T10:00", 0, "Fri 2026-11-27T10:00"),
        ("2026-11-23T09:00", 40 * 52, "Fri 2027-11-19T17:00"),
    ],
)
def test_hours_of_an_office(start: str, hours: float, end: str) -> None:
    assert added(start, hours, "Europe/Berlin 09:00-17:00") == end


def test_days_off_and_nights() -> None:
    holidays = "Europe/Berlin 09:00-17:00; off 2026-12-24/2027-01-03"
    assert added("2026-12-23T16:00", 2, holidays) == "Mon 2027-01-04T10:00"
    night = "Europe/Berlin Fri 22:00-06:00"
    assert added("2026-11-27T12:00", 8, night) == "Sat 2026-11-28T06:00"
    assert added("2026-11-27T12:00", 9, night) == "Fri 2026-12-04T23:00"
    assert added("2026-11-28T05:00", 0.5, night) == "Sat 2026-11-28T05:30"


def test_the_clocks_go_forward_and_an_hour_is_missing() -> None:
    """In Berlin 2026-03-29, 02:00 to 03:00 is not on any clock."""
    assert added("2026-03-29T00:00", 5, "Europe/Berlin 24/7") == "Sun 2026-03-29T06:00"
    assert added("2026-03-28T17:00", 1, "Europe/Berlin daily 01:30-04:00") == "Sun 2026-03-29T03:30"
    assert added("2026-03-29T00:00", 0.25, "Europe/Berlin daily 02:15-02:45") == "Mon 2026-03-30T02:30"
    assert added("2026-03-27T16:00", 2, "Europe/Berlin 09:00-17:00") == "Mon 2026-03-30T10:00"
    day = parse_calendar("Europe/Berlin daily 00:00-12:00")
    assert working_hours_between(at("2026-03-29T00:00"), at("2026-03-30T00:00"), day) == 11


def test_the_clocks_go_back_and_an_hour_comes_twice() -> None:
    """In Berlin 2026-10-25, 02:00 to 03:00 comes twice; a star marks the second."""
    assert added("2026-10-25T00:00", 3, "Europe/Berlin 24/7") == "Sun 2026-10-25T02:00*"
    assert added("2026-10-25T00:00", 1.5, "Europe/Berlin daily 02:00-03:00") == "Sun 2026-10-25T02:30*"
    assert added("2026-10-25T00:00", 1, "Europe/Berlin daily 02:15-02:45") == "Sun 2026-10-25T02:45*"
    assert added("2026-10-25T02:30", 0, "Europe/Berlin daily 02:30-04:00", fold=0) == "Sun 2026-10-25T02:30"
    assert added("2026-10-25T02:10", 0, "Europe/Berlin daily 02:30-04:00", fold=1) == "Sun 2026-10-25T02:30*"
    day = parse_calendar("Europe/Berlin daily 00:00-12:00")
    assert working_hours_between(at("2026-10-25T00:00"), at("2026-10-26T00:00"), day) == 13


def test_without_a_calendar_every_hour_counts() -> None:
    assert add_working_hours(at("2026-11-27T16:00"), 4, None) == at("2026-11-27T20:00")
    assert added("2026-11-28T16:00", 4, "Europe/Berlin") == "Sat 2026-11-28T20:00"
    assert working_hours_between(at("2026-11-27T16:00"), at("2026-11-27T20:30"), None) == 4.5
    assert working_hours_between(at("2026-11-27T20:30"), at("2026-11-27T16:00"), None) == 0
    assert is_working(at("2026-11-28T03:00"), None)


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), 10**9])
def test_no_number_of_hours(hours: float) -> None:
    for calendar in (None, parse_calendar("UTC 9-17")):
        with pytest.raises(BadValue, match="no number of hours"):
            add_working_hours(at("2026-11-27T16:00"), hours, calendar)


def test_hours_that_are_never_over() -> None:
    with pytest.raises(BadValue, match="within a hundred years"):
        add_working_hours(at("2026-11-27T16:00"), 40_000, parse_calendar("UTC Mon 09:00-09:05"))
    with pytest.raises(BadValue, match="last day"):
        add_working_hours("9999-12-31T20:00:00Z", 6, None)
    with pytest.raises(BadValue, match="within a hundred years"):
        add_working_hours("9999-12-31T20:00:00Z", 6, parse_calendar("UTC 24/7"))


# ---- laws ----

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)) | st.sampled_from(
    [datetime(2026, 3, 29, hour, 15) for hour in range(24)] + [datetime(2026, 10, 25, hour, 45) for hour in range(24)]
)
STAMPS = MOMENTS.map(lambda one: stamp(one.replace(tzinfo=UTC)))
QUARTERS = st.integers(0, 200).map(lambda quarters: quarters / 4)


@given(STAMPS, QUARTERS, QUARTERS, calendars())
def test_adding_twice_is_adding_the_sum(start: str, one: float, other: float, calendar: Calendar) -> None:
    both = add_working_hours(start, one + other, calendar)
    assert add_working_hours(add_working_hours(start, one, calendar), other, calendar) == both


@given(STAMPS, STAMPS, QUARTERS, QUARTERS, calendars())
def test_later_and_longer_is_never_earlier(
    start: str, other: str, hours: float, more: float, calendar: Calendar
) -> None:
    first, second = sorted((start, other))
    assert add_working_hours(first, hours, calendar) <= add_working_hours(second, hours, calendar)
    assert start <= add_working_hours(start, hours, calendar) <= add_working_hours(start, hours + more, calendar)


@given(STAMPS, QUARTERS, calendars())
def test_what_is_added_lies_between(start: str, hours: float, calendar: Calendar) -> None:
    end = add_working_hours(start, hours, calendar)
    assert working_hours_between(start, end, calendar) == pytest.approx(hours)
    # It lands within the hours, or at the very end of them: a moment before it was a working one, or it begins them.
    just_before = stamp(moment(end) - timedelta(microseconds=1))
    assert is_working(end, calendar) or is_working(just_before, calendar)


@given(STAMPS, calendars())
def test_a_moment_is_working_when_the_wall_clock_says_so(at_: str, calendar: Calendar) -> None:
    local = moment(at_).astimezone(ZoneInfo(calendar.zone)) if "/" in calendar.zone or calendar.zone == "UTC" else None
    if local is not None:
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        expected = any(start * 60 <= seconds < end * 60 for start, end in calendar.open_on(local.date()))
        assert is_working(at_, calendar) == expected


@given(STAMPS, st.integers(0, 60), calendars())
def test_the_hours_between_are_the_minutes_that_are_working(start: str, quarters: int, calendar: Calendar) -> None:
    """Against a count that shares nothing but the calendar: each minute asked by itself."""
    first = moment(start).replace(second=0, microsecond=0)
    minutes = range(quarters * 15)
    counted = sum(is_working(stamp(first + timedelta(minutes=minute)), calendar) for minute in minutes)
    end = stamp(first + timedelta(minutes=len(minutes)))
    assert working_hours_between(stamp(first), end, calendar) * 60 == pytest.approx(counted)


# ---- whose ----


def test_the_hours_of_a_party_are_its_own_then_its_teams_then_its_zones_then_the_organisations() -> None:
    facts = """
        person:~ana calendar Asia/Tokyo 10:00-18:00
        team:lang lead person:~ana
        team:lang member person:~bo
        team:core member person:~eve
        team:lang parent team:compiler
        team:compiler calendar Europe/Berlin 09:00-17:00
        zone:core owner team:core
        zone:core parent zone:all
        zone:all calendar America/Halifax 08:00-16:00
        zone:organisation calendar UTC 09:00-17:00
        agent:bot sponsor person:~ana
        team:lang member agent:bot
    """
    state = org(facts)
    found = {party: calendar_of(state, party) for party in ("person:~ana", "person:~bo", "person:~eve", "person:~zoe")}
    assert [(one.rule, one.at) for one in found.values()] == [
        ("own", "person:~ana"),
        ("team", "team:compiler"),
        ("zone", "zone:all"),
        ("organisation", "zone:organisation"),
    ]
    assert str(found["person:~bo"]) == "working hours of team:compiler (Europe/Berlin 09:00-17:00)"
    assert found["person:~bo"].claims[0].entity == "team:compiler"
    assert calendar_of(state, "team:lang").at == "team:compiler"
    assert calendar_of(state, "agent:bot").calendar is None, "an agent keeps no office hours"
    assert calendar_of(org("agent:bot calendar UTC 09:00-10:00"), "agent:bot").rule == "own"


def test_where_nobody_states_hours_every_hour_counts_and_it_says_so() -> None:
    nobody = calendar_of(org("person:~ana"), "person:~ana")
    assert (nobody.calendar, nobody.rule) == (None, "nobody")
    assert str(nobody) == "every hour counts: nobody states working hours"
    alone = calendar_of(org("person:~ana calendar Europe/Berlin"), "person:~ana")
    assert str(alone) == "every hour counts: person:~ana states a time zone and no hours (Europe/Berlin)"


def test_teams_that_keep_different_hours_choose_nothing() -> None:
    facts = """
        team:a lead person:~ana
        team:b member person:~ana
        team:a calendar Asia/Tokyo 10:00-18:00
        team:b calendar Europe/Berlin 09:00-17:00
        zone:organisation calendar UTC 09:00-17:00
    """
    found = calendar_of(org(facts), "person:~ana")
    assert found.rule == "organisation"
    assert found.passed == ("the teams of person:~ana keep different hours: team:a, team:b",)
    archived = calendar_of(org(facts, "team:b status archived"), "person:~ana")
    assert archived.at == "team:a"


def test_sources_that_differ_choose_nothing_and_a_loop_of_teams_ends() -> None:
    facts = """
        person:~ana calendar Asia/Tokyo 10:00-18:00
        person:~ana calendar UTC 10:00-18:00 -- tracker
        team:a lead person:~ana
        team:a parent team:b
        team:b parent team:a
    """
    found = calendar_of(org(facts), "person:~ana")
    assert found.rule == "nobody"
    assert found.passed == ("person:~ana: sources differ about the calendar, and none has authority",)


def test_a_zone_that_is_no_more_is_passed_over() -> None:
    """What was taken once is kept; a later edition of the zones may not have it."""
    (entry,) = org_entries("person:~ana calendar UTC 09:00-17:00")
    gone = [
        replace(one, value="Atlantis/Main 09:00-17:00") if one.attribute == "calendar" else one
        for one in entry.statements
    ]
    state = State(MemoryReader([replace(entry, statements=tuple(gone))], NOW))
    found = calendar_of(state, "person:~ana")
    assert found.rule == "nobody"
    assert found.passed == ("person:~ana: the calendar cannot be read ('Atlantis/Main' is no time zone)",)


# ---- the page ----

PAGE = Path(__file__).resolve().parents[2] / "docs" / "organisation.md"


def test_the_examples_on_the_page_are_true() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried) == (0, 6)
    section = PAGE.read_text(encoding="utf-8").split("### Working hours")[1].split("\n### ")[0]
    written = re.findall(r"`([^`]+)`", " ".join(re.findall(r"(?m)^\| (.*?) \|", section)))
    whole = [text.replace("… ;", "UTC 9-17;") for text in written if text != "written"]
    assert len(whole) == 9
    for text in whole:
        parse_calendar(text)
