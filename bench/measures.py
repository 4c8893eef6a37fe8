"""How the cost of measures grows with activity, from a hundred thousand rows to ten million; and a hundred on Spark.

    python bench/measures.py [--rows 100000 --rows 1000000 --rows 10000000] [--measure NAME …] [--keep FOLDER]
                             [--people 5000] [--limit 3600] [--queries]
    python bench/measures.py --rows 100000000 --engine spark --measure volume --measure flow [--memory 3g]

Activity is generated with a heavy tail (bench/activity.py) into Parquet files of one month each. The organisation grows
with it: one person for each two thousand rows, one path for each twenty; with ``--people`` it is the same one at every
size, which does more. Each measure is run by itself, in a process of its own on DuckDB, as ``counterpoint measure``
runs it, without results that are kept. Cost is processor time of that process over the run, of all its threads, user
and system, which is what other programs on the machine disturb least; the exponent is the slope of a line through the
logarithms of cost and rows. ``--limit`` is the processor time after which a run is stopped, ``--queries`` tells how
much of a run each query took. ``--engine spark`` starts a standalone Spark with two workers on this machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.lake.standalone import settings, standalone

from activity import Size, fill, tables
from counterpoint.lake.duck import DuckEngine, DuckSession
from counterpoint.lake.engine import Engine
from counterpoint.lake.place import Place
from counterpoint.lake.running import Input, run
from counterpoint.lake.spark import SparkEngine
from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.declaration import Asked

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SET = (
    "volume",
    "ai_participation",
    "review_wait",
    "load",
    "flow",
    "edges",
    "handover",
    "bottlenecks",
    "requirements",
    "congruence",
    "interdependence",
    "truck_factor",
)
"""Of every kind: SQL alone, steps of cases, matrices, authorship."""
AIM = 1.1


class Cost(NamedTuple):
    """What one run took: seconds of the processor and on the clock, megabytes at most; rows of the result."""

    processor: float
    clock: float
    memory: float
    rows: int
    lacking: bool


Ask = Callable[[str, Size], Cost | None]


def main() -> None:
    """Fill the lakes, run the measures, print a table."""
    given = _words().parse_args()
    sizes = [Size(one, given.people) for one in given.rows or (100_000, 1_000_000, 10_000_000)]
    if given.one:
        print(json.dumps(_cost(given.one, sizes[0], given)))
        return
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as temporary:
        given.keep = given.keep or Path(temporary)
        for size in sizes:
            _filled(given.keep, size)
        costs: dict[str, list[Cost | None]] = {}
        with _asking(given, Path(temporary)) as ask:
            for name in given.measure or SET:
                costs[name] = [_told(name, size, ask(name, size)) for size in sizes]
    _print(sizes, costs)


def _words() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rows", type=int, action="append")
    words.add_argument("--measure", action="append", choices=sorted(MEASURES))
    words.add_argument("--by", help="the grain; else team, or the first that the measure has")
    words.add_argument("--window", default="month")
    words.add_argument("--people", type=int, help="of the organisation, the same at every size")
    words.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"))
    words.add_argument("--memory", default="3g", help="of each Spark executor, and of DuckDB")
    words.add_argument("--limit", type=int, default=3600, help="seconds of the processor for one run on DuckDB")
    words.add_argument("--queries", action="store_true", help="tell what each query took")
    words.add_argument("--keep", type=Path, help="make the lakes there once and use them again")
    words.add_argument("--one", help=argparse.SUPPRESS)
    return words


def _folder(home: Path, size: Size) -> Path:
    return home / (str(size.rows) if size.fixed is None else f"{size.rows}-{size.fixed}")


def _files(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.glob("activity/*/*/*.parquet"))


def _filled(home: Path, size: Size) -> None:
    folder = _folder(home, size)
    names, begin = _files(folder), time.perf_counter()
    if not names:
        names = fill(Place.at(str(folder)), size)
    on_disk = sum((folder / name).stat().st_size for name in names) / 1e6
    took = time.perf_counter() - begin
    print(f"{size.rows:>11,} rows: {len(names)} files, {on_disk:,.0f} MB, written in {took:.0f} s", flush=True)


def _cost(name: str, size: Size, given: argparse.Namespace, engine: Engine | None = None) -> Cost:
    """Run a measure in this process."""
    measure, folder = MEASURES[name], _folder(given.keep, size)
    grain = given.by or ("team" if "team" in measure.grains else measure.grains[0])
    ground = Input(Place.at(str(folder)), _files(folder), tables(size), NOW)
    if given.queries:
        _tell_queries()
    clock, processor = time.perf_counter(), time.process_time()
    done = run(measure, Asked(grain, given.window), ground, engine or DuckEngine(_memory(given.memory)))
    took = time.process_time() - processor, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(*took, peak, done.rows.num_rows, bool(done.lacking))


def _tell_queries() -> None:
    """Have each query of this process say what it took."""
    plain = DuckSession.query

    def query(self: DuckSession, sql: str) -> pa.Table:
        clock, processor = time.perf_counter(), time.process_time()
        rows = plain(self, sql)
        took = f"{time.process_time() - processor:8.2f} s cpu {time.perf_counter() - clock:8.2f} s"
        print(f"    {took} {rows.num_rows:>11,} rows: {' '.join(sql.split())[:80]}", file=sys.stderr, flush=True)
        return rows

    DuckSession.query = query  # type: ignore[method-assign]


def _memory(text: str) -> str:
    return f"{text.rstrip('g')}GB" if text.endswith("g") else text


@contextmanager
def _asking(given: argparse.Namespace, folder: Path) -> Iterator[Ask]:
    """Who runs a measure: a new process each time, or Spark."""
    if given.engine == "duckdb":
        yield lambda name, size: _by_itself(name, size, given)
        return
    with standalone(folder, given.memory) as address:
        engine = SparkEngine(address, settings(given.memory, small=False))
        yield lambda name, size: _cost(name, size, given, engine)
        engine.close()


def _by_itself(name: str, size: Size, given: argparse.Namespace) -> Cost | None:
    """Run a measure in a process of its own; None where that was stopped."""
    words = ["--one", name, "--rows", str(size.rows), "--keep", str(given.keep), "--memory", given.memory]
    words += ["--window", given.window, *(["--by", given.by] if given.by else [])]
    words += ["--queries"] if given.queries else []
    words += [] if given.people is None else ["--people", str(given.people)]
    limit = given.limit
    done = subprocess.run(
        [sys.executable, __file__, *words],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 60)),
    )
    if done.returncode == -signal.SIGXCPU:
        return None
    done.check_returncode()
    return Cost(*json.loads(done.stdout))


def _told(name: str, size: Size, cost: Cost | None) -> Cost | None:
    if cost is None:
        print(f"  {name} at {size.rows:,}: stopped", flush=True)
    else:
        rows = "lacks data" if cost.lacking else f"{cost.rows:,} rows"
        took = f"{cost.processor:.1f} s cpu, {cost.clock:.1f} s, {cost.memory:,.0f} MB"
        print(f"  {name} at {size.rows:,}: {took}, {rows}", flush=True)
    return cost


def _print(sizes: Sequence[Size], costs: dict[str, list[Cost | None]]) -> None:
    print("\n| measure | " + " | ".join(f"{size.rows:,}" for size in sizes) + " | exponent | of the last two | MB |")
    print("|---|" + "---|" * (len(sizes) + 3))
    for name, found in costs.items():
        cells = ["stopped" if one is None else f"{one.processor:.1f} ({one.clock:.1f})" for one in found]
        slopes = [_exponent(sizes, found), _exponent(sizes[-2:], found[-2:])]
        peak = max((one.memory for one in found if one is not None), default=0)
        print(f"| `{name}` | " + " | ".join([*cells, *slopes, f"{peak:,.0f}"]) + " |")
    print(f"\nprocessor seconds, in brackets seconds on the clock; aim: exponent at most {AIM}")


def _exponent(sizes: Sequence[Size], found: Sequence[Cost | None]) -> str:
    known = [(size.rows, one.processor) for size, one in zip(sizes, found, strict=True) if one is not None]
    if len(known) < 2:
        return "–"
    rows, seconds = np.log(np.array(known)).T
    slope, _ = np.polyfit(rows, seconds, 1)
    return f"{slope:.2f}"


if __name__ == "__main__":
    main()
