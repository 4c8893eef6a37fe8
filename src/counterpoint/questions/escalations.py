"""What is on its way up, with whom it is, and whom a ladder would ask."""

from __future__ import annotations

from counterpoint.model.escalations import Escalated, Escalations, Ladder, LadderRung, PassedOver
from counterpoint.protocols.escalation import IN_THE_AIR, cannot_be_asked, ladder, over
from counterpoint.questions.moment import Asking
from counterpoint.state.view import State
from counterpoint.state.working_hours import calendar_of


def escalations(asking: Asking) -> Escalations:
    """Every escalation in the air. What is over is not, whether or not anybody has come by to say so."""
    state = asking.state
    found = [_escalated(state, one) for one in state.entities("escalation") if state.text(one, "status") in IN_THE_AIR]
    there = [one for one in found if over(state, one.about, state.text(one.subject, "stood")) is None]
    order = {"exhausted": 0, "open": 1, "acknowledged": 2}
    return Escalations(
        state.now, tuple(sorted(there, key=lambda one: (order[one.status], one.next or "", one.subject)))
    )


def ladder_of(asking: Asking, thing: str) -> Ladder:
    """Whom an escalation about a thing would ask, as things stand."""
    state, asked, found = asking.state, set[str](), list[LadderRung]()
    for rung in ladder(state, thing):
        why = cannot_be_asked(state, thing, rung, None, asked)
        if why is None:
            asked.add(rung.party)
        found.append(LadderRung(rung.party, rung.hours, str(calendar_of(state, rung.party)), rung.zone, why))
    return Ladder(thing, tuple(found))


def _escalated(state: State, one: str) -> Escalated:
    def ref(name: str) -> str | None:
        return next(iter(state.refs(one, name)), None)

    rung = state.value(one, "rung")
    passed = tuple(
        PassedOver(state.canonical(str(row["party"])), str(row["text"])) for row in state.tables(one, "skipped")
    )
    return Escalated(
        one,
        ref("about") or "",
        state.text(one, "cause") or "",
        state.text(one, "status") or "",
        ref("raised_by"),
        ref("party"),
        ref("zone"),
        int(rung) if isinstance(rung, int | float) else 0,
        state.text(one, "next"),
        ref("acknowledged_by"),
        state.refs(one, "asked"),
        passed,
    )
