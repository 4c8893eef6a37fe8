"""The law of the layout: nothing in a lane overlaps, everything is where its days are, slurs end where they belong."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.faces.web.build import MOST_LINES, barlines
from counterpoint.faces.web.curves import MANY, WIDE, bundles, crescent, curves
from counterpoint.faces.web.layout import BAR, LEFT, RIGHT, Axis, lay_out, pack, ticks
from counterpoint.model.score import BarLine, Mark, Score, Stave
from counterpoint.state.memory import MemoryReader
from counterpoint.state.score import score
from counterpoint.state.view import State
from tests.faces.web.orgs import large, small

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAYS = st.dates(date(2025, 10, 1), date(2027, 3, 31))


def mark(number: int, start: date | None, end: date | None, title: str, *, period: bool = False) -> Mark:
    basis = "period" if period else "dates" if start and end else "start" if start else "due" if end else "none"
    return Mark(
        ref=f"work:{number}", title=title, kind="work", level="deliverable", stave="team:a", parent=None,
        start=start and start.isoformat(), end=end and end.isoformat(), basis=basis, sure_until=None, announced=None,
        status=None, priority=None, who="none", deciders=(), needs=0, serves=0, step=None, flags=(),
    )  # fmt: skip


@st.composite
def marks(draw: st.DrawFn) -> tuple[Mark, ...]:
    found = []
    for number in range(draw(st.integers(1, 25))):
        one, other = draw(st.none() | DAYS), draw(st.none() | DAYS)
        start, end = (min(one, other), max(one, other)) if one and other else (one, other)
        title = "m" * draw(st.integers(1, 90))
        found.append(mark(number, start, end, title, period=bool(start and end) and draw(st.booleans())))
    return tuple(found)


def score_of(*staves: tuple[Mark, ...]) -> Score:
    made = tuple(Stave(f"team:{number}", f"T{number}", None, every, 0, 0) for number, every in enumerate(staves))
    return Score("deliverable", FIRST.isoformat(), LAST.isoformat(), "2026-05-20T09:00:00.000000Z",
                 made, (), (), (), (), None, (), 0, 0)  # fmt: skip


@given(st.lists(marks(), min_size=1, max_size=4))
def test_nothing_overlaps_in_a_lane_and_every_mark_is_in_its_stave(staves):
    layout = lay_out(score_of(*staves))
    bottom = 0.0
    for stave in layout.staves:
        assert stave.y == bottom
        bottom = stave.y + stave.height
        assert len(stave.marks) == len(stave.stave.marks)
        for one in stave.marks:
            assert stave.y <= one.y and one.y + BAR <= bottom
            assert any(
                system.y - 1 <= one.y and one.y + BAR <= system.y + system.height + 1 for system in stave.systems
            )
            assert one.low <= one.x0 <= one.x1 <= one.high
            assert one.low >= 0 and one.high <= 1
        for one, other in combinations(stave.marks, 2):
            if abs(one.y - other.y) < BAR:
                assert one.lane == other.lane
                assert one.high <= other.low or other.high <= one.low
    assert layout.height == bottom


@given(st.lists(st.tuples(st.floats(0, 0.9), st.floats(0.001, 0.5)), max_size=40))
def test_packing_takes_no_more_lanes_than_bars_that_lie_over_one_moment_when_they_come_in_order(spans):
    spans = sorted((low, low + width) for low, width in spans)
    lanes = pack(spans)
    most = max((sum(low <= moment < high for low, high in spans) for moment, _ in spans), default=0)
    assert max(lanes, default=-1) + 1 == most


@given(DAYS, DAYS)
def test_time_goes_from_left_to_right(one, other):
    axis = Axis(FIRST, LAST)
    assert LEFT <= axis.at(one) <= RIGHT + 1e-9
    if one < other:
        assert axis.at(one) <= axis.at(other)
        assert axis.after(one) <= axis.at(other) + 1e-9
    assert (axis.at(FIRST), round(axis.after(LAST), 9)) == (LEFT, RIGHT)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(20, 12000))
def test_the_axis_never_crowds(first, length):
    found = ticks(Axis(first, first + timedelta(days=length)))
    assert len(found) <= 40
    assert [tick.x for tick in found] == sorted(tick.x for tick in found)


def ends_of(path: str) -> tuple[tuple[float, float], tuple[float, float]]:
    numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return (numbers[0], numbers[1]), (numbers[6], numbers[7])


@given(*[st.floats(0, 1), st.floats(0, 4000)] * 2, st.floats(1, 8))
def test_a_slur_begins_and_finishes_at_its_ends(ax, ay, bx, by, thick):
    begin, finish = ends_of(crescent((ax, ay), (bx, by), thick))
    assert abs(begin[0] - ax * WIDE) < 0.1 and abs(begin[1] - ay) < 0.1
    assert abs(finish[0] - bx * WIDE) < 0.1 and abs(finish[1] - by) < 0.1


def test_slurs_join_the_marks_that_depend_on_each_other():
    entries, now = small()
    found = score(State(MemoryReader(entries, now)))
    layout = lay_out(found)
    places = {one.mark.ref: one for stave in layout.staves for one in stave.marks}
    drawn = {(one.provider, one.consumer): one for one in curves(found.slurs, layout, {})}
    assert set(drawn) == {(slur.provider, slur.consumer) for slur in found.slurs}
    begin, finish = ends_of(drawn["work:premiere", "work:tour"].path)
    premiere, tour = places["work:premiere"], places["work:tour"]
    assert abs(begin[0] / WIDE - premiere.x1) < 0.01 and abs(begin[1] - premiere.middle) <= BAR / 2
    assert abs(finish[0] / WIDE - tour.x0) < 0.01 and abs(finish[1] - tour.middle) <= BAR / 2 + 2
    late = drawn["work:rehearsal", "work:premiere"]
    assert late.late and late.shown
    assert abs(ends_of(late.path)[1][0] / WIDE - layout.axis.at(date(2026, 6, 8))) < 0.01, (
        "it meets the day it is needed"
    )


def test_many_slurs_are_drawn_on_demand_and_bundled_between_staves():
    entries, now = large()
    found = score(State(MemoryReader(entries, now)))
    layout = lay_out(found)
    folded = {stave.ref: layout.height + 20 for stave in found.folded}
    drawn = curves(found.slurs, layout, folded)
    assert len(drawn) == len(found.slurs) > MANY
    assert not any(one.shown for one in drawn)
    heavy = bundles(found.asks, layout)
    assert heavy and all(one.provider != one.consumer for one in heavy)
    counts = {(ask.provider, ask.consumer): ask.count for ask in found.asks}
    assert all(one.count == counts[one.provider, one.consumer] for one in heavy)
    assert max(one.x for one in heavy) < 1


def test_a_stave_that_would_crowd_shows_its_rarer_rituals_until_one_is_pointed_at():
    layout = lay_out(score_of((mark(0, FIRST, LAST, "w"),)))
    daily = tuple((FIRST + timedelta(days=number)).isoformat() for number in range(MOST_LINES - 1))
    lines = [
        BarLine("ritual:daily", "Daily", "team:0", daily, "understood", ""),
        BarLine("ritual:monthly", "Monthly", "team:0", daily[:2], "understood", ""),
        BarLine("ritual:elsewhere", "Elsewhere", "team:9", daily, "understood", ""),
        BarLine("ritual:never", "Never", None, (), "ambiguous", ""),
    ]
    assert [(name, shown) for name, _, shown in barlines(lines, layout)] == [
        ("ritual:monthly", True), ("ritual:daily", False),
    ]  # fmt: skip
