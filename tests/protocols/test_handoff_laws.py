"""Random people hand work over, refuse it, take leases and let time pass: nothing is lost, and no token comes twice.

Who owns what is counted beside it, from the acts that were answered with yes alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from counterpoint.errors import Refused
from counterpoint.protocols.handoff import IN_THE_AIR, handoffs_of
from counterpoint.protocols.lease import holder_of, token_of
from counterpoint.state.speaking import speakers
from counterpoint.state.view import State
from tests.protocols.leasing import quicker
from tests.protocols.memory import Memory
from tests.protocols.trial import Trial

PERSONS = tuple(f"person:~p{number}" for number in range(4))
PARTIES = (*PERSONS, "team:full", "team:empty", "agent:bot")
WORKS = ("work:one", "work:two")
FACTS = (
    *PERSONS,
    "team:full lead person:~p0",
    "team:full member person:~p1",
    "team:empty",
    "agent:bot sponsor person:~p0",
    "zone:organisation decider person:~p3",
    'zone:organisation escalation {order = 1, party = "person:~p2", after_hours = 4}',
    "work:one owner person:~p1",
    "work:one status active",
    "work:two owner team:full, person:~p2",
    "work:two status active",
)
PARTY, WORK, ACTOR = st.sampled_from(PARTIES), st.sampled_from(WORKS), st.sampled_from((*PERSONS, "agent:bot"))


class Handoffs(RuleBasedStateMachine):
    """Every act may be refused; what is refused changes nothing, and what is not keeps to the invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.trial = self.organisation()
        self.owners = {"work:one": {"person:~p1"}, "work:two": {"team:full", "person:~p2"}}
        self.tokens = dict.fromkeys(WORKS, 0)
        self.offers: dict[str, int] = {}
        self.over: set[str] = set()

    def organisation(self) -> Any:
        return Memory(*FACTS)

    def act(self, act: str, by: str, **arguments: Any) -> str | None:
        self.trial.later(minutes=1)
        self.trial.tick()
        before = self.trial.ask(_look)
        try:
            done = self.trial.do(act, by, **arguments)
        except Refused as error:
            assert error.hint
            assert self.trial.ask(_look) == before, "a refusal changes nothing"
            return None
        event(act)
        return str(getattr(done, "subject", done))

    @rule(by=ACTOR, work=WORK, to=PARTY)
    def offer(self, by: str, work: str, to: str) -> None:
        handoff = self.act("handoff offer", by, what=work, to=to, state="as it is", question=["what now?"])
        if handoff:
            assert work not in self.over
            self.offers[handoff] = 1

    @rule(data=st.data(), work=WORK, to=PARTY, anybody=st.booleans())
    def reroute(self, data: st.DataObject, work: str, to: str, anybody: bool) -> None:
        by = self.one_of(data, work, anybody, "giver")
        handoff = self.act("handoff reroute", by, what=work, to=to)
        if handoff:
            self.offers[handoff] += 1

    @rule(work=WORK, by=ACTOR)
    def withdraw(self, work: str, by: str) -> None:
        self.act("handoff withdraw", by, what=work)

    @rule(data=st.data(), work=WORK, anybody=st.booleans())
    def decline(self, data: st.DataObject, work: str, anybody: bool) -> None:
        by = self.one_of(data, work, anybody)
        handoff = self.act("handoff decline", by, what=work, reason="no time")
        if handoff:
            receiver = self.trial.ask(lambda state: state.text(handoff, "receiver"))
            refused = self.trial.ask(lambda state: state.tables(handoff, "refused"))
            assert {"party": receiver, "text": "no time"} in refused

    @rule(data=st.data(), work=WORK, anybody=st.booleans())
    def accept(self, data: st.DataObject, work: str, anybody: bool) -> None:
        by = self.one_of(data, work, anybody)
        held = self.trial.ask(lambda state: (holder_of(state, work), token_of(state, work)))
        handoff = self.act("handoff accept", by, what=work)
        if handoff is None:
            return
        giver, receiver = (self.trial.ask(lambda state, n=n: state.text(handoff, n)) for n in ("giver", "receiver"))
        if giver in self.owners[work]:
            self.owners[work] = self.owners[work] - {giver} | {receiver}
        after = self.trial.ask(lambda state: (holder_of(state, work), token_of(state, work)))
        if held[0] == giver and held[0] != receiver:
            assert after[1] == held[1] + 1 and after[0] in (receiver, by), "the lease passes on under a new token"

    def one_of(self, data: st.DataObject, work: str, anybody: bool, side: str = "receiver") -> str:
        able = [] if anybody else self.trial.ask(lambda state: _speaking_for(state, work, side))
        return data.draw(st.sampled_from(able or [*PERSONS, "agent:bot"]))

    @rule(by=ACTOR, work=WORK, verb=st.sampled_from(["take", "release", "wait"]))
    def lease(self, by: str, work: str, verb: str) -> None:
        self.act(f"lease {verb}", by, item=work)

    @rule(hours=st.sampled_from([1, 8, 80]))
    def time_passes(self, hours: int) -> None:
        self.trial.later(hours=hours).tick()

    @rule(work=WORK)
    def the_work_ends_elsewhere_and_goes_on(self, work: str) -> None:
        self.trial.later(minutes=1).says(f"{work} status done")
        self.trial.tick()
        self.over.add(work)
        assert not self.trial.ask(lambda state: _in_the_air(state, work)), "what is done is handed to nobody"
        self.trial.later(minutes=1).says(f"{work} status active")
        self.over.discard(work)

    @invariant()
    def what_holds_at_all_times(self) -> None:
        for work in WORKS:
            assert set(self.trial.ask(lambda state, w=work: state.refs(w, "owner"))) == self.owners[work] != set()
            assert len(self.trial.ask(lambda state, w=work: _in_the_air(state, w))) <= 1
            token = self.trial.ask(lambda state, w=work: token_of(state, w))
            assert token >= self.tokens[work], "tokens only grow"
            self.tokens[work] = token
        for handoff, status, receiver, overdue, about in self.trial.ask(_look):
            event(f"{status}{', overdue' if overdue else ''}")
            timers = [one for one in self.trial.timers(handoff) if one.verb == "late"]
            assert len(timers) == (status == "offered" and not overdue), "somebody waits for each answer"
            assert status != "offered" or self.trial.ask(lambda state, r=receiver: speakers(state, r))
            assert len(about) <= self.offers[handoff], "escalated once for each offer"

    def teardown(self) -> None:
        self.trial.later(days=30).tick()
        for handoff, status, *_ in self.trial.ask(_look):
            late = self.trial.ask(lambda state, h=handoff: state.value(h, "overdue"))
            assert status != "offered" or late is True, "no offer is forgotten"


class HandoffsOnALedger(Handoffs):
    """The same through the engine, on a store."""

    def organisation(self) -> Any:
        self.folder = tempfile.TemporaryDirectory(prefix="counterpoint-laws-")
        trial = Trial(str(Path(self.folder.name) / "o.db"), *FACTS)
        quicker(trial.ledger)
        return trial

    def teardown(self) -> None:
        super().teardown()
        self.trial.check_the_record()
        self.trial.ledger.close()
        self.folder.cleanup()


def _in_the_air(state: State, work: str) -> list[str]:
    return [one for one in handoffs_of(state, work) if state.text(one, "status") in IN_THE_AIR]


def _speaking_for(state: State, work: str, side: str) -> list[str]:
    """Who may speak for one side of the handoff of a work that is in the air."""
    return [
        by for one in _in_the_air(state, work) for party in state.refs(one, side)
        for by in sorted(speakers(state, party))
    ]  # fmt: skip


def _look(state: State) -> list[tuple[str, str | None, str, bool, tuple[str, ...]]]:
    """Every handoff: where it stands, with whom, whether it is overdue, and what was escalated about it."""
    return [
        (
            one, state.text(one, "status"), state.text(one, "receiver") or "", state.value(one, "overdue") is True,
            tuple(state.mentioning(one, "escalation", "about")),
        )
        for one in state.entities("handoff")
    ]  # fmt: skip


class ManyHandoffs(Handoffs):
    """The same, many times over."""


Handoffs.TestCase.settings = settings(max_examples=30, stateful_step_count=40)
ManyHandoffs.TestCase.settings = settings(max_examples=400, stateful_step_count=50)
HandoffsOnALedger.TestCase.settings = settings(max_examples=4, stateful_step_count=15)
TestHandoffs = Handoffs.TestCase
TestManyHandoffs = pytest.mark.long(ManyHandoffs.TestCase)
TestHandoffsOnALedger = HandoffsOnALedger.TestCase
