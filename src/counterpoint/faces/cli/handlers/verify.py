"""``counterpoint verify``: is the ledger what was written."""

from __future__ import annotations

from dataclasses import replace

from counterpoint.actions.replaying import replay as replayed
from counterpoint.errors import Damaged
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.records import Replayed, Verification
from counterpoint.questions.health import verification


def run(call: Call, *, head: str | None, replay: bool) -> Verification:
    """Check entries, tables and the file; and, if asked to, the acts."""
    # As it is: a damaged ledger must not be written to before it is looked at.
    ledger = call.ledger(catch_up=False)
    found = verification(ledger, head, call.progress)
    if not replay or found.damage:
        return found
    return replace(found, replayed=replayed(ledger, call.progress))


def show(answer: Verification, out: Paper) -> None:
    """The head, or the first bad entry and everything that was found."""
    looked = f"{words.plural(answer.entries, 'entry', 'entries')}, {words.plural(answer.statements, 'statement')}"
    erased = f" ({answer.erased} erased)" if answer.erased else ""
    if answer.replayed is not None:
        _replayed(answer.replayed, out)
    if not answer.damage:
        out.line(("good", "good"), f": {looked}{erased}")
        out.line("head ", (answer.head, "strong"))
        out.line(("keep the head somewhere else: verify --head finds a tail that was cut", "dim"))
        return
    first = f", first at entry {answer.first_bad}" if answer.first_bad is not None else ""
    out.line(("damaged", "bad"), f"{first}; {looked}{erased}")
    rows = [("–" if one.entry is None else str(one.entry), one.where, one.what) for one in answer.damage]
    out.table(("entry", "where", "what"), rows, indent=2)


def _replayed(answer: Replayed, out: Paper) -> None:
    erased = f" ({answer.erased} with erased values were not decided again)" if answer.erased else ""
    told = f"{words.plural(answer.acts, 'act')} replayed: "
    out.line(told, ("as they were decided", "good") if answer.good else ("otherwise than decided", "bad"), erased)
    out.table(("entry", "what"), [(str(one.entry), one.what) for one in answer.damage], indent=2)


def code(answer: Verification) -> int:
    """That of a damaged ledger, where something was found."""
    return 0 if answer.good else Damaged.exit_code
