"""Work that comes back, and from whom to whom it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings

from counterpoint.measures.handover import HANDOVER
from counterpoint.measures.handover_people import HANDOVER_PEOPLE
from counterpoint.measures.returns import RETURNS
from tests.measures.steps import LOGS, Asking, Given, cases_of, numbered, one_engine, rows_of, step
from tests.measures.trial import actors, figures, outcome

CASES = numbered(
    [
        step("1", "ask", 0, "ana", "front"),
        step("1", "check", 1, "bo", "back"),
        step("1", "ask", 2, "ana", "front"),
        step("1", "check", 3, "bo", "back"),
        step("2", "ask", 0, "ana", "front"),
        step("2", "pay", 1, "cy", "till"),
        step("2", "check", 2, "bo", "back"),
        step("2", "close", 3, "ana", "front"),
        step("3", "ask", 0, "ana", "front"),
        step("3", "close", 1, "ana", "front"),
    ]
)


def test_a_return_is_to_a_group_that_was_left() -> None:
    found = figures(RETURNS, CASES)
    assert found["returned", ""] == 2 / 3
    assert found["returns", ""] == 1.0, "two, one and none"
    assert found["bounced", ""] == 1 / 3, "front, back and front; but till lies between in the second"
    assert found["repeated", ""] == 1 / 3
    zones = figures(RETURNS, CASES, grain="zone")
    assert (zones["returned", "front"], zones["returned", "back"], zones["returned", "till"]) == (2 / 3, 1 / 2, 0)


def test_a_log_without_groups_has_no_returns_to_them() -> None:
    rows = numbered([step("1", "a", 0, "ana"), step("1", "a", 1, "ana")])
    found = {row["figure"]: row for row in outcome(RETURNS, rows).rows.to_pylist()}
    assert found["returned"]["value"] is None
    assert "groups" in found["returned"]["missing"]
    assert found["repeated"]["value"] == 1


def test_handover_is_between_steps_that_follow_each_other() -> None:
    found = figures(HANDOVER, CASES)
    assert (found["between_parties", ""], found["between_groups", ""]) == (6, 6)
    assert found["share_parties", ""] == 6 / 7
    zones = {
        (row["figure"], row["unit"], row["other"]): row["value"]
        for row in outcome(HANDOVER, CASES, grain="zone").rows.to_pylist()
    }
    assert zones["times", "front", "back"] == 2
    assert zones["share", "front", "front"] == 1 / 7
    assert zones["share_moved", "front", "back"] == 2 / 6
    assert ("share_moved", "front", "front") not in zones
    teams = {
        (row["figure"], row["unit"], row["other"]): row["value"]
        for row in outcome(
            HANDOVER, CASES, actors(one=["ana"], two=["bo", "cy"], all=["bo"]), grain="team"
        ).rows.to_pylist()
    }
    assert teams["times", "team:one", "team:two"] == 3
    assert teams["times", "team:one", "team:all"] == 2


def test_people_see_their_own_handovers_alone() -> None:
    people = actors(desk=["ana", "bo", "cy"])
    mine = outcome(HANDOVER_PEOPLE, CASES, people, grain="person", me="person:ana")
    rows = mine.rows.to_pylist()
    assert {row["unit"] for row in rows} == {"person:ana"}
    found = {(row["figure"], row["other"]): row["value"] for row in rows}
    assert (found["times", "person:bo"], found["taken", "person:bo"]) == (2, 2)
    assert mine.withheld > 0
    assert outcome(HANDOVER_PEOPLE, CASES, people, grain="person").rows.num_rows == 0


@pytest.fixture(scope="module")
def asking() -> Iterator[Asking]:
    with one_engine() as ask:
        yield ask


@settings(max_examples=25)
@given(LOGS)
def test_handover_and_returns_equal_a_plain_reckoning(asking: Asking, log: list[Given]) -> None:
    if not log:
        return
    pairs: Counter[tuple[str, str]] = Counter()
    people: list[bool] = []
    returned, visited, repeated = 0, 0, 0
    for steps in cases_of(log).values():
        for one, two in pairwise(steps):
            if one[3] and two[3]:
                people.append(one[3] != two[3])
            if one[4] and two[4]:
                pairs[one[4], two[4]] += 1
        stays = [one[4] for one in steps if one[4]]
        stays = [zone for place, zone in enumerate(stays) if not place or zone != stays[place - 1]]
        visited += bool(stays)
        returned += len(stays) != len(set(stays))
        names = [one[1] for one in steps]
        repeated += len(names) != len(set(names))
    rows = rows_of(log)
    whole = asking(HANDOVER, rows)
    assert whole["between_parties", "", None] == (sum(people) if people else None)
    assert whole["share_parties", "", None] == (sum(people) / len(people) if people else None)
    by_zone = asking(HANDOVER, rows, "zone")
    zones = {key[1:]: value for key, value in by_zone.items() if key[0] == "times"}
    assert zones == pairs
    back = asking(RETURNS, rows)
    assert back["returned", ""] == (pytest.approx(returned / visited) if visited else None)
    assert back["repeated", ""] == pytest.approx(repeated / len(cases_of(log)))
