"""Calendars (iCalendar, RFC 5545): each series of events becomes a ritual, with every occurrence where it really is.

Read are VEVENTs: recurrence rules, further and excluded dates, moved and cancelled instances, whole days, floating
times, and time zones by any of their names. A component that cannot be read is quarantined with its file and line, and
harms no other. See docs/calendar.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from counterpoint.errors import BadValue
from counterpoint.model.identifiers import in_namespace, slugify
from counterpoint.model.kinds import attribute_of
from counterpoint.model.schedule import Schedule, zone_of
from counterpoint.model.statements import Draft, Json, Quarantined
from counterpoint.model.values import check
from counterpoint.sources.calendar_events import Event, Unreadable, Zones, parse_event, schedule_of_events
from counterpoint.sources.calendar_lines import Frame, frame
from counterpoint.sources.calendar_zones import UnknownZone, zone_name

LARGEST_FILE = 64 * 1024 * 1024
_STATUS = {"CONFIRMED": "active", "TENTATIVE": "tentative", "CANCELLED": "cancelled"}
_NOT_PEOPLE = frozenset({"ROOM", "RESOURCE"})
_CALENDARS = ("calendar.google.com",)  # addresses of calendars themselves, which Google gives as organizers


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """What a calendar says, and what of it could not be read. ``records`` counts the rituals."""

    drafts: tuple[Draft, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    records: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """The events of one UID: the reference of its ritual, its series (None: instances alone), and what was changed.

    ``broken`` says that another event of it could not be read, so that its occurrences are not certain.
    """

    uid: str
    ref: str
    series: Event | None
    changes: tuple[Event, ...]
    broken: bool

    @property
    def main(self) -> Event:
        """The event that speaks for all of it."""
        return self.series or self.changes[0]


@dataclass(frozen=True, slots=True)
class SeriesRead:
    """A calendar file taken apart: its name, how its times are told, its series, and what could not be read."""

    file: str
    zones: Zones
    series: tuple[Series, ...]
    quarantined: tuple[Quarantined, ...]


@dataclass(slots=True)
class _Reading:
    """One file being read."""

    file: str
    namespace: str
    owner: tuple[str, ...]
    zone: str | None
    named_by: Literal["uid", "title"]
    drafts: list[Draft] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    taken: dict[str, str] = field(default_factory=dict)


def read_calendar(
    source: Path | bytes | str,
    *,
    file: str = "",
    namespace: str = "",
    owner: str | Sequence[str] = (),
    zone: str | None = None,
    named_by: Literal["uid", "title"] = "uid",
) -> CalendarRead:
    """Read one calendar file, from its path or its content.

    Each series is a ritual: ``ritual:`` and the slug of its UID, which stays when it is renamed; with ``named_by =
    "title"`` the slug of its title, and of title and UID from the second of that title on. ``file`` is the name that
    statements lead to (default: the path). ``owner`` is the team (or parties) that holds the rituals; without it the
    organizer is. ``zone`` is the time zone of floating times and whole days, where the calendar names none itself.

    Raises:
        BadValue: ``zone`` is no time zone.
        OSError: the path cannot be read.
    """
    owners = (owner,) if isinstance(owner, str) else tuple(owner)
    found = read_series(source, file=file, namespace=namespace, zone=zone, named_by=named_by)
    holders = tuple(in_namespace(one, namespace) for one in owners if one)
    reading = _Reading(found.file, namespace, holders, zone, named_by, quarantined=list(found.quarantined))
    for one in found.series:
        _ritual(reading, one, found.zones)
    return CalendarRead(tuple(reading.drafts), tuple(reading.quarantined), len(found.series))


def read_series(
    source: Path | bytes | str,
    *,
    file: str = "",
    namespace: str = "",
    zone: str | None = None,
    named_by: Literal["uid", "title"] = "uid",
) -> SeriesRead:
    """Take one calendar file apart into its series; the arguments are those of :func:`read_calendar`.

    Raises:
        BadValue: ``zone`` is no time zone.
        OSError: the path cannot be read.
    """
    if zone is not None:
        zone_of(zone)
    large = isinstance(source, Path) and source.stat().st_size > LARGEST_FILE
    content = (b"" if large else source.read_bytes()) if isinstance(source, Path) else source
    name = file or (source.as_posix() if isinstance(source, Path) else "")
    nothing = Zones({}, zone)
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        message = f"it is not UTF-8: byte {error.start} cannot be read"
        return SeriesRead(name, nothing, (), (Quarantined("file", message, "save it as UTF-8", name, 1),))
    large = large or len(text) > LARGEST_FILE
    found = Frame() if large else frame(text)
    if not found.calendars:
        message = f"it is larger than {LARGEST_FILE} bytes" if large else "it has no BEGIN:VCALENDAR"
        return SeriesRead(name, nothing, (), (Quarantined("file", message, "give an iCalendar (.ics) file", name, 1),))
    reading = _Reading(name, namespace, (), zone, named_by)
    return _taken_apart(reading, found)


def _taken_apart(reading: _Reading, found: Frame) -> SeriesRead:
    definitions = {block.value("TZID").strip(): block.text for block in found.blocks if block.name == "VTIMEZONE"}
    zones = Zones(definitions, _floating(reading, found, definitions))
    events: dict[str, list[Event]] = {}
    broken: set[str] = set()
    for block in found.blocks:
        if block.name != "VEVENT":
            continue
        try:
            event = parse_event(block)
        except Unreadable as problem:
            uid = block.value("UID").strip()
            broken.add(uid)
            record = _reference(reading, uid, "") if uid and reading.named_by == "uid" else None
            _quarantine(reading, problem, "record", record)
            continue
        events.setdefault(event.uid or _made_up(event), []).append(event)
    every = []
    for uid in sorted(events, key=lambda uid: events[uid][0].block.line):
        series, changes = _newest(reading, uid, events[uid])
        ref = _reference(reading, uid, (series or changes[0]).text("SUMMARY"))
        every.append(Series(uid, ref, series, tuple(changes), uid in broken))
    return SeriesRead(reading.file, zones, tuple(every), tuple(reading.quarantined))


def _floating(reading: _Reading, found: Frame, definitions: Mapping[str, str]) -> str | None:
    """The zone of times without one: what the calendar says of itself, else what the caller declares."""
    said = found.properties.get("X-WR-TIMEZONE", "").strip()
    try:
        return zone_name(said, definitions, 2025) if said else reading.zone
    except UnknownZone:
        return reading.zone


def _made_up(event: Event) -> str:
    """An identity for an event without a UID: its title and start, which is all that tells it apart."""
    title = event.text("SUMMARY") or "event"
    return f"{title} {event.block.value('DTSTART').strip()}".strip()


def _reference(reading: _Reading, uid: str, title: str) -> str:
    """The reference of a ritual; see :func:`read_calendar`."""
    by_title = slugify(title) if reading.named_by == "title" else ""
    slug = by_title or slugify(uid) or sha256(uid.encode()).hexdigest()[:16]
    if reading.taken.setdefault(slug, uid) != uid:
        slug = f"{slug}-{slugify(uid) if by_title else sha256(uid.encode()).hexdigest()[:8]}"
    return in_namespace(f"ritual:{slug}", reading.namespace)


def _ritual(reading: _Reading, one: Series, zones: Zones) -> None:
    uid, ref, main = one.uid, one.ref, one.main
    line = main.block.line
    values: list[tuple[str, Json, int]] = [("exists", True, line), ("external_id", uid, main.block.line_of("UID"))]
    for name, attribute in (("SUMMARY", "title"), ("DESCRIPTION", "description"), ("LOCATION", "location")):
        text = main.text(name)
        if text:
            values.append((attribute, text, main.block.line_of(name)))
    if main.status in _STATUS and one.series is not None:
        values.append(("status", _STATUS[main.status], main.block.line_of("STATUS")))
    values += _addresses(main)
    try:
        schedule = schedule_of_series(one, zones)
        values.append(("schedule", schedule.as_json(), main.block.line_of("DTSTART")))
        minutes = schedule.recurrences[0].minutes
        if minutes is not None:
            values.append(("duration", minutes, main.block.line_of("DTSTART")))
    except Unreadable as problem:
        _quarantine(reading, problem, "field", ref, "schedule")
    people = [_person(reading, each, main) for each in _people(main)]
    holders = list(reading.owner) or [ref_ for role, ref_ in people if role == "ORGANIZER"]
    if holders:
        values.append(("owner", list(holders), main.block.line_of("ORGANIZER")))
    takers = dict.fromkeys(ref_ for role, ref_ in people if role == "ATTENDEE" or ref_ not in holders)
    values += [("participant", taker, main.block.line_of("ATTENDEE")) for taker in takers]
    for attribute, value, at in values:
        _state(reading, ref, attribute, value, at)


def schedule_of_series(one: Series, zones: Zones) -> Schedule:
    """When a series happens.

    Raises:
        Unreadable: a time, a rule or a zone in it cannot be read, or another event of it.
    """
    if one.broken:
        message = "another event of this series cannot be read, so its occurrences are not certain"
        raise Unreadable(message, one.main.block.line)
    return schedule_of_events(one.series, one.changes, zones)


def _state(reading: _Reading, ref: str, attribute: str, value: Json, line: int) -> None:
    declared = attribute_of("ritual", attribute)
    try:
        fitting = value if declared is None else check(declared, value)
    except BadValue as error:
        problem = Unreadable(error.message, line, error.hint)
        _quarantine(reading, problem, "field", ref, attribute)
        return
    reading.drafts.append(Draft(ref, attribute, fitting, reading.file or None, line, ref))


def _newest(reading: _Reading, uid: str, events: list[Event]) -> tuple[Event | None, list[Event]]:
    """The series and the changed instances of a UID: of several about one thing, the one revised most."""
    series: Event | None = None
    changes: dict[str, Event] = {}
    for event in events:
        if event.changes:
            key = event.block.value("RECURRENCE-ID").strip()
            if key not in changes or event.sequence >= changes[key].sequence:
                changes[key] = event
        elif series is None or event.sequence > series.sequence:
            series = event
        elif event.sequence == series.sequence and event.block.content != series.block.content:
            problem = Unreadable(f"the UID {uid!r} was there already, on line {series.block.line}", event.block.line)
            _quarantine(reading, problem, "record", None)
    return series, [changes[key] for key in sorted(changes)]


def _addresses(event: Event) -> Iterator[tuple[str, Json, int]]:
    text = event.text("URL")
    if text:
        yield "url", text, event.block.line_of("URL")


def _people(event: Event) -> Iterator[tuple[str, str, str]]:
    """(ORGANIZER or ATTENDEE, address, name) of the persons who hold it or take part, declined ones left out."""
    for role in ("ORGANIZER", "ATTENDEE"):
        found: Any = event.component.get(role, [])
        for one in found if isinstance(found, list) else [found]:
            address = str(one).strip()
            address = address[7:] if address.casefold().startswith("mailto:") else ""
            params = getattr(one, "params", {})
            declined = str(params.get("PARTSTAT", "")).upper() == "DECLINED"
            if str(params.get("CUTYPE", "")).upper() in (*_NOT_PEOPLE, "GROUP") or declined:
                continue
            if address.count("@") == 1 and not address.casefold().endswith(_CALENDARS):
                yield role, address, str(params.get("CN", "")).strip()


def _person(reading: _Reading, one: tuple[str, str, str], event: Event) -> tuple[str, str]:
    """The reference of a person by address, introduced with handle and name the first time."""
    role, address, name = one
    ref = in_namespace(f"person:{slugify(address)}", reading.namespace)
    if ref not in reading.people:
        reading.people.add(ref)
        line = event.block.line_of(role)
        handle: Json = {"system": "email", "handle": address}
        named = name if name and "@" not in name else ""
        for attribute, value in (("exists", True), ("handle", handle), ("name", named)):
            if value:
                reading.drafts.append(Draft(ref, attribute, value, reading.file or None, line, ref))
    return role, ref


def _quarantine(
    reading: _Reading,
    problem: Unreadable,
    level: Literal["record", "field"],
    record: str | None,
    field_: str | None = None,
) -> None:
    file = reading.file or None
    reading.quarantined.append(Quarantined(level, problem.message, problem.hint, file, problem.line, record, field_))
