"""What is answered about activity: what was brought in, and what there is."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoint.model.statements import Quarantined


@dataclass(frozen=True, slots=True)
class Traced:
    """What bringing activity in came to.

    ``rows`` were read, of which ``fresh`` were not there before; ``actors`` are those met for the first time.
    ``afresh`` says that the history of the source was another one than before, so that all of it was read again and
    what was there is gone. ``first`` and ``last`` are stamps.
    """

    source: str
    format: str
    rows: int
    fresh: int
    actors: int
    afresh: bool
    first: str | None
    last: str | None
    quarantined: tuple[Quarantined, ...]


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A source of activity: how much there is of it, of which months, when and by whom it was read last."""

    source: str
    format: str
    rows: int
    files: int
    bytes: int
    first: str
    last: str
    recorded: str
    by: str
    unread: int


@dataclass(frozen=True, slots=True)
class TraceList:
    """Every source of activity. ``lake`` is where the rows are; ``actors`` how many are named in them."""

    lake: str
    sources: tuple[TraceRow, ...]
    actors: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A source whose activity counts no more, and how many rows that was."""

    source: str
    rows: int


@dataclass(frozen=True, slots=True)
class ActivityExported:
    """A log in OCEL 2.0 that was written: where, in which form, and how much is in it. ``named``: parties by name."""

    file: str
    form: str
    events: int
    types: int
    objects: int
    named: bool
