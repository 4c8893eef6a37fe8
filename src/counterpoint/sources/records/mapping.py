"""A mapping, read and checked: everything that an import needs, with every expression compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import Literal

from counterpoint.model.kinds import Attribute
from counterpoint.model.statements import Json
from counterpoint.sources.records import globs
from counterpoint.sources.records.expressions import Expression, Template
from counterpoint.sources.records.formats.document import Options

Unmapped = Literal["quarantine", "keep", "drop"]


@dataclass(frozen=True, slots=True)
class ValueMap:
    """A source's words and what they mean here; words are compared without case and with single spaces."""

    name: str
    words: Table[str, Json]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """How the values of one attribute (or of one part of a table) come about.

    In order: ``each`` and ``parts``, or ``source`` → ``split`` → ``nobody`` → ``map`` → ``pattern`` → ``text`` or
    ``ref`` → the attribute's type.
    """

    name: str
    attribute: Attribute
    line: int
    source: Expression | None = None
    constant: Json = None
    text: Template | None = None
    ref: Template | None = None
    ref_kind: str = ""
    split: re.Pattern[str] | None = None
    map: ValueMap | None = None
    unmapped: Unmapped = "quarantine"
    nobody: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    system: str = ""
    day_first: bool | None = None
    layouts: tuple[str, ...] = ()
    timezone: str | None = None
    zones: Table[str, str] = field(default_factory=dict)
    required: bool = False
    raw: bool = False
    gathered: bool = False
    each: Expression | None = None
    parts: Table[str, Field] | None = None
    optional_parts: frozenset[str] = frozenset()
    told: Attribute | None = None
    """Of a field of ``inverse``: what is stated of the entity that the field makes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Records of one sort: where they are, what they are about, and what each says."""

    name: str
    line: int
    at: Expression | None
    where: Expression | None
    let: tuple[tuple[str, Expression], ...]
    entity: Template
    kind: str
    said: Field | None
    valid_from: Field | None
    valid_to: Field | None
    fields: tuple[Field, ...]
    inverse: tuple[Field, ...]
    each: tuple[Rule, ...]
    system: str = ""
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    options: Options = field(default_factory=lambda: Options("yaml"))


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """Rows of activity of one sort: where they are recorded, and what becomes which column; ``kept`` is kept beside."""

    name: str
    line: int
    at: Expression | None
    where: Expression | None
    let: tuple[tuple[str, Expression], ...]
    fields: Table[str, Field]
    kept: Table[str, Field]
    system: str = ""
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    options: Options = field(default_factory=lambda: Options("yaml"))


@dataclass(frozen=True, slots=True)
class Declared:
    """A statement that the mapping itself makes; its place is the mapping's own line."""

    entity: str
    attribute: str
    value: Json
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping. ``file`` is its name, for the places of what it declares itself."""

    file: str
    source: str
    about: str
    namespace: str
    timezone: str | None
    declared: tuple[Declared, ...]
    rules: tuple[Rule, ...]
    activity: tuple[ActivityRule, ...] = ()

    def matches(self, path: str) -> bool:
        """Is this file (relative to what is imported, POSIX) in the mapping's scope?"""
        return any(globs.matches(path, rule.files, rule.exclude) for rule in self.rules)
