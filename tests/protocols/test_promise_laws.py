"""Random people ask, promise, move and withdraw while work ends and time passes: the invariants hold throughout."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from counterpoint.errors import Refused
from counterpoint.protocols.answering import answers_for
from counterpoint.protocols.days import end_of_day
from counterpoint.protocols.resting import OPEN, first_answering, promise_standing, resting_on
from counterpoint.state.cycles import cycles
from counterpoint.state.view import State
from tests.protocols.leasing import quicker
from tests.protocols.memory import Memory
from tests.protocols.trial import Trial

PERSONS = tuple(f"person:~p{number}" for number in range(3))
WORKS = tuple(f"work:w{number}" for number in range(4))
ENDS = (*WORKS, "team:t", PERSONS[0])
FACTS = (
    *PERSONS,
    "team:t lead person:~p1",
    "work:w0 owner person:~p0",
    "work:w1 owner person:~p1",
    "work:w2 owner team:t",
    "work:w3 owner person:~p2",
    "work:w1 parent work:w0",
    "zone:organisation calendar Asia/Tokyo 09:00-17:00",
)
PROVIDER_VERBS = frozenset({"commit", "counter", "decline", "move"})
CONSUMER_VERBS = frozenset({"ask", "request", "accept", "seen", "withdraw"})
RIGHT = "whoever may"
ANYONE = st.sampled_from((*PERSONS, RIGHT, RIGHT, RIGHT))
ACTOR, END, WORK = st.sampled_from(PERSONS), st.sampled_from(ENDS), st.sampled_from(WORKS)
DAY = st.sampled_from(["2026-11-24", "2026-11-27", "2026-12-01", "2026-12-08", "2027-01-10"])
WHICH = st.integers(0, 5)


class Promises(RuleBasedStateMachine):
    """Every act may be refused; what is refused changes nothing, and what is not keeps to the invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.trial = self.organisation()

    def organisation(self) -> Any:
        return Memory(*FACTS)

    @initialize(
        begun=st.lists(st.tuples(END, END, DAY, st.sampled_from(["", "commit", "counter"])), min_size=3, max_size=6)
    )
    def begin(self, begun: list[tuple[str, str, str, str]]) -> None:
        for consumer, provider, day, verb in begun:
            one = self.act("ask", RIGHT, what="something", consumer=consumer, provider=provider)
            if one and verb:
                self.act(verb, RIGHT, dependency=one, date=day, **({"reason": "so"} if verb == "counter" else {}))

    def some(self, which: int) -> str | None:
        every = self.trial.ask(lambda state: state.entities("dependency"))
        return every[which % len(every)] if every else None

    def act(self, verb: str, by: str, **arguments: str) -> str | None:
        """What it was about; None where it was refused."""
        self.trial.later(minutes=1).tick()
        if by == RIGHT:
            by = self.trial.ask(lambda state: _right(state, verb, arguments))
        before = self.trial.ask(_everything)
        try:
            done = self.trial.do(f"promise {verb}", by, **arguments)
        except Refused as error:
            assert error.hint
            assert self.trial.ask(_everything) == before, "a refusal changes nothing"
            return None
        one = done if isinstance(done, str) else done.subject
        event(f"promise {verb}")
        self.trial.ask(lambda state: _by_whom(state, verb, by, one))
        was = before.get(one, {}).get("promised_for")
        now = self.trial.ask(lambda state: state.text(one, "promised_for"))
        if verb in ("move", "decline") and was is not None and (now is None or now > was):
            self.trial.ask(lambda state: _all_told(state, one))
        return one

    @rule(
        by=ANYONE, consumer=END, provider=END, day=st.none() | DAY, kind=st.sampled_from(["transfer", "simultaneity"])
    )
    def ask(self, by: str, consumer: str, provider: str, day: str | None, kind: str) -> None:
        needed = {"needed_by": day} if day else {}
        self.act("ask", by, what="something", consumer=consumer, provider=provider, type=kind, **needed)

    @rule(verb=st.sampled_from(["commit", "move", "counter"]), by=ANYONE, which=WHICH, day=DAY)
    def say_a_day(self, verb: str, by: str, which: int, day: str) -> None:
        if (one := self.some(which)) is None:
            return
        reason = {} if verb == "commit" else {"reason": "so"}
        needed = self.trial.ask(lambda state: state.text(one, "needed_by"))
        if self.act(verb, by, dependency=one, date=day, **reason) and verb == "commit":
            assert needed is None or day <= needed, "a later day is offered first"

    @rule(verb=st.sampled_from(["accept", "seen", "fulfil", "withdraw", "request", "decline"]), by=ANYONE, which=WHICH)
    def answer(self, verb: str, by: str, which: int) -> None:
        if (one := self.some(which)) is not None:
            self.act(verb, by, dependency=one, **({"reason": "no"} if verb == "decline" else {}))

    @rule(by=ANYONE, which=WHICH, day=DAY)
    def need_it_by_another_day(self, by: str, which: int, day: str) -> None:
        if (one := self.some(which)) is not None:
            self.act("request", by, dependency=one, needed_by=day)

    @rule(verb=st.sampled_from(["complete", "drop", "reopen"]), by=ACTOR, work=WORK)
    def work_ends(self, verb: str, by: str, work: str) -> None:
        self.trial.later(minutes=1)
        try:
            self.trial.do(f"work {verb}", by, work=work, **({} if verb == "complete" else {"reason": "so"}))
        except Refused:
            return
        self.trial.ask(lambda state: _followed(state, verb, work))

    @rule(by=ACTOR, work=WORK, day=DAY)
    def work_is_due(self, by: str, work: str, day: str) -> None:
        self.trial.later(minutes=1)
        try:
            self.trial.do("work revise", by, work=work, due=day)
        except Refused:
            return
        promised = self.trial.ask(lambda state: _days_promised(state, work))
        assert all(there is None or there >= day for there in promised), "what is due later has slipped"

    @rule(hours=st.sampled_from([1, 24, 100]))
    def time_passes(self, hours: int) -> None:
        self.trial.later(hours=hours).tick()
        assert not _acts(self.trial.tick()), "the clock does everything once"

    @invariant()
    def what_holds_at_all_times(self) -> None:
        self.trial.tick()  # whoever comes next carries out what is due, before anything else
        self.trial.ask(_holds)


class PromisesOnALedger(Promises):
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
    return {one: {name: found.value for name, found in state.all(one).items()} for one in state.entities("dependency")}


def _holds(state: State) -> None:
    assert [one for one in cycles(state).cycles if one.of.startswith("dependency")] == [], "no ask closes a circle"
    for one in state.entities("dependency"):
        here, promised = promise_standing(state, one), state.text(one, "promised_for")
        if here in ("committed", "asked", "countered", "declined"):
            assert (here == "committed") == (promised is not None)
        assert (here == "countered") == (state.text(one, "offered_for") is not None)
        if here == "committed":
            assert promised is not None
            over = end_of_day(state, first_answering(state, state.refs(one, "provider")[0]), promised) <= state.now
            assert not over or state.value(one, "late") is True, "what is over is late"
        else:
            assert state.value(one, "late") is None
        if state.refs(one, "shaken_by"):
            assert state.text(one, "told") == "waiting"


def _right(state: State, verb: str, arguments: dict[str, str]) -> str:
    """Somebody who may do it, if anybody may."""
    end = "provider" if verb in PROVIDER_VERBS else "consumer"
    thing = arguments[end] if end in arguments else state.refs(arguments["dependency"], end)[0]
    return next((one for one in PERSONS if answers_for(state, one, thing)), PERSONS[0])


def _by_whom(state: State, verb: str, by: str, dependency: str) -> None:
    consumer, provider = state.refs(dependency, "consumer")[0], state.refs(dependency, "provider")[0]
    if verb in PROVIDER_VERBS:
        assert answers_for(state, by, provider)
    if verb in CONSUMER_VERBS:
        assert answers_for(state, by, consumer)


def _all_told(state: State, dependency: str) -> None:
    for one in resting_on(state, dependency):
        assert state.text(one, "told") == "waiting" and dependency in state.refs(one, "shaken_by")


def _followed(state: State, verb: str, work: str) -> None:
    provided = [promise_standing(state, one) for one in state.naming(work, "dependency", "provider")]
    needed = [promise_standing(state, one) for one in state.naming(work, "dependency", "consumer")]
    if verb == "complete":
        assert not set(provided) & set(OPEN), "what is done is there"
    if verb == "drop":
        assert not set(provided + needed) & {"asked", "countered", "committed"}, "nobody waits for what is dropped"


def _days_promised(state: State, work: str) -> list[str | None]:
    every = state.naming(work, "dependency", "provider")
    return [state.text(one, "promised_for") for one in every if promise_standing(state, one) == "committed"]


Promises.TestCase.settings = settings(max_examples=30, stateful_step_count=30)
PromisesOnALedger.TestCase.settings = settings(max_examples=3, stateful_step_count=15)
TestPromises = Promises.TestCase
TestPromisesOnALedger = PromisesOnALedger.TestCase
