"""Activity as an object-centric log in OCEL 2.0: what becomes an event, what an object, and how they are related.

A step of a process is an event of its own name, and any other row an event of its verb. Objects are pieces of work and
cases, threads (commits, discussions, occurrences), files, areas and groups, and parties. Who a party is stays hidden
unless names are given: an identifier of the lake stands for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from counterpoint.errors import StoreError
from counterpoint.lake.ocel_files import Event, Kinds, Log, Object, write_json, write_sqlite, write_xml
from counterpoint.lake.place import Place

Form = Literal["json", "xml", "sqlite"]
FORMS: Mapping[str, Form] = {
    ".json": "json", ".jsonocel": "json", ".xml": "xml", ".xmlocel": "xml",
    ".sqlite": "sqlite", ".sqliteocel": "sqlite", ".db": "sqlite",
}  # fmt: skip
"""By how a file is called."""
EVENT_ATTRIBUTES: Kinds = {
    "source": "string",
    "verb": "string",
    "lifecycle": "string",
    "agent": "string",
    "size": "float",
}
OBJECT_ATTRIBUTES: Mapping[str, Kinds] = {
    "work": {"source": "string"},
    "thread": {"source": "string"},
    "file": {"source": "string"},
    "zone": {},
    "party": {"sort": "string"},
}
_COLUMNS = (
    "source", "key", "moment", "actor", "verb", "object", "target", "work", "zone", "size", "thread", "agent",
    "attributes",
)  # fmt: skip
_FILE_VERBS = frozenset({"change", "rename"})
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Party:
    """Who an identifier of the lake stands for: what they are called in the log, and what they are."""

    name: str
    sort: str = "unknown"


@dataclass(frozen=True)
class Activity:
    """Which activity: files of a lake by month (``2026-11``), of one source or all, within some days."""

    place: Place
    files: Sequence[tuple[str, str]]
    since: date | None = None
    until: date | None = None
    parties: Mapping[str, Party] = field(default_factory=dict)

    def batches(self) -> Iterator[pa.Table]:
        """The rows, month by month, and in each month in order of time."""
        months: dict[str, list[str]] = {}
        for month, name in self.files:
            months.setdefault(month, []).append(name)
        for month in sorted(months):
            tables = [self._read(name) for name in months[month]]
            rows = pa.concat_tables(tables)
            for sign, bound in ((pc.greater_equal, self.since), (pc.less, self.until)):
                if bound is not None:
                    at = pa.scalar(datetime.combine(bound, datetime.min.time()), pa.timestamp("us"))
                    rows = rows.filter(sign(rows["moment"], at))
            yield rows.sort_by([(name, "ascending") for name in ("moment", "source", "size", "key")])

    def _read(self, name: str) -> pa.Table:
        try:
            table = pq.read_table(self.place.path(name), columns=list(_COLUMNS), filesystem=self.place.system)
        except (OSError, pa.ArrowException) as error:
            raise StoreError(f"{self.place.path(name)} cannot be read: {error}", hint="is the lake whole?") from error
        plain = [
            column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.columns
        ]
        return pa.table(plain, names=table.column_names)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many events of how many types, and how many objects."""

    events: int
    types: int
    objects: int


def export_ocel(activity: Activity, file: Path, form: Form, progress: Progress) -> Written:
    """Write activity as a log. Everything is read twice: once for what there is, once for the events.

    Memory holds one month of rows, and the names of all objects. The file has its name only once it is whole.

    Raises:
        StoreError: the lake cannot be read, or the file cannot be written.
    """
    objects, types, count = _surveyed(activity, progress)
    log = Log(
        sorted(types),
        EVENT_ATTRIBUTES,
        OBJECT_ATTRIBUTES,
        objects,
        lambda: _events(activity, count, progress),
    )
    temporary = file.with_name(file.name + ".part")
    try:
        temporary.unlink(missing_ok=True)
        {"json": write_json, "xml": write_xml, "sqlite": write_sqlite}[form](log, temporary)
        temporary.replace(file)
    except (OSError, sqlite3.Error) as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"{file} cannot be written: {error}", hint="is there room, and may you?") from error
    return Written(count, len(types), len(objects))


def _surveyed(activity: Activity, progress: Progress) -> tuple[list[Object], set[str], int]:
    found: dict[str, Object] = {}
    types: set[str] = set()
    count = 0
    for table in activity.batches():
        for row in table.to_pylist():
            types.add(_type(row))
            for one, _ in _related(row, activity.parties):
                found.setdefault(one.id, one)
        count += table.num_rows
        progress("looking what there is", count, 0)
    return [found[name] for name in sorted(found)], types, count


def _events(activity: Activity, count: int, progress: Progress) -> Iterator[Event]:
    done = 0
    for table in activity.batches():
        for row in table.to_pylist():
            related = [(one.id, how) for one, how in _related(row, activity.parties)]
            yield Event(f"{row['source']}#{row['key'].hex()}", _type(row), row["moment"], _attributes(row), related)
        done += table.num_rows
        progress("writing", done, count)


def _type(row: Mapping[str, Any]) -> str:
    return str(row["object"] if row["verb"] == "step" else row["verb"])


def _attributes(row: Mapping[str, Any]) -> dict[str, str]:
    found = {"source": row["source"], "verb": row["verb"]}
    if row["agent"] is not None:
        found["agent"] = row["agent"]
    # The size of a step is its place in its log, and says nothing outside it.
    if row["size"] is not None and row["verb"] != "step":
        found["size"] = repr(row["size"])
    if row["attributes"] is not None and '"lifecycle"' in row["attributes"]:
        transition = orjson.loads(row["attributes"]).get("lifecycle")
        if isinstance(transition, str):
            found["lifecycle"] = transition
    return found


def _related(row: Mapping[str, Any], parties: Mapping[str, Party]) -> Iterator[tuple[Object, str]]:
    """The objects of a row, each once, and what they are to it."""
    source, seen = row["source"], set()
    told = [
        ("work", row["work"] and f"work:{source}/{row['work']}", "of", {"source": source}),
        ("thread", _thread(row), "in", {"source": source}),
        ("file", row["verb"] in _FILE_VERBS and f"file:{source}/{row['object']}", "changes", {"source": source}),
        ("zone", row["zone"] and f"zone:{str(row['zone']).removeprefix('zone:')}", "at", {}),
        *(("party", *_party(row[column], parties, how)) for column, how in (("actor", "by"), ("target", "to"))),
    ]
    for kind, name, how, attributes in told:
        if name and name not in seen:
            seen.add(name)
            yield Object(name, kind, attributes), how


def _party(actor: str | None, parties: Mapping[str, Party], how: str) -> tuple[str | None, str, dict[str, str]]:
    """A party by its name; who is nobody in particular is no object."""
    if actor is None:
        return None, how, {}
    found = parties.get(actor, Party(actor))
    return found.name or None, how, {"sort": found.sort}


def _thread(row: Mapping[str, Any]) -> str | None:
    if row["thread"] is None or row["thread"] == row["work"]:
        return None
    return f"thread:{row['source']}/{row['thread']}"
