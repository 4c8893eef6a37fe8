"""``counterpoint escalation list``: everything on its way up."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.escalations import Escalations


def run(call: Call) -> Escalations:
    """Ask."""
    return call.questions().escalations()


def show(answer: Escalations, out: Paper) -> None:
    """A table, what found nobody first."""
    out.line(f"{words.plural(len(answer.escalations), 'escalation')} in the air")
    rows = [
        (
            (one.about, "ref"),
            one.status,
            (one.acknowledged_by or one.party or "–", "ref"),
            out.when(one.next) if one.next else "–",
            one.cause,
        )
        for one in answer.escalations
    ]
    out.table(("about", "status", "with", "goes on", "why"), rows, indent=2)
