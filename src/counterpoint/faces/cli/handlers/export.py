"""``counterpoint export``: the whole ledger as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path

from counterpoint.actions.copying import export_file, export_to
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.copies import show_copied, show_left, with_lake
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Copied


def run(call: Call, *, output: str | None) -> Copied | None:
    """Write it to a file, or print it."""
    if output is not None:
        return with_lake(export_file(call.ledger(), Path(output), call.progress), call.place)
    export_to(call.ledger(), sys.stdout.buffer, call.progress)
    sys.stdout.buffer.flush()
    return None


def show(answer: Copied, out: Paper) -> None:
    """Where it is, and its head."""
    show_copied(answer, "exported", out)
    show_left(answer, out)
