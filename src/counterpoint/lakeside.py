"""Beside :mod:`counterpoint.wiring`: puts a lake and an engine on an organisation.

Apart because DuckDB and Arrow take longer to import than most commands take.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from pyarrow import csv

from counterpoint import settings
from counterpoint.errors import StoreError, UsageError
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.engine import Engine
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.questions.measuring import Measuring, Ran

__all__ = ["Place", "open_engine", "open_measuring", "open_place", "write_rows"]


def open_place(organisation: str) -> Place:
    """The lake of an organisation.

    Raises:
        UsageError: nobody said where it is, and it is not beside a file.
        StoreError: it cannot be reached.
    """
    return Place.at(settings.lake(organisation))


def open_engine(address: str | None = None) -> Engine:
    """The engine that was given, or that the environment names.

    Raises:
        UsageError: there is no such engine.
    """
    name = address or settings.engine()
    if name == DuckEngine.name:
        return DuckEngine()
    raise UsageError(f"there is no engine {name!r}", hint="duckdb, or spark://HOST:PORT")


def open_measuring(ledger: Ledger, organisation: str, engine: str | None = None) -> Measuring:
    """What measures may be asked of an organisation."""
    return Measuring.of(ledger, open_place(organisation), open_engine(engine))


def write_rows(ran: Ran, file: Path, form: str) -> None:
    """Write what a measure came to into a file, as ``csv`` or ``parquet``.

    Raises:
        StoreError: it cannot be written there.
    """
    write = csv.write_csv if form == "csv" else pq.write_table
    try:
        write(ran.outcome.rows, str(file))
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error}", hint="is the folder there, and may you?") from error
