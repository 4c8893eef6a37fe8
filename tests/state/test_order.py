"""Ready work, the critical path, cycles, and what depends on what: on small organisations and against brute force."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.state.cycles import cycles, would_close_a_cycle
from counterpoint.state.depends import depends
from counterpoint.state.graph import knots, shortest_round
from counterpoint.state.links import links, standing
from counterpoint.state.path import path
from counterpoint.state.ready import ready
from tests.state.organisation import org

LAUNCH = """
    work:design status done
    work:api status active
    work:api estimate 10
    work:api team team:core
    team:core lead person:~ana
    work:page
    work:page estimate 3
    work:launch estimate 1
    work:launch priority high
    work:video estimate 5
    work:video priority critical
    dependency:1 consumer work:api
    dependency:1 provider work:design
    dependency:2 consumer work:page
    dependency:2 provider work:api
    dependency:2 type prerequisite
    dependency:2 reason it shows what the API returns
    dependency:2 size large
    dependency:2 needed_by 2026-12-01
    dependency:3 consumer work:launch
    dependency:3 provider work:page
    dependency:4 consumer work:launch
    dependency:4 provider work:video
"""


def test_ready_work_and_why_the_rest_waits() -> None:
    found = ready(org(LAUNCH))
    assert [(row.work, row.answer, row.deciders) for row in found.ready] == [
        ("work:video", "none", ()),
        ("work:api", "one", ("person:~ana",)),
    ]
    assert {row.work: [(wait.kind, wait.on, wait.via) for wait in row.waits] for row in found.waiting} == {
        "work:launch": [
            ("unfinished", "work:page", "dependency:3"),
            ("unfinished", "work:video", "dependency:4"),
        ],
        "work:page": [("unfinished", "work:api", "dependency:2")],
    }
    assert found.closed == 1


def test_each_thing_that_holds_work_up_is_named() -> None:
    found = ready(
        org("""
        work:a status blocked
        work:b status active -- one
        work:b status done -- two
        work:c start 2027-01-01
        work:d
        gate:g work work:d
        gate:g type governance
        gate:q work work:free
        gate:q type quality
        gate:p work work:free
        gate:p status passed
        work:e
        dependency:e consumer work:e
        dependency:e provider team:x
        dependency:e type transfer
        work:f
        dependency:f consumer work:f
        dependency:f provider team:x
        dependency:f status declined
        work:g
        dependency:g consumer work:g
        dependency:g provider work:gone
        work:gone status dropped
        work:h
        work:part parent work:h
        work:done finished 2026-01-01
        work:free
        dependency:free consumer work:free
        dependency:free provider team:x
        dependency:met consumer work:free
        dependency:met provider work:a
        dependency:met status fulfilled
        dependency:shared consumer work:free
        dependency:shared provider work:a
        dependency:shared type shared resource
        """)
    )
    assert {row.work: [(wait.kind, wait.on) for wait in row.waits] for row in found.waiting} == {
        "work:a": [("blocked", None)],
        "work:b": [("disputed", None)],
        "work:c": [("start", "2027-01-01")],
        "work:d": [("gate", "gate:g")],
        "work:e": [("promise", "team:x")],
        "work:f": [("declined", "team:x")],
        "work:g": [("dropped", "work:gone")],
        "work:h": [("part", "work:part")],
    }
    assert [(row.work, row.asks) for row in found.ready] == [("work:part", ()), ("work:free", ("dependency:free",))]
    assert found.closed == 2


def test_the_critical_path_in_days_with_slack() -> None:
    found = path(org(LAUNCH))
    assert (found.unit, found.length, found.items, found.with_duration) == ("days", 14.0, 4, 4)
    assert [(item.work, item.starts, item.ends) for item in found.path] == [
        ("work:api", 0, 10),
        ("work:page", 10, 13),
        ("work:launch", 13, 14),
    ]
    assert [(item.work, item.slack) for item in found.others] == [("work:video", 8)]


def test_without_durations_the_path_counts_steps() -> None:
    found = path(org(*(line for line in LAUNCH.splitlines() if "estimate" not in line)))
    assert (found.unit, found.length, found.with_duration, len(found.path)) == ("steps", 3, 0, 3)
    assert path(org(LAUNCH), unit="steps").unit == "steps"


def test_the_path_to_a_target() -> None:
    assert [item.work for item in path(org(LAUNCH), "work:page").path] == ["work:api", "work:page"]
    lines = "work:video serves objective:small\nobjective:small parent objective:big"
    assert [item.work for item in path(org(LAUNCH, lines), "objective:big").path] == ["work:video"]
    assert path(org(LAUNCH), "work:design").path == ()


def test_work_with_parts_lasts_as_long_as_its_parts() -> None:
    lines = "work:whole estimate 100\nwork:part parent work:whole\nwork:part start 2026-01-01\nwork:part due 2026-01-02"
    assert path(org(lines)).length == 2
    assert path(org("work:whole estimate 100\nwork:part parent work:whole"), unit="days").length == 100


def test_a_cycle_is_reported_with_one_round_and_left_out_of_the_path() -> None:
    lines = """
        work:a estimate 1
        work:b estimate 2
        work:c estimate 4
        dependency:ab consumer work:a
        dependency:ab provider work:b
        dependency:ba consumer work:b
        dependency:ba provider work:a
        dependency:ca consumer work:c
        dependency:ca provider work:a
        dependency:ca type usability
    """
    found = cycles(org(lines)).cycles
    assert [(cycle.of, cycle.members, cycle.loop, cycle.via, cycle.exact) for cycle in found] == [
        ("dependency", ("work:a", "work:b"), ("work:a", "work:b"), ("dependency:ab", "dependency:ba"), True)
    ]
    assert {reason.entity for reason in found[0].because} == {"dependency:ab", "dependency:ba"}
    critical = path(org(lines))
    assert critical.cycles == (("work:a", "work:b"),)
    assert ([item.work for item in critical.path], critical.length) == (["work:c"], 4)


def test_every_sort_of_cycle() -> None:
    found = cycles(
        org("""
        team:a parent team:b
        team:b parent team:a
        zone:a parent zone:a
        objective:a parent objective:b
        objective:b parent objective:a
        work:a parent work:b
        work:b parent work:a
        work:whole
        work:part parent work:whole
        dependency:d consumer work:part
        dependency:d provider work:whole
        person:~a alias_of person:~b
        person:~b alias_of person:~a
        work:a supersedes work:b
        work:b supersedes work:a
        decision:a supersedes decision:a
        dependency:s consumer work:x
        dependency:s provider work:y
        dependency:s type simultaneity
        dependency:t consumer work:y
        dependency:t provider work:x
        dependency:t type simultaneity
        """)
    ).cycles
    assert [(cycle.of, cycle.loop) for cycle in found] == [
        ("team parent", ("team:a", "team:b")),
        ("zone parent", ("zone:a",)),
        ("objective parent", ("objective:a", "objective:b")),
        ("work parent", ("work:a", "work:b")),
        ("dependency and work parent", ("work:part", "work:whole")),
        ("alias", ("person:~a", "person:~b")),
        ("supersedes", ("work:a", "work:b")),
        ("supersedes", ("decision:a",)),
    ]
    assert all(cycle.because for cycle in found)


def test_what_a_link_would_close() -> None:
    state = org(
        LAUNCH, "team:a parent team:b\nteam:b parent team:c\nperson:~a alias_of person:~b\nwork:part parent work:api"
    )
    assert would_close_a_cycle(state, "dependency", "work:api", "work:launch") == (
        "work:api",
        "work:launch",
        "work:page",
    )
    assert would_close_a_cycle(state, "dependency", "work:video", "work:api") == ()
    assert would_close_a_cycle(state, "dependency", "work:part", "work:page") == ("work:part", "work:page", "work:api")
    assert would_close_a_cycle(state, "parent", "team:c", "team:a") == ("team:c", "team:a", "team:b")
    assert would_close_a_cycle(state, "parent", "team:a", "team:c") == ()
    assert would_close_a_cycle(state, "parent", "team:a", "team:a") == ("team:a",)
    assert would_close_a_cycle(state, "alias_of", "person:~b", "person:~a") == ("person:~b", "person:~a")
    assert would_close_a_cycle(state, "alias_of", "person:~c", "person:~a") == ()


def test_what_is_fulfilled_closes_no_circle() -> None:
    round_ = "dependency:1 consumer team:a\ndependency:1 provider team:b"
    other = "dependency:2 consumer team:b\ndependency:2 provider team:a"
    assert [one.loop for one in cycles(org(round_, other)).cycles] == [("team:a", "team:b")]
    assert would_close_a_cycle(org(round_), "dependency", "team:b", "team:a") == ("team:b", "team:a")
    over = "dependency:1 status fulfilled"
    assert cycles(org(round_, other, over)).cycles == ()
    assert would_close_a_cycle(org(round_, over), "dependency", "team:b", "team:a") == ()


def test_what_depends_on_what_and_why() -> None:
    found = depends(org(LAUNCH), "work:page")
    assert [(one.id, one.depth, one.provider) for one in found.needs] == [
        ("dependency:2", 1, "work:api"),
        ("dependency:1", 2, "work:design"),
    ]
    first = found.needs[0]
    assert (first.type, first.reason, first.size, first.needed_by, first.status) == (
        "prerequisite",
        "it shows what the API returns",
        "large",
        "2026-12-01",
        None,
    )
    assert "reason" in {reason.attribute for reason in first.because}
    assert [(one.id, one.depth, one.consumer) for one in found.needed_by] == [("dependency:3", 1, "work:launch")]
    around = depends(org(LAUNCH), "dependency:2")
    assert [one.id for one in around.needs] == ["dependency:1"]
    assert [one.id for one in around.needed_by] == ["dependency:3"]


def test_what_sources_differ_about_is_told() -> None:
    lines = """
        dependency:d consumer work:a
        dependency:d provider team:x
        dependency:d size small -- one
        dependency:d size large -- two
        dependency:w consumer work:a
        dependency:w provider work:b
        dependency:w status withdrawn
    """
    (only,) = depends(org(lines), "work:a").needs
    assert (only.size, only.disputed) == (None, ("size",))


NAMES = [f"work:{letter}" for letter in "abcdef"]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=10)
STATES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["done", "dropped", "active", "blocked"]))


def _lines(pairs: list[tuple[str, str]]) -> str:
    ends = [f"dependency:{i} consumer {a}\ndependency:{i} provider {b}" for i, (a, b) in enumerate(pairs)]
    return "\n".join([*NAMES, *ends])


@given(PAIRS, STATES)
def test_ready_work_never_needs_what_is_unfinished(pairs: list[tuple[str, str]], states: dict[str, str]) -> None:
    state = org(_lines(pairs), "\n".join(f"{work} status {status}" for work, status in states.items()))
    free = {row.work for row in ready(state).ready}
    for link in links(state):
        if link.consumer in free and link.consumer != link.provider:
            assert standing(state, link.provider) == "done"
    held = {row.work for row in ready(state).waiting}
    assert free | held == {work for work in NAMES if standing(state, work) == "open"}
    assert not free & held


@given(PAIRS, st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_the_critical_path_is_the_longest_by_brute_force(pairs: list[tuple[str, str]], lasting: list[int]) -> None:
    down = [(a, b) if a > b else (b, a) for a, b in pairs if a != b]
    estimates = "\n".join(f"{work} estimate {length}" for work, length in zip(NAMES, lasting, strict=True))
    found = path(org(_lines(down), estimates))
    length = dict(zip(NAMES, lasting, strict=True))
    longest = 0
    for size in range(1, len(NAMES) + 1):
        for chain in permutations(NAMES, size):
            if all((after, before) in down for before, after in pairwise(chain)):
                longest = max(longest, sum(length[work] for work in chain))
    assert found.length == longest == sum(item.duration or 0 for item in found.path)
    assert all(item.slack >= 0 for item in found.others)
    assert len(found.path) + len(found.others) == len(NAMES)
    # Slack is exact: lengthening any other item by its slack moves nothing, and by one day more moves the end.
    for item in found.others:
        for more, end in ((item.slack, found.length), (item.slack + 1, found.length + 1)):
            other = estimates + f"\n{item.work} estimate {length[item.work] + more}"
            assert path(org(_lines(down), other)).length == end


@given(PAIRS)
def test_rounds_are_as_short_as_brute_force_finds(pairs: list[tuple[str, str]]) -> None:
    edges: dict[str, list[str]] = {}
    for one, other in pairs:
        edges.setdefault(one, []).append(other)
    rounds = [
        chain
        for size in range(1, len(NAMES) + 1)
        for chain in permutations(NAMES, size)
        if all(other in edges.get(one, ()) for one, other in zip(chain, (*chain[1:], chain[0]), strict=True))
    ]
    caught = {member for knot in knots(edges) for member in knot}
    assert caught == {member for chain in rounds for member in chain}
    for knot in knots(edges):
        loop, exact = shortest_round(knot, edges)
        assert exact and loop in rounds
        assert len(loop) == min(len(chain) for chain in rounds if set(chain) <= set(knot))


@given(PAIRS, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_link_closes_a_cycle_exactly_where_it_says_so(pairs: list[tuple[str, str]], one: str, other: str) -> None:
    down = [(a, b) if a > b else (b, a) for a, b in pairs if a != b]
    foretold = would_close_a_cycle(org(_lines(down)), "dependency", one, other)
    found = cycles(org(_lines([*down, (one, other)]))).cycles
    assert bool(foretold) == bool(found)
    if found:
        assert set(foretold) <= set(found[0].members)


@given(PAIRS)
def test_what_is_needed_on_the_way_is_all_that_can_be_reached(pairs: list[tuple[str, str]]) -> None:
    reached, pending = {"work:a"}, ["work:a"]
    while pending:
        here = pending.pop()
        for one, other in pairs:
            if one == here and other not in reached:
                reached.add(other)
                pending.append(other)
    found = depends(org(_lines(pairs)), "work:a").needs
    assert {one.provider for one in found} | {"work:a"} == reached
    assert len({one.id for one in found}) == len(found)


def test_a_chain_of_thousands_needs_no_recursion() -> None:
    count = 3000
    edges = {str(index): [str(index + 1)] for index in range(count)}
    assert knots(edges) == []
    edges[str(count)] = ["0"]
    (knot,) = knots(edges)
    assert len(knot) == count + 1
