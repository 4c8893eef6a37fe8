"""Which step follows which, how often, and how long that takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.stepping import (
    BEFORE,
    BOTS,
    HOURS,
    INPUTS,
    LIMITS,
    NO_HOURS,
    STEP,
    STEPS_NEED,
    by_unit_and_period,
    hours_between,
    row_of,
    split,
    steps_of,
    working_hours,
)
from counterpoint.measures.sureness import Estimate, mean, quantile


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    steps = steps_of(tables["steps"])
    working = working_hours(asked, tables, steps)
    many = len(steps.step_names)
    came = np.full(len(steps), -1, np.int64)
    came[1:] = steps.step[:-1].astype(np.int64) * many + steps.step[1:]
    rows: list[dict[str, Any]] = []
    for unit, period, all_rows in by_unit_and_period(asked, tables, steps):
        hours, places = working.of(unit), all_rows[~steps.first[all_rows]]
        known, codes = np.unique(came[places], return_inverse=True)
        for edge, these in split(codes.astype(np.int32), known.tolist()):
            followed = places[these]
            n = len(followed)
            clock = hours_between(steps.free[followed], steps.begin[followed], None)
            found = {
                "times": Estimate(float(n), None, None, n),
                "time": quantile(clock, 0.5),
                "time_mean": mean(clock),
                "time_working": Estimate(None, None, None, n, NO_HOURS)
                if hours is None
                else quantile(hours_between(steps.free[followed], steps.begin[followed], hours), 0.5),
            }
            names = {"before": steps.step_names[edge // many], "step": steps.step_names[edge % many]}
            rows += [row_of(period, unit, figure, one, **names) for figure, one in found.items()]
    return result(rows, [BEFORE, STEP])


EDGES = Measure(
    name="edges",
    system="C7",
    question="Which step follows which, how often, and how long does that take?",
    about="Steps of a case that follow each other directly: how often they do, and the time from when everything "
    "before was over until the second was begun (or recorded). By team and zone: of those who did the second.",
    source="The directly-follows graph of a log (van der Aalst, Process Mining, 2016, chapter 5); medians with the "
    "interval between order statistics (Conover 1999, 3.2), means with the normal interval",
    limits=LIMITS + " Steps that go on at the same time follow each other in the order in which they were recorded.",
    grains=("organisation", "team", "zone", "source"),
    figures=(
        Figure("times", "times", "how often the second followed the first directly"),
        Figure("time", "hours", "half of the times it took no longer"),
        Figure("time_mean", "hours", "the mean"),
        Figure("time_working", "hours", "the median in working hours"),
    ),
    needs=(STEPS_NEED,),
    settings=(HOURS, BOTS),
    extras=(BEFORE, STEP),
    kernel=_kernel,
    inputs=INPUTS,
    by_period=False,
)
