"""Keeping the state: the rows that follow from statements, carried along entry by entry, or made anew.

:func:`carry` does what one entry changes. :func:`recompute` makes an entity's rows (or all) from its statements, by
another way (a window over all of them); the two must agree, and tests and ``verify`` hold them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select, update

from counterpoint.errors import Conflict
from counterpoint.ledger.claims import Moment, chunks, rows_as_of
from counterpoint.ledger.schema import STATE, current, entry, handle, head, mention, scheduled, statement
from counterpoint.model import identifiers
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Entry, Statement
from counterpoint.model.values import references

BATCH = 20_000
Row = dict[str, Any]
Key = tuple[str, str, str, str]
_ROW_KEY = ("entity", "attribute", "item", "source")
_COLUMNS = [column.name for column in current.c]


def insert_many(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    progress: Callable[[str, int, int], None],
    what: str,
) -> None:
    """Insert rows in batches, telling how far it is."""
    for start in range(0, len(rows), BATCH):
        connection.execute(insert(table), rows[start : start + BATCH])
        progress(what, min(start + BATCH, len(rows)), len(rows))


def carry(
    connection: Connection, written: Entry, now: str, progress: Callable[[str, int, int], None] = lambda *_: None
) -> None:
    """Carry one entry into the state tables.

    Raises:
        Conflict: a person's reference means somebody else already.
    """
    newest = _newest(written, now)
    _schedule(connection, written, now)
    _learn_handles(connection, _handles(written.statements))
    entities = list(dict.fromkeys(key[0] for key in newest))
    done = 0
    for keys in chunks(entities):
        _carry_entities(connection, written, newest, keys)
        done += len(keys)
        progress("carrying into the state", done, len(entities))


def carry_out_due(connection: Connection, now: str) -> None:
    """Carry out what was scheduled for a moment that has come. The state then holds as of ``now``."""
    due = connection.execute(select(scheduled.c.entity).where(scheduled.c.due <= now).distinct()).scalars().all()
    if due:
        connection.execute(delete(scheduled).where(scheduled.c.due <= now))
        recompute(connection, now, sorted(due))
        connection.execute(update(head).values(state_time=now))


def is_due(connection: Connection, now: str) -> bool:
    """Has a moment come for which something was scheduled?"""
    return connection.execute(select(scheduled.c.due).where(scheduled.c.due <= now).limit(1)).first() is not None


def recompute(connection: Connection, now: str, entities: Sequence[str]) -> None:
    """Make the rows of these entities anew from their statements."""
    for keys in chunks(entities):
        connection.execute(delete(current).where(current.c.entity.in_(keys)))
        connection.execute(delete(mention).where(mention.c.entity.in_(keys)))
        _insert_state(connection, rows_from_statements(connection, now, statement.c.entity.in_(keys)))


def rebuild(connection: Connection, now: str) -> None:
    """Make every row of the state anew from the record."""
    for table in STATE:
        connection.execute(delete(table))
    _insert_state(connection, rows_from_statements(connection, now))
    _learn_handles(connection, handles_from_statements(connection))
    rows = [
        dict(zip(("due", *_ROW_KEY), row, strict=True)) for row in sorted(scheduled_from_statements(connection, now))
    ]
    if rows:
        connection.execute(insert(scheduled), rows)


def rows_from_statements(connection: Connection, now: str, where: Any = None) -> Iterator[Row]:
    """The rows of ``current`` as they follow from the statements, ordered by key."""
    source = rows_as_of(Moment(now), where)
    order = (source.c.entity, source.c.attribute, source.c.item, source.c.source)
    query = select(source).order_by(*order).execution_options(yield_per=5000)
    plain = (dict(row._mapping) for row in connection.execute(query))
    for _, group in groupby(plain, key=lambda row: (row["entity"], row["attribute"])):
        rows = list(group)
        for row in rows:
            if row["operation"] == "retract":
                row["value"] = None
        differs = _differ(rows)
        for row in rows:
            yield {**row, "differs": differs}


def mention_rows(row: Row) -> list[Row]:
    """The rows of ``mention`` that a row of ``current`` makes."""
    declared = attribute_of(identifiers.kind_of(row["entity"]), row["attribute"])
    if row["operation"] != "state" or declared is None or declared.type not in {"ref", "refs", "role", "rung"}:
        return []
    key = {name: row[name] for name in _ROW_KEY}
    return [{"target": target, **key} for target in sorted(set(references(declared, orjson.loads(row["value"]))))]


def handles_from_statements(connection: Connection) -> list[tuple[str, str, str]]:
    """Namespace, slug and person of every reference to a person that was ever stated and not erased."""
    query = (
        select(statement.c.entity, statement.c.value)
        .where(statement.c.attribute == "handle", statement.c.operation == "state", statement.c.value.is_not(None))
        .order_by(statement.c.sequence, statement.c.number)
    )
    return [_reference_of(entity, orjson.loads(value)) for entity, value in connection.execute(query)]


def scheduled_from_statements(connection: Connection, now: str) -> set[tuple[str, str, str, str, str]]:
    """Every moment after ``now`` at which a statement starts or stops to hold."""
    from_now = statement.c.valid_from > now
    query = select(statement, _source()).where(statement.c.value.is_not(None), from_now | (statement.c.valid_to > now))
    found: set[tuple[str, str, str, str, str]] = set()
    for row in connection.execute(query):
        key = (row.entity, row.attribute, row.item, row.source)
        found.update((due, *key) for due in (row.valid_from, row.valid_to) if due is not None and due > now)
    return found


def _source() -> Any:
    return select(entry.c.source).where(entry.c.sequence == statement.c.sequence).scalar_subquery().label("source")


def _newest(written: Entry, now: str) -> dict[Key, Row]:
    """The entry's newest statement for each key that holds now, as a row of ``current``."""
    newest: dict[Key, Row] = {}
    for number, one in enumerate(written.statements):
        if one.valid_from > now or (one.valid_to is not None and one.valid_to <= now):
            continue
        key = (one.entity, one.attribute, one.item, written.source)
        there = newest.get(key)
        if there is None or there["said"] <= one.said:
            newest[key] = _row(written, number, one)
    return newest


def _row(written: Entry, number: int, one: Statement) -> Row:
    value = None if one.operation == "retract" else orjson.dumps(one.value, option=orjson.OPT_SORT_KEYS).decode()
    return {
        "entity": one.entity,
        "attribute": one.attribute,
        "item": one.item,
        "source": written.source,
        "operation": one.operation,
        "value": value,
        "said": one.said,
        "sequence": written.sequence,
        "number": number,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "differs": False,
    }


def _carry_entities(connection: Connection, written: Entry, newest: dict[Key, Row], keys: list[str]) -> None:
    wanted = set(keys)
    query = select(current).where(current.c.entity.in_(keys))
    there: dict[Key, Row] = {}
    for row in connection.execute(query):
        there[(row.entity, row.attribute, row.item, row.source)] = dict(row._mapping)
    fresh = {
        key: row
        for key, row in newest.items()
        if key[0] in wanted and (key not in there or there[key]["said"] <= row["said"])
    }
    replaced = {key: there[key] for key in fresh.keys() & there.keys()}
    merged = {**there, **fresh}
    flags = _flags(merged, {key[:2] for key in fresh})
    for key, new in fresh.items():
        new["differs"] = flags[key]
    added = [row for key, row in fresh.items() if key not in there]
    if added:
        connection.execute(insert(current), added)
    _update_rows(connection, [fresh[key] for key in replaced])
    _update_flags(
        connection, [(key, flag) for key, flag in flags.items() if key not in fresh and there[key]["differs"] != flag]
    )
    _forget_mentions(connection, replaced.values())
    mentions = [found for row in fresh.values() for found in mention_rows(row)]
    if mentions:
        connection.execute(insert(mention), mentions)


def _flags(merged: dict[Key, Row], touched: set[tuple[str, str]]) -> dict[Key, bool]:
    grouped: dict[tuple[str, str], list[Key]] = {}
    for key in merged:
        if key[:2] in touched:
            grouped.setdefault(key[:2], []).append(key)
    return {
        key: differs
        for keys in grouped.values()
        for differs in [_differ([merged[key] for key in keys])]
        for key in keys
    }


def _differ(rows: Sequence[Row]) -> bool:
    """Do the live claims on one attribute of one entity differ? Elements of a set never do."""
    if len(rows) < 2:
        return False
    declared = attribute_of(identifiers.kind_of(rows[0]["entity"]), rows[0]["attribute"])
    if declared is None or declared.many:
        return False
    return len({row["value"] for row in rows if row["operation"] == "state"}) > 1


_BY_KEY = and_(*(current.c[name] == bindparam(f"key_{name}") for name in _ROW_KEY))


def _update_rows(connection: Connection, rows: Iterable[Row]) -> None:
    parameters = [{**{f"key_{name}": row[name] for name in _ROW_KEY}, **row} for row in rows]
    if parameters:
        changed: dict[str, Any] = {name: bindparam(name) for name in _COLUMNS if name not in _ROW_KEY}
        for row in parameters:
            for name in _ROW_KEY:
                del row[name]
        connection.execute(update(current).where(_BY_KEY).values(changed), parameters)


def _update_flags(connection: Connection, flags: Sequence[tuple[Key, bool]]) -> None:
    if flags:
        parameters = [
            {**{f"key_{name}": part for name, part in zip(_ROW_KEY, key, strict=True)}, "differs": flag}
            for key, flag in flags
        ]
        connection.execute(update(current).where(_BY_KEY).values(differs=bindparam("differs")), parameters)


def _forget_mentions(connection: Connection, rows: Iterable[Row]) -> None:
    parameters = [{f"key_{name}": row[name] for name in _ROW_KEY} for row in rows if mention_rows(row)]
    if parameters:
        by_key = and_(*(mention.c[name] == bindparam(f"key_{name}") for name in _ROW_KEY))
        connection.execute(delete(mention).where(by_key), parameters)


def _schedule(connection: Connection, written: Entry, now: str) -> None:
    rows = {}
    for one in written.statements:
        for due in (one.valid_from, one.valid_to):
            if due is not None and due > now:
                key = (due, one.entity, one.attribute, one.item, written.source)
                rows[key] = dict(zip(("due", *_ROW_KEY), key, strict=True))
    if not rows:
        return
    there = select(scheduled).where(scheduled.c.due.in_(sorted({key[0] for key in rows})))
    for row in connection.execute(there):
        rows.pop(tuple(row), None)
    if rows:
        connection.execute(insert(scheduled), list(rows.values()))


def _handles(statements: Iterable[Statement]) -> list[tuple[str, str, str]]:
    return [
        _reference_of(one.entity, one.value)
        for one in statements
        if one.attribute == "handle" and one.operation == "state"
    ]


def _reference_of(entity: str, value: Any) -> tuple[str, str, str]:
    return str(value.get("namespace") or ""), identifiers.slugify(value["handle"]), entity


def _learn_handles(connection: Connection, found: Sequence[tuple[str, str, str]]) -> None:
    wanted = {(namespace, slug): entity for namespace, slug, entity in reversed(found)}
    by_namespace: dict[str, list[str]] = {}
    for namespace, slug in wanted:
        by_namespace.setdefault(namespace, []).append(slug)
    for namespace, slugs in by_namespace.items():
        for keys in chunks(sorted(slugs)):
            query = select(handle.c.slug, handle.c.entity).where(
                handle.c.namespace == namespace, handle.c.slug.in_(keys)
            )
            for slug, entity in connection.execute(query):
                if wanted.pop((namespace, slug)) != entity:
                    reference = identifiers.Ref("person", slug, namespace)
                    raise Conflict(f"{reference} is somebody else already", hint="join the two with an alias instead")
    if wanted:
        rows = [{"namespace": key[0], "slug": key[1], "entity": entity} for key, entity in sorted(wanted.items())]
        connection.execute(insert(handle), rows)


def _insert_state(connection: Connection, rows: Iterator[Row]) -> None:
    batch: list[Row] = []

    def flush() -> None:
        if batch:
            connection.execute(insert(current), batch)
            mentions = [found for row in batch for found in mention_rows(row)]
            if mentions:
                connection.execute(insert(mention), mentions)
            batch.clear()

    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            flush()
    flush()
