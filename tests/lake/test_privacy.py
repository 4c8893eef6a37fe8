"""What may be shown of figures about people: nothing that can be put together is of fewer than five."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from counterpoint.lake.crowds import LEAST_PEOPLE, People, showable, withheld_too
from counterpoint.lake.privacy import bounds
from counterpoint.lake.running import Outcome
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure
from tests.measures.trial import Row, outcome

AVERAGE = Measure(
    name="average",
    system="C8",
    question="How much does each person do?",
    about="Rows of a person, averaged over people; evenings alone as a figure of its own.",
    source="a mean",
    limits="",
    grains=("organisation", "team", "zone", "person"),
    figures=(Figure("rows", "rows", "of a person"), Figure("evening", "rows", "after 18:00")),
    sql="""
with own as (
    select period, unit, party, 'rows' as figure, count(*) as times from activity_by
    where sort <> 'bot' group by period, unit, party
    union all
    select period, unit, party, 'evening', count(*) from activity_by
    where sort <> 'bot' and extract('hour' from moment) >= 18 group by period, unit, party
)
select period, unit, figure, avg(times) as value, count(*) as n from own group by period, unit, figure
""",
    private=True,
)
GROUPS = st.dictionaries(st.sampled_from("ABCDEF"), st.sets(st.integers(0, 25)), max_size=6)


def numbers(people: set[int]) -> People:
    return np.array(sorted(people), dtype=np.int64)


def put_together(groups: list[set[int]], everybody: set[int]) -> list[set[int]]:
    """Everything that unions, intersections and differences of the groups and the whole can be."""
    kinds: dict[tuple[bool, ...], set[int]] = {}
    for one in everybody:
        kinds.setdefault(tuple(one in group for group in groups), set()).add(one)
    parts = list(kinds.values())
    return [set().union(*some) for count in range(1, len(parts) + 1) for some in combinations(parts, count)]


@settings(max_examples=60)
@given(GROUPS, st.sets(st.integers(0, 25)))
def test_nothing_put_together_from_shown_groups_is_of_fewer_than_five(
    groups: Mapping[str, set[int]], more: set[int]
) -> None:
    everybody = set().union(*groups.values()) | more
    shown = showable({name: numbers(people) for name, people in groups.items()}, numbers(everybody))
    if shown:
        found = put_together([groups[name] for name in shown], everybody)
        assert min(map(len, found)) >= LEAST_PEOPLE


def test_a_parent_of_six_and_its_only_team_of_five() -> None:
    parent, child = {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5}
    assert showable({"parent": numbers(parent), "child": numbers(child)}, numbers(parent)) == {"parent"}


def test_teams_that_are_large_enough_and_apart_are_all_shown() -> None:
    teams = {name: numbers(set(range(start, start + 5))) for name, start in (("a", 0), ("b", 5), ("c", 10))}
    assert showable(teams, numbers(set(range(15)))) == {"a", "b", "c"}
    assert showable(teams, numbers(set(range(17)))) == {"a", "b"}


@settings(max_examples=60)
@given(st.dictionaries(st.integers(1, 12), st.sets(st.integers(0, 9), min_size=1), max_size=8))
def test_what_a_year_gives_away_less_its_shown_months_is_of_five_or_of_nobody(
    months: Mapping[int, set[int]],
) -> None:
    shown = [month for month, people in months.items() if len(people) >= LEAST_PEOPLE]
    gone = withheld_too({month: numbers(people) for month, people in months.items()}, shown)
    assert gone <= set(shown)
    left = [people for month, people in months.items() if month not in set(shown) - gone]
    together = set().union(*left)
    assert not together or len(together) >= LEAST_PEOPLE or gone == set(shown)
    if all(month in shown for month in months):
        assert not gone


PEOPLE = [f"p{number}" for number in range(14)]
TREE = {"red": "all", "blue": "all", "dark": "blue"}
Membership = Mapping[str, str]


@st.composite
def organisations(draw: st.DrawFn) -> tuple[Membership, list[Row]]:
    """Who is in which team of a small tree, and what everybody did in three months."""
    team = {one: draw(st.sampled_from(["red", "blue", "dark", "all"])) for one in PEOPLE}
    dense = draw(st.integers(0, 3))
    rows = []
    for one in PEOPLE:
        for month in (1, 2, 3):
            for zone in ("front", "back"):
                if draw(st.integers(0, 4)) >= dense:
                    hour = draw(st.sampled_from([10, 19]))
                    moment = datetime(2026, month, 5, hour)
                    rows.append({"actor": one, "moment": moment, "zone": zone, "source": "s"})
    return team, rows


def teams_of(team: str) -> list[str]:
    return [team] if team not in TREE else [team, *teams_of(TREE[team])]


def tables(membership: Membership) -> dict[str, list[Row]]:
    return {
        "actor": [{"actor": one, "party": f"person:{one}", "sort": "person", "confidence": 1.0} for one in membership],
        "party": [{"party": f"person:{one}", "label": one.upper(), "sort": "person"} for one in membership],
        "member": [
            {"party": f"person:{one}", "team": above, "direct": above == team}
            for one, team in membership.items()
            for above in teams_of(team)
        ],
        "team": [{"team": one, "label": one, "parent": TREE.get(one)} for one in ("all", "red", "blue", "dark")],
    }


def behind(team: Membership, rows: list[Row], grain: str, window: str) -> dict[tuple[Any, str], dict[str, set[str]]]:
    """The people behind each figure of each period, by unit: counted by hand."""
    found: dict[tuple[Any, str], dict[str, set[str]]] = {}
    for row in rows:
        moment = row["moment"]
        period = date(2026, moment.month, 1) if window == "month" else None
        units = {"team": teams_of(team[row["actor"]]), "zone": [row["zone"]], "organisation": [""]}[grain]
        for figure in ["rows", *(["evening"] if moment.hour >= 18 else [])]:
            for unit in units:
                found.setdefault((period, figure), {}).setdefault(unit, set()).add(row["actor"])
    return found


@settings(max_examples=12)
@given(organisations(), st.sampled_from(["team", "zone", "organisation"]), st.sampled_from(["month", "all"]))
def test_no_row_of_a_group_is_of_fewer_than_five_nor_gives_away_fewer(
    made: tuple[Membership, list[Row]], grain: str, window: str
) -> None:
    team, rows = made
    found = outcome(AVERAGE, rows, tables(team), grain=grain, window=window)
    crowds = behind(team, rows, grain, window)
    shown: dict[tuple[Any, str], list[set[str]]] = {}
    for row in found.rows.to_pylist():
        people = crowds[row["period"], row["figure"]][row["unit"]]
        assert len(people) >= LEAST_PEOPLE
        assert row["n"] == len(people)
        shown.setdefault((row["period"], row["figure"]), []).append(people)
    for kind, groups in shown.items():
        everybody = set().union(*crowds[kind].values())
        index = {one: number for number, one in enumerate(sorted(everybody))}
        sets = [{index[one] for one in group} for group in groups]
        assert min(map(len, put_together(sets, set(index.values())))) >= LEAST_PEOPLE
    every = sum(len(units) for units in crowds.values())
    assert found.rows.num_rows + found.withheld == every


@settings(max_examples=6)
@given(organisations(), st.sampled_from(PEOPLE))
def test_a_person_sees_their_own_rows_and_nobody_elses(made: tuple[Membership, list[Row]], me: str) -> None:
    team, rows = made
    found = outcome(AVERAGE, rows, tables(team), grain="person", me=f"person:{me}")
    assert set(found.rows["unit"].to_pylist()) <= {f"person:{me}"}
    assert (found.rows.num_rows > 0) == any(row["actor"] == me for row in rows)
    assert outcome(AVERAGE, rows, tables(team), grain="person").rows.num_rows == 0


def everybody_in(teams: Mapping[str, int]) -> tuple[Membership, list[Row]]:
    """So many people in each team, each with a row in January."""
    team = {f"{name}{number}": name for name, count in teams.items() for number in range(count)}
    return team, [{"actor": one, "moment": datetime(2026, 1, 5, 10), "zone": "front"} for one in team]


def shown_units(found: Outcome) -> set[str]:
    return set(found.rows["unit"].to_pylist())


def test_a_small_team_is_seen_within_the_team_above_it() -> None:
    team, rows = everybody_in({"red": 6, "blue": 6, "dark": 3})
    found = outcome(AVERAGE, rows, tables(team), grain="team")
    assert shown_units(found) == {"all", "red", "blue"}
    assert found.within == {"dark": "blue"}
    assert found.withheld == 1


def test_a_measure_cannot_pass_a_person_off_as_a_team_or_in_a_column_of_its_own() -> None:
    team, rows = everybody_in({"red": 7, "blue": 7})
    as_unit = replace(AVERAGE, sql="select period, party as unit, 'rows' as figure, count(*) as value from activity_by "
                                   "where sort <> 'bot' group by period, party")  # fmt: skip
    assert shown_units(outcome(as_unit, rows, tables(team), grain="team")) == set()
    several = replace(AVERAGE, sql="select period, unit, 'rows' as figure, count(*) as value from activity_by "
                                   "where sort <> 'bot' group by period, unit, party")  # fmt: skip
    assert shown_units(outcome(several, rows, tables(team), grain="team")) == set()
    for named in ("min(party)", "'RED1'", "'busiest: RED0, then RED1'", "min(actor) || ', RED1'"):
        column = replace(
            AVERAGE,
            extras=(Extra("who", pa.string(), "who most"),),
            sql=f"select period, unit, 'rows' as figure, 1.0 as value, {named} as who from activity_by "
            "group by period, unit",
        )
        found = outcome(column, rows, tables(team), grain="team")
        assert found.rows.num_rows == 0, named
        assert outcome(column, rows, tables(team), grain="person", me="person:red1").rows.num_rows == 1


def test_keys_tell_rows_apart_and_each_needs_its_own_five() -> None:
    team, rows = everybody_in({"red": 7})
    late = [{**row, "moment": datetime(2026, 1, 5, 20)} for row in rows[:3]]
    hourly = replace(
        AVERAGE,
        extras=(Extra("hour", pa.int64(), "of the day", key=True),),
        sql="select period, unit, 'rows' as figure, extract('hour' from moment) as hour, count(*) as value "
        "from activity_by where sort <> 'bot' group by period, unit, hour",
    )
    found = outcome(hourly, [*rows, *late], tables(team), grain="team")
    assert {(row["unit"], row["hour"]) for row in found.rows.to_pylist()} == {("red", 10), ("all", 10)}


def test_a_month_that_is_withheld_takes_another_with_it() -> None:
    team, rows = everybody_in({"red": 8})
    few = [{**row, "moment": datetime(2026, 2, 5, 10)} for row in rows[:2]]
    march = [{**row, "moment": datetime(2026, 3, 5, 10)} for row in rows[:6]]
    found = outcome(AVERAGE, [*rows, *few, *march], tables(team), grain="organisation", window="month")
    assert found.rows["period"].to_pylist() == [date(2026, 1, 1)]


def test_bots_and_agents_are_no_people() -> None:
    team, rows = everybody_in({"red": 5})
    made = tables(team)
    assert shown_units(outcome(AVERAGE, rows, made, grain="organisation")) == {""}
    for sort in ("agent", "bot"):
        changed = {
            **made,
            "actor": [{**one, "sort": sort if one["actor"] == "red0" else "person"} for one in made["actor"]],
        }
        changed["party"] = [
            {**one, "sort": sort if one["party"] == "person:red0" else "person"} for one in made["party"]
        ]
        assert shown_units(outcome(AVERAGE, rows, changed, grain="organisation")) == set()


def test_the_time_of_groups_is_whole_periods_and_ones_own_is_as_asked() -> None:
    asked = Asked("team", "month", date(2026, 1, 10), date(2026, 3, 2))
    assert (bounds(AVERAGE, asked).since, bounds(AVERAGE, asked).until) == (date(2026, 1, 1), date(2026, 4, 1))
    whole = replace(asked, window="all", until=date(2026, 3, 1))
    assert (bounds(AVERAGE, whole).since, bounds(AVERAGE, whole).until) == (date(2026, 1, 1), date(2026, 3, 1))
    own = replace(asked, grain="person")
    assert bounds(AVERAGE, own) == own
    assert bounds(replace(AVERAGE, private=False), asked) == asked


def test_a_private_measure_that_is_not_told_apart_by_person_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot be told apart by person"):
        outcome(replace(AVERAGE, grains=("team",)), grain="team")
