"""Writing: one entry, and the rows of the state that follow from it, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from counterpoint.errors import BadValue, Conflict, InvalidInput, Problem
from counterpoint.ledger import chain, keep
from counterpoint.ledger.schema import entry, file, head, statement
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.store import Store
from counterpoint.model import times
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import KIND_NAMES, attribute_of
from counterpoint.model.statements import Entry, Statement
from counterpoint.model.values import check, item_of

Progress = Callable[[str, int, int], None]
OPAQUE_CHARACTERS = 16


def nobody_watching(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Where identifiers and salts come from. Tests put in their own to get the same bytes twice."""

    identifier: Callable[[], str] = lambda: uuid.uuid4().hex
    person: Callable[[], str] = lambda: "person:~" + uuid.uuid4().hex[:OPAQUE_CHARACTERS]
    salts: Callable[[int], list[str]] = chain.random_salts


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be appended. Statements carry their own times; ``said`` is the entry's, None for now."""

    actor: str
    source: str
    statements: Sequence[Statement]
    reason: str = ""
    said: str | None = None
    external_id: str | None = None
    problems: Sequence[Problem] = field(default=())


class Transaction:
    """A write in progress: what it reads is what it writes upon. Commits when its block ends without an error."""

    def __init__(self, store: Store, connection: Connection, chance: Chance, clock: Callable[[], str] | None) -> None:
        self._store = store
        self._chance = chance
        self.connection = connection
        self.now = max(clock() if clock else store.now(connection), self._head_row().recorded)
        keep.carry_out_due(connection, self.now)
        self.snapshot = Snapshot(connection, self.now)

    def lock(self, keys: Iterable[str]) -> None:
        """Hold what is about to be decided upon, before reading it."""
        self._store.lock(self.connection, list(keys))

    def new_person(self) -> str:
        """An opaque identifier for a person not met before."""
        return self._chance.person()

    def append(self, new: NewEntry, progress: Progress = nobody_watching) -> Entry:
        """Append one entry and carry its statements into the state.

        The same ``external_id`` with the same statements again answers with the entry that is there, writing nothing.

        Raises:
            InvalidInput: a statement that the vocabulary does not take; every problem is listed.
            Conflict: the external id was used for something else; or a person's reference was taken meanwhile.
        """
        statements = _checked(new.statements)
        if new.external_id is not None:
            existing = self._with_external_id(new, statements)
            if existing is not None:
                return existing
        at = self._take_head()
        self.now = max(self.now, at.recorded)
        written = self._write_record(new, statements, at.sequence + 1, at.hash, progress)
        keep.carry(self.connection, written, self.now, progress)
        self.connection.execute(
            update(head).values(
                sequence=written.sequence, hash=written.hash, recorded=written.recorded, state_time=self.now
            )
        )
        return written

    def _head_row(self) -> Any:
        return self.connection.execute(select(head)).one()

    def _take_head(self) -> Any:
        """The head of the chain is one lock; it is taken last and held until the commit."""
        return self.connection.execute(select(head).with_for_update()).one()

    def _with_external_id(self, new: NewEntry, statements: Sequence[Statement]) -> Entry | None:
        self.lock([f"external:{new.external_id}"])
        row = self.connection.execute(select(entry).where(entry.c.external_id == new.external_id)).first()
        if row is None:
            return None
        query = select(statement).where(statement.c.sequence == row.sequence).order_by(statement.c.number)
        rows = self.connection.execute(query).all()
        same = (row.actor, row.source) == (new.actor, new.source) and len(rows) == len(statements)
        if not same or not all(_says_the_same(there, here) for there, here in zip(rows, statements, strict=True)):
            raise Conflict(
                f"external id {new.external_id!r} was used for entry {row.sequence}, which says something else",
                hint="use an id of its own for every command",
            )
        return _entry_of(row, statements)

    def _write_record(
        self, new: NewEntry, statements: Sequence[Statement], sequence: int, previous: str, progress: Progress
    ) -> Entry:
        salts = iter(self._chance.salts(2 * len(statements) + 1))
        reason_salt = next(salts)
        files = {name: number for number, name in enumerate(dict.fromkeys(_file_names(statements)))}
        file_rows = [
            {"sequence": sequence, "number": number, "name": name, "salt": salt, "commitment": chain.commit(salt, name)}
            for (name, number), salt in zip(files.items(), salts, strict=False)
        ]
        rows = list(_statement_rows(sequence, statements, files, salts))
        identifier, said = self._chance.identifier(), new.said or self.now
        reason = chain.commit(reason_salt, new.reason)
        digest = chain.body_hash(
            sequence, identifier, new.external_id, said, self.now, new.actor, new.source, reason,
            [str(row["commitment"]) for row in file_rows], map(hashed_row, rows), previous,
        )  # fmt: skip
        record = {
            "sequence": sequence, "id": identifier, "external_id": new.external_id, "said": said,
            "recorded": self.now, "actor": new.actor, "source": new.source, "reason": new.reason,
            "reason_salt": reason_salt, "reason_commitment": reason, "statements": len(rows),
            "previous": previous, "hash": digest,
        }  # fmt: skip
        self.connection.execute(insert(entry), record)
        if file_rows:
            self.connection.execute(insert(file), file_rows)
        keep.insert_many(self.connection, statement, rows, progress, "writing statements")
        return Entry(
            sequence, identifier, said, self.now, new.actor, new.source, new.reason, previous, digest,
            new.external_id, tuple(statements),
        )  # fmt: skip


def _entry_of(row: Any, statements: Sequence[Statement]) -> Entry:
    return Entry(
        row.sequence, row.id, row.said, row.recorded, row.actor, row.source, row.reason or "", row.previous, row.hash,
        row.external_id, tuple(statements),
    )  # fmt: skip


def _says_the_same(row: Any, new: Statement) -> bool:
    if row.value is None:
        return bool(row.entity == new.entity and row.attribute == new.attribute)
    there = (row.entity, row.attribute, row.operation, orjson.loads(row.value))
    return there == (new.entity, new.attribute, new.operation, new.value)


def _file_names(statements: Sequence[Statement]) -> Iterator[str]:
    return (one.file for one in statements if one.file is not None)


def _statement_rows(
    sequence: int, statements: Sequence[Statement], files: Mapping[str, int], salts: Iterator[str]
) -> Iterator[dict[str, Any]]:
    for number, (one, salt) in enumerate(zip(statements, salts, strict=False)):
        value = chain.canonical(one.value)
        yield {
            "sequence": sequence,
            "number": number,
            "entity": one.entity,
            "attribute": one.attribute,
            "item": one.item,
            "operation": one.operation,
            "value": value.decode(),
            "salt": salt,
            "commitment": chain.commit_bytes(salt, value),
            "said": one.said,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "file": None if one.file is None else files[one.file],
            "line": one.line,
            "record": one.record,
        }


def hashed_row(row: Mapping[str, Any]) -> list[Any]:
    """What the chain covers of a statement's row, in order."""
    return [
        row["entity"], row["attribute"], row["operation"], row["commitment"], row["said"], row["valid_from"],
        row["valid_to"], row["file"], row["line"], row["record"],
    ]  # fmt: skip


def _checked(statements: Sequence[Statement]) -> list[Statement]:
    """The statements with canonical values, or every problem with them at once."""
    problems: list[Problem] = []
    good: list[Statement] = []
    for one in statements:
        problem = _problem_with(one)
        if problem is None:
            good.append(one)
        else:
            problems.append(problem)
    if problems:
        raise InvalidInput(f"{len(problems)} statements cannot be made; nothing was written", problems=problems)
    return good


def _problem_with(one: Statement) -> Problem | None:
    kind = kind_of(one.entity)
    declared = attribute_of(kind, one.attribute)
    if declared is None:
        hint = "see the vocabulary for the attributes of each kind"
        name = one.attribute if kind in KIND_NAMES else one.entity
        return Problem(f"the vocabulary has no {name!r} of {kind}", one.file, one.line, one.attribute, hint)
    if one.operation == "retract" and not declared.many:
        return None
    try:
        if check(declared, one.value) != one.value:
            return Problem(f"{one.value!r} is not in canonical form", one.file, one.line, one.attribute)
        if item_of(declared, one.value) != one.item:
            return Problem(f"{one.item!r} does not name {one.value!r}", one.file, one.line, one.attribute)
        if one.valid_to is not None and times.moment(one.valid_to) <= times.moment(one.valid_from):
            return Problem("it ends before it starts", one.file, one.line, one.attribute, "mend valid_to")
    except BadValue as error:
        return Problem(error.message, one.file, one.line, one.attribute, error.hint)
    return None
