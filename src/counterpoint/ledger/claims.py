"""Claims by SQL: as they stand now, from the kept rows; and as of any moment in either time, from the statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
)

from counterpoint.ledger.rows import fetch, one_of
from counterpoint.ledger.schema import current, entry, file, statement
from counterpoint.model.statements import Claim

CHUNK = 400
# The operation, in `current`, of a statement whose value was erased: it neither states nor retracts.
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Moment:
    """As of when the claims shall hold, and what shall have been known: stamps."""

    as_of: str
    known_at: str | None = None


def rows_as_of(moment: Moment, where: ColumnElement[bool] | None = None) -> Subquery:
    """For each entity, attribute, item and source its newest statement by (said, sequence), retractions included.

    A value that was erased is still the last that its source said: what it said before does not hold again. The
    columns are those of ``current``, except ``differs``. ``where`` narrows the statements that are looked at.
    """
    conditions = [
        statement.c.valid_from <= moment.as_of,
        or_(statement.c.valid_to.is_(None), statement.c.valid_to > moment.as_of),
    ]
    if moment.known_at is not None:
        conditions.append(entry.c.recorded <= moment.known_at)
    if where is not None:
        conditions.append(where)
    return _newest(conditions)


def rows_last_said(where: ColumnElement[bool]) -> Subquery:
    """As :func:`rows_as_of`, of statements that hold no more, hold now, or will hold."""
    return _newest([where])


def _newest(conditions: Sequence[ColumnElement[bool]]) -> Subquery:
    order = (statement.c.said.desc(), statement.c.sequence.desc(), statement.c.number.desc())
    key = (statement.c.entity, statement.c.attribute, statement.c.item, entry.c.source)
    ranked = (
        select(
            statement,
            entry.c.source.label("source"),
            func.row_number().over(partition_by=key, order_by=order).label("rank"),
        )
        .join(entry, entry.c.sequence == statement.c.sequence)
        .where(*conditions)
        .subquery("ranked")
    )
    operation = case((ranked.c.value.is_(None), ERASED), else_=ranked.c.operation).label("operation")
    columns = [
        operation if column.name == "operation" else ranked.c[column.name]
        for column in current.c
        if column.name != "differs"
    ]
    return select(*columns).where(ranked.c.rank == 1).subquery("claimed")


def claims_of(source: Any) -> Select[Any]:
    """The select that makes claims, over ``current`` or over :func:`rows_as_of`; live ones only."""
    at = source.c
    return (
        select(
            at.entity,
            at.attribute,
            at.item,
            at.source,
            at.value,
            at.said,
            at.sequence,
            at.number,
            at.valid_from,
            at.valid_to,
            file.c.name,
            statement.c.line,
            entry.c.recorded,
            entry.c.actor,
            statement.c.record,
        )
        .select_from(source)
        .join(statement, and_(statement.c.sequence == at.sequence, statement.c.number == at.number))
        .join(entry, entry.c.sequence == at.sequence)
        .outerjoin(file, and_(file.c.sequence == at.sequence, file.c.number == statement.c.file))
        .where(at.operation == "state")
    )


# What `claims_of(current)` says for some entities, in words: nothing is asked more often.
_NOW = """
select c.entity, c.attribute, c.item, c.source, c.value, c.said, c.sequence, c.number, c.valid_from, c.valid_to,
    f.name, s.line, e.recorded, e.actor, s.record
from current c
join statement s on s.sequence = c.sequence and s.number = c.number
join entry e on e.sequence = c.sequence
left join file f on f.sequence = c.sequence and f.number = s.file
where c.operation = 'state' and c.entity {}
order by c.entity, c.attribute, c.item, c.source
"""


def claim_rows_now(connection: Connection, entities: Sequence[str]) -> Iterable[Any]:
    """The rows of the claims on some entities as they stand now, ordered by key."""
    condition, parameters = one_of(connection, entities)
    return fetch(connection, _NOW.format(condition), parameters)


def claim(row: Any) -> Claim:
    """A claim from a row of :func:`claims_of`."""
    entity, attribute, item, source, value, *rest = row
    return Claim(entity, attribute, item, source, orjson.loads(value), *rest)


def chunks(items: Iterable[str], size: int = CHUNK) -> Iterable[list[str]]:
    """The items, ``size`` at a time."""
    chunk: list[str] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def of_kind(column: ColumnElement[str], kind: str) -> ColumnElement[bool]:
    """Rows whose entity is of a kind, as a range over the key (';' follows ':')."""
    return and_(column >= f"{kind}:", column < f"{kind};")


def count(connection: Connection, table: Any) -> int:
    """How many rows a table has."""
    return int(connection.execute(select(func.count(literal_column("1"))).select_from(table)).scalar_one())
