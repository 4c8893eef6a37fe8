"""The steps of cases in order, as arrays: what every measure of flow works on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.measures.declaration import Asked, Extra, Need, Setting, Tables
from counterpoint.measures.open_hours import OpenHours, Ticks, clock_hours
from counterpoint.measures.sureness import Estimate

Codes = npt.NDArray[np.int32]
Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STEPS_NEED = Need(
    "steps of cases",
    "select count(*) from activity where verb = 'step' and work is not null",
    "counterpoint trace LOG brings a process log in (XES, OCEL, CSV)",
)
STATED = "stated"
HOURS = Setting(
    "hours",
    "",
    "working hours in which to count as well, such as 'Europe/Berlin 09:00-17:00'; or 'stated': those that the team "
    "states (by team), else the organisation",
)
BOTS = Setting("bots", "out", "out: steps of programs and shared accounts are left out; in: they count as steps")
CALENDARS = "select team, hours from calendar"
INPUTS: Mapping[str, str] = {
    "steps": "case_steps.sql",
    "units": "select party, unit from unit_of",
    "calendars": CALENDARS,
}
STEP = Extra("step", pa.string(), "the step that the figure is of; empty where it is of all of them", key=True)
BEFORE = Extra("before", pa.string(), "the step before it", key=True)
LIMITS = (
    "A log knows when a step was recorded, not when it was worked on: where it says no beginnings, waiting and working "
    "are one time. A case that is not over looks shorter than it will be. Steps of bots are left out, and what they "
    "did in between counts as waiting."
)
_NOTHING = np.zeros(0, np.int64)
NO_HOURS = "working hours: say them, such as --set hours='Europe/Berlin 09:00-17:00', or --set hours=stated"


@dataclass(frozen=True)
class Steps:
    """Steps that were done, ordered by case, beginning and end; a row for each. Codes are -1 where nothing is said.

    ``begin`` is when a step was begun, where its log says so, else ``end``. ``free`` is when all that was done in the
    case before it was over (``begin`` for the first). ``first`` says which rows are the first of their case.
    """

    case: Codes
    step: Codes
    zone: Codes
    party: Codes
    period: Codes
    begin: Ticks
    end: Ticks
    first: Flags
    free: Ticks
    sources: Codes
    cases: Sequence[str]
    source_names: Sequence[str]
    step_names: Sequence[str]
    zone_names: Sequence[str]
    party_names: Sequence[str]
    periods: Sequence[date | None]

    def __len__(self) -> int:
        return len(self.case)


def steps_of(table: pa.Table) -> Steps:
    """The steps in the rows of ``case_steps.sql``. A beginning goes with the next end of the same step of its case.

    A step that was begun and not ended is none yet; other transitions (scheduled, suspended) say nothing of time.
    """
    source, sources = coded(table["source"])
    work, works = coded(table["work"])
    step, step_names = coded(table["step"])
    zone, zones = coded(table["zone"])
    party, parties = coded(table["party"])
    period, periods = coded(table["period"])
    together = source.astype(np.int64) * (len(works) + 1) + work
    both, case = np.unique(together, return_inverse=True)
    end = ticks(table["moment"])
    place = table["place"].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
    kind, kinds = coded(table["lifecycle"])
    order = np.lexsort((place, end, case))
    begin = end.copy()
    done = np.array([one == "done" for one in kinds] or [True])[kind] if len(kind) else np.zeros(0, bool)
    if "begun" in kinds:
        _pair(order, np.stack([case, step], axis=1), kind == kinds.index("begun"), done, begin)
    order = order[done[order]]
    order = order[np.lexsort((place[order], end[order], begin[order], case[order]))]
    case, begin, end = case[order].astype(np.int32), begin[order], end[order]
    first = np.ones(len(case), bool)
    first[1:] = case[1:] != case[:-1]
    return Steps(
        case=case, step=step[order], zone=zone[order], party=party[order],
        period=np.where(period[order] < 0, 0, period[order]) if periods else np.zeros(len(case), np.int32),
        begin=begin, end=end, first=first, free=_free(first, begin, end),
        sources=(both // (len(works) + 1)).astype(np.int32),
        cases=[works[one] for one in both % (len(works) + 1)],
        source_names=sources, step_names=step_names, zone_names=zones, party_names=parties,
        periods=periods or [None],
    )  # fmt: skip


def _pair(order: Indices, of: Indices, begun: Flags, done: Flags, begin: Ticks) -> None:
    """Give each step that is done the time of the earliest beginning that waits for it; ``of`` is case and step."""
    waiting: dict[tuple[int, ...], list[int]] = {}
    for row in order.tolist():
        key = tuple(of[row].tolist())
        if begun[row]:
            waiting.setdefault(key, []).append(int(begin[row]))
        elif done[row] and waiting.get(key):
            begin[row] = waiting[key].pop(0)


def _free(first: Flags, begin: Ticks, end: Ticks) -> Ticks:
    """When everything before was over: the latest end so far within the case."""
    if not len(end):
        return end
    # Shifted case by case so that one running maximum serves all: no case reaches into the next.
    number = np.cumsum(first) - 1
    reach = int(end.max() - end.min()) + 1
    if reach < 2**62 // max(1, int(number[-1]) + 1):
        latest = np.maximum.accumulate(end - end.min() + number * reach) - number * reach + end.min()
    else:
        latest = np.concatenate([np.maximum.accumulate(one) for one in np.split(end, np.flatnonzero(first)[1:])])
    free = np.empty_like(end)
    free[1:] = latest[:-1]
    free[first] = begin[first]
    return free


def coded(column: Any) -> tuple[Codes, list[Any]]:
    """A column as numbers, -1 where it is empty, and the values in order."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    values = found.dictionary.to_pylist()
    codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    ranked = sorted(range(len(values)), key=lambda one: values[one])
    rank = np.empty(len(values) + 1, np.int32)
    rank[ranked] = np.arange(len(values), dtype=np.int32)
    rank[len(values)] = -1  # where the code is -1
    return rank[codes], [values[one] for one in ranked]


def ticks(column: Any) -> Ticks:
    """Times as microseconds since 1970."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found: Ticks = array.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found


class WorkingHours:
    """The working hours that were asked for, by unit: one calendar for all, or those that are stated."""

    def __init__(self, asked: Asked, calendars: pa.Table, first: int, last: int) -> None:
        """``first`` and ``last`` are the ticks between which they are wanted."""
        self._text = str(asked.settings.get("hours", "")).strip()
        self._stated: dict[str, str] = {}
        if self._text == STATED:
            self._stated = {row["team"] or "": row["hours"] for row in calendars.to_pylist()}
        self._by_team = asked.grain == "team"
        self._span = first, last
        self._known: dict[str, OpenHours] = {}

    def of(self, unit: str) -> OpenHours | None:
        """Those of a unit; None where none were asked for, or none are stated.

        Raises:
            BadValue: they cannot be read.
        """
        text = self._text
        if text == STATED:
            own = self._stated.get(unit) if self._by_team else None
            text = own or self._stated.get("", "")
        if not text:
            return None
        if text not in self._known:
            self._known[text] = OpenHours.of(text, *self._span)
        return self._known[text]


def working_hours(asked: Asked, inputs: Tables, steps: Steps) -> WorkingHours:
    """The working hours that were asked for, over the time of some steps."""
    first, last = (int(steps.begin.min()), int(steps.end.max())) if len(steps) else (0, 0)
    return WorkingHours(asked, inputs["calendars"], first, last)


def hours_between(begins: Ticks, ends: Ticks, hours: OpenHours | None) -> Floats:
    """Hours on the clock, or working hours."""
    return clock_hours(begins, ends) if hours is None else hours.between(begins, ends)


def by_unit(asked: Asked, inputs: Tables, steps: Steps) -> Iterator[tuple[str, Indices]]:
    """Each unit of the grain that was asked for, with its rows in order. A party in two teams counts in both."""
    match asked.grain:
        case "zone":
            yield from split(steps.zone, steps.zone_names)
        case "source":
            yield from split(steps.sources[steps.case], steps.source_names)
        case "work":
            yield from split(steps.case, steps.cases)
        case "team":
            yield from by_team(inputs["units"], steps.party, steps.party_names)
        case _:
            yield "", np.arange(len(steps))


def by_team(units: pa.Table, party: Codes, names: Sequence[str]) -> Iterator[tuple[str, Indices]]:
    """Each team of whose people there are any, by name, with their rows in order. ``party`` are codes of ``names``."""
    codes = {name: code for code, name in enumerate(names)}
    members: dict[str, set[int]] = {}
    for row in units.to_pylist():
        if row["party"] in codes:
            members.setdefault(row["unit"], set()).add(codes[row["party"]])
    theirs = dict(split(party, range(len(names))))
    for unit in sorted(members):
        yield unit, np.sort(np.concatenate([theirs[one] for one in members[unit] if one in theirs] or [_NOTHING]))


def split(codes: Codes, names: Sequence[Any]) -> Iterator[tuple[Any, Indices]]:
    """The rows of each code, in order; those that have none are left out. It takes as long as there are rows, however
    many names there are."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    bounds = [0, *(1 + np.flatnonzero(np.diff(ordered))).tolist(), len(ordered)]
    for begin, end in pairwise(bounds):
        if begin < end and ordered[begin] >= 0:
            yield names[ordered[begin]], order[begin:end]


def by_period(steps: Steps, rows: Indices) -> Iterator[tuple[date | None, Indices]]:
    """Some rows by the period that they are in."""
    for name, places in split(steps.period[rows], steps.periods):
        yield name, rows[places]


def by_unit_and_period(asked: Asked, inputs: Tables, steps: Steps) -> Iterator[tuple[str, date | None, Indices]]:
    """The rows of each unit in each period, in order."""
    for unit, rows in by_unit(asked, inputs, steps):
        for period, places in by_period(steps, rows):
            yield unit, period, places


def by_step(steps: Steps, rows: Indices) -> Iterator[tuple[str | None, Indices]]:
    """All of some rows (None), and then those of each step."""
    yield None, rows
    for name, places in split(steps.step[rows], steps.step_names):
        yield name, rows[places]


def row_of(period: date | None, unit: str, figure: str, found: Estimate, **extras: str | None) -> dict[str, Any]:
    """A row of a result."""
    return {"period": period, "unit": unit, "figure": figure, **found._asdict(), **extras}
