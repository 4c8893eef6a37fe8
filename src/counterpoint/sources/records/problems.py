"""Collecting every problem of a mapping, each with its line, field and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from counterpoint.errors import BadValue, Problem
from counterpoint.sources.organisation.lines import Path, line_at
from counterpoint.sources.records.keys import Key

T = TypeVar("T")


class Problems:
    """What is wrong with one mapping file; every finder adds to it and goes on."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.file = file
        self.found: list[Problem] = []
        self._lines = lines

    def line(self, path: Path) -> int:
        """The line of a path in the file."""
        return line_at(self._lines, path)

    def add(self, path: Path, message: str, hint: str = "") -> None:
        """Note a problem at a path."""
        problem = Problem(message, self.file, self.line(path), dotted(path), hint)
        if problem not in self.found:
            self.found.append(problem)

    def attempt(self, path: Path, make: Callable[[], T]) -> T | None:
        """Run ``make``; where it refuses, note why and go on without."""
        try:
            return make()
        except BadValue as error:
            self.add(path, error.message, error.hint)
            return None

    def known(self, path: Path, table: Mapping[str, Any], keys: Iterable[str]) -> None:
        """Note every key that there is none of, with the nearest name."""
        names = list(keys)
        for key in table:
            if key not in names:
                self.add((*path, key), f"there is no {key!r} here", nearest(key, names))

    def required(self, path: Path, table: Mapping[str, Any], keys: Mapping[str, Key]) -> None:
        """Note every key that must be there and is not."""
        for name, key in keys.items():
            if key.required and name not in table:
                self.add(path, f"{name} is missing", f"it says {key.about}")

    def text(self, path: Path, table: Mapping[str, Any], key: str) -> str | None:
        """A text under a key, or None; anything else is noted."""
        value = table.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.add((*path, key), f"{value!r} is not a text", "write some text in quotes")
        return None

    def texts(self, path: Path, table: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
        """A list of texts under a key (one text is a list of one), or None; anything else is noted."""
        value = table.get(key)
        if value is None:
            return None
        listed = value if isinstance(value, list) else [value]
        if all(isinstance(part, str) for part in listed):
            return tuple(listed)
        self.add((*path, key), f"{value!r} is not a list of texts", 'write it like ["one", "two"]')
        return None

    def flag(self, path: Path, table: Mapping[str, Any], key: str) -> bool | None:
        """A flag under a key, or None; anything else is noted."""
        value = table.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.add((*path, key), f"{value!r} is neither true nor false", "write true or false, without quotes")
        return None

    def table(self, path: Path, table: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A table under a key, empty where there is none; anything else is noted."""
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.add((*path, key), f"{value!r} is not a table", f"write [{dotted((*path, key))}] and its keys below")
        return {}

    def tables(self, path: Path, table: Mapping[str, Any], key: str) -> list[tuple[Path, dict[str, Any]]]:
        """The tables of an array under a key, each with its path; anything else is noted."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            self.add((*path, key), f"{key} is a list of tables", f"write [[{key}]] in double brackets")
            return []
        return [((*path, key, index), part) for index, part in enumerate(value)]


def dotted(path: Path) -> str:
    """A path as people write it: ``records[0].set.owner``.

    >>> dotted(("records", 0, "set", "owner"))
    'records[0].set.owner'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def nearest(name: str, names: Iterable[str]) -> str:
    """Which name was most likely meant, or all that there are."""
    known = list(names)
    close = get_close_matches(name, known, 1, 0.6)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}"
