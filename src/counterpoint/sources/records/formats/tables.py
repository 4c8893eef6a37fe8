"""Tables of Markdown: rows by the names in the header, and the first two columns as pairs."""

from __future__ import annotations

import re
from typing import Any

from counterpoint.errors import Problem
from counterpoint.sources.records.formats.document import Marks, twice

_DELIMITER = re.compile(r" {0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*")
_BAR = re.compile(r"(?<!\\)\|")
_ENDS_TABLE = re.compile(r" {0,3}(?:#{1,6}(?:\s|$)|`{3,}|~{3,}|>)")


def is_delimiter(line: str) -> bool:
    """Is this the line of dashes below a table's header?"""
    return "-" in line and ("|" in line) and _DELIMITER.fullmatch(line) is not None


def cells_of(line: str) -> list[str]:
    """The cells of a row: bars separate them, the outer ones are optional, ``\\|`` is a bar inside a cell."""
    text = line.strip().removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    if "\\" not in text:
        return [cell.strip() for cell in text.split("|")]
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(text)]


def read_table(lines: list[str], index: int, marks: Marks, notes: list[Problem]) -> tuple[dict[str, Any], int]:
    """The table whose header is on this line, and the index of the line after it.

    ``header``: its names. ``rows``: a table by those names for each row. ``pairs``: first cell to second, for tables
    that are a form (a first cell that comes several times holds a list). ``entries``: the same as a list of
    ``{key, value}``, in order.
    """
    header = cells_of(lines[index])
    names = _unique(header, index + 1, notes)
    rows: list[dict[str, str]] = []
    pairs: dict[str, Any] = {}
    entries: list[dict[str, str]] = []
    where: dict[str, int] = {}
    end = index + 2
    while end < len(lines) and lines[end].strip() and not _ENDS_TABLE.match(lines[end]):
        number = end + 1
        cells = cells_of(lines[end])
        if any(cells[len(names) :]):
            message = f"this row has {len(cells)} cells, and there are {len(names)} columns; the rest is not read"
            notes.append(Problem(message, line=number, hint="write a bar inside a cell as \\|"))
        cells += [""] * (len(names) - len(cells))
        row = {name: cell for name, cell in zip(names, cells, strict=False) if name is not None}
        marks.lines[id(row)] = number
        marks.keys[id(row)] = dict.fromkeys(row, number)
        rows.append(row)
        if len(names) > 1:
            entry = {"key": cells[0], "value": cells[1]}
            marks.lines[id(entry)] = number
            entries.append(entry)
            add_value(pairs, cells[0], cells[1])
            where.setdefault(cells[0], number)
        end += 1
    marks.keys[id(pairs)] = where
    marks.lines[id(pairs)] = index + 1
    table = {"header": header, "rows": rows, "pairs": pairs, "entries": entries}
    marks.lines[id(table)] = index + 1
    return table, end


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
