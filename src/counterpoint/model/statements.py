"""What is said: statements, entries, and their relatives on the way in (drafts, quarantine) and out (claims).

Times are text, ISO 8601 in UTC with microseconds (``2026-11-21T10:50:34.000000Z``), so that they compare, hash and
store alike everywhere; see :mod:`counterpoint.model.times`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Operation = Literal["state", "retract"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement as a source yields it: references as the outside world writes them, nothing resolved yet.

    ``value`` is JSON as the attribute's type takes it (:mod:`counterpoint.model.values`), with references as text.
    ``record`` is the entity of the record that yielded it: a quarantined record keeps what it said before by this.
    ``file`` is relative to what was imported; ``line`` counts from 1.
    """

    entity: str
    attribute: str
    value: Json
    file: str | None = None
    line: int | None = None
    record: str | None = None
    said: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    operation: Operation = "state"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What could not be read: a file, a record in it, or a field of a record.

    ``record`` is the entity of the record, where it could be told; ``field`` is the attribute (or rule) concerned.
    """

    level: Literal["file", "record", "field"]
    message: str
    hint: str = ""
    file: str | None = None
    line: int | None = None
    record: str | None = None
    field: str | None = None
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement inside an entry. Persons are opaque; ``item`` tells the elements of a set apart ('' otherwise).

    ``value`` is None where it was erased (``salt`` is None then too), and its commitment still stands in the chain.
    """

    entity: str
    attribute: str
    item: str
    operation: Operation
    value: Json
    said: str
    valid_from: str
    valid_to: str | None = None
    file: str | None = None
    line: int | None = None
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A set of statements that were made together, atomically, by one actor for one source."""

    sequence: int
    id: str
    said: str
    recorded: str
    actor: str
    source: str
    reason: str
    previous: str
    hash: str
    external_id: str | None = None
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of one attribute now (or as of a moment): its newest statement by (said, sequence).

    ``statement`` is the statement's name, ``sequence.index``; ``recorded`` and ``actor`` are its entry's.
    """

    entity: str
    attribute: str
    item: str
    source: str
    value: Json
    said: str
    sequence: int
    index: int
    valid_from: str
    valid_to: str | None = None
    file: str | None = None
    line: int | None = None
    recorded: str = ""
    actor: str = ""
    record: str | None = None

    @property
    def statement(self) -> str:
        """The name by which a settlement, an erasure or a reader points at the statement."""
        return f"{self.sequence}.{self.index}"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What follows from the claims on one attribute.

    ``standing``: *said* by one source; *agreed* by several; chosen *by authority*; *settled*; or *disputed*, and then
    ``value`` is None and no value is chosen. For a set, ``value`` is the list of its elements (their union), and
    ``claims`` holds every claim on every element. ``why`` says which rule chose, in words.
    """

    entity: str
    attribute: str
    value: Json
    standing: Literal["said", "agreed", "by authority", "settled", "disputed"]
    claims: tuple[Claim, ...] = field(default=())
    why: str = ""

    @property
    def disputed(self) -> bool:
        """No value is chosen."""
        return self.standing == "disputed"
