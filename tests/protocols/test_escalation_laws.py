"""Random people do random things to escalations, ladders loop and roles fall empty: the invariants hold throughout."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from counterpoint.errors import Refused
from counterpoint.protocols.escalation import IN_THE_AIR, ladder, over
from counterpoint.state.speaking import speakers
from counterpoint.state.view import State
from tests.protocols.leasing import quicker
from tests.protocols.memory import Memory
from tests.protocols.trial import Trial

PERSONS = tuple(f"person:~p{number}" for number in range(4))
TEAMS = ("team:full", "team:empty", "team:archived")
PARTIES = (*PERSONS, *TEAMS, "agent:bot", "person:~unknown")
WORKS = ("work:one", "work:two")
ZONES = ("zone:inner", "zone:outer", "zone:organisation")
FACTS = (
    *PERSONS,
    "team:full lead person:~p0",
    "team:full member person:~p1",
    "team:empty",
    "team:archived lead person:~p2",
    "team:archived status archived",
    "agent:bot sponsor person:~p0",
    "zone:inner parent zone:outer",
    "zone:organisation calendar UTC 09:00-17:00",
    *(f"{work} zone zone:inner" for work in WORKS),
    *(f"{work} decider person:~p3" for work in WORKS),
    *(f"{work} status active" for work in WORKS),
)
MORE: dict[str, dict[str, str]] = {
    "acknowledge": {}, "pass": {"reason": "not mine"}, "resolve": {"outcome": "settled"},
}  # fmt: skip
VERB = st.sampled_from(sorted(MORE))
PARTY, WORK, ACTOR = st.sampled_from(PARTIES), st.sampled_from(WORKS), st.sampled_from((*PERSONS, "agent:bot"))


class Escalations(RuleBasedStateMachine):
    """Every act may be refused; what is refused changes nothing, and what is not keeps to the invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.trial = self.organisation()
        self.before: dict[str, str | None] = {}

    def organisation(self) -> Any:
        return Memory()

    @initialize(rungs=st.lists(st.tuples(st.sampled_from(ZONES), PARTY), min_size=1, max_size=8))
    def begin(self, rungs: list[tuple[str, str]]) -> None:
        facts = [
            f'{zone} escalation {{order = {order}, party = "{party}", after_hours = {order % 3}}}'
            for order, (zone, party) in enumerate(rungs)
        ]
        self.trial.says(*FACTS, *facts)

    def act(self, verb: str, by: str, **arguments: str) -> None:
        self.trial.later(minutes=1)
        before = self.trial.ask(_air)
        try:
            esc = self.trial.do(f"escalation {verb}", by, **arguments)
            if verb in ("acknowledge", "pass"):
                assert (getattr(esc, "subject", esc), by) in self.trial.ask(_who_may_answer), "only who was asked"
        except Refused as error:
            assert error.hint
            assert _acts(self.trial.tick()) or self.trial.ask(_air) == before, "a refusal changes nothing"

    @rule(by=ACTOR, work=WORK)
    def somebody_raises_it(self, by: str, work: str) -> None:
        self.act("raise", by, about=work, reason="it waits")

    @rule(by=ACTOR, work=WORK, verb=VERB)
    def anybody_answers(self, by: str, work: str, verb: str) -> None:
        self.act(verb, by, about=work, **MORE[verb])

    @rule(data=st.data(), verb=VERB)
    def whoever_is_asked_answers(self, data: st.DataObject, verb: str) -> None:
        asked = self.trial.ask(_who_are_asked)
        if asked:
            esc, by = data.draw(st.sampled_from(asked))
            self.act(verb, by, about=esc, **MORE[verb])

    @rule(hours=st.sampled_from([1, 8, 24, 100]))
    def time_passes(self, hours: int) -> None:
        self.trial.later(hours=hours).tick()

    @rule(work=WORK, status=st.sampled_from(["done", "active", "active", "blocked"]))
    def an_import_says_how_it_stands(self, work: str, status: str) -> None:
        self.trial.later(minutes=1).says(f"{work} status {status}")
        self.trial.tick()

    @rule(fact=st.sampled_from([
        "zone:outer parent zone:inner", "zone:outer parent zone:organisation", "zone:organisation decider person:~p3",
        "agent:bot status stopped", "agent:bot status active", "team:full status archived", "team:full status active",
        "team:empty lead person:~p3", "person:~p1 erased true",
    ]))  # fmt: skip
    def roles_and_zones_change(self, fact: str) -> None:
        self.trial.later(minutes=1).says(fact)

    @rule(zone=st.sampled_from(ZONES), party=PARTY, order=st.integers(10, 20))
    def a_rung_is_added(self, zone: str, party: str, order: int) -> None:
        self.trial.later(minutes=1).says(f'{zone} escalation {{order = {order}, party = "{party}", after_hours = 2}}')

    @invariant()
    def what_holds_at_all_times(self) -> None:
        escalations = self.trial.ask(lambda state: state.entities("escalation"))
        timers = {esc: self.trial.timers(esc) for esc in escalations}
        found = self.trial.ask(lambda state: [_look(state, esc) for esc in escalations])
        air = [about for _, about, status, *_ in found if status in IN_THE_AIR]
        assert len(air) == len(set(air)), "one in the air for each thing"
        for esc, about, status, party, asked, due, rung, passed in found:
            event(f"{status}, rung {rung}")
            climbs = [timer for timer in timers[esc] if timer.verb == "climb"]
            if status == "open":
                assert party in asked and rung == len(asked), "each rung asks somebody new"
                assert [timer.due for timer in climbs] == [due], "one clock runs"
            else:
                assert due is None and climbs == []
            was = self.before.get(esc)
            if status == "open" and party != was:
                self.trial.ask(partial(_asked_well, esc=esc, party=party, before=was, about=about))
            self.before[esc] = party
            assert all(row["text"] for row in passed)

    def teardown(self) -> None:
        bound = 2 * len(PARTIES)
        climbs = [len(_acts(self.trial.later(days=60).tick())) for _ in range(bound)]
        assert sum(climbs) <= bound and climbs[-1] == 0, "every climb ends"
        assert not [esc for esc, status, _ in self.trial.ask(_air) if status == "open"]
        self.trial.says(*(f"{work} status done" for work in WORKS))
        self.trial.later(minutes=1).tick()
        assert self.trial.ask(_air) == [], "what has no cause is over"


class EscalationsOnALedger(Escalations):
    """The same through the engine, on a store."""

    def organisation(self) -> Any:
        self.folder = tempfile.TemporaryDirectory(prefix="counterpoint-laws-")
        trial = Trial(str(Path(self.folder.name) / "o.db"))
        quicker(trial.ledger)
        return trial

    def teardown(self) -> None:
        super().teardown()
        self.trial.check_the_record()
        self.trial.ledger.close()
        self.folder.cleanup()


def _acts(ticked: Any) -> Any:
    return getattr(ticked, "acts", ticked)


def _air(state: State) -> list[tuple[str, str | None, str | None]]:
    """What is in the air, where it stands, and with whom."""
    every = [(esc, state.text(esc, "status"), state.text(esc, "party")) for esc in state.entities("escalation")]
    return [one for one in every if one[1] in IN_THE_AIR]


def _who_may_answer(state: State) -> list[tuple[str, str]]:
    """Those, and the sponsors of agents among them."""
    asked = _who_are_asked(state)
    return [*asked, *((esc, sponsor) for esc, by in asked for sponsor in state.refs(by, "sponsor"))]


def _who_are_asked(state: State) -> list[tuple[str, str]]:
    """Each escalation in the air with each who may answer for a party that was asked."""
    return [
        (esc, by) for esc, *_ in _air(state) for party in state.refs(esc, "asked")
        for by in sorted(speakers(state, party))
    ]  # fmt: skip


def _look(state: State, esc: str):  # type: ignore[no-untyped-def]
    return (
        esc, state.refs(esc, "about")[0], state.text(esc, "status"), state.text(esc, "party"), state.refs(esc, "asked"),
        state.text(esc, "next"), state.value(esc, "rung"), state.tables(esc, "skipped"),
    )  # fmt: skip


def _asked_well(state: State, esc: str, party: str, before: str | None, about: str) -> None:
    """Whoever is asked can answer and did not raise it; whoever stands between was asked before, or passed over."""
    assert over(state, about) is None
    able = {one for one in speakers(state, party) if state.value(one, "erased") is not True}
    assert able
    assert able != set(state.refs(esc, "raised_by"))
    rungs = [rung.party for rung in ladder(state, about)]
    start = rungs.index(before) + 1 if before in rungs and before in state.refs(esc, "asked") else 0
    known = {*state.refs(esc, "asked"), *(row["party"] for row in state.tables(esc, "skipped"))}
    assert party in rungs[start:] and set(rungs[start : rungs.index(party, start)]) <= known


class ManyEscalations(Escalations):
    """The same, many times over."""


Escalations.TestCase.settings = settings(max_examples=30, stateful_step_count=40)
ManyEscalations.TestCase.settings = settings(max_examples=400, stateful_step_count=50)
EscalationsOnALedger.TestCase.settings = settings(max_examples=4, stateful_step_count=15)
TestEscalations = Escalations.TestCase
TestManyEscalations = pytest.mark.long(ManyEscalations.TestCase)
TestEscalationsOnALedger = EscalationsOnALedger.TestCase
