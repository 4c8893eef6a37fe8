"""Clocks that jump forwards and back: tokens grow, no timer rings twice, no lease lives for ever."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.times import moment, stamp
from counterpoint.protocols.lease import holder_of, lease_of, token_of
from counterpoint.state.view import State
from tests.conftest import STORES
from tests.ledger.tools import START, Clock, entries_of
from tests.protocols.leasing import Agent, SharedClock, organise, quicker
from tests.protocols.models import NO
from tests.protocols.processes import Job, Tape, crowd, history_of

ITEM = "staging-db"
LASTS = 15
"""Minutes of an agent's lease without a sign of life."""


def later(now: str, **more: float) -> str:
    """So much after a stamp."""
    return stamp(moment(now) + timedelta(**more))


def holder(ledger: Ledger) -> str | None:
    with ledger.read() as snapshot:
        return holder_of(State(snapshot), ITEM)


@pytest.mark.parametrize("jump", [{"days": 3650}, {"days": 1}, {"minutes": 1}], ids=str)
def test_a_lease_taken_while_the_clock_was_ahead_runs_out_in_its_time(url: str, jump: dict[str, float]) -> None:
    """The clock was wrong, somebody took a lease meanwhile, and the clock was put right."""
    clock = Clock(START)
    ledger = organise(url, 2, clock=clock)
    clock.now = later(START, **jump)
    assert Agent(ledger, "agent:a0").take(ITEM) == 1
    clock.now = later(START, minutes=1)
    assert ring_all(ledger).acts == ()
    assert holder(ledger) == "agent:a0"
    clock.now = later(START, minutes=LASTS - 1)
    assert ring_all(ledger).acts == ()
    clock.now = later(START, minutes=LASTS + 2 + jump.get("minutes", 0))
    assert ring_all(ledger).acts == (f"lease expire {lease_of(ITEM)}",)
    assert holder(ledger) is None
    assert Agent(ledger, "agent:a1").take(ITEM) == 2
    assert verify(ledger).damage == ()


def test_time_goes_on_from_the_last_entry_when_the_clock_went_back(url: str) -> None:
    """It never goes back, and neither stands still nor races, however often the clock is wrong."""
    clock = Clock(later(START, days=1000))
    ledger = organise(url, 1, clock=clock)
    agent, clock.now = Agent(ledger, "agent:a0"), START
    told, passed = [agent_now(ledger)], 0.0
    for step in (60, 3600, -7200, 30, -400_000, 86_400, 1):
        clock.now = later(clock.now, seconds=step)
        told.append(agent_now(ledger))
        passed += max(0, step)
        agent.take(f"{ITEM} {step}")
        told.append(agent_now(ledger))
    assert told == sorted(told)
    assert told[-1] == later(START, days=1000, seconds=passed)
    # Once the clock is no longer behind, its time is the time.
    clock.now = later(START, days=2000)
    assert agent_now(ledger) == clock.now


def agent_now(ledger: Ledger) -> str:
    """What time it is for whoever reads, and for whoever writes."""
    with ledger.read() as snapshot:
        now = snapshot.now
    with ledger.write() as transaction:
        assert transaction.now == now
    return now


def test_what_rang_does_not_ring_again_when_the_clock_goes_back(url: str) -> None:
    clock = Clock(START)
    ledger = organise(url, 1, clock=clock)
    assert Agent(ledger, "agent:a0").take(ITEM) == 1
    for days in (1, -1, 2, -2, 3):
        clock.now = later(START, days=days)
        ring_all(ledger)
    assert sum(is_expiry(one.value) for each in entries_of(ledger) for one in each.statements) == 1


def is_expiry(value: object) -> bool:
    """Is this the act of a lease that ran out?"""
    return isinstance(value, dict) and (value.get("noun"), value.get("verb")) == ("lease", "expire")


def busy(url: str, number: int, clock: SharedClock, folder: Path) -> Job:
    """Takes, gives signs of life, lets go or forgets to, and carries out what is due, until told to stop."""

    def job(tape: Tape) -> None:
        dice = random.Random(number)
        ledger = quicker(Ledger.open(url, clock=clock))
        agent = Agent(ledger, f"agent:a{number}")
        while not (folder / "stop").exists():
            ring_all(ledger)
            token = agent.take(ITEM)
            if token == NO:
                continue
            tape.note("took", token)
            for _ in range(dice.randrange(4)):
                agent.beat(ITEM, token)
            if dice.random() < 0.5:
                tape.note("released", token, agent.release(ITEM, token))

    return job


@pytest.mark.parametrize("store", STORES)
def test_many_processes_under_a_clock_that_jumps(
    store: str, place: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, folder, dice = place(store), tmp_path / "tapes", random.Random(5)
    clock = SharedClock(tmp_path / "clock", START)
    organise(url, 4, clock=clock).close()
    jumps = 12
    with crowd(folder) as processes:
        for number in range(4):
            processes.start(number, busy(url, number, clock, folder))
        processes.open_gate()
        there = Ledger.open(url, clock=clock)
        for _ in range(jumps):
            before = token(there)
            # Far ahead and back again, but never for so long that what was forgotten does not run out.
            clock.set(later(START, days=dice.randrange(-500, 500)))
            deadline = time.monotonic() + 60
            while token(there) == before:
                assert time.monotonic() < deadline, "it is held for ever"
                clock.set(later(clock(), minutes=LASTS / 4))
        (folder / "stop").touch()
        assert set(processes.wait().values()) == {0}
    history_of(folder)
    judge(there, folder)
    with capsys.disabled():
        print(f"\n{store}: {jumps} jumps of the clock, {token(there)} leases of one thing")


def token(ledger: Ledger) -> int:
    """The newest token."""
    with ledger.read() as snapshot:
        return token_of(State(snapshot), ITEM)


def judge(ledger: Ledger, folder: Path) -> None:
    """Entries in the order of their time; tokens one by one, each told to one; what ends a lease ends it once."""
    entries = entries_of(ledger)
    assert all(earlier.recorded <= later.recorded for earlier, later in pairwise(entries))
    given, ended = [], Counter[int]()
    for each in entries:
        given += [one.value for one in each.statements if one.attribute == "token"]
        act = next((one.value for one in each.statements if one.attribute == "act"), None)
        if isinstance(act, dict) and act["verb"] in ("expire", "release"):
            ended[len(given)] += 1
    assert given == list(range(1, len(given) + 1))
    assert set(ended.values()) <= {1}
    assert set(ended) >= set(range(1, len(given)))
    assert verify(ledger).damage == ()
    assert replay(ledger).good
