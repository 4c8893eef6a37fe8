"""A disk that can lose its power: a file system for SQLite, in memory, that keeps apart what was synced and what not.

SQLAlchemy drives SQLite through the library that ``apsw`` brings along, whose file system can be written in Python; a
small adapter gives it the face of the standard library's ``sqlite3``. Every write, truncation, sync and deletion goes
into a journal. Afterwards the disk can be set up as it would have been found after a power cut at any place in it:
with everything that was synced, and with nothing, a part, or a torn part of what was not.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import apsw

SECTOR = 512


@dataclass
class Change:
    """One call that changes a file: ``write``, ``truncate``, ``sync`` or ``delete``; or ``told`` (acknowledged)."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""


def apply(content: bytearray, change: Change) -> None:
    """Do a write or a truncation."""
    if change.kind == "truncate":
        del content[change.offset :]
    else:
        if len(content) < change.offset:
            content.extend(bytes(change.offset - len(content)))
        content[change.offset : change.offset + len(change.data)] = change.data


def after_a_cut(journal: Sequence[Change], place: int, dice: random.Random | None) -> dict[str, bytearray]:
    """What is on the disk after a power cut at ``place``: all that was synced; of the rest, what ``dice`` say."""
    durable: dict[str, bytearray] = {}
    pending: dict[str, list[Change]] = {}
    for change in journal[:place]:
        if change.kind in ("write", "truncate"):
            pending.setdefault(change.name, []).append(change)
        elif change.kind == "sync":
            content = durable.setdefault(change.name, bytearray())
            for each in pending.pop(change.name, ()):
                apply(content, each)
        elif change.kind == "delete":
            durable.pop(change.name, None)
            pending.pop(change.name, None)
    if dice is not None:
        for name, changes in pending.items():
            for each in changes:
                keep_some(durable.setdefault(name, bytearray()), each, dice)
    return durable


def keep_some(content: bytearray, change: Change, dice: random.Random) -> None:
    """Of a change that was not synced, sectors may have reached the disk, each or none, in any order."""
    if change.kind == "truncate":
        if dice.random() < 0.5:
            apply(content, change)
        return
    for start in range(0, len(change.data), SECTOR):
        if dice.random() < 0.5:
            part = change.data[start : start + SECTOR]
            apply(content, Change("write", change.name, change.offset + start, part))


@dataclass
class Disk:
    """The files, and the journal of what happened to them."""

    files: dict[str, bytearray] = field(default_factory=dict)
    journal: list[Change] = field(default_factory=list)

    def note(self, change: Change) -> None:
        """Write it down, and do it."""
        self.journal.append(change)
        if change.kind in ("write", "truncate"):
            apply(self.files[change.name], change)

    def told(self, name: str) -> None:
        """Somebody was told that this is safe."""
        self.journal.append(Change("told", name))


class FileSystem(apsw.VFS):
    """Gives SQLite a disk."""

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, "")
        self.disk = disk

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def xAccess(self, name: str, _flags: int) -> bool:  # noqa: N802
        return name in self.disk.files

    def xDelete(self, name: str, _sync: bool) -> None:  # noqa: N802
        self.disk.files.pop(name, None)
        self.disk.note(Change("delete", name))

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
        text = (
            f"temporary-{id(self)}-{len(self.disk.files)}"
            if name is None
            else str(name if isinstance(name, str) else name.filename())
        )
        if text not in self.disk.files and not flags[0] & apsw.SQLITE_OPEN_CREATE:
            raise apsw.CantOpenError(text)
        self.disk.files.setdefault(text, bytearray())
        flags[1] = flags[0]
        return OpenFile(self.disk, text)


class OpenFile:
    """One open file; locks are of no use, because there is one connection."""

    def __init__(self, disk: Disk, name: str) -> None:
        self.disk, self.name = disk, name

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self.disk.files[self.name][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.note(Change("write", self.name, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.note(Change("truncate", self.name, size))

    def xSync(self, _flags: int) -> None:  # noqa: N802
        self.disk.note(Change("sync", self.name))

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.disk.files[self.name])

    def xClose(self) -> None:  # noqa: N802
        pass

    def xLock(self, _level: int) -> None:  # noqa: N802
        pass

    def xUnlock(self, _level: int) -> None:  # noqa: N802
        pass

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, _operation: int, _pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0


class Cursor:
    """A cursor as the standard library's."""

    arraysize = 100

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid = 0

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        return self.executemany(sql, [parameters])

    def executemany(self, sql: str, many: Iterable[Sequence[Any]]) -> Cursor:
        before = self._connection.total_changes()
        self.description = None
        for parameters in many:
            cursor = self._connection.cursor()
            bound = parameters if isinstance(parameters, dict) else tuple(parameters)
            cursor.exec_trace = self._describe
            try:
                cursor.execute(sql, bound or None)
                self._rows = list(cursor)
            except apsw.Error as error:
                raise sqlite3.OperationalError(f"{type(error).__name__}: {error}") from error
        self.rowcount = self._connection.total_changes() - before
        return self

    def _describe(self, cursor: apsw.Cursor, _sql: str, _parameters: Any) -> bool:
        """The columns, which can be asked for only while the statement runs, even if there is no row."""
        names = cursor.get_description()
        self.description = [(name, None, None, None, None, None, None) for name, *_ in names] or None
        return True

    def fetchall(self) -> list[tuple[Any, ...]]:
        found, self._rows = self._rows, []
        return found

    def fetchmany(self, size: int = 100) -> list[tuple[Any, ...]]:
        found, self._rows = self._rows[:size], self._rows[size:]
        return found

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def close(self) -> None:
        self._rows = []


class Connection:
    """A connection as the standard library's."""

    isolation_level: str | None = None
    text_factory: Any = str

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def cursor(self, *_: Any) -> Cursor:
        return Cursor(self._connection)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(sql, parameters)

    def create_function(self, *_: Any, **__: Any) -> None:
        pass

    def commit(self) -> None:
        if self._connection.in_transaction:
            self.execute("commit")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self.execute("rollback")

    def close(self) -> None:
        self._connection.close()


class Driver:
    """What SQLAlchemy takes for the ``sqlite3`` module."""

    paramstyle = "qmark"
    sqlite_version = apsw.sqlitelibversion()
    sqlite_version_info = tuple(int(part) for part in apsw.sqlitelibversion().split("."))
    PARSE_DECLTYPES = PARSE_COLNAMES = 0
    Binary = bytes

    def __init__(self, disk: Disk, name: str) -> None:
        self.system = FileSystem(name, disk)
        self.name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)

    def connect(self, url: str, **_: Any) -> Connection:
        connection = apsw.Connection(url, vfs=self.name)
        # Without this, write-ahead logging needs shared memory, which a file system in Python does not have. It
        # changes how locks are held, and nothing about when what is written or synced.
        connection.execute("pragma locking_mode=exclusive")
        return Connection(connection)
