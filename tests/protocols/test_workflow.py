"""Workflows: moves are checked where that is declared, told where it is not, and compared with the declared way."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.actions.bringing import Request, bring
from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.errors import NotAllowed, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.acts import Done
from counterpoint.questions import Questions
from tests.protocols.small import Clock, small

WAYS = """
[[gate]]
id = "looked-at"
approver = "person:cy"
type = "quality"
[[workflow]]
id = "release"
version = "3"
class = "service"
zone = "shop"
owner = "team:ops"
enforced = {enforced}
stage = [
    {{ name = "build", hours = 24, exit = "the tests are green" }},
    {{ name = "review", gate = "gate:looked-at", owner = "team:ops" }},
    {{ name = "ship" }},
]
[[standard]]
id = "names"
class = "service"
rule = "names are spelt out"
[[work]]
id = "search"
class = "service"
zone = "shop"
owner = "team:web"
status = "active"
"""


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-03-02T09:00:00Z")


@pytest.fixture
def strict(tmp_path: Path, clock: Clock) -> Ledger:
    return small(tmp_path, clock, WAYS.format(enforced="true"))


@pytest.fixture
def loose(tmp_path: Path, clock: Clock) -> Ledger:
    return small(tmp_path, clock, WAYS.format(enforced="false"))


def move(ledger: Ledger, stage: str, by: str = "person:bo", **more: str | bool) -> Done:
    return perform(ledger, "workflow", "move", by=by, arguments={"work": "search", "stage": stage, **more})


def test_an_enforced_way_is_gone_step_by_step(strict: Ledger) -> None:
    with pytest.raises(Refused, match="build comes before review"):
        move(strict, "review")
    assert move(strict, "build").told == "work:search is in build of version 3"
    with pytest.raises(Refused, match=r"going out of build has a rule: the tests are green"):
        move(strict, "review")
    move(strict, "review", rules_kept=True)
    with pytest.raises(Refused, match="leaving review needs gate:looked-at"):
        move(strict, "ship")
    way = Questions(strict).way("search")
    assert [(one.name, one.stands) for one in way.stages] == [
        ("build", "behind"),
        ("review", "here"),
        ("ship", "ahead"),
    ]
    assert (way.workflow, way.version, way.enforced) == ("workflow:release", "3", True)
    assert way.standards == ("standard:names",)


def test_the_gate_of_a_stage_is_passed_once(strict: Ledger) -> None:
    move(strict, "build")
    move(strict, "review", rules_kept=True)
    asked = perform(strict, "approval", "ask", by="person:bo", arguments={"gate": "looked-at", "work": "search"})
    perform(strict, "approval", "grant", by="person:cy", arguments={"approval": asked.subject})
    done = move(strict, "ship")
    assert [(one.noun, one.verb) for one in done.followed] == [("approval", "use")]
    move(strict, "review", reason="a leak")
    with pytest.raises(Refused, match="leaving review needs gate:looked-at"):
        move(strict, "ship")
    assert replay(strict).good


def test_a_waiver_lets_a_stage_be_left_out(strict: Ledger, clock: Clock) -> None:
    waiver = {
        "rule": "workflow:release", "work": "work:search", "stage": "build", "until": "2026-03-03", "reason": "built",
    }  # fmt: skip
    perform(strict, "waiver", "give", by="person:cy", arguments=waiver)
    assert "it skipped build" in move(strict, "review").told
    clock.pass_minutes(60)
    (compared,) = Questions(strict).conformance().workflows
    assert (compared.works, compared.fitting) == (1, 1)
    assert [(one.kind, one.stage, one.waiver is not None) for one in compared.courses[0].deviations] == [
        ("skipped", "build", True)
    ]


def test_going_back_needs_a_reason_and_is_seen(strict: Ledger) -> None:
    move(strict, "build")
    move(strict, "review", rules_kept=True)
    with pytest.raises(Refused, match="going back needs a reason"):
        move(strict, "build")
    assert "went back from review" in move(strict, "build", reason="a leak").told
    (compared,) = Questions(strict).conformance("workflow:release").workflows
    assert [(one.kind, one.stage) for one in compared.courses[0].deviations] == [("repeated", "build")]


def test_what_is_not_enforced_is_told_and_never_refused(loose: Ledger, clock: Clock) -> None:
    assert "it skipped build, review" in move(loose, "ship").told
    clock.pass_minutes(60)
    (compared,) = Questions(loose).conformance().workflows
    assert (compared.works, compared.fitting, compared.enforced) == (1, 0, False)
    assert [(one.kind, one.stage) for one in compared.courses[0].deviations] == [
        ("skipped", "build"), ("skipped", "review"),
    ]  # fmt: skip


def test_who_may_move_and_what_there_is_to_move_to(loose: Ledger) -> None:
    with pytest.raises(Refused, match=r"has no stage 'reveiw'"):
        move(loose, "reveiw")
    with pytest.raises(NotAllowed, match=r"agent:review may not move|person:cy may not move"):
        perform(loose, "workflow", "move", by="person:cy", arguments={"work": "search", "stage": "build"})
    with pytest.raises(Refused, match="nothing says which way work:cards goes: it has no class"):
        perform(loose, "workflow", "move", by="person:cy", arguments={"work": "cards", "stage": "build"})
    move(loose, "review")
    perform(loose, "workflow", "move", by="person:cy", arguments={"work": "search", "stage": "ship"})


def test_work_is_not_complete_before_its_last_stage(strict: Ledger) -> None:
    move(strict, "build")
    with pytest.raises(Refused, match="has yet to go through review, ship"):
        perform(strict, "work", "complete", by="person:ana", arguments={"work": "search"})


def test_stages_that_a_tracker_tells_of_count_and_the_stuck_are_seen(
    tmp_path: Path, loose: Ledger, clock: Clock
) -> None:
    folder = tmp_path / "tracker"
    folder.mkdir()
    mapping = folder / "map.toml"
    mapping.write_text(
        '[mapping]\nsource = "tracker"\n[[records]]\nfiles = ["*.csv"]\nformat = "csv"\nentity = "work:{id}"\n'
        '[records.set]\nstage = "column"\n'
    )
    for column in ("build", "ship"):
        (folder / "board.csv").write_text(f"id,column\nsearch,{column}\n")
        bring(loose, Request(folder, str(mapping)), actor="local")
        clock.pass_minutes(30 * 60)
    (compared,) = Questions(loose).conformance().workflows
    (course,) = compared.courses
    assert [visit.stage for visit in course.visits] == ["build", "ship"]
    assert [(one.kind, one.stage, one.hours) for one in course.deviations] == [
        ("stuck", "build", 30.0), ("skipped", "review", None),
    ]  # fmt: skip
