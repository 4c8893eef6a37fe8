"""Work that comes back: to a group that it had left, back and forth between two, or to a step that was done."""

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
    LIMITS,
    STEPS_NEED,
    Codes,
    Flags,
    Indices,
    Steps,
    row_of,
    split,
    steps_of,
)
from counterpoint.measures.sureness import Estimate, mean, proportion


@dataclass(frozen=True)
class _Visits:
    """Stays of cases with groups, in order: consecutive steps in one group are one stay.

    ``back`` says that the case had been with the group before, ``bounced`` that between there was one other stay alone.
    """

    case: Codes
    zone: Codes
    period: Codes
    back: Flags
    bounced: Flags


def visits_of(steps: Steps) -> _Visits:
    """The stays in steps whose group is told; others are passed over."""
    rows = np.flatnonzero(steps.zone >= 0)
    case, zone = steps.case[rows], steps.zone[rows]
    moved = np.ones(len(rows), bool)
    moved[1:] = (case[1:] != case[:-1]) | (zone[1:] != zone[:-1])
    rows = rows[moved]
    case, zone = steps.case[rows], steps.zone[rows]
    bounced = np.zeros(len(rows), bool)
    bounced[2:] = (case[2:] == case[:-2]) & (zone[2:] == zone[:-2])
    return _Visits(case, zone, steps.period[rows], _again(case, zone), bounced)


def _again(case: Codes, what: Codes) -> Flags:
    """Which rows have the same case and thing as one before."""
    both = case.astype(np.int64) * (int(what.max(initial=0)) + 1) + what
    found = np.ones(len(both), bool)
    found[np.unique(both, return_index=True)[1]] = False
    return found


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    steps = steps_of(tables["steps"])
    visits = visits_of(steps)
    rows: list[dict[str, Any]] = []
    if asked.grain == "zone":
        for zone, places in split(visits.zone, steps.zone_names):
            for period, these in split(visits.period[places], steps.periods):
                rows += _of_zone(visits, places[these], str(zone), period)
        return result(rows)
    sources = steps.sources[steps.case]
    units = [("", None)] if asked.grain == "organisation" else list(enumerate(steps.source_names))
    for code, name in units:
        mine = np.arange(len(steps)) if name is None else np.flatnonzero(sources == code)
        stays = np.arange(len(visits.case)) if name is None else np.flatnonzero(steps.sources[visits.case] == code)
        stays_by = dict(split(visits.period[stays], steps.periods))
        for period, these in split(steps.period[mine], steps.periods):
            there = stays_by.get(period, np.zeros(0, np.int64))
            rows += _of_stays(visits, stays[there], name or "", period)
            rows += _of_steps(steps, mine[these], name or "", period)
    return result(rows)


def _of_stays(visits: _Visits, rows: Indices, unit: str, period: date | None) -> Iterator[dict[str, Any]]:
    cases, code = np.unique(visits.case[rows], return_inverse=True)
    n = len(cases)
    if not n:
        for figure in ("returned", "returns", "bounced"):
            yield row_of(period, unit, figure, Estimate(None, None, None, 0, "groups: the log names none"))
        return
    times = np.bincount(code, visits.back[rows], minlength=n)
    yield row_of(period, unit, "returned", proportion(int((times > 0).sum()), n))
    yield row_of(period, unit, "returns", mean(times.astype(float)))
    bounced = np.bincount(code, visits.bounced[rows], minlength=n)
    yield row_of(period, unit, "bounced", proportion(int((bounced > 0).sum()), n))


def _of_zone(visits: _Visits, rows: Indices, unit: str, period: date | None) -> Iterator[dict[str, Any]]:
    """Of the cases that were with a group: those that came back to it."""
    cases, code = np.unique(visits.case[rows], return_inverse=True)
    for figure, flags in (("returned", visits.back), ("bounced", visits.bounced)):
        times = np.bincount(code, flags[rows], minlength=len(cases))
        yield row_of(period, unit, figure, proportion(int((times > 0).sum()), len(cases)))
        if figure == "returned":
            yield row_of(period, unit, "returns", mean(times.astype(float)))


def _of_steps(steps: Steps, rows: Indices, unit: str, period: date | None) -> Iterator[dict[str, Any]]:
    again = _again(steps.case, steps.step)[rows]
    cases, code = np.unique(steps.case[rows], return_inverse=True)
    times = np.bincount(code, again, minlength=len(cases))
    yield row_of(period, unit, "repeated", proportion(int((times > 0).sum()), len(cases)))


RETURNS = Measure(
    name="returns",
    system="C7",
    question="How often does work come back to a group that it had left?",
    about="Stays of cases with groups (steps in a row that one group did). A case returned where it comes to a group "
    "that it was with before; it bounced where it went to another group and straight back. It was repeated where a "
    "step that was done is done again. A return counts in the period in which it happens, and its share is of the "
    "cases with steps in that period. By zone: of the cases that were with the group, those that came back to it.",
    source="Shares with the score interval (Wilson, JASA 22, 1927); the mean with the normal interval",
    limits=LIMITS + " Coming back can be how the work is meant to go: a check by the one who asked.",
    grains=("organisation", "zone", "source"),
    figures=(
        Figure("returned", "share", "of the cases: came back to a group that they had left"),
        Figure("returns", "returns", "of a case, on average"),
        Figure("bounced", "share", "of the cases: went to another group and straight back"),
        Figure("repeated", "share", "of the cases: a step that was done was done again"),
    ),
    needs=(STEPS_NEED,),
    settings=(BOTS,),
    kernel=_kernel,
    inputs={"steps": "case_steps.sql"},
    by_period=False,
)
