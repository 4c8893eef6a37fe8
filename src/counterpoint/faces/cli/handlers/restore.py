"""``counterpoint restore``: an organisation of a backup or an export."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.copying import restore_file
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.copies import show_copied, with_lake
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Copied


def run(call: Call, *, file: str) -> Copied:
    """Restore it."""
    return with_lake(restore_file(Path(file), call.place, call.progress), call.place)


def show(answer: Copied, out: Paper) -> None:
    """Where it is, and its head."""
    show_copied(answer, "restored", out)
    if answer.activity:
        files = words.plural(answer.activity, "file", "files")
        where = answer.lake or "the lake, which COUNTERPOINT_LAKE has to name"
        out.line(("activity: ", "warn"), f"{files}, to be brought back into {where}")
