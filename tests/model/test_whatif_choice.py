"""A choice on the page of what-ifs: what is the same, what is nearest, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import BadValue
from counterpoint.model.whatif_choice import CHOICES, GRID, NOW, Choice, Grade, checked, curve_speeds

CHOICE = st.builds(
    Choice, st.floats(1, 100), st.floats(0, 1), st.sampled_from(CHOICES), st.integers(0, 1000), st.integers(1, 10),
    st.floats(0.25, 4), st.lists(st.sampled_from(["a", "b", "c"])).map(tuple),
)  # fmt: skip


@given(CHOICE)
def test_what_is_within_its_limits_is_accepted_and_has_a_nearest_one_of_those_worked_out_beforehand(choice: Choice):
    assert checked(choice) is choice
    near = choice.nearest
    assert near.speedup in GRID and near.response in (0, 1) and near.model == choice.model
    assert not near.changes and near.nearest == near
    apart = [max(one, choice.speedup) / min(one, choice.speedup) for one in GRID]
    assert apart[GRID.index(near.speedup)] == min(apart)
    assert choice.speedup in curve_speeds(choice) and set(GRID) <= set(curve_speeds(choice))


def test_choices_that_ask_the_same_are_equal():
    assert Choice(2, remove=("b", "a", "b")) == Choice(2, remove=("a", "b"))
    assert Choice(1, response=0.7) == NOW, "demand that grows with speed does not grow at the speed of today"
    assert Choice(2, response=0.7).at(1) == NOW and Choice(2, response=0.7) != Choice(2)


def test_changes_in_words():
    assert NOW.changes == () and Choice(10, 1, "hybrid").changes == ()
    assert Choice(agents=5, teams=2, people=1.5, remove=("a",)).changes == (
        "5 agents more", "2 times the teams", "1.5 times the people", "one element of coordination less"
    )  # fmt: skip
    assert Choice(remove=("a", "b")).changes == ("2 elements of coordination less",)


@pytest.mark.parametrize(
    "bad",
    [
        {"speedup": 0.99}, {"speedup": 101.0}, {"speedup": float("nan")}, {"response": -0.1}, {"response": 1.1},
        {"model": "chaos"}, {"agents": -1}, {"agents": 1001}, {"teams": 0}, {"teams": 11}, {"people": 0.2},
        {"people": 5.0}, {"remove": tuple(map(str, range(501)))},
    ],
)  # fmt: skip
def test_what_is_out_of_its_limits_is_refused_with_them(bad: dict[str, object]):
    with pytest.raises(BadValue) as refused:
        checked(replace(Choice(2), **bad))
    assert refused.value.hint


def test_nothing_better_comes_after_exactly_this_and_of_usual_effort():
    assert Grade("usual", 40, 2, 0, True).final
    assert not Grade("usual", 40, 2, 0, False).final and not Grade("quick", 10, 2, 0, True).final
