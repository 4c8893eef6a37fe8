"""Ready work: in a useful order, for a party, a zone or a team, page by page; against the most direct way there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.model.kinds import GATE_STATES, PRIORITIES, WORK_STATES
from counterpoint.model.statements import Claim
from counterpoint.state.memory import MemoryReader
from counterpoint.state.ready import ready
from counterpoint.state.scope import Scope, Scoped
from counterpoint.state.view import State
from tests.state.organisation import NOW, org, org_entries, org_reader
from tests.state.plain_ready import plain_holder, plain_ready, plain_waiting, plain_waits

ORCHESTRA = """
    team:house member person:~house
    team:strings parent team:house
    team:strings lead person:~ana
    team:strings member person:~bo
    zone:stage owner team:strings
    zone:pit parent zone:stage
    agent:copyist sponsor person:~ana
    agent:copyist capability zone:pit
    agent:copyist capability work:parts
    work:season owner team:house
    work:programme parent work:season
    work:bowing owner team:strings
    work:bowing priority high
    work:tuning team team:strings
    work:lights
    work:lights zone zone:stage
    work:stands zone zone:pit
    work:parts owner person:~cleo
    work:encore owner person:~cleo
    work:encore contributor person:~bo
    work:fire priority critical
    work:fire status proposed
    work:gone status done
    work:gone owner team:strings
    dependency:1 consumer work:encore
    dependency:1 provider work:tuning
    dependency:2 consumer work:stands
    dependency:2 provider work:tuning
    dependency:2 type shared resource
    dependency:3 consumer work:programme
    dependency:3 provider work:tuning
"""


def names(state: State, scope: Scope, limit: int | None = None) -> list[str]:
    return [row.work.partition(":")[2] for row in ready(state, scope, limit).ready]


def test_critical_work_first_then_what_most_waits_for_then_by_priority_and_date() -> None:
    found = ready(org(ORCHESTRA))
    assert [(row.work, row.waiting) for row in found.ready] == [
        ("work:fire", 0), ("work:tuning", 2), ("work:bowing", 0), ("work:lights", 0), ("work:parts", 0),
        ("work:stands", 0),
    ]  # fmt: skip
    assert (found.closed, found.more) == (1, False)
    assert [row.work for row in found.waiting] == ["work:encore", "work:programme", "work:season"]


def test_what_a_party_may_take() -> None:
    state = org(ORCHESTRA)
    assert names(state, Scope("person:~ana")) == ["tuning", "bowing", "lights"]
    assert names(state, Scope("team:strings")) == ["tuning", "bowing", "lights"]
    assert names(state, Scope("person:~cleo")) == ["parts"]
    assert names(state, Scope("person:~house")) == []
    assert names(state, Scope("agent:copyist")) == ["parts", "stands"]
    # What waits is told within the same bounds: the season and its part belong to the house.
    assert [row.work for row in ready(state, Scope("person:~house")).waiting] == ["work:programme", "work:season"]
    assert [row.work for row in ready(state, Scope("person:~bo")).waiting] == [
        "work:encore", "work:programme", "work:season",
    ]  # fmt: skip


def test_what_somebody_holds_is_for_nobody_else_to_take() -> None:
    state = org(ORCHESTRA, "lease:work/tuning on work:tuning", "lease:work/tuning status held")
    assert [row.holder for row in ready(state).ready] == [None] * 6
    state = org(ORCHESTRA, *(f"lease:1 {fact}" for fact in ("on work:tuning", "status held", "holder person:~bo")))
    assert [(row.work, row.holder) for row in ready(state, limit=2).ready][1] == ("work:tuning", "person:~bo")
    assert names(state, Scope("person:~bo")) == ["tuning", "bowing", "lights"]
    assert names(state, Scope("person:~ana")) == ["bowing", "lights"]
    waiting = {
        row.work: [(wait.kind, wait.on) for wait in row.waits] for row in ready(state, Scope("person:~ana")).waiting
    }
    assert waiting["work:tuning"] == [("held", "person:~bo")]


def test_what_a_zone_and_a_team_have() -> None:
    state = org(ORCHESTRA)
    assert names(state, Scope(zone="zone:stage")) == ["tuning", "bowing", "lights", "stands"]
    assert names(state, Scope(zone="zone:pit")) == ["stands"]
    assert names(state, Scope(zone="zone:organisation")) == names(state, Scope())
    assert names(state, Scope(team="team:strings")) == ["tuning", "bowing"]
    assert names(state, Scope(team="team:house")) == ["tuning", "bowing"]
    assert names(state, Scope("agent:copyist", "zone:stage")) == ["stands"]


def test_a_page_says_whether_there_is_more() -> None:
    state = org(ORCHESTRA)
    first = ready(state, limit=2)
    assert ([row.work for row in first.ready], first.more) == (["work:fire", "work:tuning"], True)
    assert (first.waiting, first.closed) == ((), None)
    assert ready(state, limit=6).more is False
    assert len(ready(state, limit=60).ready) == 6


class Short(MemoryReader):
    """A reader that counts the works whose claims were asked for."""

    read: set[str]

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        every = list(entities)
        self.read |= {one for one in every if one.startswith("work:")}
        return super().claims(every)


def test_the_first_page_does_not_read_all_work() -> None:
    lines = [f"work:{number:05} title Number {number}" for number in range(3000)]
    lines += [f"work:{number:05} priority critical" for number in range(0, 3000, 100)]
    lines += [f"work:{number:05} owner team:{number % 100}" for number in range(3000)]
    for scope in (Scope(), Scope(team="team:7"), Scope("team:7")):
        reader = Short(org_entries(*lines), NOW)
        reader.read = set()
        assert len(ready(State(reader), scope, 5).ready) == 5
        assert len(reader.read) < 100


WORKS = [f"work:{letter}" for letter in "abcdefgh"]
TEAMS = ["team:x", "team:y", "team:z"]
ZONES = ["zone:x", "zone:y", "zone:organisation"]
PARTIES = [*TEAMS, "person:~ana", "agent:bot"]
DAYS = ["2026-11-20", "2026-11-21", "2026-11-22", "2027-03-01"]


def _one(*choices: Iterable[str]) -> st.SearchStrategy[str]:
    return st.tuples(*(st.sampled_from(list(options)) for options in choices)).map(" ".join)


def _settled(attribute: str, values: Sequence[str]) -> Iterable[str]:
    for value in values:
        overrules = ", ".join(f'{{source = "{source}", value = "{values[0]}"}}' for source in ("file", "chat"))
        yield f'settlement {{attribute = "{attribute}", value = "{value}", overrules = [{overrules}]}}'


work_facts = st.one_of(
    _one(["status"], ["done", *WORK_STATES]),
    _one(["priority"], PRIORITIES),
    _one(["due", "start", "finished"], DAYS),
    _one(["parent", "alias_of"], WORKS),
    _one(["owner", "contributor"], PARTIES),
    _one(["team"], TEAMS),
    _one(["zone"], ZONES),
    _one(_settled("status", WORK_STATES)),
    _one(_settled("parent", WORKS[:3])),
    _one(_settled("team", TEAMS)),
)
facts = st.one_of(
    st.tuples(st.sampled_from(WORKS), work_facts).map(" ".join),
    st.tuples(st.sampled_from(WORKS), work_facts).map(" ".join),
    _one([f"dependency:{n}" for n in range(4)], ["consumer"], [*WORKS, "person:~ana"]),
    _one([f"dependency:{n}" for n in range(4)], ["provider"], [*WORKS, "team:x"]),
    _one([f"dependency:{n}" for n in range(4)], ["type"], ["prerequisite", "simultaneity", "transfer"]),
    _one([f"dependency:{n}" for n in range(4)], ["status"], ["stated", "declined", "fulfilled", "withdrawn"]),
    _one(["dependency:0", "dependency:1"], [*_settled("consumer", WORKS[:3]), *_settled("provider", WORKS[:3])]),
    _one(["gate:1", "gate:2"], ["work"], WORKS),
    _one(["gate:1", "gate:2"], ["status"], GATE_STATES),
    _one(["gate:1", "gate:2"], ["type"], ["governance", "quality"]),
    _one(["gate:1"], _settled("work", WORKS[:3])),
    _one(["lease:1"], ["on"], WORKS),
    _one(["lease:1"], ["status"], ["held", "held", "free"]),
    _one(["lease:1"], ["holder"], PARTIES),
    _one(TEAMS, ["parent"], TEAMS),
    _one(TEAMS, ["lead", "member"], ["person:~ana"]),
    _one(TEAMS, ["zone"], ZONES),
    _one(ZONES, ["owner"], TEAMS),
    _one(ZONES, ["parent"], ZONES),
    _one(["team:y"], ["alias_of"], TEAMS),
    _one(["agent:bot"], ["capability"], [*ZONES, *WORKS[:3]]),
    _one(ZONES, [f'authority {{kind = "*", attribute = "*", sources = ["{one}"]}}' for one in ("file", "chat")]),
)
told = st.tuples(facts, st.sampled_from(["", " -- chat", " -- chat 2026-02-01", " -- wiki 2026-03-01"])).map("".join)
organisations = st.lists(told, min_size=4, max_size=40, unique=True)
scopes = st.builds(
    Scope,
    st.none() | st.sampled_from(PARTIES),
    st.none() | st.sampled_from(ZONES),
    st.none() | st.sampled_from(TEAMS),
)


@given(organisations)
def test_it_is_what_the_most_direct_way_gives(lines: list[str]) -> None:
    found = ready(org(*lines))
    state = org(*lines)
    assert [row.work for row in found.ready] == plain_ready(state)
    for row in found.ready:
        assert row.waiting == len(plain_waiting(state, row.work))
    for held in found.waiting:
        assert {(wait.kind, wait.on) for wait in held.waits} == plain_waits(state, held.work)
        assert held.waits
    assert found.closed is not None
    assert len(found.ready) + len(found.waiting) + found.closed == len(state.entities("work"))


@given(organisations, scopes, st.integers(1, 5))
def test_a_page_within_bounds_is_the_first_of_what_is_there(lines: list[str], scope: Scope, limit: int) -> None:
    state = org(*lines)
    everywhere, scoped = plain_ready(state), Scoped(state, scope)
    mine = None if scope.party is None else scoped.mine
    wanted = [
        work
        for work in everywhere
        if work in scoped.holds(everywhere) and (mine is None or plain_holder(state, work) in {None, *mine})
    ]
    with patch("counterpoint.state.ready._PAGE", 1):
        page = ready(State(org_reader(*lines)), scope, limit)
    assert [row.work for row in page.ready] == wanted[:limit]
    assert page.more == (len(wanted) > limit)
    assert [row.work for row in ready(State(org_reader(*lines)), scope).ready] == wanted


MANY = [f"work:{number}" for number in range(10, 30)]


@given(
    st.lists(st.tuples(st.sampled_from(MANY), st.sampled_from(MANY), st.sampled_from(["stated", "fulfilled"]))),
    st.lists(_one(MANY, ["priority"], PRIORITIES) | _one(MANY, ["parent"], MANY), unique=True),
    st.lists(st.sampled_from(DAYS), min_size=len(MANY), max_size=len(MANY)),
    st.integers(1, 4),
)
def test_the_first_page_is_right_wherever_it_ends(
    needs: list[tuple[str, str, str]], told: list[str], days: list[str], most: int
) -> None:
    lines = [*told, *(f"{work} due {day}" for work, day in zip(MANY, days, strict=True))]
    for number, (consumer, provider, status) in enumerate(needs):
        one = f"dependency:{number}"
        lines += [f"{one} consumer {consumer}", f"{one} provider {provider}", f"{one} status {status}"]
    with patch("counterpoint.state.ready._PAGE", 1):
        page = ready(org(*lines), limit=most)
    assert [row.work for row in page.ready] == plain_ready(org(*lines))[:most]


def test_of_a_part_of_the_organisation() -> None:
    state = org(ORCHESTRA).narrowed(["work:tuning", "work:fire", "work:season", "work:gone", "team:house"])
    assert [row.work for row in ready(state).ready] == ["work:fire", "work:tuning"]
    with patch("counterpoint.state.ready._PAGE", 1):
        assert [row.work for row in ready(state, limit=1).ready] == ["work:fire"]
    assert ready(state).closed == 1
