"""Rows in bulk, by the quickest way that each store has: a prepared statement on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Table

BATCH = 20_000
_WORTH_A_COPY = 40

Row = Sequence[Any]


def insert_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    progress: Callable[[str, int, int], None] = lambda *_: None,
    what: str = "",
) -> None:
    """Insert rows, each with a value for every column of the table in order; tells how far it is."""
    copy = connection.dialect.name == "postgresql" and len(rows) >= _WORTH_A_COPY
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        if copy:
            _copy(connection, table, batch)
        else:
            send(connection, _insert(table, connection.dialect.name), list(map(tuple, batch)))
        progress(what, min(start + BATCH, len(rows)), len(rows))


def replace_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or take the place of those with the same key."""
    if rows:
        send(connection, _replace(table, connection.dialect.name), list(map(tuple, rows)))


def delete_rows(connection: Connection, table: Table, columns: tuple[str, ...], keys: Sequence[Row]) -> None:
    """Delete the rows whose ``columns`` are one of ``keys``."""
    if keys:
        send(connection, _delete(table, columns, connection.dialect.name), list(map(tuple, keys)))


def send(connection: Connection, sql: str, rows: Sequence[Row] = ((),)) -> None:
    """Run what answers nothing, once for each of the rows of parameters, without what SQLAlchemy makes ready for it."""
    cursor: Any = connection.connection.cursor()
    try:
        if len(rows) == 1:
            connection.dialect.do_execute(cursor, sql, cast("Any", rows[0]))
        else:
            connection.dialect.do_executemany(cursor, sql, cast("Any", rows))
    finally:
        cursor.close()


def fetch(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Every row, as the driver gives it. For what is asked most: SQLAlchemy's results cost more than small selects."""
    cursor: Any = connection.connection.cursor()
    try:
        connection.dialect.do_execute(cursor, sql, tuple(parameters))
        return cast("list[tuple[Any, ...]]", cursor.fetchall())
    finally:
        cursor.close()


def rows_in(connection: Connection, table: Table, column: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a table whose ``column`` is one of ``keys``; flags as the driver gives them."""
    condition, parameters = one_of(connection, keys)
    return fetch(connection, f"{_select(table)} where {column} {condition}", parameters)


def one_of(connection: Connection, keys: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """What stands after a column's name for its value to be one of ``keys``, and the parameters that go with it."""
    if connection.dialect.name == "postgresql":
        return "= any(%s)", (list(keys),)
    return f"in ({_marks(len(keys))})", tuple(keys)


@cache
def _select(table: Table) -> str:
    return f'select {", ".join(names(table))} from "{table.name}"'


@cache
def _marks(count: int) -> str:
    return ", ".join(["?"] * count)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(_copy_text(table)) as copy:
        for row in rows:
            copy.write_row(row)


def mark(dialect: str) -> str:
    """How a parameter is written for the store's driver."""
    return "%s" if dialect == "postgresql" else "?"


def names(table: Table) -> list[str]:
    """The table's columns, in order, quoted."""
    return [f'"{column.name}"' for column in table.c]


@cache
def _copy_text(table: Table) -> str:
    return f'copy "{table.name}" ({", ".join(names(table))}) from stdin'


@cache
def _insert(table: Table, dialect: str) -> str:
    marks = ", ".join([mark(dialect)] * len(table.c))
    return f'insert into "{table.name}" ({", ".join(names(table))}) values ({marks})'


@cache
def _replace(table: Table, dialect: str) -> str:
    key = [f'"{column.name}"' for column in table.primary_key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names(table) if name not in key)
    otherwise = f"do update set {changes}" if changes else "do nothing"
    return f"{_insert(table, dialect)} on conflict ({', '.join(key)}) {otherwise}"


@cache
def _delete(table: Table, columns: tuple[str, ...], dialect: str) -> str:
    return f'delete from "{table.name}" where ' + " and ".join(f'"{name}" = {mark(dialect)}' for name in columns)
