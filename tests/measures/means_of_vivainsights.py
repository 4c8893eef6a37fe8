"""The sample data of the ``vivainsights`` package through our own rows, lake, engine and measures.

    python -m tests.measures.means_of_vivainsights PATH/TO/pq_data.csv

The file lies in the package (``vivainsights/data/pq_data.csv``, MIT licence): 300 invented people in 35 weeks, one row
for each with figures that another tool has worked out. Nothing is fetched here, and nothing of it is kept.

Hours in meetings become attendance, told for a week, and are added up by ``load`` like those of any calendar. The file
has no moments, so its hours after hours, its hours of collaboration and its sizes of networks cannot be worked out
again from it: they come in as what another tool has told, and ``reported`` averages them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.place import Place
from counterpoint.lake.running import Input, run
from counterpoint.lake.writing import Writer
from counterpoint.measures.declaration import Asked
from counterpoint.measures.load import LOAD, REPORTED
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.activity import STORED

TOLD = ("Collaboration_hours", "After_hours_collaboration_hours", "Internal_network_size")
MEETINGS = "Meeting_hours"
SOURCE = "table:vivainsights"
_AT_ONCE = 5_000


def means(path: Path) -> Mapping[str, float]:
    """The mean of each figure over people and weeks."""
    with TemporaryDirectory() as folder:
        place = Place.at(folder)
        writer = Writer(place, SOURCE, "vivainsights")
        for batch in _batches(path):
            writer.add(batch)
        files = [one.name for one in writer.close()]
        tables = {name: relation.schema.empty_table() for name, relation in ORGANISATION.items()}
        given = Input(place, files, tables, datetime(2026, 11, 21, tzinfo=UTC))
        weeks = run(LOAD, Asked(window="week"), given, DuckEngine()).rows.to_pylist()
        hours = [(row["value"], row["people"]) for row in weeks if row["figure"] == "meeting_hours"]
        found = {MEETINGS: sum(value * people for value, people in hours) / sum(people for _, people in hours)}
        told = run(REPORTED, Asked(), given, DuckEngine()).rows.to_pylist()
        return found | {row["what"]: row["value"] for row in told}


def _batches(path: Path) -> Iterator[pa.Table]:
    rows: list[Mapping[str, Any]] = []
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows += _rows(row)
            if len(rows) >= _AT_ONCE:
                yield pa.Table.from_pylist(rows, schema=_PLAIN).cast(STORED)
                rows = []
    if rows:
        yield pa.Table.from_pylist(rows, schema=_PLAIN).cast(STORED)


def _rows(row: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    person, week = row["PersonId"], row["MetricDate"]
    for figure in (MEETINGS, *TOLD):
        of_meetings = figure == MEETINGS
        yield {
            **dict.fromkeys(STORED.names),
            "source": SOURCE,
            "key": blake2b(f"{person} {week} {figure}".encode(), digest_size=16).digest(),
            "moment": datetime.fromisoformat(week),
            "actor": f"actor:{person}",
            "verb": "attend" if of_meetings else "act",
            "object": figure,
            "size": float(row[figure]) * (60 if of_meetings else 1),
            "thread": f"{person} {week}" if of_meetings else None,
            "attributes": '{"answer":"present","span":"week"}' if of_meetings else '{"told":"week"}',
        }


_PLAIN = pa.schema(
    [pa.field(one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type) for one in STORED]
)

if __name__ == "__main__":
    for name, value in means(Path(sys.argv[1])).items():
        print(f"{name:32} {value:.4f}")
