"""Crashes: at every boundary of a write, and at random by ``kill -9``. Nothing acknowledged goes, nothing is half."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from tests.conftest import STORES
from tests.ledger.work import Points, acknowledged, finish_child, in_child, one_append, one_import, start_child

ROUNDS = int(os.environ.get("COUNTERPOINT_KILL_ROUNDS", "5"))
WORK: dict[str, Callable[[Ledger, int], str]] = {"append": one_append, "import": one_import}


class Interrupted(Exception):
    """What happens at a fail-point, where the process lives on."""


def raise_it() -> None:
    raise Interrupted


def die() -> None:
    os._exit(1)


def begin(url: str) -> None:
    """A ledger that holds something already, so that work replaces rows too."""
    ledger = Ledger.create(url)
    one_append(ledger, 10_000)
    one_import(ledger, 0, "records")
    ledger.close()


def check(url: str, told: set[str], before: set[str], tried: str) -> bool:
    """Nothing acknowledged is lost, nothing is half, nothing else appeared; is what was tried there?"""
    ledger = Ledger.open(url)
    found = verify(ledger)
    there = acknowledged(ledger)
    ledger.close()
    assert found.damage == ()
    assert told <= there
    assert there <= before | told | {tried}
    return tried in there


@pytest.mark.parametrize("kind", ["append", "import"])
def test_an_error_at_any_boundary_leaves_all_or_nothing(url: str, kind: str) -> None:
    begin(url)
    told: set[str] = {"append-10000", "records-0"}
    at, outcomes = 0, []
    while True:
        at += 1
        ledger = Ledger.open(url)
        points = Points(ledger.store.engine, at, raise_it)
        try:
            told.add(WORK[kind](ledger, at))
        except Interrupted:
            pass
        else:
            break
        finally:
            points.close()
            ledger.close()
        name = f"{'append' if kind == 'append' else 'records'}-{at}"
        outcomes.append(check(url, told, told, name))
        told |= {name} if outcomes[-1] else set()
    assert len(outcomes) >= 20, "there are that many boundaries at least"
    assert outcomes.count(True) == 1, "only after the commit"
    assert check(url, told, told, "") is False


@pytest.mark.long
@pytest.mark.parametrize("kind", ["append", "import"])
def test_a_death_at_any_boundary_leaves_all_or_nothing(url: str, kind: str) -> None:
    begin(url)
    told: set[str] = {"append-10000", "records-0"}
    at, outcomes = 0, []
    while True:
        at += 1

        def work(tell: Callable[[str], None], at: int = at) -> None:
            ledger = Ledger.open(url)
            Points(ledger.store.engine, at, die)
            tell(WORK[kind](ledger, at))

        status, acks = in_child(work)
        name = f"{'append' if kind == 'append' else 'records'}-{at}"
        if status == 0:
            assert acks == [name]
            break
        assert os.waitstatus_to_exitcode(status) == 1
        told |= set(acks)
        outcomes.append(check(url, told, told, name))
        told |= {name} if outcomes[-1] else set()
    assert len(outcomes) >= 20
    assert check(url, {*told, *acks}, told, name)


def killed_at_random(url: str, rounds: int, seed: int) -> dict[str, int]:
    """Two processes, one appending and one importing, both killed at a random moment, again and again."""
    dice = random.Random(seed)
    told: set[str] = {"append-10000", "records-0"}
    number = 0
    for _ in range(rounds):
        number += 1000

        def work(kind: str, start: int = number) -> Callable[[Callable[[str], None]], None]:
            def forever(tell: Callable[[str], None]) -> None:
                ledger = Ledger.open(url)
                for each in range(start, start + 1000):
                    tell(WORK[kind](ledger, each))

            return forever

        children = [start_child(work(kind)) for kind in WORK]
        time.sleep(dice.uniform(0.02, 0.5))
        for child, _ in dice.sample(children, 2):
            os.kill(child, signal.SIGKILL)
        for started in children:
            status, acks = finish_child(*started)
            assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
            told |= set(acks)
        ledger = Ledger.open(url)
        found = verify(ledger)
        there = acknowledged(ledger)
        ledger.close()
        assert found.damage == ()
        assert told <= there, f"lost: {sorted(told - there)}"
    # Without the two that were there when it began.
    return {
        "rounds": rounds,
        "killed": 2 * rounds,
        "acknowledged": len(told) - 2,
        "lost": len(told - there),
        "written": len(there) - 2,
    }


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("store", STORES)
def test_kill_9_loses_nothing_that_was_acknowledged(
    store: str, place: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    counted: Counter[str] = Counter()
    # A new ledger now and then: what is checked after each round is all of it.
    while counted["rounds"] < ROUNDS:
        url = place(store)
        begin(url)
        counted.update(killed_at_random(url, min(10, ROUNDS - counted["rounds"]), seed=counted["rounds"]))
    with capsys.disabled():
        print(f"\n{store}: kill -9 {dict(counted)}")
    assert counted["lost"] == 0
    assert counted["acknowledged"] > ROUNDS // 5
