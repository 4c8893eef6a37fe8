"""Rhythm: the rules one by one, and random commands by random parties over weeks that never break what holds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.actions.timing import append
from counterpoint.errors import NotAllowed, NotFound, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.timers import timers_on
from counterpoint.ledger.verify import verify
from counterpoint.ledger.write import NewEntry
from counterpoint.model.acts import Done
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.schedule import schedule_of
from counterpoint.model.statements import Json, Statement
from counterpoint.model.times import moment, stamp
from counterpoint.questions import Questions
from counterpoint.state.view import State
from tests.protocols.small import Clock, small

WEEKLY = """
[[ritual]]
id = "weekly"
title = "Weekly"
owner = "person:ana"
participant = ["team:web"]
zone = "shop"
duration = 60
schedule = "every Monday at 10:00 Europe/Berlin"
"""
# 2026-03-02 is a Monday; 10:00 in Berlin is 09:00 in UTC until summer time begins on the 29th.
T = TypeVar("T")
NEXT = "occurrence:weekly/2026-03-09t0900z"


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-03-02T12:00:00Z")


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    return small(tmp_path, clock, WEEKLY)


def act(ledger: Ledger, verb: str, by: str, **more: Json) -> Done:
    what: dict[str, Json] = {"held" if verb == "record" else "ritual": "ritual:weekly", **more}
    return perform(ledger, "ritual", verb, by=by, arguments=what)


def says(ledger: Ledger, entity: str, **values: Json) -> None:
    """What an import would say."""
    with ledger.write() as transaction:
        now = transaction.now
        told = [Statement(entity, name, "", "state", value, now, now) for name, value in values.items()]
        append(transaction, NewEntry("local", "file", told, "an import"))


def asks(ledger: Ledger, name: str = "venue", **more: Json) -> None:
    """A decision in the zone that falls due before the Monday after."""
    says(ledger, f"decision:{name}", zone="zone:shop", decider=[person(ledger, "bo")], due="2026-03-10", **more)


def person(ledger: Ledger, name: str) -> str:
    with ledger.read() as snapshot:
        return snapshot.find(f"person:{name}")


def ask(ledger: Ledger, question: Callable[[State], T]) -> T:
    with ledger.read() as snapshot:
        return question(State(snapshot))


def text(ledger: Ledger, entity: str, attribute: str) -> str | None:
    return ask(ledger, lambda state: state.text(entity, attribute))


def test_a_day_before_it_is_proposed_to_cancel_where_there_is_nothing(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-08T08:59:00Z")
    assert ring_all(ledger).acts == ()
    clock.pass_minutes(1)
    assert ring_all(ledger).acts == ("rhythm prepare ritual:weekly",)
    assert (text(ledger, NEXT, "status"), text(ledger, NEXT, "reason")) == ("proposed", "nothing to synchronise")
    assert text(ledger, NEXT, "start") == "2026-03-09T09:00:00.000000Z"


def test_with_something_to_synchronise_it_has_an_agenda_and_who_is_needed(ledger: Ledger, clock: Clock) -> None:
    asks(ledger, question="Which venue?")
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    assert text(ledger, NEXT, "status") == "prepared"
    rows = ask(ledger, lambda state: state.tables(NEXT, "agenda"))
    assert rows == (
        {"order": 1, "why": "decision due: to be decided by 2026-03-10: Which venue?", "about": "decision:venue"},
    )
    assert ask(ledger, lambda state: state.refs(NEXT, "needed")) == (person(ledger, "bo"),)
    found = Questions(ledger).agenda("ritual:weekly")
    assert (found.status, found.needed, found.spared) == ("prepared", ("person:bo",), ())


@pytest.mark.parametrize(
    ("rule", "status"), [("propose", "proposed"), ("cancel", "cancelled"), ("hold", "prepared"), (None, "proposed")]
)
def test_what_becomes_of_an_empty_one_is_the_rule_of_the_ritual(
    ledger: Ledger, clock: Clock, rule: str | None, status: str
) -> None:
    if rule is not None:
        says(ledger, "ritual:weekly", when_empty=rule)
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    assert text(ledger, NEXT, "status") == status


def test_how_long_before_is_the_rule_of_the_ritual_in_the_hours_of_its_owner(ledger: Ledger, clock: Clock) -> None:
    def due() -> str:
        with ledger.read() as snapshot:
            (one,) = timers_on(snapshot.connection, ["ritual:weekly"])
            return one.due[:16]

    assert due() == "2026-03-08T09:00", "a day before, where nobody states working hours"
    says(ledger, person(ledger, "ana"), calendar="Europe/Berlin 09:00-17:00")
    assert due() == "2026-03-06T09:00", "a working day before: on Friday"
    says(ledger, "ritual:weekly", prepare_hours=2)
    assert due() == "2026-03-06T15:00"
    says(ledger, "ritual:weekly", status="cancelled")
    with ledger.read() as snapshot:
        assert timers_on(snapshot.connection, ["ritual:weekly"]) == []


def test_who_holds_it_accepts_and_nobody_else(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    with pytest.raises(NotAllowed, match=r"person:.* may not say whether ritual:weekly is held") as error:
        act(ledger, "cancel", "person:bo")
    assert "ask person:" in error.value.hint
    assert act(ledger, "cancel", "person:ana").status == "cancelled"
    with pytest.raises(Refused, match="is cancelled"):
        act(ledger, "prepare", "person:bo")
    with pytest.raises(NotAllowed):
        act(ledger, "keep", "person:bo")
    assert act(ledger, "keep", "person:ana", reason="after all").status == "prepared"


def test_one_word_of_who_takes_part_overrules_the_proposal_for_good(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    with pytest.raises(NotAllowed, match="takes no part"):
        act(ledger, "keep", "person:cy")
    assert act(ledger, "keep", "person:bo", reason="the till is down").status == "prepared", "of a team that does"
    clock.at = moment("2026-03-09T08:00:00Z")
    ring_all(ledger)
    assert (text(ledger, NEXT, "status"), text(ledger, NEXT, "reason")) == ("prepared", "the till is down")


def test_what_turns_up_in_the_last_day_takes_the_proposal_back(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    asks(ledger)
    clock.at = moment("2026-03-09T08:00:00Z")
    assert ring_all(ledger).acts == (f"ritual prepare {NEXT}",)
    assert (text(ledger, NEXT, "status"), text(ledger, NEXT, "reason")) == ("prepared", None)
    assert ring_all(ledger).acts == ()


def test_the_agenda_follows_what_happens_until_it_begins(ledger: Ledger, clock: Clock) -> None:
    asks(ledger)
    asks(ledger, "menu")
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    assert len(ask(ledger, lambda state: state.tables(NEXT, "agenda"))) == 2
    says(ledger, "decision:menu", status="decided")
    clock.at = moment("2026-03-09T08:00:00Z")
    ring_all(ledger)
    assert [row["about"] for row in ask(ledger, lambda state: state.tables(NEXT, "agenda"))] == ["decision:venue"]
    says(ledger, "decision:venue", status="decided")
    assert act(ledger, "prepare", "person:cy").status == "prepared", "what was prepared is not proposed to be cancelled"
    assert ask(ledger, lambda state: (state.tables(NEXT, "agenda"), state.refs(NEXT, "needed"))) == ((), ())


def test_silence_cancels_nothing_and_what_nobody_records_is_visible(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    clock.at = moment("2026-03-09T12:00:00Z")
    ring_all(ledger)
    assert text(ledger, NEXT, "status") == "proposed"
    assert Questions(ledger).rhythm().unrecorded == (), "there is a day to do it"
    clock.at = moment("2026-03-10T10:00:00Z")
    ring_all(ledger)
    assert text(ledger, NEXT, "status") == "unrecorded"
    assert [one.occurrence for one in Questions(ledger).rhythm().unrecorded] == [NEXT]
    assert act(ledger, "record", "person:bo").status == "held"
    assert Questions(ledger).rhythm().unrecorded == ()


def test_what_came_of_it_is_recorded_and_more_may_follow(ledger: Ledger, clock: Clock) -> None:
    with pytest.raises(Refused, match="has not begun"):
        act(ledger, "record", "person:ana", at="2026-03-09")
    asks(ledger)
    clock.at = moment("2026-03-09T09:30:00Z")
    with pytest.raises(NotAllowed, match="takes no part"):
        act(ledger, "record", "person:cy")
    done = act(ledger, "record", "person:bo", output=["decision:venue"], note=["the hall is too small"])
    assert (done.subject, done.status) == (NEXT, "held")
    act(ledger, "record", "person:ana", output=["work:checkout"])
    assert ask(ledger, lambda state: state.refs(NEXT, "output")) == ("decision:venue", "work:checkout")
    for verb in ("prepare", "propose", "cancel", "keep"):
        with pytest.raises(Refused, match="is held"):
            act(ledger, verb, "person:ana", ritual=NEXT)


def test_once_it_has_begun_nobody_cancels_or_prepares_it(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    clock.at = moment("2026-03-09T09:00:00Z")
    for verb in ("prepare", "cancel", "keep"):
        with pytest.raises(Refused, match="has begun") as error:
            act(ledger, verb, "person:ana", ritual=NEXT)
        assert "ritual record" in error.value.hint


def test_people_propose_too_and_not_weeks_before_prepare(ledger: Ledger) -> None:
    with pytest.raises(Refused, match=r"it is too early: .* made from 2026-03-29 08:00"):
        act(ledger, "prepare", "person:ana", at="2026-03-30")
    done = act(ledger, "propose", "person:bo", at="2026-03-30", reason="a holiday")
    assert done.status == "proposed"
    assert text(ledger, done.subject, "start") == "2026-03-30T08:00:00.000000Z", "summer time"
    assert act(ledger, "cancel", "person:ana", at="2026-03-30").status == "cancelled"
    with pytest.raises(NotFound, match="no occurrence on 2026-03-31"):
        act(ledger, "cancel", "person:ana", at="2026-03-31")


def test_what_people_propose_stays_until_who_holds_it_says(ledger: Ledger, clock: Clock) -> None:
    says(ledger, "ritual:weekly", when_empty="hold")
    act(ledger, "propose", "person:bo", reason="all away")
    asks(ledger)
    for at in ("2026-03-08T09:00:00Z", "2026-03-09T08:00:00Z"):
        clock.at = moment(at)
        assert ring_all(ledger).acts == (f"ritual prepare {NEXT}",), "in its time, and an hour before"
        assert (text(ledger, NEXT, "status"), text(ledger, NEXT, "reason")) == ("proposed", "all away")
    assert len(ask(ledger, lambda state: state.tables(NEXT, "agenda"))) == 1
    act(ledger, "keep", "person:ana")
    assert text(ledger, NEXT, "status") == "prepared"


def test_what_the_schedule_no_longer_has_was_not_held(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-08T09:00:00Z")
    ring_all(ledger)
    tuesdays: Json = {"rule": "FREQ=WEEKLY;BYDAY=TU", "time": "10:00", "timezone": "Europe/Berlin"}
    with ledger.read() as snapshot:
        source = State(snapshot).claims("ritual:weekly", "schedule")[0].source
    with ledger.write() as transaction:
        now = transaction.now
        value: Json = schedule_of({"outcome": "understood", "recurrence": [tuesdays]}).as_json()
        told = Statement("ritual:weekly", "schedule", "", "state", value, now, now)
        append(transaction, NewEntry("local", source, [told], "moved to Tuesday"))
    ring_all(ledger)
    assert text(ledger, "occurrence:weekly/2026-03-10t0900z", "status") is None
    clock.at = moment("2026-03-10T09:00:00Z")
    ring_all(ledger)
    assert (text(ledger, NEXT, "status"), text(ledger, NEXT, "reason")) == (
        "cancelled",
        "its schedule no longer has it",
    )
    assert Questions(ledger).rhythm().unrecorded == ()


def test_after_weeks_without_anybody_the_next_is_looked_at_in_its_time(ledger: Ledger, clock: Clock) -> None:
    clock.at = moment("2026-03-18T12:00:00Z")
    assert ring_all(ledger).acts == ("rhythm prepare ritual:weekly",)
    assert ask(ledger, lambda state: state.entities("occurrence")) == [], "it is not the time yet"
    clock.at = moment("2026-03-22T09:00:00Z")
    ring_all(ledger)
    assert ask(ledger, lambda state: state.entities("occurrence")) == ["occurrence:weekly/2026-03-23t0900z"]


def test_where_nobody_holds_it_nobody_cancels_it_and_anybody_records(tmp_path: Path, clock: Clock) -> None:
    loose = '[[ritual]]\nid = "loose"\nschedule = "every Monday at 10:00 Europe/Berlin"\n'
    ledger = small(tmp_path, clock, loose)
    with pytest.raises(NotAllowed, match="nobody may") as error:
        act(ledger, "cancel", "person:ana", ritual="ritual:loose")
    assert "owner" in error.value.hint
    assert act(ledger, "record", "person:cy", held="ritual:loose").status == "held"


def test_of_a_schedule_that_is_not_understood_there_is_nothing_to_do(tmp_path: Path, clock: Clock) -> None:
    open_ = '[[ritual]]\nid = "open"\nowner = "person:ana"\nschedule = "every other Monday at 10:00 Europe/Berlin"\n'
    ledger = small(tmp_path, clock, open_)
    with pytest.raises(Refused, match="has no occurrences: its schedule is phase unknown"):
        act(ledger, "cancel", "person:ana", ritual="ritual:open")


def test_it_goes_alike_on_both_stores(url: str, tmp_path: Path, clock: Clock) -> None:
    ledger = small(tmp_path, clock, WEEKLY, url=url)
    asks(ledger)
    for day in range(3, 25):
        clock.at = moment(f"2026-03-{day:02}T09:00:00Z")
        ring_all(ledger)
        if day == 9:
            act(ledger, "record", "person:bo", output=["decision:venue"])
            says(ledger, "decision:venue", status="decided")
        if day == 15:
            act(ledger, "cancel", "person:ana")
    stands = ask(ledger, lambda state: {one: state.text(one, "status") for one in state.entities("occurrence")})
    assert stands == {
        NEXT: "held",
        "occurrence:weekly/2026-03-16t0900z": "cancelled",
        "occurrence:weekly/2026-03-23t0900z": "proposed",
    }
    assert replay(ledger).good
    assert verify(ledger).good


PARTIES = ("person:ana", "person:bo", "person:cy")
MONDAYS = ("2026-03-09", "2026-03-16", None, None, None)
STEPS = (-24, -24, -1, 0, 25)


class Weeks(RuleBasedStateMachine):
    """Some weeks of one ritual. What is not checked at each step is read from the history in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="counterpoint-rhythm-"))
        self.clock = Clock("2026-03-02T12:00:00Z")
        self.ledger = small(self.folder, self.clock, WEEKLY)
        self.held: set[str] = set()
        self.bo = person(self.ledger, "bo")
        self.open = 0

    def teardown(self) -> None:
        self._read_history()
        assert replay(self.ledger).good
        assert verify(self.ledger).good
        self.ledger.close()
        shutil.rmtree(self.folder)

    @rule(
        verb=st.sampled_from(("prepare", "propose", "cancel", "keep", "record")),
        by=st.sampled_from(PARTIES),
        at=st.sampled_from(MONDAYS),
    )
    def somebody_acts(self, verb: str, by: str, at: str | None) -> None:
        self._try(verb, by, **({} if at is None else {"at": at}))

    def _try(self, verb: str, by: str, **more: Json) -> None:
        try:
            done = act(self.ledger, verb, by, **more)
        except (NotAllowed, NotFound, Refused):
            return
        assert by != "person:cy" or verb == "prepare", "who takes no part has no say"
        assert verb != "cancel" or by == "person:ana"
        start = moment(text(self.ledger, done.subject, "start") or "")
        assert (start <= self.clock.at) == (verb == "record")
        assert done.status == {"propose": "proposed", "cancel": "cancelled", "keep": "prepared", "record": "held"}.get(
            verb, done.status
        )

    @rule(hours=st.sampled_from(STEPS), ticks=st.booleans())
    def time_passes_until_something_is_due(self, hours: float, ticks: bool) -> None:
        """To a day before the next occurrence, an hour before it, its start, or when its record is overdue."""
        following = Questions(self.ledger).rhythm("ritual:weekly").coming[0].start
        aim = moment(following or "") + timedelta(hours=hours)
        self.clock.at = max(self.clock.at + timedelta(minutes=1), aim)
        if ticks:
            self._tick()

    def _tick(self) -> None:
        ring_all(self.ledger)
        for occurrence in ask(self.ledger, lambda state: state.entities("occurrence")):
            start = moment(text(self.ledger, occurrence, "start") or "")
            over = (self.clock.at - start).total_seconds() >= 25 * 3600  # an hour, and a day
            assert not (over and text(self.ledger, occurrence, "status") in ("prepared", "proposed"))

    @rule(answered=st.booleans())
    def a_question_is_asked_or_all_are_answered(self, answered: bool) -> None:
        if answered:
            for number in range(1, self.open + 1):
                says(self.ledger, f"decision:d{number}", status="decided")
            self.open = 0
        else:
            self.open += 1
            name, today = f"decision:d{self.open}", stamp(self.clock.at)[:10]
            says(self.ledger, name, zone="zone:shop", decider=[self.bo], due=today, status="open")

    @rule(rule_=st.sampled_from(("propose", "cancel", "hold")))
    def the_rule_changes(self, rule_: str) -> None:
        says(self.ledger, "ritual:weekly", when_empty=rule_)

    @invariant()
    def what_was_held_is_held(self) -> None:
        now = {
            one
            for one in ask(self.ledger, lambda state: state.entities("occurrence"))
            if text(self.ledger, one, "status") == "held"
        }
        assert self.held <= now
        self.held = now

    def _read_history(self) -> None:
        """Entry by entry: who put an occurrence where, and what was on its agenda then."""
        for occurrence in ask(self.ledger, lambda state: state.entities("occurrence")):
            told = Questions(self.ledger).history(occurrence).told
            assert {one.source for one in told} == {PROTOCOL}
            assert len({str(one.value) for one in told if one.attribute in ("ritual", "start")}) == 2
            rows: set[int] = set()
            before = ""
            for _, group in groupby(told, key=lambda one: one.statement.partition(".")[0]):
                entry = list(group)
                for one in entry:
                    if one.attribute == "agenda" and isinstance(one.value, dict):
                        order = int(str(one.value["order"]))
                        (rows.discard if one.operation == "retract" else rows.add)(order)
                for one in entry:
                    if one.attribute == "status":
                        self._check_move(before, str(one.value), one.actor, rows, {str(each.value) for each in entry})
                        before = str(one.value)

    @staticmethod
    def _check_move(before: str, after: str, actor: str, agenda: set[int], said: set[str]) -> None:
        assert before != "held", "what was held stays so"
        if after == "cancelled":
            assert actor == "person:ana" or "nothing to synchronise: cancels by itself" in said
            assert actor == "person:ana" or not agenda
        if after == "proposed" and actor == "clock":
            assert before == "", "once prepared or wanted, the clock proposes nothing"
            assert not agenda
        if after == "unrecorded":
            assert actor == "clock"
            assert before in ("prepared", "proposed")


Weeks.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestWeeks = Weeks.TestCase
