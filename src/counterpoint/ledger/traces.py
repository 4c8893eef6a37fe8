"""What the ledger keeps of the lake: the files that count, how far each source was read, and who the actors are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, delete, func, select

from counterpoint.ledger.claims import chunks
from counterpoint.ledger.rows import fetch, insert_rows, one_of, replace_rows
from counterpoint.ledger.schema import trace_actor, trace_file, trace_source
from counterpoint.model.statements import Json

ACTOR = "actor:"
"""How the identifier of an actor begins, so that it is told apart from whatever the state knows."""


class TraceFile(NamedTuple):
    """A file of the lake: its source, the month of its rows (``2026-11``), its name, and how much is in it."""

    source: str
    month: str
    name: str
    rows: int
    bytes: int


class TraceActor(NamedTuple):
    """Whom an identifier in the lake means; the names are None once they were erased."""

    actor: str
    system: str | None
    handle: str | None
    name: str | None
    sort: str
    confidence: float


class TraceSource(NamedTuple):
    """Where activity was read from: how far, how it was asked for, when and by whom it was read last."""

    source: str
    format: str
    cursor: Json
    request: Mapping[str, Json]
    recorded: str
    actor: str


def trace_files(connection: Connection, source: str | None = None) -> list[TraceFile]:
    """Every file of the lake that counts, or those of a source, sorted."""
    query = select(trace_file).order_by(trace_file.c.source, trace_file.c.month, trace_file.c.name)
    if source is not None:
        query = query.where(trace_file.c.source == source)
    return [TraceFile(*row) for row in connection.execute(query)]


def trace_sources(connection: Connection) -> list[TraceSource]:
    """Every source of activity, by name."""
    rows = connection.execute(select(trace_source).order_by(trace_source.c.source))
    return [
        TraceSource(row.source, row.format, orjson.loads(row.cursor), orjson.loads(row.request), *row[4:])
        for row in rows
    ]


def keep_source(connection: Connection, source: TraceSource) -> None:
    """Say how far a source was read."""
    cursor, request = orjson.dumps(source.cursor).decode(), orjson.dumps(dict(source.request)).decode()
    replace_rows(connection, trace_source, [(*source[:2], cursor, request, *source[4:])])


def keep_files(connection: Connection, source: str, files: Sequence[TraceFile], *, replaces: bool) -> int:
    """Make these files count, instead of or beside those that count already; how many were not there."""
    there = set(trace_files(connection, source))
    if replaces:
        connection.execute(delete(trace_file).where(trace_file.c.source == source))
        there = set()
    fresh = [one for one in files if one not in there]
    insert_rows(connection, trace_file, fresh)
    return len(fresh)


def forget_source(connection: Connection, source: str) -> int:
    """Let nothing of a source count any more; how many files did. Who its actors are is kept: others may name them."""
    gone = connection.execute(delete(trace_file).where(trace_file.c.source == source)).rowcount
    connection.execute(delete(trace_source).where(trace_source.c.source == source))
    return gone


def trace_actors(connection: Connection) -> list[TraceActor]:
    """Everybody whom the lake names, in the order of their identifiers."""
    return [TraceActor(*row) for row in connection.execute(select(trace_actor).order_by(trace_actor.c.actor))]


def known_actors(connection: Connection, references: Iterable[tuple[str, str]]) -> dict[tuple[str, str], TraceActor]:
    """Those of some pairs of system and handle that have an identifier."""
    wanted: dict[str, set[str]] = {}
    for system, handle in references:
        wanted.setdefault(system, set()).add(handle)
    found = {}
    for system, handles in wanted.items():
        for keys in chunks(sorted(handles)):
            query = select(trace_actor).where(trace_actor.c.system == system, trace_actor.c.handle.in_(keys))
            for row in connection.execute(query):
                found[system, row.handle] = TraceActor(*row)
    return found


def keep_actors(connection: Connection, actors: Sequence[TraceActor]) -> None:
    """Keep actors that are new, or of whom more is known now."""
    replace_rows(connection, trace_actor, actors)


def count_actors(connection: Connection) -> int:
    """How many identifiers the lake has."""
    return int(connection.execute(select(func.count()).select_from(trace_actor)).scalar_one())


def forget_actors(connection: Connection, actors: Sequence[str]) -> int:
    """Forget whom these identifiers meant, for good; the rows in the lake stay, and name nobody."""
    gone = 0
    for keys in chunks(sorted(actors)):
        condition, parameters = one_of(connection, keys)
        rows = fetch(connection, f"select actor, sort, confidence from trace_actor where actor {condition}", parameters)
        replace_rows(connection, trace_actor, [(actor, None, None, None, *rest) for actor, *rest in rows])
        gone += len(rows)
    return gone
