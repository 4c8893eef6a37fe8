"""Handover of work: who did the next step of a case, by group and by team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.stepping import BOTS, STEPS_NEED, Codes, Indices, coded, row_of, split
from counterpoint.measures.sureness import Estimate, proportion

OTHER = Extra("other", pa.string(), "to whom the work went; the unit itself where it stayed", key=True)
INPUTS: Mapping[str, str] = {"pairs": "handover.sql", "units": "select party, unit from unit_of"}
SOURCE = (
    "Handover of work between adjacent events: van der Aalst, Reijers, Song, Discovering social networks from event "
    "logs, CSCW 14 (2005), with direct succession; shares with the score interval (Wilson, JASA 22, 1927)"
)
LIMITS = (
    "That one did the step after another need not mean that one gave it to the other: a queue may lie between them, "
    "and steps at the same time have an order by chance. A step that names nobody takes no part; nor do bots, which "
    "are passed over, so that what comes before one and what comes after it are adjacent."
)


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    pairs = tables["pairs"]
    times = pairs["times"].combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
    periods, period_names = coded(pairs["period"])
    rows: list[dict[str, Any]] = []
    for period, places in split(np.maximum(periods, 0), period_names or [None]):
        part = pairs.take(pa.array(places))
        if asked.grain in ("organisation", "source"):
            rows += _totals(part, times[places], period, by_source=asked.grain == "source")
        elif asked.grain == "zone":
            rows += matrix(*between(part, "from_zone", "to_zone"), times[places], period)
        else:
            rows += _teams(part, times[places], period, tables["units"])
    if not rows and asked.grain == "organisation":
        rows += _totals(pairs, times, None, by_source=False)
    return result(rows, [OTHER])


def _totals(part: pa.Table, times: Indices, period: date | None, *, by_source: bool) -> Iterator[dict[str, Any]]:
    sources, names = coded(part["source"])
    units = split(sources, names) if by_source else [("", np.arange(part.num_rows))]
    for unit, rows in units:
        mine, count = part.take(pa.array(rows)), times[rows]
        for figure, ends in (("parties", ("giver", "taker")), ("groups", ("from_zone", "to_zone"))):
            left, right, _ = between(mine, *ends)
            known = (left >= 0) & (right >= 0)
            moved = int(count[known & (left != right)].sum())
            total = int(count[known].sum())
            nothing = Estimate(None, None, None, 0, f"steps one after the other whose {figure} are told")
            times_moved = Estimate(float(moved), None, None, total)
            yield row_of(period, unit, f"between_{figure}", times_moved if total else nothing)
            yield row_of(period, unit, f"share_{figure}", proportion(moved, total) if total else nothing)


def between(part: pa.Table, left: str, right: str) -> tuple[Codes, Codes, Sequence[str]]:
    """Both ends of the pairs as codes of the same names; -1 where nothing is said."""
    both, names = coded(pa.concat_arrays([part[name].combine_chunks().cast(pa.string()) for name in (left, right)]))
    if "" in names:
        both = np.where(both == names.index(""), -1, both).astype(np.int32)
    return both[: part.num_rows], both[part.num_rows :], names


def matrix(
    left: Codes, right: Codes, names: Sequence[str], times: Indices, period: date | None
) -> Iterator[dict[str, Any]]:
    """How often work went from each to each, and of all the times, with and without what stayed."""
    known = (left >= 0) & (right >= 0)
    left, right, times = left[known].astype(np.int64), right[known].astype(np.int64), times[known]
    total, moved = int(times.sum()), int(times[left != right].sum())
    edges, code = np.unique(left * len(names) + right, return_inverse=True)
    counts = np.bincount(code, times, minlength=len(edges)).astype(np.int64)
    for edge, count in zip(edges.tolist(), counts.tolist(), strict=True):
        unit, other = names[edge // len(names)], names[edge % len(names)]
        yield row_of(period, unit, "times", Estimate(float(count), None, None, total), other=other)
        yield row_of(period, unit, "share", proportion(count, total), other=other)
        if unit != other:
            yield row_of(period, unit, "share_moved", proportion(count, moved), other=other)


def _teams(part: pa.Table, times: Indices, period: date | None, units: pa.Table) -> Iterator[dict[str, Any]]:
    """By the teams of both ends; who is in two teams counts in both, and who is in none in none."""
    left, right, names = between(part, "giver", "taker")
    teams, team_names = coded(units["unit"])
    party = {name: code for code, name in enumerate(names)}
    of: dict[int, list[int]] = {}
    for name, team in zip(units["party"].to_pylist(), teams.tolist(), strict=True):
        if name in party:
            of.setdefault(party[name], []).append(team)
    found = [
        (giver, taker, row)
        for row, (one, two) in enumerate(zip(left.tolist(), right.tolist(), strict=True))
        for giver in of.get(one, ())
        for taker in of.get(two, ())
    ]
    ends = np.array(found, dtype=np.int64).reshape(-1, 3)
    yield from matrix(ends[:, 0].astype(np.int32), ends[:, 1].astype(np.int32), team_names, times[ends[:, 2]], period)


FIGURES = (
    Figure("times", "times", "how often work went from the unit to the other, or stayed where both are the same"),
    Figure("share", "share", "of all steps that follow another step, those that stayed included"),
    Figure("share_moved", "share", "of those that moved to another"),
)
HANDOVER = Measure(
    name="handover",
    system="C7",
    question="From which group or team does work go to which?",
    about="Two steps of a case one after the other: from whoever did the first to whoever did the second. For the "
    "whole and by source: how many changed hands, and how many changed groups. By zone and by team: from each to each. "
    "Between people it is told to each of them alone, by handover_people.",
    source=SOURCE,
    limits=LIMITS,
    grains=("organisation", "team", "zone", "source"),
    figures=(
        Figure("between_parties", "times", "a step was done by another party than the one before (of the whole)"),
        Figure("share_parties", "share", "of steps that follow another, where both say by whom (of the whole)"),
        Figure("between_groups", "times", "a step was done in another group than the one before (of the whole)"),
        Figure("share_groups", "share", "of steps that follow another, where both say in which group (of the whole)"),
        *FIGURES,
    ),
    needs=(STEPS_NEED,),
    settings=(BOTS,),
    extras=(OTHER,),
    kernel=_kernel,
    inputs=INPUTS,
    by_period=False,
)
