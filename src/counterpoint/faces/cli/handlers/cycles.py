"""``counterpoint cycles``: where things go round in a circle."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.answers import Cycles


def run(call: Call, *, as_of: str | None, known_at: str | None) -> Cycles:
    """Ask."""
    return call.questions(as_of, known_at).cycles()


def show(answer: Cycles, out: Paper) -> None:
    """Each circle as a round, with the statements that make it."""
    if not answer.cycles:
        out.line(("no cycles", "good"))
        return
    out.line((words.plural(len(answer.cycles), "cycle"), "bad"))
    for cycle in answer.cycles:
        out.heading(f"{cycle.of}, {words.plural(len(cycle.members), 'thing')} caught in it")
        round_: list[Part] = []
        for one in (*cycle.loop, cycle.loop[0]):
            round_ += [" → ", (one, "ref")] if round_ else [(one, "ref")]
        out.line(*round_, indent=2)
        if not cycle.exact:
            out.line(("there may be a shorter round", "dim"), indent=2)
        words.reasons(cycle.because, out, indent=2)
