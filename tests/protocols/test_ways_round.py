"""Ways round the rules: other names of one thing, voices that are nobody's, numbers beyond all bounds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from counterpoint.actions.changing import join, undo
from counterpoint.actions.leasing import beat
from counterpoint.actions.performing import Performance, perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.settling import settle
from counterpoint.actions.timers import ring_all
from counterpoint.actions.timing import append
from counterpoint.errors import BadValue, Conflict, NotAllowed, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.timers import Ringing
from counterpoint.ledger.verify import verify
from counterpoint.ledger.write import NewEntry
from counterpoint.model.acts import Done
from counterpoint.model.statements import Entry, Json, Statement
from counterpoint.questions import Questions
from tests.protocols.small import Clock, small

MORE = """
[[gate]]
id = "two"
work = "checkout"
needs = [{ party = "team:desk", count = 2 }]
[[gate]]
id = "ages"
work = "cards"
approver = ["person:bo"]
valid_hours = 100000000000
[[gate]]
id = "people"
work = "cash-desk"
approver = ["person:cy", "agent:review"]
rule = "any"
people_only = true
[[gate]]
id = "both"
work = "checkout"
approver = ["person:bo", "person:cy"]
rule = "all"
[[team]]
id = "desk"
member = ["person:bo", "person:cy"]
[[work]]
id = "cash-desk"
owner = "team:web"
[[work]]
id = "a~b"
[[work]]
id = "ab"
[[zone]]
id = "slow"
lease_time = [{ party = "person", minutes = 100000000000 }]
[[work]]
id = "slowly"
zone = "slow"
"""


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-11-23T09:00:00Z")


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    return small(tmp_path, clock, MORE)


def do(ledger: Ledger, act: str, by: str, **arguments: Json) -> Done:
    noun, verb = act.split()
    return perform(ledger, noun, verb, by=by, arguments=arguments)


def test_work_that_gets_another_name_keeps_its_one_holder(ledger: Ledger) -> None:
    do(ledger, "lease take", "person:bo", item="work:checkout")
    join(ledger, "work:checkout", "work:cash-desk", actor="local")
    for name in ("work:checkout", "work:cash-desk"):
        with pytest.raises(Conflict, match="person:bo holds"):
            do(ledger, "lease take", "person:cy", item=name)
        assert Questions(ledger).lease(name).holder == "person:bo"
        assert beat(ledger, name, by="person:bo", token=1).token == 1
    assert [one.holder for one in Questions(ledger).leases().leases] == ["person:bo"]
    with pytest.raises(Refused, match="person:bo holds it"):
        do(ledger, "work complete", "person:ana", work="work:cash-desk")


def test_under_another_name_the_tokens_grow_on(ledger: Ledger) -> None:
    do(ledger, "lease take", "person:bo", item="work:checkout")
    do(ledger, "lease release", "person:bo", item="work:checkout")
    join(ledger, "work:checkout", "work:cash-desk", actor="local")
    assert not Questions(ledger).lease_check("work:checkout", 1).good
    taken = do(ledger, "lease take", "person:cy", item="work:cash-desk")
    assert [one.value for one in taken.says if one.attribute == "token"] == [2]
    assert not Questions(ledger).lease_check("work:checkout", 1).good
    assert Questions(ledger).lease_check("work:checkout", 2).good
    assert replay(ledger).damage == ()


def test_two_things_that_are_both_held_are_not_joined(ledger: Ledger) -> None:
    do(ledger, "lease take", "person:bo", item="work:checkout")
    do(ledger, "lease take", "person:cy", item="work:cash-desk")
    with pytest.raises(Refused, match="one thing has one holder"):
        join(ledger, "work:checkout", "work:cash-desk", actor="local")


def test_a_name_cannot_be_taken_for_a_thing(ledger: Ledger) -> None:
    with pytest.raises(BadValue, match="could be taken for work:checkout"):
        do(ledger, "lease take", "person:cy", item="Work/Checkout")
    assert do(ledger, "lease take", "person:cy", item=".work/checkout").subject == "lease:.work/checkout"
    assert do(ledger, "lease take", "person:bo", item="work:checkout").subject == "lease:work/checkout"


def test_a_lease_may_be_named_for_what_it_is_on(ledger: Ledger) -> None:
    do(ledger, "lease take", "person:bo", item="work:checkout")
    assert Questions(ledger).lease("lease:work/checkout").resource == "work:checkout"
    assert do(ledger, "lease release", "person:bo", item="lease:work/checkout").status == "free"


def test_slugs_that_differ_by_a_tilde_are_two_things(ledger: Ledger) -> None:
    do(ledger, "lease take", "person:bo", item="work:a~b")
    assert do(ledger, "lease take", "person:cy", item="work:ab").status == "held"


def test_a_team_has_no_voice_beside_its_people(ledger: Ledger) -> None:
    done = do(ledger, "approval ask", "person:ana", gate="gate:two", work="work:checkout")
    for act in ("approval grant", "approval refuse"):
        with pytest.raises(NotAllowed, match="team:desk is a team"):
            do(ledger, act, "team:desk", approval=done.subject, **({"reason": "no"} if "refuse" in act else {}))
    assert do(ledger, "approval grant", "person:bo", approval=done.subject).status == "requested"
    with pytest.raises(NotAllowed, match="team:web is a team"):
        do(ledger, "work start", "team:web", work="work:checkout")
    assert do(ledger, "lease take", "team:desk", item="the desk").status == "held"


def test_only_parties_act(ledger: Ledger) -> None:
    with pytest.raises(NotAllowed, match="work:checkout is a work, which does nothing"):
        do(ledger, "lease take", "work:checkout", item="staging")


def test_who_asked_is_known_under_every_name(ledger: Ledger) -> None:
    asked = do(ledger, "approval ask", "person:cy", gate="gate:ages", work="work:cards")
    do(ledger, "approval grant", "person:bo", approval=asked.subject)
    join(ledger, "person:cy", "person:bo", actor="local")
    with pytest.raises(Refused, match="nobody approves what is their own"):
        do(ledger, "approval use", "person:cy", approval=asked.subject)


def test_times_beyond_all_times(ledger: Ledger) -> None:
    asked = do(ledger, "approval ask", "person:cy", gate="gate:ages", work="work:cards")
    assert do(ledger, "approval grant", "person:bo", approval=asked.subject).status == "granted"
    assert do(ledger, "lease take", "person:bo", item="work:slowly").status == "held"
    with pytest.raises(BadValue, match="beyond all times"):
        do(ledger, "decision ask", "person:bo", question="Far?", zone="shop", deadline="9999-12-31")


def test_nobody_waives_a_gate_for_what_is_their_own(ledger: Ledger) -> None:
    do(ledger, "work assign", "person:ana", work="work:cash-desk", to=["person:cy"], contributor=True)
    much = {"rule": "gate:people", "work": "work:cash-desk", "until": "2026-12-01", "reason": "in a hurry"}
    with pytest.raises(NotAllowed, match="nobody approves what is their own, by a waiver either"):
        do(ledger, "waiver give", "person:cy", **much)


def test_a_gate_that_takes_two_is_waived_by_neither_alone(ledger: Ledger) -> None:
    much = {"rule": "gate:both", "work": "work:checkout", "until": "2026-12-01", "reason": "in a hurry"}
    with pytest.raises(NotAllowed, match="person:cy may not waive gate:both; person:ana may"):
        do(ledger, "waiver give", "person:cy", **much)
    assert do(ledger, "waiver give", "person:ana", **much).status == "active"


def test_a_key_is_good_under_another_name_of_who_used_it(ledger: Ledger) -> None:
    first = perform(ledger, "lease", "take", by="person:cy", arguments={"item": "staging"}, key="k")
    join(ledger, "person:cy", "person:bo", actor="local")
    again = perform(ledger, "lease", "take", by="person:cy", arguments={"item": "staging"}, key="k")
    assert (again.again, again.entry) == (True, first.entry)


@pytest.mark.parametrize("error", [KeyError("a fault of ours"), Refused("what follows is refused", hint="")])
def test_one_thing_that_cannot_be_carried_out_does_not_stop_the_clock(
    ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for item in ("a", "b", "c"):
        do(ledger, "lease take", "person:bo", item=item)
    clock.pass_minutes(5 * 24 * 60)
    ring = Performance.ring

    def fails(self: Performance, one: Ringing) -> Entry | None:
        if one.subject in ("lease:a", "lease:b"):
            raise error
        return ring(self, one)

    monkeypatch.setattr("counterpoint.actions.timers.BATCH", 1)
    with monkeypatch.context() as patched:
        patched.setattr(Performance, "ring", fails)
        assert ring_all(ledger).acts == ("lease expire lease:c",)
    assert ring_all(ledger).acts == ("lease expire lease:a", "lease expire lease:b")


def test_a_settlement_closes_no_work_that_may_not_be_completed(ledger: Ledger) -> None:
    def says_done(work: str) -> None:
        settle(ledger, work, "status", actor="person:ana", value="done")

    do(ledger, "work block", "person:bo", work="work:checkout", because="no cards yet")
    with pytest.raises(Refused, match="cannot be said to be done: it is blocked"):
        says_done("work:checkout")
    do(ledger, "work unblock", "person:bo", work="work:checkout")
    do(ledger, "work block", "person:bo", work="work:checkout", because="again")
    do(ledger, "work drop", "person:ana", work="work:checkout", reason="no")
    with pytest.raises(Refused, match="gate:both is not passed"):
        says_done("work:checkout")


def imported(ledger: Ledger, name: str, of: str) -> None:
    """Another source says that one is another name of the other, as an import does."""
    with ledger.write() as transaction:
        now = transaction.now
        alias = Statement(name, "alias_of", "", "state", of, now, now)
        append(transaction, NewEntry("local", "tracker", [alias], "import of tracker"))


def taken(ledger: Ledger, item: str, by: str, times: int = 1) -> int:
    """Take it so many times, letting go between: the token of the last time."""
    for _ in range(times - 1):
        do(ledger, "lease take", by, item=item)
        do(ledger, "lease release", by, item=item)
    done = do(ledger, "lease take", by, item=item)
    (token,) = [one.value for one in done.says if one.attribute == "token"]
    assert isinstance(token, int)
    return token


def test_two_holders_of_what_an_import_makes_one_have_lost_it(ledger: Ledger) -> None:
    assert taken(ledger, "work:checkout", "person:bo") == taken(ledger, "work:cash-desk", "person:cy") == 1
    imported(ledger, "work:checkout", "work:cash-desk")
    for name in ("work:checkout", "work:cash-desk"):
        assert not Questions(ledger).lease_check(name, 1).good
    assert ring_all(ledger).acts
    assert Questions(ledger).leases().leases == ()
    assert taken(ledger, "work:checkout", "person:ana") == 2
    assert replay(ledger).damage == ()


def test_of_two_holders_of_what_is_one_the_older_token_has_lost_it(ledger: Ledger) -> None:
    assert taken(ledger, "work:checkout", "person:bo", 3) == 3
    assert taken(ledger, "work:cash-desk", "person:cy") == 1
    imported(ledger, "work:checkout", "work:cash-desk")
    # Before anybody has come by to say so, and afterwards.
    for _ in range(2):
        assert [Questions(ledger).lease_check("work:cash-desk", token).good for token in (1, 3)] == [False, True]
        assert [one.holder for one in Questions(ledger).leases().leases] == ["person:bo"]
        assert Questions(ledger).lease("work:checkout").holder == "person:bo"
        ring_all(ledger)
    assert beat(ledger, "work:cash-desk", by="person:bo", token=3).token == 3
    assert replay(ledger).damage == ()


def test_an_old_token_is_not_good_again_because_somebody_holds_what_it_is_now(ledger: Ledger) -> None:
    taken(ledger, "work:checkout", "person:bo", 2)
    do(ledger, "lease release", "person:bo", item="work:checkout")
    taken(ledger, "work:cash-desk", "person:cy")
    with pytest.raises(Refused, match=r"person:cy holds work:cash-desk by token 1, and for work:checkout token 2"):
        join(ledger, "work:checkout", "work:cash-desk", actor="local")
    imported(ledger, "work:checkout", "work:cash-desk")
    assert not Questions(ledger).lease_check("work:cash-desk", 2).good
    assert not Questions(ledger).lease_check("work:cash-desk", 1).good
    assert taken(ledger, "work:cash-desk", "person:cy") == 3


def test_names_that_part_again_bring_no_token_back(ledger: Ledger) -> None:
    joined = join(ledger, "work:checkout", "work:cash-desk", actor="local")
    assert taken(ledger, "work:checkout", "person:bo", 4) == 4
    undo(ledger, joined.sequence, actor="local")
    # It was on both while they were one; which of them is meant by it now is as it was named.
    assert Questions(ledger).lease_check("work:cash-desk", 4).good
    assert not Questions(ledger).lease_check("work:checkout", 4).good
    assert taken(ledger, "work:checkout", "person:cy") == 5
    do(ledger, "lease release", "person:bo", item="work:cash-desk")
    assert taken(ledger, "work:cash-desk", "person:ana") == 5
    assert not Questions(ledger).lease_check("work:checkout", 4).good
    # And together again: each holds by 5, given out apart.
    imported(ledger, "work:checkout", "work:cash-desk")
    assert not Questions(ledger).lease_check("work:checkout", 5).good
    ring_all(ledger)
    assert taken(ledger, "work:checkout", "person:bo") == 6
    assert replay(ledger).damage == ()
    assert verify(ledger).damage == ()


def test_a_token_of_what_was_one_with_a_third_is_not_good_for_who_holds_it_now(ledger: Ledger) -> None:
    first = join(ledger, "work:checkout", "work:cards", actor="local")
    assert taken(ledger, "work:cards", "person:bo", 2) == 2
    do(ledger, "lease release", "person:bo", item="work:cards")
    undo(ledger, first.sequence, actor="local")
    assert taken(ledger, "work:cash-desk", "person:cy", 2) == 2
    imported(ledger, "work:checkout", "work:cash-desk")
    assert not Questions(ledger).lease_check("work:checkout", 2).good
    ring_all(ledger)
    assert taken(ledger, "work:checkout", "person:cy") == 3


def test_nobody_takes_a_thing_while_it_gets_its_name(tmp_path: Path, clock: Clock, place: Callable[[str], str]) -> None:
    ledger = small(tmp_path, clock, MORE, url=place("postgresql"))
    with ThreadPoolExecutor(1) as other:
        with ledger.write() as transaction:
            # As who takes it does, before it is decided.
            transaction.lock(["work:checkout"])
            joining = other.submit(join, ledger, "work:checkout", "work:cash-desk", actor="local")
            assert wait([joining], timeout=1).not_done
        assert joining.result(timeout=20).source == "counterpoint"
