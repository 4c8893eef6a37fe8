"""The files of a lake as something that DuckDB reads from."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from pyarrow import dataset

from counterpoint.lake.place import Place
from counterpoint.model.activity import STORED


def relation_of(connection: duckdb.DuckDBPyConnection, place: Place, files: Sequence[str], name: str) -> str:
    """What stands after ``from`` to read some files: DuckDB opens them where it can, else Arrow does.

    ``name`` is what the rows are called where they come through Arrow.
    """
    if place.local:
        return f"read_parquet([{', '.join(_quoted(place.path(one)) for one in files)}], hive_partitioning = false)"
    found = dataset.dataset(
        [place.path(one) for one in files], schema=STORED, filesystem=place.system, format="parquet"
    )
    connection.register(name, found)
    return name


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
