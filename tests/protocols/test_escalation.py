"""Escalations: whom a ladder asks, in whose hours, who is passed over, how it ends. By rule, and on both stores."""

from __future__ import annotations

import pytest

from counterpoint.errors import NotAllowed, NotFound, Refused, UsageError
from counterpoint.protocols.escalation import Rung, ladder, over
from tests.protocols.trial import Trial
from tests.state.organisation import org

FACTS = """
    person:~ben
    person:~ines
    person:~tomas
    person:~zoe
    person:~mara
    agent:bot sponsor person:~zoe
    agent:bot status stopped
    team:shop lead person:~ben
    team:empty
    team:old lead person:~mara
    team:old status archived
    zone:store owner team:shop
    zone:store parent zone:web
    zone:store escalation {order = 1, party = "team:empty"}
    zone:store escalation {order = 2, party = "person:~ines", after_hours = 8}
    zone:web escalation {order = 1, party = "person:~tomas", after_hours = 4}
    zone:web escalation {order = 2, party = "team:old"}
    zone:web escalation {order = 3, party = "agent:bot"}
    zone:organisation decider person:~zoe
    zone:organisation calendar UTC 09:00-17:00
    work:checkout zone zone:store
    work:checkout owner person:~ben
    work:checkout status active
"""
ESC = "escalation:work/checkout/1"


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def raised(trial: Trial, by: str = "person:~ben") -> Trial:
    trial.do("escalation raise", by, about="work:checkout", reason="blocked for a week")
    return trial


def skipped(trial: Trial) -> dict[str, str]:
    return {row["party"]: row["text"] for row in trial.ask(lambda state: state.tables(ESC, "skipped"))}


# ---- the ladder ----


def test_the_ladder_is_that_of_the_zone_then_of_the_zones_around_then_whoever_decides_for_all() -> None:
    assert ladder(org(FACTS), "work:checkout") == (
        Rung("team:empty", 8, "zone:store"),
        Rung("person:~ines", 8, "zone:store"),
        Rung("person:~tomas", 4, "zone:web"),
        Rung("team:old", 8, "zone:web"),
        Rung("agent:bot", 8, "zone:web"),
        Rung("person:~zoe", 8, "zone:organisation"),
    )


@pytest.mark.parametrize(
    ("thing", "fact"),
    [
        ("handoff:h", "handoff:h what work:checkout"),
        ("approval:a", "approval:a work work:checkout"),
        ("dependency:d", "dependency:d consumer work:checkout"),
        ("dependency:d", "dependency:d provider work:checkout"),
        ("decision:d", "decision:d concerns work:checkout"),
        ("commitment:c", "commitment:c owner team:shop"),
        ("proposal:p", "proposal:p about work:checkout"),
        ("lease:l", "lease:l on work:checkout"),
        ("gate:g", "gate:g work work:checkout"),
    ],
)
def test_a_thing_is_at_home_where_what_it_is_about_is(thing: str, fact: str) -> None:
    assert ladder(org(FACTS, fact), thing) == ladder(org(FACTS), "work:checkout")


def test_zones_that_point_at_one_another_make_a_ladder_that_ends() -> None:
    facts = """
        zone:a parent zone:b
        zone:b parent zone:a
        zone:a escalation {order = 1, party = "person:~x"}
        zone:b escalation {order = 1, party = "person:~x"}
        work:w zone zone:a
    """
    assert [rung.zone for rung in ladder(org(facts), "work:w")] == ["zone:a", "zone:b"]


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ("work:w status done", "work:w is done"),
        ("work:w status dropped", "work:w is dropped"),
        ("decision:w status decided", "decision:w is decided"),
        ("dependency:w status fulfilled", "dependency:w is fulfilled"),
        ("handoff:w status accepted", "handoff:w is accepted"),
        ("commitment:w status kept", "commitment:w is kept"),
        ("approval:w status granted", "approval:w is granted"),
        ("gate:w status waived", "gate:w is waived"),
        ("work:w status blocked", None),
        ("dependency:w status committed", None),
        ("zone:w model hybrid", None),
    ],
)
def test_when_a_thing_needs_nobody_any_more(fact: str, why: str | None) -> None:
    assert over(org(fact), fact.partition(" ")[0]) == why


def test_an_answer_ends_what_waited_for_one() -> None:
    assert over(org("dependency:d status committed"), "dependency:d", "asked") == "dependency:d is committed"
    assert over(org("handoff:h status declined"), "handoff:h", "offered") == "handoff:h is declined"
    assert over(org(), "work:gone") == "no source says anything of work:gone any more"


# ---- climbing ----


def test_an_empty_role_is_passed_over_and_the_record_says_so(trial: Trial) -> None:
    done = trial.do("escalation raise", "person:~ben", about="work:checkout", reason="blocked for a week")
    assert (done.subject, done.status) == (ESC, "open")
    assert "passed over: team:empty (nobody who leads it, or is in it, can answer)" in done.told
    assert "working hours of zone:organisation (UTC 09:00-17:00)" in done.told
    assert skipped(trial) == {"team:empty": "nobody who leads it, or is in it, can answer"}
    assert trial.refs(ESC, "party") == ("person:~ines",)
    assert trial.text(ESC, "next") == "2026-11-23T17:00:00.000000Z", "eight hours of an office day"


def test_it_climbs_in_working_hours_to_the_top_and_then_tells_who_raised_it(trial: Trial) -> None:
    raised(trial.at("27 12:00"))
    assert trial.text(ESC, "next") == "2026-11-30T12:00:00.000000Z", "the weekend does not count"
    assert trial.at("30 11:59").tick().acts == ()
    assert trial.at("30 12:00").tick().acts == (f"escalation climb {ESC}",)
    assert (trial.refs(ESC, "party"), trial.text(ESC, "zone")) == (("person:~tomas",), "zone:web")
    trial.at("30 16:00").tick()
    assert trial.refs(ESC, "party") == ("person:~zoe",)
    assert skipped(trial) == {
        "team:empty": "nobody who leads it, or is in it, can answer",
        "team:old": "it is archived",
        "agent:bot": "it is stopped",
    }
    trial.later(days=2).tick()
    assert trial.text(ESC, "status") == "exhausted"
    assert trial.text(ESC, "next") is None and trial.timers(ESC) == []
    assert trial.later(days=400).tick().acts == (), "and that is all"


def test_acknowledging_stops_the_clock(trial: Trial) -> None:
    raised(trial)
    done = trial.do("escalation acknowledge", "person:~ines", about="work:checkout")
    assert done.told == "person:~ines has taken it up: the clock stands still"
    assert trial.timers(ESC) == []
    assert trial.later(days=30).tick().acts == ()
    assert trial.refs(ESC, "acknowledged_by") == ("person:~ines",)


def test_only_who_was_asked_may_acknowledge_also_from_a_rung_before(trial: Trial) -> None:
    raised(trial)
    with pytest.raises(NotAllowed, match="person:~tomas was not asked") as refusal:
        trial.do("escalation acknowledge", "person:~tomas", about="work:checkout")
    assert "asked: person:~ines" in refusal.value.hint
    trial.later(days=1)
    trial.do("escalation acknowledge", "person:~ines", about=ESC)
    assert trial.refs(ESC, "asked") == ("person:~ines", "person:~tomas"), "what was due came first"


def test_a_late_acknowledgement_of_one_that_found_nobody_counts(trial: Trial) -> None:
    raised(trial)
    for _ in range(3):
        trial.later(days=5).tick()
    assert trial.text(ESC, "status") == "exhausted"
    assert trial.do("escalation acknowledge", "person:~tomas", about=ESC).status == "acknowledged"


def test_passing_it_on_asks_the_next_at_once(trial: Trial) -> None:
    raised(trial)
    with pytest.raises(NotAllowed):
        trial.do("escalation pass", "person:~ben", about="work:checkout", reason="impatient")
    done = trial.do("escalation pass", "person:~ines", about="work:checkout", reason="a question of money")
    assert done.told.startswith("person:~tomas is asked")
    trial.do("escalation acknowledge", "person:~tomas", about="work:checkout")
    trial.do("escalation pass", "person:~tomas", about="work:checkout", reason="not mine either")
    assert trial.refs(ESC, "acknowledged_by") == ()
    assert trial.refs(ESC, "party") == ("person:~zoe",)


def test_one_at_a_time_and_no_second_raise(trial: Trial) -> None:
    raised(trial)
    with pytest.raises(Refused, match="is open: escalation raise is not possible") as refusal:
        raised(trial, "person:~mara")
    assert "escalation acknowledge" in refusal.value.hint


def test_what_was_taken_up_without_anything_coming_of_it_goes_on_from_there(trial: Trial) -> None:
    raised(trial)
    trial.do("escalation acknowledge", "person:~ines", about="work:checkout")
    trial.later(days=3)
    done = trial.do("escalation raise", "person:~ben", about="work:checkout", reason="still blocked")
    assert done.subject == ESC
    assert trial.refs(ESC, "party") == ("person:~tomas",)
    assert trial.text(ESC, "cause") == "still blocked"


def test_one_that_found_nobody_is_raised_anew_from_the_bottom(trial: Trial) -> None:
    raised(trial)
    for _ in range(3):
        trial.later(days=5).tick()
    trial.says("team:empty lead person:~mara")
    raised(trial)
    assert trial.refs(ESC, "party") == ("team:empty",)
    assert trial.refs(ESC, "asked") == ("team:empty",)
    assert skipped(trial) == {}
    trial.do("escalation acknowledge", "person:~mara", about="work:checkout")


def test_who_raised_it_is_not_asked_nor_is_anybody_twice(place) -> None:  # type: ignore[no-untyped-def]
    facts = """
        person:~ben
        person:~ines
        team:one lead person:~ines
        zone:a escalation {order = 1, party = "person:~ben"}
        zone:a escalation {order = 2, party = "person:~ines", after_hours = 1}
        zone:a escalation {order = 3, party = "team:one"}
        zone:a escalation {order = 4, party = "person:~ines"}
        zone:a escalation {order = 5, party = "person:~nobody"}
        work:checkout zone zone:a
    """
    trial = raised(Trial(place("sqlite"), facts))
    assert trial.refs(ESC, "party") == ("person:~ines",)
    trial.later(hours=1).tick()
    assert trial.text(ESC, "status") == "exhausted"
    assert skipped(trial) == {
        "person:~ben": "it is who raised it",
        "team:one": "everyone there was asked before",
        "person:~ines": "was asked before",
        "person:~nobody": "no source says anything of it",
    }


def test_a_loop_of_zones_and_of_roles_ends(place) -> None:  # type: ignore[no-untyped-def]
    facts = """
        person:~ben
        person:~ines
        person:~tomas
        zone:a parent zone:b
        zone:b parent zone:a
        zone:a escalation {order = 1, party = "person:~ines", after_hours = 1}
        zone:a escalation {order = 2, party = "person:~tomas", after_hours = 1}
        zone:b escalation {order = 1, party = "person:~tomas", after_hours = 1}
        zone:b escalation {order = 2, party = "person:~ines", after_hours = 1}
        work:checkout zone zone:a
    """
    trial = raised(Trial(place("sqlite"), facts))
    climbs = [trial.later(hours=2).tick().acts for _ in range(5)]
    assert [len(acts) for acts in climbs] == [1, 1, 0, 0, 0]
    assert trial.text(ESC, "status") == "exhausted"


def test_nobody_at_all_is_told_at_once(place) -> None:  # type: ignore[no-untyped-def]
    trial = Trial(place("sqlite"), "person:~ben", "work:checkout status active")
    done = trial.do("escalation raise", "person:~ben", about="work:checkout", reason="blocked")
    assert (done.status, done.told) == (
        "exhausted",
        "nobody is left to ask: person:~ben, who raised it, must find another way",
    )


def test_a_person_whose_name_was_erased_is_not_asked(trial: Trial) -> None:
    trial.says("person:~ines erased true", source="erasure")
    raised(trial)
    assert skipped(trial)["person:~ines"] == "what named this person was erased"
    assert trial.refs(ESC, "party") == ("person:~tomas",)


# ---- how it ends ----


def test_it_ends_with_its_cause_by_a_command(trial: Trial) -> None:
    raised(trial)
    done = trial.do("work complete", "person:~ben", work="work:checkout")
    (followed,) = [one for one in done.followed if one.noun == "escalation"]
    assert followed.told == "its cause is gone: work:checkout is done"
    assert (trial.text(ESC, "status"), trial.timers(ESC)) == ("ended", [])


@pytest.mark.parametrize("verb", [None, "escalation acknowledge"])
def test_it_ends_with_its_cause_by_an_import(trial: Trial, verb: str | None) -> None:
    raised(trial)
    if verb:
        trial.do(verb, "person:~ines", about="work:checkout")
    trial.later(minutes=1).says("work:checkout status done")
    assert [one.verb for one in trial.timers(ESC) if one.due <= trial.now] == ["end"]
    trial.tick()
    assert (trial.text(ESC, "status"), trial.text(ESC, "outcome")) == ("ended", "work:checkout is done")
    assert trial.timers(ESC) == []


def test_an_import_that_is_taken_back_ends_nothing(trial: Trial) -> None:
    raised(trial)
    trial.later(minutes=1).says("work:checkout status done")
    trial.later(minutes=1).says("work:checkout status active")
    assert trial.tick().acts == ()
    assert [one.verb for one in trial.timers(ESC)] == ["climb"]


def test_whoever_comes_next_carries_out_the_end_first(trial: Trial) -> None:
    raised(trial)
    trial.later(minutes=1).says("work:checkout status done")
    with pytest.raises(Refused, match="is ended"):
        trial.do("escalation acknowledge", "person:~ines", about=ESC)


def test_what_is_done_is_not_escalated_nor_what_waits_for_nothing(trial: Trial) -> None:
    trial.says("work:done status done")
    with pytest.raises(Refused, match="work:done is done: there is nothing to escalate"):
        trial.do("escalation raise", "person:~ben", about="work:done", reason="why not")
    with pytest.raises(UsageError):
        trial.do("escalation raise", "person:~ben", about="person:~ines", reason="why not")
    with pytest.raises(NotFound):
        trial.do("escalation raise", "person:~ben", about="work:nothing", reason="why not")


def test_resolving_is_for_those_whom_it_concerns_and_the_next_has_a_number_of_its_own(trial: Trial) -> None:
    raised(trial)
    with pytest.raises(NotAllowed, match="may not end it"):
        trial.do("escalation resolve", "person:~mara", about="work:checkout", outcome="mine")
    done = trial.do("escalation resolve", "person:~ben", about="work:checkout", outcome="unblocked by hand")
    assert done.status == "ended"
    again = trial.do("escalation raise", "person:~ben", about="work:checkout", reason="blocked again")
    assert again.subject == "escalation:work/checkout/2"


def test_the_same_key_raises_once(trial: Trial) -> None:
    first = trial.do("escalation raise", "person:~ben", "k1", about="work:checkout", reason="blocked")
    again = trial.do("escalation raise", "person:~ben", "k1", about="work:checkout", reason="blocked")
    assert (again.entry, again.again) == (first.entry, True)


def test_on_both_stores_two_that_tick_climb_once(url: str) -> None:
    trial = raised(Trial(url, FACTS))
    trial.later(days=2)
    first, second = trial.tick(), trial.tick()
    assert (len(first.acts), second.acts) == (1, ())
    assert trial.refs(ESC, "party") == ("person:~tomas",)
    trial.check_the_record()


def test_an_approval_ends_what_was_raised_about_its_gate(place) -> None:  # type: ignore[no-untyped-def]
    facts = ("gate:security work work:checkout", "gate:security approver person:~mara", "gate:security status open")
    trial = Trial(place("sqlite"), FACTS, *facts)
    trial.do("escalation raise", "person:~ben", about="gate:security", reason="nobody looks at it")
    asked = trial.do("approval ask", "person:~ben", gate="gate:security", work="work:checkout")
    assert trial.text("escalation:gate/security/1", "status") == "open"
    done = trial.do("approval grant", "person:~mara", approval=asked.subject)
    assert [(one.noun, one.verb) for one in done.followed] == [("escalation", "end")]
    assert trial.text("escalation:gate/security/1", "outcome") == "gate:security is passed"
