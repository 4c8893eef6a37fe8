"""Rituals: what they cost, what comes of them, and what is not yet known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.measures.ritual import RITUAL
from counterpoint.measures.ritual_rates import Windows, later_half, mann_kendall, rate_ratio, slope, working_time
from tests.measures.trial import Row, actors, outcome

MONDAY = datetime(2026, 1, 5)
PEOPLE = ["ana", "bo", "cy", "di", "ed"]
NOW = datetime(2026, 11, 21)


def held(week: int, *, day: int = 0, minutes: float | None = 60.0, ritual: str = "ritual:weekly", **more: Any) -> Row:
    begins = MONDAY + timedelta(weeks=week, days=day, hours=10)
    name = f"occurrence:{ritual.partition(':')[2]}/{begins:%Y-%m-%dt%H%Mz}"
    return {"occurrence": name, "ritual": ritual, "start": begins, "minutes": minutes, "status": "unknown"} | more


def attended(one: Row, **answers: str) -> list[Row]:
    return [
        {
            "actor": who, "verb": "attend", "moment": one["start"], "size": one["minutes"], "object": one["ritual"],
            "thread": one["occurrence"], "attributes": json.dumps({"answer": answer.replace("_", "-")}),
        }
        for who, answer in answers.items()
    ]  # fmt: skip


def decided(moment: datetime, who: str = "ana") -> Row:
    return {"decision": f"decision:{moment.isoformat()}", "decided": moment, "decider": f"person:{who}"}


def tables(occurrences: Sequence[Row], **more: Sequence[Row]) -> dict[str, Sequence[Row]]:
    return {
        **actors(red=PEOPLE),
        "ritual": [{"ritual": "ritual:weekly", "label": "Weekly", "owner": "team:red", "zone": "zone:web"}],
        "snapshot": [{"moment": NOW, "sequence": 1}],
        "occurrence": occurrences,
        **more,
    }


def told(
    rows: Sequence[Row], organisation: Mapping[str, Sequence[Row]], ritual: str = "ritual:weekly", **asked: Any
) -> dict[str, Row]:
    found = outcome(RITUAL, rows, organisation, **asked)
    assert not found.lacking, found.lacking
    return {row["figure"]: row for row in found.rows.to_pylist() if row["ritual"] == ritual}


def span(row: Row) -> tuple[Any, ...]:
    return row["value"], row["low"], row["high"]


def test_hours_are_attendees_by_length_by_occurrences() -> None:
    first, second = held(0), held(1, minutes=30.0)
    rows = [
        *attended(first, ana="accepted", bo="organizer", cy="tentative", di="declined", ed="needs_action"),
        *attended(second, ana="accepted", bo="present"),
    ]
    found = told(rows, tables([first, second]))
    assert span(found["occurrences"]) == (2, None, None)
    assert span(found["clock_hours"]) == (1.5, None, None)
    # The first: two said yes, two more may have come, nobody recorded who did. The second: it is recorded, Bo was.
    assert span(found["hours"]) == (2.5, 0.5, 4.5)
    assert span(found["attendance"]) == (1.5, 0.5, 2.5)
    assert span(told(rows, tables([first, second]), "")["hours"]) == (2.5, 0.5, 4.5)


def test_a_length_that_nobody_stated_is_unknown_and_hours_lack_data() -> None:
    first, second = held(0), held(1, minutes=None)
    rows = [*attended(first, ana="accepted"), *attended(second, ana="accepted")]
    found = told(rows, tables([first, second]))
    assert (found["hours"]["value"], found["hours"]["missing"]) == (None, "how long 1 of 2 took")
    assert found["clock_hours"]["value"] is None
    # Where the ritual says how long it takes, that holds for its occurrences.
    stated = tables([first, second]) | {"ritual": [{"ritual": "ritual:weekly", "label": "Weekly", "minutes": 30.0}]}
    assert (
        told(attended(first, ana="accepted") + attended(second | {"minutes": 30.0}, ana="accepted"), stated)["hours"][
            "value"
        ]
        == 1.5
    )


def test_without_attendance_hours_have_an_upper_end_alone() -> None:
    organisation = tables([held(0), held(1)], invited=[{"ritual": "ritual:weekly", "party": "team:red"}])
    found = told([], organisation)
    assert span(found["hours"]) == (None, None, 10.0)
    assert found["hours"]["missing"] == "who was at 2 of 2"
    assert "counterpoint trace" in found["attendance"]["missing"]
    assert found["clock_hours"]["value"] == 2.0


def test_what_was_cancelled_lies_ahead_or_was_not_asked_for_is_no_occurrence() -> None:
    late = held(60)
    every = [held(0), held(1, status="cancelled"), held(2, status="planned"), held(3), late]
    rows = [row for one in every for row in attended(one, ana="accepted")]
    assert told(rows, tables(every))["occurrences"]["value"] == 2
    assert told(rows, tables(every), since=date(2026, 1, 20))["occurrences"]["value"] == 1


def test_units_and_periods() -> None:
    every = [held(week) for week in range(6)]
    organisation = tables(every)
    assert {row["unit"] for row in outcome(RITUAL, [], organisation, grain="team").rows.to_pylist()} == {"team:red"}
    assert {row["unit"] for row in outcome(RITUAL, [], organisation, grain="zone").rows.to_pylist()} == {"zone:web"}
    found = outcome(RITUAL, [], organisation, window="month").rows.to_pylist()
    counts = {row["period"]: row["value"] for row in found if row["figure"] == "occurrences" and row["ritual"]}
    assert counts == {date(2026, 1, 1): 4, date(2026, 2, 1): 2}


@pytest.mark.parametrize(
    ("weeks", "organisation", "missing"),
    [
        (7, {}, "8 occurrences; there are 7"),
        (8, {}, "who takes part"),
        (8, {"invited": [{"ritual": "ritual:weekly", "party": "person:ana"}]}, "none is recorded"),
        (
            8,
            {"invited": [{"ritual": "ritual:weekly", "party": "person:ana"}], "decision": [decided(MONDAY)]},
            "2 sources that tell what comes of meetings; there is 1",
        ),
    ],
)
def test_no_evidence_is_not_no_value(weeks: int, organisation: Any, missing: str) -> None:
    found = told([], tables([held(week) for week in range(weeks)], **organisation))
    assert found["yield_ratio"]["value"] is None
    assert found["yield_ratio"]["missing"].startswith("not yet known: ") and missing in found["yield_ratio"]["missing"]
    assert not set(found) & {"outcomes", "yield_trend", "attendance_trend", "agenda_trend"}


def productive(inside: int, outside: int, weeks: int = 10) -> tuple[list[Row], dict[str, Sequence[Row]]]:
    """A weekly on Mondays at ten: two of five working days are shortly after it."""
    every = [held(week, minutes=0.0) for week in range(weeks)]
    rows = [row for one in every for row in attended(one, ana="accepted", bo="accepted")]
    made = [decided(every[number % weeks]["start"] + timedelta(hours=1 + number // weeks)) for number in range(inside)]
    made += [
        decided(every[number % weeks]["start"] + timedelta(days=3, hours=number // weeks)) for number in range(outside)
    ]
    made += [decided(every[number]["start"] + timedelta(days=3, minutes=5), "stranger") for number in range(weeks)]
    change = [{"moment": MONDAY, "source": name, "thing": "x", "attribute": "title"} for name in ("tracker", "files")]
    return rows, tables(every, decision=made, change=change)


def test_yield_against_what_the_same_people_do_otherwise() -> None:
    rows, organisation = productive(inside=12, outside=6)
    found = told(rows, organisation)
    assert found["outcomes"]["value"] == 1.2
    # Ten weeks: 20 days shortly after it, 30 otherwise. (12/20) / (6/30) = 3.
    assert found["yield_ratio"]["value"] == pytest.approx(3.0)
    expected = rate_ratio(12, 20.0, 6, 30.0)
    assert (found["yield_ratio"]["low"], found["yield_ratio"]["high"]) == pytest.approx((expected.low, expected.high))
    assert found["yield_trend"]["n"] == 12
    nothing = told(rows, {**organisation, "decision": organisation["decision"][-10:]})
    assert nothing["yield_ratio"]["value"] is None and "anything" in nothing["yield_ratio"]["missing"]


def test_a_weekend_takes_no_time() -> None:
    """Two working days after a meeting on Friday morning are over on Tuesday morning."""
    every = [held(week, day=4, minutes=0.0) for week in range(10)]
    rows = [row for one in every for row in attended(one, ana="accepted")]
    hit = [decided(one["start"] + timedelta(days=3, hours=23)) for one in every]
    miss = [decided(one["start"] + timedelta(days=4, hours=1)) for one in every]
    change = [{"moment": MONDAY, "source": name, "thing": "x", "attribute": "title"} for name in ("tracker", "files")]
    assert told(rows, tables(every, decision=hit, change=change))["outcomes"]["value"] == 1.0
    assert told(rows, tables(every, decision=miss, change=change))["outcomes"]["value"] == 0.0


def test_decay() -> None:
    every = [held(week, minutes=0.0) for week in range(20)]
    rows = [
        row
        for week, one in enumerate(every)
        for row in attended(one, **dict.fromkeys(PEOPLE[: 5 - week // 5], "accepted"))
    ]
    made = [decided(one["start"] + timedelta(hours=2 + number)) for one in every[:10] for number in range(2)]
    made += [decided(one["start"] + timedelta(hours=2)) for one in every[10:12]]
    changes = [
        {"moment": one["start"] + timedelta(days=3, minutes=number), "source": "protocol", "actor": "person:ana",
         "thing": f"work:{week}.{number}", "attribute": "status"}
        for week, one in enumerate(every) for number in range(20 - week)
    ]  # fmt: skip
    found = told(rows, tables(every, decision=made, change=changes))
    assert found["yield_trend"]["value"] == pytest.approx(0.1) and found["yield_trend"]["high"] < 0.5
    assert found["attendance_trend"]["high"] < 0 and found["attendance_trend"]["p"] < 0.001
    assert found["agenda_trend"]["value"] == pytest.approx(-365.25 / 7) and found["agenda_trend"]["p"] < 0.001


def test_kinds_of_outcomes_and_whose_they_are() -> None:
    every = [held(week, minutes=0.0) for week in range(8)]
    rows = [row for one in every for row in attended(one, ana="accepted")]
    starts = [one["start"] + timedelta(hours=1) for one in every]
    acts = [
        {"moment": starts[0], "actor": "person:ana", "noun": "commitment", "verb": "make", "subject": "commitment:1"},
        {"moment": starts[1], "actor": "person:ana", "noun": "work", "verb": "unblock", "subject": "work:1"},
        {"moment": starts[1], "actor": "person:bo", "noun": "work", "verb": "unblock", "subject": "work:2"},
        {"moment": starts[1], "actor": "person:ana", "noun": "work", "verb": "start", "subject": "work:3"},
    ]
    changes = [
        # An import is done by somebody, and what it brings is not theirs: the date is of whose the work is.
        {"moment": starts[2], "source": "tracker", "actor": "person:bo", "thing": "work:1", "attribute": "due"},
        {"moment": starts[3], "source": "tracker", "actor": "person:ana", "thing": "work:9", "attribute": "due"},
        {"moment": starts[4], "source": "protocol", "actor": "person:ana", "thing": "work:9", "attribute": "due"},
    ]
    more = {
        "act": acts,
        "change": changes,
        "work": [{"work": "work:1", "owner": "person:ana"}, {"work": "work:9", "owner": "person:bo"}],
        "disputed": [{"thing": "work:1", "attribute": "status", "since": starts[0], "settled": starts[5]}],
        # Asked for by her and decided by another: one decision.
        "decision": [decided(starts[6], "bo") | {"asked_by": "person:ana"}],
    }
    assert told(rows, tables(every, **more))["outcomes"]["value"] == 6 / 8


def test_small_meetings_that_nobody_made_known_are_told_together() -> None:
    one_on_one = [held(0, ritual="ritual:x1"), held(0, ritual="ritual:x2", day=1)]
    large = held(0, ritual="ritual:big", day=2)
    rows = [
        *attended(one_on_one[0], ana="accepted", bo="accepted"), *attended(one_on_one[1], cy="accepted", di="accepted"),
        *attended(large, **dict.fromkeys(PEOPLE, "accepted")),
    ]  # fmt: skip
    found = outcome(RITUAL, rows, tables([])).rows.to_pylist()
    assert {row["ritual"] for row in found} == {"ritual:big", ""}
    rows += attended(one_on_one[0], ed="declined")
    found = outcome(RITUAL, rows, tables([])).rows.to_pylist()
    assert {row["ritual"] for row in found} == {"ritual:big", "other meetings", ""}
    (hours,) = [row for row in found if row["ritual"] == "other meetings" and row["figure"] == "hours"]
    assert hours["value"] == 4.0


def days_between(begin: datetime, end: datetime) -> float:
    """Days from Monday to Friday between two moments, in steps of half an hour."""
    step = timedelta(minutes=30)
    return sum((begin + step * number).weekday() < 5 for number in range(int((end - begin) / step))) / 48


@settings(max_examples=8)
@given(
    st.lists(st.integers(0, 80 * 24), min_size=4, max_size=12, unique=True),
    st.lists(
        st.tuples(st.integers(0, 85 * 24), st.sampled_from(["ana", "bo", "stranger"])),
        min_size=1,
        max_size=30,
        unique=True,
    ),
)
def test_counting_one_by_one_says_the_same(hours: list[int], made: list[tuple[int, str]]) -> None:
    starts = [MONDAY + timedelta(hours=one) for one in sorted(hours)]
    every = [
        {"occurrence": f"o{one}", "ritual": "ritual:weekly", "start": one, "minutes": 60.0, "status": "held"}
        for one in starts
    ]
    rows = [row for one in every for row in attended(one, ana="accepted", bo="accepted")]
    decisions = [
        decided(MONDAY + timedelta(hours=hour, minutes=15), who) | {"decision": f"decision:{number}"}
        for number, (hour, who) in enumerate(made)
    ]
    change = [{"moment": MONDAY, "source": "tracker", "thing": "x", "attribute": "title"}]
    # Something recorded before all of it, so that every occurrence counts.
    first = [decided(MONDAY - timedelta(days=9), "stranger")]
    found = told(rows, tables(every, decision=first + decisions, change=change), least=2)
    inside = outside = 0
    for row in decisions:
        if row["decider"] == "person:stranger":
            continue
        gaps = [days_between(one + timedelta(hours=1), row["decided"]) for one in starts if one <= row["decided"]]
        if any(gap < 2 for gap in gaps):
            inside += 1
        elif starts[0] <= row["decided"] <= starts[-1]:
            outside += 1
    assert found["outcomes"]["value"] == pytest.approx(inside / len(starts))
    assert found["yield_ratio"]["n"] >= inside + outside


def test_the_rate_ratio_is_the_one_that_r_documents() -> None:
    """poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)) in R's own manual."""
    found = rate_ratio(11, 800.0, 21, 3011.0)
    assert (found.value, found.low, found.high) == pytest.approx((1.971488, 0.8584264, 4.2772659), abs=1e-6)
    assert rate_ratio(0, 1.0, 3, 1.0).low == 0.0
    only = rate_ratio(3, 1.0, 0, 1.0)
    assert only.value is None and only.high is None and only.low and only.missing


@given(st.integers(0, 30), st.integers(1, 30), st.floats(0.1, 9), st.floats(0.1, 9))
def test_the_interval_holds_the_ratio_and_turns_round_with_it(count: int, other: int, time: float, rest: float) -> None:
    found, turned = rate_ratio(count, time, other, rest), rate_ratio(other, rest, max(count, 1), time)
    assert found.value is not None and found.low is not None
    assert found.low <= found.value <= (found.high or float("inf"))
    if count:
        assert turned.value == pytest.approx(1 / found.value) and turned.high == pytest.approx(1 / found.low)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 15)), min_size=1, max_size=8), st.lists(st.integers(0, 80))
)
def test_windows_are_what_counting_says(found: list[tuple[int, int]], moments: list[int]) -> None:
    begins, ends = [one for one, _ in found], [one + long for one, long in found]
    last = max(*ends, 50)
    windows = Windows.after(begins, ends, last)
    open_at = [
        sum(begin <= step + 0.5 <= end for begin, end in zip(begins, ends, strict=True)) > 0
        for step in range(min(begins), last)
    ]
    assert windows.inside == sum(open_at)
    assert windows.inside + windows.outside == last - min(begins)
    which = windows.which(np.array(moments, dtype=np.float64))
    for moment, index in zip(moments, which, strict=True):
        fitting = [begin for begin, end in found if begin <= moment <= begin + end]
        assert (index >= 0) == bool(fitting)
        if fitting:
            assert windows.begins[index] == max(fitting)


@settings(max_examples=50)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(0, 30), st.integers(0, 23))
def test_working_time_is_the_days_from_monday_to_friday(begin: datetime, days: int, hours: int) -> None:
    end = begin + timedelta(days=days, hours=hours)
    step = timedelta(minutes=30)
    count = sum((begin + step * number).weekday() < 5 for number in range(int((end - begin) / step)))
    assert working_time(end) - working_time(begin) == pytest.approx(count / 48, abs=2 / 48)


def test_trends_of_nothing_and_of_few() -> None:
    years = np.arange(4.0)
    flat = slope(years, np.ones(4))
    assert (flat.estimate.value, flat.p) == (0.0, 1.0)
    assert slope(years[:2], np.ones(2)).estimate.missing
    assert mann_kendall(years[:2], years[:2]) is None
    assert later_half(years[:1], np.ones(1)).estimate.missing
    steep = slope(np.arange(8.0), np.array([1.0, 2, 3, 4, 5, 6, 7, 80]))
    assert steep.estimate.value == 1.0  # one wild value tells nothing
