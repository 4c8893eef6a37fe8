"""``counterpoint move``: the organisation on another store."""

from __future__ import annotations

from counterpoint import settings
from counterpoint.actions.copying import move
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.copies import show_copied, with_lake
from counterpoint.faces.cli.paper import Paper
from counterpoint.lakeside import open_place
from counterpoint.model.reports import Copied


def run(call: Call, *, to: str) -> Copied:
    """Copy it there."""
    both = settings.has_lake(call.place) and settings.has_lake(to)
    lakes = (open_place(call.place), open_place(to)) if both else None
    return with_lake(move(call.ledger(), to, call.progress, lakes=lakes), to)


def show(answer: Copied, out: Paper) -> None:
    """Where it is, its head, and what to do next."""
    show_copied(answer, "copied", out)
    if answer.activity:
        files = words.plural(answer.activity, "file", "files")
        where = f"in {answer.lake}" if answer.lake else "left where it was: COUNTERPOINT_LAKE has to name that lake now"
        out.line(("activity: ", "dim"), f"{files}, {where}")
    out.line(("from now on: ", "dim"), f"--org {answer.to}, or COUNTERPOINT_ORG; the old place is as it was")
