"""How the cost of measures grows with activity, from a hundred thousand rows to ten million; and a hundred on Spark.

    python bench/measures.py [--rows 100000 --rows 1000000 --rows 10000000] [--measure NAME …] [--keep FOLDER]
    python bench/measures.py --rows 100000000 --engine spark --measure volume --measure flow [--memory 3g]

Activity is generated with a heavy tail (bench/activity.py) into Parquet files of one month each. The organisation grows
with it: one person for each two thousand rows, one path for each twenty. Each measure is run by itself as
``counterpoint measure`` runs it, without results that are kept. Cost is processor time of the whole process, which is
what other programs on the machine disturb least; the exponent is the slope of a line through the logarithms of cost
and rows. ``--engine spark`` starts a standalone Spark with two workers on this machine.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.lake.standalone import settings, standalone

from activity import Size, fill, tables
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.engine import Engine
from counterpoint.lake.place import Place
from counterpoint.lake.running import Input, run
from counterpoint.lake.spark import SparkEngine
from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.declaration import Asked

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SET = ("volume", "ai_participation", "flow", "load", "truck_factor", "requirements")
AIM = 1.1


def main() -> None:
    """Fill the lakes, run the measures, print a table."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--rows", type=int, action="append")
    words.add_argument("--measure", action="append", choices=sorted(MEASURES))
    words.add_argument("--window", default="month")
    words.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"))
    words.add_argument("--memory", default="3g", help="of each Spark executor, and of DuckDB")
    words.add_argument("--keep", type=Path, help="make the lakes there once and use them again")
    given = words.parse_args()
    sizes = [Size(one) for one in given.rows or (100_000, 1_000_000, 10_000_000)]
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as temporary:
        home = given.keep or Path(temporary)
        lakes = {size: _lake(home / str(size.rows), size) for size in sizes}
        with _engine(given.engine, given.memory, Path(temporary)) as engine:
            costs = {name: _costs(name, lakes, engine, given.window) for name in given.measure or SET}
    _print(sizes, costs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of this process: {peak:,.0f} MB")


def _lake(folder: Path, size: Size) -> Input:
    place = Place.at(str(folder))
    names = sorted(one.relative_to(folder).as_posix() for one in folder.glob("activity/*/*/*.parquet"))
    begin = time.perf_counter()
    if not names:
        names = fill(place, size)
    size_on_disk = sum((folder / name).stat().st_size for name in names) / 1e6
    took = time.perf_counter() - begin
    print(f"{size.rows:>11,} rows: {len(names)} files, {size_on_disk:,.0f} MB, written in {took:.0f} s", flush=True)
    return Input(place, names, tables(size), NOW)


def _costs(name: str, lakes: dict[Size, Input], engine: Engine, window: str) -> dict[Size, tuple[float, float, int]]:
    """Processor seconds, seconds on the clock and rows of the result, for each size."""
    measure = MEASURES[name]
    asked = Asked("team" if "team" in measure.grains else measure.grains[0], window)  # type: ignore[arg-type]
    found = {}
    for size, given in lakes.items():
        wall, cpu = time.perf_counter(), time.process_time()
        done = run(measure, asked, given, engine)
        found[size] = time.process_time() - cpu, time.perf_counter() - wall, done.rows.num_rows
        told = "lacks data" if done.lacking else f"{done.rows.num_rows} rows"
        print(f"  {name} at {size.rows:,}: {found[size][0]:.1f} s cpu, {found[size][1]:.1f} s, {told}", flush=True)
    return found


def _print(sizes: list[Size], costs: dict[str, dict[Size, tuple[float, float, int]]]) -> None:
    print("\n| measure | " + " | ".join(f"{size.rows:,}" for size in sizes) + " | exponent |")
    print("|---|" + "---|" * (len(sizes) + 1))
    for name, found in costs.items():
        cells = [f"{found[size][0]:.1f} ({found[size][1]:.1f})" for size in sizes]
        print(f"| `{name}` | " + " | ".join(cells) + f" | {_exponent(found)} |")
    print(f"\nprocessor seconds, in brackets seconds on the clock; aim: exponent at most {AIM}")


def _exponent(found: dict[Size, tuple[float, float, int]]) -> str:
    if len(found) < 2:
        return "–"
    rows = np.log([size.rows for size in found])
    slope, _ = np.polyfit(rows, np.log([max(cost, 1e-3) for cost, _, _ in found.values()]), 1)
    return f"{slope:.2f}"


@contextmanager
def _engine(name: str, memory: str, folder: Path) -> Iterator[Engine]:
    if name == "duckdb":
        yield DuckEngine(f"{memory.rstrip('g')}GB" if memory.endswith("g") else memory)
        return
    with standalone(folder, memory) as address:
        engine = SparkEngine(address, settings(memory, small=False))
        yield engine
        engine.close()


if __name__ == "__main__":
    main()
