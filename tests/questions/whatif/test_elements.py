"""Gates, rituals, the centre and the working week, as an organisation states them."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.simulation.known import DECLARED, MEASURED
from tests.questions.whatif.trial import TEAMS, WORK, gate, model_of, noted, ritual

WEEKLY = """
    ritual:weekly schedule {outcome = "understood", recurrence = [{rule = "FREQ=WEEKLY;BYDAY=MO", time = "10:00", \
timezone = "Europe/Berlin"}]}
"""
TOP = """
    team:all lead person:~fay
    team:all lead person:~gus
    team:web parent team:all
    team:pay parent team:all
    team:data parent team:all
"""


@pytest.mark.parametrize(
    ("facts", "approvers", "needed"),
    [
        ("gate:look approver person:~ana", 1, 1),
        ("gate:look approver person:~ana, person:~cy\ngate:look rule any", 2, 1),
        ("gate:look approver person:~ana, person:~cy\ngate:look rule all", 2, 2),
        ("gate:look approver person:~ana, person:~cy, person:~eli\ngate:look rule quorum\ngate:look quorum 2", 3, 2),
        ("gate:look approver team:web", 2, 1),
        ('gate:look needs {party = "team:web", count = 1}\ngate:look needs {party = "team:pay", count = 2}', 4, 3),
    ],
)
def test_a_gate_takes_as_many_of_as_many_as_its_rule_says(
    tmp_path: Path, facts: str, approvers: int, needed: int
) -> None:
    found = gate(model_of(tmp_path, TEAMS, WORK, "gate:look work work:page", facts).organisation, "look")
    assert (found.approvers, found.needed) == (approvers, needed)
    assert found.areas == {"team:web": 0.5}
    assert (found.hours, found.catches, found.governance, found.rule) == (None, None, False, "")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ("gate:look title look", "not clear who approves"),
        ("gate:look approver person:~ana, person:~cy", "not clear who approves"),
        ('gate:look needs {party = "team:data", count = 2}', "fewer people may approve than must"),
    ],
)
def test_a_gate_that_nothing_could_pass_is_left_out_and_noted(tmp_path: Path, facts: str, why: str) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "gate:look work work:page", facts)
    assert found.organisation.gates == ()
    assert noted(found, why) == 1


def test_a_gate_of_a_class_in_a_zone_applies_to_the_work_of_that_class_there(tmp_path: Path) -> None:
    facts = """
        zone:shop owner team:web
        work:page class feature
        work:form class bug
        work:card class feature
        gate:look zone zone:shop
        gate:look class feature
        gate:look approver person:~ana
        gate:idle zone zone:nowhere
    """
    found = model_of(tmp_path, TEAMS, WORK, facts)
    assert gate(found.organisation, "look").areas == {"team:web": 0.5}
    assert noted(found, "before no item") == 1


def test_governance_is_what_is_declared_so_with_the_standard_that_it_serves(tmp_path: Path) -> None:
    facts = """
        gate:look work work:page
        gate:look approver person:~ana
        gate:look type governance
        gate:look title Privacy
        gate:sign work work:card
        gate:sign approver person:~cy
        gate:sign type governance
        standard:law gate gate:sign
        standard:law title The law
    """
    found = model_of(tmp_path, TEAMS, WORK, facts).organisation
    assert (gate(found, "look").governance, gate(found, "look").rule) == (True, "Privacy")
    assert gate(found, "sign").rule == "The law"


def test_gates_that_the_same_people_pass_are_one(tmp_path: Path) -> None:
    facts = "\n".join(
        f"gate:{name} work work:{work}\ngate:{name} approver person:~ana\ngate:{name} title {name.title()}"
        for name, work in (("one", "page"), ("two", "form"), ("three", "card"))
    )
    found = model_of(tmp_path, TEAMS, WORK, facts, "gate:three type governance").organisation
    assert {one.label: dict(one.areas) for one in found.gates} == {
        "One and 1 more": {"team:web": 1.0}, "Three": {"team:pay": 1.0}
    }  # fmt: skip


def test_what_a_gate_catches_is_measured_on_twenty_answers(tmp_path: Path) -> None:
    gates = "gate:look work work:page\ngate:look approver person:~ana"

    def answered(granted: int, refused: int) -> str:
        every = ["granted"] * granted + ["refused"] * refused + ["requested"] * 3
        return "\n".join(
            f"approval:a{number} gate gate:look\napproval:a{number} work work:page\napproval:a{number} status {status}"
            for number, status in enumerate(every)
        )

    found = gate(model_of(tmp_path, TEAMS, WORK, gates, kept=answered(18, 2)).organisation, "look").catches
    assert found is not None
    assert (found.origin, found.sample) == (MEASURED, 20)
    # Two of twenty were refused, and one item of five has a defect.
    assert found.value == pytest.approx(0.1 / 0.2)
    assert found.low < found.value < found.high <= 1
    assert gate(model_of(tmp_path, TEAMS, WORK, gates, kept=answered(17, 2)).organisation, "look").catches is None


def test_a_ritual_is_held_as_often_as_its_schedule_says_by_those_who_take_part(tmp_path: Path) -> None:
    facts = """
        ritual:weekly owner person:~ana
        ritual:weekly participant team:pay
        ritual:weekly participant person:~stranger
        ritual:weekly duration 45
        team:pay member person:~ben
    """
    found = ritual(model_of(tmp_path, TEAMS, WORK, WEEKLY, facts).organisation, "weekly")
    # Ben is in both areas, and half of him is in each.
    assert found.attendees == {"team:web": 1.5, "team:pay": 2.5}
    assert (found.every.value, found.every.origin) == (40, DECLARED)
    assert found.hours is not None
    assert (found.hours.value, found.hours.origin) == (0.75, DECLARED)
    assert not found.decides
    assert not found.governance


def test_where_nobody_is_named_the_team_that_holds_it_takes_part(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, WEEKLY, "ritual:weekly owner team:web", "team:web lead person:~fay")
    assert ritual(found.organisation, "weekly").attendees == {"team:web": 3}
    assert ritual(found.organisation, "weekly").hours is None
    assert noted(found, "all of the team that holds one") == 1


def test_rituals_of_which_nobody_says_who_attends_leave_half_of_the_time(tmp_path: Path) -> None:
    facts = """
        ritual:weekly owner team:web
        ritual:weekly duration 4800
        ritual:other owner person:~cy
        ritual:other participant team:web
        ritual:other duration 480
    """
    other = WEEKLY.replace("ritual:weekly", "ritual:other")
    found = model_of(tmp_path, TEAMS, WORK, WEEKLY, other, facts)
    # Of two people's 80 hours 16 are as stated, so 24 are left of a half; one time takes 32 hours.
    assert ritual(found.organisation, "other").attendees["team:web"] == 2
    assert ritual(found.organisation, "weekly").attendees == {"team:web": pytest.approx(24 / 32)}
    assert noted(found, "would take more than 50% of its time") == 1


def test_of_what_lasts_days_the_working_hours_count(tmp_path: Path) -> None:
    facts = "ritual:weekly owner team:web", "ritual:weekly duration 2880"
    hours = ritual(model_of(tmp_path, TEAMS, WORK, WEEKLY, *facts).organisation, "weekly").hours
    assert hours is not None
    assert hours.value == 16


ONCE = """
    ritual:weekly schedule {outcome = "understood", recurrence = [{start = "2025-01-06T10:00:00", time = "10:00", \
timezone = "UTC"}]}
"""


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (f"{WEEKLY}\nritual:weekly status tentative", "tentative"),
        (f"{WEEKLY}\nritual:weekly status cancelled", "it is cancelled"),
        ('ritual:weekly schedule {outcome = "ambiguous", recurrence = []}', "its schedule is ambiguous"),
        ("ritual:weekly purpose to meet", "nobody says when it is held"),
        (ONCE, "not to be held in the next 52 weeks"),
        (f"{WEEKLY}\nritual:weekly participant person:~stranger", "nobody of any area is expected"),
    ],
)
def test_a_ritual_that_takes_nobodys_time_is_left_out_and_noted(tmp_path: Path, facts: str, why: str) -> None:
    found = model_of(tmp_path, TEAMS, WORK, facts, "team:away lead person:~gus", "ritual:weekly owner team:away")
    assert found.organisation.rituals == ()
    assert noted(found, why) == 1


def test_the_centre_is_who_decides_for_the_organisation(tmp_path: Path) -> None:
    stated = "zone:organisation decider team:board", "team:board lead person:~fay", "team:board title The board"
    centre = model_of(tmp_path, TEAMS, WORK, TOP, *stated).organisation.centre
    assert (centre.label, centre.deciders.value, centre.deciders.origin) == ("The board", 1, DECLARED)
    persons = "zone:organisation decider person:~fay, person:~gus"
    centre = model_of(tmp_path, TEAMS, WORK, persons).organisation.centre
    assert (centre.label, centre.deciders.value) == ("those who decide for the organisation", 2)


def test_else_it_is_who_leads_the_team_around_most_teams_else_one_is_assumed(tmp_path: Path) -> None:
    centre = model_of(tmp_path, TEAMS, WORK, TOP, "team:all title All of us").organisation.centre
    assert (centre.label, centre.deciders.value) == ("the leads of All of us", 2)
    found = model_of(tmp_path, TEAMS, WORK)
    assert found.organisation.centre.deciders.assumed
    assert found.organisation.centre.deciders.value == 1
    assert noted(found, "one person at least is taken to") == 1


def test_a_ritual_of_the_centre_decides(tmp_path: Path) -> None:
    facts = "ritual:weekly owner team:all", "ritual:weekly participant team:web"
    assert ritual(model_of(tmp_path, TEAMS, WORK, TOP, WEEKLY, *facts).organisation, "weekly").decides
    theirs = "ritual:weekly owner team:web", "ritual:weekly participant person:~fay", "team:web lead person:~ana"
    assert not ritual(model_of(tmp_path, TEAMS, WORK, TOP, WEEKLY, *theirs).organisation, "weekly").decides


def test_decisions_are_kept_for_no_rare_ritual_and_wait_for_the_most_frequent(tmp_path: Path) -> None:
    def held(name: str, rule: str) -> str:
        when = f'{{rule = "{rule}", time = "10:00", timezone = "UTC", start = "2026-01-05T10:00:00"}}'
        schedule = f'{{outcome = "understood", recurrence = [{when}]}}'
        return f"ritual:{name} schedule {schedule}\nritual:{name} owner team:all\nritual:{name} participant team:web"

    every = (held("a", "FREQ=MONTHLY"), held("b", "FREQ=WEEKLY"), held("c", "FREQ=YEARLY"))
    found = model_of(tmp_path, TEAMS, WORK, TOP, *every).organisation.rituals
    assert [(one.name, one.decides) for one in found] == [("ritual:b", True), ("ritual:a", True), ("ritual:c", False)]


def test_so_does_one_that_the_centre_attends_and_of_which_decisions_are_on_record(tmp_path: Path) -> None:
    facts = """
        ritual:weekly owner team:web
        ritual:weekly participant person:~fay
    """
    kept = """
        occurrence:one ritual ritual:weekly
        occurrence:one start 2026-11-16T09:00:00.000000Z
        occurrence:one output decision:blue
    """
    found = model_of(tmp_path, TEAMS, WORK, TOP, WEEKLY, facts, kept=kept)
    assert ritual(found.organisation, "weekly").decides


@pytest.mark.parametrize(
    ("facts", "week", "noted_so"),
    [
        ("zone:organisation calendar UTC Mon-Thu 09:00-17:00", 32, 0),
        ("team:web calendar UTC 09:00-16:00\nteam:pay calendar Europe/Berlin 09:00-16:00", 40, 1),
        ("zone:organisation calendar UTC 24/7", 40, 1),
        ("", 40, 1),
    ],
)
def test_the_week_is_the_calendars(tmp_path: Path, facts: str, week: float, noted_so: int) -> None:
    found = model_of(tmp_path, TEAMS, WORK, facts)
    assert found.organisation.week == week
    assert noted(found, "none are stated") == noted_so
