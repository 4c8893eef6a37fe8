"""Schedules from tables: the real calendar of Rust against another reader, and what tables may and may not say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import tomli

from counterpoint.errors import BadValue
from counterpoint.model.schedule import Schedule, schedule_of
from counterpoint.sources.schedule_rules import rule_of, schedule_from_rules
from counterpoint.state.schedule import idle_exceptions, next_occurrences, occurrences
from tests.realdata import data

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def rust_events() -> list[dict[str, Any]]:
    files = sorted(data("rust", "calendar").rglob("*.toml"))
    assert len(files) == 36
    return [event for file in files for event in tomli.loads(file.read_text(encoding="utf-8")).get("events", [])]


def read(event: dict[str, Any]) -> Schedule:
    return schedule_from_rules(
        {
            "start": event["start"],
            "end": event.get("end"),
            "rules": event.get("recurrence_rules"),
            "except": event.get("exceptions"),
        }
    )


def test_all_events_of_rust_are_understood() -> None:
    events = rust_events()
    found = [read(event) for event in events]
    assert (len(found), sum(1 for one in found if one.recurrences[0].rule)) == (77, 63)
    assert {one.outcome for one in found} == {"understood"}
    assert all(schedule_of(one.as_json()) == one for one in found)


# Checked by hand with a paper calendar: the day of the week or month, the weeks since the start, the offset in winter.
BY_HAND = {
    "Types Team Office Hours": "2026-11-24T15:00",  # Tuesdays 10:00 in New York
    "Rust Bootstrap Team Meeting": "2026-12-07T16:00",  # first Monday, 17:00 in Paris
    "build-std Team Meeting": "2026-12-03T17:30",  # 280 days, 20 fortnights after 26 February
    "Clippy meeting": "2026-11-24T16:00",  # 1050 days, 75 fortnights after 9 January 2024
    "New Rust Release": "2026-12-24T00:00",  # 1050 days, 25 times six weeks after 8 February 2024; a whole day
    "Leadership Council Meeting": "2026-12-04T16:30",  # 1050 days after 19 January 2024
    "Rustdoc meeting": "2026-12-14T20:00",  # second Monday, 21:00 in Paris
    "Rust Spec Team Meeting (async)": "2026-12-20T16:00",  # the 20th, 11:00 in New York
    "t-rust-analyzer Steering Meeting": "2026-12-01T14:00",  # 756 days, 18 times six weeks after 5 November 2024
    "Libs Meeting": "2026-11-24T16:00",  # Tuesdays 08:00 on the Pacific coast
    "Rust Infrastructure Team Meeting": "2026-11-23T14:30",  # Mondays 15:30 in Amsterdam
}


def test_next_occurrences_that_were_checked_by_hand() -> None:
    found = {
        event["title"]: next_occurrences(read(event), NOW)[0].start
        for event in rust_events()
        if event["title"] in BY_HAND
    }
    assert {title: f"{start:%Y-%m-%dT%H:%M}" for title, start in found.items()} == BY_HAND


def _stamp(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y%m%dT%H%M%S}"


def _property(name: str, told: Any) -> str:
    zone = told.get("timezone", "UTC") if isinstance(told, dict) else "UTC"
    text = told["date"] if isinstance(told, dict) else told
    if len(str(text)) == 10:
        return f"{name};VALUE=DATE:{str(text).replace('-', '')}"
    return f"{name}:{_stamp(text)}Z" if zone == "UTC" else f"{name};TZID={zone}:{_stamp(text)}"


def _rrule(rule: dict[str, Any]) -> str:
    parts = [f"FREQ={rule['frequency'].upper()}"]
    parts += [f"{name.upper()}={rule[name]}" for name in ("interval", "count") if name in rule]
    parts += [f"BYHOUR={','.join(map(str, rule['by_hour']))}"] if "by_hour" in rule else []
    days = [f"{day.get('num', '')}{day['day'][:2].upper()}" for day in rule.get("by_day", [])]
    parts += [f"BYDAY={','.join(days)}"] if days else []
    parts += [f"UNTIL={_stamp(rule['until'])}Z"] if "until" in rule else []
    return "RRULE:" + ";".join(parts)


def _as_icalendar(event: dict[str, Any]) -> str:
    exceptions = event.get("exceptions", {"dates": [], "timezone": "UTC"})
    lines = [
        *(
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "BEGIN:VEVENT",
            f"UID:{event['uid']}",
            _property("DTSTART", event["start"]),
        ),
        *([_property("DTEND", event["end"])] if "end" in event else []),
        *(_rrule(rule) for rule in event.get("recurrence_rules", [])),
        *(f"EXDATE;TZID={exceptions['timezone']}:{_stamp(each)}" for each in exceptions["dates"]),
        *("END:VEVENT", "END:VCALENDAR"),
    ]
    return "\r\n".join(lines)


def test_all_events_of_rust_are_where_another_reader_puts_them() -> None:
    compared = 0
    for event in rust_events():
        schedule = read(event)
        if idle_exceptions(schedule):
            # The other reader also drops an occurrence whose time in UTC has the figures of an exception, whatever the
            # zone of that is. Here an exception is in the zone that it names; read in UTC, they must agree.
            assert starts(schedule) == of_the_other_reader({**event, "exceptions": {"dates": [], "timezone": "UTC"}})
            schedule = read({**event, "exceptions": {**event["exceptions"], "timezone": "UTC"}})
            # Nor would UTC have been a safe guess: three of them fit no occurrence in either reading.
            assert len(idle_exceptions(schedule)) == (3 if "PubGrub" in event["title"] else 0)
        assert starts(schedule) == of_the_other_reader(event), event["title"]
        compared += len(starts(schedule))
    assert compared > 3500


FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


def starts(schedule: Schedule) -> list[datetime]:
    return [one.start for one in occurrences(schedule, FIRST, LAST)]


def of_the_other_reader(event: dict[str, Any]) -> list[datetime]:
    other = recurring_ical_events.of(icalendar.Calendar.from_ical(_as_icalendar(event)))
    found = {_moment(one["DTSTART"].dt) for one in other.between(FIRST, LAST)}
    return sorted(moment for moment in found if FIRST <= moment < LAST)


def _moment(found: date | datetime) -> datetime:
    if isinstance(found, datetime):
        return found.astimezone(UTC)
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def test_exceptions_are_read_as_they_stand_and_those_that_exclude_nothing_are_named() -> None:
    idle = {event["title"]: idle_exceptions(read(event)) for event in rust_events() if "exceptions" in event}
    assert {title: len(found) for title, found in idle.items()} == {
        "Cargo Contributor Mentorship Office Hours": 4,
        "Cargo Resolver and PubGrub Office Hours": 14,
        "Cargo Team Weekly Meeting": 2,  # 15:00 in New York for a meeting at 10:00: meant in UTC, and written otherwise
        "Office Hours: Jana": 0,
    }


def test_several_rules_of_one_event_share_what_is_left_out_and_moved() -> None:
    schedule = schedule_from_rules(
        {
            "start": "2026-01-07T10:00:00",
            "timezone": "America/New_York",
            "minutes": 60,
            "rules": [
                {"frequency": "weekly", "by_day": [{"day": "wednesday"}], "by_hour": [10]},
                {"frequency": "weekly", "by_day": ["thursday"], "by_hour": 16},
            ],
            "except": ["2026-01-08T16:00:00"],
            "moved": [{"from": "2026-01-15T16:00:00", "to": "2026-01-16T16:00:00", "minutes": 30}],
        }
    )
    found = occurrences(schedule, datetime(2026, 1, 7, tzinfo=UTC), datetime(2026, 1, 18, tzinfo=UTC))
    assert [f"{one.start:%d %H:%M}" for one in found] == ["07 15:00", "14 15:00", "16 21:00"]
    assert [one.end - one.start for one in found if one.end] == [timedelta(minutes=60)] * 2 + [timedelta(minutes=30)]


def test_times_with_another_zone_are_brought_to_the_clock_of_the_event() -> None:
    schedule = schedule_from_rules(
        {
            "start": {"date": "2026-01-05T09:00:00.00", "timezone": "Europe/Berlin"},
            "end": {"date": "2026-01-05T04:00:00.00", "timezone": "America/New_York"},
            "rules": "FREQ=DAILY",
            "except": {"timezone": "America/New_York", "dates": ["2026-01-06T03:00:00"]},
            "also": "2026-01-09T10:00:00Z",
        }
    )
    (one,) = schedule.recurrences
    assert (one.minutes, one.excluded, one.also) == (60, ("2026-01-06T09:00:00",), ("2026-01-09T11:00:00",))


def test_tables_with_dates_of_toml_and_rules_with_every_part() -> None:
    rule = {
        "frequency": "monthly", "interval": 2, "by_day": [{"day": "friday", "num": -1}, "1MO"], "by_month": 3,
        "until": datetime(2027, 1, 1, tzinfo=UTC), "week_start": "sunday", "by_set_pos": 1,
    }  # fmt: skip
    start, until = datetime(2026, 3, 2, 9), {"frequency": "weekly", "until": date(2026, 5, 1)}
    one = schedule_from_rules({"start": start, "rules": [rule]}, zone="UTC").recurrences[0]
    assert one.rule == "FREQ=MONTHLY;INTERVAL=2;BYMONTH=3;BYDAY=1MO,-1FR;BYSETPOS=1;UNTIL=20270101T000000Z;WKST=SU"
    assert (
        schedule_from_rules({"start": start, "rules": until}, zone="UTC").recurrences[0].rule
        == "FREQ=WEEKLY;UNTIL=20260501"
    )
    day = schedule_from_rules({"start": date(2026, 3, 2), "end": date(2026, 3, 4)}).recurrences[0]
    assert (day.days, day.minutes, day.rule, day.timezone) == (2, None, None, "UTC")


def test_without_any_zone_it_is_not_understood() -> None:
    assert schedule_from_rules({"start": "2026-01-05T09:00:00"}).outcome == "not understood"
    assert schedule_from_rules({"start": "2026-01-05T09:00:00"}, zone="Asia/Tokyo").outcome == "understood"
    assert schedule_from_rules({"start": "2026-01-05T09:00:00+09:00"}).recurrences[0].timezone == "UTC+09:00"


WRONG = [
    ({}, "start is missing"),
    ({"start": "soon"}, "start: 'soon'"),
    ({"start": "2026-02-30"}, "start: '2026-02-30'"),
    ({"begin": "2026-01-05"}, "has no 'begin'"),
    ({"start": "2026-01-05T09:00:00", "timezone": "Mars"}, "'Mars' is no time zone"),
    ({"start": "2026-01-05T09:00:00", "end": "2026-01-05T08:00:00"}, "ends before it starts"),
    ({"start": "2026-01-05T09:00:00", "end": "2026-01-06"}, "a day, the other a time"),
    ({"start": "2026-01-05T09:00:00", "end": "2026-01-05T10:00:00", "minutes": 5}, "both an end and minutes"),
    ({"start": "2026-01-05T09:00:00", "minutes": "an hour"}, "minutes"),
    ({"start": "2026-01-05T09:00:00", "rules": [{"interval": 2}]}, "a rule is a table with a frequency"),
    ({"start": "2026-01-05T09:00:00", "rules": [{"frequency": "weekly", "every": 2}]}, "a rule has no 'every'"),
    ({"start": "2026-01-05T09:00:00", "rules": [{"frequency": "hourly"}]}, "too often"),
    ({"start": "2026-01-05T09:00:00", "rules": [{"frequency": "weekly", "until": "later"}]}, "until: 'later'"),
    ({"start": "2026-01-05T09:00:00", "rules": [{"frequency": "weekly", "by_day": [{"num": 1}]}]}, "BYDAY"),
    ({"start": "2026-01-05T09:00:00", "moved": [{"to": "2026-01-05T09:00:00"}]}, "moved: it takes from and to"),
    ({"start": "2026-01-05T09:00:00", "except": {"dates": [], "zone": "UTC"}}, "except has no 'zone'"),
    ({"start": {"day": "2026-01-05"}}, "has date and timezone"),
    ({"start": "2026-01-07", "end": "2026-01-06"}, "ends before it starts"),
    ({"start": "2026-01-05T09:00:00", "text": 7}, "text: 7 is not a text"),
]


@pytest.mark.parametrize(("parts", "message"), WRONG)
def test_what_is_wrong_with_a_table_is_said(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(BadValue, match=message):
        schedule_from_rules(parts, zone=None if "timezone" in parts else "UTC")


def test_rules_from_tables_and_texts() -> None:
    assert rule_of({"frequency": "weekly", "by_day": [{"day": "monday"}, "TU", "fri"]}) == "FREQ=WEEKLY;BYDAY=MO,TU,FR"
    assert rule_of({"freq": "MONTHLY", "byday": {"day": "sunday", "num": -1}}) == "FREQ=MONTHLY;BYDAY=-1SU"
    assert rule_of({"freq": "yearly", "by_month": [3], "by_month_day": 5, "until": "2026-01-01"}).endswith(
        "UNTIL=20260101"
    )
    assert rule_of({"FREQ": "weekly", "BYDAY": ["mo"], "UNTIL": "20270101T000000Z", "count": None}) == (
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101T000000Z"
    )
    assert rule_of("RRULE:FREQ=DAILY;COUNT=3") == "FREQ=DAILY;COUNT=3"
    for bad in ({"frequency": "weekly", "bye": 1}, {"freq": "sometimes"}, 3, {"freq": "weekly", "by_day": "someday"}):
        with pytest.raises(BadValue):
            rule_of(bad)
    for word in ("money", "tuesdays", "m", {"day": "monday", "nth": 2}):
        with pytest.raises(BadValue, match="BYDAY"):
            rule_of({"freq": "monthly", "by_day": word})


def test_offsets_single_moves_and_empty_parts() -> None:
    one = schedule_from_rules({"start": "2026-01-05T10:00:00+01:00", "end": "2026-01-05T10:30:00+01:00", "rules": ""})
    assert (one.outcome, one.recurrences[0].timezone, one.recurrences[0].minutes) == ("understood", "UTC+01:00", 30)
    (only,) = schedule_from_rules(
        {
            "start": "2026-01-05T10:00", "timezone": " Europe/Berlin ", "rules": "FREQ=WEEKLY", "end": None, "text": "",
            "except": ["2026-01-12", "2026-01-19T09:00:00Z"], "also": "2026-01-13T10:00",
            "moved": {"from": "2026-01-26T10:00", "to": "2026-01-27T10:00", "minutes": None},
        }
    ).recurrences  # fmt: skip
    assert only.excluded == ("2026-01-12", "2026-01-19T10:00:00")
    assert (only.also, only.moved[0].to) == (("2026-01-13T10:00:00",), "2026-01-27T10:00:00")


def test_an_end_and_minutes_that_are_the_same_and_days_that_take_minutes() -> None:
    start = "2026-03-28T23:00:00"  # the clocks of Berlin skip an hour in that night
    parts = {"start": start, "end": "2026-03-29T04:00:00", "timezone": "Europe/Berlin", "minutes": 240}
    assert schedule_from_rules(parts).recurrences[0].minutes == 240
    day = schedule_from_rules({"start": "2026-03-28", "minutes": 15}).recurrences[0]
    assert (day.days, day.minutes) == (1, 15)


def test_each_rule_begins_where_it_first_hits() -> None:
    parts = {"start": "2026-01-07T10:00:00", "rules": [{"freq": "weekly", "byday": "fr", "by_hour": 16, "interval": 2}]}
    one = schedule_from_rules(parts, zone="UTC").recurrences[0]
    assert (one.start, one.time) == ("2026-01-09T16:00:00", "16:00")
    limited = {"freq": "weekly", "byday": "mo", "until": "2026-01-13T00:00:00Z"}
    one = schedule_from_rules({"start": "2026-01-07T10:00:00", "rules": limited}, zone="Asia/Tokyo").recurrences[0]
    assert one.start == "2026-01-12T10:00:00"
