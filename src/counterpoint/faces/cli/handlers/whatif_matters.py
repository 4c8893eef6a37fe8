"""``counterpoint whatif matters``: which assumptions matter."""

from __future__ import annotations

from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.whatif import Sensitivity
from counterpoint.whatifs import open_whatif


def run(call: Call, *, figure: str, k: float | None, response: float | None, seed: int) -> Sensitivity:
    """Vary what is assumed."""
    with open_whatif(call.ledger(), call.place, seed=seed, progress=call.progress) as asking:
        return asking.sensitivity(figure, speedup=1.0 if k is None else k, response=response or 0.0)


def show(answer: Sensitivity, out: Paper) -> None:
    """The assumptions, those that matter most first."""
    whatif.sensitivity(answer, out)
    whatif.basis(answer.basis, out)
