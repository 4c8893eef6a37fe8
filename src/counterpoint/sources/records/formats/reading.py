"""From a path and how it is to be read to documents: one function for every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from counterpoint.errors import Problem
from counterpoint.sources.records.formats import delimited, headers, jsons, markdown, tomls, yamls
from counterpoint.sources.records.formats.document import Document, Marks, Options, shown, twice, unreadable
from counterpoint.sources.records.formats.tables import add_value

_WHOLE: dict[str, Callable[[str], Iterator[Document]]] = {
    "yaml": yamls.read,
    "toml": tomls.read,
    "json": jsons.read,
    "headers": headers.read,
    "markdown": markdown.read,
}
FORMATS = (*_WHOLE, "jsonl", "csv", "tsv")
_LINKS, _PAIRS = "links", "pairs"
_UNFIT = re.compile(r"[^\w]+")


def documents(path: Path, options: Options) -> Iterator[Document]:
    """Every document in a file.

    Raises:
        InvalidInput: the file cannot be read: not there, another encoding, or a syntax error (with its line).
    """
    try:
        found = _open(path, options)
        yield from map(_snake, found) if options.snake else found
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8, or set encoding in the mapping"
        raise unreadable(f"this is not {shown(options.encoding)} text: {error.reason}", line=line, hint=hint) from error
    except OSError as error:
        raise unreadable(f"cannot be opened: {error.strerror}") from error


def _open(path: Path, options: Options) -> Iterator[Document]:
    whole = _WHOLE.get(options.format)
    if whole is not None:
        return whole(path.read_bytes().decode(options.encoding))
    if options.format == "jsonl":
        return jsons.read_lines(path, options.encoding)
    return delimited.read(path, options)


@lru_cache(maxsize=16384)
def snake(key: str) -> str:
    """A key as an expression can name it without quotes.

    >>> snake("Point of contact"), snake("[lang] champion"), snake("Superseded-By")
    ('point_of_contact', 'lang_champion', 'superseded_by')
    """
    return _UNFIT.sub("_", key.strip().lower()).strip("_") if not key.startswith("_") else key


def _snake(document: Document) -> Document:
    """Links are known by labels that the text uses, so those stay as they are written."""
    document.keep = (document.keep, document.data)
    links = document.data.get(_LINKS) if isinstance(document.data, dict) else None
    document.data = _snaked(document.data, document.marks, document.notes)
    if links is not None:
        document.data[_LINKS] = links
    return document


def _snaked(value: Any, marks: Marks, notes: list[Problem], *, pairs: bool = False) -> Any:
    if isinstance(value, list):
        copy: Any = [_snaked(part, marks, notes) if isinstance(part, dict | list) else part for part in value]
    elif isinstance(value, dict):
        copy = {}
        old = marks.keys.get(id(value), {})
        new: dict[str, int] = {}
        for key, part in value.items():
            name = snake(key)
            if name in copy and pairs:
                for one in part if isinstance(part, list) else [part]:
                    add_value(copy, name, one)
                continue
            if name in copy:
                notes.append(twice(key, old.get(key), new.get(name)))
                continue
            nested = isinstance(part, dict | list)
            copy[name] = _snaked(part, marks, notes, pairs=key == _PAIRS) if nested else part
            if key in old:
                new[name] = old[key]
        marks.keys[id(copy)] = new
    else:
        return value
    line = marks.lines.get(id(value))
    if line is not None:
        marks.lines[id(copy)] = line
    return copy
