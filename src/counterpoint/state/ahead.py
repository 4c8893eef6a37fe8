"""The rhythm as it goes: what each ritual has next, what nobody recorded, and which rituals have no occurrences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from counterpoint.model.agenda import Held, Rhythm
from counterpoint.model.schedule import Schedule, schedule_of
from counterpoint.model.times import moment, stamp
from counterpoint.state.rhythm import (
    coming,
    end_of,
    looked_at,
    occurrence_of,
    occurrences_between,
    record_awaited,
    start_of,
    why_silent,
)
from counterpoint.state.schedule import Occurrence
from counterpoint.state.view import State

LOOK_BACK = timedelta(days=28)
"""So far back unrecorded occurrences are told; older ones stand in the history of their ritual."""
_OPEN = (None, "prepared", "proposed", "unrecorded")


def rhythm(state: State, rituals: Iterable[str] | None = None, count: int = 1) -> Rhythm:
    """Of these rituals, or of all: the next ``count`` occurrences of each, soonest first, and what the past has left.

    An occurrence is told as unrecorded only where it was known beforehand, and a working day after it is over.
    """
    subjects = state.entities("ritual") if rituals is None else [state.canonical(one) for one in rituals]
    ahead: list[Held] = []
    behind: list[Held] = []
    silent: list[Held] = []
    for ritual in subjects:
        why = why_silent(state, ritual)
        following = [] if why is not None else coming(state, ritual, state.now, count)
        if why is None and not following:
            why = "it has no further occurrence"
        if why is not None:
            silent.append(_none(state, ritual, why))
        state.load(occurrence_of(ritual, start_of(one)) for one in following)
        ahead += [_held(state, ritual, one) for one in following]
        behind += [_held(state, ritual, one, "unrecorded") for one in _unrecorded(state, ritual)]
    key = lambda one: (one.start or "", one.ritual)  # noqa: E731
    return Rhythm(state.now, tuple(sorted(ahead, key=key)), tuple(sorted(behind, key=key)), tuple(silent))


def _unrecorded(state: State, ritual: str) -> list[Occurrence]:
    """Those of the last weeks of which nobody said what came of them, and that nobody cancelled."""
    known = _known_since(state, ritual)
    if known is None or why_silent(state, ritual) is not None:
        return []
    begin = max(known, stamp(moment(state.now) - LOOK_BACK))
    every = occurrences_between(state, ritual, begin, state.now)
    state.load(occurrence_of(ritual, start_of(one)) for one in every)
    found = []
    for one in every:
        name = occurrence_of(ritual, start_of(one))
        over = record_awaited(state, ritual, end_of(one) or start_of(one))
        if over <= state.now and state.text(name, "status") in _OPEN:
            found.append(one)
    return found


def _known_since(state: State, ritual: str) -> str | None:
    return min((claim.recorded for claim in state.claims(ritual, "schedule")), default=None)


def _held(state: State, ritual: str, one: Occurrence, status: str | None = None) -> Held:
    start = start_of(one)
    name = occurrence_of(ritual, start)
    return Held(
        ritual, state.text(ritual, "title"), name, start, end_of(one),
        status or state.text(name, "status") or "awaited", len(state.tables(name, "agenda")),
        state.refs(name, "needed"), state.text(name, "looked") or looked_at(state, ritual, start),
        state.text(name, "reason"),
    )  # fmt: skip


def _none(state: State, ritual: str, why: str) -> Held:
    value = state.value(ritual, "schedule")
    schedule = Schedule("not understood") if value is None else schedule_of(value)
    return Held(ritual, state.text(ritual, "title"), None, None, None, schedule.outcome, 0, (), None, why)
