"""Hops, levels and hours from decisions to those whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import ceil, inf
from typing import Any

import pytest
import rustworkx as rx
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.measures.paths_between import Distances, Ties
from counterpoint.measures.reach import REACH
from tests.measures.trial import Row, outcome

MADE = datetime(2026, 3, 2, 9)
NOW = MADE + timedelta(hours=100)


def member(party: str, team: str, direct: bool = True) -> Row:
    return {"party": party, "team": f"team:{team}", "direct": direct}


TEAMS = [
    member("person:ana", "red"), member("person:bo", "red"), member("person:cy", "blue"), member("team:red", "all"),
    member("team:blue", "all"), member("person:ana", "all", False), member("person:bo", "all", False),
    member("person:cy", "all", False), member("person:dee", "lone"),
]  # fmt: skip
DECISION = {"decision": "decision:x", "decider": "person:ana", "decided": MADE, "work": "work:x", "status": "decided"}
TABLES: dict[str, Sequence[Row]] = {
    "snapshot": [{"moment": NOW, "sequence": 1}],
    "member": TEAMS,
    "decision": [DECISION],
    "concerned": [
        {"decision": "decision:x", "party": party, "why": why}
        for party, why in (
            ("person:ana", "asked"), ("person:bo", "consulted"), ("person:cy", "owns work:x"), ("person:cy", "asked"),
            ("person:dee", "needs work:x"),
        )
    ],
    "actor": [{"actor": one, "party": f"person:{one}", "sort": "person"} for one in ("ana", "bo", "cy", "dee", "eva")],
}  # fmt: skip


def told(tables: dict[str, Sequence[Row]], rows: Sequence[Row] = (), **more: Any) -> dict[str, dict[str, Any]]:
    found = outcome(REACH, rows, {**TABLES, **tables}, **more).rows.to_pylist()
    return {row["figure"]: row for row in found}


def test_hops_go_through_teams_and_through_whom_one_speaks_with() -> None:
    found = told({})
    assert found["concerned"]["value"] == 3
    assert found["hops_formal"]["value"] == 2
    assert found["unreached"]["value"] == pytest.approx(1 / 3)
    assert found["layers"]["value"] == 2
    assert found["hops_actual"]["missing"] == "teams with members, or traces of coordination"
    spoken = [
        {"actor": "dee", "verb": "post", "object": "m1", "target": "eva"},
        {"actor": "eva", "verb": "review", "object": "m2", "target": "ana"},
        {"actor": "cy", "verb": "attend", "object": "ritual:r", "thread": "o1"},
        {"actor": "ana", "verb": "attend", "object": "ritual:r", "thread": "o1"},
    ]
    both = told({}, spoken)
    assert both["unreached"]["value"] == 0
    assert both["hops"]["value"] == 1
    assert both["hops_actual"]["value"] == 2
    alone = told({"concerned": [{"decision": "decision:x", "party": f"person:{one}"} for one in ("bo", "dee", "gus")]})
    assert (alone["hops"]["value"], alone["hops"]["missing"]) == (None, "a path to half of them")


def test_who_said_maybe_was_not_met() -> None:
    def asked(who: str, answer: str) -> Row:
        answered = f'{{"answer": "{answer}"}}'
        return {"actor": who, "verb": "attend", "object": "ritual:r", "thread": "o1", "attributes": answered}

    assert told({}, [asked("ana", "accepted"), asked("dee", "accepted")])["unreached"]["value"] == 0
    maybe = told({}, [asked("ana", "accepted"), asked("dee", "tentative")])
    assert maybe["unreached"]["value"] == pytest.approx(1 / 3)


def test_hours_are_until_a_first_sign_and_the_silent_count_as_waiting() -> None:
    acts = [
        {
            "moment": MADE + timedelta(hours=hours), "actor": f"person:{who}", "noun": "work", "verb": "start",
            "subject": what,
        }
        for hours, who, what in (
            (5, "bo", "work:x"), (-3, "cy", "work:x"), (7, "cy", "decision:x"), (9, "cy", "work:x"),
        )
    ]  # fmt: skip
    found = told({"act": acts})["hours"]
    assert (found["value"], found["n"]) == (7, 3)
    silent = told({})["hours"]
    assert (silent["value"], silent["missing"]) == (None, "any sign from half of them yet")
    change = [{"moment": MADE + timedelta(hours=2), "actor": "person:dee", "thing": "work:x", "kind": "work"}]
    assert told({"act": acts, "change": change})["hours"]["value"] == 5
    rows = [{"actor": "dee", "work": "X-1", "moment": MADE + timedelta(hours=1)}]
    named = {"act": acts, "work_name": [{"name": "X-1", "work": "work:x"}]}
    assert told(named, rows)["hours"]["value"] == 5


def test_a_team_is_reached_with_the_first_of_its_people() -> None:
    concerned = [{"decision": "decision:x", "party": one} for one in ("team:red", "team:blue", "team:all")]
    found = told({"concerned": concerned})
    assert found["hops_formal"]["value"] == 0
    assert (found["span"]["value"], found["levels"]["value"]) == (1.5, 2)


def test_periods_are_by_when_it_was_decided_and_units_by_who_did() -> None:
    later = DECISION | {"decision": "decision:y", "decided": datetime(2026, 4, 2), "decider": "person:cy"}
    concerned = [*TABLES["concerned"], {"decision": "decision:y", "party": "person:ana"}]
    tables = {**TABLES, "decision": [DECISION, later], "concerned": concerned}
    rows = outcome(REACH, [], tables, window="month", grain="team").rows.to_pylist()
    counts = {(row["period"], row["unit"]): row["value"] for row in rows if row["figure"] == "concerned"}
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    assert counts == {
        (march, "team:red"): 3, (march, "team:all"): 3, (april, "team:blue"): 1, (april, "team:all"): 1,
    }  # fmt: skip


def test_nothing_decided_is_not_zero() -> None:
    assert outcome(REACH, [], {"decision": [DECISION]}).lacking[0].there == 0


people = st.sampled_from([f"person:{one}" for one in "abcdef"])


@settings(max_examples=40)
@given(
    st.lists(st.tuples(people, st.sampled_from(["team:x", "team:y", "team:z"])), max_size=8),
    st.lists(st.tuples(people, people).filter(lambda pair: pair[0] != pair[1]), max_size=6),
)
def test_distances_are_those_of_another_library(members: list[tuple[str, str]], spoke: list[tuple[str, str]]) -> None:
    ties = Ties(members, spoke, [])
    edges = {tuple(sorted(pair)): weight for pair, weight in (ties.formal | ties.actual).items()}
    graph: rx.PyGraph[str, float] = rx.PyGraph()
    names = [f"person:{one}" for one in "abcdef"] + ["team:x", "team:y", "team:z"]
    place = {name: graph.add_node(name) for name in names}
    for (one, other), weight in edges.items():
        graph.add_edge(place[one], place[other], weight)
    way = Distances(ties.formal | ties.actual, {})
    way.start(names)
    expected = rx.dijkstra_shortest_path_lengths(graph, place["person:a"], float)
    for name in names[1:6]:
        far = dict(expected).get(place[name], inf)
        assert way.between("person:a", name) == (far if far == inf else ceil(far))
