"""When working hours are open, in UTC: the stretches of a calendar, day by day, with every change of the clocks.

Times are ticks: microseconds since the beginning of 1970.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from counterpoint.model.calendars import Calendar
from counterpoint.model.schedule import zone_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE = 60 * 10**6
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_FIRST_DAY = EPOCH.toordinal()


def open_stretches(calendar: Calendar, begin: int, days: int) -> Iterator[tuple[int, int]]:
    """The working stretches of ``days`` days in UTC from that of the tick ``begin``; none is longer than a day."""
    first = begin // DAY
    for day in range(first, first + days + 1):
        yield from open_day(calendar, day)


@lru_cache(maxsize=8192)
def open_day(calendar: Calendar, day: int) -> tuple[tuple[int, int], ...]:
    """The working stretches of one day in UTC, as ticks since 1970."""
    found: list[tuple[int, int]] = []
    try:
        for start, end, offset in _pieces(zone_of(calendar.zone), day):
            for local in range((start + offset) // DAY, (end + offset - 1) // DAY + 1):
                for opening, closing in calendar.open_on(date.fromordinal(_FIRST_DAY + local)):
                    midnight = local * DAY - offset
                    here = max(start, midnight + opening * MINUTE), min(end, midnight + closing * MINUTE)
                    if here[0] < here[1]:
                        found.append(here)
    except (OverflowError, ValueError):  # before the first or after the last date that there is
        return ()
    return tuple(found)


def _pieces(zone: tzinfo, day: int) -> Iterator[tuple[int, int, int]]:
    """A day in UTC, cut where the zone changes its clocks: start, end and offset from UTC, in ticks."""
    start, end = day * DAY, (day + 1) * DAY
    before, after = _offset(zone, start), _offset(zone, end - 1)
    if before == after:
        yield start, end, before
        return
    low, high = start, end - 1
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    yield start, high, before
    yield high, end, after


def _offset(zone: tzinfo, tick: int) -> int:
    found = (EPOCH + tick * TICK).astimezone(zone).utcoffset()
    assert found is not None, "a zone has an offset from UTC at every moment"
    return found // TICK
