"""Areas: who is in them, whose work is whose, how they are coordinated."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.errors import InvalidInput
from tests.questions.whatif.trial import TEAMS, WORK, area, model_of, noted


def test_an_area_is_a_team_with_work_and_people_share_their_time_among_areas(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "team:pay lead person:~ana", "team:idle member person:~ana")
    assert {one.name for one in found.organisation.areas} == {"team:web", "team:pay"}
    web, pay = area(found.organisation, "web"), area(found.organisation, "pay")
    assert (web.people, pay.people) == (2, 3)
    assert web.share == pytest.approx((0.5 + 1) / 2)
    assert pay.share == pytest.approx((0.5 + 1 + 1) / 3)


def test_members_of_a_team_inside_count_there_and_archived_teams_have_nobody(tmp_path: Path) -> None:
    inside = """
        team:web parent team:all
        team:all member person:~fay
        work:plan team team:all
        team:old status archived
        team:old member person:~ana
        work:relic team team:old
    """
    found = model_of(tmp_path, TEAMS, WORK, inside)
    assert area(found.organisation, "all").people == 1
    assert "work:relic" not in found.placed
    assert noted(found, "says whose") == 1


def test_the_zone_of_work_gives_it_to_the_owning_team(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "zone:cards owner team:pay", "work:chip zone zone:cards")
    assert found.placed["work:chip"] == "team:pay"
    assert found.zones == {"zone:cards": "team:pay"}


def test_every_zone_of_a_team_with_people_has_an_area(tmp_path: Path) -> None:
    zones = """
        zone:cards owner team:pay
        zone:chips parent zone:cards
        zone:reports owner team:data
        team:web zone zone:site
        zone:site title nobody owns it
        zone:wild title nobody is there
        zone:hollow owner team:empty
        team:empty parent team:data
    """
    found = model_of(tmp_path, TEAMS, WORK, zones)
    assert found.zones == {
        "zone:cards": "team:pay", "zone:chips": "team:pay", "zone:hollow": "team:data", "zone:reports": "team:data",
        "zone:site": "team:web",
    }  # fmt: skip
    assert noted(found, "counted with the team around") == 0


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ("work:odd owner team:data", "team:data"),
        ("work:odd owner person:~eli", "team:data"),
        ("work:odd owner person:~ana\nteam:pay member person:~ana\nwork:odd contributor team:web", "team:web"),
        # Nothing of its own says which; of the two, web states more work as its own.
        ("work:odd owner person:~ana\nteam:pay member person:~ana", "team:web"),
        ("work:odd owner person:~ana\nteam:pay member person:~ana\nwork:more team team:pay", None),
        ("work:odd parent work:card", "team:pay"),
        ("work:odd owner person:~stranger", None),
    ],
)
def test_work_without_a_home_belongs_to_its_owner_or_what_it_is_part_of(
    tmp_path: Path, facts: str, where: str | None
) -> None:
    found = model_of(tmp_path, TEAMS, WORK, facts)
    assert found.placed.get("work:odd") == where
    assert noted(found, "says whose") == (where is None)


def test_a_team_without_people_counts_with_the_team_around_it(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "team:empty parent team:data", "work:odd team team:empty")
    assert found.placed["work:odd"] == "team:data"
    assert noted(found, "counted with the team around") == 1
    found = model_of(tmp_path, TEAMS, WORK, "team:empty class ghost", "work:odd team team:empty")
    assert "work:odd" not in found.placed
    assert noted(found, "no team with people around") == 1


def test_a_zone_of_persons_who_are_in_no_team_is_an_area(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "zone:lab owner person:~gus", "work:odd zone zone:lab")
    assert found.placed["work:odd"] == "zone:lab"
    assert found.organisation.area("zone:lab").people == 1


def test_agents_work_in_their_teams_where_their_capabilities_are_or_with_their_sponsor(tmp_path: Path) -> None:
    agents = """
        zone:cards owner team:pay
        work:chip zone zone:cards
        team:web member agent:one
        agent:two capability zone:cards
        agent:three capability work:page
        agent:four sponsor person:~cy
        agent:five sponsor person:~cy
        agent:five status stopped
        agent:six sponsor person:~stranger
    """
    found = model_of(tmp_path, TEAMS, WORK, agents)
    assert area(found.organisation, "web").agents == 2
    assert area(found.organisation, "pay").agents == 2
    assert noted(found, "by team, capability or sponsor") == 1
    assert not any("agent:" in name for one in found.notes for name in one.some)


def test_where_agents_are_stopped_an_area_has_none(tmp_path: Path) -> None:
    agents = "team:web member agent:one", "team:pay member agent:two"
    facts = *agents, "zone:cards owner team:pay", "zone:cards agents stopped"
    found = model_of(tmp_path, TEAMS, WORK, *facts)
    assert (area(found.organisation, "web").agents, area(found.organisation, "pay").agents) == (1, 0)
    assert noted(found, "agents are stopped there") == 1
    found = model_of(tmp_path, TEAMS, WORK, *facts, "zone:organisation agents stopped")
    assert area(found.organisation, "web").agents == 0


def test_agents_are_reviewed_unless_their_terms_let_them_finish_work_alone(tmp_path: Path) -> None:
    alone = """
        zone:cards owner team:pay
        zone:cards terms {action = "work", term = "alone"}
    """
    found = model_of(tmp_path, TEAMS, WORK, alone).organisation
    assert area(found, "web").reviewed
    assert not area(found, "pay").reviewed


TWO = "zone:coins owner team:pay\nzone:coins model hybrid\nzone:cards model centralised"


@pytest.mark.parametrize(
    ("facts", "model"),
    [
        ("zone:cards model centralised", "centralised"),
        ("zone:cards decides_alone the colour", "hybrid"),
        (TWO, None),
        (f"{TWO}\nwork:chip zone zone:cards", "centralised"),
        ("", None),
    ],
)
def test_an_area_is_coordinated_as_most_of_its_zones_declare(tmp_path: Path, facts: str, model: str | None) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "zone:cards owner team:pay", facts).organisation
    assert area(found, "pay").model == model


def test_there_must_be_work_of_two_areas_with_people(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no work to simulate"):
        model_of(tmp_path, TEAMS)
    with pytest.raises(InvalidInput, match="none of 1 items of work belongs to a team or a zone with people"):
        model_of(tmp_path, TEAMS, "work:page status active")
    with pytest.raises(InvalidInput, match="there is only one area"):
        model_of(tmp_path, TEAMS, "work:page team team:web")
    with pytest.raises(InvalidInput, match="there is no work to simulate"):
        model_of(tmp_path, TEAMS, "work:page team team:web", "work:page status dropped")
