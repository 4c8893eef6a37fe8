"""What a protocol costs over its own SQL: leases taken by 1, 8 and 64 processes at once, on both stores.

    python bench/protocols.py [--seconds 5] [--processes 1 --processes 8] [--store sqlite|postgresql] [--profile]

Each process takes resources of its own as fast as it can. The peer does the same with the driver alone: the statements
that one act sends, with their parameters ready, in a bare transaction, after the same lock (on SQLite the turn that
writers take, on PostgreSQL the advisory locks and the row of the head, which are among the statements). Only the number
of the entry is put in while it runs, because many write at once. The figure is the share of the peer's rate that the
acts reach (aim: 0.7); waiting is given as median and 99th percentile of one act, and fairness as the acts of the
slowest process for each hundred of the quickest.
"""

from __future__ import annotations

import argparse
import cProfile
import multiprocessing
import pstats
import re
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from counterpoint.actions.applying import apply
from counterpoint.actions.performing import perform
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.store import Store
from counterpoint.ledger.turns import Turns
from ledger import places
from raw import Call, Tape, connect

AIM = 0.7
ORGANISATION = """
[[person]]
id = "ana"
[[agent]]
id = "worker"
sponsor = "ana"
[organisation]
terms = [{ action = "*", term = "alone" }]
"""
MODEL = "taped-resource"
# The peer has the parameters of so many times the acts ready that the busiest process of ours did.
READY = 6
# What the processes share, so that starting 64 of them is no work of its own.
WARM = ["counterpoint.actions.performing", "counterpoint.ledger.ledger", "counterpoint.actions.applying", "psycopg"]
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")
Times = list[float]
Act = Callable[[int], None]


@dataclass(frozen=True)
class Template:
    """What one act sends: the calls, and what of their parameters is another at every act."""

    calls: list[Call]
    sequence: int
    identifier: str

    def filled(self, name: str) -> list[Call]:
        """The calls for another resource: every parameter ready but the number of the entry."""
        identifier = uuid.uuid4().hex
        return [(kind, sql, self._put(parameters, name, identifier)) for kind, sql, parameters in self.calls]

    def _put(self, value: Any, name: str, identifier: str) -> Any:
        if isinstance(value, str):
            return identifier if value == self.identifier else value.replace(MODEL, name)
        if isinstance(value, dict):
            return {key: self._put(one, name, identifier) for key, one in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(self._put(one, name, identifier) for one in value)
        return NUMBER if type(value) is int and value == self.sequence else value


class _Number:
    """Stands where the number of the entry goes."""


NUMBER = _Number()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--processes", type=int, action="append")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    heads = f"{'acts/s':>7} {'p50 ms':>8} {'p99 ms':>8} {'longest':>8} {'fair':>5}"
    print(f"{'':<22}{heads}   {'SQL/s':>7} {'p50 ms':>8} {'p99 ms':>8}")
    for store in arguments.store or ("sqlite", "postgresql"):
        with places(store) as place:
            if arguments.profile:
                profile(place())
                continue
            for processes in arguments.processes or (1, 8, 64):
                measure(store, place, processes, arguments.seconds)


def measure(store: str, place: Callable[[], str], processes: int, seconds: float) -> None:
    """One line of the result: acts and peer in turns, so that both meet the same weather."""
    acts, alone = place(), place()
    made(acts)
    template = taped(alone)
    ours, raw = [], []
    for turn in range(2):
        ours.append(run(processes, seconds / 2, acting, (acts, turn)))
        ready = READY * max(map(len, ours[-1])) + READY
        raw.append(run(processes, seconds / 2, replaying, (alone, turn, template, ready)))
    one, other = _together(ours, seconds), _together(raw, seconds)
    print(
        f"{store:<11}{processes:>4} proc  {one[0]:7.0f} {one[1]:8.2f} {one[2]:8.2f} {one[3]:8.1f} {one[4]:5.0f}   "
        f"{other[0]:7.0f} {other[1]:8.2f} {other[2]:8.2f}   {one[0] / other[0]:5.2f} of it (aim {AIM})"
    )


def made(address: str) -> None:
    """An organisation with an agent in it."""
    ledger = Ledger.create(address)
    with TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        (Path(folder) / "organisation.toml").write_text(ORGANISATION)
        apply(ledger, Path(folder), actor="local")
    ledger.close()


def take(ledger: Ledger, name: str) -> int:
    """One act; the number of its entry."""
    return perform(ledger, "lease", "take", by="agent:worker", arguments={"item": name}).entry


def taped(address: str) -> Template:
    """What one act sends, when everything is warm."""
    made(address)
    ledger = Ledger.open(address)
    # So many that the number of the entry is like no other number in it.
    for number in range(300):
        take(ledger, f"warm-{number}")
    with Tape(ledger.store.engine) as tape:
        sequence = take(ledger, MODEL)
    with ledger.read() as snapshot:
        (identifier,) = [str(row["id"]) for row in snapshot.entries(after=sequence - 1)]
    ledger.close()
    assert _IDENTIFIER.fullmatch(identifier)
    return Template(tape.calls, sequence, identifier)


def acting(index: int, address: str, turn: int) -> Act:
    """What a process of ours does again and again."""
    ledger = Ledger.open(address)
    take(ledger, f"start-{turn}-{index}")
    return lambda number: void(take(ledger, f"thing-{turn}-{index}-{number}"))


def void(_value: Any) -> None:
    """Nothing of it."""


def replaying(index: int, address: str, turn: int, template: Template, many: int) -> Act:
    """What a process of the peer does again and again, the parameters of so many acts being ready before it begins."""
    store = Store(address)
    connection = connect(store)
    turns = None if store.is_postgresql else Turns(address)
    store.close()
    ready = [template.filled(f"thing-{turn}-{index}-{number}") for number in range(many)]

    def act(number: int) -> None:
        calls = ready[number] if number < len(ready) else template.filled(f"thing-{turn}-{index}-{number}")
        with turns.turn(60) if turns else nullcontext():
            send(connection, calls)

    with turns.turn(60) if turns else nullcontext():
        send(connection, template.filled(f"start-{turn}-{index}"))
    return act


def send(connection: Any, calls: list[Call]) -> None:
    """One transaction of the peer. The number of the entry follows the head that is read on the way."""
    cursor = connection.cursor()
    number = 0
    for kind, sql, parameters in calls:
        if kind == "execute":
            cursor.execute(sql, _numbered(parameters, number) if parameters else ())
            if cursor.description:
                rows = cursor.fetchall()
                if sql.lstrip().startswith("select sequence, hash, recorded"):
                    number = rows[0][0] + 1
        elif kind == "executemany":
            cursor.executemany(sql, [_numbered(row, number) for row in parameters])
        elif kind == "commit":
            connection.commit()


def _numbered(row: Any, number: int) -> Any:
    if isinstance(row, dict):
        return {key: number if one is NUMBER else one for key, one in row.items()}
    return tuple(number if one is NUMBER else one for one in row)


def run(processes: int, seconds: float, work: Callable[..., Act], given: tuple[Any, ...]) -> list[Times]:
    """Let so many processes work for so long, all beginning together; the seconds of each act of each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(WARM)
    barrier, answers = context.Barrier(processes), context.SimpleQueue()
    every = [
        context.Process(target=_process, args=(index, seconds, (work, given), (barrier, answers)))
        for index in range(processes)
    ]
    for one in every:
        one.start()
    found = [answers.get() for _ in every]
    for one in every:
        one.join()
    if any(isinstance(one, str) for one in found):
        raise SystemExit(next(one for one in found if isinstance(one, str)))
    return found


def _process(
    index: int, seconds: float, what: tuple[Callable[..., Act], tuple[Any, ...]], meet: tuple[Any, Any]
) -> None:
    (work, given), (barrier, answers) = what, meet
    try:
        act = work(index, *given)
        barrier.wait()
        times: Times = []
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            act(len(times))
            times.append(time.perf_counter() - began)
        answers.put(times)
    except Exception as error:
        barrier.abort()
        answers.put(f"{type(error).__name__}: {error}")


def _together(runs: list[list[Times]], seconds: float) -> tuple[float, float, float, float, float]:
    """Acts a second, median and 99th percentile and longest in ms, and the slowest for each hundred of the quickest."""
    every = sorted(one for found in runs for times in found for one in times)
    counts = [sum(len(times) for times in whose) for whose in zip(*runs, strict=True)]
    high = every[min(len(every) - 1, int(len(every) * 0.99))]
    rate = len(every) / seconds
    return rate, statistics.median(every) * 1e3, high * 1e3, every[-1] * 1e3, 100 * min(counts) / max(counts)


def profile(address: str) -> None:
    """Where one process spends its time."""
    made(address)
    act = acting(0, address, 0)
    profiler = cProfile.Profile()
    profiler.enable()
    for number in range(500):
        act(number)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
