"""Recurrence rules: the body of an iCalendar RRULE (RFC 5545, 3.3.10), read strictly and within bounds.

A rule comes from outside, so what could make a computer loop for ever is refused here, once: nothing recurs more
often than daily, at more than 24 times of a day, every 1000 years, or ten thousand times by count.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from counterpoint.errors import BadValue

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
LARGEST_INTERVAL = 1000
LARGEST_COUNT = 10_000
TIMES_A_DAY = 24
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_RANGES = {
    # part -> (smallest, largest, may be negative)
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
}
_ORDER = ("FREQ", "INTERVAL", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE")
_TAIL = ("BYSETPOS", "COUNT", "UNTIL", "WKST")
_ONLY_IN = {"BYYEARDAY": ("YEARLY",), "BYWEEKNO": ("YEARLY",), "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY")}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, read. ``days`` are (ordinal or 0, weekday with Monday 0); ``until`` is as it was written."""

    frequency: str
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    count: int | None = None
    until: str | None = None
    week_start: int = 0

    @property
    def needs_anchor(self) -> bool:
        """Is nothing known of when it happens until one of its occurrences is?"""
        if self.interval > 1 or self.count is not None:
            return True
        if self.frequency == "DAILY":
            return False
        if self.frequency == "WEEKLY":
            return not self.days
        if self.frequency == "MONTHLY":
            return not (self.days or self.month_days)
        by_month = self.months and (self.days or self.month_days)
        return not (by_month or self.year_days or (self.weeks and self.days))

    def fits(self, day: date) -> bool:
        """May a day be one of its occurrences, as far as months, weekdays and days of the month tell?"""
        last = monthrange(day.year, day.month)[1]
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not {day.day, day.day - last - 1} & set(self.month_days):
            return False
        ordinals = {0, (day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1)}
        if self.frequency == "YEARLY" and not self.months:
            ordinals = {0, *ordinals_in_year(day)}
        return not self.days or any(number in ordinals and weekday == day.weekday() for number, weekday in self.days)


def ordinals_in_year(day: date) -> tuple[int, int]:
    """Which of its weekdays of the year a day is, from the start and from the end."""
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    return (day - first) // timedelta(7) + 1, -((last - day) // timedelta(7) + 1)


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """Read the body of an RRULE, with or without ``RRULE:`` before it.

    Raises:
        BadValue: it is no rule, a part is out of range or contradicts another, or it recurs too often to be a ritual.
    """
    parts = _parts(text)
    frequency = _frequency(parts)
    for part in parts:
        if part in _ONLY_IN and frequency not in _ONLY_IN[part]:
            raise BadValue(f"{part} has no meaning with FREQ={frequency}", hint="see RFC 5545, section 3.3.10")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadValue("a rule has COUNT or UNTIL, not both", hint="leave one of them out")
    rule = Rule(
        frequency,
        _number(parts, "INTERVAL", LARGEST_INTERVAL) or 1,
        _days(parts.get("BYDAY", ""), frequency),
        _numbers(parts, "BYMONTHDAY"),
        _numbers(parts, "BYMONTH"),
        _numbers(parts, "BYYEARDAY"),
        _numbers(parts, "BYWEEKNO"),
        _numbers(parts, "BYHOUR"),
        _numbers(parts, "BYMINUTE"),
        _numbers(parts, "BYSETPOS"),
        _number(parts, "COUNT", LARGEST_COUNT),
        _until(parts.get("UNTIL")),
        _week_start(parts.get("WKST", "MO")),
    )
    _check_bounds(rule)
    return rule


def rule_text(rule: Rule) -> str:
    """The body of the RRULE, parts always in one order: equal rules are equal texts."""
    days = ",".join(f"{number or ''}{DAYS[weekday]}" for number, weekday in rule.days)
    values = {
        "FREQ": rule.frequency,
        "INTERVAL": str(rule.interval) if rule.interval > 1 else "",
        "BYDAY": days,
        "BYMONTHDAY": _joined(rule.month_days),
        "BYMONTH": _joined(rule.months),
        "BYYEARDAY": _joined(rule.year_days),
        "BYWEEKNO": _joined(rule.weeks),
        "BYHOUR": _joined(rule.hours),
        "BYMINUTE": _joined(rule.minutes),
        "BYSETPOS": _joined(rule.positions),
        "COUNT": "" if rule.count is None else str(rule.count),
        "UNTIL": rule.until or "",
        "WKST": DAYS[rule.week_start] if rule.week_start else "",
    }
    return ";".join(f"{name}={values[name]}" for name in (*_ORDER, *_TAIL) if values[name])


def _joined(numbers: tuple[int, ...]) -> str:
    return ",".join(str(number) for number in numbers)


def _parts(text: str) -> dict[str, str]:
    body = text.strip().upper().removeprefix("RRULE:").strip().rstrip(";")
    parts: dict[str, str] = {}
    for piece in body.split(";"):
        name, equals, value = (part.strip() for part in piece.partition("="))
        if not equals or not value:
            raise BadValue(f"{text!r} is not a recurrence rule", hint="write it like FREQ=WEEKLY;BYDAY=TH")
        if name in parts:
            raise BadValue(f"{name} is there twice", hint="give each part of a rule once")
        if name == "BYSECOND" and value.strip("0") == "":
            continue
        if name not in (*_ORDER, *_TAIL):
            raise BadValue(f"{name} is no part of a rule that is known here", hint=f"known: {', '.join(_ORDER)}")
        parts[name] = value
    return parts


def _frequency(parts: dict[str, str]) -> str:
    frequency = parts.get("FREQ", "")
    if frequency in _TOO_OFTEN:
        raise BadValue(f"FREQ={frequency} is too often for a ritual", hint="at most DAILY, with BYHOUR")
    if frequency not in FREQUENCIES:
        raise BadValue(f"FREQ={frequency or '(missing)'} is no frequency", hint=f"one of {', '.join(FREQUENCIES)}")
    return frequency


def _number(parts: dict[str, str], name: str, largest: int) -> int | None:
    if name not in parts:
        return None
    value = parts[name]
    if not value.isascii() or not value.isdigit() or len(value) > 6 or not 1 <= int(value) <= largest:
        raise BadValue(f"{name}={value} is out of range", hint=f"a whole number from 1 to {largest}")
    return int(value)


def _numbers(parts: dict[str, str], name: str) -> tuple[int, ...]:
    smallest, largest, negative = _RANGES[name]
    found: set[int] = set()
    for piece in parts[name].split(",") if name in parts else ():
        if not re.fullmatch(r"[+-]?[0-9]{1,3}", piece) or (piece.startswith("-") and not negative):
            raise BadValue(f"{name}={piece} is out of range", hint=f"from {smallest} to {largest}")
        if not smallest <= abs(int(piece)) <= largest:
            raise BadValue(f"{name}={piece} is out of range", hint=f"from {smallest} to {largest}")
        found.add(int(piece))
    return tuple(sorted(found))


def _days(text: str, frequency: str) -> tuple[tuple[int, int], ...]:
    found: set[tuple[int, int]] = set()
    for piece in text.split(",") if text else ():
        match = _DAY.fullmatch(piece.strip())
        ordinal = int(match[1]) if match and match[1] else 0
        if match is None or (match[1] and not 1 <= abs(ordinal) <= 53):
            raise BadValue(f"BYDAY={piece} is no day", hint="write MO, or 1MO for the first Monday, -1FR for the last")
        if ordinal and frequency not in ("MONTHLY", "YEARLY"):
            raise BadValue(f"BYDAY={piece} counts days in a month, with FREQ={frequency}", hint="use FREQ=MONTHLY")
        found.add((ordinal, DAYS.index(match[2])))
    return tuple(sorted(found, key=lambda one: (one[0] < 0, one)))


def _until(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        if not _UNTIL.fullmatch(text):
            raise ValueError
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        if len(text) > 8 and (int(text[9:11]) > 23 or int(text[11:13]) > 59 or int(text[13:15]) > 59):
            raise ValueError
    except ValueError as error:
        raise BadValue(f"UNTIL={text} is no date or time", hint="write 20261121 or 20261121T105000Z") from error
    return text


def _week_start(text: str) -> int:
    if text not in DAYS:
        raise BadValue(f"WKST={text} is no day", hint=f"one of {', '.join(DAYS)}")
    return DAYS.index(text)


def _check_bounds(rule: Rule) -> None:
    times = max(1, len(rule.hours)) * max(1, len(rule.minutes))
    if times > TIMES_A_DAY:
        raise BadValue(f"{times} times a day is too often for a ritual", hint=f"at most {TIMES_A_DAY}")
    if rule.weeks and any(number for number, _ in rule.days):
        raise BadValue("BYWEEKNO does not go with counted days in BYDAY", hint="see RFC 5545, section 3.3.10")
    if rule.positions:
        _check_positions(rule, times)
    longest = {month: 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31 for month in range(1, 13)}
    pairs = product(rule.months or range(1, 13), rule.month_days)
    if rule.month_days and not any(abs(day) <= longest[month] for month, day in pairs):
        raise BadValue("the rule names a day that no month has: it never happens", hint="check BYMONTH and BYMONTHDAY")


def _check_positions(rule: Rule, times: int) -> None:
    if not (rule.days or rule.month_days or rule.months or rule.year_days or rule.weeks or rule.hours):
        raise BadValue("BYSETPOS picks from a set, and the rule has none", hint="add BYDAY, for example")
    if rule.frequency == "DAILY" or (rule.frequency == "WEEKLY" and (rule.months or not rule.days)):
        raise BadValue(f"BYSETPOS is not read with this FREQ={rule.frequency} rule", hint="say it with BYDAY alone")
    if rule.frequency == "WEEKLY" and any(abs(position) > len(rule.days) * times for position in rule.positions):
        raise BadValue("BYSETPOS is beyond the days of the week that the rule has", hint="use a smaller number")
