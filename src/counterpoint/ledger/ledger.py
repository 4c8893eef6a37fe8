"""The ledger of one organisation: made, opened, upgraded, read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from counterpoint.errors import NeedsUpgrade, NotFound, StoreError
from counterpoint.ledger import keep
from counterpoint.ledger.chain import GENESIS
from counterpoint.ledger.claims import Moment
from counterpoint.ledger.schema import VERSION, head
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.store import Store
from counterpoint.ledger.write import Chance, Transaction

BEGINNING = "0001-01-01T00:00:00.000000Z"
_STATE_SINCE = "0002"


class Ledger:
    """One organisation's ledger on one store.

    ``clock`` replaces the database's clock (for simulated time); ``chance`` the source of identifiers and salts.
    """

    def __init__(self, store: Store, *, chance: Chance | None = None, clock: Callable[[], str] | None = None) -> None:
        self.store = store
        self.chance = chance or Chance()
        self.clock = clock

    @classmethod
    def create(cls, url: str, *, chance: Chance | None = None, clock: Callable[[], str] | None = None) -> Ledger:
        """Make an empty ledger.

        Raises:
            StoreError: there is one already, or the place cannot be written to.
        """
        store = Store(url)
        ledger = cls(store, chance=chance, clock=clock)
        with store.writing() as connection:
            if _version(connection) is not None:
                raise StoreError(f"{url} holds an organisation already", hint="give another place, or leave out --new")
            _migrate(connection, VERSION)
            row = {"id": 1, "organisation": ledger.chance.identifier(), "sequence": 0, "hash": GENESIS}
            connection.execute(head.insert(), {**row, "recorded": BEGINNING, "state_time": BEGINNING})
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
        with ledger.store.reading() as connection:
            version = _version(connection)
        if version is None:
            raise NotFound(f"{url} holds no organisation", hint="counterpoint apply or import makes one there")
        if version > VERSION:
            raise NeedsUpgrade(
                f"{url} has schema {version}, and this program knows {VERSION}", hint="install a newer counterpoint"
            )
        if version < VERSION:
            ledger.upgrade()
        return ledger

    @classmethod
    def open_or_create(cls, url: str, **more: Any) -> Ledger:
        """Open the ledger that is there, or make one."""
        try:
            return cls.open(url, **more)
        except NotFound:
            return cls.create(url, **more)

    def upgrade(self) -> str:
        """Bring the schema to this version, which it returns; state tables that are new are filled by a rebuild."""
        with self.store.writing() as connection:
            before = _version(connection)
            if before is not None and before < VERSION:
                _migrate(connection, VERSION)
                if before < _STATE_SINCE:
                    now = connection.execute(text("select recorded from head")).scalar_one()
                    keep.rebuild(connection, now)
                    connection.execute(head.update().values(state_time=now))
        return VERSION

    @contextmanager
    def read(self, as_of: str | None = None, known_at: str | None = None) -> Iterator[Snapshot]:
        """One moment, to read from: now, or as of a stamp in what was true (``as_of``) and in what was known."""
        if as_of is None and known_at is None:
            self._carry_out_due()
        with self.store.reading() as connection:
            now = self._now(connection)
            moment = Moment(as_of or now, known_at) if as_of or known_at else None
            yield Snapshot(connection, now, moment)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction; everything in its block is written together, or nothing is."""
        with self.store.writing() as connection:
            yield Transaction(self.store, connection, self.chance, self.clock)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _now(self, connection: Connection) -> str:
        last = str(connection.execute(text("select recorded from head")).scalar_one())
        return max(self.clock() if self.clock else self.store.now(connection), last)

    def _carry_out_due(self) -> None:
        """Whoever comes first carries out what is due; nothing waits for a process that happens to be up."""
        with self.store.reading() as connection:
            due = keep.is_due(connection, self._now(connection))
        if due:
            with self.store.writing() as connection:
                connection.execute(head.select().with_for_update())
                keep.carry_out_due(connection, self._now(connection))


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
