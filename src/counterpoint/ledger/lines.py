"""The record in bulk: many statements and little about each, for tables of a whole organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from counterpoint.ledger.rows import fetch, mark
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.model.statements import Json

_LINES = """
select s.entity, s.attribute, s.operation, s.value, s.said, s.valid_from, s.sequence, s.number, e.source, e.actor
from statement s join entry e on e.sequence = s.sequence
where s.entity >= {0} and s.entity < {0} and s.valid_from <= {0} and (s.value is not null or s.operation <> 'state')
"""
_CHANGES = """
select s.said, e.actor, e.source, s.entity, s.attribute
from statement s
join entry e on e.sequence = s.sequence
join (select entity, min(sequence) as met from statement group by entity) f on f.entity = s.entity
where s.sequence > f.met and s.attribute not in ('act', 'exists', 'settlement') and s.valid_from <= {0}
"""
_ACTS = """
select s.said, e.actor, s.value, s.entity
from statement s join entry e on e.sequence = s.sequence
where e.source = 'protocol' and s.attribute = 'act' and s.value is not null and s.valid_from <= {0}
"""


class Line(NamedTuple):
    """One statement of the record; ``value`` is None in a retraction."""

    entity: str
    attribute: str
    operation: str
    value: Json
    said: str
    valid_from: str
    sequence: int
    number: int
    source: str
    actor: str


class ActLine(NamedTuple):
    """One act of the record: who did what to what, and when it was said."""

    said: str
    actor: str
    noun: str
    verb: str
    subject: str
    automatic: bool


class ChangeLine(NamedTuple):
    """That something more was said of a thing that was there: when, by whom, in which source, of which attribute."""

    said: str
    actor: str
    source: str
    entity: str
    attribute: str


def lines(snapshot: Snapshot, kind: str, attributes: Sequence[str] = ()) -> list[Line]:
    """Every statement on things of a kind (on some attributes, or all), in the order by which the newest is told.

    What was erased is left out, and so is what did not hold yet or was not known at the moment of the snapshot.
    """
    sign = mark(snapshot.connection.dialect.name)
    sql, parameters = _LINES.format(sign), [f"{kind}:", f"{kind};", snapshot.now]
    if attributes:
        sql += f" and s.attribute in ({', '.join([sign] * len(attributes))})"
        parameters += attributes
    rows = _fetch(snapshot, sql, parameters)
    rows.sort(key=lambda row: (row[4], row[6], row[7]))
    return [
        Line(entity, attribute, operation, None if value is None else orjson.loads(value), *rest)
        for entity, attribute, operation, value, *rest in rows
    ]


def acts(snapshot: Snapshot) -> list[ActLine]:
    """Every act of every protocol, in the order in which they were done; those erased are left out."""
    sign = mark(snapshot.connection.dialect.name)
    rows = _fetch(snapshot, _ACTS.format(sign), [snapshot.now], " order by s.sequence, s.number")
    found = []
    for said, actor, value, subject in rows:
        told = orjson.loads(value)
        found.append(ActLine(said, actor, told["noun"], told["verb"], subject, told.get("automatic") is True))
    return found


def changes(snapshot: Snapshot) -> list[ChangeLine]:
    """Every statement on a thing that an earlier entry spoke of already, but for acts and settlements."""
    sign = mark(snapshot.connection.dialect.name)
    rows = _fetch(snapshot, _CHANGES.format(sign), [snapshot.now], " order by s.sequence, s.number")
    return [ChangeLine(*row) for row in rows]


def _fetch(snapshot: Snapshot, sql: str, parameters: list[str], order: str = "") -> list[tuple[Any, ...]]:
    if (known_at := snapshot.known_at) is not None:
        sql += f" and e.recorded <= {mark(snapshot.connection.dialect.name)}"
        parameters = [*parameters, known_at]
    return fetch(snapshot.connection, sql + order, parameters)
