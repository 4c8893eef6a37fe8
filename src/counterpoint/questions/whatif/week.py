"""How many hours people work in a week, and on a day of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from counterpoint.model.calendars import Calendar
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.questions.whatif.notes import Notes
from counterpoint.state.view import State
from counterpoint.state.working_hours import calendar_of

_MOST = 80.0
"""Hours of a week beyond which somebody is reachable, and does not work all the time."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours: of a week, and of a day of it."""

    week: float = 40.0
    day: float = 8.0


USUAL = Hours()
"""Where nobody states any."""


def working_hours(state: State, areas: Iterable[str], notes: Notes) -> Hours:
    """The working hours of the organisation, else those that all areas have alike."""
    own = calendar_of(state, ROOT_ZONE).calendar
    calendars = {own} if own is not None else {calendar_of(state, one).calendar for one in areas}
    found = {hours for one in calendars if one is not None and (hours := _hours(one)) is not None}
    if len(found) == 1 and len(calendars) == 1:
        return found.pop()
    why = f"none are stated: {USUAL.week:.0f} a week are taken"
    notes.add("organisation", why, [ROOT_ZONE], "the working hours of")
    return USUAL


def _hours(calendar: Calendar) -> Hours | None:
    if calendar.hours is None:
        return None
    days = [sum(end - start for start, end in one) / 60 for one in calendar.hours if one]
    total = sum(days)
    return Hours(total, total / len(days)) if days and total <= _MOST else None
