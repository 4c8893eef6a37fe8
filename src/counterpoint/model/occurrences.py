"""When a ritual happens: its schedule expanded into moments.

Rules are expanded on the wall clock of their time zone, then turned into UTC, as RFC 5545 (3.3.5) says: a local time
that a change to summer time skips is read with the offset from before it, and one that happens twice is the first.
Every expansion is bounded by its window: see :mod:`counterpoint.model.rules` for what is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from dateutil import rrule

from counterpoint.errors import UsageError
from counterpoint.model.rules import Rule
from counterpoint.model.schedule import (
    AMBIGUOUS,
    NOT_UNDERSTOOD,
    Recurrence,
    Schedule,
    local_time,
    schedule_of,
    zone_of,
)
from counterpoint.model.statements import Json

_FREQUENCY: dict[str, Any] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
_ONE_PERIOD = 12 * 10_000  # an interval so long that dateutil stops after the period it starts in
_MARGIN = timedelta(days=2)  # no clock is further from UTC
_HORIZONS = (timedelta(days=62), timedelta(days=366), timedelta(days=5 * 366), timedelta(days=40 * 366))
_EARLIEST, _LATEST = datetime(1900, 1, 3, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence, in UTC. ``end`` is None where nobody said how long it takes.

    ``recurrence`` is the position of its recurrence in the schedule; ``moved_from`` is the moment it was moved from.
    """

    start: datetime
    end: datetime | None
    recurrence: int = 0
    label: str | None = None
    moved_from: datetime | None = None
    whole_days: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """How often a ritual is held in a window, and the minutes that takes; None where data lack, and ``why``."""

    occurrences: int
    minutes: float | None
    why: str = ""


def occurrences(
    schedule: Json | Schedule,
    start: datetime,
    end: datetime,
    *,
    minutes: float | None = None,
) -> list[Occurrence]:
    """Every occurrence that begins in ``start`` ≤ moment < ``end``, in order.

    An *ambiguous* or *not understood* schedule has none. Of a *phase unknown* one, only the recurrences that need no
    anchor have any (see :func:`undetermined`). ``minutes`` is how long it takes where the schedule does not say.

    Raises:
        UsageError: ``start`` or ``end`` has no time zone.
        BadValue: the value is no schedule.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise UsageError("a window of time needs a time zone", hint="pass moments in UTC")
    read = schedule_of(schedule)
    if read.outcome in (AMBIGUOUS, NOT_UNDERSTOOD):
        return []
    start, end = max(start.astimezone(UTC), _EARLIEST), min(end.astimezone(UTC), _LATEST)
    found: dict[tuple[datetime, datetime | None], Occurrence] = {}
    for index, recurrence in enumerate(read.recurrences):
        if recurrence.missing or start >= end:
            continue
        for one in _expand(recurrence, index, start, end, minutes):
            found.setdefault((one.start, one.end), one)
    return sorted(found.values(), key=lambda one: (one.start, one.recurrence, one.end or one.start))


def next_occurrences(
    schedule: Json | Schedule,
    now: datetime,
    n: int = 1,
    *,
    minutes: float | None = None,
) -> list[Occurrence]:
    """The next ``n`` occurrences that begin at ``now`` or later; fewer where no more come within forty years."""
    found: list[Occurrence] = []
    read = schedule_of(schedule)
    for horizon in _HORIZONS:
        found = occurrences(read, now, min(now + horizon, _LATEST), minutes=minutes)
        if len(found) >= n or not read.recurrences:
            break
    return found[:n]


def undetermined(schedule: Json | Schedule) -> list[int]:
    """The positions of the recurrences that have no moments, because an anchor, a time or a zone is not known."""
    return [index for index, one in enumerate(schedule_of(schedule).recurrences) if one.missing]


def idle_exceptions(schedule: Json | Schedule) -> list[str]:
    """Exceptions that fall on no occurrence, and so exclude nothing: mostly written in another zone by mistake."""
    read = schedule_of(schedule)
    bare = replace(read, recurrences=tuple(replace(one, excluded=()) for one in read.recurrences))
    idle: set[str] = set()
    used: set[str] = set()
    for one in read.recurrences:
        zone = zone_of(one.timezone or "UTC")
        for text in one.excluded:
            whole_day = len(text) == len("2026-11-21")
            begin = _utc(local_time(f"{text}T00:00:00" if whole_day else text), zone)
            found = occurrences(bare, begin, begin + (timedelta(days=1) if whole_day else timedelta(seconds=1)))
            moved = any(other.origin == text for each in read.recurrences for other in each.moved)
            (used if found or moved else idle).add(text)
    return sorted(idle - used)


def held(schedule: Json | Schedule, start: datetime, end: datetime, *, minutes: float | None = None) -> Held:
    """How often it is held in a window, and how many minutes that takes. Whatever is not known is not added up."""
    read = schedule_of(schedule)
    every = occurrences(read, start, end, minutes=minutes)
    if read.outcome in (AMBIGUOUS, NOT_UNDERSTOOD) or undetermined(read):
        return Held(len(every), None, f"the schedule is {read.outcome}")
    lengths = [one.end - one.start for one in every if one.end is not None and not one.whole_days]
    if len(lengths) < len(every):
        return Held(len(every), None, "nobody said how long it takes")
    return Held(len(every), sum(lengths, timedelta()).total_seconds() / 60)


def _expand(one: Recurrence, index: int, start: datetime, end: datetime, minutes: float | None) -> Iterator[Occurrence]:
    zone = zone_of(one.timezone or "UTC")
    length = one.minutes if one.minutes is not None else minutes
    # Compared as moments: a time that the clocks skip has two wall-clock names for one moment.
    gone = {_utc(local_time(text), zone) for text in (*_times_of(one), *(moved.origin for moved in one.moved))}
    gone_days = {text for text in one.excluded if len(text) == len("2026-11-21")}
    locals_ = {local_time(text) for text in one.also} | set(_locals(one, zone, start, end))
    for local in locals_:
        begin = _utc(local, zone)
        if start <= begin < end and begin not in gone and local.date().isoformat() not in gone_days:
            yield Occurrence(begin, _end(one, local, zone, length), index, one.label, None, one.days is not None)
    for moved in one.moved:
        local = local_time(moved.to)
        begin = _utc(local, zone)
        if start <= begin < end:
            origin = _utc(local_time(moved.origin), zone)
            finish = _end(one, local, zone, length if moved.minutes is None else moved.minutes)
            yield Occurrence(begin, finish, index, one.label, origin, one.days is not None)


def _times_of(one: Recurrence) -> Iterator[str]:
    return (text for text in one.excluded if len(text) > len("2026-11-21"))


def _utc(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _end(one: Recurrence, local: datetime, zone: tzinfo, minutes: float | None) -> datetime | None:
    if one.days is not None:
        return _utc(local + timedelta(days=one.days), zone)
    return None if minutes is None else _utc(local, zone) + timedelta(minutes=minutes)


def _locals(one: Recurrence, zone: tzinfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The wall-clock times that the rule gives, a little beyond the window on both sides."""
    first = start.replace(tzinfo=None) - _MARGIN
    last = end.replace(tzinfo=None) + _MARGIN
    clock = time.fromisoformat(one.time or "00:00")
    begin = local_time(one.start) if one.start else datetime.combine(first.date(), clock)
    rule = one.parsed
    over = _limit(rule, zone)
    if one.start is not None and not over(begin):
        yield begin  # RFC 5545: DTSTART is the first occurrence
    if rule is None:
        return
    for count, local in enumerate(_steps(rule, begin, first, last), start=1):
        if local > last or over(local) or (rule.count is not None and count > rule.count):
            return
        yield local


def _limit(rule: Rule | None, zone: tzinfo) -> Callable[[datetime], bool]:
    """Is a local time after UNTIL? A UTC limit is compared as a moment, a bare date with the whole day."""
    if rule is None or rule.until is None:
        return lambda _: False
    text = rule.until
    if len(text) == 8:
        last_day = date.fromisoformat(text)
        return lambda local: local.date() > last_day
    limit = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")
    if text.endswith("Z"):
        return lambda local: _utc(local, zone) > limit.replace(tzinfo=UTC)
    return lambda local: local > limit


def _steps(rule: Rule, begin: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    if rule.frequency in ("DAILY", "WEEKLY"):
        return _by_days(rule, begin, first, last)
    return _by_months(rule, begin, first, last)


def _by_days(rule: Rule, begin: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """DAILY and WEEKLY. Parts that only filter are applied here, because dateutil runs on where they never match."""
    unit = timedelta(days=rule.interval * (7 if rule.frequency == "WEEKLY" else 1))
    if rule.count is None and first > begin:
        begin += (first - begin) // unit * unit
    options: dict[str, Any] = _times(rule)
    if rule.frequency == "WEEKLY":
        options |= {"byweekday": [day for _, day in rule.days] or None, "bysetpos": list(rule.positions) or None}
    wanted = rrule.rrule(
        _FREQUENCY[rule.frequency], dtstart=begin, interval=rule.interval, wkst=rule.week_start, **options
    )
    for local in wanted:
        if local > last:
            return
        if rule.fits(local.date()):
            yield local


def _by_months(rule: Rule, begin: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """MONTHLY and YEARLY, one month or year at a time, so that a rule that never matches ends with the window."""
    step = rule.interval * (12 if rule.frequency == "YEARLY" else 1)
    origin = begin.year * 12 + (0 if rule.frequency == "YEARLY" else begin.month - 1)
    skipped = max(0, (first.year * 12 + first.month - 1 - origin) // step - 1) if rule.count is None else 0
    options = _dates(rule, begin) | _times(rule)
    for month in range(origin + skipped * step, last.year * 12 + last.month, step):
        opening = datetime(month // 12, month % 12 + 1, 1, begin.hour, begin.minute, begin.second)
        period = rrule.rrule(
            _FREQUENCY[rule.frequency],
            dtstart=max(opening, begin),
            interval=_ONE_PERIOD,
            wkst=rule.week_start,
            **options,
        )
        yield from period


def _times(rule: Rule) -> dict[str, Sequence[int] | None]:
    return {"byhour": list(rule.hours) or None, "byminute": list(rule.minutes) or None}


def _dates(rule: Rule, begin: datetime) -> dict[str, Any]:
    """What picks days of a month or year; where the rule picks none, the day of the first occurrence does."""
    months, month_days = list(rule.months), list(rule.month_days)
    if not (rule.days or rule.month_days or rule.year_days or rule.weeks):
        month_days = [begin.day]
        if rule.frequency == "YEARLY" and not months:
            months = [begin.month]
    weekdays = [rrule.weekday(day, number or None) for number, day in rule.days]
    return {
        "bymonth": months or None,
        "bymonthday": month_days or None,
        "byyearday": list(rule.year_days) or None,
        "byweekno": list(rule.weeks) or None,
        "byweekday": weekdays or None,
        "bysetpos": list(rule.positions) or None,
    }
