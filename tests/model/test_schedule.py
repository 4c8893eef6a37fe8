"""The value of the attribute ``schedule``: its shape, its rules, zones and anchors."""

from __future__ import annotations

from typing import Any

import pytest

from counterpoint.errors import BadValue
from counterpoint.model.kinds import attribute_of
from counterpoint.model.rules import parse_rule, rule_text
from counterpoint.model.schedule import anchored, offset_name, schedule_of, zone_of
from counterpoint.model.values import check

SCHEDULE = attribute_of("ritual", "schedule")


def value(**fields: Any) -> dict[str, Any]:
    recurrence = {"timezone": "UTC", "rule": "FREQ=WEEKLY;BYDAY=TH", "time": "08:00"} | fields
    return {"outcome": "understood", "recurrence": [recurrence]}


def test_the_attribute_takes_the_value_and_completes_it() -> None:
    assert SCHEDULE is not None
    assert check(SCHEDULE, value(rule="BYDAY=TH,MO;FREQ=weekly", minutes=30.0)) == {
        "outcome": "understood",
        "recurrence": [
            {
                "start": None,
                "time": "08:00",
                "timezone": "UTC",
                "rule": "FREQ=WEEKLY;BYDAY=MO,TH",
                "minutes": 30,
                "except": [],
                "also": [],
                "moved": [],
            }
        ],
    }
    assert check(SCHEDULE, {"outcome": "ambiguous"}) == {"outcome": "ambiguous", "recurrence": []}


WRONG = [
    ({"outcome": "guessed"}, "no outcome"),
    ({"outcome": "understood", "recurrence": "weekly"}, "not a list"),
    ({"outcome": "understood", "recurrence": ["weekly"]}, "not a table"),
    (value(when="now"), "has no 'when'"),
    (value(time="8:00"), "not a time of day"),
    (value(time="24:00"), "not a time of day"),
    (value(timezone="Mars/Olympus"), "no time zone"),
    (value(timezone="localtime"), "no time zone"),
    (value(start="2026-01-01T08:00:00Z"), "has a zone"),
    (value(start="tomorrow"), "not a local time"),
    (value(start="1600-01-01T08:00:00"), "outside the years"),
    (value(minutes=-1), "not a number"),
    (value(minutes=True), "not a number"),
    (value(days=0), "not a number"),
    (value(moved=[{"to": "2026-01-01T08:00:00"}]), "from is missing"),
    (value(turn=[3, 2]), "no turn"),
    (value(also=["2026-02-30T08:00:00"]), "not a local time"),
    (value(**{"except": ["x"]}), "not a local time"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_what_is_wrong_with_it_is_said(wrong: Any, message: str) -> None:
    assert SCHEDULE is not None
    with pytest.raises(BadValue, match=message):
        check(SCHEDULE, wrong)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TH;WKST=MO", "FREQ=WEEKLY;BYDAY=TH"),
        ("byday=-1FR,2MO;freq=monthly", "FREQ=MONTHLY;BYDAY=2MO,-1FR"),
        ("FREQ=DAILY;BYSECOND=0;COUNT=3", "FREQ=DAILY;COUNT=3"),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU"),
        ("FREQ=YEARLY;BYMONTH=3,2;UNTIL=20260101T000000Z;", "FREQ=YEARLY;BYMONTH=2,3;UNTIL=20260101T000000Z"),
    ],
)
def test_equal_rules_are_equal_texts(written: str, canonical: str) -> None:
    assert rule_text(parse_rule(written)) == canonical
    assert parse_rule(canonical) == parse_rule(written)


@pytest.mark.parametrize(
    ("rule", "needs"),
    [
        ("FREQ=DAILY", False),
        ("FREQ=WEEKLY;BYDAY=TH", False),
        ("FREQ=WEEKLY", True),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", True),
        ("FREQ=WEEKLY;BYDAY=TH;COUNT=3", True),
        ("FREQ=MONTHLY;BYDAY=1MO", False),
        ("FREQ=MONTHLY;BYMONTHDAY=15", False),
        ("FREQ=MONTHLY", True),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=1MO", False),
        ("FREQ=YEARLY;BYMONTH=3", True),
        ("FREQ=YEARLY", True),
    ],
)
def test_which_rules_need_an_anchor(rule: str, needs: bool) -> None:
    assert parse_rule(rule).needs_anchor is needs


def test_zones_by_name_and_by_offset() -> None:
    assert str(zone_of("Europe/Berlin")) == "Europe/Berlin"
    assert [offset_name(minutes) for minutes in (0, 480, -210, 330)] == ["UTC", "UTC+08:00", "UTC-03:30", "UTC+05:30"]
    assert str(zone_of("UTC-03:30")) == "UTC-03:30"
    with pytest.raises(BadValue):
        zone_of("../../etc/passwd")
    with pytest.raises(BadValue):
        offset_name(15 * 60)


def test_anchors_fix_what_they_fit_and_nothing_else() -> None:
    two = {
        "outcome": "phase unknown",
        "recurrence": [
            {"timezone": "UTC", "time": "08:00", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"},
            {"timezone": "UTC", "time": "09:00", "rule": "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO"},
        ],
    }
    one = anchored(two, "2026-01-06")
    assert one.outcome == "phase unknown"
    assert [each.start for each in one.recurrences] == ["2026-01-06T08:00:00", None]
    both = anchored(two, "2026-01-06", "2026-02-02T09:00:00")
    assert both.outcome == "understood"
    assert both.recurrences[1].start == "2026-02-02T09:00:00"
    for wrong in ("2026-01-07", "2026-01-06T10:00:00", "2026-02-09"):
        with pytest.raises(BadValue, match="fits no recurrence"):
            anchored(two, wrong)
    assert schedule_of(both.as_json()) == both
