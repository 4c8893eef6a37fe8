"""Which units have to coordinate because of their work."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.congruence import left_out, nowhere
from counterpoint.measures.coordination import INPUTS, LIMITS, SETTINGS, SOURCE, WORK_NEED, fields, nested
from counterpoint.measures.crossing import crossing
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Tables
from counterpoint.measures.rows import result

_OTHER = Extra("other", pa.string(), "the other team or zone; the same one for what is within it", key=True)


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """Requirements between units, each two once, the one that sorts first as the unit."""
    rows: list[dict[str, Any]] = []
    apart = nested(tables)
    for field in fields(tables, asked, teams=True):
        found = crossing(field)
        for one, other in zip(*np.nonzero(found.required), strict=True):
            if (field.units[one], field.units[other]) in apart:
                continue
            pairs = int(found.required[one, other])
            base = {"period": field.period, "unit": field.units[one], "other": field.units[other], "n": pairs}
            rows.append(base | {"figure": "required", "value": float(pairs)})
            rows.append(base | {"figure": "weight", "value": float(found.weight[one, other])})
        rows += left_out(field) if field.rows else [nowhere(field, "required"), *left_out(field)]
    return result(rows, (_OTHER,))


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
