"""Leases: the rules one by one, and random commands by random parties that never break what holds at all times."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from counterpoint.actions.applying import apply
from counterpoint.actions.leasing import beat
from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.errors import BadValue, Conflict, NotAllowed, NotFound, Refused, UsageError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.timers import timers_on
from counterpoint.model.acts import Act, Done
from counterpoint.protocols.lease import LEASE, lease_on
from counterpoint.questions import Questions
from counterpoint.state.view import State
from tests.protocols.small import Clock, small

ITEM = "work:checkout"


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-03-02T09:00:00Z")


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    return small(tmp_path, clock)


def take(ledger: Ledger, by: str, item: str = ITEM, **more: int) -> Done:
    return perform(ledger, "lease", "take", by=by, arguments={"item": item, **more})


def token(done: Done) -> int:
    (found,) = [one.value for one in done.says if one.attribute == "token"]
    assert isinstance(found, int)
    return found


def test_one_gets_it_and_everybody_else_is_told_who_has_it(ledger: Ledger) -> None:
    assert token(take(ledger, "agent:deploy")) == 1
    with pytest.raises(Conflict, match=r"agent:deploy holds work:checkout since"):
        take(ledger, "person:bo")
    with pytest.raises(Conflict, match="holds work:checkout already, with token 1"):
        take(ledger, "agent:deploy")
    shown = Questions(ledger).lease(ITEM)
    assert (shown.holder, shown.token, shown.status) == ("agent:deploy", 1, "held")


def test_two_spellings_of_a_name_are_one_resource(ledger: Ledger) -> None:
    take(ledger, "agent:deploy", "Staging DB")
    with pytest.raises(Conflict):
        take(ledger, "person:bo", "staging db")
    assert Questions(ledger).lease("staging-db").holder == "agent:deploy"


def test_a_thing_must_be_there_and_a_name_must_name_something(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="work:chekout"):
        take(ledger, "person:bo", "work:chekout")
    with pytest.raises(BadValue, match="names nothing"):
        take(ledger, "person:bo", " : ")
    with pytest.raises(NotAllowed, match="who acts must be told"):
        take(ledger, "local")
    with pytest.raises(UsageError, match="has no 'colour'"):
        perform(ledger, "lease", "take", by="person:bo", arguments={"item": ITEM, "colour": "red"})
    with pytest.raises(UsageError, match="needs 'item'"):
        perform(ledger, "lease", "take", by="person:bo")


def test_the_time_is_by_kind_of_holder_and_by_zone(tmp_path: Path, clock: Clock) -> None:
    zone = '[organisation]\nlease_time = [{ party = "person", minutes = 90 }]\n'
    ledger = small(tmp_path, clock, zone)
    take(ledger, "agent:deploy")
    take(ledger, "person:bo", "work:cards")
    questions = Questions(ledger)
    assert [(one.resource, one.minutes) for one in questions.leases().leases] == [(ITEM, 15), ("work:cards", 90)]
    with pytest.raises(Refused, match="from 1 to 90 minutes"):
        take(ledger, "person:bo", "elsewhere", minutes=91)


def test_a_sign_of_life_keeps_it_and_silence_loses_it(ledger: Ledger, clock: Clock) -> None:
    take(ledger, "agent:deploy")
    for _ in range(5):
        clock.pass_minutes(14)
        assert beat(ledger, ITEM, by="agent:deploy", token=1).holder == "agent:deploy"
    clock.pass_minutes(15)
    assert Questions(ledger).lease(ITEM).status == "free", "what ran out is over before anybody has come by"
    assert Questions(ledger).leases().leases == ()
    with pytest.raises(Conflict, match="token 1 was lost: nobody has it"):
        beat(ledger, ITEM, by="agent:deploy", token=1)
    assert not Questions(ledger).lease_check(ITEM, 1).good
    assert token(take(ledger, "person:bo")) == 2


def test_a_late_write_is_told_by_its_token(ledger: Ledger, clock: Clock) -> None:
    take(ledger, "agent:deploy")
    assert Questions(ledger).lease_check(ITEM, 1).good
    clock.pass_minutes(16)
    take(ledger, "agent:review")
    old, new = Questions(ledger).lease_check(ITEM, 1), Questions(ledger).lease_check(ITEM, 2)
    assert (old.good, new.good) == (False, True)
    assert "is old: the newest is 2" in old.why
    with pytest.raises(Conflict, match="token 1 is not the newest, which is 2"):
        perform(ledger, "lease", "release", by="agent:review", arguments={"item": ITEM, "token": 1})


def test_the_next_in_line_has_it_when_it_ends_however_it_ends(ledger: Ledger, clock: Clock) -> None:
    take(ledger, "agent:deploy")
    for party in ("person:bo", "person:cy", "agent:review"):
        perform(ledger, "lease", "wait", by=party, arguments={"item": ITEM})
    with pytest.raises(Conflict, match="in line already"):
        perform(ledger, "lease", "wait", by="person:bo", arguments={"item": ITEM})
    perform(ledger, "lease", "leave", by="person:cy", arguments={"item": ITEM})
    clock.pass_minutes(15)
    ring_all(ledger)
    shown = Questions(ledger).lease(ITEM)
    assert (shown.holder, shown.token, [one.party for one in shown.waiting]) == ("person:bo", 2, ["agent:review"])
    perform(ledger, "lease", "release", by="person:bo", arguments={"item": ITEM})
    assert Questions(ledger).lease(ITEM).holder == "agent:review"


def test_only_its_holder_lets_go_and_only_who_decides_takes_it_away(ledger: Ledger) -> None:
    take(ledger, "person:bo")
    with pytest.raises(NotAllowed, match="person:bo holds it, and not person:cy"):
        perform(ledger, "lease", "release", by="person:cy", arguments={"item": ITEM})
    with pytest.raises(NotAllowed, match=r"person:cy may not take .*; person:ana may"):
        perform(ledger, "lease", "force", by="person:cy", arguments={"item": ITEM, "reason": "mine"})
    with pytest.raises(UsageError, match="needs 'reason'"):
        perform(ledger, "lease", "force", by="person:ana", arguments={"item": ITEM})
    done = perform(ledger, "lease", "force", by="person:ana", arguments={"item": ITEM, "reason": "bo is away"})
    assert done.status == "free"
    told = Questions(ledger).history("lease:work/checkout").told
    assert [(one.actor, one.reason) for one in told if one.value == "free"] == [("person:ana", "bo is away")]


def test_the_sponsor_of_an_agent_may_take_it_back(ledger: Ledger) -> None:
    take(ledger, "agent:review", "anything")
    assert "person:bo" in Questions(ledger).lease("anything").may_force
    perform(ledger, "lease", "force", by="person:bo", arguments={"item": "anything", "reason": "wrong place"})


def test_it_is_handed_on_under_a_new_token(ledger: Ledger) -> None:
    take(ledger, "agent:deploy")
    done = perform(ledger, "lease", "hand", by="agent:deploy", arguments={"item": ITEM, "to": "bo", "token": 1})
    assert token(done) == 2
    assert Questions(ledger).lease(ITEM).holder == "person:bo"
    assert not Questions(ledger).lease_check(ITEM, 1).good


def test_the_same_key_does_it_once_and_another_act_under_it_is_refused(ledger: Ledger) -> None:
    first = perform(ledger, "lease", "take", by="agent:deploy", arguments={"item": ITEM}, key="k")
    again = perform(ledger, "lease", "take", by="agent:deploy", arguments={"item": ITEM}, key="k")
    assert (again.entry, again.says, again.status, again.again) == (first.entry, first.says, "held", True)
    with pytest.raises(Conflict, match="key 'k' was used for entry"):
        perform(ledger, "lease", "take", by="agent:deploy", arguments={"item": "other"}, key="k")


def test_what_a_file_says_ends_it_too(tmp_path: Path, ledger: Ledger, clock: Clock) -> None:
    take(ledger, "person:bo")
    take(ledger, "agent:deploy", "work:cards")
    files = tmp_path / "organisation" / "0.toml"
    files.write_text(files.read_text().replace('status = "active"', 'status = "done"', 1))
    apply(ledger, files.parent, actor="local")
    assert ring_all(ledger).acts == ("lease end lease:work/checkout",)
    files.write_text(files.read_text().replace('sponsor = "ana"', 'sponsor = "ana"\nstatus = "stopped"', 1))
    apply(ledger, files.parent, actor="local")
    assert ring_all(ledger).acts == ("lease expire lease:work/cards",)
    assert Questions(ledger).leases().leases == ()


def test_the_thing_itself_is_held_while_it_is_taken(ledger: Ledger) -> None:
    # Or it could be dropped between the look at it and the yes.
    with ledger.read() as snapshot:
        state = State(snapshot)
        act = Act("lease", "take", lease_on(state, ITEM, "agent:deploy"), "agent:deploy", {"item": ITEM})
        assert ITEM in set(LEASE.keys(state, act))


def test_undo_does_not_bring_a_token_back(ledger: Ledger) -> None:
    from counterpoint.actions.changing import undo

    done = take(ledger, "agent:deploy")
    with pytest.raises(Refused, match="made by a protocol"):
        undo(ledger, done.entry, actor="local")


PARTIES = ("person:ana", "person:bo", "person:cy", "agent:deploy", "agent:review")
ITEMS = (ITEM, "work:cards", "staging")


class Leases(RuleBasedStateMachine):
    """Beside the ledger a plain model of it: who was told yes, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="counterpoint-lease-"))
        self.clock = Clock("2026-03-02T09:00:00Z")
        self.ledger = small(self.folder, self.clock)
        self.held: dict[str, tuple[str, int, float]] = {}
        self.tokens: dict[str, list[int]] = {item: [] for item in ITEMS}
        self.minutes = 0.0

    def teardown(self) -> None:
        assert replay(self.ledger).good
        self.ledger.close()
        shutil.rmtree(self.folder)

    def _given(self, item: str, by: str, got: int, lasts: int) -> None:
        assert all(got > before for before in self.tokens[item]), "tokens only grow"
        self.tokens[item].append(got)
        self.held[item] = (by, got, self.minutes + lasts)

    def _holder(self, item: str) -> tuple[str, int] | None:
        found = self.held.get(item)
        return found[:2] if found and found[2] > self.minutes else None

    @rule(by=st.sampled_from(PARTIES), item=st.sampled_from(ITEMS), minutes=st.integers(1, 15))
    def take(self, by: str, item: str, minutes: int) -> None:
        free = self._holder(item) is None
        try:
            done = take(self.ledger, by, item, minutes=minutes)
        except Conflict:
            assert not free, "whoever asks for what nobody holds gets it"
        else:
            assert free, "a second yes"
            self._given(item, by, token(done), minutes)

    @rule(by=st.sampled_from(PARTIES), item=st.sampled_from(ITEMS), offset=st.integers(-1, 0))
    def release(self, by: str, item: str, offset: int) -> None:
        holder = self._holder(item)
        shown = max((self.tokens[item] or [1])[-1] + offset, 1)
        try:
            perform(self.ledger, "lease", "release", by=by, arguments={"item": item, "token": shown})
        except Refused:
            assert holder != (by, shown)
        else:
            assert holder == (by, shown)
            del self.held[item]

    @rule(by=st.sampled_from(PARTIES), item=st.sampled_from(ITEMS))
    def beat(self, by: str, item: str) -> None:
        holder = self._holder(item)
        newest = (self.tokens[item] or [1])[-1]
        try:
            beat(self.ledger, item, by=by, token=newest)
        except (Refused, NotFound):
            assert holder != (by, newest)
        else:
            assert holder == (by, newest)
            shown = Questions(self.ledger).lease(item)
            assert shown.minutes is not None
            self.held[item] = (by, newest, self.minutes + shown.minutes)

    @rule(by=st.sampled_from(PARTIES), item=st.sampled_from(ITEMS))
    def force(self, by: str, item: str) -> None:
        holder = self._holder(item)
        allowed = set(Questions(self.ledger).lease(item).may_force)
        try:
            perform(self.ledger, "lease", "force", by=by, arguments={"item": item, "reason": "needed"})
        except Refused:
            assert holder is None or by not in allowed
        else:
            assert holder is not None
            assert by in allowed
            del self.held[item]

    @rule(minutes=st.sampled_from((0.5, 3.0, 10.0, 20.0)))
    def time_passes(self, minutes: float) -> None:
        self.clock.pass_minutes(minutes)
        self.minutes += minutes

    @precondition(lambda self: self.minutes > 1)
    @rule()
    def the_clock_jumps_back(self) -> None:
        # Now is never before the last entry: nothing comes back to life, and nothing ends before its time.
        before = [(one.resource, one.holder, one.token) for one in Questions(self.ledger).leases().leases]
        self.clock.pass_minutes(-1)
        after = [(one.resource, one.holder, one.token) for one in Questions(self.ledger).leases().leases]
        assert set(before) <= set(after)
        self.clock.pass_minutes(1)

    @rule()
    def tick(self) -> None:
        ring_all(self.ledger)

    @invariant()
    def what_is_shown_is_what_was_told(self) -> None:
        questions = Questions(self.ledger)
        for item in ITEMS:
            shown = questions.lease(item)
            holder = self._holder(item)
            assert (shown.holder, shown.token if shown.holder else None) == (holder or (None, None))
            assert shown.token == (self.tokens[item] or [0])[-1]
            for old in self.tokens[item]:
                good = questions.lease_check(item, old).good
                assert good == (holder is not None and holder[1] == old)

    @invariant()
    def a_timer_stands_for_each_lease_that_is_held_and_for_no_other(self) -> None:
        with self.ledger.read() as snapshot:
            for item in ITEMS:
                subject = Questions(self.ledger).lease(item).subject
                count = len(timers_on(snapshot.connection, [subject]))
                assert count <= 1
                assert count or self._holder(item) is None


Leases.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestLeases = Leases.TestCase
