"""Tables that follow from files of the lake and a little of the state, kept so that they are worked out once.

As with results (:mod:`counterpoint.lake.keeping`), what they rest on makes their name: where it changes there is no
such table, so nothing kept is ever out of date. They are in the folder of results, are cleared away with these, and
are forgotten with these.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

import pyarrow as pa

from counterpoint import __version__
from counterpoint.errors import StoreError
from counterpoint.lake.layout import RESULTS
from counterpoint.lake.place import Place, content_of

Tables = dict[str, pa.Table]


def name_of(kind: str, rests_on: object) -> str:
    """The name of what follows from something that can be written as JSON, under this version of Counterpoint."""
    text = json.dumps([__version__, kind, rests_on], sort_keys=True)
    return f"{RESULTS}/{kind}/{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def kept_or(place: Place, name: str, schemas: Mapping[str, pa.Schema], make: Callable[[], Tables]) -> Tables:
    """The tables of ``schemas`` that are kept under a name (:func:`name_of`), or made now and kept.

    A lake that cannot be written to is no hindrance: then they are made every time.
    """
    there = _read(place, name, schemas)
    if there is not None:
        return there
    made = make()
    for table in schemas:
        try:
            place.put(_file(name, table), content_of(made[table]))
        except StoreError:
            break
    return made


def _read(place: Place, name: str, schemas: Mapping[str, pa.Schema]) -> Tables | None:
    files = {table: _file(name, table) for table in schemas}
    try:
        if place.lacking(list(files.values())):
            return None
        return {table: place.read(file).cast(schemas[table]) for table, file in files.items()}
    except (StoreError, pa.ArrowException):
        return None


def _file(name: str, table: str) -> str:
    return f"{name}-{table}.parquet"
