"""Random people promise, name others, accept, decline and move while time passes: the invariants hold throughout."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from counterpoint.errors import Refused
from counterpoint.protocols.answering import acts_for
from counterpoint.protocols.commitment import WHEN, WHETHER, WHO, nobody_in_particular, owner_of, proposed_owner
from counterpoint.protocols.days import days_late, end_of_day
from counterpoint.state.view import State
from tests.protocols.leasing import quicker
from tests.protocols.memory import Memory
from tests.protocols.trial import Trial

PERSONS = tuple(f"person:~p{number}" for number in range(4))
OWNERS = (*PERSONS, "team:led", "team:loose", "team:empty", "everyone", None)
FACTS = (
    *PERSONS,
    "person:~p1 calendar America/Los_Angeles 09:00-17:00",
    "team:led lead person:~p1",
    "team:led member person:~p2",
    "team:loose member person:~p2",
    "team:empty",
    "ritual:sync owner person:~p3",
)
RIGHT = "whoever may"
ACTOR, ANYONE = st.sampled_from(PERSONS), st.sampled_from((*PERSONS, RIGHT, RIGHT))
OWNER = st.sampled_from(OWNERS)
DAY = st.sampled_from(["2026-11-24", "2026-11-27", "2026-12-01", "2026-12-08", "2027-01-10"])
WHICH = st.integers(0, 5)
OWNERS_VERBS = frozenset({"accept", "decline", "move"})


class Commitments(RuleBasedStateMachine):
    """Every act may be refused; what is refused changes nothing, and what is not keeps to the invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.trial = self.organisation()

    def organisation(self) -> Any:
        return Memory(*FACTS)

    @initialize(by=ACTOR, owner=OWNER, day=DAY)
    def begin(self, by: str, owner: str | None, day: str) -> None:
        self.make(by, by, day, [], False)
        self.make(by, owner, day, [PERSONS[0]], True)

    def some(self, which: int) -> str:
        every = self.trial.ask(lambda state: state.entities("commitment"))
        return str(every[which % len(every)])

    def act(self, verb: str, by: str, **arguments: Any) -> str | None:
        """What it was about; None where it was refused."""
        self.trial.later(minutes=1).tick()
        given = {name: value for name, value in arguments.items() if value}
        before = self.trial.ask(_everything)
        if by == RIGHT:
            by = self.trial.ask(lambda state: _right(state, verb, given["commitment"]))
        allowed = verb == "make" or self.trial.ask(lambda state: _may(state, verb, by, given["commitment"]))
        try:
            done = self.trial.do(f"commitment {verb}", by, **given)
        except Refused as error:
            assert error.hint
            assert self.trial.ask(_everything) == before, "a refusal changes nothing"
            return None
        assert allowed
        one = done if isinstance(done, str) else str(done.subject)
        event(f"commitment {verb}")
        old, new = before.get(one, {}), self.trial.ask(lambda state: state.refs(one, "owner"))
        if new and list(new) != old.get("owner"):
            assert acts_in(self.trial, by, new[0]), "nobody promises for somebody else"
        return one

    @rule(by=ACTOR, owner=OWNER, day=st.none() | DAY, to=st.lists(ACTOR, max_size=2, unique=True), ritual=st.booleans())
    def make(self, by: str, owner: str | None, day: str | None, to: list[str], ritual: bool) -> None:
        origin = "ritual:sync" if ritual else None
        self.act("make", by, title="Do it", owner=owner, due=day, to=to, origin=origin)

    @rule(by=ANYONE, which=WHICH, owner=OWNER, day=st.none() | DAY)
    def answer(self, by: str, which: int, owner: str | None, day: str | None) -> None:
        self.act("answer", by, commitment=self.some(which), owner=owner, due=day)

    @rule(by=ANYONE, which=WHICH, day=st.none() | DAY)
    def accept(self, by: str, which: int, day: str | None) -> None:
        self.act("accept", by, commitment=self.some(which), due=day)

    @rule(by=ANYONE, which=WHICH)
    def decline(self, by: str, which: int) -> None:
        self.act("decline", by, commitment=self.some(which), reason="no")

    @rule(by=ANYONE, which=WHICH, day=DAY)
    def move(self, by: str, which: int, day: str) -> None:
        one = self.some(which)
        before = self.trial.ask(lambda state: state.text(one, "due"))
        if self.act("move", by, commitment=one, due=day, reason="so") and before and day > before:
            assert self.trial.ask(lambda state: state.text(one, "slipped_from")) == before

    @rule(by=ANYONE, which=WHICH, verb=st.sampled_from(["keep", "release"]))
    def end(self, by: str, which: int, verb: str) -> None:
        one = self.some(which)
        if self.act(verb, by, commitment=one) and verb == "keep":
            self.trial.ask(lambda state: _kept(state, one))

    @rule(hours=st.sampled_from([1, 24, 100]))
    def time_passes(self, hours: int) -> None:
        self.trial.later(hours=hours).tick()
        assert not _acts(self.trial.tick()), "the clock does everything once"

    @invariant()
    def what_holds_at_all_times(self) -> None:
        self.trial.tick()
        self.trial.ask(_holds)


class CommitmentsOnALedger(Commitments):
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


def acts_in(trial: Any, by: str, party: str) -> bool:
    """May one act for the other?"""
    found: bool = trial.ask(lambda state: acts_for(state, by, party))
    return found


def _acts(ticked: Any) -> Any:
    return getattr(ticked, "acts", ticked)


def _everything(state: State) -> dict[str, dict[str, Any]]:
    return {one: {name: found.value for name, found in state.all(one).items()} for one in state.entities("commitment")}


def _may(state: State, verb: str, by: str, commitment: str) -> bool:
    """May somebody do it, by the invariants?"""
    owner, to = owner_of(state, commitment) or proposed_owner(state, commitment), state.refs(commitment, "to")
    mine = owner is not None and acts_for(state, by, owner)
    if verb in OWNERS_VERBS:
        return mine
    if verb == "keep":
        return mine or by in to
    others = (*state.refs(commitment, "made_by"), "person:~p3")
    if verb == "release":
        return by in (to or others)
    return by in others or any(acts_for(state, by, one) for one in state.refs(commitment, "asked_of"))


def _right(state: State, verb: str, commitment: str) -> str:
    return next((one for one in PERSONS if _may(state, verb, one, commitment)), PERSONS[0])


def _kept(state: State, commitment: str) -> None:
    owner, due = owner_of(state, commitment), state.text(commitment, "due")
    late = days_late(state, owner, due, state.now) if due and owner else 0
    assert (state.text(commitment, "outcome") or "").startswith(f"{late} day" if late else "")


def _holds(state: State) -> None:
    for one in state.entities("commitment"):
        here, owner, due = state.text(one, "status"), owner_of(state, one), state.text(one, "due")
        assert owner is None or nobody_in_particular(state, owner) is None
        asked, asked_of = state.text(one, "asked"), state.refs(one, "asked_of")
        assert (here == "asked") == bool(asked) == bool(asked_of)
        if here == "open":
            assert owner is not None and due is not None
            assert end_of_day(state, owner, due) > state.now, "what is over is missed"
        if here == "asked":
            assert asked is not None and (WHEN in asked) == (due is None)
            assert (WHO in asked or WHETHER in asked) == (owner is None)
        if here == "missed":
            assert due is not None and end_of_day(state, owner, due) <= state.now


Commitments.TestCase.settings = settings(max_examples=30, stateful_step_count=30)
CommitmentsOnALedger.TestCase.settings = settings(max_examples=3, stateful_step_count=15)
TestCommitments = Commitments.TestCase
TestCommitmentsOnALedger = CommitmentsOnALedger.TestCase
