"""The work that may be open, kept so that the first page of ready work is found without reading all work.

A row follows from the rows of ``current`` on one work and from how many dependencies in ``mention`` it provides for
(:mod:`counterpoint.state.open_work` says how). :func:`refresh` makes those of a few works anew, :func:`rows` all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, text

from counterpoint.ledger.claims import chunks
from counterpoint.ledger.rows import delete_rows, fetch, insert_rows, mark, one_of, replace_rows, rows_in
from counterpoint.ledger.schema import open_work
from counterpoint.model.identifiers import kind_of
from counterpoint.model.mentions import SETTLEMENT
from counterpoint.state.open_work import TELLING, Candidate, Within, candidate

Row = tuple[Any, ...]
_TELLING = ", ".join(f"'{attribute}'" for attribute in sorted(TELLING))
# Other attributes only show that the work is there, and may be long.
_TOLD = f"""
select entity, attribute, case when attribute in ({_TELLING}) then value end as told
from current where operation = 'state' and {{}} order by entity
"""
_PROVIDING = "(attribute = 'provider' or (attribute = 'settlement' and item = 'provider'))"
_NEEDED = f"""
select target, count(distinct entity) from mention
where {_PROVIDING} and entity >= 'dependency:' and entity < 'dependency;' and {{}} group by target
"""
_EACH = {"postgresql": 'select unnest(%s::text[]) collate "C"', "sqlite": "select value from json_each(?)"}
# One look into the index for each work that is within. PostgreSQL thinks that there will be many more of them, and
# would read the whole table; what is lateral with an offset it must do one by one. SQLite does so by itself.
_EACH_OPEN = {
    "postgresql": "inside i, lateral (select * from open_work w where w.work = i.work offset 0) o where ",
    "sqlite": "inside i cross join open_work o where o.work = i.work and ",
}
_PARTS = {
    "postgresql": (
        "select p.entity from inside i, "
        "lateral (select m.entity from mention m where m.target = i.work and {} offset 0) p"
    ),
    "sqlite": "select m.entity from inside i cross join mention m where m.target = i.work and {}",
}
_WORKS = "{0} >= 'work:' and {0} < 'work;'"
_OPEN = "(finished = '' or finished > {0})"


def refresh(connection: Connection, works: Iterable[str]) -> None:
    """Make the rows of these works anew."""
    for keys in chunks(sorted(works)):
        there = {row[0]: row for row in rows_in(connection, open_work, "work", keys)}
        condition, parameters = one_of(connection, keys)
        needed = dict(fetch(connection, _NEEDED.format(f"target {condition}"), parameters))
        told = fetch(connection, _TOLD.format(f"entity {condition}"), parameters)
        wanted = {row[0]: row for row in _made(told, needed)}
        delete_rows(connection, open_work, ("work",), [(work,) for work in there if work not in wanted])
        insert_rows(connection, open_work, [row for work, row in wanted.items() if work not in there])
        replace_rows(connection, open_work, [row for work, row in wanted.items() if there.get(work, row) != row])


def rows(connection: Connection) -> Iterator[Row]:
    """Every row as it follows from ``current`` and ``mention``, by work."""
    needed = dict(fetch(connection, _NEEDED.format(_WORKS.format("target"))))
    told = connection.execute(text(_TOLD.format(_WORKS.format("entity"))).execution_options(yield_per=5000))
    return _made(map(tuple, told), needed)


def provided_for(mentions: Iterable[Row]) -> set[str]:
    """The works that these rows of ``mention`` name as what a dependency needs."""
    return {
        target
        for target, _, attribute, item, *_ in mentions
        if (attribute == "provider" or (attribute == SETTLEMENT and item == "provider")) and kind_of(target) == "work"
    }


def read(
    connection: Connection, today: str, within: Within | None, after: Candidate | None, limit: int | None
) -> Sequence[Candidate]:
    """See :meth:`counterpoint.state.reader.Reader.open_work`; ``today`` is a day."""
    sign = mark(connection.dialect.name)
    sql = ""
    parameters: list[Any] = []
    if within is not None:
        inside, parameters = _inside(connection, within)
        sql = f"with recursive inside(work) as ({inside}) "
    sql += "select o.work, o.place, o.finished from "
    sql += "open_work o where " if within is None else _EACH_OPEN[connection.dialect.name]
    sql += _OPEN.format(sign)
    parameters.append(today)
    if after is not None:
        sql += f" and (o.place, o.work) > ({sign}, {sign})"
        parameters += [after.place, after.work]
    sql += " order by o.place, o.work"
    if limit is not None:
        sql += f" limit {sign}"
        parameters.append(limit)
    return [Candidate(*row) for row in fetch(connection, sql, parameters)]


def _made(told: Iterable[Row], needed: dict[str, int]) -> Iterator[Row]:
    for work, group in groupby(told, key=lambda row: row[0]):
        values: dict[str, list[Any]] = {}
        for _, attribute, value in group:
            if value is not None:
                values.setdefault(attribute, []).append(orjson.loads(value))
        found = candidate(work, values, needed.get(work, 0))
        if found is not None:
            yield found.work, found.place, found.finished


def _inside(connection: Connection, within: Within) -> tuple[str, list[Any]]:
    """The works within, by index: those that are named, that name one of the targets, and the parts of all of these."""
    every = _any(connection)
    parts = ["select work from open_work where place = ''"]
    parameters: list[Any] = []
    if within.works:
        parts.append(_EACH[connection.dialect.name])
        parameters.append(_list(connection, within.works))
    for attribute, targets in within.by.items():
        if targets:
            parts.append(f"select entity from mention where target {every} and {_naming('', attribute)}")
            parameters.append(_list(connection, targets))
    parts.append(_PARTS[connection.dialect.name].format(_naming("m.", "parent")))
    return " union ".join(parts), parameters


def _naming(table: str, attribute: str) -> str:
    settled = f"({table}attribute = 'settlement' and {table}item = '{attribute}')"
    return f"({table}attribute = '{attribute}' or {settled}) and {_WORKS.format(f'{table}entity')}"


def _any(connection: Connection) -> str:
    """What stands after a column's name for its value to be one of a list of any length."""
    return "= any(%s)" if connection.dialect.name == "postgresql" else "in (select value from json_each(?))"


def _list(connection: Connection, items: Sequence[str]) -> Any:
    return list(items) if connection.dialect.name == "postgresql" else orjson.dumps(list(items)).decode()
