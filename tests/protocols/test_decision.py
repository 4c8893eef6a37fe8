"""Decisions: of whom they are asked, how several decide, what holds when time runs out, and what replaces what."""

from __future__ import annotations

import pytest

from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.model.acts import Done
from counterpoint.state.alike import alike
from counterpoint.state.who import who
from tests.protocols.trial import Trial
from tests.state.organisation import org

ANA, BEN, CY, DORA, INES, MARA = (f"person:~{name}" for name in ("ana", "ben", "cy", "dora", "ines", "mara"))
FACTS = """
    person:~ana
    person:~ben
    person:~cy
    person:~dora
    person:~ines
    person:~mara
    agent:bot sponsor person:~dora
    team:shop lead person:~ines
    team:shop member person:~ana
    team:data lead person:~ben
    team:data lead person:~cy
    team:data lead person:~dora
    team:ops lead person:~cy
    team:empty
    zone:shop owner team:shop
    zone:shop escalation {order = 1, party = "person:~mara", after_hours = 8}
    zone:data owner team:data
    zone:data rule quorum
    zone:data quorum 2
    zone:vague owner team:ops
    zone:vague decider person:~ben, person:~cy
    zone:empty owner team:empty
    work:checkout zone zone:shop
    work:billing zone zone:data
    work:both zone zone:vague
    work:lost zone zone:empty
"""
DATABASE = "decision:which-database"


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def ask(trial: Trial, by: str = ANA, /, **more: object) -> Done:
    arguments: dict[str, object] = {
        "question": "Which database?", "concerns": ["work:checkout"], "option": ["PostgreSQL", "SQLite"], **more
    }  # fmt: skip
    return trial.do("decision ask", by, **{name: value for name, value in arguments.items() if value is not None})  # type: ignore[arg-type]


def decide(trial: Trial, by: str, outcome: str = "PostgreSQL", decision: str = DATABASE, **more: object) -> Done:
    arguments = {"decision": decision, "outcome": outcome, "reason": "we know it", **more}
    return trial.do("decision decide", by, **arguments)  # type: ignore[arg-type]


def shared(trial: Trial, **more: object) -> Trial:
    """Asked of Ben, Cy and Dora, two of whom decide."""
    ask(trial, concerns=["work:billing"], **more)
    return trial


def values(trial: Trial, decision: str = DATABASE) -> dict[str, object]:
    return trial.ask(lambda state: {name: one.value for name, one in state.all(decision).items() if name != "act"})


# ---- asking ----


def test_it_is_asked_of_whoever_decides_there(trial: Trial) -> None:
    done = ask(trial)
    assert (done.subject, done.status) == (DATABASE, "open")
    assert done.told == "person:~ines decides"
    assert values(trial) == {
        "exists": True, "title": "Which database?", "question": "Which database?", "owner": [ANA], "decider": [INES],
        "option": ["PostgreSQL", "SQLite"], "concerns": ["work:checkout"], "status": "open",
    }  # fmt: skip


def test_the_zone_comes_before_what_it_is_about(trial: Trial) -> None:
    assert trial.refs(ask(trial, zone="zone:shop", concerns=["work:billing"]).subject, "decider") == (INES,)


def test_several_decide_by_the_rule_of_their_zone_which_stays_with_the_decision(trial: Trial) -> None:
    done = ask(trial, concerns=["work:billing"])
    assert done.told == f"2 of {BEN}, {CY}, {DORA} decide"
    trial.says("zone:data rule any")
    found = trial.ask(lambda state: who(state, DATABASE))
    assert (found.answer, found.rule, found.quorum, found.deciders) == ("shared", "quorum", 2, (BEN, CY, DORA))


@pytest.mark.parametrize(
    ("more", "words", "hint"),
    [
        ({"concerns": ["work:lost"]}, "nobody decides on work:lost", "team:empty may name one"),
        ({"concerns": None}, "nobody decides for the organisation", "--zone or --concerns"),
        ({"concerns": ["work:both"]}, f"is ambiguous: between {BEN} and {CY}", "one of them may name who it is"),
        ({"concerns": ["work:checkout", "work:billing"]}, "is ambiguous: between", "one of them may name"),
        ({"default": "SQLite"}, "a default needs a time", "--deadline"),
        ({"deadline": "2026-11-22"}, "is past", "a time to come"),
        ({"advise_by": "2026-12-01"}, "whose advice is waited for", "--consult"),
        ({"consult": ["team:empty"]}, "nobody in team:empty who could give advice", "somebody else"),
        (
            {"consult": ["team:data"], "advise_by": "2026-12-09", "deadline": "2026-12-01"},
            "no time to wait",
            "deadline",
        ),
        ({"concerns": ["work:checkout"], "decider": [BEN]}, f"{ANA} may not name who decides here; {INES} may", "ask"),
        ({"concerns": ["work:billing"], "rule": "any"}, "may not name who decides here", "ask"),
    ],
)
def test_what_cannot_be_asked_and_who_could_help(trial: Trial, more: dict[str, object], words: str, hint: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        ask(trial, **more)
    assert hint in caught.value.hint
    assert trial.ask(lambda state: state.entities("decision")) == []


def test_whoever_decides_may_name_somebody_else_and_a_candidate_one_of_them(trial: Trial) -> None:
    assert ask(trial, INES, decider=[BEN]).told == f"{BEN} decides"
    done = ask(trial, BEN, concerns=["work:both"], decider=[CY], question="Who?")
    assert trial.refs(done.subject, "decider") == (CY,)
    with pytest.raises(NotAllowed):
        ask(trial, DORA, concerns=["work:both"], decider=[DORA])
    with pytest.raises(Refused, match="how do person:~ben and person:~cy decide together"):
        ask(trial, BEN, concerns=["work:both"], decider=[BEN, CY])
    done = ask(trial, BEN, concerns=["work:both"], decider=[BEN, CY], rule="all", question="How?")
    found = trial.ask(lambda state: who(state, done.subject))
    assert (found.answer, found.rule) == ("shared", "all")
    with pytest.raises(Refused, match="a quorum of 3 of 2"):
        ask(trial, BEN, concerns=["work:both"], decider=[BEN, CY], rule="quorum", quorum=3)
    with pytest.raises(Refused, match="nobody in team:empty who could decide"):
        ask(trial, INES, decider=["team:empty"])


def test_where_nobody_decides_whoever_owns_the_place_names_one(trial: Trial) -> None:
    trial.says("zone:owned owner person:~dora", "work:owned zone zone:owned")
    with pytest.raises(Refused, match="nobody decides on work:owned") as caught:
        ask(trial, concerns=["work:owned"])
    assert caught.value.hint == "person:~dora may name one: --decider"
    assert ask(trial, DORA, concerns=["work:owned"], decider=[MARA]).told == f"{MARA} decides"


def test_likely_like_cases_are_named_and_linked_by_nobody_but_people(trial: Trial) -> None:
    ask(trial, question="Which database for the reports?", concerns=["work:billing"])
    done = ask(trial, question="Which database for the shop?", concerns=["work:checkout"])
    assert "Perhaps like cases: decision:which-database-for-the-reports (open, between the same options" in done.told
    assert trial.refs(done.subject, "like") == ()
    trial.do("decision like", CY, decision=done.subject, other="which-database-for-the-reports")
    assert trial.refs("decision:which-database-for-the-reports", "like") == (done.subject,)
    with pytest.raises(Refused, match="linked already"):
        trial.do("decision like", CY, decision="which-database-for-the-reports", other=done.subject)
    with pytest.raises(Refused, match="like itself"):
        trial.do("decision like", CY, decision=done.subject, other=done.subject)
    trial.do("decision unlike", CY, decision="which-database-for-the-reports", other=done.subject)
    assert trial.refs(done.subject, "like") == trial.refs("decision:which-database-for-the-reports", "like") == ()
    with pytest.raises(Refused, match="not linked"):
        trial.do("decision unlike", CY, decision=done.subject, other="which-database-for-the-reports")


def test_what_is_alike() -> None:
    state = org("""
        decision:a question Which cloud region do we serve from?
        decision:a concerns work:x
        decision:b question Where do we host the figures?
        decision:b option Frankfurt
        decision:b option Dublin
        decision:c question Which cloud region do backups go to?
        decision:c status withdrawn
        decision:d question Who brings cake?
    """)
    found = alike(state, "From which cloud region do we serve?", ["frankfurt", "dublin"], ["work:x"])
    assert [(one.decision, one.why) for one in found] == [
        ("decision:a", "about work:x too, in much the same words"), ("decision:b", "between the same options"),
    ]  # fmt: skip
    assert alike(state, "From which cloud region do we serve?", [], [], but=["decision:a"]) == ()


# ---- advice ----


def test_advice_is_given_by_those_who_are_asked_and_waited_for(trial: Trial) -> None:
    ask(trial, consult=["team:data", MARA], advise_by="2026-11-30")
    with pytest.raises(NotAllowed, match=f"the advice of {ANA} was not asked"):
        trial.do("decision advise", ANA, decision=DATABASE, advice="I like it")
    with pytest.raises(Refused, match="'Oracle' is none of the options"):
        trial.do("decision advise", CY, decision=DATABASE, advice="no", option="Oracle")
    done = trial.do("decision advise", CY, decision=DATABASE, advice="we run it", option="postgresql")
    assert done.told == f"team:data has given advice; still awaited: {MARA}"
    assert values(trial)["advice"] == [{"party": "team:data", "text": "we run it", "option": "PostgreSQL"}]
    with pytest.raises(Refused, match=f"the advice of {MARA} is awaited until 2026-12-01 00:00 UTC") as caught:
        decide(trial, INES)
    assert "--unadvised" in caught.value.hint
    assert decide(trial, INES, unadvised=True).status == "decided"


def test_when_all_have_advised_or_the_time_is_over_nobody_waits(trial: Trial) -> None:
    ask(trial, consult=[MARA], advise_by="2026-11-30")
    trial.do("decision consult", ANA, decision=DATABASE, consult=["team:ops"])
    trial.do("decision advise", MARA, decision=DATABASE, advice="yes")
    done = trial.do("decision advise", CY, decision=DATABASE, advice="yes", option="SQLite")
    assert done.told.endswith("all have given theirs")
    assert decide(trial, INES).status == "decided"
    ask(trial, consult=[MARA], advise_by="2026-11-30", question="What else?")
    trial.later(days=10)
    assert trial.do("decision advise", MARA, decision="what-else", advice="hm").told.startswith(
        f"{MARA} has given advice, late"
    )
    assert decide(trial, INES, decision="what-else").status == "decided"


def test_options_are_added_while_it_is_open_by_those_who_take_part(trial: Trial) -> None:
    ask(trial, consult=[MARA])
    for by, option in ((ANA, "MariaDB"), (MARA, "none"), (INES, "both")):
        trial.do("decision option", by, decision=DATABASE, option=option)
    with pytest.raises(NotAllowed):
        trial.do("decision option", BEN, decision=DATABASE, option="mine")
    with pytest.raises(Refused, match="an option already"):
        trial.do("decision option", ANA, decision=DATABASE, option="mariadb")
    decide(trial, INES)
    with pytest.raises(Refused, match="is decided: decision option is not possible"):
        trial.do("decision option", ANA, decision=DATABASE, option="late")


# ---- deciding ----


def test_only_the_decider_decides_with_a_reason_and_in_the_words_of_the_option(trial: Trial) -> None:
    ask(trial)
    with pytest.raises(NotAllowed, match=f"{ANA} does not decide on it; {INES} may"):
        decide(trial, ANA)
    done = decide(trial, INES, "postgresql")
    assert (done.status, done.told) == ("decided", "decided: PostgreSQL")
    found = values(trial)
    assert (found["outcome"], found["rationale"], found["decided"]) == ("PostgreSQL", "we know it", "2026-11-23")
    with pytest.raises(Refused, match="is decided: decision decide is not possible") as caught:
        decide(trial, INES, "SQLite")
    assert "decision reopen" in caught.value.hint


def test_an_outcome_that_is_none_of_the_options_says_so(trial: Trial) -> None:
    ask(trial)
    assert decide(trial, INES, "neither").told == "decided: neither, none of the options"
    ask(trial, question="What is its name?", option=None)
    assert decide(trial, INES, "Otto", "what-is-its-name").told == "decided: Otto"


def test_a_quorum_decides_and_no_vote_counts_twice(trial: Trial) -> None:
    shared(trial)
    assert decide(trial, BEN).told == f"{BEN} is for 'PostgreSQL': 1 of the 2 that are needed"
    with pytest.raises(Conflict, match=f"{BEN} is for 'PostgreSQL' already"):
        decide(trial, BEN)
    assert decide(trial, CY, "SQLite").told == f"{CY} is for 'SQLite': 1 of the 2 that are needed"
    # Who votes again changes their own, and has one all the same.
    assert decide(trial, BEN, "neither").status == "open"
    done = decide(trial, BEN, "sqlite")
    assert (done.status, values(trial)["outcome"]) == ("decided", "SQLite")
    votes = values(trial)["vote"]
    assert isinstance(votes, list)
    assert {(vote["party"], vote["option"]) for vote in votes} == {(BEN, "SQLite"), (CY, "SQLite")}


def test_nobody_votes_for_two(trial: Trial) -> None:
    ask(trial, INES, decider=[BEN, "team:ops", CY], rule="quorum", quorum=2)
    decide(trial, CY)
    with pytest.raises(Conflict, match=f"{CY} has voted already, for {CY}"):
        decide(trial, CY, party="team:ops")
    with pytest.raises(NotAllowed, match="may not speak for team:ops"):
        decide(trial, BEN, party="team:ops")
    assert decide(trial, BEN).status == "decided"


def test_all_means_all_and_any_means_any(trial: Trial) -> None:
    ask(trial, INES, decider=[BEN, MARA], rule="all")
    assert decide(trial, BEN).status == "open" and decide(trial, MARA).status == "decided"
    ask(trial, INES, decider=[BEN, MARA], rule="any", question="What else?")
    assert decide(trial, MARA, decision="what-else").status == "decided"


def test_it_is_given_to_others_by_who_decides_and_votes_are_void_then(trial: Trial) -> None:
    shared(trial)
    decide(trial, BEN)
    with pytest.raises(NotAllowed):
        trial.do("decision assign", ANA, decision=DATABASE, decider=[ANA])
    done = trial.do("decision assign", CY, decision=DATABASE, decider=[MARA, INES], rule="all")
    assert done.told == f"all of {INES}, {MARA} decide now"
    assert "vote" not in values(trial)
    with pytest.raises(NotAllowed):
        decide(trial, CY)
    # After a change of roles whoever asked finds the deciders anew.
    done = trial.do("decision assign", ANA, decision=DATABASE)
    assert done.told == f"2 of {BEN}, {CY}, {DORA} decide now"
    with pytest.raises(Refused, match="decide already"):
        trial.do("decision assign", ANA, decision=DATABASE)


# ---- time ----


def test_a_declared_default_holds_when_time_runs_out(trial: Trial) -> None:
    done = ask(trial, deadline="2026-11-30", default="SQLite")
    assert done.told == f"{INES} decides until 2026-12-01 00:00 UTC, else 'SQLite' holds"
    assert values(trial)["due"] == "2026-11-30"
    trial.now = "2026-12-01T00:00:00.000000Z"
    assert trial.tick().acts == (f"decision lapse {DATABASE}",)
    found = values(trial)
    assert (found["status"], found["outcome"], found["by_default"]) == ("decided", "SQLite", True)
    assert "declared" in str(found["rationale"])
    assert trial.timers(DATABASE) == []


def test_what_ran_out_is_decided_by_its_default_before_anybody_comes_late(trial: Trial) -> None:
    ask(trial, deadline="2026-11-30", default="SQLite")
    trial.now = "2026-12-05T00:00:00.000000Z"
    with pytest.raises(Refused, match="is decided"):
        decide(trial, INES)
    assert values(trial)["status"] == "open"  # a refusal keeps nothing, and the clock comes back
    trial.tick()
    assert values(trial)["outcome"] == "SQLite"


def test_without_a_default_it_stays_open_overdue_and_is_escalated_until_it_is_decided(trial: Trial) -> None:
    ask(trial, zone="zone:shop", deadline="2026-11-30")
    trial.now = "2026-12-01T09:00:00.000000Z"
    trial.tick()
    assert (values(trial)["status"], values(trial)["overdue"]) == ("open", True)
    (escalation,) = trial.ask(lambda state: state.naming(DATABASE, "escalation", "about"))
    assert trial.text(escalation, "party") == MARA
    assert trial.tick().acts == ()
    decide(trial, INES)
    assert trial.text(escalation, "status") == "ended"
    assert "overdue" not in values(trial)


def test_more_time_ends_the_escalation_and_starts_the_clock_anew(trial: Trial) -> None:
    ask(trial, zone="zone:shop", deadline="2026-11-30")
    trial.now = "2026-12-01T09:00:00.000000Z"
    trial.tick()
    with pytest.raises(NotAllowed):
        trial.do("decision extend", BEN, decision=DATABASE, deadline="2026-12-12")
    trial.do("decision extend", INES, decision=DATABASE, deadline="2026-12-12", default="SQLite")
    (escalation,) = trial.ask(lambda state: state.naming(DATABASE, "escalation", "about"))
    assert trial.text(escalation, "status") == "ended"
    assert [one.due for one in trial.timers(DATABASE)] == ["2026-12-13T00:00:00.000000Z"]
    trial.now = "2026-12-14T00:00:00.000000Z"
    trial.tick()
    assert values(trial)["outcome"] == "SQLite"


# ---- afterwards ----


def test_whoever_asked_withdraws_and_who_decides_reopens(trial: Trial) -> None:
    ask(trial, deadline="2026-11-30", default="SQLite")
    with pytest.raises(NotAllowed, match=f"{ANA} did"):
        trial.do("decision withdraw", BEN, decision=DATABASE)
    trial.do("decision withdraw", ANA, decision=DATABASE)
    assert trial.timers(DATABASE) == []
    with pytest.raises(NotAllowed):
        trial.do("decision reopen", ANA, decision=DATABASE, reason="still a question")
    trial.do("decision reopen", INES, decision=DATABASE, reason="still a question", deadline="2026-12-10")
    found = values(trial)
    assert (found["status"], found["due"]) == ("open", "2026-12-10") and "default" not in found


def test_a_reopened_decision_has_no_outcome_and_its_history_has_it(trial: Trial) -> None:
    shared(trial)
    decide(trial, BEN)
    decide(trial, CY)
    done = trial.do("decision reopen", DORA, decision=DATABASE, reason="the licence changed")
    assert done.told == f"{DORA} opens it again, which was decided: PostgreSQL"
    assert not {"outcome", "rationale", "decided", "vote"} & set(values(trial))
    assert decide(trial, BEN).status == "open"


def test_a_new_decision_supersedes_the_old_one_once_it_is_decided(trial: Trial) -> None:
    ask(trial)
    decide(trial, INES)
    new = ask(trial, question="Which database now?", supersedes=[DATABASE]).subject
    assert values(trial)["status"] == "decided"  # what was decided holds until something else is
    done = decide(trial, INES, "SQLite", new)
    assert [(one.verb, one.subject) for one in done.followed] == [("replaced", DATABASE)]
    assert values(trial)["status"] == "superseded" and values(trial)["outcome"] == "PostgreSQL"
    assert trial.refs(new, "supersedes") == (DATABASE,)
    for verb, arguments in (("decide", {"outcome": "x", "reason": "y"}), ("reopen", {"reason": "y"})):
        with pytest.raises(Refused, match="is superseded"):
            trial.do(f"decision {verb}", INES, decision=DATABASE, **arguments)
    with pytest.raises(Refused, match="is superseded: there is nothing to replace"):
        ask(trial, question="And now?", supersedes=[DATABASE])


def test_nobody_replaces_what_is_not_theirs_to_decide(trial: Trial) -> None:
    ask(trial)
    decide(trial, INES)
    with pytest.raises(NotAllowed, match=f"on which {INES} decides"):
        ask(trial, concerns=["work:billing"], question="Which database now?", supersedes=[DATABASE])
    ask(trial, concerns=["work:billing"], question="Which database now?")
    decide(trial, BEN, "SQLite", "which-database-now")
    with pytest.raises(Refused, match="only what is decided replaces anything"):
        trial.do("decision supersede", INES, decision=DATABASE, successor="which-database-now")
    decide(trial, CY, "SQLite", "which-database-now")
    with pytest.raises(NotAllowed):
        trial.do("decision supersede", BEN, decision=DATABASE, successor="which-database-now")
    trial.do("decision supersede", INES, decision=DATABASE, successor="which-database-now")
    assert trial.refs("decision:which-database-now", "supersedes") == (DATABASE,)
    assert values(trial)["status"] == "superseded"


def test_what_files_state_moves_by_the_same_verbs(trial: Trial) -> None:
    trial.says(
        "decision:old question Which cloud?", "decision:old concerns work:checkout", "decision:old outcome ours",
        "decision:new question Which colour?", "decision:new concerns work:checkout", source="tracker",
    )  # fmt: skip
    assert trial.do("decision reopen", INES, decision="old", reason="prices").status == "open"
    assert decide(trial, INES, "blue", "new").status == "decided"
    assert decide(trial, INES, "theirs", "old").status == "decided"
    assert trial.text("decision:old", "outcome") == "theirs"
    trial.later(minutes=1).says("decision:new status withdrawn", source="tracker")
    assert decide(trial, INES, "red", "new").status == "decided"


def test_an_agent_may_ask_and_its_sponsor_speaks_for_it(trial: Trial) -> None:
    trial.says('zone:organisation terms {action = "decision ask", term = "alone"}')
    ask(trial, "agent:bot")
    with pytest.raises(NotAllowed):
        trial.do("decision withdraw", BEN, decision=DATABASE)
    assert trial.do("decision withdraw", DORA, decision=DATABASE).status == "withdrawn"


def test_the_record_is_good(trial: Trial) -> None:
    ask(trial, deadline="2026-11-30", default="SQLite")
    shared(trial, question="What else?")
    decide(trial, BEN, decision="what-else")
    trial.later(days=30).tick()
    trial.do("decision reopen", INES, decision=DATABASE, reason="again")
    trial.check_the_record()
