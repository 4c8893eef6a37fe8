"""What every section is put together with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from counterpoint.faces.drawing import svg
from counterpoint.faces.report.contexts import Hole, Key, Picture, Section, Table
from counterpoint.faces.report.prose import PROSE
from counterpoint.faces.report.words import joined
from counterpoint.model.map import Missing

MOST_IN_A_TABLE = 300
_NAMED = 5


def picture(name: str, title: str, spec: dict[str, Any], alt: str, keys: Sequence[Key] = ()) -> Picture:
    """A chart, drawn, and as it can be drawn again."""
    # Within a script element only what begins with "<" could end it, or begin another; JSON takes it as an escape.
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Picture(name, title, svg(spec), text, f"{alt} The table has it all.", tuple(keys))


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int]
) -> tuple[Table, ...]:
    """Rows as a table, as many as a page takes; none for no rows."""
    every = [tuple(row) for row in rows]
    shown = tuple(every[:MOST_IN_A_TABLE])
    made = Table(caption, tuple(heads), shown, frozenset(numbers), len(every) - len(shown))
    return (made,) if every else ()


def told(
    name: str,
    answer: str,
    *,
    pictures: Sequence[Picture] = (),
    tables: Sequence[Table] = (),
    missing: Sequence[Missing] = (),
    holes: Sequence[Hole] = (),
    lines: Sequence[str] = (),
    **words: str,
) -> Section:
    """A section, with the words that stand beside its pictures."""
    prose = PROSE[name].filled(**words)
    return Section(
        name, prose.question, answer, tuple(pictures), prose.means, prose.computed, prose.cannot, tuple(tables),
        tuple(missing), tuple(holes), tuple(lines),
    )  # fmt: skip


def some(parts: Iterable[str]) -> str:
    """The first few, and how many more: for a picture in words."""
    every = list(parts)
    return joined([*every[:_NAMED], f"{len(every) - _NAMED} more"] if len(every) > _NAMED else every) + "."
