"""When a ritual happens: the value of the attribute ``schedule``, as JSON and as frozen types.

The JSON::

    {"outcome": "understood" | "phase unknown" | "ambiguous" | "not understood",
     "text": the text it was read from (absent where there was none),
     "recurrence": [{
        "start": "2024-01-10T08:00:00",    # local wall clock of one occurrence, the first; null: none needed or known
        "time": "08:00",                   # local wall clock; null for whole days, or where nobody said it
        "timezone": "America/Los_Angeles", # an IANA name, or a fixed offset such as "UTC+08:00"; null: nobody said it
        "rule": "FREQ=WEEKLY;BYDAY=TH",    # the body of an RRULE; null: a single event
        "minutes": 60,                     # null: nobody said how long it takes
        "except": ["2024-12-25T08:00:00"], # local; a bare date excludes all that starts on it
        "also": ["2024-12-27T08:00:00"],   # local; further occurrences
        "moved": [{"from": local, "to": local, "minutes": 30 | null}],
        "label": "Blueprints",             # where the source has one
        "days": 1,                         # only for events of whole days: how many
        "turn": [1, 2]                     # only for one of several that take turns: which, of how many
     }],
     "readings": ["the third Wednesday of each month at 13:00 Asia/Tokyo", …],   # where it is ambiguous
     "why": what the reader has to say about it}

``turn`` ties alternating meetings together: each recurs every n-th week, so one anchor gives the week of all.
Where ``minutes`` of a moved occurrence is null it takes as long as the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from counterpoint.errors import BadValue
from counterpoint.model.rules import Rule, parse_rule, rule_text
from counterpoint.model.statements import Json

Outcome = Literal["understood", "phase unknown", "ambiguous", "not understood"]
UNDERSTOOD: Outcome = "understood"
PHASE_UNKNOWN: Outcome = "phase unknown"
AMBIGUOUS: Outcome = "ambiguous"
NOT_UNDERSTOOD: Outcome = "not understood"
OUTCOMES: tuple[Outcome, ...] = (UNDERSTOOD, PHASE_UNKNOWN, AMBIGUOUS, NOT_UNDERSTOOD)
EARLIEST_YEAR, LATEST_YEAR = 1900, 2999
LONGEST_LIST = 2000
_NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})  # files beside the zones, and no zones
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_OFFSET = re.compile(r"UTC([+-])(0\d|1[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Moved:
    """One occurrence held at another time; ``minutes`` None: as long as the others."""

    origin: str
    to: str
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One line of a schedule; the fields are those of the JSON. Local times are ISO text without a zone."""

    timezone: str | None
    rule: str | None = None
    start: str | None = None
    time: str | None = None
    minutes: float | None = None
    excluded: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    label: str | None = None
    days: int | None = None
    turn: tuple[int, int] | None = None

    @property
    def parsed(self) -> Rule | None:
        """The rule, read; None for a single event."""
        return None if self.rule is None else parse_rule(self.rule)

    @property
    def needs_anchor(self) -> bool:
        """Is it unknown in which weeks (or months) it happens, until one occurrence is declared?"""
        rule = self.parsed
        return self.start is None and (rule is None or rule.needs_anchor)

    @property
    def missing(self) -> tuple[str, ...]:
        """What nobody said, and without which it has no moments: ``time``, ``time zone``, ``anchor``."""
        lacks_time = self.time is None and self.start is None
        lacks = (lacks_time, "time"), (self.timezone is None, "time zone"), (self.needs_anchor, "anchor")
        return tuple(name for lacking, name in lacks if lacking)

    def as_json(self) -> dict[str, Json]:
        """The JSON of one recurrence; ``label``, ``days`` and ``turn`` only where they say something."""
        found: dict[str, Json] = {
            "start": self.start,
            "time": self.time,
            "timezone": self.timezone,
            "rule": self.rule,
            "minutes": self.minutes,
            "except": list(self.excluded),
            "also": list(self.also),
            "moved": [{"from": one.origin, "to": one.to, "minutes": one.minutes} for one in self.moved],
        }
        if self.label is not None:
            found["label"] = self.label
        if self.days is not None:
            found["days"] = self.days
        if self.turn is not None:
            found["turn"] = list(self.turn)
        return found


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a ritual happens, and how that was read."""

    outcome: Outcome
    recurrences: tuple[Recurrence, ...] = ()
    text: str | None = None
    readings: tuple[str, ...] = ()
    why: str = ""

    def as_json(self) -> dict[str, Json]:
        """The value of the attribute ``schedule``."""
        found: dict[str, Json] = {"outcome": self.outcome}
        if self.text is not None:
            found["text"] = self.text
        found["recurrence"] = [one.as_json() for one in self.recurrences]
        if self.readings:
            found["readings"] = list(self.readings)
        if self.why:
            found["why"] = self.why
        return found


@dataclass(slots=True)
class _Reader:
    """Takes a table apart and says what is wrong in it."""

    table: Mapping[str, Any]
    known: frozenset[str]
    what: str
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.table, Mapping):
            raise BadValue(f"{self.what} is not a table", hint=f"it takes {', '.join(sorted(self.known))}")
        unknown = sorted(set(self.table) - self.known)
        if unknown:
            raise BadValue(f"{self.what} has no {unknown[0]!r}", hint=f"it takes {', '.join(sorted(self.known))}")

    def text(self, name: str) -> str | None:
        value = self.table.get(name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise BadValue(f"{name}: {value!r} is not a text", hint="write some text, or leave it out")
        return value

    def number(self, name: str, smallest: float = 0) -> float | None:
        value = self.table.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not smallest <= value <= 10**6:
            raise BadValue(f"{name}: {value!r} is not a number of its kind", hint="a number, or leave it out")
        return int(value) if isinstance(value, int) or value.is_integer() else float(value)

    def items(self, name: str) -> list[Any]:
        value = self.table.get(name)
        if value is None:
            return []
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > LONGEST_LIST:
            raise BadValue(f"{name} is not a list", hint=f"a list of at most {LONGEST_LIST}")
        return list(value)


_SCHEDULE = frozenset({"outcome", "text", "recurrence", "readings", "why"})
_RECURRENCE = frozenset(
    {"start", "time", "timezone", "rule", "minutes", "except", "also", "moved", "label", "days", "turn"}
)
_MOVED = frozenset({"from", "to", "minutes"})


def schedule_of(value: Json | Schedule) -> Schedule:
    """Read the JSON of a schedule, checking all of it.

    Raises:
        BadValue: it is not of the shape above, or a rule, a time or a zone in it cannot be.
    """
    if isinstance(value, Schedule):
        return value
    reader = _Reader(cast("Mapping[str, Any]", value), _SCHEDULE, "a schedule")
    outcome = reader.text("outcome")
    if outcome not in OUTCOMES:
        raise BadValue(f"{outcome!r} is no outcome", hint=f"one of: {', '.join(OUTCOMES)}")
    recurrences = tuple(_recurrence_of(part) for part in reader.items("recurrence"))
    readings = tuple(str(part) for part in reader.items("readings"))
    return Schedule(outcome, recurrences, reader.text("text"), readings, reader.text("why") or "")


def _recurrence_of(value: Any) -> Recurrence:
    reader = _Reader(value, _RECURRENCE, "a recurrence")
    clock, zone, rule, start = (reader.text(name) for name in ("time", "timezone", "rule", "start"))
    if clock is not None and not _TIME.fullmatch(clock):
        raise BadValue(f"time: {clock!r} is not a time of day", hint="write it like 08:00")
    if zone is not None:
        zone_of(zone)
    moved = []
    for part in reader.items("moved"):
        inner = _Reader(part, _MOVED, "a moved occurrence")
        moved.append(Moved(_stamp(inner, "from"), _stamp(inner, "to"), inner.number("minutes")))
    days = reader.number("days", 1)
    return Recurrence(
        zone,
        None if rule is None else rule_text(parse_rule(rule)),
        None if start is None else _stamp(reader, "start"),
        clock,
        reader.number("minutes"),
        tuple(sorted({_local_or_day(part) for part in reader.items("except")})),
        tuple(sorted({local_text(local_time(part)) for part in reader.items("also")})),
        tuple(sorted(moved, key=lambda one: (one.origin, one.to))),
        reader.text("label"),
        None if days is None else int(days),
        _turn_of(reader.items("turn")),
    )


def _stamp(reader: _Reader, name: str) -> str:
    text = reader.text(name)
    if text is None:
        raise BadValue(f"{name} is missing", hint="a moved occurrence has from and to")
    return local_text(local_time(text))


def _turn_of(parts: list[Any]) -> tuple[int, int] | None:
    if not parts:
        return None
    if len(parts) != 2 or not all(isinstance(part, int) for part in parts) or not 1 <= parts[0] <= parts[1] <= 52:
        raise BadValue(f"turn: {parts!r} is no turn", hint="write [1, 2] for the first of two")
    return parts[0], parts[1]


def _local_or_day(text: Any) -> str:
    if isinstance(text, str) and len(text) == len("2026-11-21"):
        return local_time(f"{text}T00:00:00").date().isoformat()
    return local_text(local_time(text))


def local_time(text: Any) -> datetime:
    """A local wall-clock time, without a zone.

    Raises:
        BadValue: it is none, has a zone, or lies outside the years 1900 to 2999.
    """
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadValue(f"{text!r} is not a local time", hint="write it like 2026-11-21T08:00:00") from error
    if found.tzinfo is not None:
        raise BadValue(f"{text!r} has a zone", hint="local times have none: the zone stands in timezone")
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise BadValue(f"{text!r} is outside the years {EARLIEST_YEAR} to {LATEST_YEAR}", hint="check the year")
    return found.replace(microsecond=0)


def local_text(moment: datetime) -> str:
    """The inverse of :func:`local_time`."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo:
    """A time zone by its IANA name, or by a fixed offset written ``UTC+05:30``.

    Raises:
        BadValue: there is no such zone.
    """
    if name == "UTC":
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign = -1 if offset[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3])), name)
    try:
        if name in _NO_PLACES or name.startswith(("posix/", "right/")):
            raise ValueError
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise BadValue(f"{name!r} is no time zone", hint="an IANA name such as Europe/Berlin, or UTC+08:00") from error


def offset_name(minutes: int) -> str:
    """The name of a fixed offset from UTC: ``UTC+08:00``, and ``UTC`` for none.

    Raises:
        BadValue: no clock on earth differs that much.
    """
    if not -14 * 60 <= minutes <= 14 * 60:
        raise BadValue(f"{minutes} minutes is no offset from UTC", hint="from -14:00 to +14:00")
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" if minutes == 0 else f"UTC{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def anchored(value: Json | Schedule, *anchors: str) -> Schedule:
    """The schedule once it is known that it happened (or will) on each of ``anchors``, local dates or date-times.

    An anchor fixes every recurrence without one whose weekday (and time, if given) it has, and through it those that
    take turns with it. When nothing is left open a *phase unknown* schedule is *understood*.

    Raises:
        BadValue: an anchor fits none of the recurrences that need one, or fits two that take turns.
    """
    schedule = schedule_of(value)
    found = list(schedule.recurrences)
    for anchor in anchors:
        day, clock = _anchor_of(anchor)
        fitting = [
            index
            for index, one in enumerate(found)
            if one.needs_anchor and one.parsed and one.parsed.fits(day) and clock in (None, one.time)
        ]
        if not fitting:
            raise BadValue(
                f"{anchor} ({day:%A}) fits no recurrence that needs an anchor",
                hint="name the local date, or date and time, of one occurrence",
            )
        if sum(found[index].turn is not None for index in fitting) > 1:
            raise BadValue(f"{anchor} fits several that take turns", hint="add the time of day: 2026-01-06T09:00:00")
        for index in fitting:
            _fix(found, index, day)
    outcome = schedule.outcome
    if outcome == PHASE_UNKNOWN and not any(one.needs_anchor for one in found):
        outcome = UNDERSTOOD
    why = f"anchored at {', '.join(anchors)}" if anchors else schedule.why
    return replace(schedule, outcome=outcome, recurrences=tuple(found), why=why)


def _anchor_of(text: str) -> tuple[date, str | None]:
    whole_day = len(text) == len("2026-11-21")
    moment = local_time(f"{text}T00:00:00" if whole_day else text)
    return moment.date(), None if whole_day else f"{moment:%H:%M}"


def _fix(found: list[Recurrence], index: int, day: date) -> None:
    fixed = found[index]
    found[index] = _started(fixed, day)
    if fixed.turn is None:
        return
    monday = day - timedelta(days=day.weekday())
    for other, one in enumerate(found):
        if other == index or one.turn is None or one.parsed is None or not one.needs_anchor:
            continue
        week = monday + timedelta(weeks=(one.turn[0] - fixed.turn[0]) % one.turn[1])
        days = (week + timedelta(days=number) for number in range(7))
        found[other] = _started(one, next(each for each in days if one.parsed.fits(each)))


def _started(one: Recurrence, day: date) -> Recurrence:
    return replace(one, start=f"{day.isoformat()}T{one.time or '00:00'}:00")
