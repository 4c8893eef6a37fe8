"""How long cases take, where they wait, and where the waiting gathers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from statistics import mean, median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import BadValue
from counterpoint.measures.bottlenecks import BOTTLENECKS
from counterpoint.measures.edges import EDGES
from counterpoint.measures.flow import FLOW
from counterpoint.measures.waits import WAITS
from tests.measures.steps import LOGS, NOBODY, Asking, Given, cases_of, numbered, one_engine, rows_of, step
from tests.measures.trial import actors, figures, outcome

BERLIN = "Europe/Berlin 09:00-17:00"
DESK = numbered(
    [
        step("1", "open", 0, "ana", "front"),
        step("1", "check", 4, "bo", "back"),
        step("1", "close", 30, "bo", "back"),
        step("2", "open", 1, "ana", "front"),
        step("2", "close", 3, "ana", "front"),
    ]
)


def told(measure: Any, rows: Any, tables: Any = None, **asked: Any) -> dict[tuple[Any, ...], float | None]:
    """Values by figure, unit and the measure's own columns."""
    found = outcome(measure, rows, tables, **asked)
    assert not found.lacking, found.lacking
    own = [one.name for one in measure.extras]
    return {(row["figure"], row["unit"], *(row[name] for name in own)): row["value"] for row in found.rows.to_pylist()}


def test_a_case_takes_from_its_first_step_to_its_last() -> None:
    found = figures(FLOW, DESK)
    assert (found["cases", ""], found["open", ""]) == (2, 0)
    assert (found["cycle", ""], found["cycle_mean", ""]) == (16, 16)
    assert (found["steps", ""], found["handovers", ""]) == (2.5, 0.5)
    assert found["throughput", ""] == 7.0, "two cases in two days"
    assert found["cycle_working", ""] is None
    assert found["cycle_p90", ""] is None, "two cases are too few"


def test_working_hours_are_those_that_are_said() -> None:
    # 2 March 2026 is a Monday; 09:00 UTC is 10:00 in Berlin, and 16:00 UTC is closing time.
    found = told(WAITS, DESK, hours=BERLIN)
    assert found["wait_working", "", "check"] == 4
    assert found["wait_working", "", "close"] == (3 + 7 + 2) / 2, "14:00 to 17:00 and 09:00 to 16:00; 11:00 to 13:00"
    with pytest.raises(BadValue, match="no time zone"):
        figures(FLOW, DESK, hours="nine to five")


def test_working_hours_may_be_those_that_are_stated() -> None:
    tables = {
        **actors(desk=["ana"], lab=["bo"]),
        "calendar": [{"team": "team:lab", "hours": "UTC 24/7"}, {"team": "", "hours": BERLIN}],
    }
    teams = told(WAITS, DESK, tables, grain="team", hours="stated")
    assert (teams["wait_working", "team:lab", "close"], teams["wait_working", "team:desk", "close"]) == (26, 2)
    assert told(WAITS, DESK, tables, hours="stated")["wait_working", "", "check"] == 4
    assert told(WAITS, DESK, hours="stated")["wait_working", "", "check"] is None


def test_by_zone_and_team_it_is_what_they_did_of_each_case() -> None:
    zones = figures(FLOW, DESK, grain="zone")
    assert (zones["cycle", "back"], zones["cases", "front"]) == (26, 2)
    teams = figures(FLOW, DESK, actors(desk=["ana"], lab=["bo"]), grain="team")
    assert (teams["cycle", "team:lab"], teams["steps", "team:desk"]) == (26, 1.5)
    cases = figures(FLOW, DESK, grain="work")
    assert (cases["cycle", "1"], cases["cycle", "2"]) == (30, 2)


def test_a_case_counts_in_the_period_in_which_it_ends_and_from_its_true_beginning() -> None:
    rows = numbered([step("1", "open", 0, "ana"), step("1", "close", 24 * 35, "ana")])
    found = figures(FLOW, rows, window="month")
    assert found[date(2026, 4, 1), "cycle", ""] == 24 * 35
    assert (date(2026, 3, 1), "cycle", "") not in found
    late = figures(FLOW, rows, since=date(2026, 4, 1))
    assert late["cycle", ""] == 24 * 35, "what lies before the time that was asked for still belongs to the case"
    early = figures(FLOW, rows, until=date(2026, 3, 31))
    assert (early["cases", ""], early["open", ""]) == (0, 1)


def test_a_case_is_over_with_the_steps_that_end_it() -> None:
    found = figures(FLOW, [*DESK, *numbered([step("3", "open", 2, "ana")])], ends="close")
    assert (found["cases", ""], found["open", ""]) == (2, 1)


def test_bots_are_left_out_and_who_is_not_named_is_not() -> None:
    tables = {"actor": [*NOBODY["actor"], {"actor": "robot", "party": "agent:robot", "sort": "bot"}]}
    rows = numbered([step("1", "a", 0, "ana"), step("1", "log", 5, "robot"), step("1", "b", 6)])
    assert told(WAITS, rows, tables)["wait", "", "b"] == 6
    assert told(WAITS, rows, tables, bots="in")["wait", "", "b"] == 1


def test_the_beginning_of_a_step_tells_waiting_from_working() -> None:
    begun = '{"lifecycle":"start"}'
    rows = numbered(
        [
            step("1", "a", 0, "ana"),
            step("1", "b", 3, "bo", attributes=begun),
            step("1", "b", 4, "bo", attributes=begun),
            step("1", "b", 7, "bo"),
            step("1", "b", 9, "bo"),
            step("1", "c", 9, "bo", attributes='{"lifecycle":"schedule"}'),
        ]
    )
    found = told(WAITS, rows)
    assert (found["wait", "", "b"], found["work", "", "b"]) == (1.5, 4.5), "3 h, and none: the second was begun before"
    assert ("wait", "", "c") not in found


def test_waiting_gathers_before_the_step_that_it_is_for() -> None:
    found = told(BOTTLENECKS, DESK)
    assert (found["hours", "", "close"], found["hours", "", "check"], found["hours", "", "open"]) == (28, 4, 0)
    assert found["share", "", "close"] == 28 / 32
    zones = told(BOTTLENECKS, DESK, grain="zone")
    assert zones["share", "back", None] == 30 / 32


def test_the_most_waiting_stands_first() -> None:
    rows = outcome(BOTTLENECKS, DESK, NOBODY).rows.to_pylist()
    named = [(row["figure"], row["step"]) for row in rows]
    steps = [None, "close", "check", "open"]
    assert named == [("hours", one) for one in steps] + [("share", one) for one in steps]
    alike = [step(case, name, hour, "ana") for case in "12" for name, hour in (("a", 0), ("c", 3), ("b", 6))]
    tied = outcome(BOTTLENECKS, numbered(alike), NOBODY).rows.to_pylist()
    assert [row["step"] for row in tied][:4] == [None, "b", "c", "a"], "as much waiting: by name"


def test_nothing_is_not_zero() -> None:
    for measure in (FLOW, WAITS, EDGES, BOTTLENECKS):
        assert [one.what for one in outcome(measure).lacking] == ["steps of cases"]


@pytest.fixture(scope="module")
def asking() -> Iterator[Asking]:
    with one_engine() as ask:
        yield ask


@settings(max_examples=25)
@given(LOGS, st.randoms(use_true_random=False))
def test_the_kernels_equal_a_plain_reckoning(asking: Asking, log: list[Given], chance: Any) -> None:
    if not log:
        return
    cases = cases_of(log)
    waited: dict[str, list[float]] = defaultdict(list)
    edges: dict[tuple[str, str], list[float]] = defaultdict(list)
    for steps in cases.values():
        for one, two in pairwise(steps):
            waited[two[1]].append(two[2] - one[2])
            edges[one[1], two[1]].append(two[2] - one[2])
    rows = rows_of(log)
    chance.shuffle(rows)  # the order of the rows says nothing: their places do
    flow = asking(FLOW, rows)
    spans = [steps[-1][2] - steps[0][2] for steps in cases.values()]
    assert flow["cycle", ""] == pytest.approx(median(spans))
    assert flow["cycle_mean", ""] == pytest.approx(mean(spans))
    waits, gathered = asking(WAITS, rows), asking(BOTTLENECKS, rows)
    total = sum(map(sum, waited.values()))
    for name in {one[1] for one in log}:
        assert waits["wait", "", name] == (pytest.approx(median(waited[name])) if waited[name] else None)
        assert gathered["share", "", name] == (pytest.approx(sum(waited[name]) / total) if total else None)
    found = asking(EDGES, rows)
    assert {key[2:]: value for key, value in found.items() if key[0] == "times"} == {
        edge: len(times) for edge, times in edges.items()
    }
    for edge, times in edges.items():
        assert found["time", "", *edge] == pytest.approx(median(times))


def test_what_lies_far_off_is_counted_to_the_ends_of_time() -> None:
    rows = numbered([step("1", "a", 0, moment=datetime(1700, 1, 1)), step("1", "b", 0, moment=datetime(2900, 1, 1))])
    found = figures(FLOW, rows, NOBODY, hours="UTC Mon 09:00-10:00")
    assert found["cycle_working", ""] == pytest.approx(300 * 365.2425 / 7, abs=1)
