"""``counterpoint quarantine``: what could not be read."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import problem
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Quarantine


def run(call: Call, *, source: str | None) -> Quarantine:
    """Ask."""
    return Quarantine(call.questions().quarantine(source))


def show(answer: Quarantine, out: Paper) -> None:
    """Each with its place, its message and what to do."""
    if not answer.unread:
        out.line(("nothing is in quarantine", "good"))
        return
    source = None
    for one in answer.unread:
        if one.source != source:
            source = one.source
            out.heading(source)
        out.line(problem(one.file, one.line, one.field, one.message, one.hint), indent=2)
        concerns = f" of {one.record}" if one.record else ""
        out.line((f"a {one.level}{concerns}, since {out.ago(one.since)}", "dim"), indent=6)
    out.line()
    out.line(f"{words.plural(len(answer.unread), 'thing')}; after a fix: ", ("counterpoint quarantine retry", "strong"))
