"""Occurrences: on the wall clock of their zone, with everything that was left out, added and moved; always bounded."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import BadValue, UsageError
from counterpoint.model.schedule import Moved, Recurrence, Schedule
from counterpoint.state.schedule import (
    Occurrence,
    held,
    idle_exceptions,
    next_occurrences,
    occurrences,
    undetermined,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(**fields: Any) -> Schedule:
    known: dict[str, Any] = {"timezone": "Europe/Berlin", "rule": "FREQ=WEEKLY;BYDAY=TH", "time": "08:00"} | fields
    return Schedule("understood", (Recurrence(**known),))


def starts(found: list[Occurrence]) -> list[str]:
    return [f"{one.start:%Y-%m-%dT%H:%M}" for one in found]


def test_the_wall_clock_is_kept_over_a_change_to_summer_time() -> None:
    found = occurrences(weekly(), at("2026-03-20"), at("2026-04-04"))
    assert starts(found) == ["2026-03-26T07:00", "2026-04-02T06:00"]


def test_a_time_that_is_skipped_is_read_with_the_offset_from_before() -> None:
    daily = weekly(rule="FREQ=DAILY", time="02:30")
    found = occurrences(daily, at("2026-03-28"), at("2026-03-31"))
    assert starts(found) == [
        "2026-03-28T01:30",
        "2026-03-29T01:30",
        "2026-03-30T00:30",
    ]  # 03:30 summer time on the 29th


def test_a_time_that_happens_twice_is_the_first() -> None:
    found = occurrences(weekly(rule="FREQ=DAILY", time="02:30"), at("2026-10-25"), at("2026-10-26"))
    assert starts(found) == ["2026-10-25T00:30"]  # still summer time


def test_it_lasts_as_long_as_the_clock_says_not_as_the_wall_clock_says() -> None:
    (night,) = occurrences(weekly(rule="FREQ=DAILY", time="01:00", minutes=180), at("2026-03-29"), at("2026-03-29T12"))
    assert night.end == at("2026-03-29T03:00")


def test_until_in_utc_is_a_moment_and_a_bare_date_is_a_whole_day() -> None:
    start = "2026-01-01T08:00:00"
    by_moment = weekly(start=start, rule="FREQ=WEEKLY;UNTIL=20260115T065959Z")
    assert starts(occurrences(by_moment, at("2026-01-01"), at("2027-01-01")))[-1] == "2026-01-08T07:00"
    exactly = weekly(start=start, rule="FREQ=WEEKLY;UNTIL=20260115T070000Z")
    assert starts(occurrences(exactly, at("2026-01-01"), at("2027-01-01")))[-1] == "2026-01-15T07:00"
    by_day = weekly(start=start, rule="FREQ=WEEKLY;UNTIL=20260115")
    assert starts(occurrences(by_day, at("2026-01-01"), at("2027-01-01")))[-1] == "2026-01-15T07:00"
    local = weekly(start=start, rule="FREQ=WEEKLY;UNTIL=20260115T080000")
    assert starts(occurrences(local, at("2026-01-01"), at("2027-01-01")))[-1] == "2026-01-15T07:00"


def test_count_counts_from_the_start_whatever_the_window_is() -> None:
    thrice = weekly(
        start="2026-01-01T08:00:00", rule="FREQ=WEEKLY;INTERVAL=2;COUNT=3", excluded=("2026-01-15T08:00:00",)
    )
    assert starts(occurrences(thrice, at("2026-01-10"), at("2027-01-01"))) == ["2026-01-29T07:00"]


def test_left_out_added_and_moved() -> None:
    schedule = weekly(
        start="2026-01-01T08:00:00",
        rule="FREQ=WEEKLY",
        minutes=60,
        excluded=("2026-01-08T08:00:00", "2026-01-29"),
        also=("2026-01-09T10:00:00",),
        moved=(
            Moved("2026-01-15T08:00:00", "2026-01-16T09:00:00", 30),
            Moved("2026-01-22T08:00:00", "2026-02-27T08:00:00"),
        ),
        label="Planning",
    )
    found = occurrences(schedule, at("2026-01-01"), at("2026-02-05"))
    assert starts(found) == ["2026-01-01T07:00", "2026-01-09T09:00", "2026-01-16T08:00"]
    assert [(one.end - one.start).seconds // 60 if one.end else None for one in found] == [60, 60, 30]
    assert found[2].moved_from == at("2026-01-15T07:00")
    assert {one.label for one in found} == {"Planning"}
    assert "2026-02-27T07:00" in starts(occurrences(schedule, at("2026-02-20"), at("2026-03-01")))


def test_whole_days_begin_and_end_at_midnight_of_their_zone() -> None:
    schedule = weekly(start="2026-03-28T00:00:00", rule="FREQ=YEARLY", time=None, days=2)
    (only,) = occurrences(schedule, at("2026-01-01"), at("2027-01-01"))
    assert (only.start, only.end, only.whole_days) == (at("2026-03-27T23:00"), at("2026-03-29T22:00"), True)


def test_a_single_event_and_two_recurrences_at_one_moment() -> None:
    single = Recurrence("UTC", None, "2026-01-05T10:00:00", "10:00")
    weekly_ = Recurrence("UTC", "FREQ=WEEKLY;BYDAY=MO", None, "10:00")
    schedule = Schedule("understood", (single, weekly_))
    assert starts(occurrences(schedule, at("2026-01-05"), at("2026-01-13"))) == ["2026-01-05T10:00", "2026-01-12T10:00"]


@pytest.mark.parametrize("outcome", ["ambiguous", "not understood"])
def test_what_is_not_certain_has_no_occurrences(outcome: Any) -> None:
    schedule = Schedule(outcome, weekly().recurrences)
    assert occurrences(schedule, at("2026-01-01"), at("2027-01-01")) == []
    assert held(schedule, at("2026-01-01"), at("2027-01-01")).minutes is None


def test_a_recurrence_without_anchor_has_none_and_is_named() -> None:
    parts = (*weekly(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH").recurrences, *weekly(time="10:00", minutes=30).recurrences)
    schedule = Schedule("phase unknown", parts)
    assert undetermined(schedule) == [0]
    assert {one.recurrence for one in next_occurrences(schedule, at("2026-01-01"), 3)} == {1}
    lacking = held(schedule, at("2026-01-01"), at("2026-02-01"))
    assert (lacking.occurrences, lacking.minutes, lacking.why) == (5, None, "the schedule is phase unknown")


def test_hours_are_added_up_only_where_nothing_lacks() -> None:
    window = at("2026-01-01"), at("2026-02-01")
    assert held(weekly(minutes=45), *window).minutes == 5 * 45
    lacking = held(weekly(), *window)
    assert (lacking.occurrences, lacking.minutes, lacking.why) == (5, None, "nobody said how long it takes")
    assert held(weekly(), *window, minutes=30).minutes == 150
    assert held(Schedule("ambiguous"), *window).why == "the schedule is ambiguous"


def test_the_next_ones_begin_at_now_or_later() -> None:
    now = at("2026-01-08T07:00")
    assert starts(next_occurrences(weekly(), now, 2)) == ["2026-01-08T07:00", "2026-01-15T07:00"]
    assert starts(next_occurrences(weekly(), now + timedelta(seconds=1), 1)) == ["2026-01-15T07:00"]
    leap = weekly(start="2024-02-29T08:00:00", rule="FREQ=YEARLY")
    assert starts(next_occurrences(leap, now, 2)) == ["2028-02-29T07:00", "2032-02-29T07:00"]
    over = weekly(start="2024-02-29T08:00:00", rule="FREQ=WEEKLY;COUNT=2")
    assert next_occurrences(over, now, 5) == []


def test_an_exception_that_falls_on_no_occurrence_is_named() -> None:
    schedule = weekly(excluded=("2026-01-08T08:00:00", "2026-01-15T07:00:00", "2026-01-22", "2026-01-23"))
    assert idle_exceptions(schedule) == ["2026-01-15T07:00:00", "2026-01-23"]


def test_a_window_needs_a_zone() -> None:
    with pytest.raises(UsageError, match="time zone"):
        occurrences(weekly(), datetime(2026, 1, 1), datetime(2026, 2, 1))


HOSTILE = [
    "FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=5", "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=99999999",
    "FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=0,1,2,3,4,5", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYSETPOS=9",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=5", "FREQ=DAILY;BYYEARDAY=400", "FREQ=DAILY;COUNT=2;UNTIL=20260101", "", "X",
    "FREQ=NEVER", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;UNTIL=20261399",
    "FREQ=WEEKLY;FREQ=DAILY",
]  # fmt: skip


@pytest.mark.parametrize("rule", HOSTILE)
def test_hostile_and_broken_rules_are_refused(rule: str) -> None:
    value = {"outcome": "understood", "recurrence": [{"timezone": "UTC", "rule": rule or " ", "time": "08:00"}]}
    with pytest.raises(BadValue):
        occurrences(value, at("2026-01-01"), at("2027-01-01"))


NEVER = [
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=10000",
    "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29;COUNT=10000", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
    "FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;COUNT=10000", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYSETPOS=3",
]  # fmt: skip


@pytest.mark.parametrize("rule", NEVER)
def test_rules_that_hardly_ever_or_never_match_end_soon(rule: str) -> None:
    schedule = weekly(start="1901-09-03T08:00:00", rule=rule)
    began = time.process_time()
    next_occurrences(schedule, at("2026-01-01"), 20)
    assert time.process_time() - began < 5


CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def rules(draw: st.DrawFn) -> str:
    days = ",".join(draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True)))
    counted = f"{draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2]))}{draw(st.sampled_from(CODES))}"
    body = draw(
        st.sampled_from(
            [
                "FREQ=DAILY",
                f"FREQ=DAILY;BYDAY={days}",
                f"FREQ=DAILY;BYMONTH={draw(st.integers(1, 12))}",
                "FREQ=WEEKLY",
                f"FREQ=WEEKLY;BYDAY={days}",
                f"FREQ=WEEKLY;BYDAY={days};WKST=SU",
                f"FREQ=WEEKLY;BYDAY={days};BYMONTH={draw(st.integers(1, 12))}",
                "FREQ=MONTHLY",
                f"FREQ=MONTHLY;BYDAY={counted}",
                f"FREQ=MONTHLY;BYMONTHDAY={draw(st.sampled_from([1, 15, 29, 30, 31, -1, -3]))}",
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                "FREQ=YEARLY",
                f"FREQ=YEARLY;BYMONTH={draw(st.integers(1, 12))};BYDAY={counted}",
                f"FREQ=YEARLY;BYWEEKNO={draw(st.integers(1, 53))};BYDAY={days}",
                f"FREQ=YEARLY;BYYEARDAY={draw(st.sampled_from([1, 100, 366, -1]))}",
                f"FREQ=DAILY;BYHOUR=8,{draw(st.integers(9, 23))}",
            ]
        )
    )
    interval = draw(st.sampled_from(["", ";INTERVAL=2", ";INTERVAL=3"]))
    end = draw(st.sampled_from(["", ";COUNT=7", ";UNTIL=20260715T120000"]))
    return f"{body}{interval}{end}"


@settings(deadline=None)
@given(
    rules(),
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 6, 1)),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),
)
def test_it_is_what_dateutil_gives_over_the_whole_time(rule: str, begin: datetime, first: datetime) -> None:
    begin, first = begin.replace(second=0, microsecond=0), first.replace(microsecond=0)
    last = first + timedelta(days=400)
    schedule = weekly(timezone="UTC", start=begin.isoformat(), rule=rule)
    limit = datetime(2026, 7, 15, 12)
    whole = {*rrulestr(rule, dtstart=begin).between(first, last, inc=True)}
    whole |= {begin} if "UNTIL" not in rule or begin <= limit else set()
    expected = sorted(moment for moment in whole if first <= moment < last)
    found = occurrences(schedule, first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
    assert [one.start.replace(tzinfo=None) for one in found] == expected
