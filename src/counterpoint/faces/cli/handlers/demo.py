"""``counterpoint demo``: a small organisation to look at."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from counterpoint import wiring
from counterpoint.actions.copying import remove
from counterpoint.actions.demo import Made, make_demo
from counterpoint.errors import Conflict
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.handlers.serve import serve
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Demonstration, Try
from counterpoint.questions import Questions

NAME = "counterpoint-demo"


def run(call: Call, *, no_serve: bool, into: str, port: int) -> Demonstration | None:
    """Make it, or take the one that is there; say what to try; serve its page."""
    folder, database = Path(into) / NAME, Path(into) / f"{NAME}.db"
    if not (folder.is_dir() and database.is_file()):
        _make(call, folder, database)
    ledger = wiring.open_ledger(str(database))
    entries = Questions(ledger).entries()
    ledger.close()
    statements = sum(one.statements for one in entries)
    answer = Demonstration(str(database), str(folder), len(entries), statements, _tries(call))
    if no_serve:
        return answer
    call.progress.stop()
    if not call.as_json:
        show(answer, call.paper)
        call.paper.line()
    serve(call, str(database), port)
    return None


def _make(call: Call, folder: Path, database: Path) -> Made:
    for path in (folder, database):
        if path.exists():
            raise Conflict(f"{path} is there already", hint="move it away, or give another place with --into")
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        return make_demo(str(database), folder, call.paper.now.date(), call.progress)
    except BaseException:
        # Neither was there before: half a demonstration would be taken for a whole one the next time.
        shutil.rmtree(folder, ignore_errors=True)
        remove(database)
        raise


def _tries(call: Call) -> tuple[Try, ...]:
    since = (call.paper.now.date() - timedelta(days=7)).isoformat()
    return (
        Try("counterpoint who work:season-pass-payments", "two of three decide together, and why"),
        Try("counterpoint who work:group-bookings", "two sources name two deciders: ambiguous"),
        Try("counterpoint show work:season-pass", "every value, who said it, and when"),
        Try("counterpoint ready", "what can start, and what the rest waits for"),
        Try("counterpoint inbox --as person:jonas", "what needs one person now, and the commands that answer it"),
        Try("counterpoint collisions", "what is announced before it is tested, and more"),
        Try("counterpoint contradictions", "where the tracker, the sheet and the files differ"),
        Try("counterpoint involve work:season-pass-payments", "whom a change needs, and why each one"),
        Try("counterpoint path", "the longest chain of open work"),
        Try("counterpoint quarantine", "what could not be read, and what to do"),
        Try(f"counterpoint changed --since {since}", "what changed in a week"),
    )


def show(answer: Demonstration, out: Paper) -> None:
    """Where it is, and what to try next."""
    counted = f"{words.plural(answer.entries, 'entry', 'entries')}, {words.plural(answer.statements, 'statement')}"
    out.line((answer.organisation, "strong"), f": the demonstration, {counted}; its files are in {answer.folder}")
    out.heading("Try")
    out.line(f"export COUNTERPOINT_ORG={answer.organisation}", indent=2)
    out.table(("", ""), [((one.line, "strong"), one.shows) for one in answer.tries], indent=2)
