"""The five parts of coherence, and that none stands for another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from counterpoint.measures.coherence import COHERENCE
from tests.measures.trial import Row, actors, outcome

NOW = datetime(2026, 11, 21, 12)
OLD = NOW - timedelta(days=90)
SNAPSHOT = {"moment": NOW, "sequence": 7}


def work(name: str, **more: Any) -> Row:
    base = {"work": f"work:{name}", "status": "active", "owner": "team:red", "zone": "zone:pay", "active": NOW}
    return base | more


TABLES: dict[str, Sequence[Row]] = {
    "snapshot": [SNAPSHOT],
    "work": [
        work("a"),
        work("late", due=NOW - timedelta(days=2)),
        work("stale", active=OLD),
        work("lone", owner=None, zone=None),
        work("over", status="done", owner=None),
    ],
    "zone": [{"zone": "zone:pay", "owner": "team:red", "found": False}, {"zone": "zone:src", "found": True}],
    "objective": [{"objective": "objective:grow", "status": "active", "owner": "person:ana"}],
    "decides": [
        {"thing": "work:a", "answer": "one"},
        {"thing": "work:late", "answer": "shared"},
        {"thing": "work:stale", "answer": "ambiguous"},
        {"thing": "zone:pay", "answer": "one"},
        {"thing": "objective:grow", "answer": "one"},
    ],
    "disputed": [
        {"thing": "work:a", "attribute": "due", "settled": None},
        {"thing": "work:late", "attribute": "due", "settled": NOW},
    ],
}


def told(
    tables: dict[str, Sequence[Row]], rows: Sequence[Row] = (), **more: Any
) -> dict[tuple[str, str], dict[str, Any]]:
    found = outcome(COHERENCE, rows, tables, **more).rows.to_pylist()
    return {(row["unit"], row["figure"]): row for row in found}


def test_each_part_is_a_share_of_what_it_can_be_told_of() -> None:
    found = {figure: (row["value"], row["n"]) for (_, figure), row in told(TABLES).items()}
    assert found["owned"] == (pytest.approx(5 / 6), 6)
    assert found["decided"] == (pytest.approx(4 / 6), 6)
    assert found["current"] == (pytest.approx(2 / 4), 4)
    assert found["undisputed"] == (pytest.approx(5 / 6), 6)


def test_one_number_is_there_only_beside_all_its_parts() -> None:
    found = told(TABLES)["", "coherence"]
    assert (found["value"], found["missing"]) == (None, "the part congruent")
    rows: list[Row] = [{"actor": who, "object": "a.py", "thread": who} for who in ("ana", "bo")]
    rows.append({"actor": "bo", "target": "ana", "verb": "review", "object": "ana", "thread": "ana"})
    whole = told({**TABLES, **actors(red=["ana", "bo"])}, rows)
    assert whole["", "congruent"]["value"] == 1
    parts = [whole["", name]["value"] for name in ("owned", "decided", "current", "undisputed", "congruent")]
    product = 1.0
    for part in parts:
        product *= part
    assert whole["", "coherence"]["value"] == pytest.approx(product ** (1 / 5))


def test_what_was_said_or_done_lately_makes_work_current() -> None:
    stale = {**TABLES, "work": [work("stale", active=OLD, due=NOW + timedelta(days=3))]}
    assert told(stale)["", "current"]["value"] == 0
    said = {"moment": NOW - timedelta(days=1), "thing": "work:stale", "kind": "work"}
    assert told({**stale, "change": [said]})["", "current"]["value"] == 1
    act = {"moment": NOW - timedelta(days=1), "noun": "work", "verb": "start", "subject": "work:stale"}
    assert told({**stale, "act": [act]})["", "current"]["value"] == 1
    traces = [{"actor": "ana", "work": "T-1", "moment": NOW - timedelta(days=1)}]
    names = {**stale, "work_name": [{"name": "T-1", "work": "work:stale"}]}
    assert told(names, traces)["", "current"]["value"] == 1
    assert told(stale, fresh_days=120)["", "current"]["value"] == 1


def test_zones_and_teams_have_their_own_vector() -> None:
    by_zone = told(TABLES, grain="zone")
    assert {unit for unit, _ in by_zone} == {"zone:pay"}
    assert by_zone["zone:pay", "owned"]["n"] == 4
    by_team = told({**TABLES, **actors(red=["ana"])}, grain="team")
    assert by_team["team:red", "owned"]["value"] == 1
    assert by_team["team:red", "owned"]["n"] == 5


def test_without_work_zones_or_objectives_there_is_nothing_to_tell() -> None:
    assert outcome(COHERENCE).lacking[0].what == "work, zones or objectives"
