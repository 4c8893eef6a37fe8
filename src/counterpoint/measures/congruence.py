"""How much of the coordination that the work requires took place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.coordination import (
    INPUTS,
    LIMITS,
    NO_UNITS,
    SETTINGS,
    SOURCE,
    TIES_NEED,
    WORK_NEED,
    Field,
    fields,
    units_of,
)
from counterpoint.measures.crossing import ends, interval
from counterpoint.measures.declaration import Asked, Figure, Measure, Tables
from counterpoint.measures.rows import result

NOTHING_REQUIRED = "nothing is required of any two here: congruence is not defined"
NO_TRACES = "no trace of any coordination in this period"
_PARTS = {"congruence": "all", "within": "within", "across": "across"}


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """Congruence by unit; by person for the one who asks alone."""
    rows: list[dict[str, Any]] = []
    for one in fields(tables, asked):
        mine = list(_of_me(one, asked.me) if asked.grain == "person" else _of_units(one, tables, asked))
        rows += mine if mine or asked.grain == "person" else [nowhere(one, "congruence")]
        rows += [*left_out(one), _traced(one)]
    return result(rows)


def nowhere(field: Field, figure: str) -> dict[str, Any]:
    """The row of a period in which nobody worked in any of the units that were asked for."""
    return {"period": field.period, "unit": "", "figure": figure, "n": 0, "missing": NO_UNITS}


def _traced(field: Field) -> dict[str, Any]:
    """How many of those who worked left any trace of coordinating: where it is few, congruence says little."""
    people = len(field.parties)
    share = float((np.diff(field.met.indptr) > 0).sum()) / people if people else None
    base = {"period": field.period, "unit": "", "figure": "traced", "value": share, "n": people}
    return base if people else base | {"missing": NO_UNITS}


def left_out(field: Field) -> list[dict[str, Any]]:
    """What was left out of a period, told beside its figures."""
    return [
        {"period": field.period, "unit": "", "figure": figure, "value": float(count), "n": count}
        for figure, count in (("changes left out", field.large), ("files left out", field.common))
    ]


def _of_units(field: Field, tables: Tables, asked: Asked) -> Iterator[dict[str, Any]]:
    units, belongs = units_of(field, tables, asked)
    counts, drawn = ends(field, belongs)
    parts = _PARTS if asked.grain in ("team", "zone") else {"congruence": "all"}
    for number, unit in enumerate(units):
        base = {"period": field.period, "unit": unit}
        for figure, part in parts.items():
            required, met = (float(counts.of(kind, part)[number, 0]) for kind in ("required", "met"))
            low, high = interval(drawn, number, part)
            yield base | {"figure": figure} | _share(field, required, met, {"low": low, "high": high})
            if figure == "congruence":
                yield base | {"figure": "required", "value": required, "n": int(required)}
                yield base | {"figure": "met", "value": met, "n": int(required)}


def _share(field: Field, required: float, met: float, interval: dict[str, Any]) -> dict[str, Any]:
    if not required:
        return {"value": None, "n": 0, "missing": NOTHING_REQUIRED}
    if not field.met.nnz and not field.unseen:
        return {"value": None, "n": int(required), "missing": NO_TRACES}
    return {"value": met / required, "n": int(required)} | interval


def _of_me(field: Field, me: str | None) -> Iterator[dict[str, Any]]:
    mine = np.flatnonzero(np.array(field.units) == me).astype(np.int32)
    if not len(mine):
        return
    block = field.between(mine, np.arange(field.rows, dtype=np.int32))
    required, met = int(block.needs.sum()), int((block.needs & block.met).sum())
    base = {"period": field.period, "unit": me}
    share = met / required if required else None
    yield base | {
        "figure": "congruence", "value": share, "n": required, "missing": None if required else NOTHING_REQUIRED
    }  # fmt: skip
    yield base | {"figure": "required", "value": float(required), "n": required}
    yield base | {"figure": "met", "value": float(met), "n": required}


CONGRUENCE = Measure(
    name="congruence",
    system="C2",
    question="How much of the coordination that our work requires takes place?",
    about="Of the pairs of people whose work hangs together in a period, the share that coordinated in it.",
    source=SOURCE + ". Intervals: the parties drawn anew 200 times (Snijders, Borgatti, Connections 22, 1999)",
    limits=LIMITS,
    grains=("organisation", "team", "zone", "person"),
    figures=(
        Figure("congruence", "share", "pairs required and met, of those required; by unit those with an end in it"),
        Figure("within", "share", "the same of pairs with both ends in the team or zone"),
        Figure("across", "share", "the same of pairs with one end in it"),
        Figure("required", "pairs", "pairs of parties who are required to coordinate"),
        Figure("met", "pairs", "those of them who did"),
        Figure("traced", "share", "of the parties who worked, those who left a trace of coordinating with any other of "
               "them: where it is small, low congruence tells of the traces and not of the coordination"),
        Figure("changes left out", "changes", "changes of too many files at once, which count for nothing"),
        Figure("files left out", "files", "files that too many worked on to say anything"),
    ),
    needs=(WORK_NEED, TIES_NEED),
    settings=SETTINGS,
    kernel=kernel,
    inputs=INPUTS,
)  # fmt: skip
