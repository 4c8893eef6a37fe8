"""``counterpoint traces export``: activity as a log in OCEL 2.0."""

from __future__ import annotations

from pathlib import Path

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.lakeside import write_ocel
from counterpoint.model.times import day
from counterpoint.model.traces import ActivityExported


def run(
    call: Call, *, file: str, form: str | None, source: str | None, since: str | None, until: str | None, named: bool
) -> ActivityExported:
    """Write it."""
    days = {which: None if one is None else day(one) for which, one in (("since", since), ("until", until))}
    return write_ocel(
        call.ledger(), call.place, Path(file), form=form, source=source, named=named, progress=call.progress, **days
    )


def show(answer: ActivityExported, out: Paper) -> None:
    """Where it is, and how much is in it."""
    events, objects = words.plural(answer.events, "event"), words.plural(answer.objects, "object")
    kinds = words.plural(answer.types, "type")
    out.line(
        ("exported ", "good"), (answer.file, "ref"), f": {events} of {kinds}, {objects}, OCEL 2.0 as {answer.form}"
    )
    if answer.named:
        out.line(("it names people: who has it can see what each of them did, and when", "warn"))
