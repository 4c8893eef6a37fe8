"""Coordination that the work, as far as it is seen, does not require."""

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
    units_of,
)
from counterpoint.measures.crossing import crossing, ends
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Setting, Tables
from counterpoint.measures.rows import result

_OTHER = Extra("other", pa.string(), "the other team; empty for all of a unit's pairs", key=True)
_MOST = Setting("most", 50, "how many pairs of teams are told in each period, those with the most pairs first")


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """What is coordinated and not required, by unit and between teams; by person for the one who asks alone."""
    rows: list[dict[str, Any]] = []
    for field in fields(tables, asked):
        rows += _of_me(field, asked.me) if asked.grain == "person" else _of_units(field, tables, asked)
        if asked.grain == "organisation":
            unseen = {"figure": "unseen", "value": float(field.unseen), "n": field.unseen}
            rows.append({"period": field.period, "unit": ""} | unseen)
    if asked.grain == "team":
        for field in fields(tables, asked, teams=True):
            rows += _between(field, nested(tables), int(asked.settings.get("most", _MOST.default)))
    return result(rows, (_OTHER,))


def _of_units(field: Field, tables: Tables, asked: Asked) -> Iterator[dict[str, Any]]:
    units, belongs = units_of(field, tables, asked)
    if not units:
        yield nowhere(field, "share")
        return
    counts, _ = ends(field, belongs, draws=False)
    for number, unit in enumerate(units):
        spare, met = (float(counts.of(kind, "all")[number, 0]) for kind in ("elsewhere", "met"))
        yield from _figures({"period": field.period, "unit": unit}, spare, spare + met)


def _between(field: Field, apart: set[tuple[str, str]], most: int) -> Iterator[dict[str, Any]]:
    found = crossing(field)
    spare, every = found.elsewhere, found.elsewhere + found.met
    pairs = zip(*(one.tolist() for one in np.nonzero(spare)), strict=True)
    told = [pair for pair in pairs if (field.units[pair[0]], field.units[pair[1]]) not in apart]
    for one, other in sorted(told, key=lambda pair: (-spare[pair], pair))[:most]:
        base = {"period": field.period, "unit": field.units[one], "other": field.units[other]}
        yield base | {"figure": "not required", "value": float(spare[one, other]), "n": int(every[one, other])}


def _of_me(field: Field, me: str | None) -> Iterator[dict[str, Any]]:
    mine = np.flatnonzero(np.array(field.units) == me).astype(np.int32)
    if len(mine):
        block = field.between(mine, np.arange(field.rows, dtype=np.int32))
        spare, coordinated = float((block.met & ~block.needs).sum()), float(block.met.sum())
        yield from _figures({"period": field.period, "unit": me}, spare, coordinated)


def _figures(base: dict[str, Any], spare: float, coordinated: float) -> Iterator[dict[str, Any]]:
    count = {"n": int(coordinated)}
    yield base | count | {"figure": "coordinated", "value": coordinated}
    yield base | count | {"figure": "not required", "value": spare}
    share = spare / coordinated if coordinated else None
    yield base | count | {"figure": "share", "value": share, "missing": None if coordinated else NO_TRACES}


WASTE = Measure(
    name="waste",
    system="C2",
    question="How much do we coordinate that our work does not seem to require?",
    about="Pairs of people who coordinated although nothing that they worked on in the period hangs together. Only "
    "people whose work is seen count: what others coordinate is told as unseen.",
    source=SOURCE,
    limits="Not required by the work that is seen is not useless: teaching, hiring, planning and friendship leave the "
    "same traces. " + LIMITS,
    grains=("organisation", "team", "person"),
    figures=(
        Figure("coordinated", "pairs", "pairs who coordinated, both of whom worked on something in the period"),
        Figure("not required", "pairs", "those of them of whom nothing was required"),
        Figure("share", "share", "of the pairs who coordinated, those of whom nothing was required"),
        Figure("unseen", "pairs", "pairs who coordinated, of whom one left no trace of work: nothing is said of them"),
    ),
    needs=(WORK_NEED, TIES_NEED),
    settings=(*SETTINGS, _MOST),
    extras=(_OTHER,),
    kernel=kernel,
    inputs=INPUTS,
)
