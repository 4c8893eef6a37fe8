"""Keeping the state: the rows that follow from statements, carried along entry by entry, or made anew.

:func:`carry` does what one entry changes. :func:`recompute` makes an entity's rows (or all) from its statements, by
another way (a window over all of them); the two must agree, and tests and ``verify`` hold them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, select, update

from counterpoint.errors import Conflict
from counterpoint.ledger import open_work, schema
from counterpoint.ledger.claims import Moment, chunks, rows_as_of
from counterpoint.ledger.rows import BATCH, delete_rows, insert_rows, replace_rows, rows_in
from counterpoint.ledger.schema import STATE, current, entry, handle, head, mention, scheduled, statement
from counterpoint.model import identifiers
from counterpoint.model.kinds import attribute_of
from counterpoint.model.mentions import NAMING_SOMEWHERE, may_name, named
from counterpoint.model.statements import Entry, Statement

Key = tuple[str, str, str, str]
Row = tuple[Any, ...]
_KEY = ("entity", "attribute", "item", "source")
# Where things are in a row of `current`; its first four are the key.
_OPERATION, _VALUE, _SAID, _DIFFERS = 4, 5, 6, 11


def carry(
    connection: Connection,
    written: Entry,
    texts: Sequence[str],
    now: str,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> None:
    """Carry one entry into the state tables. ``texts`` are the canonical texts of its values.

    Raises:
        Conflict: a person's reference means somebody else already.
    """
    newest = _newest(written, texts, now)
    _schedule(connection, written, now)
    _learn_handles(connection, _handles(written.statements))
    change = _Change()
    done = 0
    for keys in chunks(newest):
        change.compare(connection, newest, keys)
        done += len(keys)
        progress("comparing with the state", done, len(newest))
    change.write(connection, progress)
    open_work.refresh(connection, change.provided | _works(newest))


def carry_out_due(connection: Connection, now: str) -> None:
    """Carry out what was scheduled for a moment that has come. The state then holds as of ``now``."""
    due = connection.execute(select(scheduled.c.entity, scheduled.c.due).where(scheduled.c.due <= now)).all()
    if due:
        connection.execute(delete(scheduled).where(scheduled.c.due <= now))
        recompute(connection, now, sorted({row.entity for row in due}))
        # Not the clock's time but the moment that came: so the record tells what may stand here, and verify checks it.
        connection.execute(update(head), {"state_time": max(row.due for row in due)})


def carry_over(connection: Connection, sequence: int, now: str) -> None:
    """Make the state follow one entry that was copied into the record, whatever of it was erased."""
    rows = connection.execute(select(statement).where(statement.c.sequence == sequence)).all()
    source = connection.execute(select(entry.c.source).where(entry.c.sequence == sequence)).scalar_one()
    recompute(connection, now, sorted({row.entity for row in rows}))
    coming = {
        (due, row.entity, row.attribute, row.item or "", source)
        for row in rows
        for due in (row.valid_from, row.valid_to)
        if due is not None and due > now
    }
    replace_rows(connection, scheduled, sorted(coming))


def recompute(connection: Connection, now: str, entities: Sequence[str]) -> None:
    """Make the rows of these entities anew from their statements."""
    provided: set[str] = set()
    for keys in chunks(entities):
        provided |= open_work.provided_for(rows_in(connection, mention, "entity", keys))
        connection.execute(delete(current).where(current.c.entity.in_(keys)))
        connection.execute(delete(mention).where(mention.c.entity.in_(keys)))
        _insert_state(connection, rows_from_statements(connection, now, statement.c.entity.in_(keys)))
        provided |= open_work.provided_for(rows_in(connection, mention, "entity", keys))
    open_work.refresh(connection, provided | _works(entities))


def rebuild(connection: Connection, now: str) -> str:
    """Make every row of the state anew from the record, as of ``now``. The last moment at which something changed by
    itself, empty where nothing did."""
    for table in STATE:
        connection.execute(delete(table))
    _insert_state(connection, rows_from_statements(connection, now))
    insert_rows(connection, schema.open_work, list(open_work.rows(connection)))
    _learn_handles(connection, [found[:3] for found in handles_from_statements(connection)])
    insert_rows(connection, scheduled, sorted(scheduled_from_statements(connection, now)))
    came = [
        connection.execute(select(func.max(column)).where(column <= now)).scalar_one()
        for column in (statement.c.valid_from, statement.c.valid_to)
    ]
    return max(moment or "" for moment in came)


def rows_from_statements(connection: Connection, now: str, where: Any = None) -> Iterator[tuple[Any, ...]]:
    """The rows of ``current`` as they follow from the statements, ordered by key."""
    source = rows_as_of(Moment(now), where)
    query = select(source).order_by(*(source.c[name] for name in _KEY)).execution_options(yield_per=5000)
    for _, group in groupby(map(tuple, connection.execute(query)), key=lambda row: row[:2]):
        rows = [(*row[:_VALUE], None if row[_OPERATION] == "retract" else row[_VALUE], *row[_SAID:]) for row in group]
        differs = _differ(rows)
        for row in rows:
            yield (*row, differs)


def mentions_of(row: Row) -> list[tuple[str, ...]]:
    """The rows of ``mention`` that a row of ``current`` makes."""
    entity, attribute, item, source, operation, text = row[:6]
    if attribute not in NAMING_SOMEWHERE or operation != "state":
        return []
    kind = identifiers.kind_of(entity)
    if not may_name(kind, attribute):
        return []
    value = orjson.loads(text)
    targets = [value] if isinstance(value, str) else [target for _, target in named(kind, attribute, value)]
    return [(target, entity, attribute, item, source) for target in targets]


def handles_from_statements(connection: Connection) -> list[tuple[str, str, str, int]]:
    """Namespace, slug, person and entry of every reference to a person that was ever stated and not erased."""
    query = (
        select(statement.c.entity, statement.c.value, statement.c.sequence)
        .where(statement.c.attribute == "handle", statement.c.operation == "state", statement.c.value.is_not(None))
        .order_by(statement.c.sequence, statement.c.number)
    )
    found = connection.execute(query)
    stated: list[tuple[str, str, str, int]] = []
    for entity, value, sequence in found:
        namespace, slug, _ = _reference_of(entity, orjson.loads(value))
        stated.append((namespace, slug, entity, sequence))
    return stated


def scheduled_from_statements(connection: Connection, now: str) -> dict[tuple[str, ...], int]:
    """Every moment after ``now`` at which a statement starts or stops to hold, and the last entry that said so."""
    columns = [statement.c[name] for name in ("valid_from", "valid_to", "entity", "attribute", "item")]
    query: Any = (
        select(*columns, entry.c.source, statement.c.sequence)
        .join(entry, entry.c.sequence == statement.c.sequence)
        .where((statement.c.valid_from > now) | (statement.c.valid_to > now))
        .order_by(statement.c.sequence)
    )
    found: dict[tuple[str, ...], int] = {}
    for first, last, *key, sequence in connection.execute(query):
        for due in (first, last):
            if due is not None and due > now:
                found[(due, *key)] = sequence
    return found


def _newest(written: Entry, texts: Sequence[str], now: str) -> dict[str, list[Row]]:
    """Per entity, the entry's newest statement for each key that holds now, as a row of ``current``."""
    newest: dict[Key, Row] = {}
    sequence, source = written.sequence, written.source
    for number, (one, text) in enumerate(zip(written.statements, texts, strict=True)):
        if one.valid_from > now or (one.valid_to is not None and one.valid_to <= now):
            continue
        key = (one.entity, one.attribute, one.item, source)
        there = newest.get(key)
        if there is None or there[_SAID] <= one.said:
            newest[key] = (
                *key, one.operation, None if one.operation == "retract" else text, one.said, sequence, number,
                one.valid_from, one.valid_to, False,
            )  # fmt: skip
    by_entity: dict[str, list[Row]] = {}
    for row in newest.values():
        by_entity.setdefault(row[0], []).append(row)
    return by_entity


class _Change:
    """What an entry changes in the rows of the state, gathered and then written at once."""

    def __init__(self) -> None:
        self._added: list[Row] = []
        self._changed: list[Row] = []
        self._forgotten: list[Row] = []
        self._mentions: list[Row] = []
        self.provided: set[str] = set()
        """The works that are named anew, or no more, as what a dependency needs."""

    def compare(self, connection: Connection, newest: dict[str, list[Row]], entities: list[str]) -> None:
        """Take up what the newest statements on these entities change."""
        there: dict[Row, Row] = {}
        beside: dict[Row, list[Row]] = {}
        for row in rows_in(connection, current, "entity", entities):
            there[row[:4]] = row
            beside.setdefault(row[:2], []).append(row)
        known = {row[0] for row in there}
        for entity in entities:
            if entity not in known:
                self._added.extend(newest[entity])
                for new in newest[entity]:
                    self._mentions.extend(mentions_of(new))
                continue
            for new in newest[entity]:
                old = there.get(new[:4])
                if old is None or old[_SAID] <= new[_SAID]:
                    self._take(old, new, beside.get(new[:2], ()))

    def _take(self, old: Row | None, new: Row, beside: Iterable[Row]) -> None:
        """``new`` takes the place of ``old``; ``beside`` are the rows of every source on the same attribute."""
        others = [row for row in beside if row[:4] != new[:4]]
        if others:
            differs = _differ([new, *others])
            new = (*new[:_DIFFERS], differs)
            self._changed.extend((*row[:_DIFFERS], differs) for row in others if row[_DIFFERS] != differs)
        (self._added if old is None else self._changed).append(new)
        if old is not None and (old[_OPERATION], old[_VALUE]) == (new[_OPERATION], new[_VALUE]):
            return
        if old is not None and (before := mentions_of(old)):
            self._forgotten.append(new[:4])
            self.provided |= open_work.provided_for(before)
        self._mentions.extend(mentions_of(new))

    def write(self, connection: Connection, progress: Callable[[str, int, int], None]) -> None:
        """Write it all."""
        self.provided |= open_work.provided_for(self._mentions)
        delete_rows(connection, mention, _KEY, self._forgotten)
        insert_rows(connection, current, self._added, progress, "writing the state")
        replace_rows(connection, current, self._changed)
        insert_rows(connection, mention, self._mentions, progress, "writing who names whom")


def _works(entities: Iterable[str]) -> set[str]:
    return {entity for entity in entities if identifiers.kind_of(entity) == "work"}


def _differ(rows: Sequence[Row]) -> bool:
    """Do the live claims on one attribute of one entity differ? Elements of a set never do."""
    if len(rows) < 2:
        return False
    declared = attribute_of(identifiers.kind_of(rows[0][0]), rows[0][1])
    if declared is None or declared.many:
        return False
    return len({row[_VALUE] for row in rows if row[_OPERATION] == "state"}) > 1


def _schedule(connection: Connection, written: Entry, now: str) -> None:
    rows = {
        (due, one.entity, one.attribute, one.item, written.source)
        for one in written.statements
        for due in (one.valid_from, one.valid_to)
        if due is not None and due > now
    }
    if rows:
        there = select(scheduled).where(scheduled.c.due.in_(sorted({key[0] for key in rows})))
        rows -= {tuple(row) for row in connection.execute(there)}
        insert_rows(connection, scheduled, sorted(rows))


def _handles(statements: Iterable[Statement]) -> list[tuple[str, str, str]]:
    return [
        _reference_of(one.entity, one.value)
        for one in statements
        if one.attribute == "handle" and one.operation == "state"
    ]


def _reference_of(entity: str, value: Any) -> tuple[str, str, str]:
    return str(value.get("namespace") or ""), identifiers.slugify(value["handle"]), entity


def _learn_handles(connection: Connection, found: Sequence[tuple[str, str, str]]) -> None:
    """Remember which person each reference means.

    Raises:
        Conflict: it means somebody else already.
    """
    wanted: dict[tuple[str, str], str] = {}
    by_namespace: dict[str, list[str]] = {}
    for namespace, slug, entity in found:
        if wanted.setdefault((namespace, slug), entity) != entity:
            raise _taken(namespace, slug)
        by_namespace.setdefault(namespace, []).append(slug)
    for namespace, slugs in by_namespace.items():
        for keys in chunks(sorted(set(slugs))):
            query = select(handle.c.slug, handle.c.entity).where(
                handle.c.namespace == namespace, handle.c.slug.in_(keys)
            )
            for slug, entity in connection.execute(query):
                if wanted.pop((namespace, slug)) != entity:
                    raise _taken(namespace, slug)
    insert_rows(connection, handle, [(*key, entity) for key, entity in sorted(wanted.items())])


def _taken(namespace: str, slug: str) -> Conflict:
    reference = identifiers.Ref("person", slug, namespace)
    return Conflict(f"{reference} is somebody else already", hint="join the two with an alias instead")


def _insert_state(connection: Connection, rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, BATCH)):
        insert_rows(connection, current, batch)
        insert_rows(connection, mention, [found for row in batch for found in mentions_of(row)])
