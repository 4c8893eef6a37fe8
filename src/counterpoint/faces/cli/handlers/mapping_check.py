"""``counterpoint mapping check``: is a mapping right, and what does it match."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.looking import Check, check_mapping
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.changes import problem
from counterpoint.faces.cli.paper import Paper


def run(call: Call, *, mapping: str, path: str, using: str | None, namespace: str | None) -> Check:
    """Read everything with it, and write nothing."""
    mapping, path = either_way(mapping, path, using)
    return check_mapping(Path(mapping), Path(path), namespace, call.progress)


def either_way(mapping: str, path: str, using: str | None) -> tuple[str, str]:
    """Mapping and path, written one after the other, or with ``--with`` as an import is."""
    return (mapping, path) if using is None else (using, mapping)


def show(answer: Check, out: Paper) -> None:
    """What each rule met, what yields nothing, and what could not be read."""
    counted = ((answer.files, "file"), (answer.records, "record"), (answer.statements, "statement"))
    read = ", ".join(words.plural(count, what) for count, what in counted)
    out.line((answer.source, "strong"), f": {read}")
    rows = [
        (
            one.name,
            str(one.files),
            str(one.records),
            str(one.left_out),
            str(one.statements),
            ", ".join(f"{name} {count}" for name, count in one.fields.items() if count),
        )
        for one in answer.rules
    ]
    out.table(("rule", "files", "records", "left out", "statements", "values of each field"), rows, indent=2)
    for warning in answer.warnings:
        out.line(("look at: ", "warn"), warning)
    for one in answer.quarantined:
        out.line(("not read: ", "warn"), problem(one.file, one.line, one.field, one.message, one.hint))
    if not answer.warnings and not answer.quarantined:
        out.line(("everything was read", "good"))
