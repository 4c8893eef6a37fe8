"""Random commands by random parties, under terms that change and switches that go on and off: what must always hold.

Beside the ledger stands a plain model of the terms and switches, which says what each command may come to.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from counterpoint.actions.replaying import replay
from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Done
from counterpoint.model.statements import Json
from tests.protocols.trial import Trial

SPONSORS = {"agent:one": "person:~ana", "agent:two": "person:~ben"}
AGENTS = tuple(SPONSORS)
PEOPLE = ("person:~ana", "person:~ben", "person:~ines", "person:~tomas")
PARTIES = (*AGENTS, *PEOPLE)
ZONES = {"work:a": "zone:a", "work:b": "zone:b", "work:c": "zone:organisation"}
DECIDES = {
    "zone:a": {"person:~ines", "person:~tomas"},
    "zone:b": {"person:~tomas"},
    "zone:organisation": {"person:~tomas"},
}
ACTIONS = ("*", "lease", "lease take")
FACTS = """
    person:~ana
    person:~ben
    person:~ines
    person:~tomas
    agent:one sponsor person:~ana
    agent:two sponsor person:~ben
    zone:a decider person:~ines
    zone:b owner person:~ben
    zone:organisation decider person:~tomas
    work:a zone zone:a
    work:b zone zone:b
    work:c status active
"""
parties, agents, items = (st.sampled_from(one) for one in (PARTIES, AGENTS, tuple(ZONES)))
zones = st.sampled_from(tuple(DECIDES))


class Participation(RuleBasedStateMachine):
    """Who may, by the model: ``terms`` by zone and action with the reviewer, if one is named."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="counterpoint-participation-"))
        self.trial = Trial(str(self.folder / "it.db"), FACTS)
        self.terms: dict[tuple[str, str], tuple[str, str | None]] = {}
        self.stopped: dict[str, str] = {}
        self.halted: set[str] = set()
        self.waiting: dict[str, tuple[str, str, str]] = {}
        self.accepted: set[str] = set()

    def teardown(self) -> None:
        assert replay(self.trial.ledger).good
        self.trial.ledger.close()
        shutil.rmtree(self.folder)

    def _do(self, act: str, by: str, **arguments: Json) -> Done | None:
        self.trial.later(seconds=1)
        try:
            return self.trial.do(act, by, **arguments)
        except Refused:
            return None

    def _term(self, item: str) -> tuple[str, str | None]:
        for zone in dict.fromkeys((ZONES[item], "zone:organisation")):
            for action in ("lease take", "lease", "*"):
                if (zone, action) in self.terms:
                    return self.terms[zone, action]
        return "alone", None

    def _off(self, agent: str, item: str) -> bool:
        return agent in self.stopped or not self.halted.isdisjoint({ZONES[item], "zone:organisation"})

    def _drop(self, agent: str | None, zone: str | None) -> None:
        """What a stop ends: proposals of the agent, or of any agent in the zone."""
        for one, (who, item, _) in list(self.waiting.items()):
            if who == agent or zone in (ZONES[item], "zone:organisation"):
                del self.waiting[one]

    @rule(
        zone=zones,
        action=st.sampled_from(ACTIONS),
        term=st.sampled_from(("alone", "review", "never")),
        named=st.booleans(),
    )
    def the_terms_change(self, zone: str, action: str, term: str, named: bool) -> None:
        reviewer = "person:~ines" if named and term == "review" else None
        told = f', reviewer = "{reviewer}"' if reviewer else ""
        self.trial.later(seconds=1).says(f'{zone} terms {{action = "{action}", term = "{term}"{told}}}')
        self.terms[zone, action] = (term, reviewer)

    @rule(by=agents, item=items)
    def an_agent_takes(self, by: str, item: str) -> None:
        term, reviewer = self._term(item)
        holder = self.trial.text(f"lease:{item.replace(':', '/')}", "holder")
        done = self._do("lease take", by, item=item)
        twice = term == "review" and (by, item) in {each[:2] for each in self.waiting.values()}
        if self._off(by, item) or term == "never" or holder is not None or twice:
            assert done is None
        elif term == "review":
            assert done is not None and done.proposal is not None
            self.waiting[done.proposal] = (by, item, reviewer or SPONSORS[by])
        else:
            assert done is not None and done.proposal is None and done.sponsor == SPONSORS[by]

    @rule(by=parties, data=st.data())
    def somebody_accepts(self, by: str, data: st.DataObject) -> None:
        if not self.waiting:
            return
        one = data.draw(st.sampled_from(sorted(self.waiting)))
        agent, item, reviewer = self.waiting[one]
        done = self._do("proposal accept", by, proposal=one)
        assert (done is not None) == (by == reviewer), "who reviews, and nobody else"
        if done is not None:
            del self.waiting[one]
            if done.status == "accepted":
                assert one not in self.accepted and self._term(item)[0] != "never" and not self._off(agent, item)
                assert len(done.followed) == 1
                self.accepted.add(one)

    @rule(by=parties, data=st.data())
    def somebody_returns(self, by: str, data: st.DataObject) -> None:
        if self.waiting:
            one = data.draw(st.sampled_from(sorted(self.waiting)))
            agent, _, reviewer = self.waiting[one]
            done = self._do("proposal return", by, proposal=one, reason="no")
            assert (done is not None) == (by in (reviewer, SPONSORS[agent]))
            if done is not None:
                del self.waiting[one]

    @rule(by=parties, agent=agents)
    def somebody_stops(self, by: str, agent: str) -> None:
        done = self._do("agent stop", by, agent=agent)
        may = by in (SPONSORS[agent], "person:~tomas")
        assert (done is not None) == (may and agent not in self.stopped)
        if done is not None:
            self.stopped[agent] = by
            self._drop(agent, None)

    @rule(by=parties, agent=agents)
    def somebody_starts(self, by: str, agent: str) -> None:
        done = self._do("agent start", by, agent=agent)
        stopper = self.stopped.get(agent)
        may = stopper is not None and by in (
            "person:~tomas",
            *((SPONSORS[agent],) if stopper == SPONSORS[agent] else ()),
        )
        assert (done is not None) == may
        if done is not None:
            del self.stopped[agent]

    @rule(by=parties, zone=zones, on=st.booleans())
    def somebody_switches_all(self, by: str, zone: str, on: bool) -> None:
        done = self._do("agents start" if on else "agents stop", by, zone=zone)
        assert (done is not None) == (by in DECIDES[zone] and (zone in self.halted) == on)
        if done is not None and on:
            self.halted.discard(zone)
        elif done is not None:
            self.halted.add(zone)
            self._drop(None, zone)

    @rule(by=parties, item=items)
    def somebody_lets_go(self, by: str, item: str) -> None:
        self._do("lease release", by, item=item)

    @rule(hours=st.sampled_from((0.1, 1.0, 100.0)))
    def time_passes(self, hours: float) -> None:
        before = self.trial.now
        self.trial.later(hours=hours).tick()
        for one in list(self.waiting):
            ends = self.trial.text(one, "ends") or ""
            if ends <= self.trial.now:
                assert ends > before, "it would have expired before"
                del self.waiting[one]

    @invariant()
    def what_waits_is_what_the_model_says(self) -> None:
        names = self.trial.ask(lambda state: state.entities("proposal"))
        assert {one for one in names if self.trial.text(one, "status") == "waiting"} == set(self.waiting)

    @invariant()
    def who_is_stopped_holds_nothing(self) -> None:
        for item in ZONES:
            holder = self.trial.text(f"lease:{item.replace(':', '/')}", "holder")
            assert holder is None or not self._off(holder, item)

    @invariant()
    def who_is_stopped_is_told_so(self) -> None:
        for agent in self.stopped:
            try:
                self.trial.do("lease take", agent, item="anything")
            except NotAllowed as error:
                assert "stopped" in error.message
            else:
                raise AssertionError(f"{agent} is stopped, and acted")


Participation.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestParticipation = Participation.TestCase
