"""Which units have to coordinate because of their work."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from counterpoint.measures.congruence import left_out, nowhere
from counterpoint.measures.coordination import INPUTS, LIMITS, SETTINGS, SOURCE, WORK_NEED, Field, fields, nested
from counterpoint.measures.crossing import crossing
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Tables, schema_of
from counterpoint.measures.rows import result

_OTHER = Extra("other", pa.string(), "the other team or zone; the same one for what is within it", key=True)


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """Requirements between units, each two once, the one that sorts first as the unit."""
    parts: list[pa.Table] = []
    apart = nested(tables)
    for field in fields(tables, asked, teams=True):
        parts += _pairs(field, apart)
        rows = left_out(field) if field.rows else [nowhere(field, "required"), *left_out(field)]
        parts.append(result(rows, (_OTHER,)))
    return pa.concat_tables([result((), (_OTHER,)), *parts])


def _pairs(field: Field, apart: set[tuple[str, str]]) -> Iterator[pa.Table]:
    """What is required between each two units, as columns: where there are many units these are most of the time."""
    found = crossing(field)
    required = found.required.copy()
    place = {unit: number for number, unit in enumerate(field.units)}
    for one, other in apart:
        if one in place and other in place:
            required[place[one], place[other]] = 0
    ones, others = np.nonzero(required)
    names = pa.array(field.units, pa.string())
    pairs = required[ones, others]
    schema = schema_of((_OTHER,))
    for figure, values in (("required", pairs), ("weight", found.weight[ones, others])):
        told = {
            "period": pa.repeat(pa.scalar(field.period, pa.date32()), len(ones)),
            "unit": names.take(pa.array(ones)),
            "figure": pa.repeat(pa.scalar(figure, pa.string()), len(ones)),
            "value": pa.array(values),
            "n": pa.array(pairs.astype(np.int64)),
            "other": names.take(pa.array(others)),
        }
        yield pa.table([told.get(one.name, pa.nulls(len(ones), one.type)) for one in schema], schema=schema)


REQUIREMENTS = Measure(
    name="requirements",
    system="C2",
    question="Who has to coordinate with whom, because of the work?",
    about="Pairs of people who worked on what hangs together, counted within and between teams or zones.",
    source=SOURCE,
    limits=LIMITS,
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("required", "pairs", "pairs of parties, one in the unit and one in the other, required to coordinate"),
        Figure("weight", "CR", "how much is required of them: CR added up"),
        Figure("changes left out", "changes", "changes of too many files at once, which count for nothing"),
        Figure("files left out", "files", "files that too many worked on to say anything"),
    ),
    needs=(WORK_NEED,),
    settings=SETTINGS,
    extras=(_OTHER,),
    kernel=kernel,
    inputs={name: INPUTS[name] for name in ("touches", "changed", "depends", "belongs", "large")},
    joins="requirements_joins.sql",
)
