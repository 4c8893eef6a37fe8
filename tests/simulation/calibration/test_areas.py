"""What a history says of each zone: worked examples, and nothing where there is too little."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from counterpoint.simulation.calibration.areas import fitted
from counterpoint.simulation.calibration.cases import TOUCHED, Cases
from counterpoint.simulation.calibration.services import begun, services
from counterpoint.simulation.calibration.working_week import WorkingWeek
from counterpoint.simulation.known import MEASURED
from tests.simulation.calibration.invented import BEGIN, Row, cases_of, table


def steps(case: str, zone: str, *events: tuple[str, str, float]) -> list[Row]:
    return [
        {"case": case, "zone": zone, "activity": activity, "resource": who, "end": BEGIN + at, "kind": "step"}
        for activity, who, at in events
    ]


def test_a_history_of_steps_zone_by_zone() -> None:
    rows: list[Row] = []
    for n in range(10):
        rows += steps(f"n{n}", "north", ("ask", "ana", 100.0 * n), ("mend", "bo", 100.0 * n + 4))
        rows += steps(
            f"s{n}", "south", ("ask", "cleo", 100.0 * n), ("mend", "dan", 100.0 * n + 2), ("ask", "cleo", 100.0 * n + 3)
        )
    found = fitted(cases_of(rows))
    north, south = found["north"], found["south"]
    assert (north.cases, north.people) == (10, 2)
    assert north.weekly is not None
    assert north.arrivals is not None
    assert north.weekly.origin == MEASURED
    assert north.weekly.sample == 10
    assert north.weekly.value == pytest.approx(10 / (904 / 168))
    assert north.weekly.low < north.weekly.value < north.weekly.high
    assert north.arrivals.value == pytest.approx(north.weekly.value / 168)
    assert set(north.leads) == {4.0}
    assert north.services == pytest.approx([4.0] * 10)
    assert south.efforts == pytest.approx([3.0] * 10)
    assert south.services == pytest.approx([1.0] * 10 + [2.0] * 10)
    assert north.returning is not None
    assert south.returning is not None
    assert (north.returning.value, south.returning.value) == (0.0, 1.0)
    assert 0.7 < south.returning.low < 1.0
    assert north.touching is not None
    assert north.touching.value == 0.0
    assert north.reviews == ()


def test_commits_have_zones_by_what_they_changed_and_wait_for_who_looks() -> None:
    rows: list[Row] = []
    for n in range(8):
        name, at = f"c{n}", BEGIN + 50.0 * n
        rows.append(
            {"case": name, "activity": "written", "resource": "ana", "end": at, "kind": "written", "place": 0.0}
        )
        rows.append({"case": name, "activity": "landed", "end": at + 10, "kind": "landed", "place": 2.0})
        if n % 2:
            seen = at + (6 if n > 1 else 10)
            rows.append(
                {"case": name, "activity": "reviewed", "resource": "bo", "end": seen, "kind": "review", "place": 1.0}
            )
    names = [f"c{n}" for n in range(8)]
    touched = pa.table(
        {"case": [*names, *names[:2]], "zone": ["api"] * 8 + ["web"] * 2, "times": [3] * 8 + [1] * 2}, schema=TOUCHED
    )
    cases = Cases.of(table(rows), touched)
    api = fitted(cases)["api"]
    assert api.cases == 8
    assert api.touching is not None
    assert api.touching.value == 0.25
    assert api.returning is None, "what comes back cannot be seen in commits"
    # Four were looked at, one of them when it landed: too few to say.
    assert api.reviews == ()
    assert api.efforts == api.services == (), "nothing tells when work on a commit began"
    assert set(api.leads) == {10.0}
    assert fitted(cases.zoned([None, None])) == {}


def test_the_wait_for_a_review_is_to_the_first_look_or_else_to_the_landing() -> None:
    rows: list[Row] = []
    for n in range(6):
        name, at = f"c{n}", BEGIN + 50.0 * n
        rows.append(
            {"case": name, "activity": "written", "resource": "ana", "end": at, "kind": "written", "zone": "api"}
        )
        # A trailer is as old as the commit, or as its landing; who looked in between has a time of their own.
        seen = at + (0.0, 10.0, 6.0)[n % 3]
        rows.append(
            {"case": name, "activity": "reviewed", "resource": "bo", "end": seen, "kind": "review", "place": 1.0}
        )
        rows.append({"case": name, "activity": "landed", "end": at + 10, "kind": "landed", "place": 2.0})
    assert fitted(cases_of(rows))["api"].reviews == (6.0, 6.0, 10.0, 10.0, 10.0, 10.0)


def test_zones_go_by_the_names_of_the_model() -> None:
    rows = [row for n in range(6) for row in steps(f"k{n}", ("north", "south")[n % 2], ("ask", "ana", 40.0 * n))]
    assert set(fitted(cases_of(rows), {"north": "land", "south": "land"})) == {"land"}
    assert fitted(cases_of(rows), {"north": "land", "south": "land"})["land"].cases == 6
    assert set(fitted(cases_of(rows), {"north": "land"})) == {"land"}
    three = fitted(cases_of(rows), {"north": "land"})["land"]
    assert (three.weekly, three.leads, three.touching) == (None, (), None)


def test_who_is_busy_with_one_case_has_not_begun_the_next() -> None:
    rows = [
        *steps("a", "z", ("ask", "x", 0.0), ("do", "ana", 5.0)),
        *steps("b", "z", ("ask", "x", 1.0), ("do", "ana", 7.0)),
        *steps("c", "z", ("ask", "x", 6.0), ("do", "bo", 7.5)),
    ]
    cases = cases_of(rows)
    took = services(cases, WorkingWeek())
    assert np.isnan(took[[0, 2, 4]]).all()
    assert took[[1, 3, 5]] == pytest.approx([5.0, 2.0, 1.5])
    told = cases_of(
        [row | {"start": BEGIN + 6.5} if row["case"] == "b" and row["activity"] == "do" else row for row in rows]
    )
    assert begun(told)[3] == BEGIN + 6.5
