"""Where waiting gathers: which steps and which groups hold most of the time that cases wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.stepping import (
    BOTS,
    HOURS,
    INPUTS,
    LIMITS,
    STEP,
    STEPS_NEED,
    Codes,
    Floats,
    Indices,
    Steps,
    by_period,
    by_step,
    by_unit_and_period,
    hours_between,
    row_of,
    steps_of,
    working_hours,
)
from counterpoint.measures.sureness import Estimate, Wholes, ratio


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    steps = steps_of(tables["steps"])
    wait = hours_between(steps.free, steps.begin, working_hours(asked, tables, steps).of(""))
    totals = {period: _Waited.of(steps, wait, places) for period, places in by_period(steps, np.arange(len(steps)))}
    rows: list[dict[str, Any]] = []
    for unit, period, places in by_unit_and_period(asked, tables, steps):
        for name, these in by_step(steps, places):
            rows += _figures(steps, wait, these, totals[period], (unit, period, name))
    return result(rows, [STEP])


@dataclass(frozen=True)
class _Waited:
    """How long each case of a period waited, in the order of cases; those that waited at all, and their sums."""

    cases: Codes
    hours: Floats
    n: int
    every: Wholes

    @classmethod
    def of(cls, steps: Steps, wait: Floats, rows: Indices) -> _Waited:
        """Those of some rows, which are in order."""
        cases, hours = _by_case(steps, wait, rows)
        return cls(cases, hours, int((hours > 0).sum()), Wholes.of(hours))


def _by_case(steps: Steps, wait: Floats, rows: Indices) -> tuple[Codes, Floats]:
    """The cases of some rows, and how long each waited: rows of one case stand together, because rows are in order."""
    case = steps.case[rows]
    starts = np.flatnonzero(np.concatenate([[True], case[1:] != case[:-1]]))
    return case[starts], np.add.reduceat(wait[rows], starts)


def _figures(
    steps: Steps, wait: Floats, rows: Indices, totals: _Waited, key: tuple[str, date | None, str | None]
) -> Iterator[dict[str, Any]]:
    unit, period, step = key
    cases, parts = _by_case(steps, wait, rows)
    wholes = totals.hours[np.searchsorted(totals.cases, cases)]
    there = wholes > 0
    waited = int((~steps.first[rows]).sum())
    yield row_of(period, unit, "hours", Estimate(float(parts.sum()), None, None, waited), step=step)
    share = ratio(parts[there], wholes[there], totals.n, totals.every)
    yield row_of(period, unit, "share", share._replace(n=waited), step=step)


BOTTLENECKS = Measure(
    name="bottlenecks",
    system="C7",
    question="Where does the waiting gather?",
    about="All the hours that cases waited before a step, and the share of all waiting that this is. By zone or team: "
    "waiting for a step that the zone or team then did. The most waiting stands first. With working hours set, only "
    "those count; of those that are stated, the organisation's.",
    source="A ratio of totals over cases, with the linearised interval (Cochran, Sampling Techniques, 1977, 6.4)",
    limits=LIMITS + " Where waiting gathers is where to look, not who is to blame: the reason may lie before or after. "
    "A few cases that lay for years can be most of it; see the median in waits.",
    grains=("organisation", "team", "zone", "source"),
    figures=(
        Figure("hours", "hours", "all the time that cases waited before the step"),
        Figure("share", "share", "of all waiting of all cases in the period"),
    ),
    needs=(STEPS_NEED,),
    settings=(HOURS, BOTS),
    extras=(STEP,),
    kernel=_kernel,
    inputs=INPUTS,
    by_period=False,
    ranked="hours",
)
