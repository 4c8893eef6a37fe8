"""Schedules from tables: start, end, time zone and recurrence rules, as calendars kept in TOML or JSON have them.

A table of a rule is ``{frequency = "weekly", interval = 2, by_day = [{day = "sunday", num = -1}], until = "…Z"}``; a
text is the body of an RRULE. Dates may stand alone, or in a table with their own zone (``{date = "…", timezone = "…"}``
and ``{dates = […], timezone = "…"}``). They are read as they stand: an exception on no occurrence excludes none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

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
_NUMBERS = {
    "by_month": "BYMONTH", "by_month_day": "BYMONTHDAY", "by_monthday": "BYMONTHDAY", "by_year_day": "BYYEARDAY",
    "by_yearday": "BYYEARDAY", "by_week_no": "BYWEEKNO", "by_weekno": "BYWEEKNO", "by_hour": "BYHOUR",
    "by_minute": "BYMINUTE", "by_set_pos": "BYSETPOS", "by_setpos": "BYSETPOS", "interval": "INTERVAL",
    "count": "COUNT",
}  # fmt: skip


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

    ``start``, ``end`` (dates or local times), ``timezone``, ``minutes`` (instead of an end), ``rules`` (a list of
    tables or RRULE bodies, or one of them; none: a single event), ``except``, ``also`` (lists of times), ``moved``
    (a list of tables from, to, minutes), ``text`` and ``label``. ``zone`` is taken where neither ``timezone`` nor
    ``start`` says one. Without any zone a timed event is *not understood*, and days are counted in UTC.

    Raises:
        BadValue: a part cannot be; the message names it.
    """
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise BadValue(f"a schedule from a table has no {unknown[0]!r}", hint=f"it takes {', '.join(PARTS)}")
    if parts.get("start") is None:
        raise BadValue("start is missing", hint="a recurrence needs its first occurrence")
    declared = parts.get("timezone")
    start = _when(parts["start"], "start", declared)
    own = start.zone or zone
    end = None if parts.get("end") is None else _when(parts["end"], "end", declared)
    minutes, days = length(start, end, own, parts.get("minutes"))
    listed = parts.get("rules") or []
    rules = [_rule(one) for one in (listed if isinstance(listed, list | tuple) else [listed])]
    recurrences = recurrences_of(
        start,
        own,
        rules,
        minutes=minutes,
        days=days,
        excluded=[when.text(own) for when in _whens(parts.get("except"), "except", own)],
        also=[local_text(when.local(own)) for when in _whens(parts.get("also"), "also", own)],
        moved=[_moved(one, own) for one in parts.get("moved") or []],
        label=parts.get("label"),
    )
    return zoned(recurrences, start, parts.get("text"))


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
) -> tuple[Recurrence, ...]:
    """One recurrence for each rule; further and moved occurrences stand with the first of them."""
    origins = tuple(one.origin for one in moved)
    found = []
    for index, rule in enumerate(rules or [None]):
        found.append(
            Recurrence(
                zone,
                None if rule is None else rule_text(parse_rule(rule)),
                local_text(start.local(zone)),
                None if days is not None else f"{start.local(zone):%H:%M}",
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
        BadValue: it ends before it starts, or one of the two is a day and the other a time.
    """
    if minutes is not None and end is not None:
        raise BadValue("it has both an end and minutes", hint="leave one of them out")
    if end is None:
        return (minutes, None) if not start.whole_day else (None, 1)
    if start.whole_day != end.whole_day:
        raise BadValue("one of start and end is a day, the other a time", hint="make both the same")
    if start.whole_day:
        days = (end.clock.date() - start.clock.date()).days
        if days < 0:
            raise BadValue("it ends before it starts", hint="check start and end")
        return None, max(1, days)
    known = zone_of(zone or "UTC")
    begin, finish = (one.local(zone).replace(tzinfo=known).astimezone(UTC) for one in (start, end))
    if finish < begin:
        raise BadValue("it ends before it starts", hint="check start and end")
    exact = (finish - begin).total_seconds() / 60
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
    text = str(value) if isinstance(value, str) else ""
    return date.fromisoformat(text) if len(text) == len("2026-11-21") else datetime.fromisoformat(text)


def _whens(value: Any, name: str, zone: str | None) -> list[When]:
    if value is None:
        return []
    if isinstance(value, Mapping) and "dates" in value:
        unknown = sorted(set(value) - {"dates", "timezone"})
        if unknown:
            raise BadValue(f"{name} has no {unknown[0]!r}", hint="a table of times has dates and timezone")
        return _whens(value["dates"], name, value.get("timezone") or zone)
    items = value if isinstance(value, list | tuple) else [value]
    found: list[When] = []
    for item in items:
        nested = isinstance(item, Mapping) and "dates" in item
        found += _whens(item, name, zone) if nested else [_when(item, name, zone)]
    return found


def _moved(value: Any, zone: str | None) -> Moved:
    if not isinstance(value, Mapping) or not {"from", "to"} <= set(value) <= {"from", "to", "minutes"}:
        raise BadValue(
            "moved: it takes from and to, and may have minutes", hint="give each moved occurrence as a table"
        )
    origin, to = (_when(value[name], f"moved.{name}", zone).local(zone) for name in ("from", "to"))
    return Moved(local_text(origin), local_text(to), value.get("minutes"))


def _rule(value: Any) -> str:
    """The RRULE body that a table says."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not isinstance(value.get("frequency"), str):
        raise BadValue(
            "rules: a rule is a table with a frequency, or the text of an RRULE", hint='frequency = "weekly"'
        )
    parts = [f"FREQ={value['frequency'].upper()}"]
    for name, part in value.items():
        if name == "frequency" or part is None:
            continue
        if name in _NUMBERS:
            parts.append(f"{_NUMBERS[name]}={','.join(str(one) for one in _list(part))}")
        elif name == "by_day":
            parts.append(f"BYDAY={','.join(_day(one) for one in _list(part))}")
        elif name == "until":
            parts.append(f"UNTIL={_until(part)}")
        elif name in ("week_start", "wkst"):
            parts.append(f"WKST={_day(part)}")
        else:
            known = ", ".join(["frequency", "by_day", "until", "week_start", *_NUMBERS])
            raise BadValue(f"rules: a rule has no {name!r}", hint=f"it takes {known}")
    return ";".join(parts)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _day(value: Any) -> str:
    if isinstance(value, Mapping) and set(value) <= {"day", "num"} and "day" in value:
        number = value.get("num")
        return f"{'' if number is None else int(number)}{_day(value['day'])}"
    text = str(value).strip()
    for code, name in zip(DAYS, _DAY_NAMES, strict=True):
        if text.casefold() in (name, name[:3]):
            return code
    return text.upper()


def _until(value: Any) -> str:
    try:
        found = _instant(value)
    except (TypeError, ValueError) as error:
        raise BadValue(f"until: {value!r} is no date or time", hint="write it like 2026-11-21T08:00:00Z") from error
    if not isinstance(found, datetime):
        return f"{found:%Y%m%d}"
    if found.tzinfo is None:
        return f"{found:%Y%m%dT%H%M%S}"
    return f"{found.astimezone(UTC):%Y%m%dT%H%M%SZ}"
