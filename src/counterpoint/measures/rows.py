"""How a kernel hands its rows over: dictionaries as a table of the standard columns and its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from counterpoint.measures.declaration import Extra, schema_of


def result(rows: Iterable[Mapping[str, Any]], extras: Iterable[Extra] = ()) -> pa.Table:
    """Rows as a table; what a row leaves out is empty."""
    schema = schema_of(extras)
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
