"""One ritual from the events of one UID: the series, and what was changed or cancelled in it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from counterpoint.errors import BadValue
from counterpoint.model.schedule import Moved, Recurrence, Schedule, local_text, local_time, offset_name, zone_of
from counterpoint.sources.calendar_lines import Block
from counterpoint.sources.calendar_zones import UnknownZone, zone_name
from counterpoint.sources.schedule_rules import When, length, recurrences_of, zoned

_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")


class Unreadable(Exception):
    """A property of an event that cannot be read, and on which line; inside this room only."""

    def __init__(self, message: str, line: int, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.hint = message, line, hint


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT, parsed, with where it stands in its file."""

    component: Any
    block: Block
    uid: str
    changes: bool

    def text(self, name: str) -> str:
        """The text of a property, the first where it is there twice, empty where it is not."""
        found = self.component.get(name, "")
        return str(found[0] if isinstance(found, list) else found).strip()

    @property
    def sequence(self) -> int:
        """How often it was revised; 0 where that is not said."""
        said = self.text("SEQUENCE")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0

    @property
    def status(self) -> str:
        """CONFIRMED, TENTATIVE, CANCELLED, or empty."""
        return self.text("STATUS").upper()


@dataclass(frozen=True, slots=True)
class Zones:
    """How times of a file are told: the definitions in it, and the zone of times that name none."""

    definitions: Mapping[str, str]
    floating: str | None


def parse_event(block: Block) -> Event:
    """Read one VEVENT.

    Raises:
        Unreadable: it is no event, whatever is wrong with it.
    """
    from icalendar import Event as Component

    if block.broken:
        raise Unreadable(block.broken, block.line, "close each component where it ends")
    try:
        with warnings.catch_warnings():  # the library warns of what it makes of TZIDs, which are read here
            warnings.simplefilter("ignore")
            component = Component.from_ical(block.text)
    except Exception as error:  # the library raises many kinds on broken text, and each means the same here
        raise Unreadable(f"it cannot be read: {error}", block.line) from error
    event = Event(component, block, "", "RECURRENCE-ID" in component)
    return replace(event, uid=event.text("UID"))


def schedule_of_events(series: Event | None, changes: Sequence[Event], zones: Zones) -> Schedule:
    """When a ritual happens, from its series and the changed instances; these alone are single events.

    Raises:
        Unreadable: a time, a rule or a zone in them cannot be read.
    """
    if series is None:
        single = [_series(event, zones) for event in changes if event.status != "CANCELLED"]
        if not single:
            raise Unreadable("every instance that is there is cancelled", changes[0].block.line)
        recurrences = tuple(one for found, _ in single for one in found)
        return _checked(recurrences, single[0][1], changes[0])
    recurrences, start = _series(series, zones, changes)
    return _checked(recurrences, start, series)


def origins_of(series: Event, changes: Sequence[Event], zones: Zones) -> dict[datetime, Event]:
    """The changed instances that are held, by the moment (in UTC) at which the series had them.

    Raises:
        Unreadable: a time or a zone in them cannot be read.
    """
    start = _when(series, "DTSTART", zones)
    found: dict[datetime, Event] = {}
    if start is None:
        return found
    for change in changes:
        moved = _change(change, start, zones)
        if isinstance(moved, Moved):
            clock = local_time(moved.origin).replace(tzinfo=zone_of(start.zone or "UTC"), fold=0)
            found[clock.astimezone(UTC)] = change
    return found


def _checked(recurrences: tuple[Recurrence, ...], start: When, event: Event) -> Schedule:
    try:
        return zoned(recurrences, start)
    except BadValue as error:
        raise Unreadable(error.message, event.block.line, error.hint) from error


def _series(event: Event, zones: Zones, changes: Sequence[Event] = ()) -> tuple[tuple[Recurrence, ...], When]:
    _check(event)
    start = _when(event, "DTSTART", zones)
    if start is None:
        raise Unreadable("it has no DTSTART", event.block.line, "an event needs a start")
    minutes, days = _length(event, start, zones)
    excluded = [_excluded(when, start) for when in _listed(event, "EXDATE", zones)]
    moved: list[Moved] = []
    for change in changes:
        found = _change(change, start, zones)
        excluded += [found] if isinstance(found, str) else []
        # One that was moved and later taken out stands in both places: it is out.
        moved += [found] if isinstance(found, Moved) and found.origin not in excluded else []
    also, periods = _further(event, start, zones)
    try:
        recurrences = recurrences_of(
            start, start.zone, _rules(event), minutes=minutes, days=days, excluded=excluded, also=also, moved=moved
        )
    except BadValue as error:
        raise Unreadable(error.message, event.block.line_of("RRULE"), error.hint) from error
    gone = (*excluded, *(one.origin for one in moved))
    extra = tuple(Recurrence(start.zone, None, at, at[11:16], long, tuple(gone)) for at, long in periods)
    return (*recurrences, *extra), start


def _check(event: Event) -> None:
    for name, problem in event.component.errors:
        if name in _TIMES:
            raise Unreadable(f"{name}: {problem}", event.block.line_of(name))
    if "EXRULE" in event.component:
        raise Unreadable("EXRULE is not read: it was taken out of iCalendar in 2009", event.block.line_of("EXRULE"))


def _rules(event: Event) -> list[str]:
    found = event.component.get("RRULE", [])
    return [rule.to_ical().decode() for rule in (found if isinstance(found, list) else [found])]


def _length(event: Event, start: When, zones: Zones) -> tuple[float | None, int | None]:
    end = _when(event, "DTEND", zones)
    try:
        if end is not None or "DURATION" not in event.component:
            return length(start, end, start.zone)
    except BadValue as error:
        raise Unreadable(error.message, event.block.line_of("DTEND"), error.hint) from error
    duration = _single(event, "DURATION").dt
    if not isinstance(duration, timedelta) or duration < timedelta():
        raise Unreadable("DURATION is less than nothing", event.block.line_of("DURATION"))
    if start.whole_day:
        return None, max(1, -(-duration // timedelta(days=1)))
    exact = duration.total_seconds() / 60
    return (int(exact) if exact.is_integer() else exact), None


def _change(change: Event, start: When, zones: Zones) -> str | Moved:
    """What a VEVENT with a RECURRENCE-ID does to the series: leave out one occurrence, or hold it at another time."""
    _check(change)
    line = change.block.line_of("RECURRENCE-ID")
    if str(_single(change, "RECURRENCE-ID").params.get("RANGE", "")).upper() == "THISANDFUTURE":
        hint = "end the series with UNTIL and begin another"
        raise Unreadable("RANGE=THISANDFUTURE is not read", line, hint)
    origin = _when(change, "RECURRENCE-ID", zones)
    to = _when(change, "DTSTART", zones) or origin
    if origin is None or to is None:
        raise Unreadable("it does not say which occurrence it changes", line)
    at = local_text(_on_clock(origin, start))
    if change.status == "CANCELLED":
        return at
    if to.whole_day != start.whole_day:
        raise Unreadable("it changes a time to a whole day, or the other way round", line)
    minutes, _ = _length(change, to, zones) if to is not origin else (None, None)
    return Moved(at, local_text(to.local(start.zone)), minutes)


def _on_clock(when: When, start: When) -> datetime:
    """A date names the occurrence on that day; where a series has times, at its time."""
    if when.whole_day and not start.whole_day:
        return datetime.combine(when.clock.date(), start.clock.time())
    return when.local(start.zone)


def _excluded(when: When, start: When) -> str:
    return when.text(start.zone) if not start.whole_day else when.local(start.zone).date().isoformat()


def _further(event: Event, start: When, zones: Zones) -> tuple[list[str], list[tuple[str, float]]]:
    """RDATEs: local times with the length of the series, and periods with one of their own."""
    also: list[str] = []
    periods: list[tuple[str, float]] = []
    for line in _properties(event, "RDATE"):
        for part in line.dts:
            if isinstance(part.dt, tuple):
                begin, end = part.dt
                until = end if isinstance(end, timedelta) else end - begin
                when = _told(begin, line.params, event, "RDATE", zones)
                periods.append((local_text(when.local(start.zone)), until.total_seconds() / 60))
            else:
                also.append(local_text(_on_clock(_told(part.dt, line.params, event, "RDATE", zones), start)))
    return also, periods


def _listed(event: Event, name: str, zones: Zones) -> Iterable[When]:
    for line in _properties(event, name):
        for part in line.dts:
            yield _told(part.dt, line.params, event, name, zones)


def _properties(event: Event, name: str) -> list[Any]:
    found = event.component.get(name, [])
    return found if isinstance(found, list) else [found]


def _when(event: Event, name: str, zones: Zones) -> When | None:
    found = _single(event, name)
    return None if found is None else _told(found.dt, found.params, event, name, zones)


def _single(event: Event, name: str) -> Any:
    found = event.component.get(name)
    if isinstance(found, list):
        raise Unreadable(f"{name} is there twice", event.block.line_of(name))
    return found


def _told(value: Any, params: Mapping[str, Any], event: Event, name: str, zones: Zones) -> When:
    """A time as the file tells it: with a zone of its own, in UTC, or on whatever clock the reader has (floating)."""
    line = event.block.line_of(name)
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            return When(local_time(datetime.combine(value, time()).isoformat()), zones.floating, True)
        if not isinstance(value, datetime):
            raise Unreadable(f"{name} is no date or time", line)
        clock = local_time(value.replace(tzinfo=None).isoformat())
        tzid = params.get("TZID")
        if tzid:
            return When(clock, zone_name(str(tzid), zones.definitions, clock.year))
    except BadValue as error:
        raise Unreadable(f"{name}: {error.message}", line, error.hint) from error
    except UnknownZone as error:
        raise Unreadable(str(error), line, "name it by its IANA name, such as Europe/Berlin") from error
    if value.tzinfo is None:
        return When(clock, zones.floating)
    offset = value.utcoffset() or timedelta()
    return When(clock, "UTC" if value.tzinfo is UTC else offset_name(round(offset.total_seconds() / 60)))
