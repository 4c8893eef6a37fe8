"""``counterpoint whatif matters``: which assumptions matter."""

from __future__ import annotations

from pathlib import Path

from counterpoint.faces.cli import chart as picture
from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.faces.drawing import needs_charts
from counterpoint.model.whatif import Sensitivity
from counterpoint.whatifs import open_whatif


def run(
    call: Call, *, figure: str, chart: str | None, k: float | None, response: float | None, seed: int
) -> Sensitivity:
    """Vary what is assumed, and draw what came of it if a file is named."""
    file = None if chart is None else picture.writable(Path(chart))
    if file is not None:
        needs_charts()
    with open_whatif(call.ledger(), call.place, seed=seed, progress=call.progress) as asking:
        answer = asking.sensitivity(figure, speedup=1.0 if k is None else k, response=response or 0.0)
    if file is not None:
        picture.draw(answer, file)
    return answer


def show(answer: Sensitivity, out: Paper) -> None:
    """The assumptions, those that matter most first."""
    whatif.sensitivity(answer, out)
    whatif.basis(answer.basis, out)
