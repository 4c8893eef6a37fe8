"""Human load: what SQL says is what counting minute by minute says, and nobody's figures are seen by others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.measures.load import LOAD, REPORTED
from tests.measures.trial import Row, actors, outcome

MONDAY = datetime(2026, 3, 2)
OPENS, CLOSES = 9 * 60, 17 * 60


def meeting(who: str, begin: datetime, minutes: float | None, thread: str = "", **more: Any) -> Row:
    said = {"answer": more.pop("answer", "accepted")} | {
        name: more.pop(name) for name in ("free", "span") if name in more
    }
    return {
        "actor": who, "verb": "attend", "moment": begin, "size": minutes, "object": "ritual:r",
        "thread": thread or f"o{begin.isoformat()}", "attributes": json.dumps(said),
    } | more  # fmt: skip


def trace(who: str, moment: datetime, **more: Any) -> Row:
    return {"actor": who, "verb": "post", "object": f"m{moment.isoformat()}", "moment": moment} | more


def at(day: int = 0, hour: int = 10, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def mine(rows: Sequence[Row], who: str = "ana", tables: Any = None, **asked: Any) -> dict[str, tuple[Any, ...]]:
    """The figures of one person, as that person sees them: value, low and high."""
    tables = tables or actors(red=["ana", "bo", "cy", "di", "ed", "flo"])
    found = outcome(LOAD, rows, tables, grain="person", me=f"person:{who}", **asked)
    assert not found.lacking
    assert {row["unit"] for row in found.rows.to_pylist()} <= {f"person:{who}"}
    return {row["figure"]: (row["value"], row["low"], row["high"]) for row in found.rows.to_pylist()}


def test_what_an_answer_proves() -> None:
    rows = [
        meeting("ana", at(0, 10), 60),
        meeting("ana", at(0, 12), 30, answer="tentative"),
        meeting("ana", at(0, 13), 30, answer="needs-action"),
        meeting("ana", at(0, 14), 60, answer="declined"),
        meeting("ana", at(0, 15), 60, answer="present", thread="recorded"),
        meeting("bo", at(0, 15), 60, answer="accepted", thread="recorded"),
        meeting("ana", at(1, 9), 60, answer="accepted", free="true"),
        meeting("ana", at(1, 10), None),
    ]
    assert mine(rows)["meeting_hours"] == (2.0, 1.0, 3.0)
    # Of a meeting whose record says who was there, who accepted and is not in it was not there.
    assert mine(rows, "bo")["meeting_hours"] == (0.0, 0.0, 0.0)


def test_meetings_at_one_time_are_one_stretch_of_time() -> None:
    rows = [
        meeting("ana", at(0, 10), 60, "a"),
        meeting("ana", at(0, 10, 30), 60, "b"),
        meeting("ana", at(0, 10, 45), 5, "c"),
    ]
    assert mine(rows)["meeting_hours"][0] == 1.5


def test_after_hours_by_the_wall_clock_of_each() -> None:
    rows = [
        # Ana's clock is 9 hours ahead of UTC (her own commit tells it); the meeting is at 18:00 there.
        trace("ana", at(0, 1), ahead=540, verb="commit"),
        meeting("ana", at(0, 9), 60, "a"),
        meeting("ana", at(0, 7, 30), 60, "b"),
        # Bo's is one ahead: the same meeting is at 10:00.
        trace("bo", at(0, 9), ahead=60),
        meeting("bo", at(0, 9), 60, "a"),
        meeting("cy", at(0, 9), 60, "a"),
    ]
    assert mine(rows)["after_hours_meetings"][0] == 1.5
    assert mine(rows, "bo")["after_hours_meetings"][0] == 0.0
    assert "after_hours_meetings" not in mine(rows, "cy") and "free_stretch" not in mine(rows, "cy")
    assert mine(rows, "cy", ahead="540")["after_hours_meetings"][0] == 1.0
    assert mine(rows, hours="09:00-19:00")["after_hours_meetings"][0] == 0.0


def test_a_trace_before_the_first_clock_has_that_one() -> None:
    later = [trace("ana", at(6, 18), ahead=-300, object=one) for one in "ab"]  # two at one moment
    assert mine([trace("ana", at(0, 6)), *later])["after_hours_days"][0] == 2  # one in the morning, and on Sunday


def test_days_with_a_trace_outside_working_hours() -> None:
    rows = [
        trace("ana", at(0, 10), ahead=0), trace("ana", at(0, 20), ahead=0), trace("ana", at(0, 22), ahead=0),
        trace("ana", at(5, 12), ahead=0), trace("ana", at(1, 16, 59), ahead=0), trace("ana", at(2, 17), ahead=0),
    ]  # fmt: skip
    assert mine(rows)["after_hours_days"][0] == 3


def test_the_longest_free_stretch_of_a_working_day() -> None:
    rows = [
        trace("ana", at(0, 9), ahead=0),
        meeting("ana", at(0, 11), 60, "a"), meeting("ana", at(0, 11, 30), 60, "b"), meeting("ana", at(0, 16), 120, "c"),
        meeting("ana", at(1, 8), 9 * 60, "d"),
    ]  # fmt: skip
    # Monday: 9 to 11, 12:30 to 16; Tuesday nothing is left.
    assert mine(rows[:4])["free_stretch"][0] == 3.5
    assert mine(rows)["free_stretch"][0] == 3.5 / 2


def test_how_many_things_in_a_day() -> None:
    tables = actors(red=["ana"], blue=["bo"], green=["cy"]) | {
        "zone": [{"zone": "web", "owner": "team:blue"}, {"zone": "api", "owner": "team:red"}]
    }
    rows = [
        trace("ana", at(0, 9), zone="web", work="w1"), trace("ana", at(0, 10), zone="api", work="w2"),
        trace("ana", at(0, 11), zone="api", work="w1"), trace("ana", at(0, 12), target="cy"),
        trace("ana", at(0, 12), target="cy"), trace("ana", at(1, 9), zone="web"),
    ]  # fmt: skip
    found = mine(rows, tables=tables)
    assert (found["work_items"][0], found["zones"][0], found["switches"][0]) == (2.0, 1.5, 1.0)
    assert found["teams"][0] == 2.0  # blue, red and green on Monday, blue on Tuesday
    assert (found["messages"][0], found["counterparts"][0]) == (5.0, 1.0)


def test_counterparts_are_met_in_small_meetings_and_in_writing() -> None:
    rows = [
        trace("bo", at(0, 9), target="ana"),
        *(meeting(who, at(0, 10), 60, "small") for who in ("ana", "cy")),
        *(meeting(who, at(0, 12), 60, "large") for who in ("ana", "di", "ed")),
    ]
    assert mine(rows, small=2)["counterparts"][0] == 2.0
    assert mine(rows)["counterparts"][0] == 4.0


def test_a_team_is_the_average_of_its_people() -> None:
    people = ["ana", "bo", "cy", "di", "ed", "flo"]
    rows = [meeting(who, at(0, 10), 60 * number, f"o{who}") for number, who in enumerate(people)]
    rows.append(trace("guy", at(0, 10)))
    tables = actors(red=people, blue=["guy", "hal"])
    found = outcome(LOAD, rows, tables, grain="team").rows.to_pylist()
    (hours,) = [row for row in found if row["figure"] == "meeting_hours"]
    assert (hours["unit"], hours["value"], hours["people"], hours["n"]) == ("team:red", 2.5, 6, 6)


def test_figures_of_another_tool() -> None:
    people = ["ana", "bo", "cy", "di", "ed"]
    rows = [
        {
            "actor": who, "verb": "act", "object": "network", "size": 10.0 * number + week, "moment": at(7 * week, 0),
            "attributes": '{"told":"week"}',
        }
        for number, who in enumerate(people)
        for week in range(2)
    ]  # fmt: skip
    tables = actors(red=people)
    (row,) = outcome(REPORTED, rows, tables).rows.to_pylist()
    assert (row["what"], row["value"], row["n"], row["people"]) == ("network", 20.5, 10, 5)
    assert row["low"] < 20.5 < row["high"]
    assert outcome(REPORTED, rows[:8], tables).rows.num_rows == 0  # four people
    (own,) = outcome(REPORTED, rows, tables, grain="person", me="person:bo").rows.to_pylist()
    assert (own["unit"], own["value"]) == ("person:bo", 10.5)
    # What was told for a week is no trace of any day.
    assert outcome(LOAD, rows, tables, window="week").rows.num_rows == 0


def test_hours_told_for_a_week_count_as_hours_alone() -> None:
    rows = [meeting("ana", at(0, 0), 1200, span="week", answer="present"), trace("ana", at(0, 9), ahead=0)]
    found = mine(rows, window="week")
    assert found["meeting_hours"] == (20.0, 20.0, 20.0)
    assert "free_stretch" not in found and "after_hours_meetings" not in found


NAMES = ["ana", "bo", "cy", "di", "ed", "flo"]
times = st.builds(at, st.integers(0, 8), st.integers(6, 21), st.sampled_from([0, 20, 30, 50]))
attended = st.builds(
    lambda who, begin, minutes, thread, answer: meeting(who, begin, minutes, thread, answer=answer),
    st.sampled_from(NAMES), times, st.sampled_from([10.0, 30.0, 60.0, 200.0]), st.sampled_from(["a", "b", "c", ""]),
    st.sampled_from(["accepted", "accepted", "declined", "tentative", "present"]),
)  # fmt: skip
traced = st.builds(
    lambda who, moment, ahead, work, zone, target: trace(
        who, moment, ahead=ahead, work=work, zone=zone, target=target
    ),
    st.sampled_from(NAMES), times, st.sampled_from([None, 0, 60, -300]), st.sampled_from([None, "w1", "w2"]),
    st.sampled_from([None, "web", "api"]), st.sampled_from([None, *NAMES]),
)  # fmt: skip


class Naive:
    """A person's figures, minute by minute."""

    def __init__(self, rows: Sequence[Row], who: str) -> None:
        self.own = [row for row in rows if row["actor"] == who]
        self.told = [(row["moment"], row["ahead"]) for row in self.own if row.get("ahead") is not None]
        self.posts = [row for row in self.own if row["verb"] == "post"]
        self.met = [row for row in self.own if row["verb"] == "attend"]
        recorded = {row["thread"] for row in rows if row["verb"] == "attend" and '"present"' in row["attributes"]}
        self.sat: set[datetime] = set()
        for row in self.met:
            answer = json.loads(row["attributes"])["answer"]
            if answer == "present" or (answer == "accepted" and row["thread"] not in recorded):
                begin = self.wall(row["moment"])
                self.sat |= {begin + timedelta(minutes=minute) for minute in range(int(row["size"]))}

    def wall(self, moment: datetime) -> datetime:
        """By the last clock told until then, else the first; of several at one moment the one furthest ahead."""
        before = [when for when, _ in self.told if when <= moment]
        when = max(before) if before else min((when for when, _ in self.told), default=None)
        return moment + timedelta(minutes=max((ahead for at, ahead in self.told if at == when), default=0))

    def figures(self) -> dict[str, float]:
        found: dict[str, float] = {}
        if self.met:
            found["meeting_hours"] = len(self.sat) / 60
        if self.told:
            late = {self.wall(row["moment"]) for row in self.posts}
            found["after_hours_days"] = len({one.date() for one in late if not working(one)})
        if self.told and self.met:
            found["after_hours_meetings"] = sum(not working(one) for one in self.sat) / 60
            days = {self.wall(row["moment"]).date() for row in self.own}
            stretches = [longest(day, self.sat) for day in days if day.weekday() < 5]
            if stretches:
                found["free_stretch"] = sum(stretches) / len(stretches) / 60
        if self.posts:
            found["messages"] = len({row["object"] for row in self.posts})
        for figure, column in (("work_items", "work"), ("zones", "zone")):
            pairs = {(self.wall(row["moment"]).date(), row[column]) for row in self.posts if row[column]}
            if pairs:
                found[figure] = len(pairs) / len({day for day, _ in pairs})
        return found


def working(wall: datetime) -> bool:
    return wall.weekday() < 5 and OPENS <= wall.hour * 60 + wall.minute < CLOSES


def longest(day: date, sat: set[datetime]) -> int:
    best = run = 0
    for minute in range(OPENS, CLOSES):
        run = 0 if datetime(day.year, day.month, day.day) + timedelta(minutes=minute) in sat else run + 1
        best = max(best, run)
    return best


def counted_alike(rows: list[Row]) -> None:
    tables = actors(red=NAMES)
    open_to_all = replace(LOAD, private=False)
    seen = {
        (row["unit"], row["figure"]): row["value"]
        for row in outcome(open_to_all, rows, tables, grain="person").rows.to_pylist()
    }
    counted = {}
    for who in {row["actor"] for row in rows}:
        for figure, value in Naive(rows, who).figures().items():
            counted[f"person:{who}", figure] = pytest.approx(value)
    more = {"teams", "switches", "counterparts"}
    assert {key: value for key, value in seen.items() if key[1] not in more} == counted
    for row in outcome(open_to_all, rows, tables, grain="team").rows.to_pylist():
        each = [value for (_, figure), value in seen.items() if figure == row["figure"]]
        assert row["people"] == len(each) and row["value"] == pytest.approx(sum(each) / len(each))


@settings(max_examples=8)
@given(st.lists(attended, max_size=14), st.lists(traced, min_size=1, max_size=20))
def test_counting_minute_by_minute_says_the_same(met: list[Row], left: list[Row]) -> None:
    counted_alike([*met, *left])


@pytest.mark.long
@settings(max_examples=60)
@given(st.lists(attended, max_size=14), st.lists(traced, min_size=1, max_size=20))
def test_counting_minute_by_minute_says_the_same_of_many(met: list[Row], left: list[Row]) -> None:
    counted_alike([*met, *left])


@pytest.mark.parametrize(("grain", "window"), [("organisation", "all"), ("team", "week"), ("zone", "day")])
def test_nothing_of_fewer_than_five_people_is_seen(grain: str, window: str) -> None:
    """Twelve people leave a trace, but only four of them in the second week, and only two have a calendar."""
    people = [f"p{number}" for number in range(12)]
    rows = [trace(who, at(day, 20), ahead=0, zone="web") for who in people for day in (0, 14)]
    rows += [trace(who, at(7, 20), ahead=0, zone="web") for who in people[:4]]
    rows += [meeting(who, at(0, 10), 60) for who in people[:2]]
    found = outcome(LOAD, rows, actors(red=people), grain=grain, window=window)
    shown = found.rows.to_pylist()
    assert shown and found.withheld
    assert all(row["people"] >= 5 for row in shown)
    assert not {row["figure"] for row in shown} & {"meeting_hours", "free_stretch", "after_hours_meetings"}
    assert MONDAY.date() + timedelta(days=7) not in {row["period"] for row in shown}


def test_nobody_sees_another_person() -> None:
    rows = [trace(who, at(0, 20), ahead=0) for who in NAMES]
    for me in (None, "person:nobody"):
        assert outcome(LOAD, rows, actors(red=NAMES), grain="person", me=me).rows.num_rows == 0
