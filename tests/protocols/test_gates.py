"""Gates: which stand before work, what they take, and whether voices fill their places."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import Refused
from counterpoint.protocols.gates import (
    Places,
    gates_of,
    matched,
    open_yet,
    opened,
    own,
    passed_elsewhere,
    people_of,
    people_only,
    places_at,
    right_approvers,
    why_not,
)
from counterpoint.state.view import State
from tests.state.organisation import org

FACTS = """
    person:~ana
    person:~bo
    person:~cy
    person:~dee
    person:~fay
    person:~mara
    agent:bot sponsor person:~bo
    agent:off sponsor person:~cy
    agent:off status stopped
    team:a lead person:~ana
    team:a member person:~fay
    team:b member person:~bo
    team:b member person:~cy
    team:b member person:~fay
    team:b member agent:bot
    team:b member agent:off
    team:sub parent team:b
    team:sub member person:~dee
    team:old member person:~ana
    team:old status archived
    zone:shop parent zone:all
    zone:shop decider person:~mara
    zone:all
    work:w zone zone:shop
    work:w class feature
    work:part parent work:w
    work:part class bug
"""


def needs(*rows: tuple[str, int]) -> str:
    return "\n".join(f'gate:g needs {{party = "{party}", count = {count}}}' for party, count in rows)


# ---- which gates ----


def test_a_gate_stands_before_its_work_and_before_its_class_in_its_zone() -> None:
    state = org(
        FACTS,
        """
        gate:own work work:w
        gate:other work work:part
        gate:class class feature
        gate:class zone zone:all
        gate:bugs class bug
        gate:bugs zone zone:shop
        gate:every zone zone:shop
        gate:placeless class feature
        """,
    )
    assert set(gates_of(state, "work:w")) == {"gate:own", "gate:class", "gate:every"}
    assert set(gates_of(state, "work:part")) == {"gate:other", "gate:bugs", "gate:every"}


def test_a_contradiction_opens_no_gate() -> None:
    state = org(
        FACTS,
        "gate:g work work:w",
        "gate:g work work:part -- tracker",
        "gate:c zone zone:shop",
        "gate:c class feature",
        "gate:c class chore -- tracker",
        "work:part class chore -- tracker",
        "gate:b zone zone:shop",
        "gate:b class bug",
    )
    assert gates_of(state, "work:w") == ("gate:g", "gate:c")
    assert gates_of(state, "work:part") == ("gate:g", "gate:b", "gate:c"), "the class is bug or chore"


# ---- what they take ----


def test_what_a_gate_takes() -> None:
    gate = "gate:g work work:w\n"
    assert places_at(org(FACTS, gate, needs(("team:b", 2), ("team:a", 1))), "gate:g") == Places(
        ("team:a", "team:b", "team:b"), 3, True
    )
    assert places_at(org(FACTS, gate + "gate:g approver team:a"), "gate:g") == Places(("team:a",), 1, False)
    several = gate + "gate:g approver team:a, person:~cy, person:~bo\n"
    assert places_at(org(FACTS, several + "gate:g rule any"), "gate:g").enough == 1
    assert places_at(org(FACTS, several + "gate:g rule all"), "gate:g").enough == 3
    assert places_at(org(FACTS, several + "gate:g rule quorum\ngate:g quorum 2"), "gate:g").enough == 2
    assert places_at(org(FACTS, gate), "gate:g") == Places(("person:~mara",), 1, False), "who decides in its zone"


@pytest.mark.parametrize(
    ("facts", "told", "hint"),
    [
        ("gate:g zone zone:all", "nobody is named who approves", "whoever keeps the organisation's files can name"),
        ("gate:g work work:w\ngate:g approver person:~bo, person:~cy", "no rule says how person:~bo, person:~cy",
         "person:~mara can name who approves"),
        ("gate:g work work:w\ngate:g approver person:~bo\ngate:g approver person:~cy -- tracker",
         "sources differ about approver", "person:~mara can name"),
        ("gate:g work work:w\ngate:g approver team:a\ngate:g rule any\ngate:g rule all -- tracker",
         "sources differ about rule", "person:~mara"),
    ],
)  # fmt: skip
def test_where_nobody_is_named_it_says_so_and_who_can_name(facts: str, told: str, hint: str) -> None:
    with pytest.raises(Refused, match=told) as refused:
        places_at(org(FACTS, facts), "gate:g")
    assert hint in refused.value.hint


def test_places_in_words() -> None:
    assert Places(("team:a", "team:b", "team:b"), 3, True).in_words() == "one of team:a and two of team:b"
    assert Places(("team:a", "person:~b"), 2, False).in_words() == "team:a and person:~b"
    assert Places(("person:~a", "person:~b"), 1, False).in_words() == "one of person:~a, person:~b"


# ---- who may ----


def test_a_need_asks_the_people_of_a_team_and_an_approver_the_team() -> None:
    state = org(FACTS)
    assert people_of(state, "team:b") == {"person:~bo", "person:~cy", "person:~fay", "person:~dee", "agent:bot"}
    assert people_of(state, "team:old") == frozenset()
    of_needs = right_approvers(state, "gate:g", "work:w", None, Places(("team:a",), 1, True))
    of_team = right_approvers(state, "gate:g", "work:w", None, Places(("team:a",), 1, False))
    assert of_needs == {"team:a": ["person:~ana", "person:~fay"]}
    assert of_team == {"team:a": ["person:~ana"]}


def test_what_is_ones_own_and_why() -> None:
    state = org(
        FACTS,
        "work:w owner person:~ana, team:a",
        "work:w contributor agent:bot",
        "work:w owner person:~dee -- tracker",
        "lease:work/w resource work:w -- protocol",
        "lease:work/w holder person:~fay -- protocol",
        "lease:work/w status held -- protocol",
        "handoff:work/w/1 what work:w -- protocol",
        "handoff:work/w/1 giver person:~mara -- protocol",
        "handoff:work/w/1 status accepted -- protocol",
        "handoff:work/w/2 what work:w -- protocol",
        "handoff:work/w/2 giver person:~eve -- protocol",
        "handoff:work/w/2 status declined -- protocol",
    )
    assert own(state, "work:w", "person:~cy") == {
        "person:~cy": "asked for it",
        "person:~ana": "owns it",
        "person:~dee": "owns it",
        "agent:bot": "works on it",
        "person:~bo": "answers for agent:bot, which works on it",
        "person:~fay": "holds it",
        "person:~mara": "has handed it over",
    }
    assert why_not(state, "person:~ana", "gate:g", "work:w", None) == (
        "person:~ana owns it: nobody approves what is their own"
    )
    assert why_not(state, "agent:off", "gate:g", "work:w", "person:~cy") == (
        "agent:off speaks with the voice of person:~cy, who asked for it: nobody approves what is their own"
    )
    assert why_not(org(FACTS), "person:~mara", "gate:g", "work:w", "person:~cy") is None


def test_where_no_agent_may_approve() -> None:
    state = org(FACTS, "gate:g work work:w", "gate:g people_only true")
    assert people_only(state, "gate:g", "work:w") == "gate:g is for people only"
    assert people_only(org(FACTS), "gate:g", "work:w") is None
    zone = org(FACTS, 'zone:all terms {action = "approval", term = "never"}')
    assert people_only(zone, "gate:g", "work:w") == "zone:all lets no agent approve"
    assert why_not(zone, "agent:bot", "gate:g", "work:w", None) == (
        "agent:bot is an agent, and zone:all lets no agent approve"
    )


# ---- the matching ----


def test_one_person_fills_one_place_and_moves_for_others() -> None:
    state = org(FACTS)
    places = Places(("team:a", "team:b"), 2, True)
    # Fay is in both. Whoever comes first keeps a place, and not necessarily the same.
    for order in permutations(["person:~fay", "person:~ana"]):
        assert set(matched(state, order, places)) == {"person:~fay", "person:~ana"}
    assert matched(state, ["person:~fay"], Places(("team:a", "team:b"), 2, True)).keys() == {"person:~fay"}
    assert matched(state, ["person:~bo", "agent:bot"], Places(("team:b", "team:b"), 2, True)) == {"person:~bo": 0}
    assert matched(state, ["person:~ana", "person:~cy"], Places(("team:b",), 1, True)) == {"person:~cy": 0}


def test_for_whom_another_voice_would_be_of_use() -> None:
    state, places = org(FACTS), Places(("team:a", "team:b"), 2, True)
    assert open_yet(state, [], places) == ["team:a", "team:b"]
    assert open_yet(state, ["person:~ana"], places) == ["team:b"]
    assert open_yet(state, ["person:~fay"], places) == ["team:a", "team:b"], "she could fill either"
    assert open_yet(state, ["person:~fay", "person:~cy"], places) == []


PEOPLE = [f"person:~p{number}" for number in range(5)]
TEAMS = ["team:x", "team:y", "team:z"]


@given(
    members=st.lists(st.tuples(st.sampled_from(TEAMS), st.sampled_from(PEOPLE)), max_size=9, unique=True),
    parties=st.lists(st.sampled_from(TEAMS), min_size=1, max_size=4).map(sorted),
    order=st.permutations(PEOPLE),
)
def test_as_many_places_are_filled_as_any_way_of_filling_them_could(
    members: list[tuple[str, str]], parties: list[str], order: list[str]
) -> None:
    state = org(*PEOPLE, *TEAMS, *(f"{team} member {person}" for team, person in members))
    found = matched(state, order, Places(tuple(parties), len(parties), True))
    assert len(set(found.values())) == len(found)
    assert all((parties[number], person) in members for person, number in found.items())
    assert len(found) == _most(members, parties)
    # Who came first and was of use is never put out by who comes later.
    for length in range(1, len(order)):
        earlier = matched(state, order[:length], Places(tuple(parties), len(parties), True))
        assert set(earlier) <= set(found)


def _most(members: list[tuple[str, str]], parties: list[str]) -> int:
    """By trying everything."""
    if not parties:
        return 0
    first, rest = parties[0], parties[1:]
    best = _most(members, rest)
    for person in {person for team, person in members if team == first}:
        best = max(best, 1 + _most([one for one in members if one[1] != person], rest))
    return best


# ---- without an approval ----


def _word(*facts: str) -> str | None:
    return passed_elsewhere(_state(*facts), "gate:g", "work:w")


def _state(*facts: str) -> State:
    return org(FACTS, "gate:g work work:w -- tracker", *facts)


def test_a_word_from_elsewhere_counts_only_where_nobody_is_asked_and_there_is_no_version() -> None:
    passed = "gate:g status passed -- tracker"
    assert _word(passed) == "gate:g is passed, by the word of tracker"
    assert _word("gate:g status waived -- tracker") == "gate:g is waived, by the word of tracker"
    assert _word() is None
    assert _word("gate:g status requested -- tracker") is None
    assert _word(passed, "gate:g approver team:a -- file") is None
    assert _word(passed, needs(("team:a", 1))) is None
    assert _word(passed, "gate:g people_only true -- file") is None
    assert _word(passed, "work:w version 3") is None
    assert _word(passed, "gate:g status failed -- other") is None, "sources differ"
    assert _word("gate:g status passed -- protocol") is None, "that is an approval's, which counts itself"
    by_class = org(FACTS, "gate:g zone zone:shop", "gate:g class feature", passed)
    assert passed_elsewhere(by_class, "gate:g", "work:w") is None, "one word for many works is for none"


def test_a_waiver_opens_a_gate_until_it_ends() -> None:
    state = _state(
        "waiver:x of gate:g -- protocol",
        "waiver:x work work:w -- protocol",
        "waiver:x status active -- protocol",
        "waiver:x ends 2026-12-01T00:00:00Z -- protocol",
    )
    assert opened(state, "gate:g", "work:w", "2026-11-30T23:59:59.000000Z") == "waiver:x waives gate:g"
    assert opened(state, "gate:g", "work:w", "2026-12-01T00:00:00.000000Z") is None
    assert opened(state, "gate:g", "work:part", "2026-11-30T00:00:00.000000Z") is None
