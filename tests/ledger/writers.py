"""Many writers at once, each in a process or a thread of its own, and how long each of them waited."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Sequence

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.statements import Statement


def write(ledger: Ledger, writer: int, entries: int) -> list[tuple[str, float]]:
    """Append so many entries one after the other: the name of each, and the seconds it took."""
    done = []
    for number in range(entries):
        name = f"w{writer}-{number}"
        began = time.perf_counter()
        with ledger.write() as transaction:
            now = transaction.now
            statements = [
                Statement("team:shared", "title", "", "state", name, now, now),
                Statement(f"work:{name}", "exists", "", "state", True, now, now),
            ]
            transaction.append(NewEntry("ana", f"source-{writer}", statements, external_id=name))
        done.append((name, time.perf_counter() - began))
    return done


def write_in_threads(ledger: Ledger, writers: Sequence[int], entries: int) -> list[tuple[str, float]]:
    """One thread for each writer, all begun at once, on one ledger."""
    done: list[tuple[str, float]] = []
    gate = threading.Barrier(len(writers))

    def run(writer: int) -> None:
        gate.wait()
        done.extend(write(ledger, writer, entries))

    threads = [threading.Thread(target=run, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def waits(done: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Median, 99th percentile and maximum, in milliseconds."""
    times = sorted(seconds * 1000 for _, seconds in done)
    return {
        "median": round(statistics.median(times), 1),
        "p99": round(times[min(len(times) - 1, int(len(times) * 0.99))], 1),
        "max": round(times[-1], 1),
    }


if __name__ == "__main__":
    url, writer, entries = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    opened = Ledger.open(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for made, seconds in write(opened, writer, entries):
        print(made, seconds)
