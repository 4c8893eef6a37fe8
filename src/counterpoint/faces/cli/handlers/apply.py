"""``counterpoint apply``: make the state follow the organisation's files."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.applying import apply
from counterpoint.actions.importing import Imported
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import MOST, show_imported
from counterpoint.faces.cli.paper import Paper


def run(call: Call, *, folder: str, reason: str | None) -> Imported:
    """Apply them, as one entry."""
    ledger = call.ledger(create=True)
    done = apply(ledger, Path(folder), actor=call.actor(ledger), reason=reason or "", progress=call.progress)
    return call.written(ledger, done)


def show(answer: Imported, out: Paper) -> None:
    """What changed."""
    show_imported(answer, out, verb="applied", most=MOST)
