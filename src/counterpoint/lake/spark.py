"""Spark: measures on many machines. An extra of the package; it takes Java on this machine.

The machines read the lake's files themselves, so they must see them where this one does: a folder that all of them
share, or object storage that Spark is set up for.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa

from counterpoint.errors import InvalidInput, StoreError
from counterpoint.lake.dialect import to_spark
from counterpoint.lake.engine import STORED_NAME
from counterpoint.lake.place import Place, unreadable
from counterpoint.model.activity import STORED

PREFIX = "spark://", "local["
_SETTINGS: Mapping[str, str] = {
    # As DuckDB: times without a zone, everything else in UTC, and mistakes told instead of becoming null.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.adaptive.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.maxResultSize": "4g",
}
_PROTOCOLS = {"s3": "s3a", "gcs": "gs", "abfs": "abfss"}
"""What Hadoop calls the object storages that Arrow has other names for."""


class SparkEngine:
    """Spark at an address: ``spark://host:7077``, or ``local[2]`` for one on this machine, in threads.

    ``settings`` go to Spark as they are, over what is set here; what an installation needs for all its programs (object
    storage, memory of executors) is better kept in its ``spark-defaults.conf``, which counts too.
    """

    name = "spark"
    spreads = True

    def __init__(self, address: str, settings: Mapping[str, str] | None = None) -> None:
        self.address = address
        self._settings = {**_SETTINGS, **(settings or {})}
        self._root: Any = None

    @contextmanager
    def session(self, place: Place, files: Sequence[str], tables: Mapping[str, pa.Table]) -> Iterator[SparkSessionOf]:
        """See :class:`counterpoint.lake.engine.Engine`.

        Raises:
            StoreError: Spark is not installed, Java is not, or nothing answers at the address.
        """
        session = SparkSessionOf(self._spark().newSession(), place, files)
        try:
            session.stored()
            for name, rows in tables.items():
                session.table(name, rows)
            yield session
        finally:
            session.close()

    def close(self) -> None:
        """Let go of the machines; the next session takes new ones."""
        if self._root is not None:
            self._root.stop()
            self._root = None

    def _spark(self) -> Any:
        if self._root is not None:
            return self._root
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise StoreError("Spark is not installed here", hint="pip install 'counterpoint[spark]'") from error
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            raise StoreError("Spark needs Java, and there is none here", hint="install a Java runtime, 17 or newer")
        # What it says of a query is raised, and told once.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
        builder = SparkSession.builder.master(self.address).appName("counterpoint")
        for name, value in self._settings.items():
            builder = builder.config(name, value)
        try:
            self._root = builder.getOrCreate()
        except Exception as error:
            raise StoreError(f"the Spark at {self.address} cannot be used: {_first_line(error)}") from error
        return self._root


class SparkSessionOf:
    """See :class:`counterpoint.lake.engine.Session`."""

    def __init__(self, spark: Any, place: Place, files: Sequence[str]) -> None:
        self._spark = spark
        self._place = place
        self._files = files
        self._kept: list[Any] = []
        self._made: set[str] = set()

    def stored(self) -> None:
        """Make the rows of the lake a view."""
        if not self._files:
            self.table(STORED_NAME, STORED.empty_table())
            return
        try:
            rows = self._spark.read.parquet(*(self._address(name) for name in self._files))
        except Exception as error:
            raise unreadable(self._place, self._files, _first_line(error)) from error
        self._named(STORED_NAME, rows)

    def table(self, name: str, rows: pa.Table) -> None:
        """See :class:`counterpoint.lake.engine.Session`."""
        plain = pa.table([_plain(column) for column in rows.columns], rows.column_names)
        self._named(name, self._spark.createDataFrame(plain))

    def view(self, name: str, sql: str) -> None:
        """See :class:`counterpoint.lake.engine.Session`."""
        self._named(name, self._read(sql))

    def keep(self, name: str, sql: str) -> None:
        """See :class:`counterpoint.lake.engine.Session`."""
        rows = self._read(sql).persist()
        self._kept.append(rows)
        self._named(name, rows)

    def _named(self, name: str, rows: Any) -> None:
        rows.createOrReplaceTempView(name)
        self._made.add(name)

    def query(self, sql: str) -> pa.Table:
        """See :class:`counterpoint.lake.engine.Session`."""
        rows = self._read(sql)
        try:
            return rows.toArrow()
        except Exception as error:
            if self._place.lacking(self._files):
                raise unreadable(self._place, self._files, _first_line(error)) from error
            raise _refused(error, sql) from error

    def close(self) -> None:
        """Let go of what was kept and of the views."""
        for rows in self._kept:
            rows.unpersist()
        with suppress(Exception):
            for name in self._made:
                self._spark.catalog.dropTempView(name)

    def _read(self, sql: str) -> Any:
        try:
            return self._spark.sql(to_spark(sql))
        except Exception as error:
            raise _refused(error, sql) from error

    def _address(self, name: str) -> str:
        path = self._place.path(name)
        if self._place.local:
            return f"file://{path}"
        protocol = _PROTOCOLS.get(self._place.system.type_name, self._place.system.type_name)
        return f"{protocol}://{path}"


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as Spark takes it: text without dictionaries, bytes of any length."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column.cast(pa.binary()) if pa.types.is_fixed_size_binary(column.type) else column


def _refused(error: Exception, sql: str) -> InvalidInput:
    return InvalidInput(f"Spark does not take this query: {_first_line(error)}", hint=sql.strip()[:500])


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:500]
