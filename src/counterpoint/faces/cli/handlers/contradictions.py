"""``counterpoint contradictions``: where sources differ, since when, and who may settle it."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.differences import Contradiction, Contradictions


def run(call: Call, *, as_of: str | None, known_at: str | None) -> Contradictions:
    """Ask."""
    return call.questions(as_of, known_at).contradictions()


def show(answer: Contradictions, out: Paper) -> None:
    """Each with both sides, their ages, and what to do."""
    if not answer.contradictions:
        out.line(("no contradictions", "good"))
        return
    out.line(
        (f"{answer.disputed} disputed", "warn" if answer.disputed else "good"),
        f", {answer.chosen} chosen by authority or settled",
    )
    for one in answer.contradictions:
        _show(one, out)


def _show(one: Contradiction, out: Paper) -> None:
    out.line()
    head: list[Part] = [(one.entity, "ref"), " ", (one.attribute, "strong"), "  "]
    why = f" ({one.why})" if one.why not in ("", one.standing) else ""
    if one.standing == "disputed":
        out.line(*head, ("disputed", "warn"))
    else:
        out.line(*head, (one.standing, "good"), f": {words.value(one.value)}{why}")
    rows = [
        (words.value(side.value), (reason.statement, "dim"), words.place(reason.file, reason.line) or "–",
         out.ago(reason.said), reason.source)
        for side in one.sides
        for reason in side.because
    ]  # fmt: skip
    out.table(("says", "statement", "at", "said", "source"), rows, indent=2)
    if one.standing == "settled":
        return
    may = one.may_settle
    if may.deciders:
        out.line("settle it: ", *words.refs(may.deciders, "or"), (
            f"  counterpoint settle {one.entity} {one.attribute} --statement N.M --as …", "dim"), indent=2)  # fmt: skip
    else:
        out.line((may.hint or "nobody may settle it", "bad"), indent=2)
