"""``counterpoint trace``: bring in the activity of a repository, a process log, a calendar or mail."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.tracing import TraceRequest, trace
from counterpoint.errors import UsageError
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.lakeside import open_place
from counterpoint.model.traces import Traced

MOST = 20


def run(call: Call, *, path: str, format: str | None, set: tuple[tuple[str, str], ...]) -> Traced:
    """Read what is new, and let it count."""
    options = dict(set)
    if len(options) < len(set):
        raise UsageError("one option is set twice", hint="give each --set NAME=VALUE once")
    place = open_place(call.place)
    ledger = call.ledger(create=True)
    request = TraceRequest(Path(path), format, options)
    done = trace(ledger, place, request, actor=call.actor(ledger), progress=call.progress)
    return call.written(ledger, done)


def show(answer: Traced, out: Paper) -> None:
    """How much was read and how much of it is new, then what could not be read."""
    if answer.afresh:
        out.line(("its history was written anew: all of it was read again, and what was there is gone", "warn"))
    if not answer.fresh:
        out.line((answer.source, "ref"), ": nothing new")
    else:
        span = "" if answer.first is None or answer.last is None else f", {answer.first[:10]} to {answer.last[:10]}"
        met = f", {words.plural(answer.actors, 'actor')} met for the first time" if answer.actors else ""
        count = words.plural(answer.fresh, "new row")
        out.line(("traced ", "good"), (answer.source, "ref"), f": {count} of {answer.rows:,} read{span}{met}")
    if answer.quarantined:
        out.heading(f"Could not be read: {len(answer.quarantined)}")
        for one in answer.quarantined[:MOST]:
            place = ":".join(str(part) for part in (one.file, one.line, one.record) if part)
            out.line(f"{place}: {one.message}" + (f" ({one.hint})" if one.hint else ""), indent=2)
        if len(answer.quarantined) > MOST:
            out.line((f"and {len(answer.quarantined) - MOST} more: counterpoint quarantine", "dim"), indent=2)


def code(answer: Traced) -> int:
    """As an import: what could not be read is told, and is no failure."""
    return 0
