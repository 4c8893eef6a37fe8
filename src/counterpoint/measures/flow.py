"""How long cases take from their first step to their last, and how many are done in a week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Setting, Tables
from counterpoint.measures.open_hours import OpenHours, Ticks
from counterpoint.measures.rows import result
from counterpoint.measures.stepping import (
    BOTS,
    HOURS,
    INPUTS,
    LIMITS,
    NO_HOURS,
    STEPS_NEED,
    Codes,
    Flags,
    Indices,
    Steps,
    by_unit,
    hours_between,
    row_of,
    split,
    steps_of,
    ticks,
    working_hours,
)
from counterpoint.measures.sureness import Estimate, mean, quantile


@dataclass(frozen=True)
class _Cases:
    """The cases of one unit: when each began and ended, how many steps and handovers it had, and its period.

    ``over`` says of which the end is known.
    """

    begin: Ticks
    end: Ticks
    steps: Indices
    handovers: Indices
    period: Codes
    over: Flags

    def at(self, rows: Any) -> _Cases:
        """Some of them."""
        return _Cases(*(getattr(self, one.name)[rows] for one in fields(self)))


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    steps = steps_of(tables["steps"])
    working = working_hours(asked, tables, steps)
    whole = asked.grain in ("organisation", "source", "work")
    spans = _spans(tables["spans"], steps) if whole else None
    ends = frozenset(one.strip() for one in str(asked.settings.get("ends", "")).split(",") if one.strip())
    weeks = dict(_weeks(tables["periods"]))
    rows: list[dict[str, Any]] = []
    for unit, places in by_unit(asked, tables, steps):
        cases = _cases(steps, places, spans, ends)
        for period, these in split(cases.period, steps.periods):
            rows += _figures(cases.at(these), unit, period, working.of(unit))
            rows += _throughput(cases.at(these), unit, period, weeks.get(period))
    return result(rows)


def _spans(table: pa.Table, steps: Steps) -> tuple[Ticks, Ticks]:
    """When each case of the steps began and ended in all of its log, whatever time was asked for."""
    keys = {(steps.source_names[steps.sources[code]], name): code for code, name in enumerate(steps.cases)}
    begin, end = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
    first, last = ticks(table["first_moment"]), ticks(table["last_moment"])
    for row, key in enumerate(zip(table["source"].to_pylist(), table["work"].to_pylist(), strict=True)):
        code = keys.get(key)
        if code is not None:
            begin[code], end[code] = first[row], last[row]
    return begin, end


def _cases(steps: Steps, rows: Indices, spans: tuple[Ticks, Ticks] | None, ends: frozenset[str]) -> _Cases:
    """The cases in some rows. Rows of one case stand together, because rows are in order."""
    case = steps.case[rows]
    starts = np.flatnonzero(np.concatenate([[True], case[1:] != case[:-1]]))
    count = np.diff(np.append(starts, len(rows)))
    codes = case[starts]
    begin, end = steps.begin[rows][starts], np.maximum.reduceat(steps.end[rows], starts)
    period = steps.period[rows][starts + count - 1]
    over = np.ones(len(starts), bool)
    if spans is not None:
        begin = np.minimum(begin, spans[0][codes])
        over &= end >= spans[1][codes]
    if ends:
        final = np.isin(steps.step[rows], [code for code, name in enumerate(steps.step_names) if name in ends])
        at_end = np.where(final, steps.end[rows], np.iinfo(np.int64).min)
        latest = np.maximum.reduceat(at_end, starts)
        over &= latest > np.iinfo(np.int64).min
        end = np.where(over, latest, end)
    return _Cases(begin, end, count, _handovers(steps, rows, starts), period, over)


def _handovers(steps: Steps, rows: Indices, starts: Indices) -> Indices:
    """How often the one who did the next step is somebody else, in each case."""
    party = steps.party[rows]
    other = np.zeros(len(rows), np.int64)
    other[1:] = (party[1:] != party[:-1]) & (party[1:] >= 0) & (party[:-1] >= 0)
    other[starts] = 0
    return np.add.reduceat(other, starts)


def _figures(cases: _Cases, unit: str, period: date | None, hours: OpenHours | None) -> Iterator[dict[str, Any]]:
    over = cases.at(cases.over)
    n, all_cases = len(over.begin), len(cases.begin)
    yield row_of(period, unit, "cases", Estimate(float(n), None, None, n))
    yield row_of(period, unit, "open", Estimate(float(all_cases - n), None, None, all_cases))
    yield row_of(period, unit, "steps", mean(over.steps.astype(float)))
    yield row_of(period, unit, "handovers", mean(over.handovers.astype(float)))
    cycle = hours_between(over.begin, over.end, None)
    yield row_of(period, unit, "cycle", quantile(cycle, 0.5))
    yield row_of(period, unit, "cycle_p90", quantile(cycle, 0.9, least=10))
    yield row_of(period, unit, "cycle_mean", mean(cycle))
    if hours is None:
        yield row_of(period, unit, "cycle_working", Estimate(None, None, None, n, NO_HOURS))
    else:
        working = hours_between(over.begin, over.end, hours)
        yield row_of(period, unit, "cycle_working", quantile(working, 0.5))


def _throughput(cases: _Cases, unit: str, period: date | None, weeks: float | None) -> Iterator[dict[str, Any]]:
    n = int(cases.over.sum())
    if weeks is None or weeks < 1 / 7:
        yield row_of(period, unit, "throughput", Estimate(None, None, None, n, "at least a day"))
        return
    yield row_of(period, unit, "throughput", Estimate(n / weeks, *_poisson(n, weeks), n))


def _poisson(n: int, weeks: float) -> tuple[float, float]:
    """The exact interval of a rate: F. Garwood, Biometrika 28 (1936)."""
    from scipy.special import gammaincinv  # takes long to import

    low = float(gammaincinv(n, 0.025)) if n else 0.0
    return low / weeks, float(gammaincinv(n + 1, 0.975)) / weeks


def _weeks(periods: pa.Table) -> Iterator[tuple[date | None, float | None]]:
    """How many weeks each period has had so far."""
    for row in periods.to_pylist():
        days = 0 if row["begins"] is None else (row["ends"] - row["begins"]).days
        yield row["period"], days / 7 if days > 0 else None


FLOW = Measure(
    name="flow",
    system="C7",
    question="How long does a piece of work take from its first step to its last, and how many do we finish?",
    about="Cases whose last step is in the period: how long they took from the first step on, on the clock and in "
    "working hours, how many steps and handovers they had, and how many were finished in a week. By team and by zone: "
    "what the team or zone did of each case, from the first of its steps to the last.",
    source="Medians with the interval between order statistics (Conover, Practical Nonparametric Statistics, 1999, "
    "3.2); means with the normal interval; the rate with Garwood's (Biometrika 28, 1936)",
    limits=LIMITS,
    grains=("organisation", "team", "zone", "source", "work"),
    figures=(
        Figure("cases", "cases", "cases whose last step is in the period"),
        Figure("open", "cases", "cases with steps in the period, and their last one later (or no step that ends them)"),
        Figure("steps", "steps", "steps of a case, on average"),
        Figure("handovers", "handovers", "steps of a case that another party did than the one before, on average"),
        Figure("cycle", "hours", "from the first step to the last: half of the cases take no longer"),
        Figure("cycle_p90", "hours", "nine of ten cases take no longer"),
        Figure("cycle_mean", "hours", "the mean, which a few long cases pull up"),
        Figure("cycle_working", "hours", "the median in working hours"),
        Figure("throughput", "cases", "cases finished in a week"),
    ),
    needs=(STEPS_NEED,),
    settings=(
        HOURS,
        BOTS,
        Setting("ends", "", "steps that end a case, with commas between them; else its last step does"),
    ),
    kernel=_kernel,
    inputs={
        **INPUTS,
        "spans": "case_spans.sql",
        "periods": "select period.period, period.ends, "
        "coalesce(period.period, (select cast(min(moment) as date) from activity where verb = 'step')) as begins "
        "from period",
    },
    by_period=False,
)
