"""Commands on work that meet at the same moment: what one of them changes, the other has seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.errors import Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.state.view import State
from tests.protocols.leasing import SPONSOR, organise, quicker

ROUNDS = 4


@pytest.fixture
def ledger(url: str) -> Ledger:
    return quicker(organise(url, 1, 4 * ROUNDS))


def at_once(*acts: Callable[[], Any]) -> list[bool]:
    """Do them at the same moment: which were told yes."""
    gate, told = threading.Barrier(len(acts)), [False] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            act()
        except Refused:
            return
        told[number] = True

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def work(ledger: Ledger, verb: str, **arguments: Any) -> Callable[[], Any]:
    return lambda: perform(ledger, "work", verb, by=SPONSOR, arguments=arguments)


def status(ledger: Ledger, name: str) -> str | None:
    with ledger.read() as snapshot:
        return State(snapshot).text(name, "status")


def test_two_who_would_wait_for_each_other(ledger: Ledger) -> None:
    for number in range(ROUNDS):
        one, other = f"work:w{2 * number}", f"work:w{2 * number + 1}"
        told = at_once(work(ledger, "block", work=one, on=[other]), work(ledger, "block", work=other, on=[one]))
        assert sorted(told) == [False, True]
    assert replay(ledger).good


def test_work_is_done_or_has_a_new_part_and_never_both(ledger: Ledger) -> None:
    for number in range(ROUNDS):
        whole = f"work:w{number}"
        told = at_once(work(ledger, "complete", work=whole), work(ledger, "add", title=f"Part {number}", parent=whole))
        assert sorted(told) == [False, True]
        assert (status(ledger, whole) == "done") == told[0]
    assert replay(ledger).good


def test_work_that_is_blocked_at_the_same_moment_is_blocked_or_done(ledger: Ledger) -> None:
    for number in range(ROUNDS):
        one = f"work:w{number}"
        told = at_once(work(ledger, "complete", work=one), work(ledger, "block", work=one, because="rain"))
        assert sorted(told) == [False, True]
        assert status(ledger, one) == ("done" if told[0] else "blocked")
    assert replay(ledger).good


def test_what_is_added_at_the_same_moment_has_names_of_its_own(ledger: Ledger) -> None:
    told = at_once(*(work(ledger, "add", title="The same title") for _ in range(6)))
    assert all(told)
    names = ["work:the-same-title", *(f"work:the-same-title-{number}" for number in range(2, 7))]
    assert [status(ledger, name) for name in names] == ["proposed"] * 6
