"""Gini and Herfindahl of decisions, approvals and sequencing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from counterpoint.measures.influence import INFLUENCE, gini, herfindahl
from tests.measures.trial import actors, outcome

NINE = datetime(2026, 3, 2, 9)


def decision(number: int, who: str, moment: datetime = NINE, **more: Any) -> dict[str, Any]:
    return {
        "decision": f"decision:{number}",
        "decider": f"person:{who}",
        "decided": moment,
        "status": "decided",
        **more,
    }


def found(tables: dict[str, Any], of: str = "decisions", by: str = "party", **asked: Any) -> dict[Any, Any]:
    rows = outcome(INFLUENCE, (), actors(red=["ana", "bo"], blue=["cy"]) | tables, **asked).rows.to_pylist()
    names = ("period", "unit", "figure") if "window" in asked else ("unit", "figure")
    return {tuple(row[name] for name in names): row for row in rows if (row["of"], row["by"]) == (of, by)}


def test_worked_out_by_hand() -> None:
    counts = np.array([1.0, 2.0, 3.0, 4.0])
    # Differences of all ordered pairs add up to 20, over 2 · 4² · 2.5.
    assert float(gini(counts)) == pytest.approx(20 / 80)
    assert float(herfindahl(counts)) == pytest.approx((1 + 4 + 9 + 16) / 100)
    assert float(gini(np.array([5.0, 5.0]))) == pytest.approx(0)
    assert float(gini(np.array([0.0, 0.0, 0.0, 8.0]))) == pytest.approx(3 / 4)


@given(some.lists(some.integers(0, 20), min_size=1, max_size=8).filter(any))
def test_as_defined(counts: list[int]) -> None:
    many, whole = len(counts), sum(counts)
    differences = sum(abs(one - other) for one in counts for other in counts)
    array = np.array(counts, dtype=float)
    assert float(gini(array)) == pytest.approx(differences / (2 * many * whole), abs=1e-12)
    assert float(herfindahl(array)) == pytest.approx(sum((one / whole) ** 2 for one in counts))


def test_by_party_with_an_interval_that_is_the_same_each_time() -> None:
    tables = {"decision": [decision(number, "ana" if number < 9 else "bo") for number in range(12)]}
    first, second = found(tables), found(tables)
    assert first == second
    row = first["", "herfindahl"]
    assert row["value"] == pytest.approx((81 + 9) / 144)
    assert row["low"] < row["value"] < row["high"]
    assert (first["", "largest"]["value"], first["", "count"]["value"]) == (0.75, 12)
    assert first["", "effective"]["value"] == pytest.approx(144 / 90)


def test_too_few_and_none() -> None:
    row = found({"decision": [decision(1, "ana")]})["", "gini"]
    assert (row["value"], row["missing"]) == (None, "1 decisions, of at least 10")
    lacking = outcome(INFLUENCE).lacking
    assert [one.what for one in lacking] == ["decisions, approvals or changes of order"]


def test_of_what_nobody_decided_nothing_counts() -> None:
    tables = {"decision": [decision(number, "ana", defaulted=number > 0) for number in range(3)]}
    assert found(tables)["", "count"]["value"] == 1


def test_approvals_and_sequencing_by_month_and_zone() -> None:
    april = NINE + timedelta(days=40)
    tables = {
        "approval": [
            {"approval": "approval:1", "approver": "person:cy", "answered": april, "zone": "zone:a"},
            {"approval": "approval:2", "approver": "person:cy", "answered": None, "zone": "zone:a"},
        ],
        "change": [
            {
                "moment": NINE,
                "actor": "person:ana",
                "source": source,
                "thing": "work:1",
                "kind": "work",
                "attribute": name,
            }
            for source, name in (("protocol", "due"), ("protocol", "title"), ("tracker", "due"))
        ],
    }
    assert found(tables, "approvals", window="month")[date(2026, 4, 1), "", "count"]["value"] == 1
    assert found(tables, "approvals", grain="zone")["zone:a", "count"]["value"] == 1
    assert found(tables, "approvals", grain="team")["team:blue", "count"]["value"] == 1
    assert found(tables, "sequencing")["", "count"]["value"] == 1


def test_by_the_ritual_in_which_it_was_decided() -> None:
    tables = {
        "decision": [
            decision(1, "ana", NINE + timedelta(minutes=20)),
            decision(2, "ana", NINE + timedelta(minutes=90)),
            decision(3, "cy", NINE + timedelta(minutes=20)),
            decision(4, "bo", datetime(2026, 3, 2)),
        ],
        "occurrence": [
            {"occurrence": "o", "ritual": "ritual:weekly", "start": NINE, "minutes": 60.0, "status": "held"}
        ],
        "invited": [{"ritual": "ritual:weekly", "party": one} for one in ("person:ana", "person:bo")],
    }
    by = found(tables, by="ritual", least=2)
    assert (by["", "in rituals"]["value"], by["", "herfindahl"]["value"]) == (0.5, 1)
