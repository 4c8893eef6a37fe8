"""Beside :mod:`counterpoint.wiring`: puts a lake and an engine on an organisation.

Apart because DuckDB and Arrow take longer to import than most commands take.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from counterpoint import settings
from counterpoint.errors import Conflict, UsageError
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.engine import Engine
from counterpoint.lake.exporting import export
from counterpoint.lake.ocel import FORMS, Progress, export_ocel
from counterpoint.lake.own import own_measures
from counterpoint.lake.place import Place
from counterpoint.lake.spark import PREFIX as SPARK
from counterpoint.lake.spark import SparkEngine
from counterpoint.ledger.ledger import Ledger
from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.declaration import Measure
from counterpoint.model.traces import ActivityExported
from counterpoint.questions.exporting import activity_of
from counterpoint.questions.measuring import Measuring, Ran, measure_list

__all__ = [
    "Place",
    "measure_list",
    "open_engine",
    "open_measuring",
    "open_own",
    "open_place",
    "write_ocel",
    "write_rows",
]


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
    if name.startswith(SPARK):
        return SparkEngine(name)
    raise UsageError(f"there is no engine {name!r}", hint="duckdb, or spark://HOST:PORT")


def open_own(folder: str | None = None) -> dict[str, Measure]:
    """The organisation's own measures: of the folder that was given, or that the environment names.

    Raises:
        NotFound: there is no such folder.
        InvalidInput: something is wrong with one of them.
    """
    given = settings.measures(folder)
    return {} if given is None else own_measures(Path(given), MEASURES)


def open_measuring(
    ledger: Ledger, organisation: str, engine: str | None = None, measures: str | None = None
) -> Measuring:
    """What measures may be asked of an organisation; ``measures`` is the folder of its own."""
    return Measuring.of(ledger, open_place(organisation), open_engine(engine), open_own(measures))


def write_rows(ran: Ran, file: Path, form: str) -> None:
    """Write what a measure came to into a file, as ``csv`` or ``parquet``.

    Raises:
        StoreError: it cannot be written there.
    """
    export(ran.outcome, file, "csv" if form == "csv" else "parquet")


def write_ocel(
    ledger: Ledger,
    organisation: str,
    file: Path,
    *,
    form: str | None = None,
    source: str | None = None,
    since: date | None = None,
    until: date | None = None,
    named: bool = False,
    progress: Progress,
) -> ActivityExported:
    """Write activity as a log in OCEL 2.0; the form is the one that is said, or that the file's name says.

    Raises:
        UsageError: neither says which form.
        Conflict: the file is there already.
        NotFound: there is no such activity.
        StoreError: the lake cannot be read, or the file cannot be written.
    """
    known = form or FORMS.get(file.suffix.lower())
    if known is None:
        raise UsageError(
            f"{file.name} does not say in which form", hint="call it .json, .xml or .sqlite, or give --form"
        )
    if file.exists():
        raise Conflict(f"{file} is there already", hint="an export is never written over something; name another")
    activity = activity_of(ledger, open_place(organisation), source=source, since=since, until=until, named=named)
    done = export_ocel(activity, file, FORMS[f".{known}"], progress)
    return ActivityExported(str(file), known, done.events, done.types, done.objects, named)
