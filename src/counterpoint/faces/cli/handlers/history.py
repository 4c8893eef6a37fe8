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
                by(one, answer),
            )
            for one in answer.told
        ],
    )


def by(one: Told, answer: History) -> str:
    """Who said it; of an agent also who answers for it, and who accepted what it had proposed."""
    entry = one.statement.partition(".")[0]
    acts = [each.value for each in answer.told if each.attribute == "act" and each.statement == f"{entry}.0"]
    act = acts[0] if acts and isinstance(acts[0], dict) else {}
    told = [f"{word} {act[name]}" for name, word in (("sponsor", "for"), ("reviewer", "accepted by")) if name in act]
    return ", ".join([" ".join([one.actor, *told[:1]]), *told[1:]])


def said(one: Told) -> Part:
    """What a statement says, or that it takes something back, or that it was erased."""
    if one.erased:
        return ("erased", "dim")
    if one.operation == "retract":
        return (f"taken back: {words.value(one.value)}" if one.value is not None else "taken back", "bad")
    return words.value(one.value)
