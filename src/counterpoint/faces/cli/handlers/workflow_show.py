"""``counterpoint workflow show``: the way that a work goes."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.workflows import Way


def run(call: Call, *, work: str) -> Way:
    """Ask."""
    return call.questions().way(work)


def show(answer: Way, out: Paper) -> None:
    """Its stages, where it is, and what each asks for."""
    if answer.workflow is None:
        out.line((answer.work, "ref"), ": no workflow is declared for its class in its zones")
    else:
        version = f" version {answer.version}" if answer.version else ""
        how = "enforced" if answer.enforced else "not enforced"
        out.line((answer.work, "ref"), " goes by ", (answer.workflow, "ref"), f"{version}, {how}")
    if answer.stage is not None and answer.hours_here is not None:
        out.line(f"in {answer.stage} for {answer.hours_here:g} hours", indent=2)
    rows = [
        (
            (one.name, "strong") if one.stands == "here" else one.name,
            one.stands,
            words.dash(one.owner),
            words.dash(one.gate),
            f"{one.hours:g}" if one.hours is not None else "–",
            words.dash(one.entry),
            words.dash(one.exit),
            words.dash(one.waiver),
        )
        for one in answer.stages
    ]
    heads = ("stage", "", "owner", "gate to leave", "norm in hours", "coming in", "going out", "waived by")
    out.table(heads, rows, indent=2)
    if answer.standards:
        out.line("keeps to ", *words.refs(answer.standards))
