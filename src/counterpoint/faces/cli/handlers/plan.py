"""``counterpoint plan``: what applying the organisation's files would change."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.applying import apply
from counterpoint.actions.importing import Imported
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import show_imported
from counterpoint.faces.cli.paper import Paper
from counterpoint.settings import LOCAL_ACTOR


def run(call: Call, *, folder: str) -> Imported:
    """Apply them to nothing but the question."""
    with call.ledger_or_empty() as ledger:
        done = apply(ledger, Path(folder), actor=LOCAL_ACTOR, dry_run=True, progress=call.progress)
        return call.written(ledger, done)


def show(answer: Imported, out: Paper) -> None:
    """Every change, and how many of each."""
    show_imported(answer, out, verb="planned")
