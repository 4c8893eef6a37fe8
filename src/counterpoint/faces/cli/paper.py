"""What answers are printed on: lines and tables, in colour on a terminal, plain and aligned elsewhere.

Whatever comes from outside is shown with its control characters made visible: a title must not be able to move the
cursor or to write over what stands above it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, TextIO

from counterpoint.faces.cli.moments import ago, short
from counterpoint.model.statements import Json

Style = Literal["ref", "good", "bad", "warn", "dim", "strong", "head"]
Part = str | tuple[str, Style]
Cell = Part | Sequence[Part] | None

_STYLES: dict[Style, str] = {
    "ref": "cyan",
    "good": "green",
    "bad": "red",
    "warn": "yellow",
    "dim": "dim",
    "strong": "bold",
    "head": "bold",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_GAP = 2


class Paper:
    """Lines and tables without colour, nothing cut or wrapped: for files, pipes and ``grep``."""

    def __init__(self, stream: TextIO, now: datetime) -> None:
        self.stream = stream
        self.now = now

    def line(self, *parts: Part, indent: int = 0) -> None:
        """One line."""
        self._print(" " * indent + plain(parts))

    def heading(self, text: str) -> None:
        """What the following lines are about."""
        self._print("")
        self._print(visible(text))

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, indent: int = 0) -> None:
        """Rows under heads, columns aligned; nothing for no rows."""
        lines = [
            [visible(head) for head in heads],
            *[[plain(_parts(cell), one_line=True) for cell in row] for row in rows],
        ]
        if len(lines) < 2:
            return
        lines = lines if any(heads) else lines[1:]
        widths = [max(_width(line[column]) for line in lines) for column in range(len(heads))]
        for line in lines:
            padded = [cell + " " * (width - _width(cell) + _GAP) for cell, width in zip(line, widths, strict=True)]
            self._print((" " * indent + "".join(padded)).rstrip())

    def json(self, value: Json) -> None:
        """A value as JSON, the keys in the order of the documented shape."""
        self._print(json.dumps(value, ensure_ascii=False, indent=2))

    def raw(self, text: str) -> None:
        """A text as it is, with nothing after it."""
        self.stream.write(text)

    def when(self, stamp: str) -> str:
        """A time of the ledger in local, short form."""
        return short(stamp)

    def ago(self, stamp: str) -> str:
        """How long ago a time of the ledger was: *3 days ago*."""
        return ago(stamp, self.now)

    def _print(self, text: str) -> None:
        self.stream.write(text + "\n")


class Terminal(Paper):
    """The same in colour, and fitted to the width of the window."""

    def __init__(self, stream: TextIO, now: datetime) -> None:
        super().__init__(stream, now)
        # rich takes a tenth of a second to import: only where something is printed on a terminal.
        from rich.console import Console

        self._console: Any = Console(file=stream, highlight=False, markup=False, emoji=False)

    def line(self, *parts: Part, indent: int = 0) -> None:
        """One line; the terminal itself wraps it, so that it can be copied whole."""
        self._console.print(self._text((" " * indent, *parts)), soft_wrap=True)

    def heading(self, text: str) -> None:
        """What the following lines are about."""
        self.line("")
        self.line((text, "head"))

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, indent: int = 0) -> None:
        """Rows under heads; long cells wrap within their column."""
        from rich.table import Table

        made = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim", show_header=any(heads))
        cells = [[self._text(_parts(cell)) for cell in row] for row in rows]
        for number, head in enumerate(heads):
            # A reference or a place is not broken as long as anything else in the row can be.
            whole = not any(" " in row[number].plain for row in cells)
            made.add_column(head, overflow="fold", no_wrap=whole)
        for row in cells:
            made.add_row(*row)
        if cells:
            from rich.padding import Padding

            self._console.print(Padding(made, (0, 0, 0, indent)))

    def _text(self, parts: Iterable[Part]) -> Any:
        from rich.text import Text

        text = Text()
        for part in parts:
            if isinstance(part, str):
                text.append(visible(part))
            else:
                text.append(visible(part[0]), style=_STYLES[part[1]])
        return text


def paper(stream: TextIO, now: datetime) -> Paper:
    """The paper for a stream: coloured where it is a terminal."""
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        return Terminal(stream, now)
    return Paper(stream, now)


def visible(text: str) -> str:
    """The text with control characters, and those that turn the direction of writing, as escapes."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def plain(parts: Iterable[Part], *, one_line: bool = False) -> str:
    """The parts as one text without styles; ``one_line`` writes a line break as a space."""
    text = visible("".join(part if isinstance(part, str) else part[0] for part in parts))
    return " ".join(text.split()) if one_line else text


def _parts(cell: Cell) -> Sequence[Part]:
    if cell is None:
        return ()
    if isinstance(cell, str):
        return (cell,)
    if len(cell) == 2 and isinstance(cell[0], str) and cell[1] in _STYLES:
        return ((cell[0], cell[1]),)
    return cell


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
