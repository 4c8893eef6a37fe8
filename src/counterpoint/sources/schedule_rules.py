"""Schedules from tables: start, end, time zone and recurrence rules, as calendars kept in TOML or JSON have them.

A table of a rule is ``{frequency = "weekly", interval = 2, by_day = [{day = "sunday", num = -1}], until = "…Z"}``, its
keys the names of RFC 5545 in any case, with or without underscores; a text is the body of an RRULE. Dates may stand
alone, or in a table with their own zone (``{date = "…", timezone = "…"}`` and ``{dates = […], timezone = "…"}``). They
are read as they stand: an exception on no occurrence excludes none. A part that is empty is a part that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from dateutil.rrule import rrulestr

from counterpoint.errors import BadValue
from counterpoint.model.rules import DAYS, parse_rule, rule_text
from counterpoint.model.schedule import (
    NOT_UNDERSTOOD,
    UNDERSTOOD,
    Moved,
    Recurrence,
    Schedule,
    local_text,
    local_time,
    offset_name,
    schedule_of,
    zone_of,
)

PARTS = ("start", "end", "timezone", "minutes", "rules", "except", "also", "moved", "text", "label")
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SAME = {"FREQUENCY": "FREQ", "WEEKSTART": "WKST"}
_NUMBERED = ("INTERVAL", "COUNT", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR", "BYMINUTE", "BYSETPOS")
_KNOWN = ("FREQ", "UNTIL", "BYDAY", "WKST", *_NUMBERED)
_ORDINALS = ("num", "ordinal", "n", "week", "position")
_DAY_KEYS = frozenset({"day", "weekday", *_ORDINALS})
_WEEKDAY = re.compile(r"([+-]?[0-9]*)\s*([A-Za-z]{2,})")
_PLAIN_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_DATE = len("2026-11-21")


@dataclass(frozen=True, slots=True)
class When:
    """A date or time as a source has it: the wall clock, the zone it is told in (None: not said), and is it a day."""

    clock: datetime
    zone: str | None
    whole_day: bool = False

    def local(self, zone: str | None) -> datetime:
        """The same moment on the wall clock of ``zone``; a time without a zone is taken to be in it already."""
        if self.whole_day or self.zone in (None, zone) or zone is None:
            return self.clock
        return self.clock.replace(tzinfo=zone_of(self.zone or "UTC")).astimezone(zone_of(zone)).replace(tzinfo=None)

    def text(self, zone: str | None) -> str:
        """As a schedule has it: a local time, or a bare date."""
        return self.clock.date().isoformat() if self.whole_day else local_text(self.local(zone))


def schedule_from_rules(parts: Mapping[str, Any], *, zone: str | None = None) -> Schedule:
    """The schedule that a table says. Its parts, all but ``start`` optional:

    ``start``, ``end`` (dates or local times, or with an offset), ``timezone``, ``minutes`` (instead of an end, or the
    same), ``rules`` (a list of tables or RRULE bodies, or one of them; none: a single event), ``except``, ``also``
    (times, one or a list), ``moved`` (tables from, to, minutes, one or a list), ``text`` and ``label``. ``zone`` is
    taken where neither ``timezone`` nor ``start`` says one. Without any zone a timed event is *not understood*, and
    days are counted in UTC. Several rules are several recurrences of one event, each from the first moment it hits.

    Raises:
        BadValue: a part cannot be; the message names it.
    """
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise BadValue(f"a schedule from a table has no {unknown[0]!r}", hint=f"it takes {', '.join(PARTS)}")
    said = {name: part for name, part in parts.items() if not _absent(part)}
    if "start" not in said:
        raise BadValue("start is missing", hint="a recurrence needs its first occurrence")
    declared = _text(said, "timezone")
    start = _when(said["start"], "start", declared)
    own = start.zone or zone
    end = _when(said["end"], "end", declared) if "end" in said else None
    minutes, days = length(start, end, own, said.get("minutes"))
    recurrences = recurrences_of(
        start,
        own,
        [rule_of(one) for one in _list(said.get("rules"))],
        minutes=minutes,
        days=days,
        excluded=[when.text(own) for when in _whens(said.get("except"), "except", own)],
        also=[local_text(when.local(own)) for when in _whens(said.get("also"), "also", own)],
        moved=[_moved(one, own) for one in _list(said.get("moved"))],
        label=_text(said, "label"),
        from_first_hit=True,
    )
    return zoned(recurrences, start, _text(said, "text"))


def zoned(recurrences: tuple[Recurrence, ...], start: When, text: str | None = None) -> Schedule:
    """The schedule of recurrences that are all exact; what they may still lack is the time zone.

    Raises:
        BadValue: a rule or a time in them cannot be.
    """
    if recurrences[0].timezone is None and not start.whole_day:
        why = "it has no time zone, and none is declared for the calendar"
        return schedule_of(Schedule(NOT_UNDERSTOOD, recurrences, text, (), why).as_json())
    why = ""
    if recurrences[0].timezone is None:
        recurrences = tuple(replace(one, timezone="UTC") for one in recurrences)
        why = "whole days, counted in UTC because no time zone is said"
    return schedule_of(Schedule(UNDERSTOOD, recurrences, text, (), why).as_json())


def recurrences_of(
    start: When,
    zone: str | None,
    rules: Sequence[str],
    *,
    minutes: float | None,
    days: int | None,
    excluded: Sequence[str] = (),
    also: Sequence[str] = (),
    moved: Sequence[Moved] = (),
    label: str | None = None,
    from_first_hit: bool = False,
) -> tuple[Recurrence, ...]:
    """One recurrence for each rule; further and moved occurrences stand with the first of them.

    In a calendar the start is an occurrence, whatever the rules say (RFC 5545, 3.8.5.3). In tables it is where the
    rules begin: ``from_first_hit``.
    """
    origins = tuple(one.origin for one in moved)
    found = []
    for index, rule in enumerate(rules or [None]):
        first = start.local(zone)
        if from_first_hit and rule is not None:
            first = _first_hit(first, rule, zone)
        found.append(
            Recurrence(
                zone,
                None if rule is None else rule_text(parse_rule(rule)),
                local_text(first),
                None if days is not None else f"{first:%H:%M}",
                minutes,
                tuple(excluded) if index == 0 else (*excluded, *origins),
                tuple(also) if index == 0 else (),
                tuple(moved) if index == 0 else (),
                label,
                days,
            )
        )
    return tuple(found)


def length(start: When, end: When | None, zone: str | None, minutes: Any = None) -> tuple[float | None, int | None]:
    """Minutes, or whole days, from a start and an end. A day without an end is one; a time without one is unknown.

    Raises:
        BadValue: it ends before it starts, one of the two is a day and the other a time, or ``minutes`` are stated that
            are not those between the two.
    """
    if start.whole_day:
        if end is not None and not end.whole_day:
            raise BadValue("one of start and end is a day, the other a time", hint="make both the same")
        days = 1 if end is None else (end.clock.date() - start.clock.date()).days
        if days < 0:
            raise BadValue("it ends before it starts", hint="check start and end")
        return minutes, max(1, days)
    if end is None:
        return minutes, None
    if end.whole_day:
        raise BadValue("one of start and end is a day, the other a time", hint="make both the same")
    known = zone_of(zone or "UTC")
    begin, finish = (one.local(zone).replace(tzinfo=known).astimezone(UTC) for one in (start, end))
    if finish < begin:
        raise BadValue("it ends before it starts", hint="check start and end")
    exact = (finish - begin).total_seconds() / 60
    if minutes is not None and minutes != exact:
        raise BadValue("it has both an end and minutes, and they are not the same", hint="leave one of them out")
    return int(exact) if exact.is_integer() else exact, None


def _when(value: Any, name: str, zone: str | None) -> When:
    if isinstance(value, Mapping):
        unknown = sorted(set(value) - {"date", "timezone"})
        if unknown or "date" not in value:
            raise BadValue(f"{name}: a table of a time has date and timezone", hint=f"got {', '.join(sorted(value))}")
        return _when(value["date"], name, value.get("timezone") or zone)
    if zone is not None:
        zone_of(zone)
    try:
        found = _instant(value)
    except (TypeError, ValueError) as error:
        raise BadValue(f"{name}: {value!r} is no date or time", hint="write it like 2026-11-21T08:00:00") from error
    if isinstance(found, date) and not isinstance(found, datetime):
        return When(local_time(datetime.combine(found, time()).isoformat()), zone, True)
    if found.tzinfo is None:
        return When(local_time(found.isoformat()), zone)
    offset = found.utcoffset()
    told = When(
        local_time(found.replace(tzinfo=None).isoformat()),
        offset_name(round(offset.total_seconds() / 60)) if offset is not None else "UTC",
    )
    return told if zone is None else When(told.local(zone), zone)


def _instant(value: Any) -> date | datetime:
    if isinstance(value, date):
        return value
    text = value.strip() if isinstance(value, str) else ""
    return date.fromisoformat(text) if len(text) == _DATE else datetime.fromisoformat(text)


def _whens(value: Any, name: str, zone: str | None) -> list[When]:
    if value is None:
        return []
    if isinstance(value, Mapping) and "dates" in value:
        unknown = sorted(set(value) - {"dates", "timezone"})
        if unknown:
            raise BadValue(f"{name} has no {unknown[0]!r}", hint="a table of times has dates and timezone")
        return _whens(value["dates"], name, value.get("timezone") or zone)
    found: list[When] = []
    for item in _list(value):
        nested = isinstance(item, Mapping) and "dates" in item
        found += _whens(item, name, zone) if nested else [_when(item, name, zone)]
    return found


def _moved(value: Any, zone: str | None) -> Moved:
    named = {name for name, part in value.items() if not _absent(part)} if isinstance(value, Mapping) else set()
    if not {"from", "to"} <= named <= {"from", "to", "minutes"}:
        raise BadValue(
            "moved: it takes from and to, and may have minutes", hint="give each moved occurrence as a table"
        )
    origin, to = (_when(value[name], f"moved.{name}", zone).local(zone) for name in ("from", "to"))
    return Moved(local_text(origin), local_text(to), value.get("minutes"))


def rule_of(value: Any) -> str:
    """The body of an RRULE, as :func:`counterpoint.model.rules.rule_text` writes it, from a table or a text.

    Raises:
        BadValue: it is neither, has a key that no rule has, or is no rule.
    """
    if isinstance(value, str):
        return rule_text(parse_rule(value))
    parts: dict[str, str] = {}
    for key, part in value.items() if isinstance(value, Mapping) else ():
        plain = str(key).replace("_", "").replace("-", "").upper()
        name = _SAME.get(plain, plain)
        if name not in _KNOWN:
            raise BadValue(f"rules: a rule has no {key!r}", hint=f"it takes {', '.join(sorted(_KNOWN))}")
        if not _absent(part):
            parts[name] = _rule_part(name, part)
    if "FREQ" not in parts:
        raise BadValue(
            "rules: a rule is a table with a frequency, or the text of an RRULE", hint='frequency = "weekly"'
        )
    return rule_text(parse_rule(";".join(f"{name}={part}" for name, part in parts.items())))


def _rule_part(name: str, value: Any) -> str:
    if name == "FREQ":
        return str(value).strip().upper()
    if name == "UNTIL":
        return _until(value)
    if name in ("BYDAY", "WKST"):
        return ",".join(_weekday(one, name) for one in _list(value))
    return ",".join(str(one) for one in _list(value))


def _first_hit(start: datetime, rule: str, zone: str | None) -> datetime:
    """The first moment that a rule hits from ``start`` on; ``start`` where it hits none, or says nothing of days."""
    parsed = parse_rule(rule)
    picks = parsed.hours, parsed.minutes, parsed.days, parsed.month_days, parsed.months, parsed.positions
    if not any((*picks, parsed.year_days, parsed.weeks)):
        return start
    # The library compares a limit in UTC only with times that have a zone.
    told = start.replace(tzinfo=zone_of(zone or "UTC")) if parsed.until and parsed.until.endswith("Z") else start
    found = next(iter(rrulestr(rule, dtstart=told)), None)
    return start if found is None else found.replace(tzinfo=None)


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())


def _text(parts: Mapping[str, Any], name: str) -> str | None:
    value = parts.get(name)
    if value is not None and not isinstance(value, str):
        raise BadValue(f"{name}: {value!r} is not a text", hint="pick one text")
    return None if value is None else value.strip()


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _weekday(value: Any, part: str = "BYDAY") -> str:
    """``monday``, ``Mon``, ``MO``, ``2TU``, ``{day = "sunday", num = -1}``."""
    if isinstance(value, Mapping) and set(value) <= _DAY_KEYS:
        number = next((value[key] for key in _ORDINALS if value.get(key) is not None), "")
        return f"{number}{_weekday(value.get('day') or value.get('weekday'), part)}"
    match = _WEEKDAY.fullmatch(value.strip()) if isinstance(value, str) else None
    for code, name in zip(DAYS, _DAY_NAMES, strict=True) if match else ():
        if match and name.startswith(match[2].lower()):
            return f"{match[1]}{code}"
    raise BadValue(f"{part}: {value!r} is no day of the week", hint="monday, 1MO, or { day = 'monday', num = 1 }")


def _until(value: Any) -> str:
    if isinstance(value, str) and _PLAIN_UNTIL.fullmatch(value.strip()):
        return value.strip()
    try:
        found = _instant(value)
    except (TypeError, ValueError) as error:
        raise BadValue(f"until: {value!r} is no date or time", hint="write it like 2026-11-21T08:00:00Z") from error
    if not isinstance(found, datetime):
        return f"{found:%Y%m%d}"
    if found.tzinfo is None:
        return f"{found:%Y%m%dT%H%M%S}"
    return f"{found.astimezone(UTC):%Y%m%dT%H%M%SZ}"
