"""``counterpoint collisions``: what collides in time."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Style
from counterpoint.model.answers import Collisions

_STYLE: dict[str, Style] = {"high": "bad", "medium": "warn", "low": "dim"}


def run(call: Call, *, as_of: str | None, known_at: str | None) -> Collisions:
    """Ask."""
    return call.questions(as_of, known_at).collisions()


def show(answer: Collisions, out: Paper) -> None:
    """Each collision in a sentence, with what would resolve it."""
    looked = f"among {words.plural(answer.dated, 'dated work', 'dated works')} ({answer.undated} without a date)"
    if not answer.collisions:
        out.line(("no collisions", "good"), f" {looked}")
        return
    out.line((words.plural(len(answer.collisions), "collision"), "bad"), f" {looked}")
    for one in answer.collisions:
        out.line()
        about = [*words.refs(one.about), f" at {one.what}" if one.what and one.what not in one.about else ""]
        days = one.first if one.last == one.first else f"{one.first} to {one.last}"
        out.line((one.severity, _STYLE[one.severity]), "  ", (one.kind, "strong"), f"  {days}  ", *about)
        out.line(one.says, indent=6)
        for remedy in one.remedies:
            out.line(("or: " if remedy != one.remedies[0] else "do: ", "dim"), remedy, indent=6)
    if not answer.complete:
        out.line(("more works change the same thing than are listed here", "warn"))
