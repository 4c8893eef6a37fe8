"""Promises: who asks and who answers, what slips reaches whoever rests on it, and what files state moves too."""

from __future__ import annotations

import pytest

from counterpoint.errors import BadValue, NotAllowed, NotFound, Refused
from counterpoint.model.acts import Act, Done
from counterpoint.protocols.machine import decide
from counterpoint.protocols.promise import PROMISE
from counterpoint.protocols.resting import resting_on
from counterpoint.state.collisions import collisions
from tests.protocols.trial import Trial
from tests.state.organisation import org

ANA, BEN, CY, DORA = "person:~ana", "person:~ben", "person:~cy", "person:~dora"
FACTS = """
    person:~ana
    person:~ben
    person:~cy
    person:~dora
    agent:bot sponsor person:~dora
    team:billing lead person:~ben
    team:billing member person:~dora
    team:empty
    work:checkout owner person:~ana
    work:billing owner team:billing
    work:shop owner person:~cy
    work:checkout parent work:shop
    work:ads owner person:~dora
    work:robot owner agent:bot
    work:nobodys status active
    zone:organisation calendar Europe/Berlin 09:00-17:00
"""
EXPORT = "dependency:an-export"


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def ask(trial: Trial, by: str = ANA, /, **more: object) -> Done:
    arguments: dict[str, object] = {
        "what": "an export", "provider": "work:billing", "consumer": "work:checkout", "needed_by": "2026-12-10", **more
    }  # fmt: skip
    return trial.do("promise ask", by, **{name: value for name, value in arguments.items() if value is not None})  # type: ignore[arg-type]


def committed(trial: Trial, day: str = "2026-12-10") -> Trial:
    ask(trial)
    trial.do("promise commit", BEN, dependency=EXPORT, date=day)
    return trial


def resting(trial: Trial) -> Trial:
    """The ads wait for the shop, of which the checkout is a part; and somebody waits for the ads."""
    committed(trial)
    ask(trial, DORA, what="the shop", provider="work:shop", consumer="work:ads", needed_by="2026-12-20")
    trial.do("promise commit", CY, dependency="the-shop", date="2026-12-18")
    ask(trial, BEN, what="the ads", provider="work:ads", consumer="team:billing", needed_by=None)
    return trial


# ---- asking ----


def test_a_consumer_asks_and_whoever_answers_for_the_provider_is_told(trial: Trial) -> None:
    done = ask(trial, reason="month end", type="transfer", size="small")
    assert (done.subject, done.status) == (EXPORT, "asked")
    assert done.told == "work:checkout asks 'an export' of work:billing, by 2026-12-10; team:billing answers"
    said = trial.ask(lambda state: {name: one.value for name, one in state.all(EXPORT).items() if name != "act"})
    assert said == {
        "exists": True, "title": "an export", "consumer": "work:checkout", "provider": "work:billing", "size": "small",
        "needed_by": "2026-12-10", "reason": "month end", "type": "transfer", "status": "asked",
    }  # fmt: skip


def test_one_may_ask_for_oneself_and_of_a_party(trial: Trial) -> None:
    done = ask(trial, CY, consumer=None, provider="team:billing")
    assert trial.refs(done.subject, "consumer") == (CY,)
    assert trial.do("promise commit", BEN, dependency=done.subject, date="2026-12-01").status == "committed"


def test_two_asks_in_the_same_words_have_names_of_their_own(trial: Trial) -> None:
    assert [ask(trial).subject for _ in range(3)] == [EXPORT, f"{EXPORT}-2", f"{EXPORT}-3"]
    with pytest.raises(Refused, match="is there already, asked"):
        ask(trial, id="an-export")


@pytest.mark.parametrize(
    ("by", "more", "error", "words"),
    [
        (BEN, {}, NotAllowed, "may not ask for something for work:checkout; person:~ana may"),
        (ANA, {"consumer": "work:nobodys"}, NotAllowed, "nobody may"),
        (ANA, {"provider": "work:nobodys"}, Refused, "nobody who answers for work:nobodys"),
        (ANA, {"provider": "team:empty"}, Refused, "nobody who answers for team:empty"),
        (ANA, {"provider": "work:checkout"}, Refused, "cannot wait for itself"),
        (ANA, {"needed_by": "2026-11-22"}, Refused, "2026-11-22 is over"),
        (ANA, {"provider": "zone:organisation"}, BadValue, "is a zone"),
        (ANA, {"provider": "work:strange"}, NotFound, "there is no work:strange"),
    ],
)
def test_what_cannot_be_asked(trial: Trial, by: str, more: dict[str, str], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        ask(trial, by, **more)
    assert caught.value.hint  # type: ignore[attr-defined]
    assert trial.ask(lambda state: state.entities("dependency")) == []


def test_an_ask_that_would_close_a_circle_is_refused_and_the_circle_named(trial: Trial) -> None:
    committed(trial)
    with pytest.raises(Refused, match="work:billing needs work:checkout needs work:billing"):
        ask(trial, BEN, what="a form", provider="work:checkout", consumer="work:billing")
    with pytest.raises(Refused, match="circle"):
        # The shop waits for its part, and the part for billing.
        ask(trial, BEN, what="a shop", provider="work:shop", consumer="work:billing")
    # Two who do a thing at the same time need no order, and what is there already holds up nobody.
    ask(trial, BEN, what="one release", provider="work:checkout", consumer="work:billing", type="simultaneity")
    trial.do("promise fulfil", BEN, dependency=EXPORT)
    assert ask(trial, BEN, what="a form", provider="work:checkout", consumer="work:billing").status == "asked"
    with pytest.raises(Refused, match="circle"):
        trial.do("promise request", ANA, dependency=EXPORT)


def test_nothing_is_asked_of_or_for_what_has_ended(trial: Trial) -> None:
    trial.says("work:billing status done", "work:ads status dropped")
    with pytest.raises(Refused, match="work:billing is done: it can provide nothing more"):
        ask(trial)
    with pytest.raises(Refused, match="work:ads is dropped: it needs nothing any more"):
        ask(trial, DORA, consumer="work:ads", provider="work:shop")


# ---- answering ----


def test_a_promise_is_made_for_a_day_by_the_provider_only(trial: Trial) -> None:
    ask(trial)
    for by in (ANA, CY, DORA):  # Dora is in the team, and does not lead it
        with pytest.raises(NotAllowed, match="team:billing may"):
            trial.do("promise commit", by, dependency=EXPORT, date="2026-12-09")
    with pytest.raises(Refused, match="is over"):
        trial.do("promise commit", BEN, dependency=EXPORT, date="2026-11-22")
    done = trial.do("promise commit", BEN, dependency=EXPORT, date="2026-12-09")
    assert done.told == "work:billing promises it to work:checkout for 2026-12-09"
    with pytest.raises(Refused, match="promised for 2026-12-09") as caught:
        trial.do("promise commit", BEN, dependency=EXPORT, date="2026-12-08")
    assert "promise move" in caught.value.hint


def test_a_later_day_is_an_offer_and_a_promise_once_the_consumer_accepts(trial: Trial) -> None:
    ask(trial)
    with pytest.raises(Refused, match="needs it by 2026-12-10, and 2026-12-14 is after that") as caught:
        trial.do("promise commit", BEN, dependency=EXPORT, date="2026-12-14")
    assert "promise counter an-export 2026-12-14" in caught.value.hint
    trial.do("promise counter", BEN, dependency=EXPORT, date="2026-12-14", reason="an audit")
    assert trial.text(EXPORT, "offered_for") == "2026-12-14" and trial.text(EXPORT, "promised_for") is None
    with pytest.raises(NotAllowed):
        trial.do("promise accept", BEN, dependency=EXPORT)
    done = trial.do("promise accept", ANA, dependency=EXPORT)
    assert "still needed by 2026-12-10, which shows as a collision" in done.told
    assert (trial.text(EXPORT, "status"), trial.text(EXPORT, "promised_for")) == ("committed", "2026-12-14")
    assert trial.text(EXPORT, "offered_for") is None
    found = trial.ask(lambda state: [one.about for one in collisions(state).collisions])
    assert any(EXPORT in about for about in found)


def test_who_accepts_may_say_that_the_later_day_will_do(trial: Trial) -> None:
    ask(trial)
    trial.do("promise counter", BEN, dependency=EXPORT, date="2026-12-14", reason="an audit")
    done = trial.do("promise accept", ANA, dependency=EXPORT, needed_by="2026-12-14")
    assert done.told == "work:checkout accepts 2026-12-14: it is promised"
    assert trial.ask(lambda state: collisions(state).collisions) == ()


def test_an_offer_is_no_promise_when_its_day_is_over(trial: Trial) -> None:
    ask(trial)
    trial.do("promise counter", BEN, dependency=EXPORT, date="2026-12-14", reason="an audit")
    trial.later(days=30)
    with pytest.raises(Refused, match="2026-12-14 is over"):
        trial.do("promise accept", ANA, dependency=EXPORT)


def test_what_is_declined_may_be_asked_again(trial: Trial) -> None:
    ask(trial)
    done = trial.do("promise decline", BEN, dependency=EXPORT, reason="no such data")
    assert (done.status, trial.text(EXPORT, "reply")) == ("declined", "no such data")
    with pytest.raises(NotAllowed):
        trial.do("promise request", BEN, dependency=EXPORT)
    done = trial.do("promise request", ANA, dependency=EXPORT, needed_by="2026-12-30")
    assert (done.status, trial.text(EXPORT, "needed_by")) == ("asked", "2026-12-30")
    assert trial.do("promise commit", BEN, dependency=EXPORT, date="2026-12-30").status == "committed"


def test_the_consumer_says_by_when_it_is_needed_and_the_promise_stays(trial: Trial) -> None:
    committed(trial)
    with pytest.raises(Refused, match="it is promised for 2026-12-10 already"):
        trial.do("promise request", ANA, dependency=EXPORT)
    done = trial.do("promise request", ANA, dependency=EXPORT, needed_by="2026-12-01")
    assert done.told == "work:checkout needs it by 2026-12-01, and it is promised for 2026-12-10"
    assert (done.status, trial.text(EXPORT, "promised_for")) == ("committed", "2026-12-10")


def test_the_sponsor_of_an_agent_may_promise_for_it(trial: Trial) -> None:
    ask(trial, provider="work:robot")
    with pytest.raises(NotAllowed):
        trial.do("promise commit", BEN, dependency=EXPORT, date="2026-12-09")
    assert trial.do("promise commit", DORA, dependency=EXPORT, date="2026-12-09").status == "committed"


def test_both_sides_may_say_that_it_is_there_and_nobody_else(trial: Trial) -> None:
    committed(trial)
    with pytest.raises(NotAllowed, match="team:billing or person:~ana may"):
        trial.do("promise fulfil", CY, dependency=EXPORT)
    assert trial.do("promise fulfil", ANA, dependency=EXPORT).status == "fulfilled"
    assert trial.timers(EXPORT) == []
    # It was not what was needed after all.
    done = trial.do("promise request", ANA, dependency=EXPORT, needed_by="2026-12-20", reason="half of it is missing")
    assert (done.status, trial.text(EXPORT, "promised_for")) == ("asked", None)


def test_only_the_consumer_withdraws(trial: Trial) -> None:
    committed(trial)
    with pytest.raises(NotAllowed):
        trial.do("promise withdraw", BEN, dependency=EXPORT)
    assert trial.do("promise withdraw", ANA, dependency=EXPORT).status == "withdrawn"
    assert trial.timers(EXPORT) == []


# ---- slipping ----


def test_what_slips_reaches_the_consumer_and_whoever_rests_on_it_until_each_has_seen_it(trial: Trial) -> None:
    resting(trial)
    assert trial.ask(lambda state: resting_on(state, EXPORT)) == ("dependency:the-ads", "dependency:the-shop")
    done = trial.do("promise move", BEN, dependency=EXPORT, date="2026-12-17", reason="an audit")
    assert done.told == (
        "it slips from 2026-12-10 to 2026-12-17: an audit; work:checkout and team:billing and work:ads must know"
    )
    assert trial.text(EXPORT, "slipped_from") == "2026-12-10" and trial.text(EXPORT, "status") == "committed"
    for one in ("an-export", "the-shop", "the-ads"):
        assert trial.text(f"dependency:{one}", "told") == "waiting"
    assert trial.refs("dependency:the-shop", "shaken_by") == (EXPORT,)
    with pytest.raises(NotAllowed):
        trial.do("promise seen", BEN, dependency=EXPORT)
    trial.do("promise seen", ANA, dependency=EXPORT)
    trial.do("promise seen", DORA, dependency="the-shop")
    assert [trial.text(f"dependency:{one}", "told") for one in ("an-export", "the-shop", "the-ads")] == [
        "seen", "seen", "waiting"
    ]  # fmt: skip
    assert trial.refs("dependency:the-shop", "shaken_by") == ()
    with pytest.raises(Refused, match="nothing that they have not seen"):
        trial.do("promise seen", ANA, dependency=EXPORT)


def test_who_moves_their_own_need_has_seen_it(trial: Trial) -> None:
    ask(trial, ANA, provider=ANA)
    trial.do("promise commit", ANA, dependency=EXPORT, date="2026-12-09")
    trial.do("promise move", ANA, dependency=EXPORT, date="2026-12-10", reason="later")
    assert trial.text(EXPORT, "told") == "seen"


def test_an_earlier_day_is_no_slip(trial: Trial) -> None:
    resting(trial)
    done = trial.do("promise move", BEN, dependency=EXPORT, date="2026-12-08", reason="it went well")
    assert done.told == "work:billing promises it earlier, for 2026-12-08: it went well"
    assert trial.text(EXPORT, "slipped_from") is None and trial.text(EXPORT, "told") is None
    with pytest.raises(Refused, match="promised for 2026-12-08 already"):
        trial.do("promise move", BEN, dependency=EXPORT, date="2026-12-08", reason="again")


def test_a_promise_that_is_taken_back_reaches_them_too(trial: Trial) -> None:
    resting(trial)
    done = trial.do("promise decline", BEN, dependency=EXPORT, reason="we are dissolved")
    assert done.told.startswith("work:billing takes back what was promised for 2026-12-10: we are dissolved")
    assert trial.text(EXPORT, "promised_for") is None
    assert trial.text("dependency:the-ads", "told") == "waiting"


def test_nothing_is_promised_of_dropped_work_and_what_is_stated_of_it_is_declined_by_hand(trial: Trial) -> None:
    trial.says("dependency:t consumer work:checkout", "dependency:t provider work:billing", source="tracker")
    trial.says("work:billing status dropped", source="tracker")
    assert trial.tick().acts == ()
    with pytest.raises(Refused, match="work:billing is dropped"):
        trial.do("promise commit", BEN, dependency="t", date="2026-12-17")
    assert trial.do("promise decline", BEN, dependency="t", reason="dropped").status == "declined"


def test_rounds_among_imports_end() -> None:
    state = org(
        "dependency:1 consumer work:a\ndependency:1 provider work:b",
        "dependency:2 consumer work:b\ndependency:2 provider work:a",
        "dependency:3 consumer team:t\ndependency:3 provider work:a",
        "dependency:4 consumer work:c\ndependency:4 provider team:t",
        "dependency:5 consumer work:c\ndependency:5 provider work:a\ndependency:5 type shared resource",
        "dependency:6 consumer work:c\ndependency:6 provider work:a\ndependency:6 status fulfilled",
    )
    assert resting_on(state, "dependency:1") == ("dependency:2", "dependency:3")


def test_what_was_late_and_is_taken_back_is_late_no_more(trial: Trial) -> None:
    committed(trial)
    trial.later(days=30).tick()
    trial.do("promise decline", BEN, dependency=EXPORT, reason="no")
    assert trial.ask(lambda state: state.value(EXPORT, "late")) is None


# ---- the clock ----


def test_a_reminder_comes_a_working_day_before_and_the_day_ends_where_the_provider_works(trial: Trial) -> None:
    committed(trial, "2026-12-07")  # a Monday; Berlin is an hour ahead of UTC
    due = {one.verb: one.due for one in trial.timers(EXPORT)}
    assert due == {"remind": "2026-12-04T08:00:00.000000Z", "late": "2026-12-07T23:00:00.000000Z"}
    trial.now = "2026-12-04T08:00:00.000000Z"
    assert trial.tick().acts == (f"promise remind {EXPORT}",)
    assert [one.verb for one in trial.timers(EXPORT)] == ["late"]
    assert trial.later(hours=1).tick().acts == ()


def test_a_day_that_is_over_leaves_it_committed_and_late_and_whoever_rests_on_it_knows(trial: Trial) -> None:
    resting(trial)
    trial.now = "2026-12-11T00:00:00.000000Z"
    assert f"promise late {EXPORT}" in trial.tick().acts
    assert trial.text(EXPORT, "status") == "committed"
    assert trial.ask(lambda state: state.value(EXPORT, "late")) is True
    assert trial.text(EXPORT, "told") == "waiting" and trial.text("dependency:the-shop", "told") == "waiting"
    assert trial.timers(EXPORT) == []
    trial.do("promise move", BEN, dependency=EXPORT, date="2026-12-15", reason="the audit took longer")
    assert trial.ask(lambda state: state.value(EXPORT, "late")) is None
    assert {one.verb for one in trial.timers(EXPORT)} == {"remind", "late"}


def test_what_ran_out_is_late_before_anything_else_is_done_with_it(trial: Trial) -> None:
    committed(trial)
    trial.now = "2026-12-12T00:00:00.000000Z"
    trial.do("promise move", BEN, dependency=EXPORT, date="2026-12-15", reason="later")
    with trial.ledger.read() as snapshot:
        assert [entry["reason"] for entry in snapshot.entries()][-2:] == ["promise late", "later"]
    assert trial.text(EXPORT, "slipped_from") == "2026-12-10"


def test_who_promises_for_tomorrow_is_not_reminded_today(trial: Trial) -> None:
    committed(trial, "2026-11-24")
    assert [one.verb for one in trial.timers(EXPORT)] == ["late"]


# ---- what follows from work ----


def test_work_that_is_done_fulfils_what_was_promised_of_it(trial: Trial) -> None:
    resting(trial)
    ask(trial, CY, what="figures", consumer="work:shop")
    done = trial.do("work complete", BEN, work="work:billing")
    assert {(one.noun, one.verb, one.subject) for one in done.followed} == {
        ("promise", "arrive", EXPORT), ("promise", "arrive", "dependency:figures")
    }  # fmt: skip
    assert trial.text(EXPORT, "status") == "fulfilled" and trial.text("dependency:the-shop", "status") == "committed"


def test_work_that_is_dropped_takes_its_promises_along_and_its_needs(trial: Trial) -> None:
    resting(trial)
    trial.do("work drop", BEN, work="work:billing", reason="bought instead")
    assert (trial.text(EXPORT, "status"), trial.text(EXPORT, "reply")) == ("declined", "work:billing was dropped")
    assert trial.text(EXPORT, "told") == "waiting" and trial.text("dependency:the-shop", "told") == "waiting"
    trial.do("work drop", DORA, work="work:ads", reason="no money")
    assert trial.text("dependency:the-shop", "status") == "withdrawn"
    assert trial.text("dependency:the-ads", "status") == "declined"


def test_work_that_is_moved_beyond_what_was_promised_slips(trial: Trial) -> None:
    resting(trial)
    done = trial.do("work revise", BEN, work="work:billing", due="2026-12-17")
    assert [(one.verb, one.subject) for one in done.followed] == [("slip", EXPORT)]
    assert (trial.text(EXPORT, "promised_for"), trial.text(EXPORT, "slipped_from")) == ("2026-12-17", "2026-12-10")
    assert trial.text(EXPORT, "told") == "waiting" and trial.text("dependency:the-shop", "told") == "waiting"
    # Other changes, and an earlier day, move nothing.
    trial.do("promise move", BEN, dependency=EXPORT, date="2026-12-12", reason="a part of it comes first")
    assert trial.do("work revise", BEN, work="work:billing", title="Bills").followed == ()
    assert trial.do("work revise", BEN, work="work:billing", due="2026-12-05").followed == ()
    assert trial.text(EXPORT, "promised_for") == "2026-12-12"


def test_a_slip_by_work_that_is_due_in_time_is_none() -> None:
    state = org(
        FACTS, "dependency:d consumer work:checkout", "dependency:d provider work:billing",
        "dependency:d status committed", "dependency:d promised_for 2026-12-10", "work:billing due 2026-12-10",
    )  # fmt: skip
    with pytest.raises(Refused, match="due in time"):
        decide(PROMISE, state, Act("promise", "slip", "dependency:d", BEN, {}, automatic=True), state.now)


def test_a_hundred_promises_of_one_work_are_all_fulfilled(trial: Trial) -> None:
    consumers = "\n".join(f"work:c{number} owner person:~ana" for number in range(100))
    lines = "\n".join(
        f"dependency:c{number} consumer work:c{number}\ndependency:c{number} provider work:billing\n"
        f"dependency:c{number} status committed\ndependency:c{number} promised_for 2026-12-10"
        for number in range(100)
    )
    trial.says(consumers, lines)
    trial.do("work complete", BEN, work="work:billing")
    assert {trial.text(f"dependency:c{number}", "status") for number in range(100)} == {"fulfilled"}


def test_what_an_import_says_of_the_work_is_followed_too(trial: Trial) -> None:
    resting(trial)
    trial.later(minutes=1).says("work:billing due 2026-12-17", source="tracker")
    assert trial.tick().acts == (f"promise slip {EXPORT}",)
    assert (trial.text(EXPORT, "promised_for"), trial.text(EXPORT, "told")) == ("2026-12-17", "waiting")
    assert trial.tick().acts == ()
    trial.later(minutes=1).says("work:billing status done", source="tracker")
    assert trial.tick().acts == (f"promise arrive {EXPORT}",)
    trial.later(minutes=1).says("work:shop status dropped", source="tracker")
    assert trial.tick().acts == ("promise fall dependency:the-shop",)
    trial.later(minutes=1).says("work:ads status dropped", source="tracker")
    assert trial.tick().acts == ("promise fall dependency:the-ads",)
    trial.check_the_record()


# ---- what files and trackers state ----


def test_what_a_tracker_states_moves_by_the_same_verbs_and_its_word_is_settled(trial: Trial) -> None:
    trial.says(
        "dependency:t consumer work:checkout", "dependency:t provider work:billing", "dependency:t status asked",
        "dependency:u consumer work:checkout", "dependency:u provider work:billing", source="tracker",
    )  # fmt: skip
    assert trial.do("promise commit", BEN, dependency="t", date="2026-12-10").status == "committed"
    assert trial.ask(lambda state: state.get("dependency:t", "status").standing) == "settled"  # type: ignore[union-attr]
    assert trial.do("promise request", ANA, dependency="u", needed_by="2026-12-11").status == "asked"
    # It says something new: that is a contradiction, and no silent change.
    trial.later(minutes=1).says("dependency:t status declined", source="tracker")
    assert trial.ask(lambda state: state.get("dependency:t", "status").disputed) is True  # type: ignore[union-attr]
    with pytest.raises(Refused, match="disputed"):
        trial.do("promise move", BEN, dependency="t", date="2026-12-12", reason="later")
    assert trial.do("promise commit", BEN, dependency="t", date="2026-12-10").status == "committed"


def test_what_a_tracker_says_is_promised_is_watched_by_the_clock(trial: Trial) -> None:
    trial.says(
        "dependency:t consumer work:checkout", "dependency:t provider work:billing", "dependency:t status committed",
        "dependency:t promised_for 2026-11-20", source="tracker",
    )  # fmt: skip
    assert trial.tick().acts == ("promise late dependency:t",)
    assert trial.text("dependency:t", "told") == "waiting"
    assert trial.tick().acts == ()


def test_a_dependency_without_ends_cannot_move(trial: Trial) -> None:
    trial.says("dependency:t provider work:billing", "dependency:t status asked")
    with pytest.raises(Refused, match="nobody states the consumer"):
        trial.do("promise commit", BEN, dependency="t", date="2026-12-10")


def test_the_record_is_good(trial: Trial) -> None:
    resting(trial)
    trial.do("promise move", BEN, dependency=EXPORT, date="2026-12-17", reason="an audit")
    trial.later(days=40).tick()
    trial.do("work complete", BEN, work="work:billing")
    trial.check_the_record()
