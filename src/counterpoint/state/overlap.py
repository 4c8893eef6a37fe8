"""Do two path patterns have a path in common? And which of many patterns meet a given one.

Patterns are those of :mod:`counterpoint.model.patterns` (a plain path is one, and stands for all below it). What is
no pattern (a topic with brackets, say) meets only itself, compared without case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from counterpoint.errors import BadValue
from counterpoint.model.identifiers import fold
from counterpoint.model.patterns import literal, parse_pattern

_TOKEN = re.compile(r"\\(?P<escaped>.)|(?P<many>\*+)|(?P<one>\?)|(?P<plain>.)", re.DOTALL)
_WILD = re.compile(r"[*?\\!]")
_EXTENSION = re.compile(r"[^/]\.[A-Za-z][A-Za-z0-9]*\Z")
_ONE, _MANY = "one", "many"


def overlap(one: str, other: str) -> bool:
    """Is there a path that both match, or are they the same text but for case?"""
    if fold(one) == fold(other):
        return True
    first, second = _segments(one), _segments(other)
    return first is not None and second is not None and _meet(first, second)


def as_place(text: str) -> str:
    """What a change touches, as a pattern: a plain path or name is meant from the root, not at any depth."""
    return text if text.startswith("/") or _WILD.search(text) else f"/{text}"


class Patterns:
    """Many patterns, to find those that meet another without trying each of them.

    Two patterns can meet only where the plain names that one starts with continue those of the other.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._at: dict[tuple[str, ...], list[str]] = {}
        self._below: dict[tuple[str, ...], list[str]] = {}
        self._same: dict[str, list[str]] = {}
        for pattern in sorted(set(patterns)):
            self._same.setdefault(fold(pattern), []).append(pattern)
            names = _names(pattern)
            if names is not None:
                self._at.setdefault(names, []).append(pattern)
                for length in range(len(names)):
                    self._below.setdefault(names[:length], []).append(pattern)

    def meeting(self, pattern: str) -> list[str]:
        """The patterns that have a path in common with this one, sorted."""
        found = set(self._same.get(fold(pattern), ()))
        names = _names(pattern)
        if names is not None:
            candidates = [one for length in range(len(names) + 1) for one in self._at.get(names[:length], ())]
            candidates += self._below.get(names, ())
            found.update(one for one in candidates if one not in found and overlap(pattern, one))
        return sorted(found)


@lru_cache(maxsize=65536)
def _segments(text: str) -> tuple[str, ...] | None:
    try:
        return parse_pattern(text).segments
    except BadValue:
        return None


def _names(text: str) -> tuple[str, ...] | None:
    """The plain names that the paths of a pattern start with; None for what is no pattern."""
    segments = _segments(text)
    if segments is None:
        return None
    names: list[str] = []
    for segment in segments:
        name = literal(segment)
        if name is None:
            break
        names.append(name)
    return tuple(names)


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Fill the table from the ends: does some path's rest match both patterns' rests from these segments on?

    A pattern matches what is below it too; a ``**`` at its end stands for one name or more.
    """
    one, other = _trimmed(one), _trimmed(other)
    rows, columns = len(one), len(other)
    below: list[bool] = []
    for i in range(rows, -1, -1):
        row = [False] * (columns + 1)
        for j in range(columns, -1, -1):
            if i == rows or j == columns:
                row[j] = _goes_on(one, other[j:]) if i == rows else _goes_on(other, one[i:])
            elif one[i] == "**" and i < rows - 1:
                row[j] = below[j] or row[j + 1]
            elif other[j] == "**" and j < columns - 1:
                row[j] = row[j + 1] or below[j]
            else:
                row[j] = below[j + 1] and _names_meet(one[i], other[j])
        below = row
    return below[0]


def _goes_on(ended: tuple[str, ...], rest: tuple[str, ...]) -> bool:
    """May a path that a pattern has matched to its end go on as ``rest`` says?

    Nothing is below ``*``, nor below what is taken for a file: something like ``*.md``, or a plain ``a/b.md`` where
    the rest may be at any depth. Below a plain directory a plain name at any depth is possible, but not meant.
    """
    if not rest:
        return True
    if _is_file(ended[-1]):
        return False
    if rest[0] != "**" or len(rest) == 1 or any(literal(segment) is None for segment in ended):
        return True
    return _EXTENSION.search(ended[-1]) is None and literal(rest[1]) is None


def _trimmed(segments: tuple[str, ...]) -> tuple[str, ...]:
    """A plain directory without the ``**`` at its end, so that it is the same as without its slash."""
    head = segments[:-1]
    plain = segments[-1] == "**" and head and all(literal(segment) is not None for segment in head)
    return head if plain else segments


def _is_file(last: str) -> bool:
    return last == "*" or (last.startswith("*.") and len(last) > 2)


@lru_cache(maxsize=65536)
def _names_meet(one: str, other: str) -> bool:
    """Is there a name that both segments match?"""
    first, second = _characters(one), _characters(other)
    below: list[bool] = []
    for i in range(len(first), -1, -1):
        row = [False] * (len(second) + 1)
        for j in range(len(second), -1, -1):
            a = first[i] if i < len(first) else None
            b = second[j] if j < len(second) else None
            if a is None and b is None:
                row[j] = True
            elif a == _MANY:
                row[j] = below[j] or (b is not None and row[j + 1])
            elif b == _MANY:
                row[j] = row[j + 1] or (a is not None and below[j])
            elif a is not None and b is not None:
                row[j] = (_ONE in (a, b) or a == b) and below[j + 1]
        below = row
    return below[0]


def _characters(segment: str) -> list[str]:
    found: list[str] = []
    for token in _TOKEN.finditer(segment):
        found.append(_MANY if token["many"] else _ONE if token["one"] else token["escaped"] or token["plain"])
    return found
