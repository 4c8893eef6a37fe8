"""``counterpoint entries``: the entries of the ledger."""

from __future__ import annotations

from counterpoint.errors import NotFound
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.handlers.history import said
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Entries


def run(call: Call, *, after: int | None, limit: int, entry: int | None) -> Entries:
    """One entry, those after a number, or the last ones."""
    questions = call.questions()
    head, _ = questions.head()
    if entry is not None:
        found = questions.entries(entry - 1, 1) if entry else ()
        if not found or found[0].sequence != entry:
            raise NotFound(f"there is no entry {entry}", hint=f"the last one is {head}")
        return Entries(found, questions.entry(entry))
    start = after if after is not None else max(head - limit, 0) if limit else 0
    return Entries(questions.entries(start, limit or None), ())


def show(answer: Entries, out: Paper) -> None:
    """One entry on a line; of a single one, all that it says."""
    out.table(
        ("entry", "recorded", "source", "by", "statements", "why"),
        [
            (str(one.sequence), out.when(one.recorded), one.source, (one.actor, "ref"), str(one.statements), one.reason)
            for one in answer.entries
        ],
    )
    if answer.told:
        out.heading("It says")
        out.table(
            ("statement", "of", "attribute", "says", "at"),
            [
                ((one.statement, "dim"), (one.entity, "ref"), one.attribute, said(one), words.place(one.file, one.line))
                for one in answer.told
            ],
            indent=2,
        )
