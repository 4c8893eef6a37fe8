"""How long cases wait before each step, and how long the step itself takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Tables
from counterpoint.measures.open_hours import OpenHours
from counterpoint.measures.rows import result
from counterpoint.measures.stepping import (
    BOTS,
    HOURS,
    INPUTS,
    LIMITS,
    NO_HOURS,
    STEP,
    STEPS_NEED,
    Indices,
    Steps,
    by_step,
    by_unit_and_period,
    hours_between,
    row_of,
    steps_of,
    working_hours,
)
from counterpoint.measures.sureness import Estimate, quantile


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    steps = steps_of(tables["steps"])
    working = working_hours(asked, tables, steps)
    rows: list[dict[str, Any]] = []
    for unit, period, places in by_unit_and_period(asked, tables, steps):
        for name, these in by_step(steps, places):
            rows += _figures(steps, these, working.of(unit), {"period": period, "unit": unit, "step": name})
    return result(rows, [STEP])


def _figures(steps: Steps, rows: Indices, hours: OpenHours | None, key: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waited = rows[~steps.first[rows]]
    clock = hours_between(steps.free[waited], steps.begin[waited], None)
    told = rows[steps.begin[rows] < steps.end[rows]]
    found = {
        "wait": quantile(clock, 0.5)
        if len(waited)
        else Estimate(None, None, None, 0, "steps before it: it is always the first"),
        "wait_p90": quantile(clock, 0.9, least=10),
        "wait_working": Estimate(None, None, None, len(waited), NO_HOURS)
        if hours is None
        else quantile(hours_between(steps.free[waited], steps.begin[waited], hours), 0.5),
        "work": quantile(hours_between(steps.begin[told], steps.end[told], None), 0.5)
        if len(told)
        else Estimate(None, None, None, 0, "when steps were begun: the log says when they were over alone"),
    }
    for figure, one in found.items():
        yield row_of(key["period"], key["unit"], figure, one, step=key["step"])


WAITS = Measure(
    name="waits",
    system="C7",
    question="How long does work wait before each step?",
    about="From when all that was done in a case before was over until the step was begun (or was recorded, where the "
    "log says no beginnings): on the clock and in working hours. The first step of a case waits for nothing that the "
    "log knows. By team and zone: of those who did the step.",
    source="Medians with the interval between order statistics (Conover, Practical Nonparametric Statistics, 1999, "
    "3.2)",
    limits=LIMITS,
    grains=("organisation", "team", "zone", "source"),
    figures=(
        Figure("wait", "hours", "half of the steps waited no longer"),
        Figure("wait_p90", "hours", "nine of ten steps waited no longer"),
        Figure("wait_working", "hours", "the median in working hours"),
        Figure("work", "hours", "from the beginning of a step to its end, where both are told: the median"),
    ),
    needs=(STEPS_NEED,),
    settings=(HOURS, BOTS),
    extras=(STEP,),
    kernel=_kernel,
    inputs=INPUTS,
    by_period=False,
)
