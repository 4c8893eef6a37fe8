"""Handoffs: who may offer what to whom, what an acceptance changes, and that nothing is lost on the way."""

from __future__ import annotations

import pytest

from counterpoint.errors import Conflict, NotAllowed, Refused, UsageError
from counterpoint.protocols.lease import check_token
from tests.protocols.memory import Memory
from tests.protocols.trial import Trial

FACTS = """
    person:~ben
    person:~cy
    person:~dora
    person:~ines
    person:~mara
    agent:bot sponsor person:~ines
    agent:off sponsor person:~ines
    agent:off status stopped
    team:shop lead person:~ben
    team:shop member person:~dora
    team:empty
    zone:store owner team:shop
    zone:store escalation {order = 1, party = "person:~ines", after_hours = 8}
    zone:organisation calendar UTC 09:00-17:00
    zone:organisation decider person:~mara
    work:checkout zone zone:store
    work:checkout owner person:~cy
    work:checkout status active
    work:shared owner person:~cy, team:shop
    work:nobodys status active
"""
HANDOFF = "handoff:work/checkout/1"
WORK = "work:checkout"


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def offered(trial: Trial, to: str = "person:~dora", by: str = "person:~cy", what: str = WORK) -> Trial:
    context = {"state": "half done", "question": ["Which provider?"], "where": ["src/pay", "#pay"]}
    trial.do("handoff offer", by, what=what, to=to, **context)
    return trial


def owner(trial: Trial, thing: str = WORK) -> tuple[str, ...]:
    return trial.refs(thing, "owner")


# ---- offering ----


def test_an_offer_carries_its_context_and_changes_no_owner(trial: Trial) -> None:
    offered(trial)
    seen = trial.ask(lambda state: {name: one.value for name, one in state.all(HANDOFF).items()})
    assert seen["state_of_it"] == "half done"
    assert seen["open_question"] == ["Which provider?"]
    assert seen["where"] == ["#pay", "src/pay"]
    assert (seen["giver"], seen["receiver"], seen["status"]) == ("person:~cy", "person:~dora", "offered")
    assert seen["answer_by"] == "2026-11-23T17:00:00.000000Z", "eight working hours of hers"
    assert owner(trial) == ("person:~cy",)


@pytest.mark.parametrize(
    ("by", "what", "giver"),
    [
        ("person:~cy", WORK, "person:~cy"),
        ("person:~ben", WORK, "person:~cy"),  # who decides gives it for its only owner
        ("person:~ben", "work:shared", "team:shop"),
        ("person:~cy", "work:shared", "person:~cy"),
        ("person:~mara", "work:nobodys", "person:~mara"),  # who decides on it, and nobody owns it
    ],
)
def test_for_whom_it_is_given(trial: Trial, by: str, what: str, giver: str) -> None:
    done = trial.do("handoff offer", by, what=what, to="agent:bot")
    assert trial.refs(done.subject, "giver") == (giver,)


@pytest.mark.parametrize("by", ["person:~dora", "person:~ines"])
def test_others_may_not_give_it_away(trial: Trial, by: str) -> None:
    with pytest.raises(NotAllowed, match="may not hand over work:checkout") as refusal:
        trial.do("handoff offer", by, what=WORK, to="agent:bot")
    assert refusal.value.hint == "may: person:~cy or person:~ben"


def test_it_is_offered_only_to_somebody_who_can_answer(trial: Trial) -> None:
    for nobody in ("team:empty", "agent:off"):
        with pytest.raises(Refused, match=f"there is nobody in {nobody} who could answer"):
            offered(trial, to=nobody)
    with pytest.raises(Refused, match="is person:~cy's already"):
        offered(trial, to="person:~cy")
    with pytest.raises(Refused, match="is past"):
        trial.do("handoff offer", "person:~cy", what=WORK, to="agent:bot", answer_by="2026-11-22")


def test_one_handoff_at_a_time(trial: Trial) -> None:
    offered(trial)
    with pytest.raises(Refused, match="is offered: handoff offer is not possible") as refusal:
        offered(trial, to="agent:bot")
    assert "handoff reroute" in refusal.value.hint


def test_what_is_done_or_disputed_is_not_handed_over(trial: Trial) -> None:
    trial.says("work:old owner person:~cy", "work:old status done")
    with pytest.raises(Refused, match="work:old is done"):
        offered(trial, what="work:old")
    trial.says("work:checkout owner person:~dora", source="tracker")
    with pytest.raises(Refused, match="sources differ about whose work:checkout is"):
        offered(trial)
    with pytest.raises(UsageError):
        offered(trial, what="zone:store")


# ---- answering ----


def test_accepting_changes_the_owner(trial: Trial) -> None:
    offered(trial)
    done = trial.do("handoff accept", "person:~dora", what=WORK)
    assert done.told == "person:~dora has accepted: work:checkout is person:~dora's"
    assert owner(trial) == ("person:~dora",)
    assert trial.text(HANDOFF, "status") == "accepted"
    assert trial.timers(HANDOFF) == []
    again = trial.do("handoff offer", "person:~dora", what=WORK, to="agent:bot")
    assert again.subject == "handoff:work/checkout/2"


def test_other_owners_stay(trial: Trial) -> None:
    offered(trial, what="work:shared")
    trial.do("handoff accept", "person:~dora", what="work:shared")
    assert owner(trial, "work:shared") == ("person:~dora", "team:shop")


def test_only_whom_it_is_offered_to_answers(trial: Trial) -> None:
    offered(trial)
    for verb, more in (("accept", {}), ("decline", {"reason": "no"})):
        with pytest.raises(NotAllowed, match="it is offered to person:~dora, and not to person:~cy"):
            trial.do(f"handoff {verb}", "person:~cy", what=WORK, **more)
    offered(trial.later(minutes=1), to="team:shop", what="work:nobodys", by="person:~mara")
    with pytest.raises(NotAllowed):
        trial.do("handoff accept", "person:~dora", what="work:nobodys")
    trial.do("handoff accept", "person:~ben", what="work:nobodys")
    assert owner(trial, "work:nobodys") == ("team:shop",)


def test_declining_takes_a_reason_and_the_giver_offers_it_to_another(trial: Trial) -> None:
    offered(trial)
    with pytest.raises(UsageError, match="needs 'reason'"):
        trial.do("handoff decline", "person:~dora", what=WORK)
    trial.do("handoff decline", "person:~dora", what=WORK, reason="away next week")
    assert owner(trial) == ("person:~cy",)
    assert trial.ask(lambda state: state.tables(HANDOFF, "refused")) == (
        {"party": "person:~dora", "text": "away next week"},
    )
    assert trial.timers(HANDOFF) == [], "it is the giver's turn"
    with pytest.raises(NotAllowed, match="did not offer it"):
        trial.do("handoff reroute", "person:~dora", what=WORK, to="agent:bot")
    trial.do("handoff reroute", "person:~cy", what=WORK, to="agent:bot", question=["And who tests?"])
    assert trial.ask(lambda state: state.value(HANDOFF, "open_question")) == ["And who tests?", "Which provider?"]
    trial.do("handoff accept", "agent:bot", what=WORK)
    assert owner(trial) == ("agent:bot",)


def test_rerouting_while_the_answer_is_awaited(trial: Trial) -> None:
    offered(trial)
    with pytest.raises(Refused, match="it is offered to person:~dora already"):
        trial.do("handoff reroute", "person:~cy", what=WORK, to="person:~dora")
    trial.do("handoff reroute", "person:~ben", what=WORK, to="person:~ines")
    with pytest.raises(NotAllowed):
        trial.do("handoff accept", "person:~dora", what=WORK)
    assert trial.refs(HANDOFF, "giver") == ("person:~cy",)


def test_withdrawing_leaves_it_where_it_was(trial: Trial) -> None:
    offered(trial)
    done = trial.do("handoff withdraw", "person:~cy", what=WORK)
    assert done.told == "work:checkout stays with person:~cy"
    assert (owner(trial), trial.timers(HANDOFF)) == (("person:~cy",), [])


def test_what_others_own_meanwhile_is_not_the_givers_to_give(trial: Trial) -> None:
    offered(trial)
    trial.later(minutes=1).says("work:checkout owner person:~ines")
    with pytest.raises(Conflict, match="is person:~ines's meanwhile, and not person:~cy's to give"):
        trial.do("handoff accept", "person:~dora", what=WORK)
    trial.do("handoff decline", "person:~dora", what=WORK, reason="it is hers now")
    assert owner(trial) == ("person:~ines",)


def test_what_became_the_receivers_by_other_ways_is_accepted_all_the_same(trial: Trial) -> None:
    offered(trial)
    trial.later(minutes=1).says("work:checkout owner person:~dora")
    assert trial.do("handoff accept", "person:~dora", what=WORK).status == "accepted"
    assert owner(trial) == ("person:~dora",)


# ---- the lease ----


def test_the_givers_lease_passes_on_under_a_new_token(trial: Trial) -> None:
    trial.do("lease take", "person:~cy", item=WORK)
    offered(trial)
    done = trial.do("handoff accept", "person:~dora", what=WORK)
    assert [(one.noun, one.verb) for one in done.followed] == [("lease", "hand")]
    lease = "lease:work/checkout"
    assert trial.refs(lease, "holder") == ("person:~dora",)
    assert trial.ask(lambda state: state.value(lease, "token")) == 2
    with pytest.raises(Conflict, match="is old"):
        trial.ask(lambda state: check_token(state, WORK, 1))


def test_who_only_holds_it_hands_over_the_lease_and_not_the_work(trial: Trial) -> None:
    trial.do("lease take", "agent:bot", item=WORK)
    trial.do("handoff offer", "agent:bot", what=WORK, to="person:~dora")
    trial.do("handoff accept", "person:~dora", what=WORK)
    assert owner(trial) == ("person:~cy",)
    assert trial.refs("lease:work/checkout", "holder") == ("person:~dora",)


def test_a_lease_of_somebody_else_stays(trial: Trial) -> None:
    trial.do("lease take", "agent:bot", item=WORK)
    offered(trial)
    done = trial.do("handoff accept", "person:~dora", what=WORK)
    assert done.followed == ()
    assert trial.refs("lease:work/checkout", "holder") == ("agent:bot",)


def test_a_lease_that_ran_out_is_nobodys_to_pass_on(trial: Trial) -> None:
    trial.do("lease take", "agent:bot", item=WORK)
    trial.do("handoff offer", "agent:bot", what=WORK, to="person:~dora", answer_by="2026-11-30")
    trial.later(minutes=16)
    with pytest.raises(Conflict, match="is person:~cy's meanwhile"):
        trial.do("handoff accept", "person:~dora", what=WORK)
    trial.tick()
    assert trial.text("lease:work/checkout", "status") == "free"


# ---- nobody answers ----


def test_an_offer_that_nobody_answers_is_escalated_once(trial: Trial) -> None:
    offered(trial)
    assert trial.at("23 16:59").tick().acts == ()
    assert trial.at("23 17:00").tick().acts == (f"handoff late {HANDOFF}",)
    (esc,) = trial.ask(lambda state: state.entities("escalation"))
    assert trial.refs(esc, "about") == (HANDOFF,)
    assert trial.refs(esc, "party") == ("person:~ines",), "the ladder of the zone of the work"
    assert trial.refs(esc, "raised_by") == ("person:~cy",)
    assert trial.text(esc, "cause") == "work:checkout was offered to person:~dora, who has not answered in time"
    trial.do("escalation resolve", "person:~ines", about=HANDOFF, outcome="Dora is ill")
    assert trial.later(days=3).tick().acts == (), "once for each offer"
    assert owner(trial) == ("person:~cy",)


@pytest.mark.parametrize(
    ("act", "by", "more"),
    [
        ("handoff accept", "person:~dora", {}),
        ("handoff decline", "person:~dora", {"reason": "no"}),
        ("handoff reroute", "person:~cy", {"to": "agent:bot"}),
        ("handoff withdraw", "person:~cy", {}),
    ],
)
def test_an_answer_or_another_way_ends_the_escalation(trial: Trial, act: str, by: str, more: dict[str, str]) -> None:
    offered(trial)
    trial.later(days=1).tick()
    (esc,) = trial.ask(lambda state: state.entities("escalation"))
    trial.do(act, by, what=WORK, **more)
    assert (trial.text(esc, "status"), trial.timers(esc)) == ("ended", [])


def test_a_new_offer_has_a_time_of_its_own(trial: Trial) -> None:
    offered(trial)
    trial.later(days=1).tick()
    trial.do("handoff reroute", "person:~cy", what=WORK, to="agent:bot")
    (timer,) = trial.timers(HANDOFF)
    assert (timer.verb, timer.due) == ("late", "2026-11-24T17:00:00.000000Z"), "an agent keeps no office hours"
    trial.later(days=1).tick()
    assert len(trial.ask(lambda state: state.entities("escalation"))) == 2


# ---- the thing comes to its end ----


def test_it_ends_with_the_work_by_a_command_and_by_an_import(trial: Trial) -> None:
    offered(trial)
    trial.do("work drop", "person:~cy", work=WORK, reason="sold out")
    assert (trial.text(HANDOFF, "status"), trial.text(HANDOFF, "outcome")) == ("withdrawn", "work:checkout is dropped")
    done = offered(trial, what="work:shared").do("handoff decline", "person:~dora", what="work:shared", reason="no")
    trial.later(minutes=1).says("work:shared status done")
    trial.tick()
    assert trial.text(done.subject, "status") == "withdrawn"
    assert trial.timers(done.subject) == []


def test_an_overdue_handoff_whose_work_is_done_ends_with_its_escalation(trial: Trial) -> None:
    offered(trial)
    trial.later(days=1).tick()
    (esc,) = trial.ask(lambda state: state.entities("escalation"))
    trial.later(minutes=1).says("work:checkout status done")
    trial.tick()
    assert (trial.text(HANDOFF, "status"), trial.text(esc, "status")) == ("withdrawn", "ended")


def test_on_both_stores_it_is_handed_over_and_the_record_verifies(url: str) -> None:
    trial = Trial(url, FACTS)
    trial.do("lease take", "person:~cy", item=WORK)
    offered(trial)
    trial.later(days=1).tick()
    trial.do("handoff accept", "person:~dora", what=WORK)
    assert owner(trial) == ("person:~dora",)
    trial.check_the_record()


@pytest.mark.parametrize("thing", ["objective:o", "decision:d", "ritual:r", "standard:s", "workflow:f"])
def test_whatever_somebody_owns_is_handed_over(thing: str) -> None:
    trial = Memory(FACTS, f"{thing} owner person:~cy")
    trial.do("handoff offer", "person:~cy", what=thing, to="person:~dora")
    trial.do("handoff accept", "person:~dora", what=thing)
    assert trial.ask(lambda state: state.refs(thing, "owner")) == ("person:~dora",)
