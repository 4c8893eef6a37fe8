"""Working hours, and meetings on a fixed clock, against what a few lines of plain Python say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from counterpoint.simulation.engine import Run, run
from counterpoint.simulation.network import (
    Calendar,
    Delay,
    Mark,
    Network,
    Rule,
    Serve,
    Source,
    Station,
    Step,
    compiled,
    exponential,
    fixed,
)

WEEK = Calendar(tuple((24.0 * day + 9, 24.0 * day + 17) for day in range(5)), 168.0)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A calendar of whole hours."""
    bounds = draw(st.lists(st.integers(0, 24), min_size=2, max_size=8, unique=True).map(sorted))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    return Calendar(tuple((float(begin), float(end)) for begin, end in pairs), float(draw(st.integers(24, 30))))


def is_open(calendar: Calendar, hour: int) -> bool:
    return any(begin <= hour % calendar.period < end for begin, end in calendar.opens)


def hour_by_hour(calendar: Calendar, at: int, length: int) -> tuple[int, int]:
    """When work of whole hours begins and ends."""
    while not is_open(calendar, at):
        at += 1
    begin = at
    while length > 0:
        length -= is_open(calendar, at)
        at += 1
    return begin, at


def one_item(at: int, step: Step, *stations: Station) -> Run:
    """One alone, who comes at a time."""
    return run(compiled(Network(stations, [Source("work", (Delay(fixed(at), "before"), step), items=1)])), 1, 0, 1)


@given(calendars(), st.integers(1, 100), st.integers(0, 60))
def test_work_goes_on_in_working_hours_only(calendar: Calendar, at: int, length: int) -> None:
    begin, end = hour_by_hour(calendar, at, length)
    served = one_item(at, Serve("desk", fixed(length)), Station("desk", 1, calendar=calendar))
    assert served.lead[0] == end
    assert served.elements[1].tolist() == [begin - at, length, 1]
    assert served.paused[1] == end - begin - length
    assert served.busy[0] == length
    passed = one_item(at, Delay(fixed(length), calendar=calendar))
    assert passed.lead[0] == end
    assert passed.elements[1].tolist() == [0, length, 1]
    assert passed.paused[1] == end - at - length


@given(calendars(), st.integers(0, 2**31))
def test_lead_time_is_what_was_waited_worked_and_closed(calendar: Calendar, seed: int) -> None:
    steps = (Serve("desk", exponential(2.0)), Delay(exponential(3.0), "travel", calendar=calendar))
    net = compiled(Network([Station("desk", 2, calendar=calendar)], [Source("work", steps, exponential(9.0))]))
    one = run(net, 60, 0, seed)
    within = one.inside == 0
    told = one.elements[:, :2].sum() + one.paused.sum()
    assert told >= one.lead.sum() - 1e-6
    assert not within or np.isclose(told, one.lead.sum())
    assert np.all(one.busy <= 2 * one.span * calendar.share + 2 * calendar.period)


def test_what_is_always_open_needs_no_calendar() -> None:
    always = Calendar(((0.0, 24.0),), 24.0)
    found = []
    for calendar in (None, always):
        desk = Station("desk", 1, calendar=calendar)
        net = compiled(Network([desk], [Source("work", (Serve("desk", exponential(1)),), exponential(2))]))
        found.append(run(net, 2_000, 100, 3).lead)
    assert np.allclose(found[0], found[1], atol=1e-9)


def test_nobody_works_at_night_or_at_the_end_of_the_week() -> None:
    """Somebody who comes on Friday at four with two hours of work has it on Monday at ten."""
    friday_at_four = 4 * 24 + 16
    one = one_item(friday_at_four, Serve("desk", fixed(2)), Station("desk", 1, calendar=WEEK))
    assert one.lead[0] == 7 * 24 + 10


def test_a_day_s_work_ends_in_the_evening() -> None:
    one = one_item(9, Serve("desk", fixed(8)), Station("desk", 1, calendar=WEEK))
    assert one.lead[0] == 17


@pytest.mark.parametrize(
    ("opens", "period"), [((), 24.0), (((9, 17), (16, 18)), 24.0), (((9, 25),), 24.0), (((9, 9),), 24.0)]
)
def test_no_calendar(opens: tuple[tuple[float, float], ...], period: float) -> None:
    with pytest.raises(InvalidInput):
        Calendar(opens, period)


def meetings(arrivals: Sequence[float], length: float, period: float, rule: Rule) -> list[float]:
    """When each is through, where one meeting after the other deals with those who wait."""
    ended: list[float] = []
    tick = 0.0
    while len(ended) < len(arrivals):
        now, present = tick, [one for one in arrivals[len(ended) :] if one <= tick]
        while present:
            now += length
            ended.append(now)
            waiting = [one for one in arrivals[len(ended) :] if one <= now]
            present = present[1:] if rule == "present" else waiting
        while tick <= now:
            tick += period
    return ended


@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 9),
    st.sampled_from(["until-empty", "present"]),
    st.integers(0, 5),
)
def test_meetings_deal_with_those_who_wait(gap: int, length: int, period: int, rule: Rule, phase: int) -> None:
    every, took = length + gap / 3.03, length * 0.901
    room = Station("room", 1, opens_every=float(period), rule=rule, phase=float(phase % period))
    one = run(compiled(Network([room], [Source("work", (Serve("room", fixed(took)),), fixed(every))])), 40, 0, 1)
    arrivals = every * np.arange(1, 41)
    ended = np.array(meetings(list(arrivals - phase % period), took, period, rule)) + phase % period
    assert np.allclose(one.lead, ended - arrivals)


def test_all_of_a_meeting_s_servers_come_and_go() -> None:
    """Five wait at noon for two who take an hour each: through at one, one, two, two and three."""
    room = Station("room", 2, opens_every=12.0)
    net = compiled(Network([room], [Source("work", (Serve("room", fixed(1)),), fixed(2.3))]))
    one = run(net, 5, 0, 1)
    assert np.allclose(one.lead + 2.3 * np.arange(1, 6), [13, 13, 14, 14, 15])


def test_stations_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(InvalidInput, match="not both"):
        Station("room", 1, away=fixed(1), opens_every=4.0)
    with pytest.raises(InvalidInput, match="never comes round"):
        Station("room", 1, opens_every=0.0)
    with pytest.raises(InvalidInput, match="no time at all"):
        Station("room", 1, away=fixed(0))
    with pytest.raises(InvalidInput, match="no meeting goes by"):
        Station("room", 1, opens_every=1.0, rule="sometimes")  # type: ignore[arg-type]


def test_a_calendar_that_nobody_uses_changes_nothing() -> None:
    steps = (Mark("x"), Delay(exponential(1)))
    bare = Network([], [Source("work", steps, exponential(1))])
    more = Network([Station("night", 1, calendar=WEEK)], [Source("work", steps, exponential(1))])
    assert np.array_equal(run(compiled(bare), 200, 0, 1).lead, run(compiled(more), 200, 0, 1).lead)
