"""Cases out of events: what is known at a moment tells nothing of later, and zones are where most was done."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from counterpoint.simulation.calibration.cases import TOUCHED, Cases
from counterpoint.simulation.calibration.fitting import STRUCTURES, fit
from counterpoint.simulation.calibration.judging import Seen
from tests.simulation.calibration.invented import cases_of, table

event = st.fixed_dictionaries(
    {
        "case": st.sampled_from(["k1", "k2", "k3", "k4", "k5"]),
        "activity": st.sampled_from(["ask", "look", "mend", "close"]),
        "resource": st.sampled_from(["ana", "bo", None]),
        "zone": st.sampled_from(["north", "south", None]),
        "end": st.integers(0, 50).map(float),
    }
)
later = event.map(
    lambda one: (
        one | {"end": float(one["end"]) + 51, "case": f"{one['case']}{int(one['end']) % 2 or ''}", "zone": "new"}
    )
)


def same(one: Cases, other: Cases) -> bool:
    return all(
        np.array_equal(getattr(one, each.name), getattr(other, each.name), equal_nan=each.name in ("start", "end"))
        if isinstance(getattr(one, each.name), np.ndarray)
        else getattr(one, each.name) == getattr(other, each.name)
        for each in fields(Cases)
    )


@settings(max_examples=30)
@given(st.lists(event, min_size=1, max_size=40), st.lists(later, max_size=20), st.lists(later, max_size=20))
def test_what_comes_after_a_split_changes_nothing_that_is_fitted_before_it(
    rows: list[dict[str, object]], rest: list[dict[str, object]], other: list[dict[str, object]]
) -> None:
    ours, theirs = (cases_of([*rows, *after]).until(50.5) for after in (rest, other))
    assert same(ours, theirs)
    for structure in STRUCTURES:
        assert repr(fit(structure, ours, 50.5)) == repr(fit(structure, theirs, 50.5))
    assert repr(Seen.at(ours, 50.5)) == repr(Seen.at(theirs, 50.5))


@given(st.lists(event, min_size=1, max_size=40))
def test_cases_begin_with_their_first_event_and_end_with_their_last(rows: list[dict[str, object]]) -> None:
    cases = cases_of(rows)
    for number, name in enumerate(cases.case_names):
        times = [float(str(row["end"])) for row in rows if row["case"] == name]
        assert cases.begin[number] == min(times)
        assert cases.lead[number] == max(times) - min(times)
        zones = {row["zone"] for row in rows if row["case"] == name and row["zone"] is not None}
        assert cases.zones_touched[number] == len(zones)


@given(st.lists(event, min_size=1, max_size=40), st.data())
def test_cases_that_are_drawn_are_as_they_were(rows: list[dict[str, object]], data: st.DataObject) -> None:
    cases = cases_of(rows)
    places = np.array(data.draw(st.lists(st.integers(0, len(cases) - 1), min_size=1, max_size=9)))
    drawn = cases.drawn(places)
    assert np.array_equal(drawn.lead, cases.lead[places])
    assert np.array_equal(drawn.begin, cases.begin[places])


def test_a_case_belongs_to_the_zone_that_most_of_it_is_in() -> None:
    rows = [{"case": one, "activity": "written", "end": 1.0} for one in ("a", "b", "c")]
    touched = pa.table(
        {
            "case": ["a", "a", "b", "b", "z"],
            "zone": ["south", "north", "south", "north", "far"],
            "times": [1, 3, 2, 2, 9],
        },
        schema=TOUCHED,
    )
    cases = Cases.of(table(rows), touched)
    assert [cases.zones[one] if one >= 0 else None for one in cases.own_zone] == ["north", "north", None]
    assert cases.zones_touched.tolist() == [2, 2, 0]
    joined = cases.zoned([{"north": "land", "south": "land"}.get(one) for one in cases.zones])
    assert joined.zones == ("land",)
    assert joined.zones_touched.tolist() == [1, 1, 0]


def test_an_event_without_its_time_is_refused() -> None:
    with pytest.raises(InvalidInput, match="without its end"):
        Cases.of(pa.table({"case": ["a"], "activity": ["ask"], "end": pa.nulls(1, pa.timestamp("us"))}))
