"""Few large files instead of many small ones: what many small imports leave is joined, each row only a few times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa

from counterpoint.lake.layout import ACTIVITY
from counterpoint.lake.place import Place
from counterpoint.lake.writing import ROWS_IN_A_FILE, Written
from counterpoint.model.activity import STORED

ALIKE = 8
"""How many files of one month and about one size are joined into one."""


class Joined(NamedTuple):
    """Files that were joined: what there is now, and the names of those that it stands for."""

    fresh: Sequence[Written]
    gone: Sequence[str]


def due(files: Iterable[Written]) -> list[list[Written]]:
    """The groups of files of one source that are worth joining, each of one month and never more than fit in a file.

    Files are joined with those of their own size alone (each size eight times the next smaller one), as soon as there
    are eight: so a row is written again at most once for each size, seven times in all, and a month never has more than
    seven files of each size.
    """
    alike: dict[tuple[str, int], list[Written]] = {}
    for one in sorted(files, key=lambda file: (file.month, file.rows, file.name)):
        if one.rows < ROWS_IN_A_FILE // 2:
            alike.setdefault((one.month, _size(one.rows)), []).append(one)
    return [group for key in sorted(alike) for group in _groups(alike[key])]


def compacted(place: Place, folder: str, files: Iterable[Written]) -> Joined:
    """Join what is :func:`due`. Nothing is deleted: the caller lists the new files and no longer those they stand for.

    Raises:
        StoreError: a file cannot be read or written; every file that counts is still there.
    """
    fresh, gone = [], []
    for group in due(files):
        table = pa.concat_tables(place.read(one.name).cast(STORED) for one in group).unify_dictionaries()
        table = table.sort_by([("moment", "ascending"), ("key", "ascending")])
        name, size = place.keep(f"{ACTIVITY}/{folder}/{group[0].month}", table)
        fresh.append(Written(group[0].month, name, table.num_rows, size))
        gone += [one.name for one in group]
    return Joined(fresh, gone)


def _size(rows: int) -> int:
    size = 0
    while rows >= ALIKE:
        rows //= ALIKE
        size += 1
    return size


def _groups(files: Sequence[Written]) -> Iterable[list[Written]]:
    """Groups of at least eight, as large as a file may be."""
    group: list[Written] = []
    for one in files:
        if sum(file.rows for file in group) + one.rows > ROWS_IN_A_FILE:
            if len(group) >= ALIKE:
                yield group
            group = []
        group.append(one)
    if len(group) >= ALIKE:
        yield group
