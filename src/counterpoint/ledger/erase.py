"""Erasing what names a person: values, salts, file names, quarantined excerpts. The chain stays as valid as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, insert, or_, select, update

from counterpoint.ledger import keep
from counterpoint.ledger.claims import chunks
from counterpoint.ledger.schema import entry, file, handle, quarantine, scheduled, statement
from counterpoint.ledger.write import Transaction
from counterpoint.model.identifiers import fold

_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and what still mentions one of the erased names in free text, for a human to look at."""

    statements: int
    files: int
    reasons: int
    quarantined: int
    mentioned_in: tuple[str, ...]


def erase_person(transaction: Transaction, entity: str, words: Iterable[str] = ()) -> Erased:
    """Erase every value stated on a person, and every file name, reason and excerpt that holds one of its names.

    ``words`` are further names to look for. Statements on other things keep the opaque identifier; those whose text
    holds one of the names are listed, not erased.
    """
    connection = transaction.connection
    names = sorted({*_names(transaction, entity), *(fold(word) for word in words)})
    rows = connection.execute(
        update(statement).where(statement.c.entity == entity, statement.c.salt.is_not(None)).values(**_NOTHING)
    ).rowcount
    files = _erase_texts(transaction, file.c.name, ("sequence", "number"), names)
    reasons = _erase_texts(transaction, entry.c.reason, ("sequence",), names, salt="reason_salt")
    connection.execute(delete(handle).where(handle.c.entity == entity))
    held = _quarantine_holding(transaction, names)
    for numbers in chunks(map(str, held)):
        connection.execute(delete(quarantine).where(quarantine.c.id.in_([int(number) for number in numbers])))
    _refresh(transaction, [entity])
    return Erased(rows, files, reasons, len(held), tuple(_mentioning(transaction, names)))


def erase_statements(transaction: Transaction, names: Sequence[str]) -> Erased:
    """Erase the values of single statements, each named ``sequence.number``."""
    connection = transaction.connection
    rows = 0
    entities: set[str] = set()
    for name in names:
        sequence, _, number = name.partition(".")
        here = (statement.c.sequence == int(sequence)) & (statement.c.number == int(number))
        entities.update(connection.execute(select(statement.c.entity).where(here)).scalars())
        rows += connection.execute(
            update(statement).where(here, statement.c.salt.is_not(None)).values(**_NOTHING)
        ).rowcount
    _refresh(transaction, sorted(entities))
    return Erased(rows, 0, 0, 0, ())


_NOTHING: dict[str, Any] = {"value": None, "salt": None, "item": ""}


def _names(transaction: Transaction, entity: str) -> set[str]:
    query = select(statement.c.attribute, statement.c.value).where(
        statement.c.entity == entity,
        statement.c.attribute.in_(("handle", "name", "address", "title")),
        statement.c.value.is_not(None),
    )
    found = set(transaction.connection.execute(select(handle.c.slug).where(handle.c.entity == entity)).scalars())
    for attribute, text in transaction.connection.execute(query):
        value = orjson.loads(text)
        if value is not None:
            found.add(value["handle"] if attribute == "handle" else value)
    return {fold(name) for name in found if len(name) >= _SHORTEST_NAME}


def _holds(text: str, names: Sequence[str]) -> bool:
    folded = fold(text)
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names)


def _erase_texts(
    transaction: Transaction, column: Any, key: tuple[str, ...], names: Sequence[str], salt: str = "salt"
) -> int:
    if not names:
        return 0
    connection, table, erased = transaction.connection, column.table, 0
    query = select(*(table.c[name] for name in key), column).where(column.is_not(None))
    for row in connection.execute(query).all():
        if _holds(row[-1], names):
            here = [table.c[name] == value for name, value in zip(key, row, strict=False)]
            connection.execute(update(table).where(*here).values({column.name: None, salt: None}))
            erased += 1
    return erased


def _quarantine_holding(transaction: Transaction, names: Sequence[str]) -> list[int]:
    if not names:
        return []
    texts = ("message", "hint", "file", "excerpt", "record")
    query = select(quarantine.c.id, *(quarantine.c[name] for name in texts))
    rows = transaction.connection.execute(query).all()
    return [row[0] for row in rows if any(text and _holds(text, names) for text in row[1:])]


def _mentioning(transaction: Transaction, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    probes = [statement.c.value.icontains(name, autoescape=True) for name in names]
    query = select(statement.c.sequence, statement.c.number, statement.c.value).where(or_(*probes))
    rows = transaction.connection.execute(query.order_by(statement.c.sequence, statement.c.number))
    return [f"{row.sequence}.{row.number}" for row in rows if _holds(row.value, names)]


def _refresh(transaction: Transaction, entities: Sequence[str]) -> None:
    """Make the rows of what was touched anew, and forget what was scheduled for values that are gone."""
    connection = transaction.connection
    keep.recompute(connection, transaction.now, entities)
    connection.execute(delete(scheduled).where(scheduled.c.entity.in_(entities)))
    wanted = [row for row in keep.scheduled_from_statements(connection, transaction.now) if row[1] in set(entities)]
    if wanted:
        names = ("due", "entity", "attribute", "item", "source")
        connection.execute(insert(scheduled), [dict(zip(names, row, strict=True)) for row in sorted(wanted)])
