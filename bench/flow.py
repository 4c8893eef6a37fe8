"""Handover of work by our query and by PM4Py, each as a process of its own, with the same work counted.

    python bench/flow.py --pm4py PYTHON_WITH_PM4PY [--log receipt.xes.gz]… [--events 1000000] [--runs 5]

Both are given the same events as one Parquet file and count, for each two parties, how often the second did the step
after the first: we by the SQL of the measure ``handover`` in DuckDB, on the rows as the lake keeps them; PM4Py (AGPL;
with pyarrow in an environment of its own, never imported here) by ``discover_handover_of_work_network``. The generated
log has cases of ten steps on average by five hundred parties, some of whom do much more than others. Both clocks run
from the opening of the file to the last pair, without the import of libraries; what each counts is compared. Processor
time is told as well, because it says more than the clock where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

OURS = "counterpoint"
THEIRS = "pm4py"


def generated(events: int, file: Path) -> None:
    """A log of so many events as the lake keeps rows."""
    import numpy as np
    import pyarrow as pa

    chance = np.random.default_rng(7)
    case = np.sort(chance.integers(0, max(1, events // 10), events))
    party = np.minimum(chance.zipf(1.3, events), 500)
    step = chance.integers(0, 30, events)
    start = np.datetime64("2024-01-01T00:00:00", "us").astype(np.int64)
    moment = start + case * 60_000_000 + np.arange(events) * 1_000
    texts = {"actor": [f"log:x/{one}" for one in party], "work": [f"case {one}" for one in case],
             "object": [f"step {one}" for one in step], "zone": [f"group {one % 12}" for one in party]}  # fmt: skip
    keep(pa.table({**texts, "moment": pa.array(moment, pa.timestamp("us"))}), file)


def brought(log: Path, file: Path) -> None:
    """A log in XES as the lake keeps rows."""
    import pyarrow as pa

    from counterpoint.model.activity import Traces
    from counterpoint.sources.traces.formats import opened

    found = opened(log, None, {"nobody": ""}).read(None, lambda *_: None)
    keep(pa.Table.from_batches([one.rows for one in found if isinstance(one, Traces)]), file)


def keep(rows: Any, file: Path) -> None:
    """Write rows as the lake has them, with what they do not say empty."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from counterpoint.model.activity import STORED

    count = rows.num_rows
    given: dict[str, Any] = {
        "source": ["xes:bench"] * count,
        "key": [number.to_bytes(16, "big") for number in range(count)],
        "verb": ["step"] * count,
        "size": [float(number) for number in range(count)],
    }
    columns = [rows[name] if name in rows.column_names else given.get(name) for name in STORED.names]
    filled = [pa.nulls(count) if one is None else one for one in columns]
    pq.write_table(pa.table(filled, names=STORED.names).cast(STORED), file)


def ours(file: Path) -> int:
    """How many pairs our query finds, with how often, and a figure that both must come to."""
    import duckdb

    from counterpoint.lake.running import filled, text_of
    from counterpoint.measures.declaration import Asked
    from counterpoint.measures.handover import HANDOVER

    connection = duckdb.connect()
    view = "create view activity as select *, actor as party, 'person' as sort, cast(null as date) as period from "
    connection.execute(f"{view} read_parquet('{file}')")
    pairs = connection.sql(filled(HANDOVER, Asked(), text_of(HANDOVER, HANDOVER.inputs["pairs"])))
    found = connection.sql("select giver, taker, sum(times) as times from pairs group by giver, taker").fetchall()
    assert pairs is not None
    return checked({(one, two): int(times) for one, two, times in found})


def theirs(file: Path) -> int:
    """The same by PM4Py."""
    import pandas
    import pm4py

    columns = {
        "actor": "org:resource",
        "work": "case:concept:name",
        "object": "concept:name",
        "moment": "time:timestamp",
    }
    log = pandas.read_parquet(file, columns=[*columns, "size"]).sort_values(["work", "moment", "size"])
    log = log.rename(columns=columns).astype(dict.fromkeys(("org:resource", "case:concept:name"), str))
    log["time:timestamp"] = pandas.to_datetime(log["time:timestamp"], utc=True)
    network = pm4py.discover_handover_of_work_network(log.drop(columns="size"), beta=0)
    cases = log["case:concept:name"].nunique()
    return checked({pair: round(share * (len(log) - cases)) for pair, share in network.connections.items()})


def checked(pairs: dict[tuple[str, str], int]) -> int:
    """One number that two equal countings have, and two different ones hardly."""
    import zlib

    return zlib.crc32(json.dumps(sorted([one, two, times] for (one, two), times in pairs.items())).encode())


def timed(way: Callable[[Path], int], file: Path) -> dict[str, float]:
    """The clock's time and the processor's, and what was counted."""
    clock, processor = time.perf_counter(), time.process_time()
    found = way(file)
    return {"clock": time.perf_counter() - clock, "processor": time.process_time() - processor, "counted": found}


def warm(who: str) -> None:
    """Import what the other needs, before the clock starts."""
    if who == OURS:
        import duckdb  # noqa: F401

        import counterpoint.lake.running
        import counterpoint.measures.handover  # noqa: F401
    else:
        import pm4py  # noqa: F401


def run(python: str, who: str, file: Path) -> dict[str, float]:
    """One run in a process of its own."""
    done = subprocess.run([python, __file__, "--as", who, str(file)], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout[done.stdout.rindex("{") :])
    return found


def compare(name: str, file: Path, python: str, runs: int) -> None:
    """A line of the table."""
    found = {
        who: [run(sys.executable if who == OURS else python, who, file) for _ in range(runs)] for who in (OURS, THEIRS)
    }
    agree = len({one["counted"] for several in found.values() for one in several}) == 1
    middle = {
        (who, of): statistics.median(one[of] for one in several)
        for who, several in found.items()
        for of in ("clock", "processor")
    }
    cells = [f"{middle[who, of]:.2f}" for of in ("clock", "processor") for who in (OURS, THEIRS)]
    times = middle[THEIRS, "processor"] / middle[OURS, "processor"]
    print(f"| {name} | {' | '.join(cells)} | {times:.1f} | {'yes' if agree else 'NO'} |", flush=True)


def main() -> None:
    """Compare, or be one of the two that are compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--as", dest="who", choices=(OURS, THEIRS), help=argparse.SUPPRESS)
    parser.add_argument("file", nargs="?", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pm4py", metavar="PYTHON", help="a Python that has PM4Py")
    parser.add_argument("--log", action="append", type=Path, default=[], help="a log in XES")
    parser.add_argument("--events", type=int, default=1_000_000, help="of the generated log")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    if asked.who:
        warm(asked.who)
        print(json.dumps(timed(ours if asked.who == OURS else theirs, asked.file)))
        return
    if not asked.pm4py:
        parser.error("--pm4py says which Python has PM4Py")
    print(f"{datetime.now():%d %B %Y}, median of {asked.runs} runs, seconds")
    print("| log | clock, ours | clock, PM4Py | processor, ours | processor, PM4Py | PM4Py over ours | same counts |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        for log in asked.log:
            file = Path(folder) / f"{log.name}.parquet"
            brought(log, file)
            compare(log.name, file, asked.pm4py, asked.runs)
        file = Path(folder) / "generated.parquet"
        generated(asked.events, file)
        compare(f"generated, {asked.events:,} events", file, asked.pm4py, asked.runs)


if __name__ == "__main__":
    main()
