"""Truck factor: degrees worked out by hand, the greedy removal, and who and what counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import sparse

from counterpoint.measures.authorship import authors, degree, removed
from counterpoint.measures.truck_factor import TRUCK_FACTOR
from tests.measures.trial import Row, actors, figures, outcome

BEGIN = datetime(2026, 1, 5)
PEOPLE = ("ana", "bo", "cy")


def wrote(who: str, file: str, day: int = 0, status: str | None = None, **more: Any) -> Row:
    said = None if status is None else f'{{"status": "{status}"}}'
    return {"actor": who, "object": file, "moment": BEGIN + timedelta(days=day), "attributes": said, **more}


def files(who: str, prefix: str, count: int, **more: Any) -> list[Row]:
    return [wrote(who, f"{prefix}{number}.py", status="added", **more) for number in range(count)]


def test_the_degree_of_authorship() -> None:
    found = degree(np.array([True, False]), np.array([4.0, 2.0]), np.array([2.0, 4.0]))
    assert found == pytest.approx([3.293 + 1.098 + 0.656 - 0.321 * log(3), 3.293 + 0.328 - 0.321 * log(5)])


def test_who_changed_it_little_is_no_author() -> None:
    # ana created and changed it eight times, bo changed it once: 5.48 and 2.75, which is half of it.
    found = authors(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 0.0]), np.array([8.0, 1.0]), (1, 2))
    assert found.toarray().tolist() == [[True, False]]


def test_the_author_of_most_files_goes_first() -> None:
    rows = [*files("ana", "a", 6), *files("bo", "b", 3), *files("cy", "c", 3)]
    found = figures(TRUCK_FACTOR, rows, actors(red=PEOPLE))
    # Without ana half of the files have an author, which is enough; without bo too, only a quarter.
    assert (found["truck factor", ""], found["files", ""], found["authors", ""]) == (2, 12, 3)
    assert figures(TRUCK_FACTOR, [*rows, wrote("ana", "a6.py")], actors(red=PEOPLE))["truck factor", ""] == 1


def test_too_few_files_are_not_enough_data() -> None:
    (row,) = [
        one
        for one in outcome(TRUCK_FACTOR, files("ana", "a", 9), actors(red=PEOPLE)).rows.to_pylist()
        if one["figure"] == "truck factor"
    ]
    assert (row["value"], row["missing"]) == (None, "9 files, of at least 10")
    assert [one.what for one in outcome(TRUCK_FACTOR).lacking] == ["changes of files"]


def test_who_left_keeps_nothing_up() -> None:
    rows = [*files("ana", "a", 10), *(wrote("bo", f"a{number}.py", 800) for number in range(2))]
    rows += [wrote("bo", f"b{number}.py", 800, "added") for number in range(10)]
    tables = actors(red=PEOPLE)
    found = figures(TRUCK_FACTOR, rows, tables)
    assert (found["truck factor", ""], found["no author here", ""]) == (1, 0.4)  # of two of ana's files bo is an author
    everybody = figures(TRUCK_FACTOR, rows, tables, away=0)
    assert (everybody["truck factor", ""], everybody["no author here", ""]) == (2, 0)
    tables["party"] = [one | {"status": "left"} if one["label"] == "bo" else one for one in tables["party"]]
    assert figures(TRUCK_FACTOR, rows, tables)["truck factor", ""] == 0


def test_files_that_are_gone_renamed_or_only_of_bots_do_not_mislead() -> None:
    rows = [*files("ana", "a", 10), *files("bo", "b", 11)]
    rows += [wrote("cy", f"b{number}.py", 1, "removed") for number in range(11)]
    rows += [wrote("bot", f"lock{number}", status="added") for number in range(30)]
    tables = actors(red=PEOPLE)
    tables["actor"].append({"actor": "bot", "party": "actor:bot", "sort": "bot", "confidence": 1.0})
    tables["path_name"] = [
        {"source": "git:app", "path": f"a{number}.py", "since": datetime(2000, 1, 1),
         "till": BEGIN + timedelta(days=2), "name": f"src/a{number}.py"}
        for number in range(10)
    ]  # fmt: skip
    rows += [wrote("cy", f"src/a{number}.py", 2, "renamed") for number in range(10)]
    found = figures(TRUCK_FACTOR, rows, tables)
    assert (found["files", ""], found["truck factor", ""]) == (10, 1)
    assert figures(TRUCK_FACTOR, rows, tables, moves=1)["truck factor", ""] == 2
    # Moved by cy, and still ana's.
    tables["zone"] = [{"zone": "zone:organisation", "owner": "person:cy"}]
    (row,) = [
        one
        for one in outcome(TRUCK_FACTOR, rows, tables | {"decides": [
            {"thing": "zone:organisation", "kind": "zone", "answer": "one", "decider": "person:cy"}
        ]}, me="person:cy").rows.to_pylist()
        if one["figure"] == "truck factor"
    ]  # fmt: skip
    assert row["who"] == "person:ana"


def test_names_are_for_those_accountable() -> None:
    tables = actors(red=["ana"], blue=["bo"]) | {
        "path_zone": [{"path": f"{who}{number}.py", "zone": f"zone:{who}"} for who in "ab" for number in range(10)],
        "zone": [{"zone": "zone:a", "owner": "team:red"}, {"zone": "zone:b", "owner": "team:blue"}],
    }
    rows = [*files("bo", "a", 10), *files("ana", "b", 10)]
    for me, seen in ((None, {}), ("person:ana", {"zone:a": "person:bo"}), ("person:bo", {"zone:b": "person:ana"})):
        found = outcome(TRUCK_FACTOR, rows, tables, grain="zone", me=me).rows.to_pylist()
        assert {row["unit"]: row["who"] for row in found if row["who"]} == seen
        assert {row["unit"]: row["value"] for row in found if row["figure"] == "truck factor"} == {
            "zone:a": 1, "zone:b": 1
        }  # fmt: skip


def test_every_period_knows_what_came_before_it() -> None:
    rows = [*files("ana", "a", 10), *(wrote("bo", f"b{number}.py", 40, "added") for number in range(10))]
    found = figures(TRUCK_FACTOR, rows, actors(red=PEOPLE), window="month")
    months = [date(2026, 1, 1), date(2026, 2, 1)]
    assert [found[month, "truck factor", ""] for month in months] == [1, 2]
    assert [found[month, "files", ""] for month in months] == [10, 20]


def test_without_marks_of_creation_the_first_change_is_one() -> None:
    rows = [wrote("ana", f"{number}.py") for number in range(10)]
    rows += [wrote("bo", f"{number}.py", day) for number in range(10) for day in (1, 2)]
    found = figures(TRUCK_FACTOR, rows, actors(red=PEOPLE))
    # ana created each (3.293 + 1.098 - 0.321 ln 3 = 4.04), bo changed each twice (3.293 + 0.328 = 3.62): both are
    # authors.
    assert (found["authors", ""], found["truck factor", ""]) == (2, 2)


def test_two_names_of_one_person_are_one() -> None:
    rows = [*files("ana", "a", 6), *files("ana2", "b", 6)]
    tables = actors(red=PEOPLE)
    strangers = figures(TRUCK_FACTOR, rows, tables)
    tables["actor"].append({"actor": "ana2", "party": "person:ana", "sort": "person", "confidence": 1.0})
    joined = figures(TRUCK_FACTOR, rows, tables)
    assert (strangers["truck factor", ""], joined["truck factor", ""], joined["authors", ""]) == (2, 1, 1)


def test_repositories_are_told_apart() -> None:
    rows = [*files("ana", "f", 10, source="git:one"), *files("bo", "f", 10, source="git:two")]
    found = figures(TRUCK_FACTOR, rows, actors(red=PEOPLE), grain="source")
    assert (found["truck factor", "git:one"], found["files", "git:two"]) == (1, 10)
    assert figures(TRUCK_FACTOR, rows, actors(red=PEOPLE))["files", ""] == 20


@given(some.dictionaries(
    some.tuples(some.integers(0, 3), some.integers(0, 3)),
    some.tuples(some.integers(0, 1), some.integers(0, 9)).filter(any), min_size=1, max_size=12,
))  # fmt: skip
def test_authors_are_those_of_the_formula(did: dict[tuple[int, int], tuple[int, int]]) -> None:
    expected = np.zeros((4, 4), dtype=bool)
    for file in range(4):
        whole = sum(changes for (one, _), (_, changes) in did.items() if one == file)
        known = {
            party: 3.293 + 1.098 * first + 0.164 * changes - 0.321 * log(1 + whole - changes)
            for (one, party), (first, changes) in did.items()
            if one == file
        }
        best = max([0.0, *known.values()])
        for party, value in known.items():
            expected[file, party] = best > 0 and value / best > 0.75 and (value >= 3.293 or did[file, party][0] > 0)
    places = np.array(list(did), np.int32)
    amounts = np.array(list(did.values()), dtype=float)
    found = authors(places[:, 0], places[:, 1], amounts[:, 0], amounts[:, 1], (4, 4))
    assert np.array_equal(found.toarray(), expected)


@given(
    some.lists(some.lists(some.sampled_from(range(5)), max_size=3, unique=True), min_size=1, max_size=12),
)
def test_removal_is_the_loop_of_the_paper(sets: list[list[int]]) -> None:
    matrix = np.zeros((len(sets), 5), dtype=bool)
    for number, parties in enumerate(sets):
        matrix[number, parties] = True
    of: dict[int, set[int]] = defaultdict(set)
    for number, parties in enumerate(sets):
        for party in parties:
            of[party].add(number)
    gone = []
    while of and len(set.union(*of.values())) / len(sets) >= 0.5:
        top = max(of, key=lambda party: (len(of[party]), -party))
        gone.append(top)
        del of[top]
    assert removed(sparse.csr_array(matrix)).tolist() == gone
