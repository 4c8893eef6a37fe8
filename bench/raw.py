"""What the ledger asks of its store, taken down and asked again without the ledger.

``Tape`` listens to an engine and takes down every statement with its parameters, rows of a COPY included. ``replay``
then runs the same on a plain connection of the driver (``sqlite3``, ``psycopg``), with the parameters ready, the same
settings and the same transactions: what that takes is what the store itself costs.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine

from counterpoint.ledger import rows
from counterpoint.ledger.store import Store

Call = tuple[str, str, Any]


class Tape:
    """Takes down what goes to the driver while it runs."""

    def __init__(self, engine: Engine) -> None:
        self.calls: list[Call] = []
        self._dialect: Any = engine.dialect
        self._before = {name: getattr(self._dialect, name) for name in ("do_execute", "do_executemany", "do_commit")}
        self._copy = rows._copy

    def __enter__(self) -> Tape:
        before = self._before

        def execute(cursor: Any, sql: str, parameters: Any, context: Any = None) -> None:
            self.calls.append(("execute", sql, parameters))
            before["do_execute"](cursor, sql, parameters, context)

        def executemany(cursor: Any, sql: str, parameters: Any, context: Any = None) -> None:
            self.calls.append(("executemany", sql, list(parameters)))
            before["do_executemany"](cursor, sql, parameters, context)

        def commit(connection: Any) -> None:
            self.calls.append(("commit", "", None))
            before["do_commit"](connection)

        def copy(connection: Any, table: Any, batch: Any) -> None:
            self.calls.append(("copy", rows._copy_text(table), list(batch)))
            self._copy(connection, table, batch)

        self._dialect.do_execute, self._dialect.do_executemany, self._dialect.do_commit = execute, executemany, commit
        rows._copy = copy
        return self

    def __exit__(self, *_: object) -> None:
        for name, call in self._before.items():
            setattr(self._dialect, name, call)
        rows._copy = self._copy


def connect(store: Store) -> Any:
    """A plain connection with the settings that the ledger's own have."""
    if store.is_postgresql:
        return psycopg.connect(store.url)
    connection = sqlite3.connect(store.url, isolation_level=None, cached_statements=256)
    for setting in ("synchronous=FULL", "journal_mode=wal", "foreign_keys=on", "cache_size=-65536", "secure_delete=on"):
        connection.execute(f"pragma {setting}")
    return connection


def replay(connection: Any, calls: list[Call]) -> float:
    """Run what was taken down; the seconds it took. Rows are fetched, as the ledger fetches them."""
    cursor = connection.cursor()
    began = time.perf_counter()
    for kind, sql, parameters in calls:
        if kind == "execute":
            cursor.execute(sql, parameters or ())
            if cursor.description:
                cursor.fetchall()
        elif kind == "executemany":
            cursor.executemany(sql, parameters)
        elif kind == "copy":
            with cursor.copy(sql) as copy:
                for row in parameters:
                    copy.write_row(row)
        elif connection.__class__.__module__.startswith("psycopg") or connection.in_transaction:
            connection.commit()
    return time.perf_counter() - began


def timed(work: Callable[[], Any]) -> float:
    """The seconds that work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
