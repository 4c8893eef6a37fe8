"""The two stores: how each is opened, locked, asked for the time and checked. Nothing else knows which one it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from counterpoint.errors import StoreError, UsageError
from counterpoint.ledger.rows import fetch, send
from counterpoint.ledger.turns import Turns

BUSY_SECONDS = 60
POSTGRESQL = ("postgresql://", "postgres://")
# The inner select must not be merged with the outer one: it is what puts the keys into one order for everybody.
_LOCK = """
select pg_advisory_xact_lock(number) from (
    select distinct hashtextextended(key, 0) as number from unnest(%s::text[]) as key order by 1 offset 0
) as numbers
"""
_LOCK_SHARED = _LOCK.replace("pg_advisory_xact_lock", "pg_advisory_xact_lock_shared")


class Store:
    """An opened store. One object for a process; threads share it."""

    def __init__(self, url: str, *, synchronous: str = "FULL") -> None:
        self.url = url
        self.is_postgresql = url.startswith(POSTGRESQL)
        self._synchronous = synchronous
        self._turns = None if self.is_postgresql or url == ":memory:" else Turns(url)
        try:
            self.engine = self._postgresql(url) if self.is_postgresql else self._sqlite(url)
        except (ImportError, ValueError) as error:
            raise StoreError(f"{url!r} cannot be opened: {error}", hint="give a file, or postgresql://…") from error
        # The same connections; how each is to begin is settled once, and not for every transaction.
        one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reads = self.engine.execution_options(**one_moment) if self.is_postgresql else self.engine
        self._writes = self.engine.execution_options(counterpoint_write=True)

    @property
    def path(self) -> Path | None:
        """The file, where the store is one."""
        return None if self.is_postgresql else Path(self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the store and writes nothing."""
        with self._connected(self._reads) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write. On SQLite it holds the only write lock from the start."""
        turn = self._turns.turn(BUSY_SECONDS) if self._turns else nullcontext()
        with turn, self._connected(self._writes) as connection, connection.begin():
            yield connection

    def lock(self, connection: Connection, keys: Sequence[str], *, shared: bool = False) -> None:
        """Hold these keys until the transaction ends; in one order, so that two writers never wait for each other.

        ``shared`` lets others hold them so too, and nobody alone. SQLite has one writer at a time anyway.
        """
        if self.is_postgresql and keys:
            fetch(connection, _LOCK_SHARED if shared else _LOCK, (list(keys),))

    def try_lock(self, connection: Connection, key: str) -> bool:
        """Hold a key until the transaction ends, if nobody else does; never waits."""
        if not self.is_postgresql:
            return True
        sql = "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
        ((got,),) = fetch(connection, sql, (key,))
        return bool(got)

    @contextmanager
    def whatever_there_is(self, connection: Connection) -> Iterator[None]:
        """Within this block, bytes that are no text are read as text that no hash will fit, and not refused."""
        if self.is_postgresql:
            yield  # the server never holds such bytes
            return
        driver: Any = connection.connection.driver_connection
        driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        try:
            yield
        finally:
            driver.text_factory = str

    def waited_in_a_circle(self, error: BaseException) -> bool:
        """Did the server end a transaction because two waited for each other? Nothing of it was kept; it may be tried
        again."""
        cause = getattr(error.__cause__, "orig", error.__cause__)
        return getattr(cause, "sqlstate", None) in ("40P01", "40001")

    def integrity(self, connection: Connection) -> list[str]:
        """What the store's own check of its file finds; an empty list is good."""
        if not self.is_postgresql:
            rows = connection.exec_driver_sql("pragma integrity_check").scalars().all()
            return [str(row) for row in rows if row != "ok"]
        # Reading every page makes the server check its page checksums; a damaged page is an error of the query.
        damaged = []
        for table in connection.dialect.get_table_names(connection):
            try:
                with connection.begin_nested():
                    connection.exec_driver_sql(f'select count(t) from "{table}" t')
            except DBAPIError as error:
                damaged.append(f"{table}: {error.orig}")
        return damaged

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout, self.engine.dialect.loaded_dbapi.Error) as error:
            cause = getattr(error, "orig", None) or error
            if isinstance(cause, self._bugs):
                raise
            raise StoreError(f"{self.url}: {cause}", hint=self._hint(str(cause))) from error

    @property
    def _bugs(self) -> tuple[type[Exception], ...]:
        """What is wrong with a program, or a broken rule of the schema, and not with the store."""
        driver = self.engine.dialect.loaded_dbapi
        return driver.IntegrityError, driver.ProgrammingError, driver.DataError, driver.InterfaceError

    def _hint(self, message: str) -> str:
        if "locked" in message:
            return f"another process has held the file for more than {BUSY_SECONDS} seconds"
        if "disk is full" in message or "No space left" in message:
            return "make room on the disk, and do it again"
        if "not a database" in message:
            return "give a file that counterpoint made"
        if self.is_postgresql:
            return "is the server up, and the address right?"
        return "is the folder there, and may you write to it?"

    def _sqlite(self, url: str) -> Engine:
        if "://" in url:
            raise UsageError(f"{url!r} is no store", hint="give a file, or postgresql://user@host/database")
        engine = create_engine(
            f"sqlite:///{url}",
            poolclass=QueuePool,
            max_overflow=-1,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": 256},
        )

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            # The driver must not open transactions by itself: `begin` below does, of the right sort.
            connection.isolation_level = None
            connection.execute(f"pragma synchronous={self._synchronous}")
            connection.execute("pragma journal_mode=wal")
            connection.execute("pragma foreign_keys=on")
            connection.execute("pragma cache_size=-65536")
            # What is erased must not linger in free pages.
            connection.execute("pragma secure_delete=on")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            write = connection.get_execution_options().get("counterpoint_write")
            send(connection, "begin immediate" if write else "begin")

        return engine

    def _postgresql(self, url: str) -> Engine:
        for prefix in POSTGRESQL:
            url = url.replace(prefix, "postgresql+psycopg://", 1) if url.startswith(prefix) else url
        return create_engine(url, poolclass=QueuePool, max_overflow=20, pool_pre_ping=True)
