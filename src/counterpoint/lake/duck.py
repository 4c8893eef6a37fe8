"""DuckDB: measures on one machine, in this process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from pyarrow import dataset

from counterpoint.errors import InvalidInput
from counterpoint.lake.engine import STORED_NAME
from counterpoint.lake.place import Place
from counterpoint.model.activity import STORED


class DuckEngine:
    """The engine that needs nothing beside it. ``memory`` bounds it; what does not fit goes to a temporary folder."""

    name = "duckdb"

    def __init__(self, memory: str = "2GB") -> None:
        self.memory = memory

    @contextmanager
    def session(self, place: Place, files: Sequence[str], tables: Mapping[str, pa.Table]) -> Iterator[DuckSession]:
        """See :class:`counterpoint.lake.engine.Engine`."""
        with tempfile.TemporaryDirectory(prefix="counterpoint-duckdb-") as folder:
            # Extensions are neither looked for nor fetched: nothing here goes out to the network.
            settings: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": self.memory,
                "temp_directory": folder,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "false",
            }
            connection = duckdb.connect(":memory:", config=settings)
            try:
                session = DuckSession(connection)
                session.stored(place, files)
                for name, rows in tables.items():
                    session.table(name, rows)
                yield session
            finally:
                connection.close()


class DuckSession:
    """See :class:`counterpoint.lake.engine.Session`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def stored(self, place: Place, files: Sequence[str]) -> None:
        """Make the rows of the lake a view: its files where DuckDB can open them, else through Arrow."""
        if not files:
            self.table(STORED_NAME, pa.Table.from_batches([], schema=_plain(STORED)))
        elif place.local:
            names = ", ".join("'" + place.path(name).replace("'", "''") + "'" for name in files)
            self.view(STORED_NAME, f"select * from read_parquet([{names}], hive_partitioning = false)")
        else:
            found = dataset.dataset([place.path(name) for name in files], filesystem=place.system, format="parquet")
            self._connection.register(STORED_NAME, found)

    def table(self, name: str, rows: pa.Table) -> None:
        """See :class:`counterpoint.lake.engine.Session`."""
        self._connection.register(name, rows)

    def view(self, name: str, sql: str) -> None:
        """See :class:`counterpoint.lake.engine.Session`."""
        self._run(f"create or replace temp view {name} as {sql}")

    def keep(self, name: str, sql: str) -> None:
        """See :class:`counterpoint.lake.engine.Session`."""
        self._run(f"create or replace temp table {name} as {sql}")

    def query(self, sql: str) -> pa.Table:
        """See :class:`counterpoint.lake.engine.Session`."""
        try:
            found = self._connection.sql(sql)
            return found.to_arrow_table() if found is not None else pa.table({})
        except duckdb.Error as error:
            raise _refused(error, sql) from error

    def _run(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except duckdb.Error as error:
            raise _refused(error, sql) from error


def _refused(error: duckdb.Error, sql: str) -> InvalidInput:
    return InvalidInput(f"DuckDB does not take this query: {error}", hint=sql.strip()[:500])


def _plain(schema: pa.Schema) -> pa.Schema:
    """A schema with text where it has dictionaries."""
    return pa.schema([pa.field(one.name, _text(one.type)) for one in schema])


def _text(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind
