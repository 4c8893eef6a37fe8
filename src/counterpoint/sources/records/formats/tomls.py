"""TOML 1.1 by tomli, with the line of every table, key and element; dates become their text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

import tomli

from counterpoint.sources.organisation.lines import Path, lines_of
from counterpoint.sources.records.formats.document import Document, Marks, unreadable

_MAY_HOLD_DATES = re.compile(r"[=,\[]\s*\d{4}-\d\d-\d\d|[=,\[]\s*\d\d:\d\d")
_SIMPLE = re.compile(r"(?:(?:[\w-]+[ \t]*=[ \t]*(?:\"[^\"\\\n]+\"|\d{1,9}|true|false))?[ \t]*\r?\n)*", re.ASCII)
_SIMPLE_KEY = re.compile(r"^([\w-]+)", re.MULTILINE | re.ASCII)


def read(text: str) -> Iterator[Document]:
    """A TOML file: one document.

    Raises:
        InvalidInput: the text is no TOML 1.1.
    """
    data, marks = parse(text)
    yield Document(data, 1, marks)


def parse(text: str) -> tuple[dict[str, Any], Marks]:
    """The table of a TOML text, and the lines in it by the identity of its parts.

    Raises:
        InvalidInput: the text is no TOML 1.1.
    """
    if _SIMPLE.fullmatch(text):
        return _parse_simple(text)
    data, lines = parse_with_lines(text)
    marks = Marks()
    _mark(data, (), lines, marks)
    return data, marks


def _parse_simple(text: str) -> tuple[dict[str, Any], Marks]:
    """A text of nothing but one-line pairs, as records of people often are: its lines need no walk."""
    data = _loaded(text)
    keys = {match[1]: text.count("\n", 0, match.start()) + 1 for match in _SIMPLE_KEY.finditer(text)}
    return data, Marks({id(data): 1}, {id(data): keys})


def parse_with_lines(text: str) -> tuple[dict[str, Any], Mapping[Path, int]]:
    """The table of a TOML text, and the line of every path in it.

    Raises:
        InvalidInput: the text is no TOML 1.1.
    """
    data = _loaded(text)
    return (_plain(data) if _MAY_HOLD_DATES.search(text) else data), lines_of(text)


def _loaded(text: str) -> dict[str, Any]:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise unreadable(f"this is not TOML: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise unreadable("this TOML is nested too deeply to be read") from error


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def _mark(value: Any, path: Path, lines: Mapping[Path, int], marks: Marks) -> None:
    line = lines.get(path)
    if line is not None:
        marks.lines[id(value)] = line
    if isinstance(value, dict):
        keys = marks.keys[id(value)] = {}
        for key, part in value.items():
            inner = (*path, key)
            keys[key] = lines.get(inner, line or 1)
            if isinstance(part, dict | list):
                _mark(part, inner, lines, marks)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            inner = (*path, index)
            if isinstance(part, dict | list):
                _mark(part, inner, lines, marks)
            elif type(part) is str and len(part) > 1:
                marks.lines[id(part)] = lines.get(inner, line or 1)
