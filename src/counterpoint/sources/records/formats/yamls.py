"""YAML without surprises: dates stay text, so do ``no`` and ``on``, and numbers only where nothing is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from counterpoint.errors import Problem
from counterpoint.model.statements import Json
from counterpoint.sources.records.formats.document import Document, Marks, twice, unreadable

_PLAIN = "plain"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMERIC = frozenset("+-.0123456789")
_STR = "tag:yaml.org,2002:str"
_MERGE = "<<"
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Composes nodes only and leaves plain scalars to us: PyYAML's resolver knows YAML 1.1's dates and booleans."""

    def resolve(self, kind: type, _value: str | None, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _STR
        return "tag"

    def descend_resolver(self, *_: object) -> None:
        """Nothing depends on the path of a node."""

    def ascend_resolver(self) -> None:
        """Nothing depends on the path of a node."""


def read(text: str) -> Iterator[Document]:
    """Every document of a YAML file.

    Raises:
        InvalidInput: the text is no YAML.
    """
    try:
        loader = _Loader(text)
        while loader.check_node():
            node = loader.get_node()
            builder = _Builder()
            data = builder.build(node)
            yield Document(data, node.start_mark.line + 1, builder.marks, builder.notes)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise unreadable(f"this is not YAML: {error.problem or error.context}", line=line) from error
    except yaml.YAMLError as error:
        raise unreadable(f"this is not YAML: {error}") from error
    except RecursionError as error:
        raise unreadable("this YAML is nested too deeply to be read") from error


class _Builder:
    """From nodes to plain values. An alias yields the same object again, so that nothing can be blown up by them."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.notes: list[Problem] = []
        self._done: dict[int, Any] = {}
        self._open: set[int] = set()

    def build(self, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            value = _scalar(node)
            if type(value) is str and len(value) > 1:
                self.marks.lines[id(value)] = node.start_mark.line + 1
            return value
        known = id(node)
        if known in self._done:
            return self._done[known]
        if known in self._open:
            raise unreadable("this YAML contains itself", line=node.start_mark.line + 1)
        self._open.add(known)
        value = self._table(node) if isinstance(node, yaml.MappingNode) else [self.build(item) for item in node.value]
        self._open.discard(known)
        self._done[known] = value
        self.marks.lines[id(value)] = node.start_mark.line + 1
        return value

    def _table(self, node: Any) -> dict[str, Any]:
        table: dict[str, Any] = {}
        lines: dict[str, int] = {}
        merged: list[dict[str, Any]] = []
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.notes.append(Problem("a key that is a list or a table is not read", line=line, hint="use a text"))
                continue
            key = key_node.value
            value = self.build(value_node)
            if key == _MERGE and key_node.tag == _PLAIN:
                merged += [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict)]
            elif key in table:
                self.notes.append(twice(key, line, lines.get(key)))
            else:
                table[key] = value
                lines[key] = line
        for part in merged:
            for key, value in part.items():
                table.setdefault(key, value)
        self.marks.keys[id(table)] = lines
        return table


def _scalar(node: Any) -> Json:
    text: str = node.value
    if node.tag != _PLAIN:
        return _tagged(node.tag, text)
    if text in _NULLS:
        return None
    if text in _FLAGS:
        return _FLAGS[text]
    return _number(text) if text[0] in _NUMERIC else text


def _tagged(tag: str, text: str) -> Json:
    kind = tag.rpartition(":")[2]
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
