"""Logs of which everything is known, because they were invented: by our engine, and by a queue written anew here."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from counterpoint.simulation.calibration.cases import Cases, Floats
from counterpoint.simulation.engine import run
from counterpoint.simulation.network import Goto, Label, Network, Source, Step, compiled

BEGIN = 420_768.0
"""The first of January 2018, a Monday, in hours since 1970."""
Row = Mapping[str, object]


def table(rows: Sequence[Row]) -> pa.Table:
    """Rows of events, whose ``end`` (and ``start``) are hours since 1970."""
    names = {name: None for row in rows for name in row}
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if name in ("start", "end"):
            ticks = [None if one is None else round(float(one) * 3_600_000_000) for one in values]  # type: ignore[arg-type]
            columns[name] = pa.array(ticks, pa.int64()).cast(pa.timestamp("us"))
        else:
            columns[name] = pa.array(values, pa.float64() if name == "place" else pa.string())
    return pa.table(columns)


def cases_of(rows: Sequence[Row]) -> Cases:
    """The same as cases."""
    return Cases.of(table(rows))


def by_the_engine(steps: tuple[Step, ...], count: int, seed: int, *, every: float = 4.0) -> Cases:
    """Cases that begin at random, on average ``every`` so many hours, and end after what our engine says."""
    again = (Label("next"), *steps, Goto("next"))
    lead = run(compiled(Network((), (Source("work", again, items=1),))), count, 0, seed).lead
    begin = BEGIN + np.cumsum(np.random.default_rng(seed).exponential(every, count))
    rows = []
    for number in range(count):
        rows.append({"case": f"{number:06d}", "activity": "asked", "end": begin[number]})
        rows.append({"case": f"{number:06d}", "activity": "done", "end": begin[number] + lead[number]})
    return cases_of(rows)


def queue(begin: Floats, service: Floats, servers: int) -> Cases:
    """First come, first served, by so many people: what each case waits follows from who is free first.

    Source: J. Kiefer and J. Wolfowitz, *On the theory of queues with many servers* (1955).
    """
    free = [(float(begin[0]), person) for person in range(servers)]
    rows = []
    for number, (came, takes) in enumerate(zip(begin.tolist(), service.tolist(), strict=True)):
        at, person = heapq.heappop(free)
        end = max(at, came) + takes
        heapq.heappush(free, (end, person))
        rows.append({"case": f"{number:06d}", "activity": "asked", "end": came, "kind": "step"})
        row = {"case": f"{number:06d}", "activity": "done", "resource": f"person {person}", "end": end, "kind": "step"}
        rows.append(row)
    return cases_of(rows)


def rising(loads: Sequence[tuple[float, int]], seed: int, servers: int = 2) -> Cases:
    """A queue whose load changes: so many cases at each share of what people can do, service of one hour on average."""
    chance = np.random.default_rng(seed)
    gaps = np.concatenate([chance.exponential(1 / (load * servers), count) for load, count in loads])
    return queue(BEGIN + np.cumsum(gaps), chance.exponential(1.0, len(gaps)), servers)
