"""How long changes wait for review: from when they were written to when somebody looked, and to when they landed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Need, Tables
from counterpoint.measures.open_hours import OpenHours, Ticks
from counterpoint.measures.rows import result
from counterpoint.measures.stepping import (
    BOTS,
    CALENDARS,
    HOURS,
    NO_HOURS,
    Flags,
    Indices,
    WorkingHours,
    by_team,
    coded,
    hours_between,
    row_of,
    split,
    ticks,
)
from counterpoint.measures.sureness import Estimate, proportion, quantile

_NEVER = np.iinfo(np.int64).min
_NOT_WHEN = "reviews with a time of their own: a trailer says who looked, and not when"
_NOT_LANDED = "when they reached the common record"


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    table = tables["commits"]
    written, landed, seen = (_moments(table[name]) for name in ("written", "landed", "seen"))
    looked = table["looked_at"].combine_chunks().to_numpy(zero_copy_only=False).astype(bool)
    known = np.concatenate([one[one != _NEVER] for one in (written, landed, seen)])
    first, last = (int(known.min()), int(known.max())) if len(known) else (0, 0)
    working = WorkingHours(asked, tables["calendars"], first, last)
    periods, names = coded(table["period"])
    rows: list[dict[str, Any]] = []
    for unit, places in _units(asked, table, tables["units"]):
        for period, these in split(np.maximum(periods, 0)[places], names or [None]):
            here = places[these]
            rows += _figures((written[here], landed[here], seen[here], looked[here]), working.of(unit), (unit, period))
    return result(rows)


def _moments(column: Any) -> Ticks:
    """Times as ticks; the smallest number where there is none."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found = ticks(array.fill_null(pa.scalar(0, array.type))).copy()
    found[array.is_null().to_numpy(zero_copy_only=False)] = _NEVER
    return found


def _units(asked: Asked, table: pa.Table, units: pa.Table) -> Iterator[tuple[str, Indices]]:
    if asked.grain == "source":
        yield from split(*coded(table["source"]))
    elif asked.grain == "team":
        yield from by_team(units, *coded(table["party"]))
    else:
        yield "", np.arange(table.num_rows)


def _figures(
    commits: tuple[Ticks, Ticks, Ticks, Flags], hours: OpenHours | None, key: tuple[str, date | None]
) -> Iterator[dict[str, Any]]:
    written, landed, seen, looked = commits
    unit, period = key
    yield row_of(period, unit, "reviewed", proportion(int(looked.sum()), len(looked)))
    # A trailer is written with the commit: the time of such a review is the commit's own, and says nothing.
    own = looked & (seen != _NEVER) & (seen > written) & (seen != landed)
    first = quantile(hours_between(written[own], seen[own], None), 0.5)
    nothing = Estimate(None, None, None, 0, _NOT_WHEN)
    yield row_of(period, unit, "first_review", first if own.any() else nothing)
    there = landed != _NEVER
    for figure, which in (("landing_reviewed", looked & there), ("landing_alone", ~looked & there)):
        found = quantile(hours_between(written[which], landed[which], None), 0.5)
        missing = Estimate(None, None, None, 0, _NOT_LANDED)
        yield row_of(period, unit, figure, found if which.any() else missing)
    which = looked & there
    if hours is None:
        yield row_of(period, unit, "landing_working", Estimate(None, None, None, int(which.sum()), NO_HOURS))
    else:
        found = quantile(hours_between(written[which], landed[which], hours), 0.5)
        yield row_of(period, unit, "landing_working", found)


REVIEW_WAIT = Measure(
    name="review_wait",
    system="C7",
    question="How long do changes wait for review?",
    about="Commits that were looked at by somebody else than their author: from when they were written to the first "
    "look, where reviews have a time of their own, and to when they reached the common record. Beside them the commits "
    "that nobody looked at. Reviews by bots count for nothing: in one tool they drove the waiting to zero. By team: of "
    "the author.",
    source="Medians with the interval between order statistics (Conover, Practical Nonparametric Statistics, 1999, "
    "3.2); the share with the score interval (Wilson, JASA 22, 1927)",
    limits="Git knows when a commit was written last and when it was applied; a commit that is written anew when it is "
    "merged looks as if it had waited for nothing. Who reviewed is known where a trailer or another source says so. "
    "Writing goes on while a change waits, so this is no idle time.",
    grains=("organisation", "team", "source"),
    figures=(
        Figure("reviewed", "share", "of commits: somebody else than the author looked at them"),
        Figure("first_review", "hours", "from writing to the first look by somebody else: the median"),
        Figure("landing_reviewed", "hours", "from writing to the common record, of those looked at: the median"),
        Figure("landing_alone", "hours", "the same of those that nobody looked at"),
        Figure("landing_working", "hours", "of those looked at, in working hours: the median"),
    ),
    needs=(
        Need(
            "reviews",
            "select count(*) from activity where verb = 'review' and sort <> 'bot'",
            "counterpoint trace REPOSITORY brings in what trailers say of them",
        ),
    ),
    settings=(HOURS, BOTS),
    kernel=_kernel,
    inputs={"commits": "review_wait.sql", "units": "select party, unit from unit_of", "calendars": CALENDARS},
    by_period=False,
)
