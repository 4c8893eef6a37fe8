"""``counterpoint whatif remove``: what happens without some elements."""

from __future__ import annotations

from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.whatif import Removed
from counterpoint.whatifs import open_whatif


def run(
    call: Call, *, element: tuple[str, ...], k: float | None, response: float | None, effort: str, seed: int
) -> Removed:
    """Remove each, in pairs, and all."""
    with open_whatif(call.ledger(), call.place, effort=effort, seed=seed, progress=call.progress) as asking:
        return asking.removed(element, speedup=1.0 if k is None else k, response=response or 0.0)


def show(answer: Removed, out: Paper) -> None:
    """Each, the pairs, and all of them."""
    whatif.removed(answer, out)
    whatif.basis(answer.basis, out)
