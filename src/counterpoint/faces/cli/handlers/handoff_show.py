"""``counterpoint handoff show``: one handoff, with what goes with it."""

from __future__ import annotations

from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.handoffs import Handoff


def run(call: Call, *, what: str) -> Handoff:
    """Ask."""
    return call.questions().handoff(what)


def show(answer: Handoff, out: Paper) -> None:
    """Who, where it stands, what one must know."""
    out.line((answer.giver, "ref"), " hands ", (answer.what, "ref"), " to ", (answer.receiver, "ref"))
    late = ", and nobody answered in time" if answer.overdue else ""
    until = f"; an answer is awaited until {out.when(answer.answer_by)}" if answer.answer_by else ""
    out.line(f"{answer.status}{until}{late}", indent=2)
    if answer.state:
        out.line(f"where it stands: {answer.state}", indent=2)
    for question in answer.questions:
        out.line(f"open: {question}", indent=2)
    for place in answer.where:
        out.line(f"see {place}", indent=2)
    for one in answer.declined:
        out.line((one.party, "ref"), f" declined: {one.why}", indent=2)
