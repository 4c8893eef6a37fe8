"""JSON, with the line of every object; and JSON Lines, one record for each line, streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from counterpoint.errors import Problem
from counterpoint.sources.records.formats.document import Document, Marks, twice, unreadable

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACES = re.compile(r"[{}\n]")
EXCERPT = 120


class _Objects:
    """Collects objects as the parser closes them, and the keys that one of them has twice."""

    def __init__(self) -> None:
        self.closed: list[dict[str, Any]] = []
        self.doubles: list[tuple[int, str]] = []

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) != len(pairs):
            table = {}
            for key, value in pairs:
                if key in table:
                    self.doubles.append((len(self.closed), key))
                else:
                    table[key] = value
        self.closed.append(table)
        return table


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def read(text: str) -> Iterator[Document]:
    """A JSON file: one document.

    Raises:
        InvalidInput: the text is no JSON.
    """
    objects = _Objects()
    try:
        data = json.loads(text, object_pairs_hook=objects, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise unreadable(f"this is not JSON: {error.msg}", line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise unreadable(f"this is not JSON: {error}") from error
    opened = _opening_lines(text)
    marks = Marks({id(table): line for table, line in zip(objects.closed, opened, strict=True)})
    notes = [twice(key, opened[index], None) for index, key in objects.doubles]
    yield Document(data, 1, marks, notes, keep=objects.closed)


def _opening_lines(text: str) -> list[int]:
    """The line of each object's opening brace, in the order in which the objects close."""
    line, stack, found = 1, [], []
    for match in _BRACES.finditer(_STRING.sub("", text)):
        token = match.group()
        if token == "\n":
            line += 1
        elif token == "{":
            stack.append(line)
        else:
            found.append(stack.pop())
    return found


def read_lines(path: Path, encoding: str) -> Iterator[Document]:
    """JSON Lines: a document for each line that is not blank; a line that is no JSON costs that line only."""
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            line = raw.strip().removeprefix(b"\xef\xbb\xbf") if number == 1 else raw.strip()
            if line:
                yield _line(line, number, codec)


def _line(raw: bytes, number: int, encoding: str) -> Document:
    objects = _Objects()
    try:
        data = json.loads(raw.decode(encoding), object_pairs_hook=objects, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        excerpt = raw[:EXCERPT].decode(encoding, "replace")
        return Document(None, number, broken=Problem(f"this line is not JSON: {message}", line=number), excerpt=excerpt)
    return Document(data, number, notes=[twice(key, number, None) for _, key in objects.doubles])
