"""Whose hours count for a party, and how far a number of working hours reaches.

A moment is a working one where the wall clock of the calendar's zone stands within its hours. So an hour that the
clocks skip is no working hour, and one that happens twice is two. Where nobody states working hours, every hour counts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from counterpoint.errors import BadValue
from counterpoint.model.calendars import Calendar, parse_calendar
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.openings import DAY, EPOCH, HOUR, TICK, open_stretches
from counterpoint.model.statements import Claim
from counterpoint.model.times import moment, stamp
from counterpoint.state.view import State

FURTHEST = 100 * 366  # days that one addition may reach
LONGEST_WAIT = 366 * 24.0  # hours that anybody has to answer

Rule = Literal["own", "team", "zone", "organisation", "nobody"]


@dataclass(frozen=True, slots=True)
class Hours:
    """Whose working hours count: the calendar, the entity that states it, the claims, and what was passed over.

    ``calendar`` None: nobody states any, and every hour counts.
    """

    calendar: Calendar | None
    rule: Rule
    at: str | None = None
    claims: tuple[Claim, ...] = ()
    passed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """In words: ``working hours of team:lang (Europe/Berlin 09:00-17:00)``."""
        if self.calendar is None:
            return "every hour counts: nobody states working hours"
        if self.calendar.hours is None:
            return f"every hour counts: {self.at} states a time zone and no hours ({self.calendar})"
        return f"working hours of {self.at} ({self.calendar})"


def calendar_of(state: State, party: str) -> Hours:
    """Whose working hours count for a party; the first of these that states any that can be read:

    its own; for a person, those of the teams that the person leads or is a member of, where these agree; for these and
    for a team, those of the teams around, then of their zones; the organisation's own. An agent has its own or none,
    because it keeps no office hours. What is disputed, cannot be read, or differs between teams is passed over, and
    the answer says so. It never raises.
    """
    walk = _Walk(state, [])
    party = state.canonical(party)
    found = walk.at(party, "own")
    if found is None and kind_of(party) == "agent":
        return Hours(None, "nobody", passed=tuple(walk.passed))
    if found is None and kind_of(party) == "team":
        found = walk.around(party, {party})
    elif found is None:
        found = walk.teams_of(party)
    return found or walk.at(ROOT_ZONE, "organisation") or Hours(None, "nobody", passed=tuple(walk.passed))


@dataclass(frozen=True, slots=True)
class AnswerBy:
    """Until when somebody has time to answer (a stamp), and whose hours were counted."""

    until: str
    hours: Hours


def answer_by(state: State, party: str, hours: float, now: str) -> AnswerBy:
    """The stamp at which a party has had so many of its working hours to answer. It never raises.

    More than a year of hours is a year; hours that are not over within a hundred years are counted on the clock.
    """
    whose = calendar_of(state, party)
    wait = min(max(0.0, hours), LONGEST_WAIT)
    try:
        return AnswerBy(add_working_hours(now, wait, whose.calendar), whose)
    except BadValue:
        return AnswerBy(add_working_hours(now, wait, None), Hours(None, "nobody", passed=(*whose.passed, str(whose))))


def add_working_hours(start: str, hours: float, calendar: Calendar | None) -> str:
    """The stamp at which ``hours`` working hours have passed since ``start``; closing time itself still counts.

    With 0 hours: ``start``, or the next opening where it lies outside the hours. Without a calendar, plain hours.

    Raises:
        BadValue: ``hours`` is negative or no number, or they are not over within a hundred years.
    """
    if not isfinite(hours) or not 0 <= hours <= FURTHEST * 24:
        raise BadValue(f"{hours} is no number of hours", hint=f"from 0 to {FURTHEST * 24}")
    begin, left = _ticks(start), round(hours * HOUR)
    if calendar is None:
        return _stamp(begin + left)
    for opening, closing in open_stretches(calendar, begin - 1, FURTHEST):
        here = max(opening, begin)
        if here <= closing and (closing - here >= left):
            return _stamp(here + left)
        left -= max(0, closing - here)
    raise BadValue(f"{hours} working hours are not over within a hundred years", hint=f"the hours are {calendar}")


def working_hours_between(start: str, end: str, calendar: Calendar | None) -> float:
    """The working hours from ``start`` to ``end``; 0 where the end comes first. Without a calendar, plain hours."""
    begin, finish = _ticks(start), _ticks(end)
    if calendar is None:
        return max(0, finish - begin) / HOUR
    found = 0
    for opening, closing in open_stretches(calendar, begin, max(0, (finish - begin) // DAY + 2)):
        found += max(0, min(closing, finish) - max(opening, begin))
    return found / HOUR


def is_working(at: str, calendar: Calendar | None) -> bool:
    """Does this moment lie within the hours? The closing time itself does not."""
    here = _ticks(at)
    return calendar is None or any(opening <= here < closing for opening, closing in open_stretches(calendar, here, 1))


@dataclass(slots=True)
class _Walk:
    state: State
    passed: list[str]

    def at(self, entity: str, rule: Rule) -> Hours | None:
        resolved = self.state.get(entity, "calendar")
        if resolved is None:
            return None
        if resolved.disputed:
            self.passed.append(f"{entity}: sources differ about the calendar, and none has authority")
            return None
        try:
            calendar = parse_calendar(str(resolved.value))
        except BadValue as error:
            self.passed.append(f"{entity}: the calendar cannot be read ({error.message})")
            return None
        return Hours(calendar, rule, entity, resolved.claims, tuple(self.passed))

    def teams_of(self, person: str) -> Hours | None:
        teams = {*self.state.naming(person, "team", "lead"), *self.state.naming(person, "team", "member")}
        at_work = [team for team in sorted(teams) if self.state.text(team, "status") != "archived"]
        found = [one for team in at_work if (one := self.at(team, "team") or self.around(team, {team}))]
        if len({one.calendar for one in found}) > 1:
            self.passed.append(f"the teams of {person} keep different hours: {', '.join(str(one.at) for one in found)}")
            return None
        return found[0] if found else None

    def around(self, team: str, seen: set[str]) -> Hours | None:
        """The teams around a team, nearest first, then the zones of all of them; not yet the organisation's own."""
        pending = deque(self.state.refs(team, "parent"))
        while pending:
            above = pending.popleft()
            if above in seen:
                continue
            seen.add(above)
            if found := self.at(above, "team"):
                return found
            pending.extend(self.state.refs(above, "parent"))
        for zone in self.state.zones(team):
            if zone != ROOT_ZONE and (found := self.at(zone, "zone")):
                return found
        return None


def _ticks(text: str) -> int:
    return (moment(text) - EPOCH) // TICK


def _stamp(tick: int) -> str:
    try:
        return stamp(EPOCH + tick * TICK)
    except OverflowError as error:
        raise BadValue("that is after the last day there is", hint="fewer hours") from error
