"""``counterpoint backup``: a compressed copy, read back."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.copying import backup_file
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.copies import show_copied, show_left, with_lake
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Copied


def run(call: Call, *, file: str) -> Copied:
    """Write it."""
    return with_lake(backup_file(call.ledger(), Path(file), call.progress), call.place)


def show(answer: Copied, out: Paper) -> None:
    """Where it is, and its head."""
    show_copied(answer, "backed up", out)
    show_left(answer, out)
