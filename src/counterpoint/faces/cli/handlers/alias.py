"""``counterpoint alias``: say that two names are one and the same."""

from __future__ import annotations

from counterpoint.actions.changing import join
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Joined


def run(call: Call, *, name: str, of: str, reason: str | None) -> Joined:
    """Join them."""
    ledger = call.ledger()
    made = join(ledger, name, of, actor=call.actor(ledger), reason=reason or "")
    return Joined(name, of, made.sequence)


def show(answer: Joined, out: Paper) -> None:
    """That they are one, and how to part them."""
    out.line((answer.name, "ref"), " is ", (answer.of, "ref"), " from now on")
    out.line((f"entry {answer.entry}; counterpoint undo {answer.entry} parts them", "dim"))
