"""The ledger of one organisation: made, opened, upgraded, read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, select, text

from counterpoint.errors import NeedsUpgrade, NotFound, StoreError
from counterpoint.ledger import keep
from counterpoint.ledger.chain import genesis
from counterpoint.ledger.claims import Moment
from counterpoint.ledger.glance import glance, hold_head, keep_drift
from counterpoint.ledger.schema import VERSION, head
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.store import Store
from counterpoint.ledger.write import Chance, Transaction

BEGINNING = "0001-01-01T00:00:00.000000Z"
# Since when the state tables are what they are now: what an older schema kept is made anew.
_STATE_SINCE = "0005"
_SCHEMA = "schema"


class Ledger:
    """One organisation's ledger on one store.

    ``clock`` replaces the database's clock (for simulated time); ``chance`` the source of identifiers and salts.
    """

    def __init__(self, store: Store, *, chance: Chance | None = None, clock: Callable[[], str] | None = None) -> None:
        self.store = store
        self.chance = chance or Chance()
        self.clock = clock
        self.refused: set[str] = set()
        """What acts were refused here lately: whoever asks again is looked after first, before anything is held."""
        self.upgraded_from: str | None = None
        """The schema that was found on opening, where it was an older one."""

    @classmethod
    def create(cls, url: str, *, chance: Chance | None = None, clock: Callable[[], str] | None = None) -> Ledger:
        """Make an empty ledger.

        Raises:
            StoreError: there is one already, or the place cannot be written to.
        """
        ledger = cls(Store(url), chance=chance, clock=clock)
        try:
            made = ledger._create()
        except BaseException:
            ledger.close()
            raise
        if not made:
            ledger.close()
            raise StoreError(f"{url} holds an organisation already", hint="give another place")
        return ledger

    @classmethod
    def open(cls, url: str, *, chance: Chance | None = None, clock: Callable[[], str] | None = None) -> Ledger:
        """Open a ledger that is there; an older schema is upgraded, in one transaction.

        Raises:
            NotFound: nothing is there.
            NeedsUpgrade: it was written by a newer Counterpoint.
            StoreError: it is there, and no ledger.
        """
        if not url.startswith("postgres") and "://" not in url and not Path(url).exists():
            raise NotFound(
                f"there is no organisation at {url}",
                hint="counterpoint demo makes one to look at, counterpoint apply and counterpoint import make yours",
            )
        ledger = cls(Store(url), chance=chance, clock=clock)
        try:
            ledger._open()
        except BaseException:
            ledger.close()
            raise
        return ledger

    @classmethod
    def open_or_create(cls, url: str, **more: Any) -> Ledger:
        """Open the ledger that is there, or make one."""
        try:
            return cls.open(url, **more)
        except NotFound:
            # Whether this process makes it or another one just did: it is there now.
            maker = cls(Store(url), **more)
            try:
                maker._create()
            finally:
                maker.close()
            return cls.open(url, **more)

    def upgrade(self) -> str:
        """Bring the schema to this version, which it returns; state tables that are new are filled by a rebuild."""
        with self.store.writing() as connection:
            self.store.lock(connection, [_SCHEMA])
            before = _version(connection)
            if before is not None and before < VERSION:
                _migrate(connection, VERSION)
                if before < _STATE_SINCE:
                    now = connection.execute(select(head.c.recorded)).scalar_one()
                    connection.execute(head.update(), {"state_time": max(now, keep.rebuild(connection, now))})
        return VERSION

    @contextmanager
    def read(self, as_of: str | None = None, known_at: str | None = None) -> Iterator[Snapshot]:
        """One moment, to read from: now, or as of a stamp in what was true (``as_of``) and in what was known."""
        while True:
            with self.store.reading() as connection:
                at = glance(connection, self.clock)
                if as_of is not None or known_at is not None:
                    yield Snapshot(connection, at.now, Moment(as_of or at.now, known_at))
                    return
                if not (at.is_due or at.clock):
                    yield Snapshot(connection, at.now)
                    return
            self._carry_out_due()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction; everything in its block is written together, or nothing is."""
        while True:
            with self.store.writing() as connection:
                at = glance(connection, self.clock)
                if not (at.is_due or at.clock):
                    yield Transaction(self.store, connection, self.chance, at)
                    return
            # In a transaction of its own: the head of the chain must be taken last, after what is decided upon.
            self._carry_out_due()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _open(self) -> None:
        """Look at what is there, and upgrade it where it is old."""
        url = self.store.url
        with self.store.reading() as connection:
            version = _version(connection)
            tables = [] if version else inspect(connection).get_table_names()
        if tables:
            raise StoreError(f"{url} is no ledger: it has a table {tables[0]!r}", hint="give a place of its own")
        if version is None:
            raise NotFound(f"{url} holds no organisation", hint="counterpoint apply or import makes one there")
        if version > VERSION:
            raise NeedsUpgrade(
                f"{url} has schema {version}, and this program knows {VERSION}", hint="install a newer counterpoint"
            )
        if version < VERSION:
            self.upgraded_from = version
            self.upgrade()

    def _create(self) -> bool:
        """Make an empty ledger, unless there is one."""
        with self.store.writing() as connection:
            self.store.lock(connection, [_SCHEMA])
            if _version(connection) is not None:
                return False
            if tables := inspect(connection).get_table_names():
                raise StoreError(
                    f"{self.store.url} holds something else: a table {tables[0]!r}", hint="give a place of its own"
                )
            _migrate(connection, VERSION)
            organisation = self.chance.identifier()
            row = {"id": 1, "organisation": organisation, "sequence": 0, "hash": genesis(organisation)}
            connection.execute(head.insert(), {**row, "recorded": BEGINNING, "state_time": BEGINNING})
        return True

    def _carry_out_due(self) -> None:
        """Whoever comes first carries out what is due; nothing waits for a process that happens to be up."""
        with self.store.writing() as connection:
            hold_head(connection)
            at = glance(connection, self.clock)
            if at.clock is not None:
                keep_drift(connection, at)
            keep.carry_out_due(connection, at.now)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def _migrate(connection: Connection, version: str) -> None:
    # Imported here because only a new or an old file needs it, and every command would pay for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, version)
