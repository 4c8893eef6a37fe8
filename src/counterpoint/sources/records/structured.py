"""Schedules that a source has in tables: start, end, time zone, recurrence rules, exceptions; after RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from dateutil.rrule import rrulestr

from counterpoint.errors import BadValue
from counterpoint.model.rules import parse_rule, rule_text
from counterpoint.model.schedule import NOT_UNDERSTOOD, UNDERSTOOD, Moved, Recurrence, Schedule, local_text, zone_of

_SAME = {"frequency": "FREQ", "freq": "FREQ", "weekstart": "WKST", "wkst": "WKST"}
_NUMBERED = ("INTERVAL", "COUNT", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR", "BYMINUTE", "BYSETPOS")
_KNOWN = frozenset({*_NUMBERED, "FREQ", "UNTIL", "BYDAY", "WKST"})
_DAYS = {"mo": "MO", "tu": "TU", "we": "WE", "th": "TH", "fr": "FR", "sa": "SA", "su": "SU"}
_ORDINALS = ("num", "ordinal", "n", "week", "position")
_DATE = len("2026-11-21")


def build_schedule(parts: Mapping[str, Any], default_zone: str | None) -> Schedule:
    """A schedule from its parts: ``start`` and ``end`` (ISO, local or with an offset; a date is a whole day),
    ``timezone``, ``minutes``, ``rules`` (tables or texts), ``except``, ``also``, ``moved`` and ``text``.

    Several rules are several recurrences of one event, each from the first moment that it hits.

    Raises:
        BadValue: there is no start, or a part is not what it should be.
    """
    start_text = _text(parts.get("start"), "start")
    if start_text is None:
        raise BadValue("start is missing", hint="a schedule in tables needs the first time")
    name = _text(parts.get("timezone"), "timezone")
    start, name = _local(start_text, name or default_zone, stated=name is not None)
    zone = zone_of(name) if name else None
    whole_day = len(start_text) == _DATE
    end_text = _text(parts.get("end"), "end")
    minutes = parts.get("minutes")
    if minutes is None and end_text is not None and not whole_day:
        minutes = _minutes(start, _in_zone(end_text, zone))
    excluded = tuple(sorted({_local_or_day(one, zone) for one in _many(parts.get("except"))}))
    also = tuple(sorted({local_text(_in_zone(str(one), zone)) for one in _many(parts.get("also"))}))
    moved = tuple(_moved(one, zone) for one in _many(parts.get("moved")))
    rules = [rule_of(one) for one in _many(parts.get("rules"))]
    recurrences = tuple(
        Recurrence(
            name,
            rule,
            local_text(first),
            None if whole_day else f"{first:%H:%M}",
            minutes,
            excluded,
            also if index == 0 else (),
            moved if index == 0 else (),
            days=_days(start, end_text) if whole_day else None,
        )
        for index, rule in enumerate(rules or [None])
        for first in [_first(start, rule, zone)]
    )
    said = _text(parts.get("text"), "text")
    if name is None and not whole_day:
        return Schedule(NOT_UNDERSTOOD, recurrences, said, (), "no time zone is stated")
    if name is None:
        # Days need some clock to begin by; without one they would be understood and yet never come.
        recurrences = tuple(replace(one, timezone="UTC") for one in recurrences)
        return Schedule(UNDERSTOOD, recurrences, said, (), "whole days, counted in UTC because no time zone is said")
    return Schedule(UNDERSTOOD, recurrences, said)


def rule_of(written: Any) -> str:
    """The body of an RRULE from a table such as ``{frequency = "weekly", by_day = [{day = "monday"}]}``, or a text.

    Keys are RFC 5545's names, with or without underscores, in any case; ``frequency`` and ``week_start`` are known too.

    Raises:
        BadValue: it is neither, or no rule.
    """
    if isinstance(written, str):
        return rule_text(parse_rule(written))
    if not isinstance(written, Mapping):
        raise BadValue(f"{written!r} is no recurrence rule", hint='a table with frequency, or "FREQ=WEEKLY;BYDAY=TU"')
    parts: dict[str, str] = {}
    for key, value in written.items():
        plain = str(key).replace("_", "").replace("-", "").lower()
        name = _SAME.get(plain, plain.upper())
        if name not in _KNOWN:
            raise BadValue(f"a recurrence rule has no {key!r}", hint=f"one of: {', '.join(sorted(_KNOWN))}")
        if value is not None and value not in ("", []):
            parts[name] = _rule_part(name, value)
    return rule_text(parse_rule(";".join(f"{name}={value}" for name, value in parts.items())))


def _rule_part(name: str, value: Any) -> str:
    if name == "BYDAY":
        return ",".join(_weekday(one) for one in _many(value))
    if name == "WKST":
        return _weekday(value)
    if name == "UNTIL":
        return _until(str(value))
    if name == "FREQ":
        return str(value).upper()
    return ",".join(str(one) for one in _many(value))


def _weekday(written: Any) -> str:
    """``monday``, ``MO``, ``2TU``, ``{day = "sunday", num = -1}``."""
    if isinstance(written, Mapping):
        day = written.get("day") or written.get("weekday")
        number = next((written[key] for key in _ORDINALS if written.get(key) is not None), "")
        return f"{number}{_weekday(str(day))}"
    text = str(written).strip()
    figures = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    code = _DAYS.get(text[len(figures) :][:2].lower())
    if code is None:
        raise BadValue(f"{written!r} is no day of the week", hint="monday, MO, or { day = 'monday', num = 1 }")
    return figures + code


def _until(text: str) -> str:
    if len(text) == _DATE:
        return _moment(text).strftime("%Y%m%d")
    if "-" not in text:
        return text
    moment = _moment(text)
    if moment.tzinfo is None:
        return moment.strftime("%Y%m%dT%H%M%S")
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _first(start: datetime, rule: str | None, zone: tzinfo | None) -> datetime:
    """The first moment that a rule hits from ``start`` on; ``start`` where it hits none."""
    if rule is None:
        return start
    parsed = parse_rule(rule)
    if not (parsed.hours or parsed.minutes or parsed.days or parsed.month_days or parsed.months or parsed.positions):
        return start
    aware = start.replace(tzinfo=zone) if parsed.until and parsed.until.endswith("Z") and zone else start
    found = next(iter(rrulestr(rule, dtstart=aware)), None)
    return start if found is None else found.replace(tzinfo=None)


def _local(text: str, name: str | None, *, stated: bool) -> tuple[datetime, str | None]:
    """The local time and its zone: an offset in the time is the zone where no zone is stated."""
    moment = _moment(text)
    if moment.tzinfo is None:
        return moment, name
    if not stated:
        minutes = int((moment.utcoffset() or datetime.min - datetime.min).total_seconds() // 60)
        hours, rest = divmod(abs(minutes), 60)
        name = "UTC" if minutes == 0 else f"UTC{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
    return moment.astimezone(zone_of(name or "UTC")).replace(tzinfo=None), name


def _in_zone(text: str, zone: tzinfo | None) -> datetime:
    moment = _moment(text)
    return moment if moment.tzinfo is None else moment.astimezone(zone or UTC).replace(tzinfo=None)


def _local_or_day(written: Any, zone: tzinfo | None) -> str:
    text = str(written)
    return _moment(text).date().isoformat() if len(text) == _DATE else local_text(_in_zone(text, zone))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(microsecond=0)
    except ValueError as error:
        raise BadValue(f"{text!r} is not a time", hint="write it like 2026-11-21T08:00:00") from error


def _minutes(start: datetime, end: datetime) -> int:
    spent = int((end - start).total_seconds() // 60)
    if spent < 0:
        raise BadValue(f"it ends ({local_text(end)}) before it starts ({local_text(start)})", hint="exchange them")
    return spent


def _days(start: datetime, end: str | None) -> int:
    if end is None:
        return 1
    last: date = _moment(end).date()
    return max(1, (last - start.date()).days)


def _moved(written: Any, zone: tzinfo | None) -> Moved:
    if not isinstance(written, Mapping) or not written.get("from") or not written.get("to"):
        raise BadValue(f"{written!r} does not say what was moved", hint="a table with from and to")
    origin, to = (local_text(_in_zone(str(written[key]), zone)) for key in ("from", "to"))
    return Moved(origin, to, written.get("minutes"))


def _text(value: Any, name: str) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise BadValue(f"{name}: {value!r} is not a text", hint="pick one text in the expression")
    return value.strip()


def _many(value: Any) -> Iterable[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]
