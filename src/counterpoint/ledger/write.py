"""Writing: one entry, and the rows of the state that follow from it, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, literal_column, select

from counterpoint.errors import Conflict
from counterpoint.ledger import chain, keep
from counterpoint.ledger.checks import NewEntry, texts_of
from counterpoint.ledger.glance import Glance, glance, hold_head
from counterpoint.ledger.rows import fetch, insert_rows, mark, rows_in, send
from counterpoint.ledger.schema import AGENTS, entry, file, statement
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.store import Store
from counterpoint.model.identifiers import OPAQUE
from counterpoint.model.records import Told
from counterpoint.model.statements import Entry, Statement
from counterpoint.model.times import moment, stamp

__all__ = ["Chance", "NewEntry", "Progress", "Transaction", "nobody_watching"]

Progress = Callable[[str, int, int], None]
OPAQUE_CHARACTERS = 12
_MOVE_HEAD = {
    store: "update head set sequence = {0}, hash = {0}, recorded = {0}, state_time = {0}".format(mark(store))
    for store in ("sqlite", "postgresql")
}


def nobody_watching(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Where identifiers and salts come from. Tests put in their own to get the same bytes twice.

    ``person`` is the part of a person's identifier that nobody can guess.
    """

    identifier: Callable[[], str] = lambda: uuid.uuid4().hex
    person: Callable[[], str] = lambda: uuid.uuid4().hex[:OPAQUE_CHARACTERS]
    salts: Callable[[int], list[str]] = chain.random_salts


class Transaction:
    """A write in progress: what it reads is what it writes upon. Commits when its block ends without an error."""

    def __init__(self, store: Store, connection: Connection, chance: Chance, at: Glance) -> None:
        self._store = store
        self._chance = chance
        self._nows = {at.now}
        self._sequence, self._hash = at.sequence, at.hash
        self._held = not store.is_postgresql
        self._met = 0
        self.connection = connection
        self.now = at.now
        self.snapshot = Snapshot(connection, at.now)

    @property
    def alone(self) -> bool:
        """Does everybody else who would write wait until this commits? Then nothing changes but by what it writes."""
        return self._held

    def lock(self, keys: Iterable[str], *, shared: bool = False) -> None:
        """Hold what is about to be decided upon, before reading it; ``shared``, with others who only look at it.

        ``now`` moves on to the last entry: what is decided upon what others said meanwhile is said after them.
        """
        self._store.lock(self.connection, list(keys), shared=shared)
        self._catch_up()

    def try_lock(self, key: str) -> bool:
        """Hold a key, if nobody else does; never waits. ``now`` moves on as with :meth:`lock`."""
        got = self._store.try_lock(self.connection, key)
        self._catch_up()
        return got

    def new_person(self) -> str:
        """An opaque identifier for a person not met before.

        It tells which entry met the person, and as which of its new ones, and nothing else. So persons sort in the
        order in which they were met, which is the same for every ledger of the same entries, and no answer hangs on
        chance.
        """
        self._met += 1
        return f"{OPAQUE}{self._sequence + 1:08x}{self._met:06x}{self._chance.person()}"

    def acts_since_an_hour(self, names: Iterable[str]) -> list[str]:
        """When an agent, under any of its names, made its entries of the last hour, oldest first.

        Without those that followed by rule from others, and those that were done when a person accepted what it had
        proposed.
        """
        since = stamp(moment(self.now) - timedelta(hours=1))
        first = (
            (statement.c.sequence == entry.c.sequence) & (statement.c.number == 0) & (statement.c.attribute == "act")
        )
        query = (
            select(entry.c.recorded, statement.c.value)
            .outerjoin(statement, first)
            .where(entry.c.actor.in_(list(names)), entry.c.recorded > since, literal_column(AGENTS))
            .order_by(entry.c.sequence)
        )
        rows = self.connection.execute(query).all()
        return [row.recorded for row in rows if row.value is None or _by_itself(orjson.loads(row.value))]

    def entry_of(self, external_id: str) -> tuple[Any, list[Told]] | None:
        """The entry that was made under an external id, with everything that it said; None where there is none."""
        row = self.connection.execute(select(entry).where(entry.c.external_id == external_id)).first()
        return None if row is None else (row, self.snapshot.entry_events(row.sequence))

    def append(self, new: NewEntry, progress: Progress = nobody_watching) -> Entry:
        """Append one entry and carry its statements into the state.

        The same ``external_id`` with the same content again answers with the entry that is there, writing nothing.

        Raises:
            InvalidInput: a statement that the vocabulary does not take; every problem is listed.
            Conflict: the external id was used for something else; or a person's reference was taken meanwhile.
        """
        texts = texts_of(new)
        self._hold_head()
        if new.external_id is not None:
            existing = self._with_external_id(new, texts)
            if existing is not None:
                return existing
        written = self._write_record(new, texts, progress)
        keep.carry(self.connection, written, texts, self.now, progress)
        move = _MOVE_HEAD[self.connection.dialect.name]
        send(self.connection, move, [(written.sequence, written.hash, self.now, self.now)])
        self._sequence, self._hash = written.sequence, written.hash
        return written

    def _catch_up(self) -> None:
        """Move ``now`` on to the last entry, unless everything is held, so that nobody could write meanwhile.

        The newest statement of a source is the one that was said last: what is said earlier than what it answers to
        would be lost.
        """
        if not self._held:
            ((recorded, state_time),) = fetch(self.connection, "select recorded, state_time from head")
            self.now = max(self.now, recorded, state_time)
            self._nows.add(self.now)
            self.snapshot = Snapshot(self.connection, self.now)

    def _hold_head(self) -> None:
        """The head of the chain is one lock; it is taken last and held until the commit."""
        if not self._held:
            self._held = True
            hold_head(self.connection)
            # While this waited, others may have written later than it began, and scheduled what is due by now.
            at = glance(self.connection, known=self.now)
            self.now, self._sequence, self._hash = at.now, at.sequence, at.hash
            if at.is_due:
                keep.carry_out_due(self.connection, self.now)

    def _with_external_id(self, new: NewEntry, texts: Sequence[str]) -> Entry | None:
        if not rows_in(self.connection, entry, "external_id", [new.external_id or ""]):
            return None
        row = self.connection.execute(select(entry).where(entry.c.external_id == new.external_id)).one()
        query = select(statement, file.c.name).where(statement.c.sequence == row.sequence)
        query = query.outerjoin(
            file, (file.c.sequence == statement.c.sequence) & (file.c.number == statement.c.file)
        ).order_by(statement.c.number)
        there = self.connection.execute(query).all()
        if not _same_entry(row, there, new, texts, self._nows):
            raise Conflict(
                f"external id {new.external_id!r} was used for entry {row.sequence}, which says something else",
                hint="use an id of its own for every command",
            )
        return Entry(
            row.sequence, row.id, row.said, row.recorded, row.actor, row.source, row.reason or "", row.previous,
            row.hash, row.external_id, tuple(_statement(one) for one in there),
        )  # fmt: skip

    def _write_record(self, new: NewEntry, texts: Sequence[str], progress: Progress) -> Entry:
        statements, sequence, previous = new.statements, self._sequence + 1, self._hash
        files = {name: number for number, name in enumerate(dict.fromkeys(_file_names(statements)))}
        salts = iter(self._chance.salts(1 + len(files) + len(statements)))
        reason_salt = next(salts)
        # The files come first: a zip that runs out of them has taken no salt too many.
        file_rows = [
            (sequence, number, name, salt, chain.commit(salt, name))
            for (name, number), salt in zip(files.items(), salts, strict=False)
        ]
        rows = list(_statement_rows(sequence, statements, texts, files, salts))
        identifier, said = self._chance.identifier(), new.said or self.now
        reason = chain.commit(reason_salt, new.reason)
        digest = chain.body_hash(
            sequence, identifier, new.external_id, said, self.now, new.actor, new.source, reason,
            [row[-1] for row in file_rows], list(map(chain.covered, rows)), previous,
        )  # fmt: skip
        record = (
            sequence, identifier, new.external_id, said, self.now, new.actor, new.source, new.reason, reason_salt,
            reason, len(rows), previous, digest,
        )  # fmt: skip
        insert_rows(self.connection, entry, [record])
        insert_rows(self.connection, file, file_rows)
        insert_rows(self.connection, statement, rows, progress, "writing statements")
        return Entry(
            sequence, identifier, said, self.now, new.actor, new.source, new.reason, previous, digest,
            new.external_id, tuple(statements),
        )  # fmt: skip


def _by_itself(act: Any) -> bool:
    """Is it an act that its actor came to do? A proposal is: it is made instead of one."""
    proposed = (act["noun"], act["verb"]) == ("proposal", "make")
    return proposed or not (act.get("automatic") or act.get("reviewer"))


def _file_names(statements: Sequence[Statement]) -> Iterator[str]:
    return (one.file for one in statements if one.file is not None)


def _statement_rows(
    sequence: int, statements: Sequence[Statement], texts: Sequence[str], files: Mapping[str, int], salts: Iterator[str]
) -> Iterator[tuple[Any, ...]]:
    """Rows of the ``statement`` table, its columns in order."""
    for number, (one, text, salt) in enumerate(zip(statements, texts, salts, strict=True)):
        yield (
            sequence, number, one.entity, one.attribute, one.item, one.operation, text, salt,
            chain.commit_bytes(salt, text.encode()), one.said, one.valid_from, one.valid_to,
            None if one.file is None else files[one.file], one.line, one.record,
        )  # fmt: skip


def _same_entry(row: Any, there: Sequence[Any], new: NewEntry, texts: Sequence[str], nows: Set[str]) -> bool:
    """Is this the entry that is there? What was erased cannot be compared, and "now" is another time each time."""
    same = (row.actor, row.source) == (new.actor, new.source) and row.reason in (None, new.reason)
    if not same or len(there) != len(texts) or new.said not in (None, *nows, row.said):
        return False
    return all(
        (old.entity, old.attribute, old.operation) == (one.entity, one.attribute, one.operation)
        and old.value in (None, text)
        and (old.file is None) == (one.file is None)
        and old.name in (None, one.file)
        and (old.line, old.record) == (one.line, one.record)
        and one.said in (*nows, old.said)
        and one.valid_from in (*nows, old.valid_from)
        and old.valid_to == one.valid_to
        for old, one, text in zip(there, new.statements, texts, strict=True)
    )


def _statement(row: Any) -> Statement:
    return Statement(
        row.entity, row.attribute, row.item or "", row.operation,
        None if row.value is None else orjson.loads(row.value),
        row.said, row.valid_from, row.valid_to, row.name, row.line, row.record,
    )  # fmt: skip
