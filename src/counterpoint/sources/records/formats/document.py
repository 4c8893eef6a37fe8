"""What every format is read into: plain JSON, and beside it the lines on which its parts stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from counterpoint.errors import InvalidInput, Problem


@dataclass(slots=True)
class Marks:
    """Lines by identity of the (living) objects of one document.

    ``lines``: of tables, lists and, where the format tells, single texts. ``keys``: of each key of a table.
    """

    lines: dict[int, int] = field(default_factory=dict)
    keys: dict[int, dict[str, int]] = field(default_factory=dict)

    def line_of(self, value: object) -> int | None:
        """The line on which a value starts, if it was marked."""
        return self.lines.get(id(value))

    def line_of_key(self, table: object, key: str) -> int | None:
        """The line of a key of a table, if it was marked."""
        keys = self.keys.get(id(table))
        return None if keys is None else keys.get(key)


@dataclass(slots=True)
class Document:
    """One document of a file; a row of CSV and a line of JSON Lines is a document of its own.

    ``notes`` are problems that cost a field only (a key that is there twice); ``broken`` is one that costs the whole
    document, where the format can go on behind it.
    """

    data: Any
    line: int = 1
    marks: Marks = field(default_factory=Marks)
    notes: list[Problem] = field(default_factory=list)
    broken: Problem | None = None
    excerpt: str = ""
    keep: Any = None
    """What must live as long as the marks, because they know objects by their identity."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read: its format and what the format leaves open."""

    format: str
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    columns: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    snake: bool = False


def shown(encoding: str) -> str:
    """The name of an encoding as people know it: that a byte order mark may come first is our own affair."""
    return "UTF-8" if encoding == "utf-8-sig" else encoding


def unreadable(message: str, *, line: int | None = None, hint: str = "") -> InvalidInput:
    """The error that costs a whole file."""
    return InvalidInput(message, hint=hint, problems=(Problem(message, line=line, hint=hint),))


def twice(key: str, line: int | None, first: int | None) -> Problem:
    """The note on a key that a table has twice."""
    where = "" if first is None else f" (first on line {first})"
    return Problem(
        f"{key!r} is here twice{where}; the first is kept", line=line, field=key, hint="keep one of them in the source"
    )
