"""Collisions in time: each sort, what is none, and what cannot be told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.state import clashes as clashes_module
from counterpoint.state.collisions import collisions
from tests.state.organisation import org

CASES = {
    "ships before what it needs": """
        work:launch due 2026-12-01
        work:api due 2026-12-05
        dependency:d consumer work:launch
        dependency:d provider work:api
    """,
    "promised after needed": """
        work:launch
        dependency:d consumer work:launch
        dependency:d provider team:core
        dependency:d needed_by 2026-12-01
        dependency:d promised_for 2026-12-03
    """,
    "announced before it ships": """
        work:launch due 2026-12-05
        work:launch announced 2026-12-01
    """,
    "announced before tested": """
        work:launch due 2026-11-30
        work:campaign announces work:launch
        work:campaign due 2026-12-01
        work:trial tests work:launch
        work:trial due 2026-12-02
    """,
    "two changes to one thing": """
        work:a touches src/billing/
        work:a start 2026-12-01
        work:a due 2026-12-10
        work:b touches /src/billing/api.py
        work:b start 2026-12-08
        work:b due 2026-12-20
    """,
    "ships in a freeze": """
        zone:shop owner team:shop
        zone:shop freeze {start = "2026-12-20", end = "2027-01-05", reason = "holidays"}
        work:a team team:shop
        work:a due 2026-12-24
    """,
}


@pytest.mark.parametrize("kind", CASES)
def test_each_sort(kind: str) -> None:
    (found,) = collisions(org(CASES[kind])).collisions
    assert found.kind == kind
    assert found.says and found.remedies
    assert found.because and all(reason.file for reason in found.because)
    assert found.first <= found.last


def test_severity_is_by_how_near_and_how_sure() -> None:
    every = collisions(org(*CASES.values())).collisions
    ranks = [("high", "medium", "low").index(one.severity) for one in every]
    assert ranks == sorted(ranks) and len(set(ranks)) > 1
    assert {one.kind: one.severity for one in collisions(org(CASES["promised after needed"])).collisions} == {
        "promised after needed": "high"
    }
    later = CASES["promised after needed"].replace("2026", "2028")
    assert [one.severity for one in collisions(org(later)).collisions] == ["medium"]
    assert [one.severity for one in collisions(org(CASES["two changes to one thing"])).collisions] == ["medium"]
    later = CASES["two changes to one thing"].replace("2026", "2028")
    assert [one.severity for one in collisions(org(later)).collisions] == ["low"]


NONE = {
    "fulfilled": CASES["ships before what it needs"] + "dependency:d status fulfilled",
    "the provider is done": CASES["ships before what it needs"] + "work:api status done",
    "no order": CASES["ships before what it needs"] + "dependency:d type simultaneity",
    "declined": CASES["promised after needed"] + "dependency:d status declined",
    "tested in time": CASES["announced before tested"].replace("2026-12-02", "2026-12-01"),
    "one after the other": CASES["two changes to one thing"].replace("2026-12-08", "2026-12-11"),
    "part of the other": CASES["two changes to one thing"] + "work:b parent work:m\nwork:m parent work:a",
    "they know of each other": CASES["two changes to one thing"]
    + "dependency:d consumer work:a\ndependency:d provider work:b\ndependency:d type shared resource",
    "elsewhere": CASES["two changes to one thing"].replace("/src/billing/api.py", "docs/"),
    "after the freeze": CASES["ships in a freeze"].replace("2026-12-24", "2027-01-06"),
    "done": CASES["ships in a freeze"] + "work:a status done",
    "a period is no date": "work:a period 2026-01-01/2026-12-31\nwork:a touches x\nwork:b period 2026-01-01/2026-12-31"
    "\nwork:b touches x",
}


@pytest.mark.parametrize("name", NONE)
def test_what_does_not_collide(name: str) -> None:
    assert collisions(org(NONE[name])).collisions == ()


def test_a_promise_stands_in_for_a_date() -> None:
    lines = CASES["ships before what it needs"].replace("work:api due", "dependency:d promised_for")
    assert [one.kind for one in collisions(org(lines)).collisions] == ["ships before what it needs"]


@pytest.mark.parametrize(
    ("gate", "collides"),
    [
        ("gate:g status requested", True),
        ("gate:g status failed", True),
        ("gate:g status passed", False),
        ("gate:g status passed\ngate:g passed 2026-12-04", True),
        ("gate:g status waived", False),
        ("gate:g title nobody said", True),
    ],
)
def test_a_quality_gate_counts_as_a_test(gate: str, collides: bool) -> None:
    lines = "work:a due 2026-12-01\nwork:a announced 2026-12-01\ngate:g work work:a\ngate:g type quality"
    found = collisions(org(lines, gate)).collisions
    assert [one.kind for one in found] == (["announced before tested"] if collides else [])


def test_a_test_without_a_date_is_said_to_have_none() -> None:
    lines = CASES["announced before tested"].replace("work:trial due 2026-12-02", "")
    (found,) = collisions(org(lines)).collisions
    assert "no known date" in found.says


def test_undated_work_is_counted_not_judged() -> None:
    found = collisions(org("work:a title A\nwork:b due 2026-12-01\nwork:c status done"))
    assert (found.dated, found.undated, found.complete) == (1, 1, True)


def test_a_freeze_of_a_zone_around_holds() -> None:
    lines = CASES["ships in a freeze"].replace("zone:shop freeze", "zone:organisation freeze")
    assert [one.about for one in collisions(org(lines)).collisions] == [("work:a", "zone:organisation")]


def test_too_many_clashes_are_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clashes_module, "MOST_CLASHES", 3)
    lines = "\n".join(f"work:{n} touches x\nwork:{n} due 2026-12-01" for n in range(5))
    found = collisions(org(lines))
    assert (len(found.collisions), found.complete) == (3, False)


WORKS = st.lists(
    st.tuples(st.sampled_from(["src", "src/a", "src/b", "*.md", "topic"]), st.integers(1, 28), st.integers(0, 9)),
    max_size=7,
)


@given(WORKS)
def test_two_changes_are_what_trying_every_pair_finds(works: list[tuple[str, int, int]]) -> None:
    meets = {("src", "src/a"), ("src", "src/b"), ("*.md", "src"), ("*.md", "src/a"), ("*.md", "src/b")}
    meets |= {("*.md", "topic")}
    lines = "\n".join(
        f"work:{n} touches {what}\nwork:{n} start 2027-01-{start:02}\nwork:{n} due 2027-02-{start:02}\nwork:{n} due "
        f"2027-{1 if start + long < 29 else 2:02}-{start + long if start + long < 29 else 1:02}"
        for n, (what, start, long) in enumerate(works)
    )
    state = org(lines)
    windows = {
        f"work:{n}": (what, f"2027-01-{start:02}", str(state.text(f"work:{n}", "due")))
        for n, (what, start, _) in enumerate(works)
    }
    expected = {
        (one, other)
        for one in windows
        for other in windows
        if one < other
        and (windows[one][0] == windows[other][0] or tuple(sorted((windows[one][0], windows[other][0]))) in meets)
        and windows[one][1] <= windows[other][2]
        and windows[other][1] <= windows[one][2]
    }
    assert {one.about for one in collisions(state).collisions} == expected
