"""What an engine is: it sees the activity and some tables, and answers queries written in DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import pyarrow as pa

from counterpoint.lake.place import Place

STORED_NAME = "stored"
"""What the rows of the lake are called in SQL, as they are kept."""


class Session(Protocol):
    """One run on an engine: its tables and views are its own, and gone when it ends."""

    def table(self, name: str, rows: pa.Table) -> None:
        """Make a table."""

    def view(self, name: str, sql: str) -> None:
        """Make a view of a query."""

    def keep(self, name: str, sql: str) -> None:
        """Make a table of the result of a query, worked out once."""

    def query(self, sql: str) -> pa.Table:
        """Every row of a query, in the order that it asks for.

        Raises:
            InvalidInput: the engine does not take the query, with what it says about it.
            StoreError: a file of the lake is missing, or cannot be read.
        """


class Engine(Protocol):
    """Something that queries run on. ``spreads`` says that it works on several machines: what can be worked out there
    by SQL alone is better not brought to this one."""

    name: str
    spreads: bool

    def session(
        self, place: Place, files: Sequence[str], tables: Mapping[str, pa.Table]
    ) -> AbstractContextManager[Session]:
        """A session that sees the rows of some files of the lake as ``stored``, and these tables.

        Raises:
            StoreError: the engine cannot be reached.
        """
