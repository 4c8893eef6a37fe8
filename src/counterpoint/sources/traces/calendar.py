"""Calendars as activity: a row for everybody who was asked to an occurrence of a meeting that is over.

Series are expanded as the state expands them (:mod:`counterpoint.model.occurrences`), with exceptions, moved instances
and their own answers, so that an occurrence has one name in both. No title, text or place is kept: docs/calendar.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, cast

from counterpoint.errors import BadValue, InvalidInput, UsageError
from counterpoint.model.activity import Identity, Position, Progress, Traces
from counterpoint.model.identifiers import Ref, namespace_of, slug_of
from counterpoint.model.occurrences import Occurrence, occurrences
from counterpoint.model.schedule import UNDERSTOOD, Schedule, zone_of
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.calendar import Series, SeriesRead, read_series, schedule_of_series
from counterpoint.sources.calendar_events import Event, Unreadable, Zones, origins_of, schedule_of_events
from counterpoint.sources.traces.attendance import SILENT, Asked, people_of
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.gathering import Gathering, attributes_of, key_of

_SUFFIXES = (".ics", ".ical", ".ifb")
_FIRST = date(1970, 1, 1)
_LONGEST = timedelta(days=366)
OPTIONS: Mapping[str, str] = {
    "name": "what the calendar is called; else what its file or folder is called",
    "timezone": "the zone of times that name none, where the calendar itself says none",
    "namespace": "the namespace of its rituals, as they were imported",
    "named_by": "uid (the default) or title: how its rituals are named, as they were imported",
    "since": "the first day whose meetings are wanted, such as 2026-01-01",
    "until": "the day before which meetings must be over to count; else it is now",
    "forgets": "yes: the file leaves out its past, so keep what was read of it before",
}


@dataclass
class CalendarSource:
    """A calendar file, or a folder of them. A file that changed replaces what was read of it before."""

    path: Path
    options: Mapping[str, str]
    format: str = "icalendar"
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            UsageError: one of them cannot be meant.
        """
        title = self.options.get("name", "").strip() or self.path.resolve().stem
        self.name = f"calendar:{title}"
        if self.options.get("named_by", "uid") not in ("uid", "title"):
            raise UsageError("named_by is neither uid nor title", hint="say how the rituals were imported")
        if self.options.get("forgets", "no") not in ("yes", "no"):
            raise UsageError("forgets is neither yes nor no", hint="leave it out, or say yes")
        for one in ("since", "until"):
            self._day(one)
        if self.options.get("timezone"):
            try:
                zone_of(self.options["timezone"])
            except BadValue as error:
                raise UsageError(f"timezone: {error.message}", hint=error.hint) from error

    def read(self, cursor: Json, progress: Progress) -> Iterator[Traces | Quarantined | Position]:
        """See :class:`counterpoint.model.activity.TraceSource`."""
        files = self._files()
        until = self._until()
        shown = {name: value for name, value in sorted(self.options.items()) if name != "until"}
        here: dict[str, Json] = {"digest": _digest(files), "options": cast("Json", shown), "until": until.isoformat()}
        after = None
        if isinstance(cursor, dict):
            same = cursor.get("digest") == here["digest"] and cursor.get("options") == here["options"]
            before = datetime.fromisoformat(str(cursor["until"]))
            if (not same and self.options.get("forgets") != "yes") or before > until:
                yield Position(here, replaces=True, files=len(files))
                return
            after = before if same else None
        window = Window(self._day("since") or _FIRST, until, after)
        yield from _Reading(self, files, window, progress).rows()
        yield Position(here, files=len(files))

    def series(self, file: Path) -> SeriesRead:
        """One of its files, taken apart."""
        return read_series(
            file,
            file=file.name if self.path.is_file() else file.relative_to(self.path).as_posix(),
            namespace=self.options.get("namespace", ""),
            zone=self.options.get("timezone") or None,
            named_by=cast('Literal["uid", "title"]', self.options.get("named_by", "uid")),
        )

    def _files(self) -> list[Path]:
        if self.path.is_file():
            return [self.path]
        found = sorted(one for one in self.path.rglob("*") if one.suffix.casefold() in _SUFFIXES and one.is_file())
        if not found:
            raise InvalidInput(f"{self.path} has no calendar in it", hint="a calendar's name ends with .ics")
        return found

    def _day(self, name: str) -> date | None:
        text = self.options.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise UsageError(f"{name}: {text!r} is no day", hint="write it like 2026-01-31") from error

    def _until(self) -> datetime:
        day = self._day("until")
        return datetime.combine(day, time(), UTC) if day else datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Window:
    """Of which days occurrences are wanted: from ``since``, over by ``until``, and not over yet at ``after``."""

    since: date
    until: datetime
    after: datetime | None

    def of(self, schedule: Schedule) -> Iterator[Occurrence]:
        """The occurrences of a schedule that are wanted. One that nobody gave a length is over when it begins."""
        begin = datetime.combine(self.since, time(), UTC)
        if self.after is not None:
            begin = max(begin, self.after - _LONGEST)
        for one in occurrences(schedule, begin, self.until):
            end = one.end or one.start
            if end <= self.until and (self.after is None or end > self.after):
                yield one


class _Reading:
    """One reading of some files. Of copies of one meeting in several of them, the newest says when it is held."""

    def __init__(self, source: CalendarSource, files: list[Path], window: Window, progress: Progress) -> None:
        self._source, self._files, self._window, self._progress = source, files, window, progress
        self._gathering = Gathering()
        self._copies = _Copies()

    def rows(self) -> Iterator[Traces | Quarantined]:
        """Everything of it, in the order of the files."""
        total = len(self._files)
        if total > 1:
            for done, file in enumerate(self._files):
                self._progress("comparing calendars", done, total)
                self._copies.compare(done, self._source.series(file).series)
        for done, file in enumerate(self._files):
            self._progress("reading calendars", done, total)
            read = self._source.series(file)
            yield from read.quarantined
            for one in read.series:
                if self._copies.speaks(one.uid, done):
                    yield from self._series(one, read)
        if self._gathering.count:
            yield self._gathering.taken()

    def _series(self, one: Series, read: SeriesRead) -> Iterator[Traces | Quarantined]:
        if one.main.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL") or one.main.status == "CANCELLED":
            return
        try:
            for occurrence, event, schedule in self._occurrences(one, read.zones):
                for row in self._people(one, occurrence, event, schedule):
                    self._gathering.add(row)
                    if self._gathering.full:
                        yield self._gathering.taken()
        except Unreadable as problem:
            where = read.file or None
            yield Quarantined("record", problem.message, problem.hint, where, problem.line, one.ref, "schedule")

    def _occurrences(self, one: Series, zones: Zones) -> Iterator[tuple[Occurrence, Event, Schedule]]:
        """Each occurrence with the event that speaks of it: the changed instance, or the series."""
        schedule = schedule_of_series(one, zones)
        if schedule.outcome != UNDERSTOOD:
            hint = "say which zone is meant: --set timezone=Europe/Berlin"
            raise Unreadable(schedule.why or f"when it is held is {schedule.outcome}", one.main.block.line, hint)
        if one.series is None:
            for change in one.changes:
                if change.status != "CANCELLED":
                    alone = schedule_of_events(None, [change], zones)
                    yield from ((each, change, alone) for each in self._window.of(alone))
            return
        changed = origins_of(one.series, one.changes, zones)
        for each in self._window.of(schedule):
            event = changed.get(each.moved_from, one.series) if each.moved_from else one.series
            yield each, event, schedule

    def _people(
        self, one: Series, occurrence: Occurrence, event: Event, schedule: Schedule
    ) -> Iterator[dict[str, Any]]:
        asked = people_of(event) or people_of(one.main)
        if len(asked) < 2:
            return  # an appointment with oneself is no meeting
        origin = occurrence.moved_from or occurrence.start
        which = event.block.value("RECURRENCE-ID").strip() if event is not one.series else ""
        minutes = None if occurrence.end is None else (occurrence.end - occurrence.start) / timedelta(minutes=1)
        zone = schedule.recurrences[occurrence.recurrence].timezone
        for person in asked.values():
            who = self._copies.answered(one.uid, which, person)
            yield {
                "key": key_of(one.uid, origin.isoformat(), who.address),
                "moment": occurrence.start.replace(tzinfo=None),
                "ahead": _ahead(occurrence.start, zone) if who.called else None,
                "actor": self._gathering.meet(Identity("email", who.address, who.name)),
                "verb": "attend",
                "object": one.ref,
                "size": None if occurrence.whole_days else minutes,
                "thread": occurrence_name(one.ref, occurrence.start),
                "attributes": attributes_of(
                    {
                        "answer": who.answer,
                        "called": who.called,
                        "optional": who.optional,
                        "free": event.text("TRANSP").upper() == "TRANSPARENT",
                        "whole_day": occurrence.whole_days,
                    }
                ),
            }


class _Copies:
    """The same meeting in the calendars of several people: which copy is the newest, and everybody's latest answer."""

    def __init__(self) -> None:
        self._newest: dict[str, tuple[int, str, int]] = {}
        self._answers: dict[tuple[str, str, str], tuple[int, str, str]] = {}

    def compare(self, file: int, every: tuple[Series, ...]) -> None:
        """Take notice of what one file has."""
        for one in every:
            mine = (one.main.sequence, _stamp(one.main), -file)
            self._newest[one.uid] = max(self._newest.get(one.uid, mine), mine)
            for event in (*([one.series] if one.series else []), *one.changes):
                which = event.block.value("RECURRENCE-ID").strip() if event.changes else ""
                for person in people_of(event).values():
                    key = (one.uid, which, person.address)
                    said = (int(person.answer != SILENT), _stamp(event), person.answer)
                    self._answers[key] = max(self._answers.get(key, said), said)

    def speaks(self, uid: str, file: int) -> bool:
        """Is this file the one that says when the meeting is held?"""
        return uid not in self._newest or self._newest[uid][2] == -file

    def answered(self, uid: str, which: str, person: Asked) -> Asked:
        """Somebody with the latest answer that any of the files has."""
        found = self._answers.get((uid, which, person.address))
        return person if found is None else replace(person, answer=found[2])


def occurrence_name(ritual: str, start: datetime) -> str:
    """The name of an occurrence, as the state has it: ``occurrence:<slug of the ritual>/2026-11-24t1500z``."""
    return str(Ref("occurrence", f"{slug_of(ritual)}/{start:%Y-%m-%dt%H%Mz}", namespace_of(ritual)))


def _ahead(moment: datetime, zone: str | None) -> int | None:
    offset = moment.astimezone(zone_of(zone)).utcoffset() if zone else None
    return None if offset is None else offset // timedelta(minutes=1)


def _stamp(event: Event) -> str:
    """When an event was revised last, as its file writes it."""
    return (event.block.value("LAST-MODIFIED") or event.block.value("DTSTAMP")).strip()


def _digest(files: list[Path]) -> str:
    """What is in some files.

    Raises:
        InvalidInput: one of them cannot be opened.
    """
    found = hashlib.sha256()
    for file in files:
        try:
            with file.open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").digest()
        except OSError as error:
            raise InvalidInput(f"{file} cannot be opened: {error.strerror}", hint="check who may read it") from error
        found.update(file.name.encode("utf-8", "surrogateescape") + b"\0" + content)
    return found.hexdigest()


def _recognises(path: Path) -> bool:
    try:
        if path.is_dir():
            return any(one.suffix.casefold() in _SUFFIXES for one in path.iterdir())
        if path.suffix.casefold() in _SUFFIXES:
            return True
        with path.open("rb") as stream:
            return stream.read(64).lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR")
    except OSError:
        return False


FORMAT = Format(
    "icalendar",
    "a calendar (.ics) or a folder of them: who was asked to each meeting that is over, and what they answered",
    _recognises,
    CalendarSource,
    OPTIONS,
)
