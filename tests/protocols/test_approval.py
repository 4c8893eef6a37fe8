"""Approvals: asked of the right approvers, for one version, good once and for a time; work takes them when it ends."""

from __future__ import annotations

import pytest

from counterpoint.actions.replaying import replay
from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.questions import Questions
from counterpoint.state.ready import ready
from tests.protocols.trial import Trial

FACTS = """
    person:~ana
    person:~bo
    person:~cy
    person:~dee
    person:~fay
    person:~gus
    person:~mara
    agent:bot sponsor person:~bo
    agent:helper sponsor person:~gus
    team:law lead person:~ana
    team:law member person:~fay
    team:sec member person:~cy
    team:sec member person:~dee
    team:sec member person:~fay
    team:sec member agent:helper
    zone:shop decider person:~mara
    zone:organisation terms {action = "*", term = "alone"}
    work:w zone zone:shop
    work:w owner person:~bo
    work:w contributor agent:bot
    work:w status active
    gate:one work work:w
    gate:one approver person:~cy, person:~dee
    gate:one rule any
    gate:one type governance
    gate:one valid_hours 24
    work:v zone zone:shop
    work:v owner person:~bo
    work:v class feature
    work:v version v1
    gate:both zone zone:shop
    gate:both class feature
    gate:both needs {party = "team:law", count = 1}
    gate:both needs {party = "team:sec", count = 2}
"""
ONE, BOTH = "approval:one/w", "approval:both/v"


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def ask(trial: Trial, by: str = "person:~bo") -> str:
    return trial.do("approval ask", by, gate="gate:one", work="work:w").subject


def ask_both(trial: Trial, version: str = "v1") -> str:
    return trial.do("approval ask", "person:~bo", gate="gate:both", work="work:v", version=version).subject


def grant(trial: Trial, by: str, approval: str = ONE) -> str:
    return str(trial.do("approval grant", by, approval=approval).status)


def use(trial: Trial, by: str = "agent:bot", approval: str = ONE, **more: str) -> str:
    return str(trial.do("approval use", by, approval=approval, **more).status)


# ---- asking ----


def test_the_answer_names_everybody_who_may_and_the_command(trial: Trial) -> None:
    done = trial.do("approval ask", "person:~bo", gate="gate:one", work="work:w")
    assert done.subject == ONE
    assert done.told == (
        "person:~bo asks that work:w may pass gate:one, which takes one of person:~cy, person:~dee. "
        "person:~cy or person:~dee may: counterpoint approval grant approval:one/w"
    )
    both = trial.do("approval ask", "person:~bo", gate="gate:both", work="work:v", version="v1")
    assert "which takes one of team:law and two of team:sec" in both.told
    assert "person:~ana, person:~fay (for team:law); " in both.told
    assert "agent:helper, person:~cy, person:~dee, person:~fay (for team:sec) may" in both.told
    assert trial.refs(BOTH, "approver") == ("team:law", "team:sec"), "where who is asked can find it"


def test_what_stands_before_work_can_be_looked_up(trial: Trial) -> None:
    def told() -> tuple[str, str | None, str]:
        (one,) = Questions(trial.ledger).gates("work:w").gates
        return one.stands, one.approval, one.how

    may = "person:~cy or person:~dee may"
    assert told() == ("open", None, f"counterpoint approval ask gate:one work:w; {may} approve then")
    ask(trial)
    assert told() == ("asked", ONE, f"{may}: counterpoint approval grant {ONE}")
    grant(trial, "person:~cy")
    assert told() == ("passed", ONE, "")
    assert Questions(trial.ledger).gates("work:v").version == "v1"


def test_who_asks_what_for_which_version(trial: Trial) -> None:
    with pytest.raises(Refused, match="gate:both does not stand before work:w") as refused:
        trial.do("approval ask", "person:~bo", gate="gate:both", work="work:w")
    assert refused.value.hint == "before it stands gate:one"
    with pytest.raises(
        NotAllowed, match="person:~gus does not work on work:w; person:~bo or agent:bot or person:~mara"
    ):
        trial.do("approval ask", "person:~gus", gate="gate:one", work="work:w")
    with pytest.raises(Refused, match="which version of work:v is to be approved") as refused:
        trial.do("approval ask", "person:~bo", gate="gate:both", work="work:v")
    assert "--version v1" in refused.value.hint
    with pytest.raises(Conflict, match="work:v is at version v1, and not v2"):
        ask_both(trial, "v2")


def test_what_is_asked_for_or_granted_already_is_not_asked_for_again(trial: Trial) -> None:
    ask(trial)
    with pytest.raises(Conflict, match="approval:one/w is asked for already") as refused:
        ask(trial)
    assert "counterpoint approval grant approval:one/w" in refused.value.hint
    grant(trial, "person:~cy")
    with pytest.raises(Conflict, match="is granted already"):
        ask(trial)


def test_a_gate_that_nobody_can_pass_says_so_and_who_can_name_others(trial: Trial) -> None:
    trial.says("gate:none work work:w", "gate:none approver person:~bo")
    with pytest.raises(Refused) as refused:
        trial.do("approval ask", "agent:bot", gate="gate:none", work="work:w")
    assert refused.value.message == (
        "gate:none takes person:~bo, and nobody who is asked may approve what agent:bot asks for"
    )
    assert "person:~mara can name others" in refused.value.hint
    trial.says('gate:few work work:w\ngate:few needs {party = "team:law", count = 3}')
    with pytest.raises(Refused, match="takes three of team:law, and only person:~ana, person:~fay may"):
        trial.do("approval ask", "person:~bo", gate="gate:few", work="work:w")
    trial.says("gate:gone work work:w", "gate:gone approver team:empty", "team:empty")
    with pytest.raises(Refused, match="gate:gone takes team:empty, and nobody who is asked may"):
        trial.do("approval ask", "person:~bo", gate="gate:gone", work="work:w")


# ---- granting ----


def test_one_of_a_and_two_of_b_takes_three_people(trial: Trial) -> None:
    ask_both(trial)
    # Fay is in both teams: she fills the place that is open, and moves when somebody else needs it.
    assert grant(trial, "person:~fay", BOTH) == "requested"
    done = trial.do("approval grant", "person:~ana", approval=BOTH, note="read it all")
    assert "one more is needed. agent:helper, person:~cy, person:~dee (for team:sec) may" in done.told
    with pytest.raises(Conflict, match="person:~fay has approved approval:both/v already"):
        grant(trial, "person:~fay", BOTH)
    assert grant(trial, "person:~cy", BOTH) == "granted"
    rows = trial.ask(lambda state: state.tables(BOTH, "grant"))
    assert {(row["party"], row["of"], row.get("note")) for row in rows} == {
        ("person:~ana", "team:law", "read it all"),
        ("person:~cy", "team:sec", None),
        ("person:~fay", "team:sec", None),
    }


def test_a_voice_that_fills_no_open_place_is_told_whose_would(trial: Trial) -> None:
    trial.says("person:~eli", "team:law member person:~eli")
    ask_both(trial)
    grant(trial, "person:~ana", BOTH)
    with pytest.raises(Refused, match="person:~eli fills no place of approval:both/v that is still open") as refused:
        grant(trial, "person:~eli", BOTH)
    assert refused.value.hint.startswith("agent:helper, person:~cy, person:~dee, person:~fay (for team:sec) may")


def test_a_person_counts_once_also_through_agents(trial: Trial) -> None:
    trial.says("team:sec member person:~gus")
    ask_both(trial)
    grant(trial, "agent:helper", BOTH)
    with pytest.raises(Conflict, match="person:~gus has approved approval:both/v already, as agent:helper"):
        grant(trial, "person:~gus", BOTH)


@pytest.mark.parametrize(
    ("by", "facts", "told"),
    [
        ("person:~gus", (), "person:~gus is not asked for approval:one/w"),
        ("person:~mara", (), "person:~mara is not asked"),
        ("person:~bo", ("gate:one approver person:~bo, person:~cy",), "person:~bo asked for it"),
        ("agent:bot", (), "agent:bot works on it"),
        ("person:~cy", ("work:w contributor person:~cy",), "person:~cy works on it: nobody approves"),
        (
            "person:~cy",
            ("agent:x sponsor person:~cy", "work:w contributor agent:x"),
            "answers for agent:x, which works",
        ),
    ],
)
def test_only_who_is_asked_may_and_never_for_their_own(
    trial: Trial, by: str, facts: tuple[str, ...], told: str
) -> None:
    ask(trial)
    trial.says(*facts)
    for act, more in (("grant", {}), ("refuse", {"reason": "no"})):
        with pytest.raises(NotAllowed, match=told) as refused:
            trial.do(f"approval {act}", by, approval=ONE, **more)  # type: ignore[arg-type]
        assert "may: counterpoint approval grant approval:one/w" in refused.value.hint
    assert trial.text(ONE, "status") == "requested"


def test_nobody_sheds_their_own_by_giving_it_away(trial: Trial) -> None:
    trial.says("work:u owner person:~cy", "work:u status active", "work:u class plain", "gate:u work work:u")
    trial.says("gate:u approver person:~cy, person:~dee", "gate:u rule any")
    trial.do("work assign", "person:~cy", work="work:u", to=["person:~gus"])
    assert trial.refs("work:u", "contributor") == ("person:~cy",)
    trial.do("approval ask", "person:~gus", gate="gate:u", work="work:u")
    with pytest.raises(NotAllowed, match="person:~cy works on it"):
        grant(trial, "person:~cy", "approval:u/u")


def test_no_agent_approves_where_a_person_is_asked_for(trial: Trial) -> None:
    trial.says("gate:both people_only true")
    ask_both(trial)
    with pytest.raises(NotAllowed, match="agent:helper is an agent, and gate:both is for people only"):
        grant(trial, "agent:helper", BOTH)


def test_the_version_that_was_looked_at_must_be_the_one(trial: Trial) -> None:
    ask_both(trial)
    with pytest.raises(Conflict, match="is for version v1, and not v0"):
        trial.do("approval grant", "person:~cy", approval=BOTH, version="v0")
    trial.do("approval grant", "person:~cy", approval=BOTH, version="v1")


def test_a_refusal_has_a_reason_and_it_may_be_asked_again(trial: Trial) -> None:
    ask(trial)
    grant(trial, "person:~cy")
    trial.do("approval refuse", "person:~dee", approval=ONE, reason="the key is in the log")
    assert trial.text(ONE, "status") == "refused"
    with pytest.raises(Refused, match="approval:one/w is refused: approval use comes too late"):
        use(trial)
    with pytest.raises(Refused, match="it was refused by person:~dee: the key is in the log"):
        trial.do("work complete", "person:~bo", work="work:w")
    again = trial.do("approval ask", "person:~bo", gate="gate:one", work="work:w")
    assert again.subject == "approval:one/w-2"
    assert again.told.endswith("It was refused before (approval:one/w), by person:~dee: the key is in the log")


def test_it_is_withdrawn_by_who_asked_or_works_on_it(trial: Trial) -> None:
    ask(trial, "person:~mara")
    with pytest.raises(NotAllowed, match="did not ask for it; person:~mara or person:~bo or agent:bot may withdraw"):
        trial.do("approval withdraw", "person:~gus", approval=ONE)
    trial.do("approval withdraw", "person:~bo", approval=ONE)
    with pytest.raises(Refused, match="is withdrawn"):
        grant(trial, "person:~cy")


# ---- completing ----


def test_work_is_not_completed_without_it_and_uses_it_up(trial: Trial) -> None:
    with pytest.raises(Refused) as refused:
        trial.do("work complete", "person:~bo", work="work:w")
    assert refused.value.message == (
        "work:w cannot be completed: gate:one (governance) is not passed, it takes one of person:~cy, person:~dee"
    )
    assert refused.value.hint == (
        "counterpoint approval ask gate:one work:w; person:~cy or person:~dee may approve then"
    )
    ask(trial)
    with pytest.raises(Refused, match="approval:one/w is asked for") as refused:
        trial.do("work complete", "person:~bo", work="work:w")
    assert refused.value.hint == "person:~cy or person:~dee may: counterpoint approval grant approval:one/w"
    grant(trial, "person:~dee")
    done = trial.do("work complete", "person:~bo", work="work:w")
    assert ("approval", "use", ONE) in [(one.noun, one.verb, one.subject) for one in done.followed]
    assert (trial.text(ONE, "status"), trial.refs(ONE, "used_by")) == ("used", ("person:~bo",))
    trial.do("work reopen", "person:~bo", work="work:w", reason="it leaks")
    assert trial.text("gate:one", "status") == "open"
    with pytest.raises(Refused, match="gate:one"):
        trial.do("work complete", "person:~bo", work="work:w")


def test_a_gate_of_a_class_of_work_stands_before_each_of_it(trial: Trial) -> None:
    ask_both(trial)
    for by in ("person:~ana", "person:~cy", "person:~dee"):
        grant(trial, by, BOTH)
    trial.says("work:v2 zone zone:shop", "work:v2 owner person:~bo", "work:v2 class feature")
    with pytest.raises(Refused, match="gate:both is not passed"):
        trial.do("work complete", "person:~bo", work="work:v2")
    assert "gate:both is passed by approval:both/v" in trial.do("work complete", "person:~bo", work="work:v").told


def test_a_new_version_makes_approvals_worth_nothing(trial: Trial) -> None:
    ask_both(trial)
    for by in ("person:~ana", "person:~cy", "person:~dee"):
        grant(trial, by, BOTH)
    done = trial.do("work revise", "person:~bo", work="work:v", version="v2")
    assert [(one.verb, one.subject) for one in done.followed] == [("lapse", BOTH)]
    assert trial.text(BOTH, "status") == "withdrawn"
    with pytest.raises(Refused, match="gate:both is not passed at version v2"):
        trial.do("work complete", "person:~bo", work="work:v")


def test_a_version_that_an_import_brings_counts_as_well(trial: Trial) -> None:
    ask_both(trial)
    for by in ("person:~ana", "person:~cy", "person:~dee"):
        grant(trial, by, BOTH)
    trial.says("work:v version v2")
    assert trial.text(BOTH, "status") == "granted"
    with pytest.raises(Refused, match="approval:both/v is for version v1, and not for version v2"):
        trial.do("work complete", "person:~bo", work="work:v")
    with pytest.raises(Conflict, match="work:v is at version v2, and not v1"):
        use(trial, "person:~bo", BOTH, version="v1")
    done = trial.do("approval ask", "person:~bo", gate="gate:both", work="work:v", version="v2")
    assert [(one.verb, one.subject) for one in done.followed] == [("lapse", BOTH)]


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ("gate:one approver person:~ana", "takes person:~ana now, which is not what"),
        ("work:w contributor person:~dee", "an approval of approval:one/w no longer counts: person:~dee works on it"),
        ("gate:one people_only true\nagent:y sponsor person:~gus", None),
    ],
)
def test_what_changed_since_is_looked_at_when_it_is_used(trial: Trial, fact: str, why: str | None) -> None:
    ask(trial)
    grant(trial, "person:~dee")
    trial.says(fact)
    if why is None:
        trial.do("work complete", "person:~bo", work="work:w")
        return
    for attempt in (lambda: trial.do("work complete", "person:~bo", work="work:w"), lambda: use(trial)):
        with pytest.raises(Refused, match=why):
            attempt()


def test_its_time_runs_out(trial: Trial) -> None:
    ask(trial)
    assert "until 2026-11-24 09:00 UTC" in trial.do("approval grant", "person:~cy", approval=ONE).told
    trial.later(hours=23, minutes=59)
    assert trial.tick().acts == ()
    trial.later(minutes=1)
    with pytest.raises(Refused, match="approval:one/w is expired: approval use comes too late"):
        use(trial)
    with pytest.raises(Refused, match="gate:one"):
        trial.do("work complete", "person:~bo", work="work:w")
    assert trial.tick().acts == ("approval expire approval:one/w",)
    assert (trial.text(ONE, "status"), trial.text("gate:one", "status")) == ("expired", "open")
    assert trial.text("gate:one", "passed") is None


def test_ready_work_knows_what_was_approved(trial: Trial) -> None:
    free = lambda: {one.work for one in trial.ask(ready).ready}  # noqa: E731
    assert "work:w" not in free()
    ask(trial)
    assert trial.text("gate:one", "status") == "requested"
    grant(trial, "person:~cy")
    assert "work:w" in free()
    trial.do("approval refuse", "person:~dee", approval=ONE, reason="no")
    assert "work:w" not in free()


def test_what_a_source_calls_passed_does_not_get_round_who_is_named(trial: Trial) -> None:
    trial.says("gate:one status passed", source="tracker")
    with pytest.raises(Refused, match=r"gate:one \(governance\) is not passed \(that it is said to be passed does not"):
        trial.do("work complete", "person:~bo", work="work:w")
    trial.says("work:x owner person:~bo", "gate:x work work:x")
    trial.says("gate:x status passed", source="tracker")
    told = trial.do("work complete", "person:~bo", work="work:x").told
    assert told == "person:~bo has completed work:x; gate:x is passed, by the word of tracker"
    assert trial.ask(lambda state: state.value("work:x", "passed_by")) == ["gate:x is passed, by the word of tracker"]
    trial.do("work reopen", "person:~bo", work="work:x", reason="it leaks")
    assert trial.ask(lambda state: state.value("work:x", "passed_by")) is None


# ---- once ----


def test_it_is_used_once_from_outside_or_by_the_work(trial: Trial) -> None:
    ask(trial)
    with pytest.raises(Refused, match="is not granted yet") as refused:
        use(trial)
    assert "person:~cy or person:~dee may" in refused.value.hint
    grant(trial, "person:~cy")
    with pytest.raises(Conflict, match="is granted already"):
        grant(trial, "person:~dee")
    with pytest.raises(NotAllowed, match="person:~gus does not work on work:w"):
        use(trial, "person:~gus")
    with pytest.raises(Refused, match="is for no version, and not for version v9"):
        use(trial, version="v9")
    assert use(trial) == "used"
    with pytest.raises(Conflict, match="was used by agent:bot: an approval counts once"):
        use(trial)
    with pytest.raises(Refused, match="gate:one"):
        trial.do("work complete", "person:~bo", work="work:w")


def test_who_does_not_hold_the_work_cannot_use_it(trial: Trial) -> None:
    ask(trial)
    grant(trial, "person:~cy")
    trial.do("lease take", "person:~bo", item="work:w")
    with pytest.raises(Conflict, match="person:~bo holds it, and not agent:bot"):
        use(trial)


def test_the_end_of_the_work_is_the_end_of_what_was_asked_for(trial: Trial) -> None:
    ask(trial)
    trial.do("work drop", "person:~bo", work="work:w", reason="sold out")
    assert trial.text(ONE, "status") == "withdrawn"
    with pytest.raises(Refused, match="work:w is dropped: nothing of it is to pass"):
        ask(trial)


def test_replaying_all_of_it_gives_what_was_kept(trial: Trial) -> None:
    ask_both(trial)
    for by in ("person:~fay", "person:~ana", "person:~cy"):
        grant(trial, by, BOTH)
    ask(trial)
    grant(trial, "person:~cy")
    trial.later(hours=25).tick()
    trial.do("work complete", "person:~bo", work="work:v")
    assert replay(trial.ledger).good
