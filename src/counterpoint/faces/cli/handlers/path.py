"""``counterpoint path``: the critical path."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.answers import Path, PathItem

MOST_OTHERS = 15


def run(call: Call, *, ref: str | None, as_of: str | None, known_at: str | None) -> Path:
    """Ask."""
    return call.questions(as_of, known_at).path(ref)


def show(answer: Path, out: Paper) -> None:
    """How long it is, the chain in order, and what has the least slack beside it."""
    if not answer.path and not answer.cycles:
        out.line(("nothing open leads there", "good") if answer.target else ("nothing is open", "good"))
        return
    to = f" to {answer.target}" if answer.target else ""
    out.line(
        (f"{answer.length:g} {answer.unit}", "strong"),
        f"{to}, {words.plural(len(answer.path), 'item')} one after the other",
    )
    if answer.unit == "steps":
        said = f"{answer.with_duration} of {answer.items} say how long they take"
        out.line((f"counted in steps, because only {said}", "dim"))
    if answer.path:
        out.heading("In order")
        _table(answer.path, answer.unit, out)
    if answer.others:
        out.heading("Beside it, least slack first")
        _table(answer.others[:MOST_OTHERS], answer.unit, out)
        if len(answer.others) > MOST_OTHERS:
            out.line((f"… and {len(answer.others) - MOST_OTHERS} more (--json has all)", "dim"), indent=2)
    for cycle in answer.cycles:
        out.line(("left out, because they go round: ", "warn"), *words.refs(cycle))


def _table(items: Sequence[PathItem], unit: str, out: Paper) -> None:
    rows = [
        (
            (one.work, "ref"),
            "not said" if one.duration is None else f"{one.duration:g}",
            f"{one.starts:g}",
            f"{one.ends:g}",
            f"{one.slack:g}",
        )
        for one in items
    ]
    out.table(("work", "takes (days)", f"from ({unit})", "to", "slack"), rows, indent=2)
