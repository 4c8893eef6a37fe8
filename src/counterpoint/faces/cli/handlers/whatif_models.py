"""``counterpoint whatif models``: the three models beside the organisation as it is."""

from __future__ import annotations

from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.whatif import Compared
from counterpoint.whatifs import open_whatif


def run(call: Call, *, k: float | None, response: float | None, effort: str, seed: int) -> Compared:
    """Compare them."""
    with open_whatif(call.ledger(), call.place, effort=effort, seed=seed, progress=call.progress) as asking:
        return asking.models(speedup=1.0 if k is None else k, response=response or 0.0)


def show(answer: Compared, out: Paper) -> None:
    """Side by side, and by area."""
    whatif.compared(answer, out)
