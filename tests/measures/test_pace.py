"""Pace against earlier times that had as much to coordinate."""

from __future__ import annotations

from datetime import date, datetime
from itertools import combinations
from typing import Any

import pytest

from counterpoint.measures.growing import Step
from counterpoint.measures.pace import PACE, against_all, against_equals
from tests.measures.trial import actors, outcome

PEOPLE = [f"p{number}" for number in range(12)]


def step(month: int, parties: int, relationships: int, changes: int) -> Step:
    return Step(date(2025 + month // 12, month % 12 + 1, 1), True, parties, relationships, changes=changes)


def test_a_denser_organisation_at_the_same_pace_is_as_fast_as_its_equals() -> None:
    small = [step(month, 10, 10, 200) for month in range(6)]
    dense = [step(month, 20, 60, 200) for month in range(6, 12)]
    now = [step(month, 20, 60, 200) for month in range(12, 18)]
    equals = against_equals([*small, *dense, *now], 6, 0.2, "changes")
    assert (equals.value, equals.n) == (pytest.approx(1.0), 6)
    everything = against_all([*small, *dense, *now], 6, "changes")
    assert everything.value is not None and everything.value < 0.8


def test_without_an_earlier_time_as_dense_there_is_nothing_to_compare_with() -> None:
    steps = [step(month, 10, 10, 200) for month in range(6)] + [step(month, 20, 80, 200) for month in range(6, 12)]
    assert against_equals(steps, 6, 0.2, "changes").n == 0


def test_the_interval_holds_the_ratio_that_was_made() -> None:
    before = [step(month, 10, 20, 100 + 3 * (month % 3)) for month in range(12)]
    now = [step(month, 10, 21, 80 + 3 * (month % 3)) for month in range(12, 18)]
    found = against_equals([*before, *now], 6, 0.2, "changes")
    assert found.low is not None and found.high is not None
    assert found.low < 0.8 < found.high < 1


def test_each_step_is_told_and_too_little_is_said(tmp_path: Any) -> None:
    rows = []
    for month in range(1, 4):
        for number, pair in enumerate(list(combinations(PEOPLE, 2))[:6]):
            rows += [
                {
                    "actor": who, "object": f"{number}.py", "thread": f"{month}.{number}.{who}",
                    "moment": datetime(2026, month, 28),
                }
                for who in pair
            ]  # fmt: skip
    found = outcome(PACE, rows, actors(all=PEOPLE)).rows.to_pylist()
    january = {row["figure"]: row["value"] for row in found if row["period"] == date(2026, 1, 1)}
    assert january == {"throughput": 12, "per_party": pytest.approx(12 / 7), "per_relationship": 2}
    overall = {row["figure"]: (row["value"], row["missing"]) for row in found if row["period"] is None}
    assert overall["against_all"] == (None, "steps before the last 6")
    assert overall["against_equals"][0] is None


def test_work_that_was_finished_is_throughput_where_that_is_asked_for() -> None:
    rows = [{"actor": who, "object": "a.py", "thread": who, "moment": datetime(2026, 1, 28)} for who in PEOPLE]
    work = [{"work": f"work:{number}", "done": datetime(2026, 1, 5)} for number in range(4)]
    found = outcome(PACE, rows, {**actors(all=PEOPLE), "work": work}, of="work").rows.to_pylist()
    assert [row["value"] for row in found if row["figure"] == "throughput"] == [4]
