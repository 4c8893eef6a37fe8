"""``counterpoint owns``: who owns a thing."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.answers import Owns


def run(call: Call, *, ref: str, as_of: str | None, known_at: str | None) -> Owns:
    """Ask."""
    return call.questions(as_of, known_at).owns(ref)


def show(answer: Owns, out: Paper) -> None:
    """One sentence, then the steps that were walked."""
    subject: Part = (answer.subject, "ref")
    tail = f", by {answer.inherited_from}" if answer.inherited_from else ""
    source = f" ({words.source_of(answer.because[0], out)})" if answer.because else ""
    if answer.answer == "none":
        out.line(subject, ": ", ("nobody", "bad"), " owns it")
    elif answer.answer == "disputed":
        out.line(subject, ": sources ", ("differ", "warn"), " between ", *words.refs(answer.owners))
    else:
        out.line(subject, " belongs to ", *words.refs(answer.owners), tail + source)
    out.heading("How it was found")
    rows = [(step.rule, (step.at, "ref"), [step.found, ": " if step.parties else "", *words.refs(step.parties)])
            for step in answer.steps]  # fmt: skip
    out.table(("step", "at", "found"), rows, indent=2)
    if len(answer.because) > 1:
        out.heading("Because")
        words.reasons(answer.because, out, indent=2)
