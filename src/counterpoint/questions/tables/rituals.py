"""The rhythm: rituals, who is expected at them, and when they took place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from counterpoint.model.schedule import schedule_of
from counterpoint.model.times import moment, stamp
from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Row
from counterpoint.state.rhythm import occurrence_of, occurrences_between, start_of, takers, why_silent
from counterpoint.state.view import State

AHEAD = timedelta(days=31)
"""How far ahead occurrences are told."""
_STANDS = {"held": "held", "cancelled": "cancelled"}


def ritual(making: Making) -> Iterator[Row]:
    """Every ritual that was not cancelled; minutes where they are stated, on it or in all of its schedule alike."""
    state = making.state
    for one in _rituals(making):
        yield (
            one, making.label(one), making.owner(one), state.text(one, "purpose"), _minutes(state, one),
            making.zone(one),
        )  # fmt: skip


def invited(making: Making) -> Iterator[Row]:
    """Who is expected at each ritual: who takes part, and who holds it."""
    for one in _rituals(making):
        for party in takers(making.state, one):
            yield one, party


def occurrence(making: Making) -> Iterator[Row]:
    """Each time of each ritual, from the first day that is wanted until a month ahead.

    A ritual has occurrences from the start that its schedule names, else from when it was known. What is past and not
    recorded is *unknown*; what lies ahead is *planned*.
    """
    state = making.state
    kept = {one: state.text(one, "status") for one in state.entities("occurrence")}
    begin = stamp(datetime.combine(making.since, time(), UTC))
    end = stamp(moment(state.now) + AHEAD)
    for one in _rituals(making):
        first = max(begin, _known_since(making, one))
        for each in occurrences_between(state, one, first, end):
            start, name = start_of(each), occurrence_of(one, start_of(each))
            minutes = None if each.end is None else (each.end - each.start).total_seconds() / 60
            status = _STANDS.get(kept.get(name) or "", "planned" if start > state.now else "unknown")
            yield name, one, start, None if each.whole_days else minutes, status


def _rituals(making: Making) -> list[str]:
    return [one for one in making.surrounded("ritual") if making.state.text(one, "status") != "cancelled"]


def _minutes(state: State, ritual: str) -> float | None:
    stated = state.value(ritual, "duration")
    if isinstance(stated, int | float):
        return float(stated)
    value = state.value(ritual, "schedule")
    every = {one.minutes for one in schedule_of(value).recurrences} if value is not None else set()
    return every.pop() if len(every) == 1 else None


def _known_since(making: Making, ritual: str) -> str:
    """Since when it is held: its schedule's own start, where every recurrence has one; else since it was stated."""
    state = making.state
    if why_silent(state, ritual) is not None:
        return state.now
    recurrences = schedule_of(state.value(ritual, "schedule")).recurrences
    starts = [one.start for one in recurrences]
    if recurrences and all(starts):
        return f"{min(str(one) for one in starts)[:10]}T00:00:00.000000Z"
    return making.begun(ritual, ("schedule", "exists")) or state.now
