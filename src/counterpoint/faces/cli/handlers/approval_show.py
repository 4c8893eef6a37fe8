"""``counterpoint approval show``: the gates before a work, and who can pass them."""

from __future__ import annotations

from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Style
from counterpoint.model.approvals import GatesBefore

_COLOURS: dict[str, Style] = {"passed": "good", "asked": "warn", "open": "bad"}


def run(call: Call, *, work: str) -> GatesBefore:
    """Ask."""
    return call.questions().gates(work)


def show(answer: GatesBefore, out: Paper) -> None:
    """Each gate with where it stands, why, and who can clear it."""
    at = f" at version {answer.version}" if answer.version is not None else ""
    if not answer.gates:
        out.line((answer.work, "ref"), at, ": no gate stands before it")
        return
    out.line((answer.work, "ref"), at)
    for one in answer.gates:
        out.line((one.stands, _COLOURS[one.stands]), "  ", one.says, indent=2)
        if one.how:
            out.line(one.how, indent=4)
