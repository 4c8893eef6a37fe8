"""Requests between areas, and which items touch other areas."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.errors import InvalidInput
from tests.questions.whatif.trial import TEAMS, WORK, model_of, noted, request, streams


def test_what_items_of_one_area_need_of_another_is_counted_per_item(tmp_path: Path) -> None:
    needs = """
        dependency:one consumer work:page
        dependency:one provider work:card
        dependency:one size small
        dependency:two consumer work:form
        dependency:two provider team:pay
        dependency:two size large
        dependency:three consumer work:form
        dependency:three provider team:pay
        dependency:inside consumer work:form
        dependency:inside provider work:page
    """
    found = model_of(tmp_path, TEAMS, WORK, needs).organisation
    asked = request(found, "web", "pay")
    assert asked is not None
    assert (asked.per_item.value, asked.per_item.sample) == (1.5, 2)
    assert asked.per_item.low < 1.5 < asked.per_item.high
    assert asked.hours is not None
    assert (asked.hours.value, asked.hours.low, asked.hours.high) == (9, 4.5, 22)
    assert asked.hours.assumed
    assert len(found.requests) == 1


def test_where_no_size_is_said_hours_are_as_usual(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "dependency:one consumer work:page", "dependency:one provider team:data")
    asked = request(found.organisation, "web", "data")
    assert asked is not None
    assert asked.hours is None
    assert noted(found, "not on record, though others ask") == 1


@pytest.mark.parametrize(
    "facts",
    [
        "work:page contributor person:~cy",
        "work:page contributor team:pay",
        'work:page champion {party = "person:~eli", team = "team:pay", role = "champion"}',
        "work:part parent work:page\nwork:part level task\nwork:part team team:pay",
        "work:part parent work:page\nwork:part level task\nwork:part contributor person:~cy",
    ],
)
def test_whoever_of_another_area_helps_is_asked_once(tmp_path: Path, facts: str) -> None:
    asked = request(model_of(tmp_path, TEAMS, WORK, facts).organisation, "web", "pay")
    assert asked is not None
    assert asked.per_item.value == 0.5
    needed = "dependency:one consumer work:page", "dependency:one provider team:pay"
    asked = request(model_of(tmp_path, TEAMS, WORK, facts, *needed).organisation, "web", "pay")
    assert asked is not None
    assert asked.per_item.value == 0.5


def test_who_is_in_the_area_too_is_asked_for_nothing(tmp_path: Path) -> None:
    both = "work:page contributor person:~cy", "team:web member person:~cy"
    assert model_of(tmp_path, TEAMS, WORK, *both).organisation.requests == ()


@pytest.mark.parametrize(
    ("status", "why"), [("declined", "declined: nobody"), ("withdrawn", ""), ("fulfilled", ""), ("asked", "")]
)
def test_what_was_declined_or_withdrawn_is_nobodys_work(tmp_path: Path, status: str, why: str) -> None:
    needs = "dependency:one consumer work:page", "dependency:one provider team:pay", f"dependency:one status {status}"
    found = model_of(tmp_path, TEAMS, WORK, *needs)
    assert len(found.organisation.requests) == (status not in ("declined", "withdrawn"))
    assert noted(found, "declined: nobody") == bool(why)


def test_what_leads_nowhere_is_noted(tmp_path: Path) -> None:
    needs = """
        dependency:one consumer work:page
        dependency:one provider team:unknown
        dependency:two consumer objective:grow
        dependency:two provider team:pay
        dependency:three consumer work:nobody-knows
        dependency:three provider team:pay
    """
    found = model_of(tmp_path, TEAMS, WORK, needs)
    assert found.organisation.requests == ()
    assert noted(found, "with an end in no area") == 1
    assert noted(found, "neither work nor a team") == 1
    assert noted(found, "done, dropped, left out, or not known") == 1


def test_an_archived_team_that_is_asked_counts_with_the_team_around(tmp_path: Path) -> None:
    old = "team:old status archived", "team:old parent team:pay"
    needs = "dependency:one consumer work:page", "dependency:one provider team:old"
    assert request(model_of(tmp_path, TEAMS, WORK, *old, *needs).organisation, "web", "pay") is not None


def test_what_a_team_needs_for_no_work_in_particular_counts_for_all_of_it(tmp_path: Path) -> None:
    needs = "dependency:one consumer team:web", "dependency:one provider team:pay"
    found = model_of(tmp_path, TEAMS, WORK, *needs).organisation
    asked = request(found, "web", "pay")
    assert asked is not None
    assert asked.per_item.value == 0.5
    assert streams(found, "web")["work"].touching.value == 0


def test_what_is_asked_for_no_work_at_all_is_noted(tmp_path: Path) -> None:
    facts = "dependency:one consumer team:data", "dependency:one provider team:pay"
    found = model_of(tmp_path, TEAMS, WORK, *facts, "work:page contributor person:~stranger")
    assert found.organisation.requests == ()
    assert noted(found, "no work on record for which it is asked") == 1
    assert noted(found, "in no one team") == 1


@pytest.mark.parametrize(
    ("facts", "touching"),
    [
        ("", 0.0),
        ("dependency:one consumer work:page\ndependency:one provider team:pay", 0.5),
        ("dependency:one consumer work:card\ndependency:one provider work:page", 0.5),
        ("dependency:one consumer team:pay\ndependency:one provider work:page", 0.5),
        ("work:page decider person:~cy", 0.5),
        ("work:page decider person:~ana", 0.0),
        ("work:page decider team:web", 0.0),
        ("work:page decider person:~ana, person:~cy", 0.0),
    ],
)
def test_an_item_touches_other_areas_by_needs_and_deciders(tmp_path: Path, facts: str, touching: float) -> None:
    (web,) = streams(model_of(tmp_path, TEAMS, WORK, facts).organisation, "web").values()
    assert (web.touching.value, web.touching.sample) == (touching, 2)
    assert web.touching.low <= touching <= web.touching.high


def circle(*works: str) -> str:
    """Facts that let these works wait for each other."""
    pairs = zip(works, (*works[1:], works[0]), strict=True)
    return "\n".join(
        f"dependency:{one}-{other} consumer work:{one}\ndependency:{one}-{other} provider work:{other}\n"
        f"dependency:{one}-{other} type prerequisite"
        for one, other in pairs
    )


def test_a_graph_with_a_circle_is_refused_with_the_way_round(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="2 of 3 open items of work wait for each other in circles") as error:
        model_of(tmp_path, TEAMS, WORK, circle("page", "card"))
    assert "counterpoint cycles" in error.value.hint
    (problem,) = error.value.problems
    assert problem.message in (
        "work:page → work:card → work:page", "work:card → work:page → work:card"
    )  # fmt: skip


def test_a_circle_in_little_of_the_work_is_left_out_and_noted(tmp_path: Path) -> None:
    more = (f"work:more{number} team team:pay" for number in range(8))
    found = model_of(tmp_path, TEAMS, WORK, *more, circle("page", "card"))
    assert {"work:page", "work:card"}.isdisjoint(found.placed)
    assert noted(found, "waiting for each other in circles") == 2
