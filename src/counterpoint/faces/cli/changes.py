"""Changes as a plan shows them: what comes, what goes, what becomes something else."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.actions.importing import Imported
from counterpoint.actions.snapshots import Change, changes_by_entity
from counterpoint.faces.cli import words
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.statements import Quarantined

MOST = 200
"""Entities with changes that are listed where a source is brought in; a plan lists all."""


def show_changes(changes: Sequence[Change], out: Paper, most: int | None = None) -> None:
    """Grouped by entity: a sign, the attribute, and the values."""
    grouped = changes_by_entity(changes)
    for number, (entity, every) in enumerate(grouped.items()):
        if most is not None and number >= most:
            out.line((f"… and {words.plural(len(grouped) - most, 'more thing')} (--json has all)", "dim"))
            return
        out.line(_sign(every), " ", (entity, "ref"))
        for change in every:
            if change.attribute != "exists":
                out.line(*_line(change), (_at(change), "dim"), indent=4)


def counts(answer: Imported) -> list[Part]:
    """``3 to add, 1 to change, none to remove``, and how much stays as it is."""
    return [
        (f"{answer.added} to add", "good"),
        ", ",
        (f"{answer.changed} to change", "warn"),
        ", ",
        (f"{answer.removed} to remove", "bad"),
        f", {answer.unchanged} as they are",
    ]


def show_imported(answer: Imported, out: Paper, *, verb: str, most: int | None = None) -> None:
    """What an import or an application came to."""
    show_changes(answer.changes, out, most)
    if answer.changes:
        out.line()
    show_quarantined(answer.quarantined, out)
    if answer.dry_run:
        out.line(("plan: ", "strong"), *counts(answer))
    elif answer.entry is None:
        out.line(
            ("nothing to change", "good"),
            f"; {words.plural(answer.unchanged, 'statement')} of {answer.source} as they were",
        )
    else:
        done = (
            f"{answer.added} added, {answer.changed} changed, {answer.removed} removed, {answer.unchanged} as they were"
        )
        out.line((f"{verb} ", "good"), f"{answer.source}: {done}; entry {answer.entry}")


def show_quarantined(unread: Sequence[Quarantined], out: Paper, most: int = 20) -> None:
    """What could not be read: file:line: field: message (what to do)."""
    for one in unread[:most]:
        out.line(("not read: ", "warn"), problem(one.file, one.line, one.field, one.message, one.hint))
    if len(unread) > most:
        out.line((f"… and {len(unread) - most} more", "dim"))
    if unread:
        out.line((f"{words.plural(len(unread), 'thing')} in quarantine; counterpoint quarantine lists them", "warn"))


def problem(file: str | None, line: int | None, field: str | None, message: str, hint: str) -> str:
    """``file:line: field: message (what to do)``."""
    place = words.place(file, line)
    parts = [part for part in (place, field) if part]
    return ": ".join([*parts, message]) + (f" ({hint})" if hint else "")


def _sign(changes: Sequence[Change]) -> Part:
    exists = next((change.kind for change in changes if change.attribute == "exists"), "change")
    return {"add": ("+", "good"), "change": ("~", "warn"), "remove": ("-", "bad")}[exists]  # type: ignore[return-value]


def _line(change: Change) -> list[Part]:
    if change.kind == "add":
        return [("+", "good"), f" {change.attribute}: {words.value(change.after)}"]
    if change.kind == "remove":
        return [("-", "bad"), f" {change.attribute}: {words.value(change.before)}"]
    return [("~", "warn"), f" {change.attribute}: {words.value(change.before)} → {words.value(change.after)}"]


def _at(change: Change) -> str:
    where = words.place(change.file, change.line)
    return f"  ({where})" if where else ""
