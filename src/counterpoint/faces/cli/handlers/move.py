"""``counterpoint move``: the organisation on another store."""

from __future__ import annotations

from counterpoint.actions.copying import move
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.copies import show_copied
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Copied


def run(call: Call, *, to: str) -> Copied:
    """Copy it there."""
    return move(call.ledger(), to, call.progress)


def show(answer: Copied, out: Paper) -> None:
    """Where it is, its head, and what to do next."""
    show_copied(answer, "copied", out)
    out.line(("from now on: ", "dim"), f"--org {answer.to}, or COUNTERPOINT_ORG; the old place is as it was")
