"""Replaying the acts gives what was kept, and whoever writes past the rules is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.statements import Statement
from tests.protocols.small import Clock, small


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-03-02T09:00:00Z")


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    return small(tmp_path, clock)


def _live(ledger: Ledger, clock: Clock) -> None:
    perform(ledger, "lease", "take", by="agent:deploy", arguments={"item": "work:checkout"})
    perform(ledger, "lease", "wait", by="person:bo", arguments={"item": "work:checkout"})
    clock.pass_minutes(20)
    assert ring_all(ledger).acts == ("lease expire lease:work/checkout",)
    perform(ledger, "lease", "release", by="person:bo", arguments={"item": "work:checkout", "token": 2})


def test_every_act_comes_to_what_was_kept(ledger: Ledger, clock: Clock) -> None:
    _live(ledger, clock)
    found = replay(ledger)
    assert (found.acts, found.erased, found.damage) == (4, 0, ())


def test_an_act_that_the_rules_would_refuse_is_found(ledger: Ledger, clock: Clock) -> None:
    _live(ledger, clock)
    with ledger.write() as transaction:
        now = transaction.now
        lease = "lease:work/checkout"
        act = {"noun": "lease", "verb": "release", "arguments": {"item": "work:checkout"}}
        says = [Statement(lease, "act", "", "state", act, now, now)]  # type: ignore[arg-type]
        written = transaction.append(NewEntry("agent:deploy", PROTOCOL, says))
    found = replay(ledger)
    assert [one.entry for one in found.damage] == [written.sequence]
    assert "would be refused" in found.damage[0].what


def test_an_act_that_says_something_else_is_found(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        now = transaction.now
        lease = "lease:stage"
        act = {"noun": "lease", "verb": "take", "arguments": {"item": "stage"}}
        says = [
            Statement(lease, "act", "", "state", act, now, now),  # type: ignore[arg-type]
            Statement(lease, "token", "", "state", 7, now, now),
        ]
        transaction.append(NewEntry("agent:deploy", PROTOCOL, says))
    assert [one.what for one in replay(ledger).damage] == ["lease take would say something else"]
