"""How many people a body of files can lose before most of it is nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures import accountable as accounts
from counterpoint.measures.accountable import accountable
from counterpoint.measures.authorship import removed, spread
from counterpoint.measures.coordination import NO_UNITS
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Setting, Tables
from counterpoint.measures.exposure import AWAY, INPUTS, MOVES, NEED, SOURCE, Standing, standings
from counterpoint.measures.rows import result

_WHO = Extra("who", pa.string(), "who they are, for those accountable for the zone alone; with commas between them")
_LEAST = Setting("least", 10, "below so many files there is not enough data")


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """The truck factor of every unit, at the end of every period."""
    may = accountable(tables, asked.me)
    least = int(asked.settings.get(_LEAST.name, _LEAST.default))
    rows: list[dict[str, Any]] = []
    for one in standings(tables, asked):
        if not one.units:
            nobody = {"period": one.period, "unit": "", "figure": "truck factor", "n": 0, "missing": NO_UNITS}
            rows.append(nobody)
        for number, unit in enumerate(one.units):
            named = unit in may or (asked.grain == "source" and "" in may)
            rows += _of_unit(one, number, least, named=named)
    return result(rows, (_WHO,))


def _of_unit(one: Standing, number: int, least: int, *, named: bool) -> Iterator[dict[str, Any]]:
    everybody = one.of(number)
    present = one.present(everybody)
    files = everybody.shape[0]
    base = {"period": one.period, "unit": one.units[number], "n": files}
    per_file = np.diff(present.indptr)
    if files < least:
        yield base | {"figure": "truck factor", "missing": f"{files} files, of at least {least}"}
    else:
        gone = removed(present)
        low, high = spread(present)
        who = ", ".join(one.parties[party] for party in gone) if named else None
        yield base | {
            "figure": "truck factor", "value": float(len(gone)), "low": float(low), "high": float(high), "who": who
        }  # fmt: skip
        alone = present.indices[present.indptr[:-1][per_file == 1]]
        yield base | {"figure": "one author", "value": float((per_file == 1).mean())}
        yield base | {"figure": "on one person", "value": float(np.bincount(alone, minlength=1).max() / files)}
        yield base | {"figure": "no author here", "value": float((per_file == 0).mean())}
    yield base | {"figure": "files", "value": float(files)}
    yield base | {"figure": "authors", "value": float(len(np.unique(present.indices)))}


TRUCK_FACTOR = Measure(
    name="truck_factor",
    system="C4",
    question="How many people can we lose before most of what we have is nobody's?",
    about="How many authors, taken away from the one of most files on, leave less than half of the files with "
    "an author who is here. Files as they are called now, that are still there; at the end of each period.",
    source=SOURCE + ". Intervals: the files drawn anew 200 times",
    limits="Who wrote a file may have forgotten it, and who reads it every day may know it best: reviews, "
    "conversations and documents are not counted. Where a history was cut off, the first author is whoever moved it "
    "in. 0 says that more than half of the files have no author any more who is here.",
    grains=("organisation", "zone", "source"),
    figures=(
        Figure("truck factor", "people", "how many can go before less than half of the files have an author"),
        Figure("one author", "share", "of the files, those of which one author is here"),
        Figure("on one person", "share", "of the files, those of which the same person is the only author here"),
        Figure("no author here", "share", "of the files, those all of whose authors are gone"),
        Figure("files", "files", "files that people made or changed and that are still there"),
        Figure("authors", "people", "authors of any of them who are here"),
    ),
    needs=(NEED,),
    settings=(AWAY, MOVES, _LEAST),
    extras=(_WHO,),
    kernel=kernel,
    inputs={**INPUTS, **accounts.INPUTS},
    for_asker=True,
    by_period=False,
)
