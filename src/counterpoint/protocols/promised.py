"""What becomes of promises by the clock, and by how the works at their ends go."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.statements import Resolved
from counterpoint.protocols.days import end_of_day, reminder_of
from counterpoint.protocols.machine import Timer
from counterpoint.protocols.resting import OPEN, WAITING, first_answering, promise_standing
from counterpoint.state.links import standing
from counterpoint.state.view import State


def promise_timers(state: State, dependency: str) -> Iterable[Timer]:
    """What the clock does to a dependency that somebody waits for."""
    here, providers = promise_standing(state, dependency), state.refs(dependency, "provider")
    if here not in WAITING or not providers:
        return
    if (ended := _ended(state, dependency)) is not None:
        # It came to its end by other ways than acts: by an import, say.
        yield Timer(dependency, ended, state.now, "over")
    day = state.text(dependency, "promised_for")
    if day is None or here != "committed":
        return
    if _due_after(state, providers[0], dependency):
        yield Timer(dependency, "slip", state.now, day)
    if state.value(dependency, "late") is not True:
        party = first_answering(state, providers[0])
        end = end_of_day(state, party, day)
        yield Timer(dependency, "late", end, day)
        if state.text(dependency, "reminded") != day and end > state.now:
            yield Timer(dependency, "remind", reminder_of(state, party, day), day)


def promise_reactions(state: State, act: Act) -> Iterable[Act]:
    """What becomes of promises when the work at either end is done, dropped, or due on another day."""
    if kind_of(act.subject) != "work":
        return
    ends = ("provider", "consumer")
    every = dict.fromkeys(one for end in ends for one in state.naming(act.subject, "dependency", end))
    for one in every:
        here = promise_standing(state, one)
        if here in OPEN and (ended := _ended(state, one)) is not None and (here in WAITING or ended == "arrive"):
            yield Act("promise", ended, one, act.by, {}, automatic=True)
        elif here == "committed" and _due_after(state, act.subject, one):
            yield Act("promise", "slip", one, act.by, {}, automatic=True)


def _ended(state: State, dependency: str) -> str | None:
    """What becomes of a dependency by how the works at its ends stand; None while both go on."""
    for end, standings in (("provider", {"done": "arrive", "dropped": "fall"}), ("consumer", {"dropped": "lapse"})):
        for work in state.refs(dependency, end):
            if kind_of(work) == "work" and (verb := standings.get(standing(state, work))):
                return verb
    return None


def _due_after(state: State, work: str, dependency: str) -> bool:
    """Is the providing work due after the promised day, and was that said after the promise was made?

    Who promises a part of a work for an earlier day than all of it has not slipped.
    """
    due, promised_for = state.get(work, "due"), state.get(dependency, "promised_for")
    if due is None or promised_for is None or work not in state.refs(dependency, "provider"):
        return False
    days = due.value, promised_for.value
    if not isinstance(days[0], str) or not isinstance(days[1], str) or days[0] <= days[1]:
        return False
    return _said(due) > _said(promised_for)


def _said(found: Resolved) -> int:
    """The entry in which a value was said last."""
    return max((one.sequence for one in found.claims if one.value == found.value), default=0)
