"""OCEL 2.0 as SQLite: opened for reading alone, tables only, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from counterpoint.model.activity import Progress
from counterpoint.sources.traces.logs import unreadable
from counterpoint.sources.traces.ocel_event import Event, Unusable

_MAGIC = b"SQLite format 3\x00"
_NEEDED = ("event", "object", "event_object", "event_map_type")
_OWN = frozenset({"ocel_id", "ocel_time"})


def looks_like(path: Path) -> bool:
    """Is this a SQLite file?"""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def is_log(path: Path) -> bool:
    """Does it have the tables of a log?"""
    try:
        with closing(_connected(path)) as connection:
            return set(_NEEDED) <= _tables(connection)
    except sqlite3.Error:
        return False


class Log:
    """See :class:`counterpoint.sources.traces.ocel.Opened`."""

    def __init__(self, path: Path) -> None:
        """Look whether it is a log.

        Raises:
            InvalidInput: it is damaged, or has not the tables of OCEL 2.0.
        """
        self._path = path
        try:
            with closing(_connected(path)) as connection:
                self._there = _tables(connection)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise unreadable(path, f"cannot be read: {error}") from error
        lacking = [name for name in _NEEDED if name not in self._there]
        if lacking:
            hint = "is this OCEL 2.0? It needs " + ", ".join(_NEEDED)
            raise unreadable(path, f"this has no table {lacking[0]}, and is no log", hint=hint)

    def types(self, _progress: Progress) -> Mapping[str, str]:
        """See :class:`counterpoint.sources.traces.ocel.Opened`."""
        try:
            with closing(_connected(self._path)) as connection:
                rows = connection.execute('select "ocel_id", "ocel_type" from "object"')
                return {str(name): str(kind) for name, kind in rows if name is not None and kind is not None}
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise unreadable(self._path, f"its objects cannot be read: {error}") from error

    def events(self, progress: Progress) -> Iterator[Event | Unusable]:
        """See :class:`counterpoint.sources.traces.ocel.Opened`. Not in the order of the log: each says its place."""
        try:
            with closing(_connected(self._path)) as connection:
                yield from self._events(connection, progress)
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            yield Unusable(f"its events cannot be read from here on: {error}", "export it again", whole=True)

    def _events(self, connection: sqlite3.Connection, progress: Progress) -> Iterator[Event | Unusable]:
        """Type by type, because SQLite then joins each table once, whether or not it has an index."""
        order: dict[str, int] = {}
        # With its type, or SQLite would read an index, and in another order than the log has.
        for name, _ in connection.execute('select "ocel_id", "ocel_type" from "event"'):
            order.setdefault(str(name), len(order) + 1)
        total, related = len(order), _relations(connection)
        for kind, mapped in connection.execute('select "ocel_type", "ocel_type_map" from "event_map_type"').fetchall():
            table = f"event_{mapped}"
            if table not in self._there:
                continue
            progress(f"reading {self._path.name}", total - len(order), total)
            columns = _columns(connection, table)
            query = f'select t.* from "event" e join {_quoted(table)} t on t."ocel_id" = e."ocel_id" '
            for row in connection.execute(query + 'where e."ocel_type" = ?', (kind,)):
                found = dict(zip(columns, row, strict=True))
                name = str(found.get("ocel_id"))
                place = order.pop(name, None)
                if place is not None:
                    yield _event(name, str(kind), found, related.pop(name, ()), place)
        for name in order:
            yield Unusable(f"event {name} has no row in the table of its type", event=name)


def _event(
    name: str, kind: str, found: Mapping[str, object], objects: Sequence[tuple[str, str]], place: int
) -> Event | Unusable:
    time = found.get("ocel_time")
    if time is None or not str(time).strip():
        return Unusable(f"event {name} has no ocel_time", event=name)
    attributes = {column: str(value) for column, value in found.items() if column not in _OWN and value is not None}
    return Event(name, kind, str(time), attributes, objects, place=place)


def _relations(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    query = 'select "ocel_event_id", "ocel_object_id", "ocel_qualifier" from "event_object"'
    for event, thing, how in connection.execute(query):
        found.setdefault(str(event), []).append((str(thing), str(how or "")))
    return found


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    # A file of somebody else's may hold views and triggers that do more than they say.
    connection.execute("pragma trusted_schema = off")
    return connection


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {str(name) for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"pragma table_info({_quoted(table)})")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
