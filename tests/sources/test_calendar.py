"""Calendars: every occurrence where another reader of iCalendar puts it, and broken parts that harm no other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import BadValue
from counterpoint.model.kinds import attribute_of
from counterpoint.model.schedule import Schedule, schedule_of
from counterpoint.model.values import check
from counterpoint.sources.calendar import CalendarRead, read_calendar
from counterpoint.state.schedule import occurrences


def ics(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *lines, "END:VCALENDAR", ""])


def event(*lines: str, uid: str = "one@example.org") -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def schedule_in(read: CalendarRead) -> Schedule:
    (found,) = [draft.value for draft in read.drafts if draft.attribute == "schedule"]
    return schedule_of(found)


def values(read: CalendarRead, entity: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for draft in read.drafts:
        if draft.entity == entity:
            declared = attribute_of(entity.partition(":")[0], draft.attribute)
            assert declared is not None and check(declared, draft.value) == draft.value
            if declared.many:
                found.setdefault(draft.attribute, []).append(draft.value)
            else:
                assert draft.attribute not in found
                found[draft.attribute] = draft.value
    return found


OWN_ZONE = [
    "BEGIN:VTIMEZONE", "TZID:The office clock",
    "BEGIN:STANDARD", "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:19700329T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE",
]  # fmt: skip


def test_a_series_becomes_a_ritual_with_all_it_says() -> None:
    text = ics(
        *event(
            "SUMMARY:Planning",
            "DESCRIPTION:What comes next",
            "LOCATION:Room 4",
            "URL:https://example.org/planning",
            "STATUS:CONFIRMED",
            "DTSTART;TZID=Europe/Berlin:20260105T090000",
            "DTEND;TZID=Europe/Berlin:20260105T094500",
            "RRULE:FREQ=WEEKLY;INTERVAL=2",
            "ORGANIZER;CN=Ana Example:mailto:Ana@example.org",
            "ATTENDEE;CN=Bo Example;PARTSTAT=ACCEPTED:mailto:bo@example.org",
            "ATTENDEE;CN=Cy;PARTSTAT=DECLINED:mailto:cy@example.org",
            "ATTENDEE;CUTYPE=ROOM;CN=Room 4:mailto:room4@example.org",
        )
    )
    read = read_calendar(text, file="team.ics", namespace="acme")
    assert read.quarantined == () and read.records == 1
    ritual = values(read, "ritual:one-example.org@acme")
    schedule = ritual.pop("schedule")
    assert ritual == {
        "exists": True,
        "external_id": ["one@example.org"],
        "title": "Planning",
        "description": "What comes next",
        "location": "Room 4",
        "url": ["https://example.org/planning"],
        "status": "active",
        "duration": 45,
        "owner": ["person:ana-example.org@acme"],
        "participant": ["person:bo-example.org@acme"],
    }
    assert schedule["recurrence"] == [
        {
            "start": "2026-01-05T09:00:00",
            "time": "09:00",
            "timezone": "Europe/Berlin",
            "rule": "FREQ=WEEKLY;INTERVAL=2",
            "minutes": 45,
            "except": [],
            "also": [],
            "moved": [],
        }
    ]
    assert values(read, "person:bo-example.org@acme") == {
        "exists": True,
        "handle": [{"system": "email", "handle": "bo@example.org"}],
        "name": "Bo Example",
    }
    assert {draft.file for draft in read.drafts} == {"team.ics"}
    lines = {draft.attribute: draft.line for draft in read.drafts if draft.entity.startswith("ritual:")}
    assert (lines["exists"], lines["title"], lines["schedule"], lines["participant"]) == (4, 7, 12, 16)


def test_the_owner_that_is_declared_holds_it_and_the_organizer_takes_part() -> None:
    text = ics(*event("DTSTART:20260105T090000Z", "ORGANIZER:mailto:ana@example.org"))
    found = values(read_calendar(text, owner="team:plan"), "ritual:one-example.org")
    assert (found["owner"], found["participant"]) == (["team:plan"], ["person:ana-example.org"])


def test_rituals_are_named_by_uid_or_by_title() -> None:
    two = event("SUMMARY:Office Hours", "DTSTART:20260105T090000Z", uid="a")
    text = ics(*two, *event("SUMMARY:Office Hours", "DTSTART:20260106T090000Z", uid="B/x"))
    assert _rituals(read_calendar(text)) == ["ritual:a", "ritual:b/x"]
    assert _rituals(read_calendar(text, named_by="title")) == ["ritual:office-hours", "ritual:office-hours-b/x"]
    nameless = ics("BEGIN:VEVENT", "SUMMARY:Lunch", "DTSTART:20260105T120000Z", "END:VEVENT")
    assert _rituals(read_calendar(nameless)) == ["ritual:lunch-20260105t120000z"]
    alike = ics(*event("DTSTART:20260105T090000Z", uid="a b"), *event("DTSTART:20260106T090000Z", uid="a@b"))
    first, second = _rituals(read_calendar(alike))
    assert first == "ritual:a-b" and second.startswith("ritual:a-b-")


def _rituals(read: CalendarRead) -> list[str]:
    return [draft.entity for draft in read.drafts if draft.attribute == "exists" and draft.entity.startswith("ritual:")]


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("/mozilla.org/20050126_1/Europe/Paris", "Europe/Paris"),
        ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ('"The office clock"', "Europe/Berlin"),
    ],
)
def test_time_zones_by_any_name(tzid: str, zone: str) -> None:
    text = ics(*OWN_ZONE, *event(f"DTSTART;TZID={tzid}:20260105T090000", "RRULE:FREQ=DAILY"))
    assert schedule_in(read_calendar(text)).recurrences[0].timezone == zone


def test_a_zone_of_a_fixed_offset_that_the_file_defines() -> None:
    own = [
        "BEGIN:VTIMEZONE", "TZID:Ship", "BEGIN:STANDARD", "DTSTART:19700101T000000",
        "TZOFFSETFROM:-0330", "TZOFFSETTO:-0330", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    text = ics(*own, *event("DTSTART;TZID=Ship:20260105T090000"))
    assert schedule_in(read_calendar(text)).recurrences[0].timezone == "UTC-03:30"


def test_a_zone_that_nobody_knows_is_quarantined_with_its_line() -> None:
    read = read_calendar(ics(*event("SUMMARY:X", "DTSTART;TZID=Atlantis:20260105T090000")), file="a.ics")
    (found,) = read.quarantined
    assert (found.level, found.field, found.file, found.line) == ("field", "schedule", "a.ics", 8)
    assert found.record == "ritual:one-example.org" and "'Atlantis'" in found.message
    assert "schedule" not in values(read, found.record)


def test_floating_times_are_in_the_zone_that_is_declared_and_never_guessed() -> None:
    floating = event("DTSTART:20260105T090000", "DTEND:20260105T100000", "RRULE:FREQ=WEEKLY")
    without = schedule_in(read_calendar(ics(*floating)))
    assert (without.outcome, without.recurrences[0].timezone) == ("not understood", None)
    assert occurrences(without, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == []
    assert schedule_in(read_calendar(ics(*floating), zone="Asia/Tokyo")).recurrences[0].timezone == "Asia/Tokyo"
    said = ics("X-WR-TIMEZONE:Europe/Berlin", *floating)
    assert schedule_in(read_calendar(said, zone="Asia/Tokyo")).recurrences[0].timezone == "Europe/Berlin"
    with pytest.raises(BadValue):
        read_calendar(ics(), zone="Atlantis")


def test_whole_days() -> None:
    text = ics(*event("DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260107", "RRULE:FREQ=MONTHLY;COUNT=2",
                      "EXDATE;VALUE=DATE:20260205", "RDATE;VALUE=DATE:20260301"))  # fmt: skip
    read = read_calendar(text, zone="Europe/Berlin")
    found = occurrences(schedule_in(read), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert [(one.start, one.end) for one in found] == [
        (datetime(2026, 1, 4, 23, tzinfo=UTC), datetime(2026, 1, 6, 23, tzinfo=UTC)),
        (datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)),
    ]
    assert "duration" not in values(read, "ritual:one-example.org")
    assert schedule_in(read_calendar(text)).recurrences[0].timezone == "UTC"


def test_moved_and_cancelled_instances_and_the_newest_of_several() -> None:
    text = ics(
        *event("DTSTART;TZID=America/New_York:20260105T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4"),
        *event("RECURRENCE-ID:20260112T140000Z", "DTSTART;TZID=Europe/Berlin:20260113T160000", "DURATION:PT30M"),
        *event("RECURRENCE-ID;TZID=America/New_York:20260119T090000", "STATUS:CANCELLED",
               "DTSTART;TZID=America/New_York:20260119T090000"),
        *event("RECURRENCE-ID;TZID=America/New_York:20260126T090000", "SEQUENCE:2", "DURATION:PT1H",
               "DTSTART;TZID=America/New_York:20260127T090000"),
        *event("RECURRENCE-ID;TZID=America/New_York:20260126T090000", "SEQUENCE:1",
               "DTSTART;TZID=America/New_York:20260128T090000"),
    )  # fmt: skip
    read = read_calendar(text)
    assert read.quarantined == ()
    found = occurrences(schedule_in(read), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert [(f"{one.start:%d %H:%M}", one.end - one.start) for one in found if one.end] == [
        ("05 14:00", timedelta(hours=1)),
        ("13 15:00", timedelta(minutes=30)),
        ("27 14:00", timedelta(hours=1)),
    ]


def test_periods_among_the_further_dates_have_their_own_length() -> None:
    text = ics(*event("DTSTART:20260105T090000Z", "DURATION:PT1H", "RDATE;VALUE=PERIOD:20260106T090000Z/PT2H"))
    found = occurrences(
        schedule_in(read_calendar(text)), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert [one.end - one.start for one in found if one.end] == [timedelta(hours=1), timedelta(hours=2)]


BROKEN = [
    (["DTSTART:nonsense"], "field", 7, "DTSTART"),
    ([], "field", 4, "no DTSTART"),
    (["DTSTART:20260105T090000Z", "RRULE:FREQ=SECONDLY"], "field", 8, "too often"),
    (["DTSTART:20260105T090000Z", "RRULE:FREQ=WEEKLY;UNTIL=x"], "field", 8, "RRULE"),
    (["DTSTART:20260105T090000Z", "DTEND:20260105T080000Z"], "field", 8, "ends before"),
    (["DTSTART:20260105T090000Z", "DTEND;VALUE=DATE:20260105"], "field", 8, "a day, the other a time"),
    (["DTSTART:20260105T090000Z", "EXRULE:FREQ=WEEKLY"], "field", 8, "EXRULE"),
    (["DTSTART:20260105T090000Z", "DTSTART:20260106T090000Z"], "field", 7, "twice"),
    (["RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z", "DTSTART:20260105T100000Z"], "field", 7, ""),
]


@pytest.mark.parametrize(("lines", "level", "line", "message"), BROKEN)
def test_what_is_broken_is_quarantined_and_the_rest_is_read(
    lines: list[str], level: str, line: int, message: str
) -> None:
    good = event("SUMMARY:Good", "DTSTART:20260105T090000Z", uid="good")
    read = read_calendar(ics(*event(*lines), *good), file="a.ics")
    if message:
        (found,) = read.quarantined
        assert (found.level, found.file, found.line) == (level, "a.ics", line)
        assert message in found.message
        assert found.record == "ritual:one-example.org"
    assert values(read, "ritual:good")["schedule"]["outcome"] == "understood"


def test_all_later_instances_changed_at_once_are_refused_not_misread() -> None:
    text = ics(
        *event("DTSTART:20260105T090000Z", "RRULE:FREQ=DAILY"),
        *event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z", "DTSTART:20260107T100000Z"),
    )
    read = read_calendar(text)
    assert [(one.field, one.line) for one in read.quarantined] == [("schedule", 13)]
    assert "schedule" not in values(read, "ritual:one-example.org")


def test_frames_that_do_not_close() -> None:
    open_ = ["BEGIN:VEVENT", "UID:open", "DTSTART:20260105T090000Z"]
    crossed = ["BEGIN:VEVENT", "UID:crossed", "DTSTART:20260105T090000Z", "END:VTODO"]
    alarm = event(
        "DTSTART:20260105T090000Z", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM", uid="alarm"
    )
    good = event("DTSTART:20260105T090000Z", uid="good")
    read = read_calendar(
        ics(*alarm, *open_, *crossed, "BEGIN:VTODO", "UID:todo", "END:VTODO", *good, *open_), file="a.ics"
    )
    assert [(one.level, one.line, one.record) for one in read.quarantined] == [
        ("record", 13, "ritual:open"),
        ("record", 16, "ritual:crossed"),
        ("record", 28, "ritual:open"),
    ]
    assert _rituals(read) == ["ritual:alarm", "ritual:good"]


def test_a_series_with_a_broken_part_has_no_schedule_for_it_would_be_wrong() -> None:
    series = event("SUMMARY:S", "DTSTART:20260105T090000Z", "RRULE:FREQ=DAILY")
    read = read_calendar(ics(*series, "BEGIN:VEVENT", "UID:one@example.org", "RECURRENCE-ID:20260106T090000Z"))
    assert [one.level for one in read.quarantined] == ["record", "field"]
    assert values(read, "ritual:one-example.org")["title"] == "S"
    assert "schedule" not in values(read, "ritual:one-example.org")


@pytest.mark.parametrize(
    ("content", "message"), [(b"\xff\xfe", "UTF-8"), (b"hello", "BEGIN:VCALENDAR"), (b"", "VCALENDAR")]
)
def test_what_is_no_calendar_is_one_quarantined_file(content: bytes, message: str) -> None:
    (found,) = read_calendar(content, file="a.ics").quarantined
    assert (found.level, found.file) == ("file", "a.ics") and message in found.message


def test_a_path_and_folded_lines_and_a_byte_order_mark(tmp_path: Any) -> None:
    path = tmp_path / "team.ics"
    text = ics(*event("SUMMARY:A long", "  title", "DTSTART:20260105T090000Z")).replace("\r\n", "\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = values(read_calendar(path), "ritual:one-example.org")
    assert found["title"] == "A long title"
    assert {draft.file for draft in read_calendar(path).drafts} == {path.as_posix()}


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    read_calendar(content)
    read_calendar(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n" + content + b"\nEND:VEVENT\nEND:VCALENDAR")


PARTS = st.sampled_from(
    ["DTSTART:20260105T090000Z", "DTSTART;VALUE=DATE:20260105", "DTEND:20260105T100000", "DURATION:-PT1H",
     "RRULE:FREQ=", "RRULE:FREQ=DAILY;COUNT=0", "EXDATE:20260105", "EXDATE;TZID=X:20260105T090000",
     "RDATE;VALUE=PERIOD:x/y", "SEQUENCE:x",
     "RECURRENCE-ID:20260105T090000Z", "RECURRENCE-ID;VALUE=DATE:20260105", "ATTENDEE:x", "ATTENDEE;CN=:mailto:@",
     "URL:no",
     "ORGANIZER:mailto:a@b@c", "STATUS:NO", "SUMMARY:", "SUMMARY:a", "BEGIN:VALARM", "END:VALARM", "END:VEVENT",
     "UID:2",
     "BEGIN:VEVENT", "X;=:", "DTSTART;TZID=Europe/Berlin:20260229T090000", "DURATION:P1D", "DTSTART:00010101T000000Z"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PARTS, max_size=8))
def test_broken_properties_in_any_order_are_read_or_quarantined(lines: list[str]) -> None:
    read = read_calendar(ics(*event(*lines)))
    for entity in {draft.entity for draft in read.drafts}:
        values(read, entity)
    assert read.drafts or read.quarantined


# ---- every occurrence against recurring_ical_events, another reader of the same files

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe")
RULES = (
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "FREQ=YEARLY",
)  # fmt: skip
FIRST, LAST = datetime(2024, 12, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def stamped(moment: datetime, zone: str) -> str:
    local = moment.strftime("%Y%m%dT%H%M%S")
    return f":{local}Z" if zone == "UTC" else f";TZID={zone}:{local}"


@st.composite
def calendars(draw: st.DrawFn) -> str:
    zone = draw(st.sampled_from(ZONES))
    hour, minute = draw(st.sampled_from([0, 1, 2, 3, 9, 16, 23])), draw(st.sampled_from([0, 30]))
    start = datetime(2025, draw(st.integers(1, 12)), draw(st.integers(1, 28)), hour, minute)
    minutes = draw(st.sampled_from([15, 60, 90]))
    rule = draw(st.sampled_from(RULES))
    end = draw(st.sampled_from(["", ";COUNT=5", ";UNTIL"]))
    if end == ";UNTIL":
        end = f";UNTIL={start + timedelta(days=draw(st.integers(0, 200))):%Y%m%dT%H%M%S}Z"
    lines = [f"DTSTART{stamped(start, zone)}", f"DURATION:PT{minutes}M", f"RRULE:{rule}{end}"]
    base = schedule_in(read_calendar(ics(*event(*lines))))
    instances = [one.start for one in occurrences(base, FIRST, LAST)]
    local = [one.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for one in instances]
    clean = [at for at, moment in zip(local, instances, strict=True) if at.replace(tzinfo=ZoneInfo(zone)) == moment]
    touched = draw(st.lists(st.sampled_from(clean), max_size=4, unique=True)) if clean else []
    others: list[str] = []
    for at in touched:
        how = draw(st.sampled_from(["except", "except in UTC", "moved", "moved to another zone", "cancelled"]))
        utc = at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if how.startswith("except"):
            lines.append(f"EXDATE{stamped(at, zone) if how == 'except' else stamped(utc, 'UTC')}")
            continue
        target = at + timedelta(days=draw(st.integers(1, 3)), minutes=7)
        other = draw(st.sampled_from(ZONES)) if how == "moved to another zone" else zone
        change = [f"RECURRENCE-ID{stamped(at, zone)}", f"DTSTART{stamped(target, other)}", "DURATION:PT20M"]
        others += event(*change, *(["STATUS:CANCELLED"] if how == "cancelled" else []))
    if draw(st.booleans()):
        lines.append(f"RDATE{stamped(start + timedelta(days=3, minutes=11), zone)}")
    return ics(*event(*lines), *others)


def by_the_other_reader(text: str) -> list[tuple[datetime, datetime]]:
    calendar = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar).between(FIRST, LAST)
    spans = [
        (one["DTSTART"].dt.astimezone(UTC), one["DTSTART"].dt.astimezone(UTC) + one.duration)
        for one in found
        if str(one.get("STATUS", "")) != "CANCELLED"
    ]
    return sorted({span for span in spans if FIRST <= span[0] < LAST})


@settings(deadline=None)
@given(calendars())
def test_every_occurrence_is_where_the_other_reader_puts_it(text: str) -> None:
    read = read_calendar(text)
    assert read.quarantined == ()
    ours = [(one.start, one.end) for one in occurrences(schedule_in(read), FIRST, LAST)]
    assert ours == by_the_other_reader(text)


def test_a_moved_instance_of_a_time_that_the_clocks_skip_is_that_instance() -> None:
    zone = "TZID=Australia/Lord_Howe"  # 02:00 is skipped on 5 October 2025, and is 02:30
    text = ics(
        *event(f"DTSTART;{zone}:20250928T020000", "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=3"),
        *event(f"RECURRENCE-ID;{zone}:20251005T023000", f"DTSTART;{zone}:20251006T040000", "DURATION:PT30M"),
    )
    assert len(by_the_other_reader(text)) == 3
    found = occurrences(schedule_in(read_calendar(text)), FIRST, LAST)
    assert [(one.start, one.end) for one in found] == by_the_other_reader(text)


def test_an_instance_that_was_moved_and_then_taken_out_is_out() -> None:
    text = ics(
        *event("DTSTART:20250105T090000Z", "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20250112T090000Z"),
        *event("RECURRENCE-ID:20250112T090000Z", "DTSTART:20250113T090000Z", "DURATION:PT30M"),
    )
    found = occurrences(schedule_in(read_calendar(text)), FIRST, LAST)
    assert [(one.start, one.end) for one in found] == by_the_other_reader(text)
    assert len(found) == 1


def test_whole_days_agree_with_the_other_reader() -> None:
    text = ics(*event("DTSTART;VALUE=DATE:20250131", "RRULE:FREQ=MONTHLY", "EXDATE;VALUE=DATE:20250531"))
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(FIRST, LAST)
    days: list[date] = sorted(one["DTSTART"].dt for one in found)
    ours = occurrences(schedule_in(read_calendar(text)), FIRST, LAST)
    assert [one.start.date() for one in ours] == days
