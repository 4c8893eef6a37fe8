"""Latency, defaults, reversals, and like cases decided unlike."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from counterpoint.measures.decisions import DECISIONS
from tests.measures.trial import Row, actors, figures, outcome

START = datetime(2026, 3, 2, 9)
NOW = {"moment": START + timedelta(hours=100), "sequence": 1}


def one(number: int, hours: float | None = None, **more: Any) -> dict[str, Any]:
    decided = None if hours is None else START + timedelta(hours=hours)
    row = {
        "decision": f"decision:{number}", "status": "open" if hours is None else "decided", "asked": START,
        "decided": decided, "defaulted": False, "reopened": 0, "outcome": None if hours is None else "yes",
    }  # fmt: skip
    return row | more


def told(decisions: list[Row], **more: Any) -> dict[tuple[Any, ...], float | None]:
    tables = {"decision": decisions, "snapshot": [NOW], **more.pop("tables", {})}
    return figures(DECISIONS, [], tables, **more)


def test_what_is_still_open_counts_as_running() -> None:
    found = told([one(1, 10), one(2, 20), one(3, 30), one(4), one(5)])
    assert (found["asked", ""], found["open", ""], found["made", ""]) == (5, 2, 3)
    assert found["latency", ""] == 30
    without = told([one(1, 10), one(2, 20), one(3, 30)])
    assert without["latency", ""] == 20
    assert found["latency_90", ""] is None


def test_a_decision_recorded_afterwards_says_nothing_of_the_wait() -> None:
    rows = outcome(DECISIONS, [], {"decision": [one(n, 10, asked=None) for n in range(5)], "snapshot": [NOW]}).rows
    (latency,) = [row for row in rows.to_pylist() if row["figure"] == "latency"]
    assert (latency["value"], latency["missing"]) == (
        None, "at least 3 decisions of which it is known when they were asked",
    )  # fmt: skip
    assert outcome(DECISIONS).lacking[0].what == "decisions"


def test_defaults_reversals_and_late_ones_are_shares_with_intervals() -> None:
    decisions = [
        one(1, 10, defaulted=True, due=START + timedelta(hours=5)),
        one(2, 10, status="superseded"),
        one(3, 10, reopened=1, due=START + timedelta(hours=50)),
        one(4, 10, supersedes="decision:2"),
        one(5, None, due=START + timedelta(hours=50)),
        one(6, None, due=START + timedelta(hours=500)),
    ]
    found = told(decisions)
    assert [found[name, ""] for name in ("defaulted", "reopened", "superseded", "reversed")] == [0.25, 0.25, 0.25, 0.5]
    assert found["late", ""] == pytest.approx(2 / 3)
    rows = outcome(DECISIONS, [], {"decision": decisions, "snapshot": [NOW]}).rows.to_pylist()
    (late,) = [row for row in rows if row["figure"] == "late"]
    assert late["low"] < 2 / 3 < late["high"] and late["n"] == 3


def test_like_cases_decided_otherwise_are_counted_and_named_but_not_what_replaced_the_other() -> None:
    decisions = [
        one(1, 5),
        one(2, 6, outcome="no"),
        one(3, 7, outcome="YES"),
        one(4, 8, outcome="no", supersedes="decision:3"),
    ]
    pairs = [
        {"one": "decision:1", "other": "decision:2", "stated": True},
        {"one": "decision:1", "other": "decision:3", "stated": True},
        {"one": "decision:3", "other": "decision:4", "stated": True},
    ]
    rows = outcome(DECISIONS, [], {"decision": decisions, "alike": pairs, "snapshot": [NOW]}).rows.to_pylist()
    (unlike,) = [row for row in rows if row["figure"] == "unlike"]
    assert (unlike["value"], unlike["n"], unlike["examples"]) == (0.5, 2, "decision:1 and decision:2")
    (maybe,) = [row for row in rows if row["figure"] == "maybe_unlike"]
    assert (maybe["value"], maybe["missing"]) == (None, "decided cases that look alike")


def test_each_figure_is_in_the_period_of_its_own_time() -> None:
    decisions = [one(1, 24 * 40), one(2, 10)]
    found = told(decisions, window="month")
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    assert (found[march, "asked", ""], found[march, "made", ""], found[april, "made", ""]) == (2, 1, 1)
    assert (april, "asked", "") not in found
    only = told(decisions, since=april)
    assert only["made", ""] == 1 and ("asked", "") not in only


def test_a_team_has_what_it_or_its_people_decide_and_a_zone_what_is_in_it() -> None:
    decisions = [one(1, 5, decider="person:ana", zone="zone:shop"), one(2, 5, decider="team:red"), one(3, 5)]
    tables = {"tables": actors(red=["ana"], blue=["bo"])}
    assert told(decisions, **tables, grain="team")["made", "team:red"] == 2
    by_zone = told(decisions, grain="zone")
    assert {unit for _, unit in by_zone} == {"zone:shop"}
