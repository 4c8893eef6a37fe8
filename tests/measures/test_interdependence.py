"""How relationships grow with parties, and where that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.measures.interdependence import INTERDEPENDENCE, change_points, growth
from tests.measures.trial import Row, actors, outcome

VERBS = ("change", "review", "commit")
PEOPLE = [f"p{number}" for number in range(40)]
touches = st.lists(
    st.tuples(st.sampled_from(PEOPLE[:6]), st.sampled_from("abcde"), st.integers(1, 5), st.sampled_from(VERBS)),
    min_size=1,
    max_size=30,
)  # fmt: skip


def rows_of(drawn: Sequence[tuple[str, str, int, str]]) -> list[Row]:
    return [
        {"actor": who, "verb": verb, "object": f"{what}.py", "moment": datetime(2026, month, 3, 10), "thread": f"c{at}"}
        for at, (who, what, month, verb) in enumerate(drawn)
    ]


def naive(drawn: Sequence[tuple[str, str, int, str]]) -> dict[tuple[str, date], float]:
    found: dict[tuple[str, date], float] = {}
    for month in {one[2] for one in drawn}:
        here = [one for one in drawn if one[2] == month]
        files: dict[str, set[str]] = {}
        for who, what, _, verb in here:
            if verb == "change":
                files.setdefault(what, set()).add(who)
        pairs = {pair for doers in files.values() for pair in combinations(sorted(doers), 2)}
        begin, n = date(2026, month, 1), len({who for who, *_ in here})
        found["parties", begin] = n
        found["relationships", begin] = len(pairs)
        found["per_party", begin] = len(pairs) / n
        reviews = sum(1 for *_, verb in here if verb == "review")
        if any(one[3] == "review" for one in drawn):
            found["coordination", begin] = reviews / len(here)
    return found


@settings(max_examples=8)
@given(touches)
def test_it_is_what_counting_by_hand_gives(drawn: list[tuple[str, str, int, str]]) -> None:
    if not any(verb == "change" for *_, verb in drawn):
        assert outcome(INTERDEPENDENCE, rows_of(drawn)).lacking
        return
    found = outcome(INTERDEPENDENCE, rows_of(drawn), actors(all=PEOPLE), common=1.0).rows.to_pylist()
    by_step = {
        (row["figure"], row["period"]): row["value"] for row in found if row["period"] and row["figure"] != "regime"
    }
    assert by_step == pytest.approx(naive(drawn))


def course(sizes: Sequence[int], shared: Sequence[int]) -> list[dict[str, Any]]:
    """In each month so many people change a file of their own, and the first of them ``shared`` files with the next."""
    rows = []
    for month, (size, files) in enumerate(zip(sizes, shared, strict=True)):
        when = datetime(2024 + month // 12, month % 12 + 1, 28, 10)
        for person in PEOPLE[:size]:
            rows.append({"actor": person, "object": f"{person}.py", "moment": when})
        for number, (one, other) in enumerate(list(combinations(PEOPLE[:size], 2))[:files]):
            rows += [{"actor": who, "object": f"shared{number}.py", "moment": when} for who in (one, other)]
    rows.append({"actor": "p0", "object": "p0.py", "moment": datetime(2026, 12, 31, 10)})
    return rows


def told(rows: Sequence[Row], figure: str) -> list[dict[str, Any]]:
    found = outcome(INTERDEPENDENCE, rows, actors(all=PEOPLE), common=1.0).rows.to_pylist()
    return [row for row in found if row["figure"] == figure]


def test_the_exponent_is_that_of_everybody_with_everybody() -> None:
    sizes = [4, 6, 8, 10, 12, 14, 16, 18]
    (found,) = told(course(sizes, [size * (size - 1) // 2 for size in sizes]), "growth")
    assert found["low"] < 2.15 and found["value"] == pytest.approx(2.14, abs=0.03) and found["n"] == 8
    (linear,) = told(course(sizes, sizes), "growth")
    assert linear["value"] == pytest.approx(1.0, abs=1e-9)


def test_too_few_steps_or_one_size_say_so() -> None:
    (few,) = told(course([4, 6, 8], [3, 5, 7]), "growth")
    assert (few["value"], few["missing"][:18]) == (None, "at least 8 complet")
    (same,) = told(course([6] * 10, [5] * 10), "growth")
    assert same["value"] is None
    (points,) = told(course([4, 6, 8], [3, 5, 7]), "change_points")
    assert points["value"] is None


def test_a_step_that_is_not_over_is_shown_and_not_fitted() -> None:
    rows = course([5, 6, 7, 8, 9, 10, 11, 12], [4, 5, 6, 7, 8, 9, 10, 11])
    rows.append({"actor": "p0", "object": "p0.py", "moment": datetime(2027, 1, 3, 10)})
    assert [row["period"] for row in told(rows, "parties")][-1] == date(2027, 1, 1)
    assert told(rows, "growth")[0]["n"] == 8


def test_the_point_where_the_regime_changed_is_found() -> None:
    sizes = [10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11]
    shared = [5, 6, 5, 6, 5, 5, 30, 33, 30, 33, 31, 33]
    rows = course(sizes, shared)
    assert [row["value"] for row in told(rows, "change_points")] == [1]
    (regime,) = told(rows, "regime")
    assert regime["period"] == date(2024, 7, 1)
    assert regime["before"] == pytest.approx(0.5, abs=0.05) and regime["value"] == pytest.approx(3.0, abs=0.1)


def test_without_any_source_of_coordination_its_share_is_not_zero() -> None:
    (found,) = told(course([4, 6], [2, 3]), "coordination")
    assert (found["value"], found["missing"]) == (None, "reviews, messages or meetings")


def test_attendance_is_coordination_of_those_who_came() -> None:
    answers = ("accepted", "accepted", "tentative", "declined")
    rows = [
        {
            "actor": who, "verb": "attend", "object": "ritual:r", "thread": "o1", "moment": datetime(2024, 1, 9, 10),
            "attributes": f'{{"answer": "{answer}"}}',
        }
        for who, answer in zip(PEOPLE, answers, strict=False)
    ]  # fmt: skip
    found = {row["period"]: row for row in told([*course([4, 6], [0, 0]), *rows], "coordination")}
    assert found[date(2024, 1, 1)]["value"] == pytest.approx(2 / 6), "four changes, and two who came"


def test_dependencies_count_from_when_they_were_stated() -> None:
    depends: dict[str, Any] = {"said": datetime(2024, 2, 10)}
    depends |= {"dependency": "dependency:x", "consumer": "work:a", "provider": "work:b", "status": "stated"}
    tables = {**actors(all=PEOPLE), "dependency": [depends, depends | {"status": "withdrawn"}]}
    rows = outcome(INTERDEPENDENCE, course([4, 4, 4], [0, 0, 1]), tables, common=1.0).rows.to_pylist()
    assert [row["value"] for row in rows if row["figure"] == "relationships"][:3] == [0, 1, 2]


def test_each_team_has_its_own_relationships() -> None:
    rows = [
        {"actor": who, "object": "one.py", "moment": datetime(2026, 1, 30, 10)} for who in ("p0", "p1", "p2")
    ]  # fmt: skip
    found = outcome(INTERDEPENDENCE, rows, actors(red=["p0", "p1"], blue=["p2"]), grain="team").rows.to_pylist()
    pairs = {row["unit"]: row["value"] for row in found if row["figure"] == "relationships"}
    assert pairs == {"team:red": 1, "team:blue": 0}


def test_a_series_without_a_change_has_none_and_noise_is_no_change() -> None:
    dice = np.random.default_rng(5)
    assert change_points([1.0] * 20) == []
    found = [len(change_points(dice.normal(0, 1, 40).tolist())) for _ in range(20)]
    assert sum(found) <= 3
    assert change_points([*dice.normal(0, 1, 20), *dice.normal(6, 1, 20)]) == [20]


def test_growth_of_a_power_is_its_exponent() -> None:
    sizes = np.arange(5, 30)
    found = growth(sizes.tolist(), (3 * sizes**1.5).tolist())
    assert found is not None
    assert found[:3] == pytest.approx((1.5, 1.5, 1.5))
