"""How a kernel hands its rows over: dictionaries as a table of the standard columns and its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from counterpoint.measures.declaration import Extra

_STANDARD = (
    ("period", pa.date32()),
    ("unit", pa.string()),
    ("figure", pa.string()),
    ("value", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("n", pa.int64()),
    ("missing", pa.string()),
)


def result(rows: Iterable[Mapping[str, Any]], extras: Iterable[Extra] = ()) -> pa.Table:
    """Rows as a table; what a row leaves out is empty."""
    schema = pa.schema([*_STANDARD, *((one.name, one.type) for one in extras)])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
