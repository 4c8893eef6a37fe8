"""Commands that are interrupted at every boundary of their writes: all of it or nothing, and never twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count

import pytest

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from tests.conftest import STORES
from tests.ledger.tools import Clock, day
from tests.ledger.work import Points, in_child
from tests.protocols.interrupted import TRIALS, Situation, Trial
from tests.protocols.leasing import organise, quicker


class Interrupted(Exception):
    """What happens at a fail-point, where the process lives on."""


def raise_it() -> None:
    raise Interrupted


def die() -> None:
    os._exit(1)


def prepared(url: str, clock: Clock, number: int, trial: Trial) -> Situation:
    """Everything before the interruption: what there is then."""
    ledger = quicker(Ledger.open(url, clock=clock))
    trial.prepare(ledger, clock, number)
    found = seen(ledger, number, trial)
    ledger.close()
    return found


def seen(ledger: Ledger, number: int, trial: Trial) -> Situation:
    """What there is now."""
    with ledger.read() as snapshot:
        return trial.look(snapshot, number)


def settle(url: str, clock: Clock, number: int, trial: Trial, before: Situation) -> bool:
    """After an interruption: it is done or it is not; asked again it is done, once. Was it done before?"""
    ledger = quicker(Ledger.open(url, clock=clock))
    found, wanted = seen(ledger, number, trial), trial.after(before)
    assert found in (before, wanted)
    for _ in range(2):
        assert trial.do(ledger, number) == trial.answer
        assert seen(ledger, number, trial) == wanted
    trial.tidy(ledger, number)
    ledger.close()
    return found == wanted


def judge(url: str, outcomes: list[bool]) -> None:
    """There were enough boundaries, it came to pass only after the commit, and the ledger verifies."""
    assert len(outcomes) >= 40, "there are that many boundaries at least"
    assert 1 <= outcomes.count(True) < 30, "only after the commit"
    assert outcomes == sorted(outcomes), "once it is done, it is done"
    assert verify(Ledger.open(url)).damage == ()


@pytest.mark.timeout(900)
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
        before = prepared(url, clock, at, trial)
        ledger = quicker(Ledger.open(url, clock=clock))
        points = Points(ledger.store.engine, at, raise_it)
        told = False
        try:
            trial.do(ledger, at)
            told = True
        except Interrupted:
            pass
        finally:
            points.close()
            ledger.close()
        if points.passed < at:
            break
        done = settle(url, clock, at, trial, before)
        # An error while a connection is given back, which was only read from, stops nobody.
        assert done or not told
        if not told:
            outcomes.append(done)
    judge(url, outcomes)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", TRIALS)
def test_a_death_at_any_boundary_of_a_command_leaves_all_or_nothing(url: str, name: str) -> None:
    clock, trial = Clock(day(0)), TRIALS[name]
    outcomes: list[bool] = []
    organise(url, 2, clock=clock).close()
    for at in count(1):
        before = prepared(url, clock, at, trial)

        def work(tell: Callable[[str], None], at: int = at) -> None:
            ledger = quicker(Ledger.open(url, clock=clock))
            Points(ledger.store.engine, at, die)
            trial.do(ledger, at)

        status, _ = in_child(work)
        if status == 0:
            break
        assert os.waitstatus_to_exitcode(status) == 1
        outcomes.append(settle(url, clock, at, trial, before))
    judge(url, outcomes)
