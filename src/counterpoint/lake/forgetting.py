"""Rewriting files of the lake whose texts name somebody who is to be forgotten."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from counterpoint.lake.place import Place
from counterpoint.lake.writing import Written
from counterpoint.model.activity import STORED

TEXTS = ("object", "work", "zone", "thread")
"""The columns that hold what a source wrote."""


def rewritten(place: Place, files: Iterable[tuple[str, str]], holds: Callable[[str], bool]) -> Mapping[str, Written]:
    """For each file (its month and name) with a text that ``holds``, the file that takes its place.

    One text becomes one and the same word of chance everywhere, so that what belonged together still does.
    """
    words: dict[str, str] = {}

    def erased(text: str | None) -> str | None:
        if text is None or not holds(text):
            return text
        return words.setdefault(text, f"erased/{uuid.uuid4().hex[:16]}")

    found = {}
    for month, name in files:
        table = pq.read_table(place.path(name), filesystem=place.system)
        changed = _table(table, erased)
        if changed is not None:
            new, size = place.keep(name.rpartition("/")[0], changed)
            found[name] = Written(month, new, changed.num_rows, size)
    return found


def _table(table: pa.Table, erased: Callable[[str | None], str | None]) -> pa.Table | None:
    """The table without what is to be forgotten; None where there is nothing of it."""
    changed = table
    for name in (*TEXTS, "attributes"):
        column = changed[name].combine_chunks()
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        before = coded.dictionary.to_pylist()
        after = [_json(one, erased) if name == "attributes" else erased(one) for one in before]
        if after != before:
            index = changed.schema.get_field_index(name)
            array = pa.DictionaryArray.from_arrays(coded.indices, pa.array(after, pa.string()))
            changed = changed.set_column(index, name, array.cast(column.type))
    return None if changed is table else changed.cast(STORED)


def _json(text: str | None, erased: Callable[[str | None], str | None]) -> str | None:
    if text is None or erased(text) == text:
        return text
    changed = _value(json.loads(text), erased)
    return json.dumps(changed, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _value(value: Any, erased: Callable[[str | None], str | None]) -> Any:
    if isinstance(value, str):
        return erased(value)
    if isinstance(value, list):
        return [_value(one, erased) for one in value]
    if isinstance(value, dict):
        return {str(erased(name)): _value(one, erased) for name, one in value.items()}
    return value
