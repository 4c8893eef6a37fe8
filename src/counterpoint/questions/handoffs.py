"""What is in the air between two parties, with what goes with it."""

from __future__ import annotations

from counterpoint.errors import NotFound
from counterpoint.model.handoffs import Declined, Handoff, Handoffs
from counterpoint.model.identifiers import kind_of
from counterpoint.protocols.escalation import over
from counterpoint.protocols.handoff import IN_THE_AIR, handoffs_of
from counterpoint.questions.moment import Asking
from counterpoint.state.view import State


def handoffs(asking: Asking) -> Handoffs:
    """Every handoff in the air. What is done or dropped is handed to nobody, whoever has come by to say so."""
    state = asking.state
    found = [_handoff(state, one) for one in state.entities("handoff") if state.text(one, "status") in IN_THE_AIR]
    there = [one for one in found if over(state, one.what) is None]
    return Handoffs(
        state.now, tuple(sorted(there, key=lambda one: (not one.overdue, one.answer_by or "~", one.subject)))
    )


def handoff(asking: Asking, thing: str) -> Handoff:
    """The newest handoff of a thing, or this one.

    Raises:
        NotFound: it was never handed over.
    """
    if kind_of(thing) == "handoff":
        return _handoff(asking.state, thing)
    found = handoffs_of(asking.state, thing)
    if not found:
        raise NotFound(
            f"{thing} was never offered to anybody", hint="counterpoint handoff list tells what is in the air"
        )
    return _handoff(asking.state, found[-1])


def _handoff(state: State, one: str) -> Handoff:
    def ref(name: str) -> str:
        return next(iter(state.refs(one, name)), "")

    def texts(name: str) -> tuple[str, ...]:
        value = state.value(one, name)
        return tuple(str(part) for part in value) if isinstance(value, list) else ()

    return Handoff(
        one,
        ref("what"),
        ref("giver"),
        ref("receiver"),
        state.text(one, "status") or "",
        state.text(one, "state_of_it"),
        texts("open_question"),
        texts("where"),
        state.text(one, "answer_by") if state.text(one, "status") == "offered" else None,
        state.value(one, "overdue") is True,
        tuple(Declined(state.canonical(str(row["party"])), str(row["text"])) for row in state.tables(one, "refused")),
    )
