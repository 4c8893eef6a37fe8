"""YAML without surprises: dates stay text, so do ``no`` and ``on``, and numbers only where nothing is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from counterpoint.errors import Problem
from counterpoint.model.statements import Json
from counterpoint.sources.records.formats.document import Document, Marks, twice, unreadable

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMERIC = frozenset("+-.0123456789")
_MERGE = "<<"
DEEPEST = 200
_NOT_YET: Any = object()
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> Iterator[Document]:
    """Every document of a YAML file.

    Raises:
        InvalidInput: the text is no YAML.
    """
    try:
        loader = _Loader(text)
        builder = _Builder(1)
        while (event := loader.get_event()) is not None:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                builder = _Builder(event.start_mark.line + 1)
            elif kind is yaml.DocumentEndEvent:
                yield builder.document()
            elif kind not in (yaml.StreamStartEvent, yaml.StreamEndEvent):
                builder.take(kind, event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise unreadable(f"this is not YAML: {error.problem or error.context}", line=line) from error
    except yaml.YAMLError as error:
        raise unreadable(f"this is not YAML: {error}") from error


@dataclass(slots=True)
class _Open:
    """A table or list that has not ended: ``key`` is the table's key whose value comes next."""

    value: Any
    anchor: str | None
    line: int
    key: Any = _NOT_YET
    key_line: int = 0
    plain_key: bool = False
    lines: dict[str, int] = field(default_factory=dict)
    merged: list[dict[str, Any]] = field(default_factory=list)


class _Builder:
    """From events to plain values, with a stack of its own: no depth of nesting can exhaust the machine's.

    An alias yields the same object again, so that nothing can be blown up by aliases of aliases.
    """

    def __init__(self, line: int) -> None:
        self._line = line
        self._marks = Marks()
        self._notes: list[Problem] = []
        self._anchors: dict[str, Any] = {}
        self._stack: list[_Open] = []
        self._data: Any = None

    def document(self) -> Document:
        """The document that has ended."""
        return Document(self._data, self._marks.lines.get(id(self._data), self._line), self._marks, self._notes)

    def take(self, kind: type, event: Any) -> None:
        """One event of the parser."""
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._open({} if kind is yaml.MappingStartEvent else [], event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        else:
            self._close()

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        plain = bool(event.implicit[0])
        inside = self._stack[-1] if self._stack else None
        line = event.start_mark.line + 1
        if inside is not None and inside.key is _NOT_YET and type(inside.value) is dict:
            inside.key, inside.key_line, inside.plain_key = text, line, plain
            if event.anchor:
                self._anchors[event.anchor] = text
            return
        value = _plain(text) if plain and event.tag is None else _tagged(event.tag, text)
        if type(value) is str and len(value) > 1:
            self._marks.lines[id(value)] = line
        if event.anchor:
            self._anchors[event.anchor] = value
        self._put(value)

    def _open(self, value: Any, event: Any) -> None:
        line = event.start_mark.line + 1
        inside = self._stack[-1] if self._stack else None
        if inside is not None and inside.key is _NOT_YET and type(inside.value) is dict:
            self._notes.append(Problem("a key that is a list or a table is not read", line=line, hint="use a text"))
            inside.key, inside.key_line = None, 0
        if event.anchor:
            self._anchors[event.anchor] = _NOT_YET
        if len(self._stack) >= DEEPEST:
            raise unreadable(f"this YAML is nested more than {DEEPEST} deep", line=line)
        self._stack.append(_Open(value, event.anchor, line))

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        value = self._anchors.get(event.anchor, self)
        if value is self:
            raise unreadable(f"there is no anchor &{event.anchor}", line=line)
        if value is _NOT_YET:
            raise unreadable("this YAML contains itself", line=line)
        inside = self._stack[-1] if self._stack else None
        if inside is not None and inside.key is _NOT_YET and type(inside.value) is dict:
            inside.key, inside.key_line, inside.plain_key = str(value), line, False
            return
        self._put(value)

    def _close(self) -> None:
        ended = self._stack.pop()
        for part in ended.merged:
            for key, value in part.items():
                ended.value.setdefault(key, value)
        if type(ended.value) is dict:
            self._marks.keys[id(ended.value)] = ended.lines
        self._marks.lines[id(ended.value)] = ended.line
        if ended.anchor:
            self._anchors[ended.anchor] = ended.value
        inside = self._stack[-1] if self._stack else None
        if inside is not None and inside.key is None and inside.key_line == 0:
            inside.key_line = -1  # it was a key; its value follows and is dropped with it
            return
        self._put(ended.value)

    def _put(self, value: Any) -> None:
        if not self._stack:
            self._data = value
            return
        inside = self._stack[-1]
        if type(inside.value) is list:
            inside.value.append(value)
            return
        key, inside.key = inside.key, _NOT_YET
        if key is None:
            inside.key_line = 0
        elif key == _MERGE and inside.plain_key:
            inside.merged += [
                part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict)
            ]
        elif key in inside.value:
            self._notes.append(twice(key, inside.key_line, inside.lines.get(key)))
        else:
            inside.value[key] = value
            inside.lines[key] = inside.key_line


def _plain(text: str) -> Json:
    if text in _NULLS:
        return None
    if text in _FLAGS:
        return _FLAGS[text]
    return _number(text) if text[0] in _NUMERIC else text


def _tagged(tag: str | None, text: str) -> Json:
    kind = (tag or "").rpartition(":")[2]
    if kind in ("int", "float"):
        return _number(text)
    if kind == "bool":
        return _FLAGS.get(text, text)
    return None if kind == "null" else text


def _number(text: str) -> Json:
    """A number only where writing it gives the same text again: 007, 1.10, 12:30 and dates stay as they are."""
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        if str(value) == text:
            return value
    return text
