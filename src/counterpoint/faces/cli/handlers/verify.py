"""``counterpoint verify``: is the ledger what was written."""

from __future__ import annotations

from counterpoint.errors import Damaged
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.records import Verification
from counterpoint.questions.health import verification


def run(call: Call, *, head: str | None) -> Verification:
    """Check entries, tables and the file."""
    return verification(call.ledger(), head, call.progress)


def show(answer: Verification, out: Paper) -> None:
    """The head, or the first bad entry and everything that was found."""
    looked = f"{words.plural(answer.entries, 'entry', 'entries')}, {words.plural(answer.statements, 'statement')}"
    erased = f" ({answer.erased} erased)" if answer.erased else ""
    if not answer.damage:
        out.line(("good", "good"), f": {looked}{erased}")
        out.line("head ", (answer.head, "strong"))
        out.line(("keep the head somewhere else: verify --head finds a tail that was cut", "dim"))
        return
    first = f", first at entry {answer.first_bad}" if answer.first_bad is not None else ""
    out.line(("damaged", "bad"), f"{first}; {looked}{erased}")
    rows = [("–" if one.entry is None else str(one.entry), one.where, one.what) for one in answer.damage]
    out.table(("entry", "where", "what"), rows, indent=2)


def code(answer: Verification) -> int:
    """That of a damaged ledger, where something was found."""
    return Damaged.exit_code if answer.damage else 0
