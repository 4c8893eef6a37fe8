"""Writing activity: rows in any order go into files of one source and one month, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.lake.place import Place
from counterpoint.model.activity import STORED

ROWS_IN_A_FILE = 500_000
ROWS_IN_MEMORY = 1_000_000


class Written(NamedTuple):
    """A file that was written: the month of its rows, its name in the lake, and how much is in it."""

    month: str
    name: str
    rows: int
    bytes: int


class Writer:
    """Takes rows of one source and writes them into files, each of one month; keeps a bounded number of rows."""

    def __init__(self, place: Place, source: str, folder: str, against: Iterable[tuple[str, str]] = ()) -> None:
        """``against`` are the months and names of the files that are there: rows that they hold are not written."""
        self._place = place
        self._against: dict[str, list[str]] = {}
        for month, name in against:
            self._against.setdefault(month, []).append(name)
        self._source = source
        self._folder = folder
        self._held: dict[str, list[pa.Table]] = {}
        self._count: dict[str, int] = {}
        self.written: list[Written] = []

    def add(self, rows: pa.Table) -> None:
        """Take rows of the schema :data:`~counterpoint.model.activity.STORED`, of any months."""
        months = pc.strftime(rows["moment"], format="%Y-%m").dictionary_encode().combine_chunks()
        for index, month in enumerate(months.dictionary.to_pylist()):
            part = rows if len(months.dictionary) == 1 else rows.filter(pc.equal(months.indices, index))
            self._held.setdefault(month, []).append(part)
            self._count[month] = self._count.get(month, 0) + part.num_rows
            if self._count[month] >= ROWS_IN_A_FILE:
                self._write(month)
        while sum(self._count.values()) > ROWS_IN_MEMORY:
            self._write(max(self._count, key=lambda month: self._count[month]))

    def close(self) -> Sequence[Written]:
        """Write what is left; every file that was written."""
        for month in sorted(self._held):
            self._write(month)
        return self.written

    def _write(self, month: str) -> None:
        parts = self._held.pop(month)
        del self._count[month]
        table = pa.concat_tables(parts).unify_dictionaries().combine_chunks().cast(STORED)
        # Sorted, so that the same rows are the same file whatever order they were read in.
        table = table.sort_by([("moment", "ascending"), ("key", "ascending")])
        name, size = self._place.keep(f"activity/{self._folder}/{month}", table)
        self.written.append(Written(month, name, table.num_rows, size))
