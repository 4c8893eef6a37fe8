"""A clock and a chance that tests hold in their hands, and the plain contents of a ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import RECORD, STATE, entry, file, metadata, statement
from counterpoint.ledger.write import Chance, NewEntry
from counterpoint.model.statements import Entry, Json, Statement

START = "2026-01-01T12:00:00.000000Z"


def day(number: int) -> str:
    """A stamp, so many days after the first of January 2026."""
    month, of_month = divmod(number, 28)
    return f"2026-{month + 1:02d}-{of_month + 1:02d}T12:00:00.000000Z"


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: str = START

    def __call__(self) -> str:
        return self.now


@dataclass
class Dice:
    """The same identifiers and salts every time."""

    rolled: int = field(default=0)

    def _roll(self) -> str:
        self.rolled += 1
        return hashlib.sha256(str(self.rolled).encode()).hexdigest()[:32]

    def chance(self) -> Chance:
        """What a ledger takes."""
        return Chance(self._roll, lambda: self._roll()[:12], lambda n: [self._roll() for _ in range(n)])


def said(entity: str, attribute: str, value: Json, at: str = START, **more: Any) -> Statement:
    """A statement that holds from the moment it was said, with its item left to the caller where it is a set."""
    more.setdefault("item", "")
    return Statement(entity, attribute, more.pop("item"), "state", value, at, more.pop("valid_from", at), **more)


def append(ledger: Ledger, *statements: Statement, source: str = "tracker", **more: Any) -> Entry:
    """One entry in a transaction of its own."""
    with ledger.write() as transaction:
        return transaction.append(NewEntry(more.pop("actor", "ana"), source, statements, **more))


def tables(ledger: Ledger, *, of_state: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the record and the state (or of the state only), sorted."""
    wanted = STATE if of_state else (*RECORD, *STATE)
    with ledger.store.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr) for table in wanted
        }


def entries_of(ledger: Ledger) -> list[Entry]:
    """The record as plain entries, read in the most direct way."""
    with ledger.store.reading() as connection:
        files = {(row.sequence, row.number): row.name for row in connection.execute(select(file))}
        inside: dict[int, list[Statement]] = {}
        for row in connection.execute(select(statement).order_by(statement.c.sequence, statement.c.number)):
            value = None if row.value is None else orjson.loads(row.value)
            inside.setdefault(row.sequence, []).append(
                Statement(
                    row.entity,
                    row.attribute,
                    row.item,
                    row.operation,
                    value,
                    row.said,
                    row.valid_from,
                    row.valid_to,
                    files.get((row.sequence, row.file)),
                    row.line,
                    row.record,
                )
            )
        return [
            Entry(
                row.sequence,
                row.id,
                row.said,
                row.recorded,
                row.actor,
                row.source,
                row.reason or "",
                row.previous,
                row.hash,
                row.external_id,
                tuple(inside.get(row.sequence, ())),
            )
            for row in connection.execute(select(entry).order_by(entry.c.sequence))
        ]


def wipe(ledger: Ledger, head: Sequence[Any]) -> None:
    """Bring a ledger back to when it was empty; ``head`` is the head it had then."""
    with ledger.store.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
        first = metadata.tables["head"]
        connection.execute(first.insert(), dict(zip(first.c.keys(), head, strict=True)))
