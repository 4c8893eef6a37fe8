"""Days as those who promised them live them: when a day ends for a party, and when to remind of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from counterpoint.model.schedule import zone_of
from counterpoint.model.times import day, moment, stamp
from counterpoint.state.rhythm import before_working_hours, working_day
from counterpoint.state.view import State
from counterpoint.state.working_hours import calendar_of


def end_of_day(state: State, party: str | None, text: str) -> str:
    """The stamp at which a day is over where a party works; in UTC for nobody, and where no time zone is stated."""
    return _midnight(day(text) + timedelta(days=1), _zone(state, party))


def is_over(state: State, party: str | None, text: str, now: str) -> bool:
    """Is a day over where a party works?"""
    return end_of_day(state, party, text) <= now


def day_of(state: State, party: str | None, now: str) -> str:
    """Which day it is where a party works."""
    return moment(now).astimezone(_zone(state, party)).date().isoformat()


def reminder_of(state: State, party: str | None, text: str) -> str:
    """The stamp of one working day before a day begins where a party works; of a plain day where nobody states hours.

    With Monday to Friday from nine, the reminder of a Monday is on Friday at nine.
    """
    start = _midnight(day(text), _zone(state, party))
    calendar = None if party is None else calendar_of(state, party).calendar
    return before_working_hours(start, working_day(calendar), calendar)


def days_late(state: State, party: str | None, text: str, now: str) -> int:
    """How many days a day is past where a party works; 0 where it is not."""
    return max(0, (day(day_of(state, party, now)) - day(text)).days)


def _zone(state: State, party: str | None) -> tzinfo:
    calendar = None if party is None else calendar_of(state, party).calendar
    return UTC if calendar is None else zone_of(calendar.zone)


def _midnight(at: date, zone: tzinfo) -> str:
    return stamp(datetime.combine(at, time(), zone))
