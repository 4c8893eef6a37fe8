"""Objectives: who measures, who sets priorities, who says what work is for; by rule, and kept in the record."""

from __future__ import annotations

import pytest

from counterpoint.actions.replaying import replay
from counterpoint.errors import BadValue, NotAllowed, Refused
from counterpoint.ledger.verify import verify
from counterpoint.model.alignment import KeyResult
from counterpoint.state.alignment import key_results
from tests.protocols.trial import Trial

FACTS = """
    person:~ana
    person:~ben
    person:~chi
    person:~ines
    team:shop lead person:~ana
    objective:fast owner team:shop
    objective:fast decider person:~ines
    objective:fast priority normal
    objective:fast key_result {name = "time to pay", target = 60, start = 140, unit = "seconds"}
    objective:fast key_result {name = "shops", target = 12}
    objective:won status done
    objective:both rule all
    zone:joint decider person:~ines, person:~ana
    zone:joint rule all
    objective:both zone zone:joint
    work:page owner person:~ben
    work:api owner person:~chi
    work:old owner person:~ben
    work:old status done
"""


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS.replace("    objective:both rule all\n", ""))


def figures(trial: Trial) -> dict[str, KeyResult]:
    return {one.name: one for one in trial.ask(lambda state: key_results(state, "objective:fast"))}


def measure(trial: Trial, value: str, by: str = "person:~ana", name: str = "time to pay") -> str:
    return trial.do("objective measure", by, objective="objective:fast", name=name, value=value).told


def test_the_newest_figure_counts_whoever_says_it(trial: Trial) -> None:
    assert figures(trial)["time to pay"].value is None and figures(trial)["time to pay"].progress is None
    assert measure(trial, "100") == "time to pay: 100 seconds; the target is 60"
    assert (figures(trial)["time to pay"].value, figures(trial)["time to pay"].progress) == (100, 0.5)
    assert measure(trial.later(hours=1), "82.5", "person:~ines").endswith("and was 100; the target is 60")
    assert figures(trial)["time to pay"].value == 82.5
    trial.later(days=1).says('objective:fast key_result {name = "time to pay", target = 50, start = 140, value = 77}')
    assert (figures(trial)["time to pay"].target, figures(trial)["time to pay"].value) == (50, 77)
    measure(trial.later(days=1), "3", name="shops")
    assert figures(trial)["shops"].progress == 0.25
    assert verify(trial.ledger).good and replay(trial.ledger).damage == ()


def test_who_measures_and_what(trial: Trial) -> None:
    with pytest.raises(NotAllowed, match="person:~chi does not answer for objective:fast; team:shop"):
        measure(trial, "100", "person:~chi")
    with pytest.raises(Refused, match="has no key result 'tempo'") as refused:
        measure(trial, "100", name="tempo")
    assert "'shops', 'time to pay'" in refused.value.hint
    for wrong in ("-1", "many", "nan", "inf"):
        with pytest.raises(BadValue, match="is not a figure"):
            measure(trial, wrong)


def test_who_decides_sets_the_priority(trial: Trial) -> None:
    with pytest.raises(NotAllowed, match="person:~ines may set its priority"):
        trial.do("objective prioritise", "person:~ana", objective="objective:fast", priority="critical")
    done = trial.do("objective prioritise", "person:~ines", objective="objective:fast", priority="critical")
    assert done.told == "critical from now on; it was normal"
    assert trial.text("objective:fast", "priority") == "critical"  # over what the file says
    with pytest.raises(Refused, match="is critical already"):
        trial.do("objective prioritise", "person:~ines", objective="objective:fast", priority="critical")
    with pytest.raises(NotAllowed, match="one voice does not set it: all of person:~ana or person:~ines"):
        trial.do("objective prioritise", "person:~ines", objective="objective:both", priority="low")
    assert replay(trial.ledger).damage == ()


def test_whose_the_work_is_says_what_it_is_for(trial: Trial) -> None:
    with pytest.raises(NotAllowed, match="person:~ben may not say what work:api is for; person:~chi may"):
        trial.do("objective serve", "person:~ben", objective="objective:fast", work=["work:page", "work:api"])
    assert trial.refs("work:page", "serves") == ()  # all of it or nothing
    trial.do("objective serve", "person:~ben", objective="objective:fast", work=["work:page"])
    assert trial.refs("work:page", "serves") == ("objective:fast",)
    with pytest.raises(Refused, match="work:page serves objective:fast already"):
        trial.do("objective serve", "person:~ben", objective="objective:fast", work=["work:page"])
    with pytest.raises(Refused, match="work:old is done"):
        trial.do("objective serve", "person:~ben", objective="objective:fast", work=["work:old"])
    with pytest.raises(Refused, match="objective:won is closed"):
        trial.do("objective serve", "person:~ben", objective="objective:won", work=["work:page"])
    trial.do("objective unserve", "person:~ben", objective="objective:fast", work=["work:page"])
    assert trial.refs("work:page", "serves") == ()
    with pytest.raises(Refused, match="does not say that it serves"):
        trial.do("objective unserve", "person:~ben", objective="objective:fast", work=["work:page"])
    assert replay(trial.ledger).damage == ()


def test_what_another_source_says_is_taken_out_there(trial: Trial) -> None:
    trial.says("work:page serves objective:fast", source="tracker")
    with pytest.raises(Refused, match="by the word of tracker"):
        trial.do("objective unserve", "person:~ben", objective="objective:fast", work=["work:page"])
