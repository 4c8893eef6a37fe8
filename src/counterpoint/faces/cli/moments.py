"""Times as people read them: local, short, and how long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from counterpoint.model.times import moment

_UNITS = (("year", 365 * 86400), ("month", 30 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60))


def short(stamp: str) -> str:
    """``2026-11-21 11:50`` in the zone of the machine."""
    return moment(stamp).astimezone().strftime("%Y-%m-%d %H:%M")


def ago(stamp: str, now: datetime) -> str:
    """``3 days ago``, ``just now``, or ``in 2 hours``."""
    gap = now - moment(stamp)
    size = abs(gap)
    if size < timedelta(minutes=1):
        return "just now"
    for name, seconds in _UNITS:
        count = int(size.total_seconds() // seconds)
        if count:
            words = f"{count} {name}{'s' if count > 1 else ''}"
            return f"{words} ago" if gap > timedelta() else f"in {words}"
    return "just now"
