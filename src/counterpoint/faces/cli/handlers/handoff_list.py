"""``counterpoint handoff list``: everything in the air between two parties."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.handoffs import Handoffs


def run(call: Call) -> Handoffs:
    """Ask."""
    return call.questions().handoffs()


def show(answer: Handoffs, out: Paper) -> None:
    """A table, what is overdue first."""
    out.line(f"{words.plural(len(answer.handoffs), 'handoff')} in the air")
    rows = [
        (
            (one.what, "ref"),
            (one.giver, "ref"),
            (one.receiver, "ref"),
            f"{one.status}, overdue" if one.overdue else one.status,
            out.when(one.answer_by) if one.answer_by else "–",
        )
        for one in answer.handoffs
    ]
    out.table(("what", "from", "to", "status", "answer by"), rows, indent=2)
