"""What the page asks is what the command line asks, of the same model and with the same chances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from counterpoint.errors import InvalidInput
from counterpoint.model.whatif_choice import CHOICES, GRID, NOW, Choice
from counterpoint.questions.whatif import choosing
from counterpoint.questions.whatif.asking import Ground, WhatIf
from counterpoint.questions.whatif.choosing import Choosing
from counterpoint.simulation.balance import balanced
from tests.simulation.organisations import BRIEF, three_areas


def silent(_what: str, _done: int, _most: int) -> None:
    """Tells nobody."""


def plain(work: Any, tasks: Sequence[Any]) -> Any:
    return map(work, tasks)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(balanced(three_areas()), ("a note",), None, "not held")


@pytest.fixture
def asked(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Choosing:
    monkeypatch.setattr(choosing, "EFFORTS", {"quick": BRIEF, "usual": BRIEF})
    return Choosing(ground)


def test_the_models_are_those_of_the_command_line(ground: Ground, asked: Choosing) -> None:
    found = asked.figures(Choice(5, 0.5), "usual", plain, silent).compared
    theirs = WhatIf(ground, plain, silent, BRIEF).compared(
        "the same",
        [
            choosing._variant(NOW, "now"),
            *(choosing._variant(Choice(5, 0.5, one), one or "as it is") for one in CHOICES),
        ],
        0,
    )
    assert found.variants == theirs.variants and found.areas == theirs.areas and found.replications == 4
    assert [one.name for one in found.variants] == ["now", "as it is", "centralised", "decentralised", "hybrid"]


def test_today_is_not_compared_with_itself(asked: Choosing) -> None:
    names = [one.name for one in asked.figures(NOW, "quick", plain, silent).compared.variants]
    assert names == ["now", "centralised", "decentralised", "hybrid"]


def test_the_census_is_that_of_the_command_line_without_what_is_taken_away(ground: Ground, asked: Choosing) -> None:
    ours = asked.census(Choice(10), "usual", plain, silent)
    assert ours == WhatIf(ground, plain, silent, BRIEF).census(speedup=10.0)
    without = asked.census(Choice(10, remove=("gate:quality",)), "usual", plain, silent)
    assert {one.element for one in ours.elements} - {one.element for one in without.elements} == {"gate:quality"}


def test_a_curve_goes_through_the_choice_and_all_that_is_worked_out_beforehand(asked: Choosing) -> None:
    points = asked.curve(Choice(17, 0.3, "hybrid"), "quick", plain, silent)
    assert [one.speedup for one in points] == sorted({*GRID, 17.0})
    shares = [one.row.coordination.value for one in points]
    assert shares == sorted(shares), "the faster execution is, the larger the rest"


def test_beforehand_is_every_speed_under_every_model(asked: Choosing) -> None:
    found = asked.ahead(1.0, plain, silent)
    assert set(found) == {Choice(speed, 1.0, model) for speed in GRID for model in CHOICES}
    figures, point = found[Choice(10, 1.0, "hybrid")]
    names = [one.name for one in figures.compared.variants]
    assert names == ["now", "as it is", "centralised", "decentralised", "hybrid"]
    assert point.row == figures.compared.variants[4] and point.speedup == 10
    assert figures.limits and all(one.load is None or one.load > 0 for one in figures.limits)


def test_growth_and_removal_reach_the_model(ground: Ground, asked: Choosing) -> None:
    now = asked.figures(NOW, "quick", plain, silent).compared.variants[0]
    grown = asked.figures(Choice(agents=12, teams=2, people=2.0), "quick", plain, silent).compared.variants[1]
    assert grown.weekly.value > 1.5 * now.weekly.value
    less = asked.figures(Choice(remove=("ritual:daily", "gate:quality")), "quick", plain, silent).compared.variants[1]
    assert less.hours["gates"] < now.hours["gates"] and less.hours["rituals"] < now.hours["rituals"]


def test_what_makes_no_sense_in_the_organisation_is_refused(ground: Ground) -> None:
    with pytest.raises(InvalidInput, match="no element"):
        Choosing(ground).figures(Choice(remove=("gate:none",)), "quick", plain, silent)


def test_the_elements_are_those_of_the_model(ground: Ground) -> None:
    names = [one.element for one in Choosing(ground).elements]
    assert "gate:security" in names and "ritual:daily" in names and names[-2:] == ["above", "peers"]
    assert Choosing(ground).replications("quick") < Choosing(ground).replications("usual")
    assert replace(ground) == ground, "equal grounds are seen to be equal, so that nothing is worked out twice"
