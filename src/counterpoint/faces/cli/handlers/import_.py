"""``counterpoint import``: bring in what a source says."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.bringing import Request, bring
from counterpoint.actions.importing import Imported
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import show_imported
from counterpoint.faces.cli.paper import Paper
from counterpoint.settings import LOCAL_ACTOR


def run(call: Call, *, path: str, mapping: str, namespace: str | None, partial: bool, dry_run: bool) -> Imported:
    """Read it, and make the state follow it in one entry."""
    request = Request(Path(path), mapping, namespace, partial)
    if dry_run:
        with call.ledger_or_empty() as ledger:
            done = bring(ledger, request, actor=LOCAL_ACTOR, dry_run=True, progress=call.progress)
            return call.written(ledger, done)
    ledger = call.ledger(create=True)
    done = bring(ledger, request, actor=call.actor(ledger), progress=call.progress)
    return call.written(ledger, done)


def show(answer: Imported, out: Paper) -> None:
    """What changed, what could not be read, and how much of each."""
    if answer.dry_run:
        show_imported(answer, out, verb="planned")
    else:
        show_imported(answer, out, verb="imported", most=20)
    if answer.files:
        out.line((f"{answer.files} file{'s' if answer.files > 1 else ''} read", "dim"))
