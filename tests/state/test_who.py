"""Who decides: each case is a small organisation in lines, and the answer a reader of rule 13 would give."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.model.answers import Because, Who, as_json
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Json
from counterpoint.model.values import references
from counterpoint.state.who import DECIDABLE, who, who_each
from tests.state.organisation import org


def _cases() -> dict[str, tuple[str, str]]:
    text = (Path(__file__).parent / "who.txt").read_text(encoding="utf-8")
    cases = {}
    for block in text.split("\n= ")[1:]:
        name, *lines = block.strip().splitlines()
        cases[name] = ("\n".join(lines[:-1]), lines[-1])
    return cases


CASES = _cases()


def _told(found: Who) -> str:
    """The answer as the cases write it."""
    deciders = [party.removeprefix("person:~") for party in found.deciders]
    words = [found.answer, *([found.rule] if found.rule else []), *deciders]
    inherited = ["from", found.inherited_from] if found.inherited_from else []
    return f"who {found.subject}: {' '.join([*words, *inherited])}"


@pytest.mark.parametrize("name", CASES)
def test_who(name: str) -> None:
    lines, expected = CASES[name]
    state = org(lines)
    found = who(state, expected.split()[1].rstrip(":"))
    assert _told(found) == expected
    assert found.steps
    named = {party for reason in found.because for party in _named(reason)}
    assert set(found.deciders) <= {state.canonical(party) for party in named}
    assert cast("dict[str, Json]", as_json(found))["answer"] == found.answer


def _named(reason: Because) -> list[str]:
    declared = attribute_of(kind_of(reason.entity), reason.attribute)
    assert declared is not None
    return list(references(declared, reason.value))


def test_the_steps_say_what_was_found_empty() -> None:
    found = who(org("work:a zone zone:z\nzone:z owner team:x\nteam:x parent team:y\nteam:y lead person:~y"), "work:a")
    assert found.answer == "none"
    walked = [(step.rule, step.at, step.found) for step in found.steps]
    assert walked == [
        ("stated", "work:a", "no decider"),
        ("zone", "zone:z", "no decider"),
        ("leads", "team:x", "no lead"),
        ("parent", "work:a", "not asked: no zone declares inherit"),
        ("organisation", "zone:organisation", "no decider"),
    ]


def test_both_statements_of_a_dispute_are_the_reason() -> None:
    found = who(org("work:a decider person:~ana -- tracker\nwork:a decider person:~bo -- chat"), "work:a")
    assert [(reason.source, reason.file, reason.line) for reason in found.because] == [
        ("chat", "chat.toml", 2),
        ("tracker", "tracker.toml", 1),
    ]


def test_more_readings_than_can_be_walked_are_said_to_be_more() -> None:
    lines = ["team:x lead person:~x"]
    for index in range(70):
        lines += [f"zone:z{index} owner team:x", f"zone:z{index} decider person:~d{index}"]
    found = who(org("\n".join(lines)), "team:x")
    assert found.answer == "ambiguous"
    assert "these are not all" in found.steps[-1].found


_entities = st.sampled_from(["work:a", "work:b", "work:c"])
_teams = st.sampled_from(["team:x", "team:y"])
_people = st.sampled_from(["person:~p", "person:~q", "person:~r"])
_zones = st.sampled_from(["zone:u", "zone:v", "zone:organisation"])
_sources = st.sampled_from(["one", "two"])
FACTS = st.one_of(
    st.builds("{} decider {} -- {}".format, st.one_of(_entities, _zones), st.one_of(_people, _teams), _sources),
    st.builds("{} decider {},{} -- {}".format, _entities, _people, _people, _sources),
    st.builds("{} owner {} -- {}".format, st.one_of(_entities, _zones), st.one_of(_people, _teams), _sources),
    st.builds("{} team {} -- {}".format, _entities, _teams, _sources),
    st.builds("{} zone {} -- {}".format, st.one_of(_entities, _teams), _zones, _sources),
    st.builds("{} parent {} -- {}".format, _entities, _entities, _sources),
    st.builds("{} parent {} -- {}".format, _teams, _teams, _sources),
    st.builds("{} parent {} -- {}".format, _zones, _zones, _sources),
    st.builds("{} lead {} -- {}".format, _teams, _people, _sources),
    st.builds("{} rule {} -- {}".format, _zones, st.sampled_from(["any", "all", "one", "quorum"]), _sources),
    st.builds("{} inherit {} -- {}".format, _zones, st.sampled_from(["true", "false"]), _sources),
)
ORGANISATIONS = st.lists(FACTS, max_size=14).map("\n".join)


@given(ORGANISATIONS)
def test_nobody_is_named_whom_no_statement_names(lines: str) -> None:
    state = org(lines)
    for subject, found in who_each(state, [*state.entities("work"), *state.entities("team")]).items():
        named = {party for reason in found.because for party in _named(reason)}
        assert set(found.deciders) <= named, subject
        assert (found.answer == "none") == (not found.deciders)
        assert found.answer != "one" or len(found.deciders) == 1
        assert found.answer != "shared" or (len(found.deciders) > 1 and found.rule is not None)
        assert (found.rule is not None) == (found.answer == "shared")


@given(ORGANISATIONS)
def test_what_is_unrelated_changes_nothing(lines: str) -> None:
    aside = """
        team:aside lead person:~aside
        zone:aside owner team:aside
        zone:aside decider person:~aside
        work:aside zone zone:aside
    """
    alone, beside = org(lines), org(lines, aside)
    for subject in alone.entities("work"):
        before, after = who(alone, subject), who(beside, subject)
        assert before == after


@given(ORGANISATIONS)
def test_joining_everybody_leaves_nobody_to_be_ambiguous_about(lines: str) -> None:
    joined = org(
        lines,
        "person:~q alias_of person:~p\nperson:~r alias_of person:~p\nteam:x lead person:~p\nteam:y lead person:~p",
    )
    for subject in joined.entities("team"):
        if "archived" not in lines and "decider" not in lines:
            assert who(joined, subject).deciders == ("person:~p",)
            assert who(joined, subject).answer == "one"


def test_every_kind_is_either_decided_on_or_said_not_to_be() -> None:
    lines = "\n".join(f"{kind}:a" for kind in sorted(DECIDABLE))
    for kind in DECIDABLE:
        assert who(org(lines), f"{kind}:a").steps[0].rule != "kind"
    assert who(org("agent:a"), "agent:a").steps[0].rule == "kind"
