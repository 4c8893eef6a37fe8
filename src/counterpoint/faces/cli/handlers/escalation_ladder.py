"""``counterpoint escalation ladder``: whom an escalation would ask."""

from __future__ import annotations

from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.escalations import Ladder


def run(call: Call, *, about: str) -> Ladder:
    """Ask."""
    return call.questions().ladder(about)


def show(answer: Ladder, out: Paper) -> None:
    """The rungs, lowest first."""
    if not any(rung.passed_over is None for rung in answer.rungs):
        out.line("nobody can be asked about ", (answer.about, "ref"))
    rows = [
        (
            str(place),
            (rung.party, "ref"),
            f"{rung.hours:g} h",
            (rung.zone, "ref"),
            f"passed over: {rung.passed_over}" if rung.passed_over else rung.whose,
        )
        for place, rung in enumerate(answer.rungs, start=1)
    ]
    out.table(("", "asks", "for", "says", "in"), rows)
