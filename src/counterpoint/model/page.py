"""The page of a thing: everything that is said of it and by whom, who decides, and what hangs together with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterpoint.model.answers import Who


@dataclass(frozen=True, slots=True)
class Named:
    """A reference, and what people call it."""

    ref: str
    title: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value as it is read: a text, with the thing that it names or the address that it leads to."""

    text: str
    ref: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """One statement on an attribute: what, by which source and actor, when (a stamp), how old in days, and where."""

    pieces: tuple[Piece, ...]
    source: str
    actor: str
    said: str
    age: int
    file: str | None
    line: int | None
    statement: str
    about: Literal["value", "settlement"] = "value"


@dataclass(frozen=True, slots=True)
class Value:
    """One attribute as it stands: the value that holds (nothing where it is disputed) and everything that is said.

    ``standing`` is that of :class:`~counterpoint.model.statements.Resolved`, and ``why`` the rule that chose.
    """

    attribute: str
    about: str
    pieces: tuple[Piece, ...]
    standing: Literal["said", "agreed", "by authority", "settled", "disputed"]
    why: str
    many: bool
    sayings: tuple[Saying, ...]

    @property
    def disputed(self) -> bool:
        """Sources differ, and no value is chosen."""
        return self.standing == "disputed"


@dataclass(frozen=True, slots=True)
class Need:
    """One dependency, seen from one of its ends: ``other`` is the other end, None where it is not stated."""

    dependency: str
    other: Named | None
    type: str | None
    reason: str | None
    size: str | None
    needed_by: str | None
    promised_for: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Things that name this one, and in what sense."""

    label: str
    things: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything about one thing as of ``now``. ``names`` has what people call every reference in ``who``.

    ``next`` is when a ritual happens next: three stamps at most, none where its schedule does not say.
    """

    ref: str
    title: str
    kind: str
    now: str
    status: str | None
    description: str | None
    known_as: tuple[str, ...]
    zones: tuple[Named, ...]
    values: tuple[Value, ...]
    who: Who | None
    names: tuple[Named, ...]
    needs: tuple[Need, ...]
    serves: tuple[Need, ...]
    groups: tuple[Group, ...]
    next: tuple[str, ...] = ()
