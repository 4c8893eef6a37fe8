"""How much activity there is."""

from __future__ import annotations

from datetime import date, datetime

from counterpoint.measures.volume import VOLUME
from tests.measures.trial import actors, figures, outcome

JANUARY, MARCH = datetime(2026, 1, 31, 23, 59), datetime(2026, 3, 1)


def test_rows_and_people_of_each_team_and_month() -> None:
    rows = [
        {"actor": "ana", "moment": JANUARY},
        {"actor": "ana", "moment": MARCH},
        {"actor": "bo", "moment": MARCH},
        {"actor": "stranger", "moment": MARCH},
    ]
    found = figures(VOLUME, rows, actors(red=["ana", "bo"], blue=["bo"]), grain="team", window="month")
    january, march = date(2026, 1, 1), date(2026, 3, 1)
    assert found[january, "rows", "team:red"] == 1
    assert (found[march, "rows", "team:red"], found[march, "people", "team:red"]) == (2, 2)
    assert (found[march, "rows", "team:blue"], found[march, "people", "team:blue"]) == (1, 1)
    assert (january, "rows", "team:blue") not in found


def test_nothing_is_not_zero() -> None:
    found = outcome(VOLUME)
    assert [one.what for one in found.lacking] == ["activity"]
    assert found.rows.num_rows == 0
