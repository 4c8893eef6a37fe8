"""Rows of activity for tests of the lake: a few numbers say what each is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import md5
from typing import NamedTuple

import pyarrow as pa
from hypothesis import strategies as st

from counterpoint.lake.place import Place
from counterpoint.lake.writing import Writer, Written
from counterpoint.model.activity import STORED

START = datetime(2026, 1, 30)


class Trace(NamedTuple):
    """A row: what makes its key, the day that it is of, and what it was done to."""

    key: int
    day: int
    object: str = "a.py"


TRACES = st.lists(st.builds(Trace, st.integers(0, 40), st.integers(0, 70), st.sampled_from("abc")), max_size=30)
"""Any rows: several may have one key and say different things."""
CONSISTENT = st.lists(st.integers(0, 60).map(lambda key: Trace(key, key * 7 % 90, "abc"[key % 3])), max_size=40)
"""Rows as sources read them: what has one key is one row."""


def table(traces: Iterable[Trace]) -> pa.Table:
    """As the lake keeps them."""
    rows = [
        dict.fromkeys(STORED.names)
        | {
            "source": "test:it",
            "key": key_of(one),
            "moment": START + timedelta(days=one.day),
            "actor": f"actor:{one.key % 5}",
            "verb": "change",
            "object": one.object,
        }
        for one in traces
    ]
    plain = pa.schema([(one.name, _plain(one.type)) for one in STORED])
    return pa.Table.from_pylist(rows, schema=plain).cast(STORED)


def key_of(one: Trace) -> bytes:
    """Its key in the lake."""
    return md5(str(one.key).encode()).digest()


def written(place: Place, batches: Iterable[Sequence[Trace]], there: Iterable[Written] = ()) -> list[Written]:
    """The files that some batches of rows come to, beside those that are there."""
    writer = Writer(place, "test:it", "test", [(one.month, one.name) for one in there])
    for batch in batches:
        writer.add(table(batch))
    return list(writer.close())


def kept(place: Place, files: Iterable[Written]) -> list[tuple[bytes, datetime, str]]:
    """What is in some files: keys, moments and objects, sorted."""
    found = []
    for one in files:
        rows = place.read(one.name)
        assert rows.num_rows == one.rows
        assert {f"{moment:%Y-%m}" for moment in rows["moment"].to_pylist()} == {one.month}
        found += zip(rows["key"].to_pylist(), rows["moment"].to_pylist(), rows["object"].to_pylist(), strict=True)
    return sorted(found)


def _plain(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind
