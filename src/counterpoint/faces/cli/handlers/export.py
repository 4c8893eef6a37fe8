"""``counterpoint export``: the whole ledger as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path

from counterpoint.actions.copying import export_file, export_to
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.copies import show_copied
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Copied


def run(call: Call, *, output: str | None) -> Copied | None:
    """Write it to a file, or print it."""
    if output is not None:
        return export_file(call.ledger(), Path(output), call.progress)
    export_to(call.ledger(), sys.stdout.buffer, call.progress)
    sys.stdout.buffer.flush()
    return None


def show(answer: Copied, out: Paper) -> None:
    """Where it is, and its head."""
    show_copied(answer, "exported", out)
