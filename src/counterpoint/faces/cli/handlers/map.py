"""``counterpoint map``: what coordination the work in some repositories needs, as a report."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from pathlib import Path

from counterpoint.errors import StoreError, UsageError
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.map import Map
from counterpoint.model.times import day
from counterpoint.reporting import By, Wanted, map_organisation, map_repositories, needs_charts, render


def run(
    call: Call, *, repository: tuple[str, ...], output: str, no_open: bool, since: str | None, by: By | None,
    no_join_names: bool, names: bool,
) -> Map | None:  # fmt: skip
    """Read, measure, draw, and open what was drawn; with ``--json`` nothing is drawn."""
    file, paths = Path(output), [Path(one) for one in repository]
    if not call.as_json:
        needs_charts()
        _writable(file)
    wanted = Wanted(None if since is None else day(since), by, not no_join_names, names)
    answer = _map(call, paths, wanted)
    if call.as_json:
        return answer
    call.progress("drawing the report", 0, 0)
    page = render(answer)
    try:
        file.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise _unwritable(file, error) from error
    call.progress.stop()
    show(answer, call.paper)
    call.paper.line()
    call.paper.line("the report is ", (file.resolve().as_uri(), "strong"))
    if not no_open and _has_screen():
        webbrowser.open(file.resolve().as_uri())
    return None


def show(answer: Map, out: Paper) -> None:
    """What stands out."""
    counted = f"{answer.people:,} {'person' if answer.people == 1 else 'people'}, {answer.changes:,} changes to files"
    out.line((answer.title, "strong"), f": {counted}")
    if answer.names.joined:
        out.line(
            f"{answer.names.joined} addresses were joined to "
            f"{words.plural(answer.names.people, 'person', 'people')}, who bear the same full name "
            "(--no-join-names keeps them apart)"
        )
    out.heading("What stands out")
    out.table(("", "", "how sure"), [((one.figure, "strong"), one.says, one.sure) for one in answer.findings], indent=2)
    if not answer.findings:
        out.line("nothing: either all is well, or there is too little to tell; the report says which", indent=2)


def _map(call: Call, paths: list[Path], wanted: Wanted) -> Map:
    """Of the organisation that was named, if one was; else of the repositories alone."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-map-") as folder:
        if call.org is not None or os.environ.get("COUNTERPOINT_ORG"):
            ledger = call.ledger()
            actor = call.actor(ledger)
            return map_organisation(
                ledger, call.place, paths, Path(folder), wanted, actor=actor, progress=call.progress
            )
        if not paths:
            raise UsageError("say which repository", hint="counterpoint map . is the one in this folder")
        return map_repositories(paths, Path(folder), wanted, call.progress)


def _writable(file: Path) -> None:
    """Refuse before anything long begins what could not be written at its end."""
    if not file.resolve().parent.is_dir():
        raise StoreError(f"{file} cannot be written: there is no folder {file.resolve().parent}", hint="make it first")


def _unwritable(file: Path, error: OSError) -> StoreError:
    return StoreError(f"{file} cannot be written: {error.strerror or error}", hint="is there room, and may you?")


def _has_screen() -> bool:
    """Whether there is a browser with a window of its own: one in the terminal would write over what it shows."""
    if not sys.stdout.isatty():
        return False
    return sys.platform in ("darwin", "win32") or any(os.environ.get(one) for one in ("DISPLAY", "WAYLAND_DISPLAY"))
