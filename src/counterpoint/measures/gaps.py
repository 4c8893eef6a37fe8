"""Where coordination that the work requires did not take place, and what causes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.congruence import NO_TRACES, nowhere
from counterpoint.measures.coordination import (
    INPUTS,
    LIMITS,
    SETTINGS,
    SOURCE,
    TIES_NEED,
    WORK_NEED,
    Field,
    fields,
    nested,
)
from counterpoint.measures.crossing import causes, crossing, unmet
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Setting, Tables
from counterpoint.measures.requiring import Codes, Numbers
from counterpoint.measures.rows import result

_EXTRAS = (
    Extra("other", pa.string(), "the other team, zone or person; the same one for what is within it", key=True),
    Extra("cause", pa.string(), "a file or work item by which they have to coordinate", key=True),
)
_OWN = (
    Setting("most", 20, "how many gaps are told in each period, those with the most pairs first"),
    Setting("causes", 5, "how many causes are told of each"),
)


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """The largest gaps between units; by person those of the one who asks alone."""
    rows: list[dict[str, Any]] = []
    apart = nested(tables)
    for field in fields(tables, asked, teams=True):
        if not field.rows and asked.grain != "person":
            rows.append(nowhere(field, "unmet"))
        elif not field.met.nnz and not field.unseen:
            rows.append({"period": field.period, "unit": "", "figure": "unmet", "missing": NO_TRACES})
        elif asked.grain == "person":
            rows += _of_me(field, asked)
        else:
            rows += _of_units(field, asked, apart)
    return result(rows, _EXTRAS)


def _own(asked: Asked, name: str) -> int:
    return int(asked.settings.get(name, {one.name: one.default for one in _OWN}[name]))


def _of_units(field: Field, asked: Asked, apart: set[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    found = crossing(field)
    missed = found.required - found.met
    pairs = zip(*(one.tolist() for one in np.nonzero(missed)), strict=True)
    ranked = sorted(
        (pair for pair in pairs if (field.units[pair[0]], field.units[pair[1]]) not in apart),
        key=lambda pair: (-missed[pair], -found.missed[pair], pair),
    )
    for one, other in ranked[: _own(asked, "most")]:
        base = {"period": field.period, "unit": field.units[one], "other": field.units[other]}
        required, pairs_missed = int(found.required[one, other]), float(missed[one, other])
        yield base | {"figure": "unmet", "value": pairs_missed, "n": required}
        yield base | {"figure": "share", "value": pairs_missed / required, "n": required}
        rows, columns = _rows(field, one), _rows(field, other)
        gap = unmet(field, rows, columns)
        due = causes(field, rows, columns, gap)
        yield from _told(field, due, base | {"n": int(gap.sum())}, _own(asked, "causes"))


def _of_me(field: Field, asked: Asked) -> Iterator[dict[str, Any]]:
    mine = np.flatnonzero(np.array(field.units) == asked.me).astype(np.int32)
    if not len(mine):
        return
    block = field.between(mine, np.arange(field.rows, dtype=np.int32))
    gap = (block.needs & ~block.met)[0]
    ranked = sorted(np.flatnonzero(gap).tolist(), key=lambda other: (-block.weight[0, other], other))
    for other in ranked[: _own(asked, "most")]:
        base = {"period": field.period, "unit": asked.me, "other": field.units[field.unit[other]]}
        yield base | {"figure": "unmet", "value": 1.0, "n": 1}
        column = np.array([other], np.int32)
        due = causes(field, mine, column, np.ones((1, 1), dtype=bool))
        yield from _told(field, due, base | {"n": 1}, _own(asked, "causes"))


def _rows(field: Field, unit: int) -> Codes:
    return np.arange(field.begins[unit], field.begins[unit + 1], dtype=np.int32)


def _told(field: Field, due: Numbers, base: dict[str, Any], most: int) -> Iterator[dict[str, Any]]:
    whole = float(due.sum())
    order = sorted(np.flatnonzero(due).tolist(), key=lambda thing: (-due[thing], thing))
    for thing in order[:most]:
        yield base | {"figure": "cause", "cause": field.things[thing], "value": float(due[thing]) / whole}


GAPS = Measure(
    name="gaps",
    system="C2",
    question="Where does our work require coordination that does not take place, and because of what?",
    about="Pairs of people whose work hangs together and who left no trace of coordinating, by team or zone, with the "
    "files or work items that most of what is required is due to.",
    source=SOURCE + ". A cause's share is its part of the sum T_A · T_D · T_Aᵀ, a link between two things halved",
    limits=LIMITS,
    grains=("organisation", "team", "zone", "person"),
    figures=(
        Figure("unmet", "pairs", "pairs required to coordinate who left no trace of it; n: pairs required"),
        Figure("share", "share", "of the pairs required"),
        Figure("cause", "share", "how much of what is required of the unmet pairs is due to one file or work item"),
    ),
    needs=(WORK_NEED, TIES_NEED),
    settings=(*SETTINGS, *_OWN),
    extras=_EXTRAS,
    kernel=kernel,
    inputs=INPUTS,
)
