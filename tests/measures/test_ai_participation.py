"""Agents' share by their marks, who looked at what, and handing over between agents and people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.measures.ai_participation import AI_PARTICIPATION
from tests.measures.trial import Row, actors, outcome

START = datetime(2026, 3, 2, 9)
SORTS = {"ana": "person", "bo": "unknown", "helper": "agent", "critic": "agent", "robot": "bot"}
TABLES: dict[str, Sequence[Row]] = {
    "actor": [{"actor": one, "party": f"x:{one}", "sort": sort, "confidence": 1.0} for one, sort in SORTS.items()]
}


def commit(sha: str, who: str, agent: str | None = None, confidence: float | None = None) -> Row:
    return {
        "actor": who, "verb": "commit", "object": sha, "thread": sha, "agent": agent, "confidence": confidence,
    }  # fmt: skip


def look(sha: str, who: str, verb: str = "review") -> Row:
    return {"actor": who, "verb": verb, "object": sha, "thread": sha}


def told(rows: Sequence[Row], tables: dict[str, Sequence[Row]] | None = None, **more: Any) -> dict[str, dict[str, Any]]:
    found = outcome(AI_PARTICIPATION, rows, {**TABLES, **(tables or {})}, **more).rows.to_pylist()
    return {row["figure"]: row for row in found if not row["unit"] and row["period"] is None}


def test_marks_count_by_how_sure_they_are() -> None:
    rows = [
        commit("1", "ana"), commit("2", "ana", "trailer", 0.95), commit("3", "bo", "branch", 0.4),
        commit("4", "helper"), commit("5", "robot"),
    ]  # fmt: skip
    found = told(rows)
    assert found["commits"]["value"] == 4
    share = found["agent_share"]
    assert (share["value"], share["low"], share["high"]) == (pytest.approx((0.95 + 0.4 + 1) / 4), 0.5, 0.75)


def test_nobody_reviews_their_own_and_without_any_review_coverage_is_not_zero() -> None:
    rows = [commit("1", "helper"), commit("2", "helper"), commit("3", "helper"), commit("4", "ana")]
    bare = told(rows)
    assert bare["agent_by_nobody"]["value"] is None
    assert bare["agent_by_nobody"]["missing"].startswith("reviews")
    found = told(
        [*rows, look("1", "ana"), look("2", "critic"), look("3", "helper"), look("4", "ana"), look("1", "robot")]
    )
    assert [found[f"agent_by_{by}"]["value"] for by in ("person", "agents", "nobody")] == pytest.approx([1 / 3] * 3)
    assert found["human_by_nobody"]["value"] == 1
    assert found["agent_by_person"]["low"] < 1 / 3 < found["agent_by_person"]["high"]


def test_who_brought_a_change_in_looked_at_it_unless_told_otherwise() -> None:
    rows = [commit("1", "helper"), look("1", "bo", "merge"), commit("2", "ana"), look("2", "bo")]
    assert told(rows)["agent_by_person"]["value"] == 1
    assert told(rows, merges="not")["agent_by_person"]["value"] == 0


VERBS = ("commit", "review", "merge")
drawn = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(list(SORTS)), st.sampled_from(VERBS)), min_size=1, max_size=25
)


@settings(max_examples=8)
@given(drawn)
def test_coverage_is_what_counting_by_hand_gives(acts: list[tuple[int, str, str]]) -> None:
    rows = [commit(str(sha), who) if verb == "commit" else look(str(sha), who, verb) for sha, who, verb in acts]
    found = outcome(AI_PARTICIPATION, rows, TABLES)
    authors: dict[int, set[str]] = {}
    for sha, who, verb in acts:
        if verb == "commit":
            authors.setdefault(sha, set()).add(who)
    shas = {sha for sha, who in authors.items() if who - {"robot"}}
    if not authors:
        assert found.lacking
        return
    agent = {sha for sha in shas if authors[sha] & {"helper", "critic"}}
    looked = {sha: {who for one, who, verb in acts if one == sha and verb != "commit"} - authors[sha] for sha in shas}
    people = {sha for sha in agent if looked[sha] & {"ana", "bo"}}
    only = {sha for sha in agent - people if looked[sha] & {"helper", "critic"}}
    values = {row["figure"]: row["value"] for row in found.rows.to_pylist()}
    if agent and any(verb != "commit" for *_, verb in acts):
        assert values["agent_by_person"] == pytest.approx(len(people) / len(agent))
        assert values["agent_by_agents"] == pytest.approx(len(only) / len(agent))
    if shas:
        assert values["agent_share"] == pytest.approx(len(agent) / len(shas))


def test_handoffs_of_agents_that_failed_and_how_long_the_others_took() -> None:
    def handoff(number: int, giver: str, status: str, hours: float | None) -> Row:
        answered = None if hours is None else START + timedelta(hours=hours)
        return {
            "handoff": f"handoff:{number}", "about": "work:x", "giver": giver, "receiver": "person:ana",
            "offered": START, "answered": answered, "status": status,
        }  # fmt: skip

    handoffs = [
        handoff(1, "agent:a", "accepted", 2), handoff(2, "agent:a", "accepted", 4),
        handoff(3, "agent:a", "declined", 1), handoff(4, "agent:a", "offered", None),
        handoff(5, "person:bo", "declined", 1),
    ]  # fmt: skip
    found = told([], {"handoff": handoffs, "snapshot": [{"moment": START + timedelta(hours=9), "sequence": 1}]})
    assert (found["handoffs"]["value"], found["handoffs_failed"]["value"]) == (4, pytest.approx(1 / 3))
    assert (found["hours_to_accept"]["value"], found["hours_to_accept"]["n"]) == (4, 4)


def test_proposals_wait_for_a_person() -> None:
    def act(hours: float, subject: str, verb: str, actor: str) -> Row:
        return {
            "moment": START + timedelta(hours=hours), "actor": actor, "noun": "proposal", "verb": verb,
            "subject": f"proposal:{subject}",
        }  # fmt: skip

    acts = [act(0, one, "make", "agent:a") for one in "abc"]
    acts += [act(1, "a", "accept", "person:ana"), act(3, "b", "return", "person:ana")]
    found = told([], {"act": acts, "snapshot": [{"moment": START + timedelta(hours=9), "sequence": 1}]})
    assert (found["proposals"]["value"], found["proposals_returned"]["value"]) == (3, 0.5)
    assert found["hours_to_review"]["value"] == 3
    assert outcome(AI_PARTICIPATION).lacking


def test_a_zone_has_the_commits_that_changed_something_in_it() -> None:
    rows = [
        commit("1", "helper"), commit("2", "ana"),
        {"actor": "helper", "verb": "change", "object": "pay/a.py", "thread": "1"},
        {"actor": "ana", "verb": "change", "object": "web/b.py", "thread": "2"},
        {"actor": "ana", "verb": "change", "object": "pay/a.py", "thread": "2"},
    ]  # fmt: skip
    paths = [{"path": "pay/a.py", "zone": "zone:pay"}, {"path": "web/b.py", "zone": "zone:web"}]
    found = outcome(AI_PARTICIPATION, rows, {**TABLES, "path_zone": paths}, grain="zone").rows.to_pylist()
    shares = {row["unit"]: row["value"] for row in found if row["figure"] == "agent_share"}
    assert shares == {"zone:pay": 0.5, "zone:web": 0}
    by_team = outcome(AI_PARTICIPATION, [commit("1", "ana")], actors(red=["ana"]), grain="team").rows.to_pylist()
    assert {row["unit"] for row in by_team} == {"team:red"}
