"""Activity: the many small traces that work leaves. One schema for every source, in Arrow's types.

Activity is observed and never argued over. A row says that an actor did something (``verb``) to something
(``object``), at a time, as one source saw it. Rows are written once; who an actor is, which zone a path belongs to and
what a file is called today are found when a measure runs, so that a correction there needs no new import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import pyarrow as pa

from counterpoint.model.statements import Json, Quarantined

Sort = Literal["person", "agent", "bot", "unknown"]
"""What an actor is: a human being, an AI, a program or shared account that acts by rule, or not told."""

VERBS: Mapping[str, str] = {
    "change": "changed a file (object: its path; size: lines added and removed; thread: the commit)",
    "rename": "gave a file another name (object: the new path; attributes.from: the old one; thread: the commit)",
    "commit": "wrote a commit (object and thread: its identifier; size: files in it)",
    "merge": "brought a change in (object and thread: the commit; target: who wrote what was brought in, if told)",
    "review": "looked at a change (object and thread: the commit; target: its author)",
    "report": "reported or asked for a change (object and thread: the commit)",
    "step": "a step of a process (object: its name; work and thread: the case; zone: the group, as the source has it; "
    "size: its place in the log, which tells steps of one moment apart)",
    "post": "wrote a message (object: the message; thread: its thread; target: whom it answers or is addressed to)",
    "attend": "was at a meeting (object: the ritual, thread: the occurrence; size: minutes; attributes.answer)",
    "act": "did anything else (object: on what)",
}
"""What a row may say was done. A source that knows better words puts them into ``attributes``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type, whether every row has it, and what it holds."""

    name: str
    type: pa.DataType
    always: bool
    about: str


_TEXT = pa.dictionary(pa.int32(), pa.string())
COLUMNS: tuple[Column, ...] = (
    Column("key", pa.binary(16), True, "what makes the row the same row when it is read again, within its source"),
    Column("moment", pa.timestamp("us"), True, "when it was done, in UTC, as its doer's clock had it"),
    Column("landed", pa.timestamp("us"), False, "when it reached the common record, in UTC, where that is told"),
    Column("ahead", pa.int16(), False, "minutes that the doer's wall clock was ahead of UTC"),
    Column("actor", _TEXT, True, "who did it"),
    Column("verb", _TEXT, True, "what was done: one of the verbs"),
    Column("object", _TEXT, True, "to what: a path, a commit, a message, a meeting, a step"),
    Column("target", _TEXT, False, "whom it was directed at"),
    Column("work", _TEXT, False, "the work that it belongs to, as its source names it"),
    Column("zone", _TEXT, False, "the area or group, where the source itself says one"),
    Column("size", pa.float64(), False, "how much: lines, minutes, files, as its verb says"),
    Column("thread", _TEXT, False, "what it is part of: a commit, a discussion, an occurrence, a case"),
    Column("agent", _TEXT, False, "by what mark an AI took part in it: account, trailer, branch, statement"),
    Column("confidence", pa.float32(), False, "how sure that mark is, from 0 to 1"),
    Column("attributes", pa.string(), False, "what else the source says: a JSON object"),
)
RAW = pa.schema([pa.field(one.name, one.type, nullable=not one.always) for one in COLUMNS])
"""What a source yields: ``actor`` and ``target`` hold ``system/handle`` (:attr:`Identity.reference`)."""
STORED = pa.schema(
    [
        pa.field("source", _TEXT, nullable=False),
        *(pa.field(one.name, one.type, nullable=not one.always) for one in COLUMNS),
    ]
)
"""What the lake keeps: the source as well, and for ``actor`` and ``target`` identifiers that say nothing about whom
they mean; the ledger knows, and can forget."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as a source names them: ``email`` and an address, ``github`` and an account, ``name`` and a name.

    ``sort`` and ``confidence`` say what the source takes this for, by account, address or numeric identifier, and
    never by a name that a human being might have. Where a source declares two of its names to be one (a ``.mailmap``),
    it yields the one that is meant.
    """

    system: str
    handle: str
    name: str = ""
    sort: Sort = "unknown"
    confidence: float = 0.0

    @property
    def reference(self) -> str:
        """As ``actor`` and ``target`` have it: the system, a slash, and the handle."""
        return f"{self.system}/{self.handle}"


@dataclass(frozen=True, slots=True)
class Traces:
    """Some rows (of schema :data:`RAW`), and whoever they name that was not told before in this reading.

    ``latest`` is the time after which no more rows are expected (None: not known), so that what is after it can be
    written while the rest is read. A row that comes after it all the same counts like any other.
    """

    rows: pa.RecordBatch
    identities: Sequence[Identity] = ()
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reading came: what ``read`` is given the next time. The last thing that a reading yields.

    ``replaces`` says that what was kept of this source before is not part of it any more (a history that was written
    anew): it is dropped in the transaction that keeps what was read now. ``files`` counts what was read.
    """

    cursor: Json
    replaces: bool = False
    files: int = 0


class Progress(Protocol):
    """Takes what is being done, how much of it is done, and how much there is (0: not known)."""

    def __call__(self, what: str, done: int, total: int, /) -> None: ...


class TraceSource(Protocol):
    """Somewhere that activity is read from. Reads, and writes nothing."""

    name: str
    """``git:app``: the format and what is read, the same at the next reading."""
    format: str

    def read(self, cursor: Json, progress: Progress, /) -> Iterator[Traces | Quarantined | Position]:
        """Everything after ``cursor`` (None: everything), in any order, and at the end the new position.

        What cannot be read is yielded as :class:`~counterpoint.model.statements.Quarantined`, with its place.

        Raises:
            NotFound, InvalidInput: nothing of it can be read at all.
        """
