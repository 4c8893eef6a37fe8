"""A rule of activity: which columns there are, what each takes, and the rule out of its table."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import replace
from typing import Any

from counterpoint.model.activity import VERBS
from counterpoint.model.kinds import Attribute
from counterpoint.sources.organisation.lines import Path
from counterpoint.sources.records.keys import ACTIVITY, FILES
from counterpoint.sources.records.load_fields import Defaults, FieldLoader
from counterpoint.sources.records.load_parts import expression_of, let_of, options_of, patterns_of
from counterpoint.sources.records.mapping import ActivityRule, Field
from counterpoint.sources.records.problems import Problems, nearest

COLUMNS: Table[str, Attribute] = {
    one.name: one
    for one in (
        Attribute("verb", "choice", "what was done: one of the verbs of activity", choices=tuple(VERBS)),
        Attribute("moment", "moment", "when it was done"),
        Attribute("landed", "moment", "when it reached the common record"),
        Attribute("actor", "text", "who did it, as people names them", personal=True),
        Attribute("object", "text", "to what: a step, a message, a meeting"),
        Attribute("target", "text", "whom it was directed at", personal=True),
        Attribute("work", "text", "the work or the case that it belongs to"),
        Attribute("zone", "text", "the area or group", personal=True),
        Attribute("size", "number", "how much"),
        Attribute("thread", "text", "what it is part of; else the work"),
        Attribute("key", "text", "what it is known by when it comes again; else all of the above"),
    )
}
"""The columns that a mapping can fill."""
NEEDED = ("verb", "moment", "object")


def activity_rule(path: Path, table: dict[str, Any], defaults: Defaults, problems: Problems) -> ActivityRule | None:
    """A rule of activity; None where it cannot be one, and ``problems`` say why."""
    problems.known(path, table, {**ACTIVITY, **FILES})
    problems.required(path, table, {**ACTIVITY, **FILES})
    files, exclude = patterns_of(path, table, problems)
    defaults = replace(defaults, system=problems.text(path, table, "people") or defaults.system)
    columns = problems.table(path, table, "set")
    for name in columns:
        if name not in COLUMNS:
            problems.add((*path, "set", name), f"activity has no {name!r}", nearest(name, COLUMNS))
    for name in NEEDED:
        if name not in columns:
            problems.add((*path, "set"), f"{name} is missing", f"it says {COLUMNS[name].about}")
    loader = FieldLoader(defaults, problems)
    fields = _fields((*path, "set"), {one: columns[one] for one in columns if one in COLUMNS}, loader)
    kept = _fields((*path, "keep"), problems.table(path, table, "keep"), loader)
    return ActivityRule(
        name=problems.text(path, table, "name") or "activity",
        line=problems.line(path),
        at=expression_of(path, table, "at", problems),
        where=expression_of(path, table, "where", problems),
        let=let_of(path, table, problems),
        fields=fields,
        kept=kept,
        system=defaults.system,
        files=files,
        exclude=exclude,
        options=options_of(path, table, problems),
    )


def _fields(path: Path, table: Table[str, Any], loader: FieldLoader) -> dict[str, Field]:
    made = {
        name: loader.one((*path, name), COLUMNS.get(name) or Attribute(name, "text", "kept"), written)
        for name, written in table.items()
    }
    return {name: one for name, one in made.items() if one is not None}
