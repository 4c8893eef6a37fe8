"""Answers as people write them: opaque persons become the references by which they are known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import groupby
from operator import is_
from typing import Any, TypeVar, cast

from counterpoint.ledger.snapshot import Snapshot
from counterpoint.model.answers import Because
from counterpoint.model.identifiers import OPAQUE, is_opaque

Answer = TypeVar("Answer")
_OPAQUE = re.compile(r"person:~[0-9a-z]+")


def written(snapshot: Snapshot, answer: Answer) -> Answer:
    """The answer with every opaque person in it, also within texts, written as people know them.

    Lists of references that had opaque ones among them are sorted anew, and rows that were in the order of theirs, so
    that the order tells nothing of chance.
    """
    found: set[str] = set()
    _collect(answer, found)
    return answer if not found else cast("Answer", _rewritten(answer, snapshot.names(found)))


# Most of what stands in an answer is a text or one of these.
_PLAIN = frozenset({type(None), bool, int, float})
_NAMES: dict[type, tuple[str, ...]] = {}


def _names_of(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields; none of another type."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    return _NAMES[kind]


def _collect(value: Any, found: set[str]) -> None:
    if type(value) in _PLAIN:
        return
    if isinstance(value, str):
        if OPAQUE in value:
            found.update(_OPAQUE.findall(value))
    elif names := _names_of(type(value)):
        for name in names:
            _collect(getattr(value, name), found)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _collect(key, found)
            _collect(part, found)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            _collect(part, found)


def _as_said(reasons: list[Because]) -> list[Because]:
    """Reasons that stand together, for one attribute of one thing, in the order in which they were said."""
    about = lambda one: (one.entity, one.attribute)  # noqa: E731
    number = lambda one: tuple(int(part) for part in one.statement.split("."))  # noqa: E731
    return [one for _, together in groupby(reasons, about) for one in sorted(together, key=number)]


def _references(rows: Iterable[Any]) -> list[str]:
    """What rows (a listing's, say) may be in the order of: the first field of each; empty where they have none."""
    first = [getattr(row, fields(row)[0].name) if is_dataclass(row) else None for row in rows]
    return [one for one in first if isinstance(one, str)] if all(isinstance(one, str) for one in first) else []


def _rewritten(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _OPAQUE.sub(lambda match: names.get(match[0], match[0]), value) if "person:~" in value else value
    if not value or type(value) in _PLAIN:
        return value
    if fields_of := _names_of(type(value)):
        changed = {}
        for name in fields_of:
            part = getattr(value, name)
            if (new := _rewritten(part, names)) is not part:
                changed[name] = new
        return replace(value, **changed) if changed else value
    if isinstance(value, Mapping):
        return {_rewritten(key, names): _rewritten(part, names) for key, part in value.items()}
    if isinstance(value, tuple | list):
        parts = [_rewritten(part, names) for part in value]
        if any(isinstance(part, str) and is_opaque(part) for part in value) and all(isinstance(p, str) for p in value):
            parts.sort()
        elif parts and all(isinstance(part, Because) for part in parts):
            parts = _as_said(parts)
        elif all(map(is_, parts, value)):
            return value
        elif (before := _references(value)) != (after := _references(parts)) and before == sorted(before):
            parts = [part for _, part in sorted(zip(after, parts, strict=True), key=lambda pair: pair[0])]
        if all(map(is_, parts, value)):
            return value
        return tuple(parts) if isinstance(value, tuple) else parts
    return {_rewritten(part, names) for part in value} if isinstance(value, set | frozenset) else value
