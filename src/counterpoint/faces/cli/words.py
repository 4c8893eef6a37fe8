"""Values, reasons and counts in words, as the command line says them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.acts import act_in_words
from counterpoint.model.answers import Because
from counterpoint.model.schedule import schedule_of
from counterpoint.model.schedule_text import told
from counterpoint.model.statements import Json


def plural(count: int, one: str, many: str = "") -> str:
    """``1 team``, ``2 teams``, ``no team``."""
    return f"{count or 'no'} {one if count < 2 else many or one + 's'}"


def joined(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    every = list(words)
    return f" {last} ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)


def refs(references: Iterable[str], last: str = "and") -> list[Part]:
    """References, coloured, with commas between them."""
    every = list(references)
    parts: list[Part] = []
    for index, reference in enumerate(every):
        if index:
            parts.append(f" {last} " if index == len(every) - 1 else ", ")
        parts.append((reference, "ref"))
    return parts


def value(said: Json) -> str:
    """A value as one short text."""
    if said is None:
        return "–"
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, list):
        return ", ".join(value(one) for one in said)
    if isinstance(said, dict):
        return _table(cast("dict[str, Any]", said))
    return str(said)


def _table(said: dict[str, Any]) -> str:
    if "outcome" in said and "recurrence" in said:
        return told(schedule_of(said))
    if "noun" in said and "verb" in said:
        return act_in_words(said)
    if "handle" in said:
        return f"{said.get('system')}:{said['handle']}"
    if "party" in said and "role" in said:
        return f"{said['party']} ({said['role']})" if said.get("role") else str(said["party"])
    if "party" in said and "order" in said:
        after = f", for {said['after_hours']} h" if said.get("after_hours") is not None else ""
        return f"{said['order']}. {said['party']}{after}"
    if "why" in said and "order" in said:
        about = f" ({said['about']})" if said.get("about") else ""
        return f"{said['order']}. {said['why']}{about}"
    if "start" in said and "end" in said:
        why = f" ({said['reason']})" if said.get("reason") else ""
        return f"{said['start']} to {said['end']}{why}"
    if "sources" in said and "kind" in said:
        return f"{said['kind']}.{said.get('attribute')}: {', '.join(said['sources'])}"
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def place(file: str | None, line: int | None) -> str:
    """``teams/lang.toml:5``, or nothing."""
    return "" if file is None else file if line is None else f"{file}:{line}"


def source_of(reason: Because, out: Paper) -> str:
    """``teams/lang.toml:5, said 3 days ago by tracker``."""
    where = place(reason.file, reason.line)
    by = reason.source if not reason.actor or reason.file else f"{reason.source} ({reason.actor})"
    return f"{where}{', ' if where else ''}said {out.ago(reason.said)} by {by}"


def reasons(because: Sequence[Because], out: Paper, *, most: int = 20, indent: int = 0) -> None:
    """The statements that an answer rests on, as a table."""
    rows = [
        (
            (one.statement, "dim"),
            (one.entity, "ref"),
            one.attribute,
            value(one.value),
            place(one.file, one.line) or "–",
            out.when(one.said),
            one.source,
        )
        for one in because[:most]
    ]
    out.table(("statement", "of", "attribute", "says", "at", "said", "source"), rows, indent=indent)
    if len(because) > most:
        out.line((f"… and {len(because) - most} more (--json has all)", "dim"), indent=indent)


def dash(text: str | None) -> str:
    """The text, or a dash for nothing."""
    return text or "–"
