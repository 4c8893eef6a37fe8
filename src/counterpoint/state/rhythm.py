"""A ritual and its occurrences: which there are, what each is called, who holds it, and when it is looked at.

Only a schedule that is understood has occurrences.
"""

from __future__ import annotations

from datetime import date, timedelta, tzinfo

from counterpoint.errors import BadValue, NotFound, Refused
from counterpoint.model.calendars import Calendar
from counterpoint.model.identifiers import Ref, namespace_of, slug_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.schedule import UNDERSTOOD, schedule_of, zone_of
from counterpoint.model.statements import Json
from counterpoint.model.times import day, moment, stamp
from counterpoint.state.schedule import Occurrence, next_occurrences, occurrences
from counterpoint.state.view import State
from counterpoint.state.who import who
from counterpoint.state.working_hours import add_working_hours, calendar_of, working_hours_between

ROUND_THE_CLOCK = 24.0
"""A working day, in hours, where nobody states working hours."""
_FURTHEST_BACK = timedelta(days=3 * 366)
_LONGEST_LEAD = 366  # days


def occurrence_of(ritual: str, start: str) -> str:
    """The name of an occurrence: ``occurrence:<slug of the ritual>/2026-11-24t1500z``, in the ritual's namespace."""
    at = f"{moment(start):%Y-%m-%dt%H%Mz}"
    return str(Ref("occurrence", f"{slug_of(ritual)}/{at}", namespace_of(ritual)))


def ritual_of(state: State, occurrence: str) -> str | None:
    """The ritual of an occurrence that is kept."""
    return next(iter(state.refs(occurrence, "ritual")), None)


def start_of(occurrence: Occurrence) -> str:
    """When it begins, as a stamp."""
    return stamp(occurrence.start)


def end_of(occurrence: Occurrence) -> str | None:
    """When it ends, as a stamp; None where nobody said how long it takes."""
    return None if occurrence.end is None else stamp(occurrence.end)


def why_silent(state: State, ritual: str) -> str | None:
    """Why a ritual has no occurrences; None where it has."""
    status = state.text(ritual, "status")
    if status == "cancelled":
        return "it is cancelled"
    found = state.get(ritual, "schedule")
    if found is None:
        return "nobody says when it is held"
    if found.disputed:
        return "sources differ about when it is held"
    schedule = schedule_of(found.value)
    if schedule.outcome != UNDERSTOOD:
        return f"its schedule is {schedule.outcome}{f': {schedule.why}' if schedule.why else ''}"
    return None


def coming(state: State, ritual: str, after: str, count: int = 1) -> list[Occurrence]:
    """The next occurrences that begin after a moment (a stamp); none of a ritual that has none."""
    schedule = _schedule(state, ritual)
    if schedule is None:
        return []
    begin = moment(after) + timedelta(microseconds=1)
    return next_occurrences(schedule, begin, count, minutes=_minutes(state, ritual))


def last_before(state: State, ritual: str, before: str) -> Occurrence | None:
    """The last occurrence that began before a moment (a stamp), looking three years back."""
    reach = timedelta(days=31)
    while True:
        if found := occurrences_between(state, ritual, stamp(moment(before) - reach), before):
            return found[-1]
        if reach >= _FURTHEST_BACK or _schedule(state, ritual) is None:
            return None
        reach = min(reach * 4, _FURTHEST_BACK)


def occurrences_between(state: State, ritual: str, first: str, last: str) -> list[Occurrence]:
    """Every occurrence that begins from one moment on and before another (stamps)."""
    schedule = _schedule(state, ritual)
    if schedule is None:
        return []
    return occurrences(schedule, moment(first), moment(last), minutes=_minutes(state, ritual))


def occurrence_at(state: State, ritual: str, start: str) -> Occurrence | None:
    """The occurrence that begins at a moment (a stamp), if the schedule has one."""
    schedule = _schedule(state, ritual)
    begin = moment(start)
    if schedule is None:
        return None
    found = occurrences(schedule, begin, begin + timedelta(microseconds=1), minutes=_minutes(state, ritual))
    return found[0] if found else None


def meant(state: State, ritual: str, at: str | None, *, past: bool = False) -> Occurrence:
    """The occurrence that somebody means by a date or a time; by nothing, the next one, or (``past``) the last.

    A date is that of the ritual's own time zone.

    Raises:
        BadValue: ``at`` is neither a date nor a time with its zone.
        NotFound: the schedule has no such occurrence; the hint names the next.
        Refused: the ritual has no occurrences at all.
    """
    if (why := why_silent(state, ritual)) is not None:
        raise Refused(f"{ritual} has no occurrences: {why}", hint="say in its schedule when it is held")
    if at is None:
        found = last_before(state, ritual, _just_after(state.now)) if past else None
        following = [] if past else coming(state, ritual, state.now)
        if found is None and not following:
            raise NotFound(f"{ritual} has no {'past' if past else 'further'} occurrence", hint="name one with --at")
        return found or following[0]
    every = _on(state, ritual, at)
    if len(every) != 1:
        following = coming(state, ritual, state.now)
        hint = f"the next is {stamp(following[0].start)}" if following else "it has no further ones"
        if every:
            hint = f"give the time: {' or '.join(start_of(one) for one in every)}"
        raise NotFound(f"{ritual} has {'several occurrences' if every else 'no occurrence'} on {at}", hint=hint)
    return every[0]


def holders(state: State, ritual: str) -> tuple[str, ...]:
    """Who says whether it is held: its owners; where it has none, whoever decides there."""
    return state.refs(ritual, "owner") or who(state, ritual).deciders


def takers(state: State, ritual: str) -> tuple[str, ...]:
    """Who takes part: its participants, and those who hold it."""
    return tuple(dict.fromkeys((*holders(state, ritual), *state.refs(ritual, "participant"))))


def hours_of(state: State, ritual: str) -> Calendar | None:
    """The working hours by which it is prepared: of its first owner, else of the organisation."""
    owners = state.refs(ritual, "owner")
    return calendar_of(state, owners[0] if owners else ROOT_ZONE).calendar


def working_day(calendar: Calendar | None) -> float:
    """How many hours a working day has: the week's over its days at work; 24 where nobody states working hours."""
    if calendar is None or calendar.hours is None:
        return ROUND_THE_CLOCK
    minutes = [sum(end - start for start, end in day_) for day_ in calendar.hours if day_]
    return sum(minutes) / len(minutes) / 60 if minutes else ROUND_THE_CLOCK


def looked_at(state: State, ritual: str, start: str) -> str:
    """When the agenda of the occurrence that begins at ``start`` is looked at first: a stamp.

    So many working hours before as its rule ``prepare_hours`` says; one working day where there is no such rule.
    """
    calendar = hours_of(state, ritual)
    said = state.value(ritual, "prepare_hours")
    hours = float(said) if isinstance(said, int | float) else working_day(calendar)
    return before_working_hours(start, hours, calendar)


def record_awaited(state: State, ritual: str, end: str) -> str:
    """Until when its record is awaited, after which an occurrence stands as unrecorded: one working day after it."""
    calendar = hours_of(state, ritual)
    try:
        return add_working_hours(end, working_day(calendar), calendar)
    except BadValue:  # hours so few, or so many days off, that the day never ends
        return stamp(moment(end) + timedelta(hours=ROUND_THE_CLOCK))


def before_working_hours(end: str, hours: float, calendar: Calendar | None) -> str:
    """The last whole minute from which so many working hours remain until ``end``; plain hours without a calendar.

    Where a whole year does not have so many, plain hours too.
    """
    finish = moment(end)
    plain = stamp(finish - timedelta(hours=min(hours, _LONGEST_LEAD * 24)))
    if calendar is None or calendar.hours is None or hours <= 0:
        return plain

    def enough(minutes: int) -> bool:
        begin = stamp(finish - timedelta(minutes=minutes))
        return working_hours_between(begin, end, calendar) >= hours - 1e-9

    low, high = 0, max(1, int(hours * 60))
    while not enough(high):
        low, high = high, high * 2
        if high > _LONGEST_LEAD * 24 * 60:
            return plain
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return stamp(finish - timedelta(minutes=high))


def _schedule(state: State, ritual: str) -> Json:
    return None if why_silent(state, ritual) is not None else state.value(ritual, "schedule")


def _minutes(state: State, ritual: str) -> float | None:
    found = state.value(ritual, "duration")
    return float(found) if isinstance(found, int | float) else None


def _on(state: State, ritual: str, at: str) -> list[Occurrence]:
    if len(at) != len("2026-11-21"):
        found = occurrence_at(state, ritual, stamp(moment(at)))
        return [found] if found else []
    wanted, schedule = day(at), state.value(ritual, "schedule")
    zones = [zone_of(one.timezone or "UTC") for one in schedule_of(schedule).recurrences]
    begin = moment(f"{at}T00:00:00Z")
    near = occurrences(schedule, begin - timedelta(days=1), begin + timedelta(days=2), minutes=_minutes(state, ritual))
    return [one for one in near if _local(one, zones[one.recurrence]) == wanted]


def _local(one: Occurrence, zone: tzinfo) -> date:
    return one.start.astimezone(zone).date()


def _just_after(now: str) -> str:
    return stamp(moment(now) + timedelta(microseconds=1))
