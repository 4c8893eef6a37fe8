"""``counterpoint quarantine retry``: read again what could not be read."""

from __future__ import annotations

from counterpoint.actions.bringing import retry, unread_requests
from counterpoint.actions.importing import Imported
from counterpoint.actions.tracing import retry_traces
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import show_imported
from counterpoint.faces.cli.handlers.trace import show as show_traced
from counterpoint.faces.cli.paper import Paper
from counterpoint.lakeside import open_place
from counterpoint.model.reports import Retried
from counterpoint.model.traces import Traced


def run(call: Call, *, source: str | None) -> Retried[Imported | Traced]:
    """Read every source again that has something there."""
    ledger = call.ledger()
    actor = call.actor(ledger)
    done: tuple[Imported | Traced, ...] = retry(ledger, source, actor=actor, progress=call.progress)
    if any("trace" in one for one in unread_requests(ledger, source)):
        done += retry_traces(ledger, open_place(call.place), source, actor=actor, progress=call.progress)
    return call.written(ledger, Retried(done))


def show(answer: Retried[Imported | Traced], out: Paper) -> None:
    """What each source came to."""
    for one in answer.readings:
        if isinstance(one, Traced):
            show_traced(one, out)
        else:
            show_imported(one, out, verb="read again", most=20)
