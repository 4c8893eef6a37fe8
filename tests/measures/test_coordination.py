"""Requirements, congruence, gaps and waste: worked examples, and the same from rows by plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from counterpoint.lake.running import text_of
from counterpoint.measures.congruence import CONGRUENCE, NOTHING_REQUIRED
from counterpoint.measures.connectors import CONNECTORS
from counterpoint.measures.coordination import NO_UNITS
from counterpoint.measures.gaps import GAPS
from counterpoint.measures.knockout import KNOCKOUT
from counterpoint.measures.requirements import REQUIREMENTS
from counterpoint.measures.truck_factor import TRUCK_FACTOR
from counterpoint.measures.waste import WASTE
from tests.measures.trial import Row, actors, figures, outcome

PEOPLE = ("ana", "bo", "cy", "di", "ed")
MAY = datetime(2026, 5, 4, 12)


def change(who: str, file: str, commit: str, moment: datetime = MAY) -> Row:
    return {"actor": who, "object": file, "thread": commit, "moment": moment}


def review(who: str, of: str, commit: str, moment: datetime = MAY) -> Row:
    return {"actor": who, "target": of, "verb": "review", "object": commit, "thread": commit, "moment": moment}


FIVE = [change(who, "core.py", f"c{who}") for who in PEOPLE]
"""Five people on one file: ten pairs are required to coordinate."""
MET = [review(one, other, f"c{other}") for one, other in list(combinations(PEOPLE, 2))[:5]]


def test_five_pairs_of_ten() -> None:
    found = figures(CONGRUENCE, [*FIVE, *MET], actors(red=PEOPLE))
    assert (found["required", ""], found["met", ""], found["congruence", ""]) == (10, 5, 0.5)


def test_an_interval_is_around_it_and_the_same_each_time() -> None:
    runs = [outcome(CONGRUENCE, [*FIVE, *MET], actors(red=PEOPLE)).rows for _ in range(2)]
    assert runs[0].equals(runs[1])
    (row,) = [one for one in runs[0].to_pylist() if one["figure"] == "congruence"]
    assert 0 <= row["low"] < 0.5 < row["high"] <= 1
    assert row["n"] == 10


def test_where_nothing_is_required_it_is_not_defined() -> None:
    rows = [change("ana", "a.py", "1"), change("bo", "b.py", "2"), review("ana", "bo", "2")]
    found = {row["figure"]: row for row in outcome(CONGRUENCE, rows, actors(red=PEOPLE)).rows.to_pylist()}
    assert found["congruence"]["value"] is None
    assert found["congruence"]["missing"] == NOTHING_REQUIRED
    assert found["required"]["value"] == 0


def test_without_any_trace_of_coordination_there_is_not_enough_data() -> None:
    assert [one.what for one in outcome(CONGRUENCE, FIVE, actors(red=PEOPLE)).lacking] == ["traces of coordination"]
    assert [one.what for one in outcome(CONGRUENCE).lacking] == ["work that people did", "traces of coordination"]


def test_files_of_one_change_hang_together() -> None:
    rows = [change("ana", "a.py", "1"), change("bo", "b.py", "2"), change("cy", "a.py", "3"), change("cy", "b.py", "3")]
    wide = figures(REQUIREMENTS, rows, actors(red=PEOPLE))
    assert wide["required", ""] == 3
    narrow = figures(REQUIREMENTS, rows, actors(red=PEOPLE), through="files")
    assert narrow["required", ""] == 2


def test_work_hangs_together_by_its_declared_dependencies() -> None:
    rows = [
        {"actor": who, "verb": "act", "object": "x", "work": f"work:{work}"}
        for who, work in (("ana", "api"), ("bo", "app"), ("cy", "docs"))
    ]
    tables = actors(red=PEOPLE) | {
        "dependency": [
            {"dependency": "dependency:1", "consumer": "work:app", "provider": "work:api", "status": "committed"},
            {"dependency": "dependency:2", "consumer": "work:app", "provider": "work:docs", "status": "declined"},
        ]
    }
    assert figures(REQUIREMENTS, rows, tables, through="work")["required", ""] == 1


def test_large_changes_and_common_files_are_left_out_and_told() -> None:
    sweep = [change("ana", f"f{number}.py", "sweep") for number in range(4)]
    own = [change("bo", f"f{number}.py", f"own{number}") for number in range(4)]
    found = figures(REQUIREMENTS, [*sweep, *own], actors(red=PEOPLE), largest=3)
    assert found == {("changes left out", ""): 1, ("files left out", ""): 0}
    many = [f"p{number:02}" for number in range(12)]
    rows = [change(who, "CHANGELOG.md", who) for who in many]
    rows += [change(who, "core.py", who) for who in many[:2]]
    assert figures(REQUIREMENTS, rows, actors(red=many))["required", ""] == 1
    assert figures(REQUIREMENTS, rows, actors(red=many))["files left out", ""] == 1
    assert figures(REQUIREMENTS, rows, actors(red=many), common=1)["required", ""] == 66


def test_what_is_changed_all_the_time_may_count_once() -> None:
    rows = [change("ana", "log.md", f"l{number}") for number in range(9)] + [change("bo", "log.md", "b")]
    rows += [change("ana", "a.py", "1"), change("bo", "a.py", "2"), review("cy", "di", "r")]
    for weight, share in (("none", 10 * 9 / (10 * 9 + 2)), ("once", 0.5)):
        found = outcome(GAPS, rows, actors(red=PEOPLE), weight=weight).rows.to_pylist()
        assert {row["cause"]: row["value"] for row in found if row["cause"]}["log.md"] == pytest.approx(share)


def test_bots_require_nothing() -> None:
    tables = actors(red=PEOPLE)
    tables["actor"] = [one | {"sort": "bot"} if one["actor"] == "bo" else one for one in tables["actor"]]
    rows = [change("ana", "a.py", "1"), change("bo", "a.py", "2"), change("cy", "a.py", "3")]
    assert figures(REQUIREMENTS, rows, tables)["required", ""] == 1


def test_teams_and_what_causes_their_gaps() -> None:
    rows = [
        *(change("ana", "api.py", f"a{number}") for number in range(3)),
        change("cy", "api.py", "c1"),
        change("bo", "db.py", "b1"),
        change("di", "db.py", "d1"),
        review("ana", "bo", "b1"),
        review("di", "cy", "c1"),
    ]
    found = outcome(GAPS, rows, actors(red=["ana", "bo"], blue=["cy", "di"]), grain="team").rows.to_pylist()
    across = {(one["figure"], one["cause"]): one["value"] for one in found if one["other"] != one["unit"]}
    # api.py was changed four times, by one three times and by the other once: 3 · 4 · 1; db.py twice: 1 · 2 · 1.
    assert across == {("unmet", None): 2, ("share", None): 1, ("cause", "api.py"): 12 / 14, ("cause", "db.py"): 2 / 14}
    assert {(one["unit"], one["other"]) for one in found} == {("team:blue", "team:red")}


def test_a_link_between_two_files_is_half_due_to_each() -> None:
    rows = [change("ana", "a.py", "1"), change("bo", "b.py", "2"), change("cy", "a.py", "3"), change("cy", "b.py", "3")]
    rows += [review("cy", "ana", "1"), review("cy", "bo", "2")]
    found = outcome(GAPS, rows, actors(red=PEOPLE)).rows.to_pylist()
    assert {one["cause"]: one["value"] for one in found if one["cause"]} == {"a.py": 0.5, "b.py": 0.5}


def test_by_person_only_ones_own() -> None:
    tables = actors(red=PEOPLE)
    for measure in (CONGRUENCE, GAPS, WASTE):
        mine = outcome(measure, [*FIVE, *MET], tables, grain="person", me="person:cy").rows.to_pylist()
        assert {one["unit"] for one in mine} - {""} == {"person:cy"}
        none = outcome(measure, [*FIVE, *MET], tables, grain="person").rows.to_pylist()
        assert {one["unit"] for one in none} <= {""}
        assert all(one.get("other") is None for one in none)


def test_what_is_coordinated_and_not_required() -> None:
    rows = [change("ana", "a.py", "1"), change("bo", "b.py", "2"), change("cy", "c.py", "3"), change("cy", "a.py", "4")]
    rows += [review("bo", "ana", "1"), review("cy", "ana", "1"), review("ed", "ana", "1")]
    found = outcome(WASTE, rows, actors(red=["ana", "cy", "ed"], blue=["bo"]), grain="team").rows.to_pylist()
    by = {(one["figure"], one["unit"], one["other"]): one["value"] for one in found}
    assert by["share", "team:blue", None] == 1
    assert by["share", "team:red", None] == pytest.approx(2 / 3)
    assert by["not required", "team:blue", "team:red"] == 2
    whole = figures(WASTE, rows, actors(red=PEOPLE))
    assert (whole["unseen", ""], whole["coordinated", ""]) == (3, 3)  # ed wrote nothing, and took part with all three


def test_discussions_meetings_and_handoffs_are_coordination_and_crowds_are_not() -> None:
    post = [{"actor": who, "verb": "post", "object": f"m{who}", "thread": "t"} for who in ("ana", "bo")]
    meeting = [
        {"actor": who, "verb": "attend", "object": "r", "thread": "r1", "attributes": f'{{"answer": "{said}"}}'}
        for who, said in (("bo", "organizer"), ("cy", "accepted"), ("di", "tentative"), ("ed", "declined"))
    ]
    handoff = {
        "handoff": "handoff:1", "giver": "person:di", "receiver": "person:ed", "status": "accepted", "answered": MAY,
    }  # fmt: skip
    tables = actors(red=PEOPLE) | {"handoff": [handoff]}
    assert figures(CONGRUENCE, [*FIVE, *post, *meeting], tables)["met", ""] == 3
    assert figures(CONGRUENCE, [*FIVE, *post, *meeting], tables, ways="post")["met", ""] == 1
    assert figures(CONGRUENCE, [*FIVE, *post, *meeting], tables, crowd=1)["met", ""] == 1
    # A record of who was there counts alone, from wherever it comes: bo was not, and di was.
    record = [
        {"actor": who, "verb": "attend", "object": "r", "thread": "r1", "source": "meet:tool"} for who in ("cy", "di")
    ]
    assert figures(CONGRUENCE, [*FIVE, *meeting, *record], tables, ways="attend")["met", ""] == 1
    assert figures(CONGRUENCE, [*FIVE, *meeting, *record[:1]], tables, ways="attend")["met", ""] == 0


def test_a_pair_in_several_teams_counts_once_and_a_team_in_a_team_is_no_gap() -> None:
    tables = actors(all=["ana", "bo", "cy"], red=["ana", "bo"], blue=["cy"])
    tables["member"] += [{"party": f"team:{one}", "team": "team:all", "direct": True} for one in ("red", "blue")]
    rows = [*FIVE, review("ana", "bo", "cbo"), review("ana", "di", "cdi")]
    found = figures(CONGRUENCE, rows, tables, grain="team")
    # ana and bo are required with everybody: with each other, and each with cy, di and ed.
    assert (found["required", "team:red"], found["met", "team:red"]) == (7, 2)
    assert (found["within", "team:red"], found["across", "team:red"]) == (1, 1 / 6)
    assert (found["required", "team:all"], found["within", "team:blue"]) == (9, None)
    pairs = outcome(GAPS, rows, tables, grain="team").rows.to_pylist()
    assert {(row["unit"], row["other"]) for row in pairs} == {("team:all", "team:all"), ("team:blue", "team:red")}


def test_without_teams_or_zones_it_says_so() -> None:
    bare = {"actor": actors(red=PEOPLE)["actor"]}
    for measure in (REQUIREMENTS, CONGRUENCE, GAPS, WASTE, KNOCKOUT, CONNECTORS, TRUCK_FACTOR):
        for grain in {"team", "zone"} & set(measure.grains):
            rows = outcome(measure, [*FIVE, *MET], bare, grain=grain).rows.to_pylist()
            assert {row["missing"] for row in rows if row["value"] is None} == {NO_UNITS}, (measure.name, grain)


def test_zones_are_told_by_the_files_that_hang_together() -> None:
    zones = {"path_zone": [{"path": f"{one}.py", "zone": f"zone:{one}"} for one in "ab"]}
    rows = [change("ana", "a.py", "1"), change("bo", "b.py", "2"), change("cy", "a.py", "3"), change("cy", "b.py", "3")]
    rows.append(review("cy", "ana", "1"))
    pairs = outcome(REQUIREMENTS, rows, actors(red=PEOPLE) | zones, grain="zone").rows.to_pylist()
    required = {(row["unit"], row["other"]): row["value"] for row in pairs if row["figure"] == "required"}
    # In a: ana, cy. In b: bo, cy. Between them: ana of a with bo and cy of b, cy of a with bo of b.
    assert required == {("zone:a", "zone:a"): 1, ("zone:b", "zone:b"): 1, ("zone:a", "zone:b"): 3}
    found = figures(CONGRUENCE, rows, actors(red=PEOPLE) | zones, grain="zone")
    assert (found["within", "zone:a"], found["within", "zone:b"], found["across", "zone:a"]) == (1, 0, 1 / 3)


def test_periods_are_looked_at_one_by_one() -> None:
    june = datetime(2026, 6, 2)
    rows = [change("ana", "a.py", "1"), change("bo", "a.py", "2", june), change("cy", "a.py", "3", june)]
    rows += [review("cy", "bo", "2", june)]
    found = figures(CONGRUENCE, rows, actors(red=PEOPLE), window="month")
    assert found[date(2026, 5, 1), "congruence", ""] is None
    assert found[date(2026, 6, 1), "congruence", ""] == 1


# The same, from rows, in plain Python. A run of an engine takes longer than an example does, so each run has several
# examples, one on each day.

_QUICK = settings(max_examples=4, phases=[Phase.explicit, Phase.generate])
_CHANGES = some.lists(
    some.tuples(some.sampled_from(PEOPLE), some.sampled_from("abcd"), some.sampled_from("123456")),
    min_size=1, max_size=14, unique=True,
)  # fmt: skip
_REVIEWS = some.lists(some.tuples(some.sampled_from(PEOPLE), some.sampled_from(PEOPLE)), min_size=1, max_size=6)
_DAYS = some.lists(some.tuples(_CHANGES, _REVIEWS), min_size=10, max_size=10)
_TEAMS = {"red": ["ana", "bo", "cy"], "blue": ["cy", "di"], "green": ["ed"]}
Day = tuple[list[tuple[str, str, str]], list[tuple[str, str]]]


def rows_of(days: list[Day]) -> list[Row]:
    rows = []
    for number, (changes, reviews) in enumerate(days):
        moment = MAY + timedelta(days=number)
        rows += [change(who, f"{file}.py", f"{number}{who}{commit}", moment) for who, file, commit in changes]
        rows += [review(one, other, f"{number}r{place}", moment) for place, (one, other) in enumerate(reviews)]
    return rows


def naive(day: Day, teams: bool) -> dict[Any, list[Any]]:
    """By two units: pairs of stand-ins required, met, and CR added up."""
    changes, reviews = day
    unit_of = defaultdict(list)
    for team, members in _TEAMS.items():
        for one in members:
            unit_of[one].append(f"team:{team}")
    units = {one: unit_of[one] if teams else [""] for one in PEOPLE}
    did = Counter((who, file) for who, file, _ in changes)
    commits = defaultdict(set)
    for who, file, commit in changes:
        commits[who, commit].add(file)
    hangs = Counter((one, other) for files in commits.values() for one in files for other in files)
    met = {frozenset(pair) for pair in reviews if pair[0] != pair[1]}
    found: dict[Any, list[Any]] = defaultdict(lambda: [0, 0, 0])
    stands = sorted((unit, who) for who in {one for one, _ in did} for unit in units[who])
    for (one_unit, one), (other_unit, other) in combinations(stands, 2):
        weight = sum(
            amount * hangs[file, thing] * more
            for (who, file), amount in did.items()
            for (whom, thing), more in did.items()
            if who == one and whom == other
        )
        if one != other and weight:
            counts = found[one_unit, other_unit]
            counts[0] += 1
            counts[1] += frozenset((one, other)) in met
            counts[2] += weight
    return found


@_QUICK
@given(_DAYS, some.booleans())
def test_as_plain_python_has_it(days: list[Day], teams: bool) -> None:
    rows, tables, grain = rows_of(days), actors(**_TEAMS), "team" if teams else "organisation"
    required = outcome(REQUIREMENTS, rows, tables, grain=grain, window="day").rows.to_pylist()
    gaps = outcome(GAPS, rows, tables, grain=grain, window="day", most=1000).rows.to_pylist()
    for number, day in enumerate(days):
        period, expected = MAY.date() + timedelta(days=number), naive(day, teams)
        found: dict[Any, Any] = defaultdict(dict)
        for row in required:
            if row["period"] == period and row["other"] is not None:
                found[row["unit"], row["other"]][row["figure"]] = row["value"]
        assert dict(found) == {key: {"required": one[0], "weight": one[2]} for key, one in expected.items()}
        if any(one != other for one, other in day[1]):
            mine = [row for row in gaps if row["period"] == period and row["figure"] == "unmet"]
            unmet = {(row["unit"], row["other"]): row["value"] for row in mine}
            assert unmet == {key: one[0] - one[1] for key, one in expected.items() if one[0] > one[1]}


@_QUICK
@given(
    _DAYS, some.sampled_from(["organisation", "team", "zone", "nowhere"]), some.sampled_from(["none", "once", "idf"]),
    some.sampled_from(["changes", "files"]), some.sampled_from([1, 50]),
)  # fmt: skip
def test_joins_are_the_kernel(days: list[Day], grain: str, weight: str, through: str, largest: int) -> None:
    rows = rows_of(days)
    tables = actors(**_TEAMS)
    if grain == "nowhere":
        grain, tables = "team", {"actor": tables["actor"]}
    tables |= {"path_zone": [{"path": f"{one}.py", "zone": f"zone:{one in 'ab'}"} for one in "abc"]}
    joins = replace(REQUIREMENTS, kernel=None, sql=text_of(REQUIREMENTS, REQUIREMENTS.joins))
    results = []
    for measure in (REQUIREMENTS, joins):
        asked: Any = {"grain": grain, "window": "day", "weight": weight, "through": through, "largest": largest}
        found = outcome(measure, rows, tables, **asked).rows.to_pylist()
        names = ("period", "unit", "figure", "other", "missing")
        results.append({tuple(row[name] for name in names): (row["value"], row["n"]) for row in found})
    assert results[0].keys() == results[1].keys()
    for key, (value, count) in results[0].items():
        assert results[1][key] == (value if value is None else pytest.approx(value, rel=1e-12), count)
