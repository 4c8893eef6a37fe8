"""``counterpoint changed``: what changed since a moment."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.differences import Change, Changed


def run(call: Call, *, since: str) -> Changed:
    """Ask."""
    return call.questions().changed(since)


def show(answer: Changed, out: Paper) -> None:
    """A line for each change, as a plan shows it, with who says so now."""
    for one in answer.changes:
        out.line(*change_line(one), (_by(one, out), "dim"))
    counted = f"{answer.appeared} appeared, {answer.changed} changed, {answer.gone} gone"
    out.line((counted, "strong"), f" since {out.when(answer.since)}")


def change_line(one: Change) -> list[Part]:
    """One change as a plan shows it."""
    head: list[Part] = [" ", (one.entity, "ref")]
    if one.attribute is None:
        return [("+", "good") if one.what == "appeared" else ("-", "bad"), *head]
    head += [f" {one.attribute}: "]
    if one.what == "appeared":
        return [("+", "good"), *head, words.value(one.after)]
    if one.what == "gone":
        return [("-", "bad"), *head, words.value(one.before)]
    after = "disputed" if one.standing == "disputed" else words.value(one.after)
    before = "disputed" if one.standing_before == "disputed" else words.value(one.before)
    return [("~", "warn"), *head, f"{before} → {after}"]


def _by(one: Change, out: Paper) -> str:
    reason = (one.because or one.was or (None,))[0]
    return "" if reason is None else f"  ({words.source_of(reason, out)})"
