"""Tables of Markdown: rows by the names in the header, and the first two columns as pairs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from counterpoint.errors import Problem
from counterpoint.sources.records.formats.document import Marks, twice

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_BAR = re.compile(r"(?<!\\)\|")


def read_table(table: SyntaxTreeNode, lines: list[str], marks: Marks, notes: list[Problem]) -> dict[str, Any]:
    """A table of these lines as records.

    ``header``: its names. ``rows``: a table by those names for each row. ``pairs``: first cell to second, for tables
    that are a form (a first cell that comes several times holds a list). ``entries``: the same as a list of
    ``{key, value}``, in order.
    """
    (head, header), *body = [
        (row.map[0], [cell.children[0].content for cell in row.children])
        for part in table.children
        for row in part.children
        if row.map
    ]
    names = _unique(header, head + 1, notes)
    rows: list[dict[str, str]] = []
    pairs: dict[str, Any] = {}
    entries: list[dict[str, str]] = []
    where: dict[str, int] = {}
    for index, cells in body:
        number = index + 1
        if count := _too_many(lines[index], len(names)):
            message = f"this row has {count} cells, and there are {len(names)} columns; the rest is not read"
            notes.append(Problem(message, line=number, hint="write a bar inside a cell as \\|"))
        row = {name: cell for name, cell in zip(names, cells, strict=True) if name is not None}
        marks.lines[id(row)] = number
        marks.keys[id(row)] = dict.fromkeys(row, number)
        rows.append(row)
        if len(names) > 1:
            entry = {"key": cells[0], "value": cells[1]}
            marks.lines[id(entry)] = number
            entries.append(entry)
            add_value(pairs, cells[0], cells[1])
            where.setdefault(cells[0], number)
    marks.keys[id(pairs)] = where
    marks.lines[id(pairs)] = head + 1
    return {"header": header, "rows": rows, "pairs": pairs, "entries": entries}


def _too_many(line: str, width: int) -> int:
    """How many cells a row has, if there is something in more of them than there are columns; else 0.

    The parser leaves such cells out and does not say so. Marks of a quotation may stand before the row.
    """
    cells = [cell.strip() for cell in _BAR.split(line.lstrip(" \t>").removeprefix("|"))]
    if not cells[-1]:
        cells.pop()
    return len(cells) if any(cells[width:]) else 0


def _unique(header: list[str], line: int, notes: list[Problem]) -> list[str | None]:
    """The names of the columns; a name that is there twice names its first column only."""
    names: list[str | None] = []
    for name in header:
        if name in names and name:
            notes.append(twice(name, line, line))
        names.append(None if name in names else name)
    return names


def add_value(table: dict[str, Any], key: str, value: str) -> None:
    """Put a value under a key; a key that comes several times holds the list of its values."""
    known = table.get(key)
    if known is None:
        table[key] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        table[key] = [known, value]
