"""Who stands between others, and whom no structure names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from counterpoint.measures.connectors import CONNECTORS, NO_BROKERAGE, NO_TEAMS
from tests.measures.trial import Row, actors, outcome

MAY = datetime(2026, 5, 4, 12)
TEAMS = {"red": ["ana", "bo"], "blue": ["cy", "di"], "green": ["ed"]}


def post(who: str, to: str) -> Row:
    return {"actor": who, "target": to, "verb": "post", "object": f"{who}{to}", "moment": MAY}


def change(who: str, file: str) -> Row:
    return {"actor": who, "object": file, "thread": f"{who}{file}", "moment": MAY}


BRIDGE = [post("ana", "bo"), post("ana", "cy"), post("ana", "ed"), post("cy", "di")]
"""ana stands between bo, cy and ed: three pairs; cy between ana and di."""


def found(rows: list[Row], tables: dict[str, Any], **asked: Any) -> dict[tuple[str, str], dict[str, Any]]:
    every = outcome(CONNECTORS, rows, tables, **asked).rows.to_pylist()
    return {(row["figure"], row["unit"]): row for row in every if row["figure"] != "make explicit"}


def test_who_carries_half_of_it() -> None:
    whole = found(BRIDGE, actors(**TEAMS))
    assert whole["brokerage", ""]["value"] == 1
    assert whole["connectors", ""]["value"] == 1
    assert (whole["informal", ""]["value"], whole["connectors", ""]["who"]) == (1, None)
    by_team = found(BRIDGE, actors(**TEAMS), grain="team")
    assert [by_team["brokerage", f"team:{team}"]["value"] for team in TEAMS] == [0.75, 0.25, 0]
    # ana between bo and cy, bo and ed: half gatekeeper, half representative each; between cy and ed a liaison.
    roles = [by_team[role, "team:red"]["value"] for role in ("coordinator", "gatekeeper", "representative", "liaison")]
    assert roles == [0, 1 / 3, 1 / 3, 1 / 3]


def test_an_ownership_or_decision_right_makes_it_formal() -> None:
    tables = actors(**TEAMS) | {
        "decides": [{"thing": "work:1", "kind": "work", "zone": "zone:a", "answer": "one", "decider": "person:ana"}],
    }
    whole = found(BRIDGE, tables)
    assert (whole["informal", ""]["value"], whole["informal connectors", ""]["value"]) == (0.25, 0)


def test_by_zone_where_they_work_and_by_name_for_who_is_accountable() -> None:
    tables = actors(**TEAMS) | {
        "path_zone": [{"path": "a.py", "zone": "zone:a"}, {"path": "b.py", "zone": "zone:b"}],
        "zone": [{"zone": "zone:a", "owner": "person:ana"}, {"zone": "zone:b", "owner": "team:blue"}],
    }
    rows = [*BRIDGE, change("ana", "a.py"), change("ana", "b.py"), change("cy", "b.py")]
    by = found(rows, tables, grain="zone", me="person:di")
    assert by["brokerage", "zone:a"]["value"] == 1.5 / 4
    assert by["brokerage", "zone:b"]["value"] == 2.5 / 4
    # ana owns a, and nothing in b.
    assert (by["informal", "zone:a"]["value"], by["informal", "zone:b"]["value"]) == (0, 1)
    assert by["connectors", "zone:a"]["who"] is None
    assert by["connectors", "zone:b"]["who"] == "person:ana"  # di is in the team that owns b


def test_what_to_make_explicit() -> None:
    rows = outcome(CONNECTORS, BRIDGE, actors(**TEAMS)).rows.to_pylist()
    told = [(row["one"], row["other"]) for row in rows if row["figure"] == "make explicit"]
    assert set(told) == {("team:blue", "team:green"), ("team:blue", "team:red"), ("team:green", "team:red")}


def test_a_person_sees_their_own_alone() -> None:
    mine = found(BRIDGE, actors(**TEAMS), grain="person", me="person:ana")
    assert mine["brokerage", "person:ana"]["value"] == 0.75
    assert mine["betweenness", "person:ana"]["value"] == pytest.approx(5 / 6)  # all but the way from cy to di, of six
    assert {unit for _, unit in mine} == {"person:ana"}
    assert not found(BRIDGE, actors(**TEAMS), grain="person")


def test_where_there_is_nothing_between_or_no_team_it_says_so() -> None:
    triangle = [post("ana", "bo"), post("bo", "cy"), post("ana", "cy")]
    assert found(triangle, actors(**TEAMS))["brokerage", ""]["missing"] == NO_BROKERAGE
    assert found(BRIDGE, actors(red=["ana", "bo", "cy", "di", "ed"]))["coordinator", ""]["missing"] == NO_TEAMS
    assert [one.what for one in outcome(CONNECTORS).lacking] == ["traces of coordination"]
