"""Days into periods."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from counterpoint.measures.declaration import Asked, Window


def begin_of(day: date, window: Window) -> date | None:
    """The first day of the period that a day is in; None where there are no periods."""
    return None if window == "all" else start_of(day, window)


def start_of(day: date, window: Window) -> date:
    """The first day of the period that a day is in; weeks begin on Mondays.

    Raises:
        ValueError: there are no periods.
    """
    match window:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            raise ValueError(f"{window} has no beginning")


def end_of(begin: date, window: Window) -> date:
    """The day after the last of the period that begins on a day.

    Raises:
        ValueError: there are no periods.
    """
    match window:
        case "day":
            return begin + timedelta(days=1)
        case "week":
            return begin + timedelta(days=7)
        case "month" | "quarter":
            months = begin.year * 12 + begin.month - 1 + (1 if window == "month" else 3)
            return date(months // 12, months % 12 + 1, 1)
        case "year":
            return date(begin.year + 1, 1, 1)
        case _:
            raise ValueError(f"{window} has no end")


def within(asked: Asked, moment: datetime | None) -> bool:
    """Is a time in what was asked for? A time that nobody knows is not."""
    if moment is None:
        return False
    day = moment.date()
    return (asked.since is None or day >= asked.since) and (asked.until is None or day < asked.until)


def hours(start: datetime, end: datetime) -> float:
    """How many hours from one time to another."""
    return (end - start).total_seconds() / 3600
