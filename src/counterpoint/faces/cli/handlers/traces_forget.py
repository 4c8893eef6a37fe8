"""``counterpoint traces forget``: let the activity of a source count no more."""

from __future__ import annotations

from counterpoint.actions.tracing import forget
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.traces import Forgotten


def run(call: Call, *, source: str) -> Forgotten:
    """Do it."""
    ledger = call.ledger()
    return forget(ledger, source, actor=call.actor(ledger))


def show(answer: Forgotten, out: Paper) -> None:
    """What counts no more."""
    out.line(("forgotten ", "good"), (answer.source, "ref"), f": {words.plural(answer.rows, 'row')}")
