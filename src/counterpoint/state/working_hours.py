"""Whose hours count for a party, and how far a number of working hours reaches.

A moment is a working one where the wall clock of the calendar's zone stands within its hours. So an hour that the
clocks skip is no working hour, and one that happens twice is two. Where nobody states working hours, every hour counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from math import isfinite
from typing import Literal

from counterpoint.errors import BadValue
from counterpoint.model.calendars import Calendar, parse_calendar
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.schedule import zone_of
from counterpoint.model.statements import Claim
from counterpoint.model.times import moment, stamp
from counterpoint.state.view import State

FURTHEST = 100 * 366  # days that one addition may reach
LONGEST_WAIT = 366 * 24.0  # hours that anybody has to answer
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()
_TICK = timedelta(microseconds=1)
_MINUTE = 60 * 10**6
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

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
    begin, left = _ticks(start), round(hours * _HOUR)
    if calendar is None:
        return _stamp(begin + left)
    for opening, closing in _open(calendar, begin - 1, FURTHEST):
        here = max(opening, begin)
        if here <= closing and (closing - here >= left):
            return _stamp(here + left)
        left -= max(0, closing - here)
    raise BadValue(f"{hours} working hours are not over within a hundred years", hint=f"the hours are {calendar}")


def working_hours_between(start: str, end: str, calendar: Calendar | None) -> float:
    """The working hours from ``start`` to ``end``; 0 where the end comes first. Without a calendar, plain hours."""
    begin, finish = _ticks(start), _ticks(end)
    if calendar is None:
        return max(0, finish - begin) / _HOUR
    found = 0
    for opening, closing in _open(calendar, begin, max(0, (finish - begin) // _DAY + 2)):
        found += max(0, min(closing, finish) - max(opening, begin))
    return found / _HOUR


def is_working(at: str, calendar: Calendar | None) -> bool:
    """Does this moment lie within the hours? The closing time itself does not."""
    here = _ticks(at)
    return calendar is None or any(opening <= here < closing for opening, closing in _open(calendar, here, 1))


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


def _open(calendar: Calendar, begin: int, days: int) -> Iterator[tuple[int, int]]:
    """The working stretches of ``days`` days in UTC from that of the tick ``begin``; none is longer than a day."""
    first = begin // _DAY
    for day in range(first, first + days + 1):
        yield from _open_day(calendar, day)


@lru_cache(maxsize=8192)
def _open_day(calendar: Calendar, day: int) -> tuple[tuple[int, int], ...]:
    """The working stretches of one day in UTC, as ticks since 1970."""
    found: list[tuple[int, int]] = []
    try:
        for start, end, offset in _pieces(zone_of(calendar.zone), day):
            for local in range((start + offset) // _DAY, (end + offset - 1) // _DAY + 1):
                for opening, closing in calendar.open_on(date.fromordinal(_FIRST_DAY + local)):
                    midnight = local * _DAY - offset
                    here = max(start, midnight + opening * _MINUTE), min(end, midnight + closing * _MINUTE)
                    if here[0] < here[1]:
                        found.append(here)
    except (OverflowError, ValueError):  # before the first or after the last date that there is
        return ()
    return tuple(found)


def _pieces(zone: tzinfo, day: int) -> Iterator[tuple[int, int, int]]:
    """A day in UTC, cut where the zone changes its clocks: start, end and offset from UTC, in ticks."""
    start, end = day * _DAY, (day + 1) * _DAY
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
    found = (_EPOCH + tick * _TICK).astimezone(zone).utcoffset()
    assert found is not None, "a zone has an offset from UTC at every moment"
    return found // _TICK


def _ticks(text: str) -> int:
    return (moment(text) - _EPOCH) // _TICK


def _stamp(tick: int) -> str:
    try:
        return stamp(_EPOCH + tick * _TICK)
    except OverflowError as error:
        raise BadValue("that is after the last day there is", hint="fewer hours") from error
