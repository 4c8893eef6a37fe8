"""Rows into Arrow tables of a declared schema, with persons written as people know them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from counterpoint.ledger.snapshot import Snapshot
from counterpoint.measures.tables import Relation
from counterpoint.model.identifiers import is_opaque

Row = Sequence[Any]
_STAMP = 26
"""How many characters of a stamp are the time without its zone, which is always UTC."""


class Names:
    """How persons are written: asked of the ledger once for each, many at a time."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, str | None] = {}

    def written(self, column: Sequence[str | None]) -> list[str | None]:
        """The column with opaque persons as people write them."""
        opaque = {one for one in column if one is not None and is_opaque(one)}
        if not opaque:
            return list(column)
        if fresh := opaque - self._known.keys():
            self._known |= {**dict.fromkeys(fresh), **self._snapshot.names(fresh)}
        return [one if one is None else self._known.get(one) or one for one in column]


def table_of(relation: Relation, rows: Iterable[Row], names: Names) -> pa.Table:
    """The rows as a table. Times may be given as stamps or as dates, which are midnight in UTC."""
    every = list(rows)
    columns = list(zip(*every, strict=True)) if every else [()] * len(relation.columns)
    arrays = [
        _array(kind, column, names) for kind, column in zip(relation.columns.values(), columns, strict=True)
    ]  # fmt: skip
    return pa.table(arrays, schema=relation.schema)


def _array(kind: pa.DataType, column: Sequence[Any], names: Names) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pa.array([None if one is None else one[:_STAMP] for one in column], pa.string()).cast(kind)
    if pa.types.is_string(kind):
        return pa.array(names.written(column), kind)
    return pa.array(column, kind)
