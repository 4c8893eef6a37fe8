"""Random people ask, vote, pass on, reopen and replace decisions while time passes: the invariants hold throughout."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from counterpoint.errors import Refused
from counterpoint.model.identifiers import fold
from counterpoint.protocols.answering import acts_for, decides_on
from counterpoint.protocols.asking import decision_standing
from counterpoint.protocols.deciding import Bench
from counterpoint.state.view import State
from counterpoint.state.who import who
from tests.protocols.leasing import quicker
from tests.protocols.memory import Memory
from tests.protocols.trial import Trial

PERSONS = tuple(f"person:~p{number}" for number in range(4))
PARTIES = (*PERSONS, "team:t", "team:u")
FACTS = (
    *PERSONS,
    "team:t lead person:~p1",
    "team:t lead person:~p2",
    "team:u lead person:~p1",
    "team:many lead person:~p0",
    "team:many lead person:~p1",
    "team:many lead person:~p2",
    "zone:many owner team:many",
    "zone:many rule quorum",
    "zone:many quorum 2",
    "work:one decider person:~p0",
    "work:many zone zone:many",
    "work:nobodys status active",
    'zone:organisation escalation {order = 1, party = "person:~p3", after_hours = 8}',
)
RIGHT = "whoever may"
ANYONE = st.sampled_from((*PERSONS, RIGHT, RIGHT, RIGHT))
OUTCOME = st.sampled_from(["yes", "YES", "no", "maybe"])
WHICH = st.integers(0, 5)
DECIDERS = st.lists(st.sampled_from(PARTIES), min_size=1, max_size=3, unique=True)


class Decisions(RuleBasedStateMachine):
    """Every act may be refused; what is refused changes nothing, and what is not keeps to the invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.trial = self.organisation()
        self.outcomes: dict[str, Any] = {}

    def organisation(self) -> Any:
        return Memory(*FACTS)

    @initialize()
    def begin(self) -> None:
        for work in ("work:one", "work:many"):
            self.act("ask", PERSONS[3], question=f"What of {work[5:]}?", concerns=[work], option=["yes", "no"])

    def some(self, which: int) -> str:
        every = self.trial.ask(lambda state: state.entities("decision"))
        return str(every[which % len(every)])

    def act(self, verb: str, by: str, **arguments: Any) -> str | None:
        """What it was about; None where it was refused."""
        self.trial.later(minutes=1).tick()
        self.outcomes = self.trial.ask(_outcomes)
        before = self.trial.ask(_everything)
        if by == RIGHT:
            by = self.trial.ask(lambda state: _right(state, verb, arguments))
        try:
            done = self.trial.do(f"decision {verb}", by, **arguments)
        except Refused as error:
            assert error.hint
            assert self.trial.ask(_everything) == before, "a refusal changes nothing"
            return None
        one = done if isinstance(done, str) else str(done.subject)
        event(f"decision {verb}")
        self.trial.ask(lambda state: _by_whom(state, verb, by, one))
        return one

    @rule(
        by=ANYONE, work=st.sampled_from(["work:one", "work:many", "work:nobodys"]),
        time=st.none() | st.tuples(st.sampled_from([1, 3, 10]), st.booleans()),
        named=st.none() | st.tuples(DECIDERS, st.sampled_from(["any", "all", "quorum"])),
    )  # fmt: skip
    def ask(self, by: str, work: str, time: tuple[int, bool] | None, named: tuple[list[str], str] | None) -> None:
        more: dict[str, Any] = {}
        if time is not None:
            more["deadline"] = self.in_days(time[0])
            more |= {"default": "yes"} if time[1] else {}
        if named is not None:
            more |= {"decider": named[0], "rule": named[1], "quorum": 2}
        self.act("ask", by, question="What now?", concerns=[work], option=["yes", "no"], **more)

    @rule(by=ANYONE, which=WHICH, outcome=OUTCOME)
    def replace(self, by: str, which: int, outcome: str) -> None:
        old = self.some(which)
        self.act("decide", by, decision=old, outcome=outcome, reason="so")
        new = self.act("ask", RIGHT, question="What else?", concerns=["work:one"], supersedes=[old])
        if new and self.act("decide", RIGHT, decision=new, outcome="else", reason="so"):
            standing = self.trial.ask(lambda state: (decision_standing(state, new), decision_standing(state, old)))
            assert standing in (("decided", "superseded"), ("open", "open"), ("open", "decided"))

    def in_days(self, days: int) -> str:
        later: str = self.trial.later(minutes=1).now
        return f"{later[:8]}{min(30, int(later[8:10]) + days):02}{later[10:]}"

    @rule(by=ANYONE, which=WHICH, outcome=OUTCOME)
    def decide(self, by: str, which: int, outcome: str) -> None:
        self.act("decide", by, decision=self.some(which), outcome=outcome, reason="so")

    @rule(by=ANYONE, which=WHICH, outcome=OUTCOME, party=st.sampled_from(PARTIES))
    def vote_for(self, by: str, which: int, outcome: str, party: str) -> None:
        self.act("decide", by, decision=self.some(which), outcome=outcome, reason="so", party=party)

    @rule(by=ANYONE, which=WHICH, deciders=st.lists(st.sampled_from(PARTIES), max_size=3, unique=True))
    def assign(self, by: str, which: int, deciders: list[str]) -> None:
        more: dict[str, Any] = {"decider": deciders, "rule": "quorum", "quorum": 2} if deciders else {}
        self.act("assign", by, decision=self.some(which), **more)

    @rule(verb=st.sampled_from(["withdraw", "reopen"]), by=ANYONE, which=WHICH)
    def open_and_close(self, verb: str, by: str, which: int) -> None:
        self.act(verb, by, decision=self.some(which), reason="so")

    @rule(by=ANYONE, which=WHICH, other=WHICH, verb=st.sampled_from(["supersede", "like", "unlike"]))
    def link(self, by: str, which: int, other: int, verb: str) -> None:
        name = "successor" if verb == "supersede" else "other"
        self.act(verb, by, decision=self.some(which), **{name: self.some(other)})

    @rule(by=ANYONE, which=WHICH, days=st.sampled_from([1, 5]))
    def extend(self, by: str, which: int, days: int) -> None:
        self.act("extend", by, decision=self.some(which), deadline=self.in_days(days))

    @rule(hours=st.sampled_from([1, 24, 100]))
    def time_passes(self, hours: int) -> None:
        self.trial.later(hours=hours)
        before = self.trial.ask(_everything)
        self.trial.tick()
        now = self.trial.now
        for one in before:
            self.trial.ask(lambda state, one=one: _lapsed(state, one, before[one], now))
        assert not [act for act in _acts(self.trial.tick()) if "lapse" in act], "the clock does everything once"

    @invariant()
    def what_holds_at_all_times(self) -> None:
        self.trial.tick()
        self.trial.ask(_holds)
        for one, (standing, outcome) in self.trial.ask(_outcomes).items():
            before = self.outcomes.get(one)
            if before is not None and before[0] in ("decided", "superseded") and standing in ("decided", "superseded"):
                assert outcome == before[1], "an outcome is never overwritten"


class DecisionsOnALedger(Decisions):
    """The same through the engine, on a store."""

    def organisation(self) -> Any:
        self.folder = tempfile.TemporaryDirectory(prefix="counterpoint-laws-")
        trial = Trial(str(Path(self.folder.name) / "o.db"), *FACTS)
        quicker(trial.ledger)
        return trial

    def teardown(self) -> None:
        self.trial.check_the_record()
        self.trial.ledger.close()
        self.folder.cleanup()


def _acts(ticked: Any) -> Any:
    return getattr(ticked, "acts", ticked)


def _everything(state: State) -> dict[str, dict[str, Any]]:
    return {one: {name: found.value for name, found in state.all(one).items()} for one in state.entities("decision")}


def _outcomes(state: State) -> dict[str, tuple[str, str | None]]:
    return {one: (decision_standing(state, one), state.text(one, "outcome")) for one in state.entities("decision")}


def _right(state: State, verb: str, arguments: dict[str, Any]) -> str:
    """Somebody who may do it, if anybody may."""
    thing = arguments.get("decision") or arguments["concerns"][0]
    able = [one for one in PERSONS if decides_on(state, one, thing)]
    if verb == "withdraw":
        able = [one for one in PERSONS if one in state.refs(thing, "owner")]
    voted = {row["by"] for row in state.tables(thing, "vote")}
    return next((one for one in able if one not in voted), next(iter(able), PERSONS[0]))


def _by_whom(state: State, verb: str, by: str, decision: str) -> None:
    deciders = who(state, decision).deciders
    if verb in ("decide", "reopen", "supersede"):
        assert any(acts_for(state, by, party) for party in deciders)
    if verb == "withdraw":
        assert any(acts_for(state, by, party) for party in state.refs(decision, "owner"))


def _lapsed(state: State, decision: str, before: dict[str, Any], now: str) -> None:
    deadline = before.get("deadline")
    if before["status"] != "open" or deadline is None or deadline > now or before.get("overdue"):
        return
    if "default" in before:
        assert state.value(decision, "by_default") is True
        assert state.text(decision, "outcome") == before["default"]
    else:
        assert state.value(decision, "overdue") is True and decision_standing(state, decision) == "open"
        assert state.naming(decision, "escalation", "about"), "it went up"


def _holds(state: State) -> None:
    for one in state.entities("decision"):
        here, found = decision_standing(state, one), who(state, one)
        assert found.answer in ("one", "shared"), "none is asked of nobody"
        bench = Bench(found.deciders, found.rule, found.quorum)
        rows = state.tables(one, "vote")
        assert len({row["party"] for row in rows}) == len({row["by"] for row in rows}) == len(rows), "one vote each"
        most = max(Counter(fold(row["option"]) for row in rows).values(), default=0)
        outcome, by_default = state.text(one, "outcome"), state.value(one, "by_default") is True
        if here == "open":
            assert outcome is None and not by_default
            assert len(bench.deciders) == 1 or most < bench.needed
            assert {row["party"] for row in rows} <= set(bench.deciders), "only deciders have votes"
            overdue = state.value(one, "overdue") is True
            deadline = state.text(one, "deadline")
            assert overdue == (deadline is not None and deadline <= state.now)
        if here == "decided":
            assert outcome and state.text(one, "rationale") and state.text(one, "decided")
            assert by_default or len(bench.deciders) == 1 or most >= bench.needed
            assert not by_default or state.text(one, "default") == outcome
        if here == "superseded":
            assert state.naming(one, "decision", "supersedes")
        for other in state.refs(one, "like"):
            assert one in state.refs(other, "like")


Decisions.TestCase.settings = settings(max_examples=30, stateful_step_count=30)
DecisionsOnALedger.TestCase.settings = settings(max_examples=3, stateful_step_count=15)
TestDecisions = Decisions.TestCase
TestDecisionsOnALedger = DecisionsOnALedger.TestCase
