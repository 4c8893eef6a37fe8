"""``kill -9`` of workers, of whoever carries out what is due, and of PostgreSQL, while they are at it."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import timer
from counterpoint.ledger.verify import verify
from counterpoint.protocols.lease import holder_of, token_of
from counterpoint.state.view import State
from tests.conftest import STORES
from tests.ledger.tools import day, entries_of
from tests.protocols.leasing import Agent, SharedClock, organise, persist
from tests.protocols.linearizable import Operation
from tests.protocols.models import NO, YES
from tests.protocols.processes import Crowd, Job, Tape, crowd, history_of, lines_of, unanswered
from tests.protocols.races import judge
from tests.protocols.servers import Server, server

ROUNDS = int(os.environ.get("COUNTERPOINT_KILL_ROUNDS", "5"))
WORKERS, ITEMS = 6, 2


def worker(url: str, number: int, folder: Path) -> Job:
    """Takes, shows its token and lets go, until told to stop. What it had asked when it died it asks again first, under
    the same key; what it held then it lets go."""

    def job(tape: Tape) -> None:
        agent = Agent(persist(lambda: Ledger.open(url)), f"agent:a{number}")
        ways: dict[str, Callable[..., object]] = {
            "take": lambda item, key, who: agent.take(item, key),
            "release": lambda item, key, who, token: agent.release(item, token, key),
            "check": lambda item, key, token: agent.check(item, token),
        }

        def ask(key: str, item: str, name: str, *given: object) -> object:
            way = partial(ways[name], item, key, *given)
            return tape.ask(item, name, *given, by=lambda: persist(way), key=key)

        if last := unanswered(folder, number):
            key, item, name, given = last
            ask(key, item, name, *given)
        dice, asked = random.Random(os.getpid()), 0
        held = held_by(folder, number)
        while held or not (folder / "stop").exists():
            asked += 1
            item = next(iter(held), f"work:w{dice.randrange(ITEMS)}")
            if item not in held:
                token = ask(f"{os.getpid()}-{asked}-take", item, "take", agent.name)
                if token == NO:
                    continue
                held[item] = token
            ask(f"{os.getpid()}-{asked}-check", item, "check", held[item])
            ask(f"{os.getpid()}-{asked}-release", item, "release", agent.name, held.pop(item))

    return job


def held_by(folder: Path, number: int) -> dict[str, object]:
    """What a worker had when it died, as far as it was told: the tokens by item."""
    held: dict[str, object] = {}
    for one in history_of(folder, number):
        if one.name == "take" and isinstance(one.output, int):
            held[one.on] = one.output
        if one.name == "release" and one.output == YES:
            del held[one.on]
    return held


@contextmanager
def working(url: str, folder: Path) -> Iterator[Crowd]:
    """Workers under load; in the end they come to rest, and what they were told is compared with what is there."""
    organise(url, WORKERS, ITEMS).close()
    with crowd(folder) as workers:
        for number in range(WORKERS):
            workers.start(number, worker(url, number, folder))
        workers.open_gate()
        yield workers
        (folder / "stop").touch()
        ended = workers.wait()
    history = history_of(folder)
    assert set(ended.values()) == {0}, ended
    judge(history)
    compare(url, folder, history)


def compare(url: str, folder: Path, history: list[Operation]) -> None:
    """Every yes is in the ledger, once; nothing is there that nobody asked; nobody holds anything any more."""
    assert all(each.is_known for each in history)
    asked, told = set(), set()
    for _, line in lines_of(folder):
        match line:
            case ["call", key, _, ("take" | "release"), *_]:
                asked.add(key)
            case ["answer", key, output, _] if output != NO and key in asked:
                told.add(key)
    ledger = Ledger.open(url)
    assert verify(ledger).damage == ()
    assert replay(ledger).good
    there = [each.external_id for each in entries_of(ledger) if each.external_id is not None]
    assert len(there) == len(set(there))
    assert told == set(there), f"lost: {told - set(there)}, never told: {set(there) - told}"
    with ledger.read() as snapshot:
        state = State(snapshot)
        takes = Counter(each.on for each in history if each.name == "take" and each.output != NO)
        for item, number in takes.items():
            assert holder_of(state, item) is None
            assert token_of(state, item) == number, "every token was given to somebody who was told"
    ledger.close()


def killed(store: str, history: list[Operation], rounds: int) -> str:
    """One line for people."""
    yes = sum(each.output != NO for each in history if each.name in ("take", "release"))
    return f"{store}: {rounds} rounds of kill -9, {len(history)} commands answered, {yes} with yes and kept, 0 lost"


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("store", [STORES[0], pytest.param(STORES[1], marks=pytest.mark.long)])
def test_killed_workers_lose_nothing_and_do_nothing_twice(
    store: str, place: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dice, folder, url = random.Random(1), tmp_path / "tapes", place(store)
    with working(url, folder) as workers:
        for _ in range(ROUNDS):
            time.sleep(dice.uniform(0.05, 0.3))
            for number in dice.sample(range(WORKERS), 2):
                assert workers.kill(number)
                workers.start(number, worker(url, number, folder))
    with capsys.disabled():
        print(f"\n{killed(store, history_of(folder), ROUNDS)}")


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_killed_server_loses_nothing_and_nothing_is_done_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of the server at once, its first process, or any of the others, which makes the first restart them all."""
    dice, folder = random.Random(2), tmp_path / "tapes"
    with server() as there, working(there.database(), folder):
        for number in range(ROUNDS):
            time.sleep(dice.uniform(0.1, 1.0))
            kill_some(there, dice, number % 3)
    with capsys.disabled():
        print(f"\n{killed('postgresql, its server', history_of(folder), ROUNDS)}")


def kill_some(there: Server, dice: random.Random, how: int) -> None:
    """One of three ways to kill a server, and start it again."""
    processes = there.processes()
    if how == 2:
        there.kill([dice.choice(processes[1:])])
    else:
        there.kill(processes[:1] if how == 1 else processes)
        there.start()
    there.wait()


LEASES, LINE = 12, 3


@pytest.mark.parametrize("store", STORES)
def test_what_runs_out_is_carried_out_once_among_four_processes_that_are_killed(
    store: str, place: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, folder, dice = place(store), tmp_path / "tapes", random.Random(3)
    clock = SharedClock(tmp_path / "clock", day(0))
    ledger = organise(url, LINE, clock=clock)
    items = [f"thing-{number}" for number in range(LEASES)]
    for item in items:
        assert Agent(ledger, "agent:a0").take(item) == 1
        for number in range(1, LINE):
            assert Agent(ledger, f"agent:a{number}").wait(item) == YES
    kills = 0
    with crowd(folder) as ringers:
        for number in range(4):
            ringers.start(number, ringer(url, clock, folder))
        ringers.open_gate()
        for days in range(1, LINE + 1):
            clock.set(day(days))
            while due_at(ledger, day(days)):
                time.sleep(dice.uniform(0.01, 0.1))
                kills += ringers.kill(number := dice.randrange(4))
                ringers.start(number, ringer(url, clock, folder))
        (folder / "stop").touch()
        assert set(ringers.wait().values()) == {0}
    history_of(folder)
    with ledger.read() as snapshot:
        state = State(snapshot)
        assert {(holder_of(state, item), token_of(state, item)) for item in items} == {(None, LINE)}
    # Each of them lost it once, by a time that ran out, and nobody else did.
    lost = Counter(one.entity for each in entries_of(ledger) for one in each.statements if is_expiry(one.value))
    assert set(lost.values()) == {LINE}
    assert len(lost) == LEASES
    told = Counter(what for _, line in lines_of(folder) if line[0] == "rang" for what in line[1])
    assert all(number <= LINE for number in told.values()), "nobody says that they did what others did"
    assert verify(ledger).damage == ()
    assert replay(ledger).good
    with capsys.disabled():
        print(f"\n{store}: {sum(lost.values())} times ran out, {kills} of those who carry it out killed meanwhile")


def ringer(url: str, clock: SharedClock, folder: Path) -> Job:
    """Carries out what is due, until told to stop."""

    def job(tape: Tape) -> None:
        ledger = Ledger.open(url, clock=clock)
        while not (folder / "stop").exists():
            if acts := ring_all(ledger).acts:
                tape.note("rang", list(acts))
            time.sleep(0.01)

    return job


def due_at(ledger: Ledger, now: str) -> bool:
    """Is anything left to carry out?"""
    with ledger.store.reading() as connection:
        return connection.execute(select(timer.c.due).where(timer.c.due <= now).limit(1)).first() is not None


def is_expiry(value: object) -> bool:
    """Is this the act of a lease that ran out?"""
    return isinstance(value, dict) and (value.get("noun"), value.get("verb")) == ("lease", "expire")
