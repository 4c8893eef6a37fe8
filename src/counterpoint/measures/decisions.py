"""How long decisions take, how often nobody makes them, how often they are made anew, and like cases decided unlike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Need, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import Estimate, proportion
from counterpoint.measures.units import MEMBERS, Units
from counterpoint.measures.waiting import waiting
from counterpoint.measures.windows import begin_of, hours, within

LEAST = 3
"""How many decisions with a known time of asking a figure of time rests on, at least."""
MOST_EXAMPLES = 3
_KNOWN = "decisions of which it is known when they were asked"
_EXTRAS = (Extra("examples", pa.string(), "of like cases decided unlike: the first few pairs"),)
_MADE = ("decided", "superseded")
Row = Mapping[str, Any]
Cell = tuple[date | None, str]


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    units = Units(asked.grain, tables["member"])
    every = [row | {"units": units.of(row["zone"], row["decider"])} for row in tables["decision"].to_pylist()]
    now = next((row["moment"] for row in tables["snapshot"].to_pylist()), None)
    rows: list[dict[str, Any]] = []
    for cell, ones in _cells(every, asked, "asked"):
        rows += _asked(cell, ones, now)
    for cell, ones in _cells([_made(one) for one in every if _was_made(one)], asked, "when"):
        rows += _results(cell, ones, {str(one["supersedes"]) for one in every if one["supersedes"]})
    due = [
        one for one in every if one["due"] and one["status"] != "withdrawn" and now is not None and one["due"] <= now
    ]
    for cell, ones in _cells(due, asked, "due"):
        late = sum(1 for one in ones if one["decided"] is None or one["decided"] > one["due"])
        rows.append(_row(cell, "late", proportion(late, len(ones))))
    return result([*rows, *_unlike(tables["alike"].to_pylist(), every, asked)], _EXTRAS)


def _cells(rows: Iterable[Row], asked: Asked, by: str) -> list[tuple[Cell, list[Row]]]:
    """The rows of each period and unit, by one of their times; where there are no periods, a time need not be known."""
    found: dict[Cell, list[Row]] = {}
    for row in rows:
        when: datetime | None = row[by]
        bounded = asked.window != "all" or asked.since is not None or asked.until is not None
        if bounded and not within(asked, when):
            continue
        period = None if when is None else begin_of(when.date(), asked.window)
        for unit in row["units"]:
            found.setdefault((period, unit), []).append(row)
    return sorted(found.items(), key=lambda one: (one[0][0] or date.min, one[0][1]))


def _asked(cell: Cell, ones: Sequence[Row], now: datetime | None) -> Iterator[dict[str, Any]]:
    known = [one for one in ones if one["asked"] is not None and one["status"] != "withdrawn"]
    over = [hours(one["asked"], one["decided"]) for one in known if one["decided"] is not None]
    running = [hours(one["asked"], now) for one in known if one["decided"] is None and now is not None]
    yield _row(cell, "asked", Estimate(len(ones), None, None, len(ones)))
    yield _row(cell, "open", Estimate(len(running), None, None, len(ones)))
    for name, share in (("latency", 0.5), ("latency_90", 0.9)):
        enough = len(over) + len(running) >= LEAST
        missing = Estimate(None, None, None, len(known), f"at least {LEAST} {_KNOWN}")
        yield _row(cell, name, waiting(over, running, share) if enough else missing)


def _was_made(one: Row) -> bool:
    return one["status"] in _MADE or one["reopened"] > 0


def _made(one: Row) -> Row:
    return {**one, "when": one["decided"] or one["asked"]}


def _results(cell: Cell, ones: Sequence[Row], replaced: set[str]) -> Iterator[dict[str, Any]]:
    """What became of decisions that were made, by when that was."""
    count = len(ones)
    again = [one["reopened"] > 0 for one in ones]
    over = [one["status"] == "superseded" or one["decision"] in replaced for one in ones]
    yield _row(cell, "made", Estimate(count, None, None, count))
    yield _row(cell, "defaulted", proportion(sum(1 for one in ones if one["defaulted"]), count))
    yield _row(cell, "reopened", proportion(sum(again), count))
    yield _row(cell, "superseded", proportion(sum(over), count))
    yield _row(cell, "reversed", proportion(sum(a or b for a, b in zip(again, over, strict=True)), count))


def _unlike(pairs: Sequence[Row], every: Sequence[Row], asked: Asked) -> Iterator[dict[str, Any]]:
    """Pairs of like cases that were both decided, and how many of them otherwise than the other.

    A pair counts where the later of the two was decided. One that replaces the other is no unlike case, but a reversal.
    """
    known = {one["decision"]: one for one in every if one["status"] == "decided" and one["outcome"]}
    told = []
    for pair in pairs:
        if pair["one"] not in known or pair["other"] not in known:
            continue
        ends = known[pair["one"]], known[pair["other"]]
        if ends[0]["supersedes"] == pair["other"] or ends[1]["supersedes"] == pair["one"]:
            continue
        times = [one["decided"] for one in ends if one["decided"] is not None]
        units = tuple(sorted({unit for one in ends for unit in one["units"]}))
        unlike = ends[0]["outcome"].casefold() != ends[1]["outcome"].casefold()
        told.append({**pair, "when": max(times, default=None), "units": units, "unlike": unlike})
    for name, stated in (("unlike", True), ("maybe_unlike", False)):
        some = False
        for cell, ones in _cells([one for one in told if one["stated"] is stated], asked, "when"):
            some = True
            otherwise = [one for one in ones if one["unlike"]]
            examples = "; ".join(f"{one['one']} and {one['other']}" for one in otherwise[:MOST_EXAMPLES])
            yield _row(cell, name, proportion(len(otherwise), len(ones))) | {"examples": examples or None}
        if not some and asked.grain == "organisation":
            lacking = "decided cases that somebody linked as like" if stated else "decided cases that look alike"
            yield _row((None, ""), name, Estimate(None, None, None, 0, lacking))


def _row(cell: Cell, figure: str, found: Estimate) -> dict[str, Any]:
    value, low, high, n, missing = found
    return {
        "period": cell[0], "unit": cell[1], "figure": figure, "value": value, "low": low, "high": high, "n": n,
        "missing": missing,
    }  # fmt: skip


DECISIONS = Measure(
    name="decisions",
    system="C14",
    question="How long do decisions take, how many does nobody make, and how many are made anew or unlike their like?",
    about="Hours from asking to deciding, with the decisions that are still open counted as running (leaving them out "
    "would make the slowest vanish). What became of those that were made. And decisions on like cases with other "
    "outcomes: of cases that somebody linked, and of cases that look alike (between the same options, or in much the "
    "same words). Waits are by when a decision was asked, late ones by when it was due, others by when it was made. "
    "A team's are those on which it or one of its people decides.",
    source="Kaplan and Meier (JASA 53, 1958) with log-log intervals; shares with Wilson's interval (JASA 22, 1927)",
    limits="It sees decisions that were asked or recorded as such, and most are not. When one was asked is known only "
    "where something was said of it before it was made: a record that is written afterwards says nothing of the wait. "
    "A decision that is made anew may be one well made: something was learned. What looks alike need not be.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("asked", "decisions", "asked in the period"),
        Figure("open", "decisions", "of these, not decided yet"),
        Figure("latency", "hours", "after which half of them are decided"),
        Figure("latency_90", "hours", "after which nine of ten are decided"),
        Figure("late", "share", "of decisions that were due in the period: not decided by then"),
        Figure("made", "decisions", "made in the period"),
        Figure("defaulted", "share", "of those made: by default, because nobody decided in time"),
        Figure("reopened", "share", "of those made: opened again at least once"),
        Figure("superseded", "share", "of those made: replaced by another decision since"),
        Figure("reversed", "share", "of those made: either of the two"),
        Figure("unlike", "share", "of linked pairs of like cases: with other outcomes"),
        Figure("maybe_unlike", "share", "of pairs of cases that look alike: with other outcomes; a list to look at"),
    ),
    needs=(
        Need("decisions", "select count(*) from decision", "counterpoint decision ask, or import, brings them in"),
    ),
    extras=_EXTRAS,
    kernel=_kernel,
    inputs={
        "decision": "select decision, status, zone, decider, asked, decided, due, defaulted, supersedes, reopened, "
        "outcome from decision",
        "alike": "select one, other, stated from alike",
        "member": MEMBERS,
        "snapshot": "select moment from snapshot",
    },
    by_period=False,
)  # fmt: skip
