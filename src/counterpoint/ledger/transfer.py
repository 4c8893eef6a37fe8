"""A ledger on its way: exported as text, brought back, backed up, moved to another store; the hashes stay the same.

The format is JSON Lines. The first line says what it is and names the head; every other line is one entry with its
files and statements, salts included, exactly as the chain covers them. What was erased is null. After the entries comes
what the ledger keeps beside them: what is in quarantine, and of activity the files that count, how far each source was
read, and who the actors are. The files themselves are the lake's.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import orjson
from sqlalchemy import Connection, insert, select, update

from counterpoint.errors import Damaged, InvalidInput, StoreError
from counterpoint.ledger import chain, keep
from counterpoint.ledger.checks import VALUE_COLUMNS, text_kept, value_kept
from counterpoint.ledger.glance import glance
from counterpoint.ledger.ledger import BEGINNING, Ledger
from counterpoint.ledger.schema import (
    entry,
    file,
    head,
    quarantine,
    statement,
    trace_actor,
    trace_file,
    trace_source,
)

Progress = Callable[[str, int, int], None]
FORMAT = "counterpoint ledger"
VERSION = 2
_KNOWN = (1, VERSION)
_ENTRY = [str(column.name) for column in entry.c if column.name != "statements"]
_HEADER = {"organisation": str, "sequence": int, "hash": str}
_FILE = ["name", "salt", "commitment"]
_STATEMENT = [str(column.name) for column in statement.c if column.name not in {"sequence", "number"}]
_BESIDE = {"quarantined": quarantine, **{str(one.name): one for one in (trace_source, trace_file, trace_actor)}}
"""What the ledger keeps beside the entries, by what stands around a row of it: no entry has a field of such a name."""


def export(ledger: Ledger, progress: Progress = lambda *_: None) -> Iterator[bytes]:
    """The whole ledger, a line at a time: a header, every entry, and what is kept beside them."""
    with ledger.store.reading() as connection:
        at = connection.execute(select(head)).one()
        header = {"format": FORMAT, "version": VERSION, "organisation": at.organisation}
        yield _line({**header, "sequence": at.sequence, "hash": at.hash})
        done = 0
        for block in blocks(connection):
            for one in block:
                yield _line(one)
            done += len(block)
            progress("exporting entries", done, at.sequence)
        for name, table in _BESIDE.items():
            for row in connection.execute(select(table).order_by(*table.primary_key)):
                yield _line({name: {str(one): value for one, value in row._mapping.items() if one != "id"}})


def restore(ledger: Ledger, lines: Iterable[bytes], progress: Progress = lambda *_: None) -> str:
    """Fill an empty ledger with what :func:`export` wrote. Its head.

    Raises:
        InvalidInput: this is no export, or one that this program does not know.
        Damaged: an entry is not what its hash says, or the tail is missing; nothing was written.
        StoreError: the ledger is not empty.
    """
    stream = iter(lines)
    header = _header(next(stream, b""))
    with ledger.store.writing() as connection:
        taken = connection.execute(select(trace_source.c.source).limit(1)).first()
        if taken is not None or connection.execute(select(head.c.sequence)).scalar_one() != 0:
            raise StoreError("the organisation to restore into is not empty", hint="restore into a new place")
        sequence, digest, recorded = 0, chain.genesis(header["organisation"]), BEGINNING
        for number, line in enumerate(stream, start=2):
            one = _parsed(line, number)
            if beside := one.keys() & _BESIDE.keys():
                (name,) = beside
                connection.execute(insert(_BESIDE[name]), one[name])
                continue
            sequence, digest, recorded = sequence + 1, take(connection, one, sequence + 1, digest), one["recorded"]
            progress("restoring entries", sequence, header["sequence"])
        if (sequence, digest) != (header["sequence"], header["hash"]):
            raise Damaged(f"the copy ends at entry {sequence} and should end at {header['sequence']}")
        now = max(glance(connection, ledger.clock).now, recorded)
        state_time = max(recorded, keep.rebuild(connection, now))
        at = {"sequence": sequence, "hash": digest, "recorded": recorded, "state_time": state_time}
        connection.execute(update(head), {"organisation": header["organisation"], **at})
    return str(digest)


def backup(ledger: Ledger, path: Path, progress: Progress = lambda *_: None) -> str:
    """Write a compressed copy, read it back, and only then give it its name. The head it holds.

    Raises:
        StoreError: the file is there already.
        Damaged: what was read back is not what the ledger holds.
    """
    if path.exists():
        raise StoreError(f"{path} is there already", hint="give another name; a backup is never overwritten")
    partial = path.with_name(path.name + ".partial")
    try:
        with gzip.open(partial, "wb", compresslevel=6) as out:
            for line in export(ledger, progress):
                out.write(line)
        with open_lines(partial) as lines:
            digest = check_lines(lines)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return digest


def check_lines(lines: Iterable[bytes]) -> str:
    """Read a copy through and check its chain; its head.

    Raises:
        InvalidInput: this is no export.
        Damaged: it is not whole.
    """
    stream = iter(lines)
    header = _header(next(stream, b""))
    sequence, digest = 0, chain.genesis(header["organisation"])
    for number, line in enumerate(stream, start=2):
        one = _parsed(line, number)
        if not one.keys() & _BESIDE.keys():
            sequence += 1
            digest = _checked(one, sequence, digest)
    if (sequence, digest) != (header["sequence"], header["hash"]):
        raise Damaged(f"the copy ends at entry {sequence} and should end at {header['sequence']}")
    return digest


def open_lines(path: Path) -> IO[bytes]:
    """A copy for reading, compressed or not."""
    with path.open("rb") as probe:
        compressed = probe.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path, "rb")) if compressed else path.open("rb")


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n"


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except ValueError as error:
        raise InvalidInput(f"line {number} of the copy is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise InvalidInput(f"line {number} of the copy is no entry")
    return found


def _header(line: bytes) -> dict[str, Any]:
    header = _parsed(line, 1)
    if header.get("format") != FORMAT:
        raise InvalidInput("this is no export of a ledger", hint="counterpoint export and backup write one")
    if header.get("version") not in _KNOWN:
        raise InvalidInput(f"the copy has version {header.get('version')}, and this program knows {VERSION}")
    if not all(isinstance(header.get(name), kind) for name, kind in _HEADER.items()):
        raise InvalidInput("the first line of the copy is not whole", hint=f"it has {', '.join(_HEADER)}")
    return header


def blocks(connection: Connection, size: int = 200) -> Iterator[list[dict[str, Any]]]:
    """Every entry of the record with its files and statements, some at a time, in order."""
    last = 0
    while True:
        query = select(entry).where(entry.c.sequence > last).order_by(entry.c.sequence).limit(size)
        rows = connection.execute(query).all()
        if not rows:
            return
        span = (last, rows[-1].sequence)
        files = _by_entry(connection, file, span, _FILE)
        statements = _by_entry(connection, statement, span, _STATEMENT)
        yield [
            {
                **{name: row._mapping[name] for name in _ENTRY},
                "files": files.get(row.sequence, []),
                "statements": statements.get(row.sequence, []),
            }
            for row in rows
        ]
        last = span[1]


def _by_entry(connection: Connection, table: Any, span: tuple[int, int], names: list[str]) -> dict[int, list[Any]]:
    query = (
        select(table)
        .where(table.c.sequence > span[0], table.c.sequence <= span[1])
        .order_by(table.c.sequence, table.c.number)
    )
    found: dict[int, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.sequence, []).append({name: row._mapping[name] for name in names})
    return found


def _checked(one: dict[str, Any], sequence: int, previous: str) -> str:
    """The entry's hash, if it is what it says and follows ``previous``."""
    try:
        digest = chain.body_hash(
            one["sequence"], one["id"], one["external_id"], one["said"], one["recorded"], one["actor"], one["source"],
            one["reason_commitment"], [part["commitment"] for part in one["files"]],
            [_covered(part) for part in one["statements"]], one["previous"],
        )  # fmt: skip
        kept = (
            text_kept(one["reason_salt"], one["reason"], one["reason_commitment"])
            and all(text_kept(part["salt"], part["name"], part["commitment"]) for part in one["files"])
            and all(value_kept(*(part[name] for name in VALUE_COLUMNS)) for part in one["statements"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"entry {sequence} of the copy is not whole: {error!r}") from error
    if (one["sequence"], one["previous"], one["hash"]) != (sequence, previous, digest) or not kept:
        raise Damaged(f"entry {sequence} of the copy is not what was hashed")
    return digest


def _covered(part: dict[str, Any]) -> Any:
    return chain.covered((None, None, *(part[name] for name in _STATEMENT)))


def take(connection: Connection, one: dict[str, Any], sequence: int, previous: str) -> str:
    """Write one entry as it was exported; its hash.

    Raises:
        Damaged: it is not what was hashed, or does not follow ``previous``.
    """
    digest = _checked(one, sequence, previous)
    record = {name: one[name] for name in _ENTRY}
    connection.execute(insert(entry), {**record, "statements": len(one["statements"])})
    for table, rows, names in ((file, one["files"], _FILE), (statement, one["statements"], _STATEMENT)):
        made = [
            {"sequence": sequence, "number": number, **{name: row[name] for name in names}}
            for number, row in enumerate(rows)
        ]
        if made:
            connection.execute(insert(table), made)
    return digest
