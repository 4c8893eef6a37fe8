"""Rows of activity gathered one by one, and handed on in batches with whoever they name for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
import pyarrow as pa

from counterpoint.model.activity import RAW, Identity, Traces
from counterpoint.model.statements import Json

ROWS_AT_ONCE = 10_000
_NAMES_REMEMBERED = 200_000


class Gathering:
    """Takes rows and identities. What was told is remembered up to a bound: telling it again does no harm."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in RAW.names}
        self._told: dict[str, str] = {}
        self._new: list[Identity] = []

    @property
    def full(self) -> bool:
        """There are enough rows for a batch."""
        return len(self._columns["key"]) >= ROWS_AT_ONCE

    @property
    def count(self) -> int:
        """How many rows wait to be taken."""
        return len(self._columns["key"])

    def meet(self, who: Identity) -> str:
        """Take notice of somebody; how rows name them."""
        reference = who.reference
        told = self._told.get(reference)
        if told is None or (who.name and not told):
            if len(self._told) >= _NAMES_REMEMBERED:
                self._told.clear()
            self._told[reference] = who.name
            self._new.append(who)
        return reference

    def add(self, row: Mapping[str, Any]) -> None:
        """Take a row; what it leaves out is empty."""
        for name, column in self._columns.items():
            column.append(row.get(name))

    def taken(self) -> Traces:
        """What was gathered since it was last taken."""
        arrays = [
            pa.array(column, _plain(kind)).cast(kind)
            for column, kind in zip(self._columns.values(), RAW.types, strict=True)
        ]
        self._columns = {name: [] for name in RAW.names}
        new, self._new = self._new, []
        return Traces(pa.RecordBatch.from_arrays(arrays, schema=RAW), tuple(new))


def key_of(*parts: str) -> bytes:
    """The key of a row, from what makes it the same row when it is read again."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def attributes_of(found: Mapping[str, Json]) -> str | None:
    """The column ``attributes``: what is said, in a fixed order; None where nothing is."""
    said = {name: value for name, value in found.items() if value is not None and value is not False}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode() if said else None


def _plain(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind
