"""Commands that are interrupted at every boundary of their writes: all of it or nothing, and never twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from counterpoint.actions.timers import ring_all
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import statement
from counterpoint.ledger.timers import timers_on
from counterpoint.ledger.verify import verify
from counterpoint.protocols.lease import holder_of, lease_of, line_of, token_of
from counterpoint.state.view import State
from tests.conftest import STORES
from tests.ledger.tools import Clock, day
from tests.ledger.work import Points, in_child
from tests.protocols.leasing import Agent, organise, quicker
from tests.protocols.models import YES


class Interrupted(Exception):
    """What happens at a fail-point, where the process lives on."""


def raise_it() -> None:
    raise Interrupted


def die() -> None:
    os._exit(1)


@dataclass(frozen=True)
class Trial:
    """Something to interrupt: what comes before it, the thing itself under a key, its answer, and who has it then."""

    prepare: Callable[[Ledger, Clock, str], object]
    do: Callable[[Ledger, str, str], Any]
    answer: Any
    holder: str
    token: int


def taken_and_wanted(ledger: Ledger, clock: Clock, item: str) -> None:
    """``agent:a0`` has it, and ``agent:a1`` is next in line."""
    assert Agent(ledger, "agent:a0").take(item) == 1
    assert Agent(ledger, "agent:a1").wait(item) == YES


def forgotten(ledger: Ledger, clock: Clock, item: str) -> None:
    """The same, and the time of ``agent:a0`` is over."""
    taken_and_wanted(ledger, clock, item)
    clock.now = day(int(item.rpartition("-")[2]))


def ring(ledger: Ledger, item: str, key: str) -> str:
    """Whoever comes along carries out what is due; there may be nothing left of it."""
    assert set(ring_all(ledger).acts) <= {f"lease expire {lease_of(item)}"}
    return YES


TRIALS = {
    "take": Trial(
        lambda *_: None, lambda ledger, item, key: Agent(ledger, "agent:a0").take(item, key), 1, "agent:a0", 1
    ),
    "release": Trial(
        taken_and_wanted,
        lambda ledger, item, key: Agent(ledger, "agent:a0").release(item, 1, key),
        YES,
        "agent:a1",
        2,
    ),
    "expire": Trial(forgotten, ring, YES, "agent:a1", 2),
}

Situation = tuple[str | None, int, int, int, int]


def situation(ledger: Ledger, item: str) -> Situation:
    """Holder, token, how many wait, how many timers, how many acts there were."""
    lease = lease_of(item)
    with ledger.read() as snapshot:
        state = State(snapshot)
        acts = select(func.count()).where(statement.c.entity == lease, statement.c.attribute == "act")
        return (
            holder_of(state, item),
            token_of(state, item),
            len(line_of(state, lease)),
            len(timers_on(snapshot.connection, [lease])),
            snapshot.connection.execute(acts).scalar_one(),
        )


def after(before: Situation, trial: Trial) -> Situation:
    """What it must be when it is done: one act more, nobody waiting, one timer for who has it."""
    return (trial.holder, trial.token, 0, 1, before[-1] + 1)


def settle(url: str, clock: Clock, item: str, trial: Trial, before: Situation) -> bool:
    """After an interruption: it is done or it is not; asked again it is done, once. Was it done before?"""
    ledger = quicker(Ledger.open(url, clock=clock))
    found, wanted = situation(ledger, item), after(before, trial)
    assert found in (before, wanted)
    for _ in range(2):
        assert trial.do(ledger, item, f"key of {item}") == trial.answer
        assert situation(ledger, item) == wanted
    # Out of the way of the next one.
    Agent(ledger, trial.holder).release(item, trial.token)
    ledger.close()
    return found == wanted


def prepared(url: str, clock: Clock, item: str, trial: Trial) -> Situation:
    """Everything before the interruption."""
    ledger = quicker(Ledger.open(url, clock=clock))
    trial.prepare(ledger, clock, item)
    found = situation(ledger, item)
    ledger.close()
    return found


def judge(url: str, outcomes: list[bool]) -> None:
    """There were enough boundaries, it came to pass only after the commit, and the ledger verifies."""
    assert len(outcomes) >= 40, "there are that many boundaries at least"
    assert 1 <= outcomes.count(True) < 20, "only after the commit"
    assert outcomes == sorted(outcomes), "once it is done, it is done"
    assert verify(Ledger.open(url)).damage == ()


@pytest.mark.parametrize(
    ("store", "name"),
    [
        pytest.param(store, name, marks=() if (store, name) == ("sqlite", "release") else pytest.mark.long)
        for store in STORES
        for name in TRIALS
    ],
)
def test_an_error_at_any_boundary_of_a_command_leaves_all_or_nothing(
    store: str, name: str, place: Callable[[str], str]
) -> None:
    url = place(store)
    clock, trial = Clock(day(0)), TRIALS[name]
    outcomes: list[bool] = []
    organise(url, 2, clock=clock).close()
    for at in count(1):
        item = f"thing-{at}"
        before = prepared(url, clock, item, trial)
        ledger = quicker(Ledger.open(url, clock=clock))
        points = Points(ledger.store.engine, at, raise_it)
        told = False
        try:
            trial.do(ledger, item, f"key of {item}")
            told = True
        except Interrupted:
            pass
        finally:
            points.close()
            ledger.close()
        if points.passed < at:
            break
        done = settle(url, clock, item, trial, before)
        # An error while a connection is given back, which was only read from, stops nobody.
        assert done or not told
        if not told:
            outcomes.append(done)
    judge(url, outcomes)


@pytest.mark.long
@pytest.mark.parametrize("name", TRIALS)
def test_a_death_at_any_boundary_of_a_command_leaves_all_or_nothing(url: str, name: str) -> None:
    clock, trial = Clock(day(0)), TRIALS[name]
    outcomes: list[bool] = []
    organise(url, 2, clock=clock).close()
    for at in count(1):
        item = f"thing-{at}"
        before = prepared(url, clock, item, trial)

        def work(tell: Callable[[str], None], at: int = at, item: str = item) -> None:
            ledger = quicker(Ledger.open(url, clock=clock))
            Points(ledger.store.engine, at, die)
            trial.do(ledger, item, f"key of {item}")

        status, _ = in_child(work)
        if status == 0:
            break
        assert os.waitstatus_to_exitcode(status) == 1
        outcomes.append(settle(url, clock, item, trial, before))
    judge(url, outcomes)
