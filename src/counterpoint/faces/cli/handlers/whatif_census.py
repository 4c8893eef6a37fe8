"""``counterpoint whatif census``: every element of coordination, and whether it bears load."""

from __future__ import annotations

from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.whatif import Census
from counterpoint.whatifs import open_whatif


def run(call: Call, *, k: float | None, response: float | None, effort: str, seed: int) -> Census:
    """Remove each of them in the model."""
    with open_whatif(call.ledger(), call.place, effort=effort, seed=seed, progress=call.progress) as asking:
        return asking.census(speedup=1.0 if k is None else k, response=response or 0.0)


def show(answer: Census, out: Paper) -> None:
    """By kind, then each."""
    whatif.census(answer, out)
    whatif.basis(answer.basis, out)
