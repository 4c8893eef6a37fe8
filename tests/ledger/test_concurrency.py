"""Many writers at once: nothing is lost, the chain is one, nobody waits for ever, nor unfairly on SQLite."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from counterpoint.errors import StoreError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.turns import Turns
from counterpoint.ledger.verify import verify
from counterpoint.ledger.write import NewEntry, Transaction
from tests.ledger.tools import Clock, append, day, entries_of, said
from tests.ledger.writers import waits, write_in_threads

WRITERS, ENTRIES = 8, 25


def check(url: str, done: list[tuple[str, float]]) -> None:
    """Everything that was acknowledged is there, once."""
    ledger = Ledger.open(url)
    assert verify(ledger).damage == ()
    names = [str(entry.external_id) for entry in entries_of(ledger)]
    assert sorted(names) == sorted(name for name, _ in done)
    with ledger.read() as snapshot:
        assert len(snapshot.entities("work")) == len(done)
        assert len(snapshot.claims(["team:shared"])["team:shared"]) == len({name.split("-")[0] for name in names})


def tell(kind: str, url: str, done: list[tuple[str, float]], capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Print how long writers waited."""
    found = waits(done)
    with capsys.disabled():
        print(f"\n{'postgresql' if url.startswith('postgres') else 'sqlite'}, {WRITERS} {kind}: milliseconds {found}")
    return found


def test_threads_that_append_at_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger.create(url)
    done = write_in_threads(ledger, range(WRITERS), ENTRIES)
    assert len(done) == WRITERS * ENTRIES
    check(url, done)
    tell("threads", url, done, capsys)
    if not ledger.store.is_postgresql:
        # First come, first served: between two entries of one writer stand those of the seven others, and hardly more,
        # however slow the machine. Left to itself, SQLite lets a writer go on while others sleep.
        writers = [entry.source for entry in entries_of(ledger)]
        for each in set(writers):
            assert longest_wait([place for place, one in enumerate(writers) if one == each]) < 3 * WRITERS


def longest_wait(places: list[int]) -> int:
    """The most entries of others between two of one's own."""
    return max((after - before for before, after in pairwise(places)), default=0)


def test_processes_that_append_at_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    Ledger.create(url).close()
    command = [sys.executable, "-m", "tests.ledger.writers", url]
    running = [
        subprocess.Popen(
            [*command, str(writer), str(ENTRIES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for writer in range(WRITERS)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    done: list[tuple[str, float]] = []
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in running:
        output, errors = one.communicate(timeout=120)
        assert errors == ""
        lines = [line.split(" ") for line in output.splitlines()]
        done += [(name, float(seconds)) for name, seconds in lines]
    assert len(done) == WRITERS * ENTRIES
    check(url, done)
    tell("processes", url, done, capsys)


def test_what_is_due_does_not_cross_the_head(place: Callable[[str], str]) -> None:
    """Writers who find something due, and hold keys of their own, do not wait for one another in a ring."""
    url = place("postgresql")
    clock = Clock(day(0))
    ledger = Ledger.create(url, clock=clock)
    append(ledger, *(said(f"work:{number}", "title", "x", valid_from=day(5)) for number in range(50)))
    clock.now = day(6)
    errors: list[BaseException] = []
    gate = threading.Barrier(6)

    def run(writer: int) -> None:
        try:
            gate.wait()
            for number in range(5):
                with ledger.write() as transaction:
                    transaction.lock(["source:one"])
                with ledger.read() as snapshot:
                    assert len(snapshot.entities("work")) == 50
                append(ledger, said("team:a", "title", f"{writer} {number}"), source=f"s{writer}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert verify(ledger).damage == ()


def test_who_began_early_and_wrote_late_misses_nothing_that_came_due(place: Callable[[str], str]) -> None:
    """A writer whose clock is ahead, and who waited for one that scheduled something, carries it out."""
    url = place("postgresql")
    slow, quick = (Ledger.open_or_create(url, clock=Clock(day(number))) for number in (1, 9))
    with quick.write() as late:
        append(slow, said("team:a", "title", "soon", at=day(1), valid_from=day(4)))
        assert late.now == day(9)
        late.append(NewEntry("ana", "tracker", [said("team:b", "title", "B", at=day(9))]))
    assert verify(slow).damage == ()
    with quick.read() as snapshot:
        assert snapshot.entities("team") == ["team:a", "team:b"]


def test_who_waited_for_a_lock_speaks_after_those_who_held_it(place: Callable[[str], str]) -> None:
    """What is decided upon what others said meanwhile is the newest, however early its transaction began."""
    url = place("postgresql")
    early, late = (Ledger.open_or_create(url, clock=Clock(day(number))) for number in (1, 2))
    holds: tuple[Callable[[Transaction], object], ...] = (
        lambda one: one.lock(["team:a"]),
        lambda one: one.try_lock("team:a"),
    )
    for hold in holds:
        with early.write() as transaction:
            append(late, said("team:a", "title", "meanwhile", at=day(2)))
            hold(transaction)
            found = transaction.snapshot.claims(["team:a"])["team:a"]
            assert [one.value for one in found if one.attribute == "title"] == ["meanwhile"]
            mine = said("team:a", "title", "after", at=transaction.now)
            first = transaction.append(NewEntry("ana", "tracker", [mine], external_id=f"after {hold}"))
            assert transaction.append(NewEntry("ana", "tracker", [mine], external_id=f"after {hold}")) == first
        with early.read() as snapshot:
            found = snapshot.claims(["team:a"])["team:a"]
            assert [one.value for one in found if one.attribute == "title"] == ["after"]
        late.clock = Clock(day(3))
    assert verify(early).damage == ()


def test_turns_go_to_whoever_came_first(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "x.db"))
    order: list[int] = []

    def run(number: int) -> None:
        with turns.turn(10):
            order.append(number)

    threads = []
    with turns.turn(10):
        for number in range(12):
            threads.append(threading.Thread(target=run, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(12))


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    mine, others = Turns(path), Turns(path)
    with mine.turn(10):
        with ThreadPoolExecutor(2) as pool:
            said_to = list(pool.map(refused, (mine, others)))
        assert all("more than 0.05 seconds" in one for one in said_to)
    with others.turn(10), pytest.raises(RuntimeError), others.turn(1):
        pass
    time.sleep(0.05)
    with mine.turn(1):
        pass


def refused(turns: Turns) -> str:
    """What is said to somebody who waited too long."""
    try:
        with turns.turn(0.05):
            return "not refused"
    except StoreError as error:
        return error.message
