"""``counterpoint mapping preview``: what a mapping would state."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.looking import Preview, preview_mapping
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import problem
from counterpoint.faces.cli.handlers.mapping_check import either_way
from counterpoint.faces.cli.paper import Paper

ALL = 2**62


def run(call: Call, *, mapping: str, path: str, using: str | None, limit: int, namespace: str | None) -> Preview:
    """Read the first records with it, and write nothing."""
    mapping, path = either_way(mapping, path, using)
    return preview_mapping(Path(mapping), Path(path), namespace, limit or ALL)


def show(answer: Preview, out: Paper) -> None:
    """Each record with its statements."""
    for record in answer.records:
        out.line((record.record, "ref"), (f"  {words.place(record.file, record.line)}", "dim"))
        rows = [
            (
                draft.attribute if draft.entity == record.record else f"{draft.entity} {draft.attribute}",
                words.value(draft.value),
                "" if draft.line is None else f"line {draft.line}",
            )
            for draft in record.drafts
        ]
        out.table(("states", "value", "at"), rows, indent=2)
    for one in answer.quarantined:
        out.line(("not read: ", "warn"), problem(one.file, one.line, one.field, one.message, one.hint))
    if answer.more:
        out.line(("there are more; --limit 0 shows all", "dim"))
    if not answer.records:
        out.line(("no record", "warn"), "; counterpoint mapping check tells which patterns match nothing")
