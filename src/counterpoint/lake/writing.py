"""Writing activity: rows in any order go into files of one source and one month, each row once, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from counterpoint.lake.duplicates import FEW, duplicate_keys
from counterpoint.lake.layout import ACTIVITY
from counterpoint.lake.place import WRITTEN_AT_ONCE, Place, unreadable
from counterpoint.model.activity import STORED

ROWS_IN_A_FILE = 500_000
ROWS_IN_MEMORY = 1_000_000
Span = tuple[datetime, datetime]


class Written(NamedTuple):
    """A file that was written: the month of its rows, its name in the lake, and how much is in it."""

    month: str
    name: str
    rows: int
    bytes: int


class _Made(NamedTuple):
    file: Written
    keys: pa.Array


class Writer:
    """Takes rows of one source and writes them into files, each of one month; keeps a bounded number of rows.

    A row counts once: what has the key of a row that is there, or that was taken before, is not written, even where it
    says something else. A source that corrects what it said yields the correction under another key, or reads anew.
    """

    def __init__(self, place: Place, source: str, folder: str, against: Iterable[tuple[str, str]] = ()) -> None:
        """``against`` are the months and names of the files that are there: rows that they hold are not written."""
        self._place = place
        self._there: dict[str, dict[str, Span | None]] = {}
        for month, name in against:
            self._there.setdefault(month, {})[name] = None
        self._old = [name for names in self._there.values() for name in names]
        self._source = source
        self._folder = folder
        self._held: dict[str, list[pa.Table]] = {}
        self._count: dict[str, int] = {}
        self._rows = 0
        self._keys: dict[str, pa.Array] = {}
        self.written: list[Written] = []

    def add(self, rows: pa.Table, latest: datetime | None = None) -> None:
        """Take rows of the schema :data:`~counterpoint.model.activity.STORED`, of any months.

        ``latest`` is the time after which no more rows are expected: the months after it are written now.
        """
        if not rows.num_rows:
            return
        moments = rows["moment"]
        numbers = pc.add(pc.multiply(pc.year(moments), 100), pc.month(moments))
        several = pc.unique(numbers).to_pylist()
        for number in several:
            month = f"{number // 100:04}-{number % 100:02}"
            part = rows if len(several) == 1 else rows.filter(pc.equal(numbers, number))
            self._held.setdefault(month, []).append(part)
            self._count[month] = self._count.get(month, 0) + part.num_rows
            if self._count[month] >= ROWS_IN_A_FILE:
                self._write([month])
        while sum(self._count.values()) > ROWS_IN_MEMORY:
            self._write([max(self._count, key=lambda month: self._count[month])])
        if latest is not None:
            # Where a clock was wrong more comes all the same: that waits for the end, and is one more file.
            after = f"{latest:%Y-%m}"
            self._write([month for month in self._held if month > after and month not in self._there])

    def close(self) -> Sequence[Written]:
        """Write what is left; every file that was written, safe from a loss of power.

        Raises:
            StoreError: the lake cannot be written to, or a file that counts cannot be read.
        """
        self._write(sorted(self._held))
        self._once()
        self._place.settle(one.name for one in self.written)
        return self.written

    def _write(self, months: Sequence[str]) -> None:
        """Write what is held of some months: a short history is many of few rows, so several at once."""
        if len(months) < 2:
            for month in months:
                self._note(self._made(month))
            return
        with ThreadPoolExecutor(WRITTEN_AT_ONCE) as pool:
            for made in pool.map(self._made, months):
                self._note(made)

    def _note(self, made: _Made | None) -> None:
        if made is None:
            return
        self.written.append(made.file)
        self._rows += made.file.rows
        if self._rows <= FEW:
            self._keys[made.file.name] = made.keys
        else:
            self._keys.clear()

    def _made(self, month: str) -> _Made | None:
        """Make a file of what is held of a month. Two months do not meet in here, so threads may do this at once."""
        parts = self._held.pop(month)
        del self._count[month]
        table = pa.concat_tables(parts).unify_dictionaries().cast(STORED).combine_chunks()
        return self._kept(month, self._without_those_there(month, _first_of_each(table)))

    def _kept(self, month: str, table: pa.Table) -> _Made | None:
        if not table.num_rows:
            return None
        # Sorted, so that the same rows are the same file whatever order they were read in.
        table = table.sort_by([("moment", "ascending"), ("key", "ascending")])
        name, size = self._place.keep(f"{ACTIVITY}/{self._folder}/{month}", table, settled=False)
        self._there.setdefault(month, {})[name] = _span(table)
        return _Made(Written(month, name, table.num_rows, size), table["key"].combine_chunks())

    def _without_those_there(self, month: str, table: pa.Table) -> pa.Table:
        """The rows that no file of their month has, looking only where rows of their times are.

        What is read again has its old time nearly always, so this leaves next to nothing for :meth:`_once`.
        """
        files = self._there.get(month, {})
        for name in files:
            if not table.num_rows:
                break
            span = files[name] = files[name] or self._span_of(name)
            first, last = _span(table)
            if span[0] <= last and first <= span[1]:
                found = pc.is_in(table["key"], value_set=self._place.keys(name))
                table = table.filter(pc.invert(found))
        return table

    def _once(self) -> None:
        """Take out what is there twice all the same: with another time, so in another month or another file."""
        names = list(dict.fromkeys(one.name for one in self.written))
        if len(names) + len(self._old) < 2 or not names:
            return
        inside, outside = duplicate_keys(self._place, names, self._old, self._rows, self._keys)
        if not len(inside) and not len(outside):
            return
        written, self.written = self.written, []
        for one in written:
            keys = self._place.keys(one.name)
            gone = pc.is_in(keys, value_set=outside)
            repeated = pc.is_in(keys, value_set=inside)
            if not pc.any(pc.or_(gone, repeated)).as_py():
                self.written.append(one)
                continue
            table = self._place.read(one.name).cast(STORED)
            self._note(self._kept(one.month, table.filter(pc.invert(gone))))
            # The first of those that are there twice stays, and every later one meets it outside.
            outside = pa.concat_arrays([outside, keys.filter(repeated)])

    def _span_of(self, name: str) -> Span:
        """The first and last moment of a file, from the figures at its end."""
        try:
            with self._place.system.open_input_file(self._place.path(name)) as stream:
                found = pq.ParquetFile(stream).metadata
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self._place, [name], str(error)) from error
        at = STORED.names.index("moment")
        groups = [found.row_group(number).column(at).statistics for number in range(found.num_row_groups)]
        return min(one.min for one in groups), max(one.max for one in groups)


def _first_of_each(table: pa.Table) -> pa.Table:
    """The rows without those whose key an earlier one has."""
    keys = table["key"].combine_chunks().dictionary_encode()
    if len(keys.dictionary) == len(keys):
        return table
    _, first = np.unique(keys.indices.to_numpy(), return_index=True)
    return table.take(pa.array(np.sort(first)))


def _span(table: pa.Table) -> Span:
    found = pc.min_max(table["moment"]).as_py()
    return found["min"], found["max"]
