"""Calendars as activity: who was asked to what is over, in whatever order and however often it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput, UsageError
from counterpoint.model.activity import RAW, Identity, Position, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.calendar import FORMAT

UNTIL = "2026-04-01"
WEEKLY = ["DTSTART;TZID=Europe/Berlin:20260302T100000", "DTEND;TZID=Europe/Berlin:20260302T104500", "RRULE:FREQ=WEEKLY"]
PEOPLE = [
    "ORGANIZER;CN=Ana:mailto:Ana@acme.example",
    "ATTENDEE;CN=Ana;PARTSTAT=ACCEPTED:mailto:ana@acme.example",
    "ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:mailto:bo@acme.example",
    "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@acme.example",
    "ATTENDEE;PARTSTAT=TENTATIVE:mailto:di@acme.example",
    "ATTENDEE;RSVP=TRUE:mailto:ed@acme.example",
    "ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:hall@acme.example",
    "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:fyi@acme.example",
]


def ics(*events: list[str]) -> str:
    lines = [line for one in events for line in ["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", *one, "END:VEVENT"]]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *lines, "END:VCALENDAR", ""])


def weekly(*more: str, uid: str = "weekly@acme.example", people: list[str] = PEOPLE) -> list[str]:
    return [f"UID:{uid}", *WEEKLY, *people, *more]


class Read:
    def __init__(self, path: Path, cursor: Json = None, **options: str) -> None:
        options = {"until": UNTIL} | options
        found = list(FORMAT.opened(path, options).read(cursor, lambda *_: None))
        batches = [one for one in found if isinstance(one, Traces)]
        assert all(one.rows.schema == RAW for one in batches)
        self.rows: list[dict[str, Any]] = [row for one in batches for row in one.rows.to_pylist()]
        self.people = {one.reference: one for each in batches for one in each.identities}
        self.trouble = [one for one in found if isinstance(one, Quarantined)]
        (self.position,) = [one for one in found if isinstance(one, Position)]
        assert found[-1] is self.position
        for row in self.rows:
            row["attributes"] = json.loads(row["attributes"])

    def answers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in self.rows:
            found.setdefault(row["actor"].removeprefix("email/").split("@")[0], set()).add(row["attributes"]["answer"])
        return found


def write(folder: Path, text: str, name: str = "team.ics") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_everybody_who_was_asked_to_what_is_over(tmp_path: Path) -> None:
    read = Read(write(tmp_path, ics(weekly("EXDATE;TZID=Europe/Berlin:20260316T100000"))))
    assert read.trouble == []
    starts = sorted({row["moment"] for row in read.rows})
    # Summer time begins on 29 March: ten o'clock in Berlin is eight in UTC from then on.
    assert starts == [
        datetime(2026, 3, 2, 9),
        datetime(2026, 3, 9, 9),
        datetime(2026, 3, 23, 9),
        datetime(2026, 3, 30, 8),
    ]
    assert len(read.rows) == 4 * 5
    assert read.answers() == {
        "ana": {"accepted"}, "bo": {"accepted"}, "cy": {"declined"}, "di": {"tentative"}, "ed": {"needs-action"},
    }  # fmt: skip
    (first,) = [row for row in read.rows if row["actor"] == "email/ana@acme.example" and row["moment"] == starts[0]]
    assert first["object"] == "ritual:weekly-acme.example"
    assert first["thread"] == "occurrence:weekly-acme.example/2026-03-02t0900z"
    assert (first["verb"], first["size"], first["ahead"]) == ("attend", 45.0, 60)
    assert first["attributes"] == {"answer": "accepted", "called": True}
    assert read.people["email/bo@acme.example"] == Identity("email", "bo@acme.example", "Bo")
    # In which zone the others live, nobody has said.
    assert {row["ahead"] for row in read.rows if "called" not in row["attributes"]} == {None}


def test_an_occurrence_has_its_own_people_time_and_length(tmp_path: Path) -> None:
    moved = [
        "UID:weekly@acme.example", "RECURRENCE-ID;TZID=Europe/Berlin:20260309T100000",
        "DTSTART;TZID=Europe/Berlin:20260310T150000", "DTEND;TZID=Europe/Berlin:20260310T160000",
        "ORGANIZER:mailto:ana@acme.example", "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@acme.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:guest@other.example",
    ]  # fmt: skip
    gone = [
        "UID:weekly@acme.example", "RECURRENCE-ID;TZID=Europe/Berlin:20260316T100000",
        "DTSTART;TZID=Europe/Berlin:20260316T100000", "STATUS:CANCELLED",
    ]  # fmt: skip
    read = Read(write(tmp_path, ics(weekly(), moved, gone)))
    by_start: dict[datetime, dict[str, tuple[str, float]]] = {}
    for row in read.rows:
        by_start.setdefault(row["moment"], {})[row["actor"]] = (row["attributes"]["answer"], row["size"])
    assert datetime(2026, 3, 9, 9) not in by_start and datetime(2026, 3, 16, 9) not in by_start
    assert by_start[datetime(2026, 3, 10, 14)] == {
        "email/ana@acme.example": ("organizer", 60.0),
        "email/bo@acme.example": ("declined", 60.0),
        "email/guest@other.example": ("accepted", 60.0),
    }


def test_what_is_no_meeting_is_left_out(tmp_path: Path) -> None:
    alone = ["UID:dentist", *WEEKLY, "ORGANIZER:mailto:ana@acme.example"]
    events = [
        alone, ["UID:nobody", *WEEKLY], weekly("CLASS:PRIVATE", uid="private"), weekly("STATUS:CANCELLED", uid="gone"),
    ]  # fmt: skip
    read = Read(write(tmp_path, ics(*events)))
    assert read.rows == [] and read.trouble == []


def test_a_length_that_nobody_stated_stays_unknown(tmp_path: Path) -> None:
    timed = ["UID:one", "DTSTART:20260302T090000Z", *PEOPLE]
    days = ["UID:two", "DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260304", "TRANSP:TRANSPARENT", *PEOPLE]
    read = Read(write(tmp_path, ics(timed, days)))
    assert {row["size"] for row in read.rows} == {None}
    (found,) = {
        json.dumps(row["attributes"]) for row in read.rows if row["object"] == "ritual:two" and "di@" in row["actor"]
    }
    assert json.loads(found) == {"answer": "tentative", "free": True, "whole_day": True}


def test_what_is_not_over_does_not_count_and_comes_later(tmp_path: Path) -> None:
    path = write(tmp_path, ics(weekly()))
    first = Read(path, until="2026-03-10")
    second = Read(path, first.position.cursor, until="2026-04-01")
    whole = Read(path, until="2026-04-01")
    assert not second.position.replaces
    assert len(first.rows) == 2 * 5
    assert sorted(row["key"] for row in [*first.rows, *second.rows]) == sorted(row["key"] for row in whole.rows)
    third = Read(path, second.position.cursor, until="2026-04-01")
    assert third.rows == [] and third.position.cursor == second.position.cursor


def test_a_meeting_that_still_goes_on_is_not_over(tmp_path: Path) -> None:
    night = ["UID:night", "DTSTART:20260331T233000Z", "DTEND:20260401T003000Z", *PEOPLE]
    path = write(tmp_path, ics(night))
    before = Read(path, until="2026-04-01")
    assert before.rows == []
    assert len(Read(path, before.position.cursor, until="2026-04-02").rows) == 5


def test_a_file_that_changed_replaces_what_was_read(tmp_path: Path) -> None:
    path = write(tmp_path, ics(weekly()))
    first = Read(path)
    write(tmp_path, ics(weekly("SUMMARY:Renamed")))
    again = Read(path, first.position.cursor)
    assert again.position.replaces and again.rows == []
    assert [row["key"] for row in Read(path).rows] == [row["key"] for row in first.rows]


def test_a_file_that_forgets_its_past_adds_to_it(tmp_path: Path) -> None:
    path = write(tmp_path, ics(weekly()))
    first = Read(path, forgets="yes")
    write(tmp_path, ics(weekly(uid="new@acme.example")))
    again = Read(path, first.position.cursor, forgets="yes")
    assert not again.position.replaces
    assert {row["object"] for row in again.rows} == {"ritual:new-acme.example"}


def test_copies_of_one_meeting_in_the_calendars_of_several_people_are_one(tmp_path: Path) -> None:
    silent = [line.replace("PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT", "ROLE=OPT-PARTICIPANT") for line in PEOPLE]
    write(tmp_path, ics(weekly("SEQUENCE:1", people=silent)), "ana.ics")
    moved = [line.replace("T100000", "T110000").replace("T104500", "T113000") for line in weekly("SEQUENCE:2")]
    write(tmp_path, ics(moved), "bo.ics")
    read = Read(tmp_path)
    assert len(read.rows) == 5 * 5
    assert {row["moment"].hour for row in read.rows} == {10, 9}  # eleven in Berlin, before and after the change
    assert read.answers()["bo"] == {"accepted"}


def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    broken = ["UID:broken", "DTSTART;TZID=Atlantis:20260302T100000", *PEOPLE]
    floating = ["UID:floating", "DTSTART:20260302T100000", *PEOPLE]
    path = write(tmp_path, ics(weekly(), broken, floating))
    read = Read(path)
    assert len(read.rows) == 25
    assert [(one.file, one.record) for one in read.trouble] == [
        ("team.ics", "ritual:broken"), ("team.ics", "ritual:floating"),
    ]  # fmt: skip
    assert "Atlantis" in read.trouble[0].message and "zone" in read.trouble[1].message
    assert len(Read(path, timezone="Europe/Berlin").trouble) == 1


@pytest.mark.parametrize(
    "options",
    [{"since": "soon"}, {"until": "2026-02-30"}, {"timezone": "Atlantis"}, {"named_by": "x"}, {"forgets": "maybe"}],
)
def test_options_that_cannot_be_meant(tmp_path: Path, options: Mapping[str, str]) -> None:
    with pytest.raises(UsageError):
        FORMAT.opened(write(tmp_path, ics()), options)


def test_what_is_recognised(tmp_path: Path) -> None:
    assert FORMAT.recognises(write(tmp_path, ics())) and FORMAT.recognises(write(tmp_path, ics(), "export"))
    assert FORMAT.recognises(tmp_path)
    other = tmp_path / "empty"
    other.mkdir()
    assert not FORMAT.recognises(other) and not FORMAT.recognises(write(tmp_path, "BEGIN:VCARD", "a.vcf"))
    with pytest.raises(InvalidInput):
        Read(other)


rules = st.sampled_from(
    [
        "",
        "RRULE:FREQ=DAILY;COUNT=9",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TH",
        "RRULE:FREQ=MONTHLY;BYDAY=2TU",
        "RRULE:FREQ=WEEKLY;INTERVAL=2",
    ]
)


@settings(max_examples=30)
@given(rule=rules, day=st.dates(date(2026, 1, 1), date(2026, 3, 28)), hour=st.integers(3, 23), skipped=st.booleans())
def test_occurrences_are_where_another_reader_puts_them(rule: str, day: date, hour: int, skipped: bool) -> None:
    start = f"{day:%Y%m%d}T{hour:02d}3000"
    lines = ["UID:one", f"DTSTART;TZID=Europe/Berlin:{start}", "DURATION:PT30M", *PEOPLE, *([rule] if rule else [])]
    lines += [f"EXDATE;TZID=Europe/Berlin:{start}"] if skipped and rule else []
    text = ics(lines)
    with TemporaryDirectory() as folder:
        read = Read(write(Path(folder), text), until="2026-06-01")
    every = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between("20260101", "20260603")
    end = datetime(2026, 6, 1, tzinfo=UTC)
    theirs = sorted(one["DTSTART"].dt.astimezone(UTC) for one in every)
    ours = sorted({row["moment"].replace(tzinfo=UTC) for row in read.rows})
    assert ours == [one for one in theirs if one + timedelta(minutes=30) <= end]


@settings(max_examples=60)
@given(noise=st.binary(max_size=300), cut=st.integers(0, 900))
def test_whatever_a_file_has_in_it_nothing_breaks(noise: bytes, cut: int) -> None:
    whole = ics(weekly(), weekly(uid="b")).encode()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "team.ics"
        path.write_bytes(whole[:cut] + noise + whole[cut:])
        assert Read(path).position.files == 1
        path.write_bytes(b"BEGIN:VCALENDAR\r\n" + noise)
        assert Read(path).rows == []
