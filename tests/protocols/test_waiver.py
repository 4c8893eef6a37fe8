"""Waivers: who may give one, that it ends by itself, and that nothing else is covered by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.errors import NotAllowed, Refused, UsageError
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.acts import Done
from counterpoint.state.view import State
from counterpoint.state.waivers import waiver_of
from tests.protocols.small import Clock, small

RULES = """
[[gate]]
id = "security"
class = "service"
zone = "shop"
type = "governance"
approver = "person:cy"
[[workflow]]
id = "release"
owner = "team:ops"
class = "service"
stage = [{ name = "build" }, { name = "review" }, { name = "ship" }]
"""
GIVE = {"rule": "gate:security", "work": "work:checkout", "until": "2026-03-04", "reason": "the outage first"}


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-03-02T09:00:00Z")


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    return small(tmp_path, clock, RULES)


def give(ledger: Ledger, by: str = "person:cy", **more: str) -> Done:
    return perform(ledger, "waiver", "give", by=by, arguments={**GIVE, **more})


def covers(ledger: Ledger, rule: str, work: str, stage: str | None = None) -> str | None:
    with ledger.read() as snapshot:
        return waiver_of(State(snapshot), rule, work, snapshot.now, stage)


def test_it_covers_what_it_names_until_its_end(ledger: Ledger, clock: Clock) -> None:
    done = give(ledger)
    assert done.subject == "waiver:security-for-checkout"
    assert covers(ledger, "gate:security", "work:checkout") == done.subject
    assert covers(ledger, "gate:security", "work:cards") is None
    clock.pass_minutes(3 * 24 * 60)
    assert covers(ledger, "gate:security", "work:checkout") is None, "past its end it covers nothing, timer or not"
    assert ring_all(ledger).acts == ("waiver end waiver:security-for-checkout",)
    assert replay(ledger).good


def test_who_keeps_the_rule_may_and_nobody_else(ledger: Ledger) -> None:
    with pytest.raises(NotAllowed, match="person:bo may not waive gate:security; person:cy may"):
        give(ledger, "person:bo")
    done = give(ledger)
    with pytest.raises(NotAllowed):
        perform(ledger, "waiver", "end", by="person:ana", arguments={"waiver": done.subject})
    assert perform(ledger, "waiver", "end", by="person:cy", arguments={"waiver": done.subject}).status == "ended"
    assert covers(ledger, "gate:security", "work:checkout") is None


def test_one_at_a_time_and_not_for_the_past(ledger: Ledger) -> None:
    give(ledger)
    with pytest.raises(Refused, match="waiver:security-for-checkout waives it already"):
        give(ledger)
    with pytest.raises(Refused, match="over before it began"):
        give(ledger, work="work:cards", until="2026-03-01")
    with pytest.raises(UsageError, match="needs 'reason'"):
        give(ledger, reason="")


def test_a_stage_is_waived_alone(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="has no stage 'revue'"):
        give(ledger, rule="workflow:release", stage="revue")
    give(ledger, rule="workflow:release", stage="review")
    assert covers(ledger, "workflow:release", "work:checkout", "review")
    assert covers(ledger, "workflow:release", "work:checkout", "build") is None


def test_who_answers_for_it_may_be_somebody_else(ledger: Ledger) -> None:
    done = give(ledger, owner="person:ana")
    assert done.told.endswith("person:ana answers for it")
    perform(ledger, "waiver", "end", by="person:ana", arguments={"waiver": done.subject})
