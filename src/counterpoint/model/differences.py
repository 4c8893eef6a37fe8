"""Answers about what differs or is loose: between sources, between two moments, and within the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterpoint.model.answers import Because
from counterpoint.model.statements import Json


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contradiction: the value, who holds it, since when, and for how many whole days."""

    value: Json
    sources: tuple[str, ...]
    since: str
    age_days: int
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class MaySettle:
    """Who may settle a contradiction: whoever decides on the thing, else on its zones, else nobody (``hint`` says how
    to change that). ``answer``, ``rule`` and ``quorum`` are as in *who*; ``at`` is the entity whose deciders these are.
    """

    answer: Literal["one", "shared", "none"]
    deciders: tuple[str, ...]
    rule: str | None
    quorum: int | None
    at: str | None
    hint: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Sources differ on one attribute. ``standing``: *disputed* (no value), *by authority* or *settled* (``value``)."""

    entity: str
    attribute: str
    standing: Literal["disputed", "by authority", "settled"]
    value: Json
    why: str
    sides: tuple[Side, ...]
    may_settle: MaySettle


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Every attribute on which sources differ: the disputed first, longest-standing first."""

    as_of: str
    disputed: int
    chosen: int
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute (or, with ``attribute`` None, one entity) that is not as it was.

    ``what``: *appeared*, *gone*, *changed*. For a set, ``before`` and ``after`` are only what went and what came.
    ``because`` is who says what holds now, ``was`` who said what held.
    """

    entity: str
    attribute: str | None
    what: Literal["appeared", "gone", "changed"]
    before: Json
    after: Json
    standing_before: str | None
    standing: str | None
    because: tuple[Because, ...]
    was: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What is different between two moments."""

    since: str
    until: str
    appeared: int
    gone: int
    changed: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in the state that wants tending: which check found it, where, what it is and what to do."""

    check: str
    entity: str
    attribute: str | None
    other: str | None
    message: str
    hint: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Dangling:
    """What is loose in the state: how many of each check (all that ran, zeros too), and every row."""

    counts: dict[str, int]
    troubles: tuple[Trouble, ...]
