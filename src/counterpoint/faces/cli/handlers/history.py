"""``counterpoint history``: everything that was ever said of a thing."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.records import History, Told


def run(call: Call, *, ref: str) -> History:
    """Ask."""
    return call.questions().history(ref)


def show(answer: History, out: Paper) -> None:
    """Oldest first, one statement on a line."""
    others = [name for name in answer.names if name != answer.subject]
    also: list[Part] = [", also known as ", *words.refs(others)] if others else []
    out.line((answer.subject, "ref"), *also, f": {words.plural(len(answer.told), 'statement')}")
    out.table(
        ("statement", "recorded", "said", "attribute", "says", "at", "source", "by"),
        [
            (
                (one.statement, "dim"),
                out.when(one.recorded),
                out.when(one.said),
                one.attribute,
                said(one),
                words.place(one.file, one.line) or "–",
                one.source,
                one.actor,
            )
            for one in answer.told
        ],
    )


def said(one: Told) -> Part:
    """What a statement says, or that it takes something back, or that it was erased."""
    if one.erased:
        return ("erased", "dim")
    if one.operation == "retract":
        return (f"taken back: {words.value(one.value)}" if one.value is not None else "taken back", "bad")
    return words.value(one.value)
