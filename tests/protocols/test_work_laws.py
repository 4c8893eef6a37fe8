"""Random parties do random things to work and its approvals, versions change and time passes: the invariants hold.

What must hold is told here once more, in the plainest way, from facts that stand at the top and a record of who was
told yes.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from counterpoint.actions.replaying import replay
from counterpoint.errors import Refused
from counterpoint.state.view import State
from tests.protocols.leasing import quicker
from tests.protocols.memory import Memory
from tests.protocols.trial import Trial

PERSONS = tuple(f"person:~p{number}" for number in range(5))
P0, P1, P2, P3, P4 = PERSONS
AGENTS = {"agent:bot": P0, "agent:aid": P3}
ACTORS = (*PERSONS, *AGENTS)
TEAMS = {"team:x": {P1, P2}, "team:y": {P2, P3, "agent:aid"}}
OWNERS = {"work:a": P0, "work:b": P1, "work:c": P3}
GATES: dict[str, tuple[str, ...]] = {"gate:two": ("team:x", "team:y"), "gate:people": ("team:y",)}
BEFORE = {"work:a": ("gate:two",), "work:b": ("gate:two", "gate:people"), "work:c": ()}
HOURS = 24
FACTS = (
    *PERSONS,
    *(f"{agent} sponsor {sponsor}" for agent, sponsor in AGENTS.items()),
    *(f"{team} member {one}" for team, members in TEAMS.items() for one in sorted(members)),
    'zone:organisation terms {action = "*", term = "alone"}',
    "zone:z decider person:~p4",
    *(f"{work} owner {owner}" for work, owner in OWNERS.items()),
    *(f"{work} zone zone:z" for work in OWNERS),
    "work:b parent work:a",
    "work:b class careful",
    "dependency:d consumer work:a",
    "dependency:d provider work:c",
    "dependency:d type prerequisite",
    # Before work:a the one gate by name, and before work:b both by zone or class.
    "gate:two zone zone:z",
    *(f'gate:two needs {{party = "{party}", count = 1}}' for party in GATES["gate:two"]),
    f"gate:two valid_hours {HOURS}",
    "gate:people zone zone:z",
    "gate:people class careful",
    "gate:people people_only true",
    'gate:people needs {party = "team:y", count = 1}',
)
ACTOR, WORK, GATE = st.sampled_from(ACTORS), st.sampled_from(sorted(OWNERS)), st.sampled_from(sorted(GATES))
VERSION = st.sampled_from(["v1", "v2"])
PLAIN = st.sampled_from(["accept", "start", "unblock", "complete", "complete", "complete"])


def voice(party: str) -> str:
    """Whose voice it is."""
    return AGENTS.get(party, party)


class Works(RuleBasedStateMachine):
    """Every act may be refused; what is refused changes nothing, and what is not keeps to the invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.trial = self.organisation()
        self.trial.says(*FACTS)
        # Before work:c stands the gate of its zone, which is waived.
        until = "2030-01-01T00:00:00.000000Z"
        self.trial.do("waiver give", P4, rule="gate:two", work="work:c", until=until, reason="it is small")
        self.uses: Counter[str] = Counter()
        self.granted_at: dict[str, str] = {}

    def organisation(self) -> Any:
        return Memory()

    def act(self, act: str, by: str, **arguments: Any) -> bool:
        """Do it, and check what may be told of a yes and of a no."""
        self.trial.later(minutes=1)
        self.trial.tick()
        before = self.trial.ask(lambda state: state)
        seen = _all(before)
        try:
            subject = self.trial.do(act, by, **arguments)
        except Refused as error:
            assert error.message
            assert _all(self.trial.ask(lambda state: state)) == seen, "a refusal changes nothing"
            return False
        after = self.trial.ask(lambda state: state)
        event(act)
        self.used(before, after, by)
        getattr(self, "check_" + act.replace(" ", "_"), lambda *_: None)(before, after, by, subject)
        return True

    # ---- what is done ----

    @rule(by=ACTOR, work=WORK, verb=PLAIN, version=st.none() | VERSION)
    def move(self, by: str, work: str, verb: str, version: str | None) -> None:
        more = {"version": version} if verb == "complete" and version else {}
        self.act(f"work {verb}", by, work=work, **more)

    @rule(work=WORK)
    def its_owner_completes_it(self, work: str) -> None:
        self.act("work complete", OWNERS[work], work=work)

    @rule(by=ACTOR, work=WORK, on=st.none() | WORK)
    def block(self, by: str, work: str, on: str | None) -> None:
        self.act("work block", by, work=work, **({"on": [on]} if on else {"because": "rain"}))

    @rule(by=ACTOR, work=WORK, verb=st.sampled_from(["drop", "reopen", "reopen"]))
    def end_or_begin_anew(self, by: str, work: str, verb: str) -> None:
        self.act(f"work {verb}", by, work=work, reason="so be it")

    @rule(by=ACTOR, work=WORK, version=VERSION)
    def revise(self, by: str, work: str, version: str) -> None:
        self.act("work revise", by, work=work, version=version)

    @rule(work=WORK, version=VERSION)
    def an_import_brings_a_version(self, work: str, version: str) -> None:
        self.trial.later(minutes=1)
        self.trial.says(f"{work} version {version}", source="git")

    @rule(by=ACTOR, work=WORK, verb=st.sampled_from(["take", "release"]))
    def hold(self, by: str, work: str, verb: str) -> None:
        self.act(f"lease {verb}", by, item=work)

    @rule(by=ACTOR, work=WORK, gate=GATE, version=st.none() | VERSION)
    def ask(self, by: str, work: str, gate: str, version: str | None) -> None:
        self.act("approval ask", by, gate=gate, work=work, **({"version": version} if version else {}))

    @rule(work=WORK, order=st.permutations(ACTORS), also=st.booleans())
    def everybody_approves(self, work: str, order: list[str], also: bool) -> None:
        """As it should go, up to the end where ``also``."""
        version = self.trial.ask(lambda state: state.text(work, "version"))
        at = {"version": version} if version else {}
        for gate in BEFORE[work]:
            self.act("approval ask", OWNERS[work], gate=gate, work=work, **at)
        for by in order:
            for approval in self.trial.ask(lambda state: _approvals(state, "requested")):
                self.act("approval grant", by, approval=approval)
        if also:
            self.act("work complete", OWNERS[work], work=work)

    @rule(by=ACTOR, verb=st.sampled_from(["grant", "grant", "refuse", "withdraw", "use", "use"]), data=st.data())
    def answer(self, by: str, verb: str, data: st.DataObject) -> None:
        every = _approvals(self.trial.ask(lambda state: state))
        if every:
            approval = data.draw(st.sampled_from(every))
            more: dict[str, str] = {"reason": "no"} if verb == "refuse" else {}
            bound = self.trial.ask(lambda state: state.text(approval, "version"))
            if verb == "use" and bound and data.draw(st.booleans()):
                more["version"] = bound
            self.act(f"approval {verb}", by, approval=approval, **more)

    @rule(hours=st.sampled_from([1, 12, HOURS]))
    def time_passes(self, hours: int) -> None:
        self.trial.later(hours=hours)

    # ---- what a yes means ----

    def check_work_complete(self, before: State, after: State, by: str, work: str) -> None:
        status = before.text(work, "status")
        assert status != "blocked"
        assert all(before.text(part, "status") in ("done", "dropped") for part in before.naming(work, "work", "parent"))
        for link in before.naming(work, "dependency", "consumer"):
            (provider,) = before.refs(link, "provider")
            assert before.text(provider, "status") == "done"
        lease = "lease:" + work.replace(":", "/")
        if before.text(lease, "status") == "held" and (before.text(lease, "until") or "") > self.trial.now:
            assert before.refs(lease, "holder") == (by,)
        new = set(_approvals(after, "used")) - set(_approvals(before, "used"))
        passed = {gate for one in new for gate in after.refs(one, "gate")}
        assert passed == set(BEFORE[work]), "one approval for each gate, and each used up"
        assert len(new) == len(passed)
        version = after.text(work, "version")
        assert {after.text(one, "version") for one in new} <= {version}
        assert {of for one in new for of in after.refs(one, "work")} <= {work}

    def used(self, before: State, after: State, by: str) -> None:
        """Whatever was used just now was good, and is used for the first time."""
        for one in set(_approvals(after, "used")) - set(_approvals(before, "used")):
            self.uses[one] += 1
            assert self.uses[one] == 1, "used twice"
            assert before.text(one, "status") == "granted"
            assert after.refs(one, "used_by") == (by,)
            ends = before.text(one, "ends")
            assert ends is None or self.trial.now < ends
            (work,) = before.refs(one, "work")
            (gate,) = before.refs(one, "gate")
            at = after.text(work, "version")
            assert at is None or at == before.text(one, "version")
            voices = [str(row["party"]) for row in before.tables(one, "grant")]
            assert _fill(voices, GATES[gate])
            for party in voices:
                self.not_own(before, one, party)
                assert gate != "gate:people" or party in PERSONS

    def check_approval_grant(self, before: State, after: State, by: str, approval: str) -> None:
        self.not_own(before, approval, by)
        if after.text(approval, "status") == "granted":
            self.granted_at[approval] = self.trial.now

    def not_own(self, state: State, approval: str, party: str) -> None:
        (work,) = state.refs(approval, "work")
        doing = {*state.refs(work, "owner"), *state.refs(work, "contributor"), *state.refs(approval, "asked_by")}
        assert voice(party) not in {voice(one) for one in doing} | doing

    # ---- at all times ----

    @invariant()
    def granted_means_that_every_place_is_filled_by_somebody_else(self) -> None:
        state = self.trial.ask(lambda state: state)
        for one in _approvals(state):
            rows = state.tables(one, "grant")
            (gate,) = state.refs(one, "gate")
            assert all(str(row["party"]) in TEAMS[str(row["of"])] for row in rows)
            assert len({voice(str(row["party"])) for row in rows}) == len(rows)
            if state.text(one, "status") in ("granted", "used"):
                assert sorted(str(row["of"]) for row in rows) == sorted(GATES[gate])
            assert self.uses[one] == (state.text(one, "status") == "used")

    @invariant()
    def nothing_granted_outlives_its_time(self) -> None:
        self.trial.tick()
        state = self.trial.ask(lambda state: state)
        for one in _approvals(state, "granted"):
            ends = state.text(one, "ends")
            assert (ends is None) == (state.refs(one, "gate") == ("gate:people",))
            assert ends is None or ends > self.trial.now


def _approvals(state: State, *statuses: str) -> list[str]:
    return [one for one in state.entities("approval") if not statuses or state.text(one, "status") in statuses]


def _all(state: State) -> Any:
    kinds = ("work", "approval", "gate", "lease", "dependency")
    return {
        entity: {name: one.value for name, one in state.all(entity).items() if name != "act"}
        for kind in kinds
        for entity in state.entities(kind)
    }


def _fill(voices: list[str], places: tuple[str, ...]) -> bool:
    return any(
        all(one in TEAMS[team] for one, team in zip(some, places, strict=True))
        for some in permutations(voices, len(places))
    )


WorksInMemory = Works.TestCase
WorksInMemory.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)


class Both:
    """An organisation in memory and one on a store: they are told the same, and what they answer must be the same."""

    def __init__(self, folder: str) -> None:
        self.memory = Memory()
        self.trial = Trial(str(Path(folder) / "organisation.db"))
        quicker(self.trial.ledger)

    @property
    def now(self) -> str:
        return self.memory.now

    def later(self, **time: float) -> None:
        self.memory.later(**time)
        self.trial.later(**time)

    def says(self, *facts: str, source: str = "file") -> None:
        self.memory.says(*facts, source=source)
        self.trial.says(*facts, source=source)

    def tick(self) -> None:
        assert self.memory.tick() == [one.partition(" ")[2] for one in self.trial.tick().acts]

    def ask(self, question: Callable[[State], Any]) -> Any:
        return self.memory.ask(question)

    def do(self, act: str, by: str, /, **arguments: Any) -> str:
        try:
            subject = self.memory.do(act, by, **arguments)
        except Refused as error:
            with pytest.raises(type(error)):
                self.trial.do(act, by, **arguments)
            raise
        assert self.trial.do(act, by, **arguments).subject == subject
        assert self.trial.ask(_all) == self.memory.ask(_all)
        return subject


class WorksOnALedger(Works):
    """The same through the engine, on a store, which replays in the end."""

    def organisation(self) -> Any:
        self.folder = tempfile.TemporaryDirectory(prefix="counterpoint-work-")
        return Both(self.folder.name)

    def teardown(self) -> None:
        assert replay(self.trial.trial.ledger).good
        self.trial.trial.ledger.close()
        self.folder.cleanup()


WorksInTheEngine = WorksOnALedger.TestCase
WorksInTheEngine.settings = settings(max_examples=4, stateful_step_count=20, deadline=None)
