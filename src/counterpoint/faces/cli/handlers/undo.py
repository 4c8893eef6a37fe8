"""``counterpoint undo``: take back what an entry said, by a new entry."""

from __future__ import annotations

from counterpoint.actions.changing import Undone
from counterpoint.actions.changing import undo as undo_it
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import show_changes
from counterpoint.faces.cli.paper import Paper


def run(call: Call, *, entry: int, reason: str | None) -> Undone:
    """Undo it."""
    ledger = call.ledger()
    return call.written(ledger, undo_it(ledger, entry, actor=call.actor(ledger), reason=reason or ""))


def show(answer: Undone, out: Paper) -> None:
    """What changed by it, and what stays because it was said again since."""
    show_changes(answer.changes, out)
    if answer.entry is None:
        out.line("nothing of entry ", str(answer.undone), " was standing; nothing was written")
    else:
        out.line(
            (f"undone entry {answer.undone}", "good"),
            f" by entry {answer.entry}, {words.plural(len(answer.changes), 'change')}",
        )
    for one in answer.kept:
        out.line(("stays, because it was said again since: ", "dim"), one)
