"""Which keys are there twice, over any number of files, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from counterpoint.lake.files import relation_of
from counterpoint.lake.place import Place, unreadable

_MEMORY = "512MB"
_KEY = pa.binary(16)


def duplicate_keys(place: Place, new: Sequence[str], old: Sequence[str]) -> tuple[pa.Array, pa.Array]:
    """The keys that occur twice in the ``new`` files, and those of the new files that occur in the ``old`` ones.

    Raises:
        StoreError: a file cannot be read.
    """
    with _connection() as connection:
        fresh = relation_of(connection, place, new, "fresh")
        inside = f"select key from {fresh} group by key having count(*) > 1"
        outside = ""
        if old:
            there = relation_of(connection, place, old, "there")
            outside = f"select distinct one.key from {fresh} as one semi join {there} as other using (key)"
        try:
            return _keys(connection, inside), _keys(connection, outside)
        except duckdb.IOException as error:
            raise unreadable(place, [*new, *old], str(error)) from error


def _keys(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Array:
    if not sql:
        return pa.array([], _KEY)
    found = connection.sql(sql).to_arrow_table()["key"].combine_chunks()
    return pa.array(found.to_pylist(), _KEY)


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="counterpoint-duckdb-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {"memory_limit": _MEMORY, "temp_directory": folder}
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield connection
        finally:
            connection.close()
