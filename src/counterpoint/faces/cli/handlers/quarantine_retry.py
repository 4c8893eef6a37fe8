"""``counterpoint quarantine retry``: read again what could not be read."""

from __future__ import annotations

from counterpoint.actions.bringing import retry
from counterpoint.actions.importing import Imported
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import show_imported
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Retried


def run(call: Call, *, source: str | None) -> Retried[Imported]:
    """Read every source again that has something there."""
    ledger = call.ledger()
    done = retry(ledger, source, actor=call.actor(ledger), progress=call.progress)
    return call.written(ledger, Retried(done))


def show(answer: Retried[Imported], out: Paper) -> None:
    """What each source came to."""
    for one in answer.readings:
        show_imported(one, out, verb="read again", most=20)
