"""``counterpoint whatif compress``: what faster execution does to lead times and coordination."""

from __future__ import annotations

from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.whatif import Compressed
from counterpoint.whatifs import open_whatif


def run(call: Call, *, k: float | None, response: float | None, full: bool, effort: str, seed: int) -> Compressed:
    """Simulate the curve, and remove each element now and then."""
    with open_whatif(call.ledger(), call.place, effort=effort, seed=seed, progress=call.progress) as asking:
        return asking.compress(10.0 if k is None else k, response=response or 0.0, full=full)


def show(answer: Compressed, out: Paper) -> None:
    """The curve, who cannot keep up, and the elements now and then."""
    whatif.compressed(answer, out)
    whatif.basis(answer.basis, out)
