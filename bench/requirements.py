"""The requirement matrix from Arrow tables to pairs, against ``scipy.sparse`` A·Aᵀ alone and a DuckDB self-join.

    python bench/requirements.py [--people 4000 --files 50000 --touches 1000000] [--rounds 3]
                                 [--without-join | --limit 3600]

Files are touched by Zipf's law (the k-th most touched in proportion to 1/k), people too, less steeply; touches come in
changes of one to ten files that a person makes. The floor multiplies a matrix that is there already, of one row for
each person, and does nothing else: no reading of tables, no pairs. Ours begins with a table of rows of text and ends
with a table of pairs. The second part follows requirements through files that change together (T_A · T_D · T_Aᵀ),
against the same product by SciPy alone. Of each the least time of the rounds is told, and the least processor time (of
all threads; what counts on a machine that others use); of the join there is one round, stopped after so many seconds.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from scipy import sparse

from counterpoint.measures.requiring import coded, coupled, required_pairs, worked

_JOIN = """
select one.party, other.party as with_party, sum(one.amount * other.amount) as weight
from (select party, thing, count(*) as amount from touches group by all) as one
join (select party, thing, count(*) as amount from touches group by all) as other
    on one.thing = other.thing and one.party < other.party
group by all
"""


def made(people: int, files: int, touches: int) -> pa.Table:
    """Rows of who touched which file in which change."""
    dice = np.random.default_rng(4)
    sizes = dice.integers(1, 11, size=touches)
    change = np.repeat(np.arange(touches), sizes)[:touches]
    who = _zipf(dice, people, touches, 0.6)[change]
    what = _zipf(dice, files, touches, 1.0)
    names = [pa.array([f"{prefix}{one:06}" for one in range(count)]) for prefix, count in
             (("person:", people), ("src/file", files), ("git:app ", touches))]  # fmt: skip
    codes = (who, what, change)
    columns = [
        pa.DictionaryArray.from_arrays(code.astype(np.int32), name) for code, name in zip(codes, names, strict=True)
    ]
    return pa.table(columns, names=["party", "thing", "change"])


def _zipf(dice: np.random.Generator, many: int, drawn: int, steep: float) -> np.ndarray:
    weights = 1.0 / np.arange(1, many + 1) ** steep
    return dice.permutation(many)[dice.choice(many, size=drawn, p=weights / weights.sum())]


class Took(NamedTuple):
    """How long something took: by the clock, and of all processors, in seconds."""

    clock: float
    processor: float

    def told(self, what: str, floor: Took | None = None) -> None:
        """Print it, and how many times the floor it is."""
        times = "" if floor is None else f"{self.clock / floor.clock:6.2f} {self.processor / floor.processor:6.2f}"
        print(f"  {what:42} {self.clock:8.2f} {self.processor:8.2f}  {times}")


def least(rounds: int, run: Callable[[], object]) -> Took:
    """The least time of some rounds."""
    clock = processor = float("inf")
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.process_time()
        run()
        clock, processor = min(clock, time.perf_counter() - begun), min(processor, time.process_time() - used)
    return Took(clock, processor)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("people", 4000), ("files", 50_000), ("touches", 1_000_000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--without-join", action="store_true")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which the join is stopped")
    asked = parser.parse_args()
    rows = made(asked.people, asked.files, asked.touches)
    text = pa.table({"party": rows["party"].cast(pa.string()), "thing": rows["thing"].cast(pa.string())})
    doers, parties = coded(rows["party"])
    things, names = coded(rows["thing"])
    did = worked(doers, things, None, (len(parties), len(names)))
    # A matrix like any other that is there already: sums of one row for each person and file.
    did.sum_duplicates()

    print(f"{asked.people:,} people, {asked.files:,} files, {asked.touches:,} touches: {did.nnz:,} of people and files")
    floor = least(asked.rounds, lambda: did @ did.T)
    ours = least(asked.rounds, lambda: required_pairs(rows))
    ours_text = least(asked.rounds, lambda: required_pairs(text))
    found = required_pairs(rows).num_rows
    print(f"same file: {found:,} pairs{'':25} seconds, of processors, times the floor in both")
    floor.told("scipy A·Aᵀ alone")
    ours.told("from rows with dictionaries to pairs", floor)
    ours_text.told("from rows of text to pairs", floor)
    if not asked.without_join:
        joined(text, floor, asked.limit)
    through(rows, did, asked.rounds)


def joined(rows: pa.Table, floor: Took, limit: float) -> None:
    """The same by a plain self-join in DuckDB, in memory, with what it does by itself."""
    with duckdb.connect() as connection:
        connection.register("touches", rows)
        stop = threading.Timer(limit, connection.interrupt)
        stop.start()
        begun, used = time.perf_counter(), time.process_time()
        try:
            took = least(1, lambda: connection.sql(_JOIN).to_arrow_table())
        except duckdb.InterruptException:
            took = Took(time.perf_counter() - begun, time.process_time() - used)
            print(f"  the self-join was stopped after {limit:.0f} s; it took more than")
        finally:
            stop.cancel()
        took.told("DuckDB, a self-join, to pairs", floor)


def through(rows: pa.Table, did: sparse.csr_array, rounds: int) -> None:
    """The same through files that change together."""
    changes, every = coded(rows["change"])
    things, names = coded(rows["thing"])
    together = rows.select(["change", "thing"])
    hangs = coupled(changes, things, (len(every), len(names)))
    print(f"files that change together: {hangs.nnz:,} of two files")
    right = least(1, lambda: did @ (hangs @ did.T))
    ours = least(rounds, lambda: required_pairs(rows, together))
    right.told("scipy A·(D·Aᵀ) alone")
    ours.told("from rows with dictionaries to pairs", right)


if __name__ == "__main__":
    main()
