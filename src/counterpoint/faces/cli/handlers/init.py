"""``counterpoint init``: the files of a new organisation."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.looking import templates
from counterpoint.errors import Conflict
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Written


def run(call: Call, *, folder: str) -> Written:
    """Write them; a file that is there already stops it before anything is written."""
    root = Path(folder)
    files = templates(call.paper.now.date())
    there = [name for name in files if (root / name).exists()]
    if there:
        raise Conflict(f"{root / there[0]} is there already", hint="give another folder; nothing is overwritten")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Written(folder, tuple(files))


def show(answer: Written, out: Paper) -> None:
    """What was written, and what to do next."""
    for name in answer.files:
        out.line(("+", "good"), f" {answer.folder.rstrip('/')}/{name}")
    tail = "" if answer.folder == "organisation" else f" {answer.folder}"
    out.line(
        "change them, see ", (f"counterpoint plan{tail}", "strong"), ", then ", (f"counterpoint apply{tail}", "strong")
    )
