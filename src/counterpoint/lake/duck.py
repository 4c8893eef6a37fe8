"""DuckDB: measures on one machine, in this process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from counterpoint.errors import CounterpointError, InvalidInput
from counterpoint.lake.engine import STORED_NAME
from counterpoint.lake.files import relation_of
from counterpoint.lake.place import Place, unreadable
from counterpoint.model.activity import STORED

_SETTINGS: Mapping[str, str | bool | int | float | list[str]] = {
    # Extensions are neither looked for nor fetched: nothing here goes out to the network.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A table of this name in a query is one of the session's, never a variable of the program around it.
    "python_enable_replacements": "false",
    "preserve_insertion_order": "false",
    # What is divided by zero is not known; it is no infinity.
    "ieee_floating_point_ops": "false",
}


class DuckEngine:
    """The engine that needs nothing beside it. ``memory`` bounds it; what does not fit goes to a temporary folder."""

    name = "duckdb"
    spreads = False

    def __init__(self, memory: str = "2GB") -> None:
        self.memory = memory

    @contextmanager
    def session(self, place: Place, files: Sequence[str], tables: Mapping[str, pa.Table]) -> Iterator[DuckSession]:
        """See :class:`counterpoint.lake.engine.Engine`.

        Its queries read these files and tables, and nothing else of this machine or the network.
        """
        with tempfile.TemporaryDirectory(prefix="counterpoint-duckdb-") as folder:
            settings = {**_SETTINGS, "memory_limit": self.memory, "temp_directory": folder}
            connection = duckdb.connect(":memory:", config=settings)
            try:
                session = DuckSession(connection, place, files)
                session.stored()
                for name, rows in tables.items():
                    session.table(name, rows)
                yield session
            finally:
                connection.close()


class DuckSession:
    """See :class:`counterpoint.lake.engine.Session`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, place: Place, files: Sequence[str]) -> None:
        self._connection = connection
        self._place = place
        self._files = files

    def stored(self) -> None:
        """Make the rows of the lake a view, and see to it that queries read nothing else."""
        if self._files:
            rows = relation_of(self._connection, self._place, self._files, "lake_files")
            self.view(STORED_NAME, f"select * from {rows}")
        else:
            self.table(STORED_NAME, pa.Table.from_batches([], schema=_plain(STORED)))
        allowed = [self._place.path(one) for one in self._files] if self._place.local else []
        self._connection.execute("set allowed_paths = $1", [allowed])
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")

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
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise InvalidInput("a query is one SELECT, and nothing that changes anything", hint=_shortened(sql))
            return self._connection.sql(statements[0]).to_arrow_table()
        except duckdb.Error as error:
            raise self._refused(error, sql) from error

    def _run(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except duckdb.Error as error:
            raise self._refused(error, sql) from error

    def _refused(self, error: duckdb.Error, sql: str) -> CounterpointError:
        if isinstance(error, duckdb.IOException) and self._place.lacking(self._files):
            return unreadable(self._place, self._files, str(error))
        return InvalidInput(f"DuckDB does not take this query: {error}", hint=_shortened(sql))


def _shortened(sql: str) -> str:
    return sql.strip()[:500]


def _plain(schema: pa.Schema) -> pa.Schema:
    """A schema with text where it has dictionaries."""
    return pa.schema([pa.field(one.name, _text(one.type)) for one in schema])


def _text(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind
