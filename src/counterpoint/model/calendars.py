"""Working hours as people write them: ``Europe/Berlin 09:00-17:00``.

A time zone comes first, then hours, and before hours the days on which they hold::

    Europe/Berlin 09:00-17:00                          Monday to Friday, because no day is said
    Europe/Berlin Mon-Thu 09:00-12:30, 13:00-17:00     several hours on one day
    Asia/Tokyo Mon-Thu 10:00-18:00; Fri 10:00-15:00    other hours on other days
    America/New_York Sun-Thu 22:00-06:00               the night belongs to the day on which it begins
    UTC 24/7                                           always; so is 00:00-24:00 without days
    Europe/Berlin 09:00-17:00; off 2026-12-24/2027-01-02, 2027-05-01
    Europe/Berlin                                      the zone alone: nobody said which hours

Commas and semicolons may stand anywhere between these. What is written twice, or cannot be read, is refused; nothing is
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from counterpoint.errors import BadValue
from counterpoint.model import times
from counterpoint.model.schedule import zone_of

DAY = 24 * 60
LONGEST_OFF = 366  # days in one period off
MOST_OFF = 100  # periods off
EXAMPLE = "Europe/Berlin Mon-Fri 09:00-17:00"

Range = tuple[int, int]
"""Minutes after the midnight with which a day begins; an end beyond 24 × 60 is in the day after."""

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = frozenset(range(5))
_EVERY_DAY = frozenset(range(7))
_ROUND_THE_CLOCK: tuple[Range, ...] = ((0, DAY),)
_DASH = re.compile(r"\s*[-–—]\s*(?=[A-Za-z]|\d{1,2}(?!\d))")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")
_DATES = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A time zone and, where somebody said them, the hours of each weekday (Monday first) and the days off in them.

    ``hours`` None: the zone alone is known. A day off is a local date: nothing in it counts, the early hours of a night
    that began the day before included.
    """

    zone: str
    hours: tuple[tuple[Range, ...], ...] | None = None
    off: tuple[tuple[date, date], ...] = ()

    def open_on(self, day: date) -> tuple[Range, ...]:
        """The working minutes of a local date, within that date; all of it where nobody said which hours."""
        if any(first <= day <= last for first, last in self.off):
            return ()
        if self.hours is None:
            return _ROUND_THE_CLOCK
        today, before = self.hours[day.weekday()], self.hours[day.weekday() - 1]
        late = ((0, end - DAY) for _, end in before if end > DAY)
        return tuple(sorted((*late, *((start, min(end, DAY)) for start, end in today))))

    def __str__(self) -> str:
        """The one spelling of this calendar: what :func:`parse_calendar` reads as the same again."""
        parts = [self.zone]
        if self.hours is not None:
            parts.append("; ".join(_groups(self.hours)))
        text = " ".join(parts)
        days = (f"{first}" if first == last else f"{first}/{last}" for first, last in self.off)
        return f"{text}; off {', '.join(days)}" if self.off else text


@dataclass(slots=True)
class _Reading:
    """What was read so far: the days that wait for their hours, and the hours of each weekday."""

    days: set[int] = field(default_factory=set)
    current: list[Range] | None = None
    week: dict[int, list[Range]] = field(default_factory=dict)
    off: list[tuple[date, date]] | None = None

    def day(self, weekdays: set[int]) -> None:
        if self.current is not None:
            self.close()
        if twice := self.days & weekdays:
            raise BadValue(f"{_NAMES[min(twice)]} is there twice", hint="name each day once")
        self.days |= weekdays

    def time(self, found: Range) -> None:
        self.current = [*(self.current or []), found]

    def close(self) -> None:
        """The hours that stand there are those of the days before them."""
        if self.current is None:
            if self.days:
                raise BadValue(f"{_NAMES[min(self.days)]} has no hours", hint=f"write {EXAMPLE}")
            return
        ranges = _joined(self.current)
        days = self.days or (_EVERY_DAY if ranges == [*_ROUND_THE_CLOCK] else _WEEKDAYS)
        for day in sorted(days):
            if day in self.week:
                hint = "give each day its hours once: Mon-Thu 09:00-17:00; Fri 09:00-12:00"
                raise BadValue(f"{_NAMES[day]} has hours twice", hint=hint)
            self.week[day] = ranges
        self.days, self.current = set(), None


def parse_calendar(text: str) -> Calendar:
    """Read working hours as people write them; see the top of this file.

    Raises:
        BadValue: there is no such zone, or something in it cannot be read, stands there twice, or overlaps.
    """
    zone, rest = (*text.split(None, 1), "", "")[:2]
    zone = zone.rstrip(",;")
    try:
        zone_of(zone)
    except BadValue:
        hint = f"the time zone comes first, an IANA name or UTC+08:00: {EXAMPLE}"
        raise BadValue(f"{zone!r} is no time zone", hint=hint) from None
    reading = _Reading()
    for word in _words(rest):
        _take(reading, word)
    reading.close()
    if reading.off == []:
        raise BadValue("off does not say when", hint="write off 2026-12-24/2027-01-02")
    return Calendar(zone, _week(reading.week), _days_off(reading.off or []))


def _words(rest: str) -> Iterator[str]:
    yield from (word for word in re.split(r"[\s,;]+", _DASH.sub("-", rest)) if word)


def _take(reading: _Reading, word: str) -> None:
    dates, clock = _DATES.fullmatch(word), _CLOCK.fullmatch(word)
    if word.casefold() == "off" and reading.off is None:
        reading.close()
        reading.off = []
    elif dates and reading.off is not None:
        reading.off.append(_period(dates[1], dates[2] or dates[1]))
    elif reading.off is not None:
        raise BadValue(f"{word!r} is no day off", hint="days off come last: off 2026-12-24/2027-01-02, 2027-05-01")
    elif word == "24/7":
        reading.day(set(_EVERY_DAY))
        reading.time((0, DAY))
    elif word.casefold() == "daily":
        reading.day(set(_EVERY_DAY))
    elif clock:
        reading.time(_range(word, clock))
    else:
        reading.day(_weekdays(word))


def _weekdays(word: str) -> set[int]:
    first, dash, last = word.partition("-")
    start = _weekday(first, word)
    end = _weekday(last, word) if dash else start
    return {(start + step) % 7 for step in range((end - start) % 7 + 1)}


def _weekday(name: str, word: str) -> int:
    folded = name.casefold()
    for number, full in enumerate(_FULL):
        if len(folded) >= 2 and full.startswith(folded):
            return number
    raise BadValue(
        f"{word!r} is neither days nor hours", hint=f"write days as Mon-Fri, hours as 09:00-17:00: {EXAMPLE}"
    )


def _range(word: str, clock: re.Match[str]) -> Range:
    start = int(clock[1]) * 60 + int(clock[2] or 0)
    end = int(clock[3]) * 60 + int(clock[4] or 0)
    wrong = int(clock[2] or 0) > 59 or int(clock[4] or 0) > 59 or start >= DAY or end > DAY
    if wrong:
        raise BadValue(f"{word!r} are no hours", hint="from 00:00 to 24:00, such as 09:00-17:00")
    if start == end:
        raise BadValue(f"{word!r} has no length", hint="write 00:00-24:00 for the whole day")
    return (start, end) if start < end else (start, end + DAY)


def _joined(ranges: list[Range]) -> list[Range]:
    """Ranges of one day in order, those that touch made one."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start < found[-1][1]:
            raise BadValue(f"{_shown(found[-1])} and {_shown((start, end))} overlap", hint="write each hour once")
        if found and start == found[-1][1] and end <= DAY:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _week(found: dict[int, list[Range]]) -> tuple[tuple[Range, ...], ...] | None:
    if not found:
        return None
    week = tuple(tuple(found.get(day, ())) for day in range(7))
    for day in range(7):
        late = [(start, end) for start, end in week[day - 1] if end > DAY]
        if late and week[day] and late[-1][1] - DAY > week[day][0][0]:
            message = f"{_NAMES[day - 1]} {_shown(late[-1])} runs into {_NAMES[day]} {_shown(week[day][0])}"
            raise BadValue(message, hint="write each hour once")
    return week


def _period(first: str, last: str) -> tuple[date, date]:
    start, end = times.day(first), times.day(last)
    if not timedelta(0) <= end - start < timedelta(LONGEST_OFF):
        raise BadValue(f"{first}/{last} is no time off", hint=f"first day, then last day, at most {LONGEST_OFF} days")
    return start, end


def _days_off(periods: list[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    """In order; those that meet made one."""
    if len(periods) > MOST_OFF:
        raise BadValue(f"{len(periods)} times off are too many", hint=f"at most {MOST_OFF}")
    found: list[tuple[date, date]] = []
    for first, last in sorted(periods):
        if found and first <= found[-1][1]:
            raise BadValue(f"{first} is off twice", hint="name each day off once")
        found.append((first, last))
    return tuple(found)


def _groups(hours: tuple[tuple[Range, ...], ...]) -> Iterator[str]:
    if all(ranges == _ROUND_THE_CLOCK for ranges in hours):
        yield "24/7"
        return
    alike: dict[tuple[Range, ...], list[int]] = {}
    for day, ranges in enumerate(hours):
        if ranges:
            alike.setdefault(ranges, []).append(day)
    for ranges, days in alike.items():
        shown = ", ".join(map(_shown, ranges))
        plain = len(alike) == 1 and frozenset(days) == _WEEKDAYS and ranges != _ROUND_THE_CLOCK
        yield shown if plain else f"{_days(days)} {shown}"


def _days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_NAMES[run[0]] if len(run) == 1 else f"{_NAMES[run[0]]}-{_NAMES[run[-1]]}" for run in runs)


def _shown(found: Range) -> str:
    start, end = found[0], found[1] if found[1] <= DAY else found[1] - DAY
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
