"""What is left without anyone when one party is away."""

from __future__ import annotations

from datetime import datetime

from counterpoint.measures.knockout import KNOCKOUT, NOTHING_DECIDED, NOTHING_MET
from tests.measures.trial import Row, actors, figures, outcome

MAY = datetime(2026, 5, 4, 12)
TEAMS = {"red": ["ana", "bo"], "blue": ["cy", "di"], "green": ["ed"]}


def change(who: str, file: str) -> Row:
    return {"actor": who, "object": file, "thread": f"{who}{file}", "moment": MAY}


def review(who: str, of: str) -> Row:
    return {"actor": who, "target": of, "verb": "review", "object": "x", "thread": f"{who}{of}", "moment": MAY}


EVERYBODY = [change(who, "core.py") for members in TEAMS.values() for who in members]


def test_a_tie_that_one_keeps_hangs_on_them() -> None:
    rows = [*EVERYBODY, review("ana", "cy"), review("ana", "di"), review("bo", "ed")]
    found = figures(KNOCKOUT, rows, actors(**TEAMS), grain="team")
    # red–blue hangs on ana, red–green on bo or ed; nothing was met between blue and green.
    assert (found["ties on one", "team:red"], found["worst for ties", "team:red"]) == (2, 1)
    assert found["ties on one", "team:green"] == 1
    more = figures(KNOCKOUT, [*rows, review("bo", "di")], actors(**TEAMS), grain="team")
    assert (more["ties on one", "team:red"], more["ties on one", "team:blue"]) == (1, 0)


def test_without_a_tie_there_is_nothing_to_say() -> None:
    rows = [*EVERYBODY, review("ana", "bo")]
    (row,) = [
        one
        for one in outcome(KNOCKOUT, rows, actors(**TEAMS), grain="team").rows.to_pylist()
        if (one["figure"], one["unit"]) == ("ties on one", "team:red")
    ]
    assert (row["value"], row["missing"]) == (None, NOTHING_MET)


def test_decisions_of_a_zone_and_who_they_hang_on() -> None:
    decides = [
        {"thing": "work:1", "kind": "work", "zone": "zone:a", "answer": "one", "decider": "person:ana"},
        {"thing": "work:2", "kind": "work", "zone": "zone:a", "answer": "one", "decider": "person:ana"},
        {"thing": "work:3", "kind": "work", "zone": "zone:a", "answer": "shared", "decider": "person:ana"},
        {"thing": "work:3", "kind": "work", "zone": "zone:a", "answer": "shared", "decider": "person:bo"},
        {"thing": "work:4", "kind": "work", "zone": "zone:a", "answer": "one", "decider": "team:blue"},
        {"thing": "work:5", "kind": "work", "zone": "zone:a", "answer": "none"},
    ]
    zones = [{"zone": "zone:a", "owner": "person:bo"}, {"zone": "zone:b"}]
    tables = actors(**TEAMS) | {
        "decides": decides, "zone": zones, "path_zone": [{"path": "core.py", "zone": "zone:b"}],
    }  # fmt: skip
    rows = [*EVERYBODY, review("ana", "cy")]
    found = outcome(KNOCKOUT, rows, tables, grain="zone", me="person:bo").rows.to_pylist()
    by = {(row["figure"], row["unit"]): row for row in found}
    assert (by["decisions on one", "zone:a"]["value"], by["decisions on one", "zone:a"]["n"]) == (2, 4)
    assert (by["worst for decisions", "zone:a"]["value"], by["worst for decisions", "zone:a"]["who"]) == (
        2,
        "person:ana",
    )
    assert by["decisions on one", "zone:b"]["missing"] == NOTHING_DECIDED
    others = outcome(KNOCKOUT, rows, tables, grain="zone", me="person:cy").rows.to_pylist()
    assert {row["who"] for row in others} == {None}
    mine = figures(KNOCKOUT, [*rows, review("ana", "di")], tables, grain="person", me="person:ana")
    assert mine == {("ties on one", "person:ana"): 1, ("decisions on one", "person:ana"): 2}
    assert outcome(KNOCKOUT, rows, tables, grain="person").rows.num_rows == 0
