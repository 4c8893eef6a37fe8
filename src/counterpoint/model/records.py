"""Answers about the record itself: entries, the history of a thing, lists, what is in quarantine."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoint.model.statements import Json


@dataclass(frozen=True, slots=True)
class Told:
    """One statement in a history, with its entry. An erased one has neither value nor place any more."""

    statement: str
    entity: str
    attribute: str
    operation: str
    value: Json
    erased: bool
    source: str
    actor: str
    reason: str | None
    said: str
    recorded: str
    valid_from: str
    valid_to: str | None
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was ever said on a thing, under all its names, in the order in which it was recorded."""

    subject: str
    names: tuple[str, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the ledger: when it was recorded, by whom, for which source, why, and how many statements it has."""

    sequence: int
    id: str
    recorded: str
    said: str
    actor: str
    source: str
    reason: str | None
    statements: int
    hash: str
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a list: what it is called, and the values that were asked for (None where nobody says anything).

    ``disputed`` names those of them on which the sources differ.
    """

    ref: str
    title: str | None
    values: dict[str, Json]
    disputed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Things of one kind, sorted by reference."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in quarantine: where it is, what was wrong, what to do, and since when."""

    id: int
    source: str
    level: str
    file: str | None
    line: int | None
    record: str | None
    field: str | None
    message: str
    hint: str
    excerpt: str
    since: str


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides on every thing of a kind: how many get each answer, and each thing's."""

    kind: str
    counts: dict[str, int]
    answers: tuple[DecidedBy, ...]


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """One row of :class:`Deciders`."""

    subject: str
    title: str | None
    answer: str
    deciders: tuple[str, ...]
    rule: str | None
    inherited_from: str | None


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written. ``entry`` is the sequence number of the entry concerned."""

    where: str
    what: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """Every act of the protocols decided again. ``erased`` acts have values that are gone and cannot be."""

    acts: int
    erased: int
    damage: tuple[Damage, ...]

    @property
    def good(self) -> bool:
        """All of them say again what was kept."""
        return not self.damage


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was found. ``first_bad`` is the first entry that is not as it was written.

    ``replayed`` is null where the acts of the protocols were not decided again.
    """

    entries: int
    statements: int
    erased: int
    head: str
    first_bad: int | None
    damage: tuple[Damage, ...]
    replayed: Replayed | None = None

    @property
    def good(self) -> bool:
        """Nothing was found."""
        return not self.damage and (self.replayed is None or self.replayed.good)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and what still mentions one of the erased names in free text, for a human to look at.

    ``actors`` are those of the activity that mean nobody any more, and ``traces`` the files of activity that were
    written anew because of a text in them. Actors among ``mentioned_in`` are only called alike.
    """

    statements: int
    files: int
    reasons: int
    quarantined: int
    mentioned_in: tuple[str, ...]
    actors: int
    traces: int
