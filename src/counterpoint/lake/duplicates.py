"""Which keys are there twice, over any number of files, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.lake.files import relation_of
from counterpoint.lake.place import Place, unreadable

FEW = 200_000
"""How many keys are held in memory; where there are more, DuckDB sorts them out, on disk if need be."""
_MEMORY = "512MB"
_KEY = pa.binary(16)


def duplicate_keys(
    place: Place, new: Sequence[str], old: Sequence[str], rows: int, known: Mapping[str, pa.Array]
) -> tuple[pa.Array, pa.Array]:
    """The keys that occur twice in the ``new`` files, and those of the new files that occur in the ``old`` ones.

    ``rows`` is how many rows the new files have, and ``known`` the keys of those that need not be read again.

    Raises:
        StoreError: a file cannot be read.
    """
    if rows <= FEW:
        return _among_few(place, new, old, known)
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


def _among_few(
    place: Place, new: Sequence[str], old: Sequence[str], known: Mapping[str, pa.Array]
) -> tuple[pa.Array, pa.Array]:
    keys = pa.concat_arrays([known[name] if name in known else place.keys(name) for name in new])
    counts = keys.value_counts()
    inside = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    found = []
    for name in old:
        there = place.keys(name)
        found.append(there.filter(pc.is_in(there, value_set=keys)))
    return inside, pa.concat_arrays([pa.array([], _KEY), *found])


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
