"""Commitments: nobody promises for others, nobody in particular is asked about, what is promised is followed."""

from __future__ import annotations

import pytest

from counterpoint.errors import BadValue, NotAllowed, NotFound, Refused
from counterpoint.model.acts import Done
from tests.protocols.trial import Trial

ANA, BEN, CY, DORA, INES = (f"person:~{name}" for name in ("ana", "ben", "cy", "dora", "ines"))
FACTS = """
    person:~ana
    person:~ana calendar Europe/Berlin 09:00-17:00
    person:~ben
    person:~cy
    person:~dora
    person:~ines
    agent:bot sponsor person:~dora
    agent:off sponsor person:~dora
    agent:off status stopped
    team:docs lead person:~cy
    team:loose member person:~ben
    team:empty
    ritual:sync owner person:~ines
    ritual:adrift owner team:empty
    decision:tone outcome friendly
"""
FIGURES = "commitment:send-the-figures"


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def make(trial: Trial, by: str = ANA, /, **more: object) -> Done:
    arguments: dict[str, object] = {"title": "Send the figures", "owner": ANA, "due": "2026-12-07", "to": [BEN], **more}
    return trial.do("commitment make", by, **{name: value for name, value in arguments.items() if value is not None})  # type: ignore[arg-type]


def do(trial: Trial, verb: str, by: str, **more: object) -> Done:
    return trial.do(f"commitment {verb}", by, commitment=FIGURES, **more)  # type: ignore[arg-type]


def values(trial: Trial) -> dict[str, object]:
    left_out = ("act", "exists", "title", "made_by", "to")
    every = trial.ask(lambda state: state.all(FIGURES))
    return {name: one.value for name, one in every.items() if name not in left_out}


# ---- making ----


def test_one_promises_for_oneself_and_it_is_open_at_once(trial: Trial) -> None:
    done = make(trial, said_in="https://chat.example/42", origin="decision:tone")
    assert (done.subject, done.status, done.told) == (FIGURES, "open", f"{ANA} has promised it for 2026-12-07")
    assert values(trial) == {
        "owner": [ANA], "due": "2026-12-07", "status": "open", "from": "decision:tone",
        "said_in": "https://chat.example/42",
    }  # fmt: skip


def test_somebody_else_s_name_is_a_question_to_them(trial: Trial) -> None:
    done = make(trial, owner=BEN, to=None)
    assert (done.status, done.told) == ("asked", f"asked of {BEN}: whether they take it")
    assert values(trial) == {
        "due": "2026-12-07", "status": "asked", "asked": "whether they take it", "asked_of": [BEN]
    }  # fmt: skip
    for by in (ANA, CY):
        with pytest.raises(NotAllowed, match=f"it is asked of {BEN}"):
            do(trial, "accept", by)
    assert do(trial, "accept", BEN).told == f"{BEN} has promised it for 2026-12-07"
    assert values(trial) == {"owner": [BEN], "due": "2026-12-07", "status": "open"}


def test_a_team_promises_through_its_lead(trial: Trial) -> None:
    make(trial, owner="team:docs")
    with pytest.raises(NotAllowed):
        do(trial, "accept", BEN)
    assert do(trial, "accept", CY).status == "open"
    assert trial.refs(FIGURES, "owner") == ("team:docs",)


@pytest.mark.parametrize(
    ("owner", "why"),
    [
        ("all teams", "'all teams' names nobody in particular"),
        ("everyone", "'everyone' names nobody in particular"),
        ("team:empty", "there is nobody in team:empty who could take it"),
        ("team:loose", "nobody leads team:loose, so it is nobody's in particular"),
        ("agent:off", "there is nobody in agent:off who could take it"),
        (None, ""),
    ],
)
def test_nobody_in_particular_is_asked_about_and_not_accepted_in_silence(
    trial: Trial, owner: str | None, why: str
) -> None:
    done = make(trial, owner=owner, due=None)
    assert done.told == (f"{why}; " if why else "") + f"asked of {ANA}: who does it and by when"
    found = values(trial)
    assert found["asked"] == "who does it and by when" and found["asked_of"] == [ANA] and "owner" not in found
    assert found.get("owner_said") == owner
    with pytest.raises(Refused, match="what is asked is who does it and by when"):
        do(trial, "accept", ANA)
    with pytest.raises(Refused, match="names nobody in particular: who does it"):
        do(trial, "answer", ANA, owner="the others")
    assert do(trial, "answer", ANA, owner=ANA, due="2026-12-07").status == "open"
    assert values(trial) == {"owner": [ANA], "due": "2026-12-07", "status": "open"}


def test_whoever_holds_the_ritual_is_asked_too_where_they_can_answer(trial: Trial) -> None:
    make(trial, owner="everyone", origin="ritual:sync")
    assert values(trial)["asked_of"] == [ANA, INES]
    assert do(trial, "answer", INES, owner="team:docs").told == "asked of team:docs: whether they take it"
    trial.do("commitment make", BEN, title="Another", origin="ritual:adrift")
    assert trial.refs("commitment:another", "asked_of") == (BEN,)


def test_what_came_of_an_occurrence_is_on_its_record(trial: Trial) -> None:
    start = "2026-11-23T10:00:00.000000Z"
    trial.says("occurrence:sync/1 ritual ritual:sync", f"occurrence:sync/1 start {start}", source="protocol")
    make(trial, owner=None, origin="occurrence:sync/1")
    assert trial.refs("occurrence:sync/1", "output") == (FIGURES,)
    assert values(trial)["asked_of"] == [ANA, INES]


def test_without_a_day_whoever_would_do_it_is_asked_by_when(trial: Trial) -> None:
    assert make(trial, due=None).told == f"asked of {ANA}: by when"
    with pytest.raises(Refused, match="who does it, or by when"):
        do(trial, "answer", ANA)
    # A day that somebody else names is a question to whoever would keep it.
    make(trial, INES, owner=BEN, due=None, id="other")
    assert trial.text("commitment:other", "asked") == "whether they take it and by when"
    done = trial.do("commitment accept", BEN, commitment="other")
    assert done.told == f"asked of {BEN}: by when"
    done = trial.do("commitment answer", INES, commitment="other", due="2026-12-01")
    assert done.told == f"asked of {BEN}: whether they take it"
    assert trial.do("commitment accept", BEN, commitment="other", due="2026-12-02").status == "open"
    assert trial.text("commitment:other", "due") == "2026-12-02"


def test_a_handle_alone_is_found_and_a_reference_to_nothing_is_none(trial: Trial) -> None:
    assert make(trial, owner="docs").told == "asked of team:docs: whether they take it"
    with pytest.raises(NotFound, match="there is no team:strange"):
        make(trial, owner="team:strange")
    with pytest.raises(BadValue, match="is a ritual"):
        make(trial, owner="ritual:sync")
    with pytest.raises(Refused, match="2026-11-22 is over"):
        make(trial, due="2026-11-22")
    with pytest.raises(Refused, match="is there already, asked"):
        make(trial, id="send-the-figures")


def test_only_those_who_are_asked_answer(trial: Trial) -> None:
    make(trial, owner="everyone", origin="ritual:sync")
    with pytest.raises(NotAllowed, match=f"{BEN} is not asked; {ANA} or {INES} may answer"):
        do(trial, "answer", BEN, owner=BEN)


# ---- declining ----


def test_who_declines_is_not_asked_again_while_there_are_others(trial: Trial) -> None:
    make(trial, ANA, owner=BEN, origin="ritual:sync")
    with pytest.raises(NotAllowed):
        do(trial, "decline", CY, reason="no")
    done = do(trial, "decline", BEN, reason="no time")
    assert done.told == f"{BEN} declines it: no time; asked of {INES} or {ANA}: who does it"
    do(trial, "answer", INES, owner=INES)
    done = do(trial, "decline", INES, reason="after all not")
    assert values(trial)["asked_of"] == [ANA] and "owner" not in values(trial) and done.status == "asked"
    assert values(trial)["due"] == "2026-12-07"
    with pytest.raises(NotAllowed, match="nobody may"):
        do(trial, "decline", ANA, reason="nor I")


def test_who_made_it_and_declines_leaves_it_to_whom_it_was_promised(trial: Trial) -> None:
    make(trial)
    assert do(trial, "decline", ANA, reason="ill").told.endswith(f"asked of {BEN}: who does it")
    trial.do("commitment make", ANA, title="Alone", owner=ANA, due="2026-12-07")
    trial.do("commitment decline", ANA, commitment="alone", reason="ill")
    assert trial.refs("commitment:alone", "asked_of") == (ANA,)


# ---- keeping ----


def test_it_is_kept_by_its_owner_or_whoever_it_was_promised_to(trial: Trial) -> None:
    make(trial)
    with pytest.raises(NotAllowed, match=f"{ANA} or {BEN} may"):
        do(trial, "keep", CY)
    assert do(trial, "keep", BEN, outcome="all twelve sheets").told == "kept"
    assert values(trial)["outcome"] == "all twelve sheets" and trial.timers(FIGURES) == []
    with pytest.raises(Refused, match="is kept"):
        do(trial, "move", ANA, due="2026-12-09", reason="more")


def test_who_does_what_was_asked_of_them_has_taken_it(trial: Trial) -> None:
    make(trial, owner=CY)
    assert do(trial, "keep", CY).status == "kept"
    assert values(trial) == {"owner": [CY], "due": "2026-12-07", "status": "kept"}


def test_the_day_ends_where_the_owner_works_and_what_is_missed_may_be_kept_late(trial: Trial) -> None:
    make(trial)  # a Monday, in Berlin
    due = {one.verb: one.due for one in trial.timers(FIGURES)}
    assert due == {"remind": "2026-12-04T08:00:00.000000Z", "miss": "2026-12-07T23:00:00.000000Z"}
    trial.now = "2026-12-04T09:00:00.000000Z"
    assert trial.tick().acts == (f"commitment remind {FIGURES}",)
    trial.now = "2026-12-07T22:59:59.000000Z"
    assert trial.tick().acts == ()
    trial.now = "2026-12-07T23:00:00.000000Z"
    assert trial.tick().acts == (f"commitment miss {FIGURES}",)
    assert values(trial)["status"] == "missed" and trial.timers(FIGURES) == []
    trial.now = "2026-12-09T12:00:00.000000Z"
    assert do(trial, "keep", ANA, outcome="sorry").told == "kept, 2 days late"
    assert values(trial)["outcome"] == "2 days late: sorry"


def test_what_ran_out_is_missed_before_it_is_kept(trial: Trial) -> None:
    make(trial)
    trial.now = "2026-12-09T12:00:00.000000Z"
    assert do(trial, "keep", ANA).told == "kept, 2 days late"


def test_it_is_moved_by_its_owner_and_the_day_before_stays_on_record(trial: Trial) -> None:
    make(trial)
    with pytest.raises(NotAllowed, match=f"{BEN} may not move it; {ANA} may"):
        do(trial, "move", BEN, due="2026-12-09", reason="no hurry")
    for due, words in (("2026-12-07", "promised for 2026-12-07 already"), ("2026-11-20", "is over")):
        with pytest.raises(Refused, match=words):
            do(trial, "move", ANA, due=due, reason="x")
    do(trial, "move", ANA, due="2026-12-09", reason="the books close later")
    assert values(trial)["slipped_from"] == "2026-12-07"
    assert {one.due[:10] for one in trial.timers(FIGURES)} == {"2026-12-08", "2026-12-09"}
    do(trial, "move", ANA, due="2026-12-08", reason="earlier after all")
    assert values(trial)["slipped_from"] == "2026-12-07"
    trial.later(days=60).tick()
    assert do(trial, "move", ANA, due="2027-02-01", reason="now really").status == "open"


def test_whoever_it_was_promised_to_lets_it_go(trial: Trial) -> None:
    make(trial)
    with pytest.raises(NotAllowed, match=f"{BEN} may"):
        do(trial, "release", ANA)
    assert do(trial, "release", BEN).status == "released"
    trial.do("commitment make", ANA, title="Alone", owner="everyone", origin="ritual:sync")
    assert trial.do("commitment release", INES, commitment="alone").status == "released"
    assert trial.refs("commitment:alone", "asked_of") == ()


def test_the_record_is_good(trial: Trial) -> None:
    make(trial, owner="all teams", origin="ritual:sync")
    do(trial, "answer", INES, owner=BEN)
    do(trial, "accept", BEN)
    trial.later(days=40).tick()
    do(trial, "keep", BEN)
    trial.check_the_record()


def test_nobody_is_reminded_of_a_day_that_is_over(trial: Trial) -> None:
    make(trial)
    trial.later(days=30)
    assert trial.tick().acts == (f"commitment miss {FIGURES}",)
    assert "reminded" not in values(trial)


def test_a_day_alone_answers_by_when_and_not_who(trial: Trial) -> None:
    make(trial, owner="all teams", due=None)
    done = do(trial, "answer", ANA, due="2026-12-07")
    assert done.told == f"'all teams' names nobody in particular; asked of {ANA}: who does it"
    assert (values(trial)["due"], values(trial)["owner_said"]) == ("2026-12-07", "all teams")
    assert trial.timers(FIGURES) == []


def test_the_sponsor_of_an_agent_promises_for_it(trial: Trial) -> None:
    assert make(trial, owner="agent:bot").told == "asked of agent:bot: whether they take it"
    assert do(trial, "accept", DORA).told == "agent:bot has promised it for 2026-12-07"
