"""Handover of work between people, as each of them may see it: from whom it came to them, and to whom they gave it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Tables
from counterpoint.measures.handover import FIGURES, INPUTS, LIMITS, OTHER, SOURCE, between, matrix
from counterpoint.measures.rows import result
from counterpoint.measures.stepping import BOTS, STEPS_NEED, coded, split


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    pairs = tables["pairs"]
    times = pairs["times"].combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
    periods, period_names = coded(pairs["period"])
    rows: list[dict[str, Any]] = []
    for period, places in split(np.maximum(periods, 0), period_names or [None]):
        part = pairs.take(pa.array(places))
        left, right, names = between(part, "giver", "taker")
        given = list(matrix(left, right, names, times[places], period))
        rows += given
        rows += _taken(given, period)
    return result(rows, [OTHER])


def _taken(given: list[dict[str, Any]], period: date | None) -> Iterator[dict[str, Any]]:
    for row in given:
        if row["figure"] == "times" and row["unit"] != row["other"]:
            yield {**row, "period": period, "figure": "taken", "unit": row["other"], "other": row["unit"]}


HANDOVER_PEOPLE = Measure(
    name="handover_people",
    system="C7",
    question="To whom do I hand work, and who hands it to me?",
    about="Two steps of a case one after the other: from whoever did the first to whoever did the second. Each person "
    "sees their own; who looks for a connection between groups or teams finds it in handover.",
    source=SOURCE,
    limits=LIMITS,
    grains=("person",),
    figures=(*FIGURES, Figure("taken", "times", "how often work came to the unit from the other")),
    needs=(STEPS_NEED,),
    settings=(BOTS,),
    extras=(OTHER,),
    kernel=_kernel,
    inputs={"pairs": INPUTS["pairs"]},
    private=True,
    by_period=False,
)
