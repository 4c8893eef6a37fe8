"""``counterpoint whatif run``: the variants of a file."""

from __future__ import annotations

from pathlib import Path

from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.whatif import Compared
from counterpoint.whatifs import open_whatif, read_variants


def run(call: Call, *, file: str, effort: str, seed: int) -> Compared:
    """Read the file before anything long begins; compare its variants."""
    title, variants = read_variants(Path(file))
    with open_whatif(call.ledger(), call.place, effort=effort, seed=seed, progress=call.progress) as asking:
        return asking.compared(title, variants)


def show(answer: Compared, out: Paper) -> None:
    """Side by side, and by area."""
    whatif.compared(answer, out)
