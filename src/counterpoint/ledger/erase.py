"""Erasing what names a person: values, salts, file names, quarantined excerpts. The chain stays as valid as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import and_, delete, or_, select, update

from counterpoint.ledger import keep
from counterpoint.ledger.claims import chunks
from counterpoint.ledger.rows import insert_rows
from counterpoint.ledger.schema import entry, file, handle, quarantine, scheduled, statement
from counterpoint.ledger.traces import forget_actors, trace_actors
from counterpoint.ledger.write import Transaction
from counterpoint.model.identifiers import fold
from counterpoint.model.records import Erased
from counterpoint.model.statements import Json

# What says that somebody was erased names nobody, and stays.
AUDIT = "erased"
_SHORTEST_NAME = 3
_NOTHING: dict[str, Any] = {"value": None, "salt": None, "item": ""}


def erase_person(transaction: Transaction, entity: str, words: Iterable[str] = ()) -> Erased:
    """Erase every value stated on a person, under any identity that was joined to it, and every file name, reason and
    excerpt that holds one of its names.

    ``words`` are further names to look for. Statements on other things keep the opaque identifier; those whose text
    holds one of the names are listed, not erased.
    """
    connection = transaction.connection
    entities, names = joined(transaction, entity), names_of_person(transaction, entity, words)
    actors, alike = _actors_of(transaction, entities, names)
    forget_actors(connection, actors)
    here = statement.c.entity.in_(entities), statement.c.attribute != AUDIT, statement.c.salt.is_not(None)
    rows = connection.execute(update(statement).where(*here).values(**_NOTHING)).rowcount
    files = _erase_texts(transaction, file.c.name, ("sequence", "number"), names)
    reasons = _erase_texts(transaction, entry.c.reason, ("sequence",), names, salt="reason_salt")
    held = _quarantine_holding(transaction, names)
    for numbers in chunks(map(str, held)):
        connection.execute(delete(quarantine).where(quarantine.c.id.in_([int(number) for number in numbers])))
    _refresh(transaction, entities)
    mentioned = (*_mentioning(transaction, names), *alike)
    return Erased(rows, files, reasons, len(held), mentioned, len(actors), 0)


def names_of_person(transaction: Transaction, entity: str, words: Iterable[str] = ()) -> list[str]:
    """What names a person, under any identity that was joined to it, folded; ``words`` are names beside those."""
    names = _names(transaction, joined(transaction, entity))
    return sorted({*names, *(fold(word) for word in words)} - {""})


def erase_statements(transaction: Transaction, names: Sequence[str]) -> Erased:
    """Erase the values of single statements, each named ``sequence.number``.

    An element of a set goes with every other statement of the same element, because each of them says it.
    """
    connection = transaction.connection
    rows = 0
    entities: set[str] = set()
    for name in names:
        sequence, _, number = name.partition(".")
        here = (statement.c.sequence == int(sequence)) & (statement.c.number == int(number))
        found = connection.execute(select(statement).where(here, statement.c.salt.is_not(None))).first()
        if found is None:
            continue
        entities.add(found.entity)
        if found.item:
            names_it = statement.c.entity == found.entity, statement.c.attribute == found.attribute
            here |= and_(*names_it, statement.c.item == found.item)
        rows += connection.execute(
            update(statement).where(here, statement.c.salt.is_not(None)).values(**_NOTHING)
        ).rowcount
    _refresh(transaction, sorted(entities))
    return Erased(rows, 0, 0, 0, (), 0, 0)


def joined(transaction: Transaction, entity: str) -> list[str]:
    """Every identity that is joined to this one by an alias, itself included."""
    pairs = list(transaction.snapshot.aliases().items())
    found = {entity}
    while more := {one for pair in pairs if found & set(pair) for one in pair} - found:
        found |= more
    return sorted(found)


def _names(transaction: Transaction, entities: Sequence[str]) -> set[str]:
    query = select(statement.c.attribute, statement.c.value).where(
        statement.c.entity.in_(entities),
        statement.c.attribute.in_(("handle", "name", "address", "title")),
        statement.c.value.is_not(None),
    )
    slugs = select(handle.c.slug).where(handle.c.entity.in_(entities))
    found = set(transaction.connection.execute(slugs).scalars())
    for attribute, text in transaction.connection.execute(query):
        value = orjson.loads(text)
        if value is not None:
            found.add(value["handle"] if attribute == "handle" else value)
    return {fold(name) for name in found if len(name) >= _SHORTEST_NAME}


def _actors_of(transaction: Transaction, entities: Sequence[str], names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The actors of the lake that are this person by a handle or address, or whose own holds one of the names; and
    those that are only called alike, and may be somebody else."""
    handles = _handles(transaction, entities)
    mine, alike = [], []
    for one in trace_actors(transaction.connection):
        if one.handle is None:
            continue
        if (fold(one.system or ""), fold(one.handle)) in handles or holds(one.handle, names):
            mine.append(one.actor)
        elif one.name and holds(one.name, names):
            alike.append(one.actor)
    return mine, alike


def _handles(transaction: Transaction, entities: Sequence[str]) -> set[tuple[str, str]]:
    """The handles of a person, each with its system, folded; an address is a handle of the system *email*."""
    query = select(statement.c.attribute, statement.c.value).where(
        statement.c.entity.in_(entities),
        statement.c.attribute.in_(("handle", "address")),
        statement.c.value.is_not(None),
    )
    found = set()
    for attribute, text in transaction.connection.execute(query):
        value = orjson.loads(text)
        pair = (value["system"], value["handle"]) if attribute == "handle" else ("email", value)
        if all(isinstance(one, str) for one in pair):
            found.add((fold(pair[0]), fold(pair[1])))
    return found


def holds(text: str, names: Sequence[str]) -> bool:
    """Is one of some folded names in a text, as a word or words of its own?"""
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
        if holds(row[-1], names):
            here = [table.c[name] == value for name, value in zip(key, row, strict=False)]
            connection.execute(update(table).where(*here).values({column.name: None, salt: None}))
            erased += 1
    return erased


def _quarantine_holding(transaction: Transaction, names: Sequence[str]) -> list[int]:
    if not names:
        return []
    texts = ("message", "hint", "file", "excerpt", "record", "request")
    query = select(quarantine.c.id, *(quarantine.c[name] for name in texts))
    rows = transaction.connection.execute(query).all()
    return [row[0] for row in rows if any(text and holds(text, names) for text in row[1:])]


def _mentioning(transaction: Transaction, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    query = select(statement.c.sequence, statement.c.number, statement.c.value).where(statement.c.value.is_not(None))
    if probes := [_longest_plain_part(name) for name in names]:
        # SQLite folds the case of plain letters only, so the rest of a name is looked at here and not there.
        query = query.where(or_(*(statement.c.value.icontains(part, autoescape=True) for part in probes)))
    rows = transaction.connection.execute(query.order_by(statement.c.sequence, statement.c.number))
    return [
        f"{row.sequence}.{row.number}"
        for row in rows
        if any(holds(text, names) for text in _texts(orjson.loads(row.value)))
    ]


def _longest_plain_part(name: str) -> str:
    parts: list[str] = re.findall(r"[\x20\x21\x23-\x5b\x5d-\x7e]*", name)
    return max(parts, key=len)


def _texts(value: Json) -> Iterator[str]:
    """Every text in a value, so that its JSON's own escapes do not hide where a word begins."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _refresh(transaction: Transaction, entities: Sequence[str]) -> None:
    """Make the rows of what was touched anew, and forget what values that are gone brought along."""
    connection = transaction.connection
    keep.recompute(connection, transaction.now, entities)
    connection.execute(delete(scheduled).where(scheduled.c.entity.in_(entities)))
    due = keep.scheduled_from_statements(connection, transaction.now)
    insert_rows(connection, scheduled, sorted(key for key in due if key[1] in set(entities)))
    connection.execute(delete(handle).where(handle.c.entity.in_(entities)))
    known = dict.fromkeys(found[:3] for found in keep.handles_from_statements(connection) if found[2] in set(entities))
    insert_rows(connection, handle, list(known))
