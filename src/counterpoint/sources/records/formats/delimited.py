"""CSV and TSV, streamed: a record for each row, by the names in the first one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from counterpoint.errors import Problem
from counterpoint.sources.records.formats.document import Document, Options, shown, unreadable

LONGEST_CELL = 2**24
_CHUNK = 1 << 20


def read(path: Path, options: Options) -> Iterator[Document]:
    """Each row as a table of texts; cells are trimmed. A row with more cells than there are columns is broken.

    In the columns of ``fill`` an empty cell means what the cell above it says.

    Raises:
        InvalidInput: the first row has no names, or the same name twice; or the file is not in that encoding.
    """
    csv.field_size_limit(LONGEST_CELL)
    _check_encoding(path, options.encoding)
    delimiter = "\t" if options.format == "tsv" else options.delimiter
    with path.open(encoding=options.encoding, newline="") as stream:
        rows = csv.reader(stream, delimiter=delimiter, strict=True)
        line = 1
        names = list(options.columns)
        above: dict[str, str] = {}
        try:
            for row in rows:
                start, line = line, rows.line_num + 1
                if not any(cell.strip() for cell in row):
                    continue
                if not names:
                    names = _names(row, start)
                    continue
                document = _record(names, row, start)
                if options.fill and document.broken is None:
                    for name in options.fill:
                        above[name] = document.data.get(name) or above.get(name, "")
                    document.data.update(above)
                yield document
        except csv.Error as error:
            raise unreadable(f"this is not CSV: {error}", line=line) from error


def _check_encoding(path: Path, encoding: str) -> None:
    """Find a wrong encoding before the first record is out, so that a file is read whole or not at all."""
    try:
        with path.open(encoding=encoding, newline="") as stream:
            while stream.read(_CHUNK):
                pass
    except UnicodeDecodeError as error:
        raise unreadable(
            f"this is not {shown(encoding)} text: {error.reason}", hint="set encoding in the mapping"
        ) from error


def _names(row: list[str], line: int) -> list[str]:
    names = [cell.strip() for cell in row]
    while names and not names[-1]:
        names.pop()
    names = [name or f"column_{number}" for number, name in enumerate(names, 1)]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        hint = "rename one of them, or give columns in the mapping"
        raise unreadable(f"two columns are called {doubles[0]!r}", line=line, hint=hint)
    return names


def _record(names: list[str], row: list[str], line: int) -> Document:
    cells = [cell.strip().replace("\r\n", "\n") for cell in row]
    if any(cells[len(names) :]):
        problem = Problem(
            f"this row has {len(cells)} cells, and there are {len(names)} columns",
            line=line,
            hint="put a cell that holds the delimiter in quotes",
        )
        return Document(None, line, broken=problem, excerpt=" | ".join(cells)[:120])
    cells += [""] * (len(names) - len(cells))
    return Document(dict(zip(names, cells, strict=False)), line)
