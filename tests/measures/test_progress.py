"""What is done for objectives by priority, what for none, and which objectives moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from counterpoint.measures.progress import PROGRESS
from tests.measures.trial import Row, actors, outcome

NOW = datetime(2026, 11, 21, 12)
MARCH, APRIL = datetime(2026, 3, 10), datetime(2026, 4, 10)


def work(name: str, objective: str | None = None, **more: Any) -> Row:
    aim = None if objective is None else f"objective:{objective}"
    return {"work": f"work:{name}", "objective": aim, "status": "active", "active": MARCH} | more


TABLES: dict[str, Sequence[Row]] = {
    "snapshot": [{"moment": NOW, "sequence": 1}],
    "objective": [
        {"objective": "objective:grow", "priority": "high", "status": "active"},
        {"objective": "objective:calm", "status": "active"},
        {"objective": "objective:still", "priority": "low", "status": "active"},
        {"objective": "objective:past", "priority": "critical", "status": "done"},
    ],
    "work": [
        work("whole", "grow", days=99.0),
        work("part", "grow", parent="work:whole", status="done", done=APRIL, days=3.0),
        work("calm", "calm", days=1.0),
        work("upkeep", days=4.0),
        work("later", "still", status="proposed", active=None, days=50.0),
    ],
}
NAMES = [{"name": name, "work": f"work:{name}"} for name in ("part", "calm", "upkeep")]


def told(
    tables: dict[str, Sequence[Row]], rows: Sequence[Row] = (), **more: Any
) -> dict[tuple[str, str | None], dict[str, Any]]:
    found = outcome(PROGRESS, rows, {"work_name": NAMES, **tables}, **more).rows.to_pylist()
    return {(row["figure"], row["priority"]): row for row in found if row["period"] in (None, more.get("period"))}


def value(found: dict[tuple[str, str | None], dict[str, Any]], figure: str) -> dict[str | None, float]:
    return {priority: row["value"] for (name, priority), row in found.items() if name == figure}


def test_activity_counts_by_the_priority_of_what_its_work_serves() -> None:
    rows: list[Row] = [
        {"actor": "ana", "verb": "commit", "object": "1", "thread": "1", "work": "part"},
        {"actor": "ana", "verb": "change", "object": "a.py", "thread": "1", "work": "part"},
        {"actor": "ana", "verb": "post", "object": "m", "thread": "t", "work": "part"},
        {"actor": "ana", "verb": "commit", "object": "2", "thread": "2", "work": "upkeep"},
        {"actor": "ana", "verb": "commit", "object": "3", "thread": "3", "work": "calm"},
        {"actor": "ana", "verb": "commit", "object": "4", "thread": "4"},
        {"actor": "ana", "verb": "commit", "object": "5", "thread": "5", "work": "elsewhere"},
    ]
    found = told(TABLES, rows)
    assert found["acts", None]["value"] == 6
    assert found["attributed", None]["value"] == pytest.approx(4 / 6)
    assert value(found, "activity") == {"high": 0.5, "unranked": 0.25, "nothing": 0.25}
    assert found["activity", "high"]["low"] < 0.5 < found["activity", "high"]["high"]


def test_effort_is_in_days_and_nothing_counts_twice() -> None:
    found = told(TABLES)
    assert value(found, "effort") == {"high": 3 / 8, "unranked": 1 / 8, "nothing": 4 / 8}
    assert value(found, "works") == pytest.approx({"high": 1 / 3, "unranked": 1 / 3, "nothing": 1 / 3})
    assert found["finished", None]["value"] == 1
    assert found["finished_serving", None]["value"] == 1
    assert found["activity", None]["missing"] == "activity that names work which is known"


def test_busy_is_not_moving() -> None:
    found = told(TABLES)
    assert [found[name, None]["value"] for name in ("moving", "busy", "idle")] == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_a_key_result_that_comes_nearer_moves_its_objective_and_one_that_stands_does_not() -> None:
    def measured(moment: datetime, far: float) -> Row:
        return {"objective": "objective:calm", "name": "alarms", "moment": moment, "value": 0.0, "progress": far}

    up = {**TABLES, "key_result": [measured(MARCH, 0.1), measured(APRIL, 0.4)]}
    assert told(up)["moving", None]["value"] == pytest.approx(2 / 3)
    down = {**TABLES, "key_result": [measured(MARCH, 0.4), measured(APRIL, 0.4)]}
    assert told(down)["moving", None]["value"] == pytest.approx(1 / 3)
    by_month = outcome(PROGRESS, [], {**up, "work_name": NAMES}, window="month").rows.to_pylist()
    april = {row["figure"]: row["value"] for row in by_month if row["period"] == date(2026, 4, 1)}
    march = {row["figure"]: row["value"] for row in by_month if row["period"] == date(2026, 3, 1)}
    assert april["moving"] == pytest.approx(2 / 3)
    assert (march["moving"], march["finished"]) == (0, 0)


def test_only_what_went_on_in_the_time_that_was_asked_for_counts() -> None:
    tables = {
        **TABLES,
        "work": [work("old", "grow", status="done", active=datetime(2025, 1, 1), done=datetime(2025, 2, 1))],
    }
    found = told(tables, since=date(2026, 1, 1))
    assert found["finished", None]["value"] == 0
    assert found["works", None]["missing"] == "work in progress or finished"
    assert found["idle", None]["value"] == 1


def test_a_team_has_its_own_work_and_objectives() -> None:
    tables = {
        **TABLES, **actors(red=["ana"], blue=["bo"]),
        "work": [work("a", "grow", owner="person:ana", days=1.0), work("b", owner="team:blue", days=1.0)],
        "objective": [{"objective": "objective:grow", "priority": "high", "status": "active", "owner": "team:red"}],
    }  # fmt: skip
    rows = outcome(PROGRESS, [], tables, grain="team").rows.to_pylist()
    effort = {(row["unit"], row["priority"]): row["value"] for row in rows if row["figure"] == "effort"}
    assert effort == {("team:red", "high"): 1.0, ("team:blue", "nothing"): 1.0}
    assert {row["unit"] for row in rows if row["figure"] == "busy"} == {"team:red"}


def test_without_objectives_it_says_so() -> None:
    assert [one.what for one in outcome(PROGRESS).lacking] == ["objectives", "work"]
