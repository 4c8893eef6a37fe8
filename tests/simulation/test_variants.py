"""What may be changed in an organisation, what is refused, and variants as people write them down."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from counterpoint.simulation.balance import balanced
from counterpoint.simulation.comparing import simulated
from counterpoint.simulation.known import SETTINGS, assumed, declared
from counterpoint.simulation.organisation import Centre, Organisation, checked
from counterpoint.simulation.outcome import ritual_hours
from counterpoint.simulation.saturation import limits
from counterpoint.simulation.scenario import FIELDS, variant_of, variants_of
from counterpoint.simulation.variant import ALL, AS_IS, Variant, varied
from tests.simulation.organisations import BRIEF, asynchronous, three_areas

HERE = balanced(three_areas())


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant("x", speedup=0.5), "speed-up of 0.5"),
        (Variant("x", speedup=float("nan")), "speed-up of nan"),
        (Variant("x", speedups={"task": 0}), "speed-up of 0"),
        (Variant("x", speedups={"chore": 2}), "no class of work 'chore'"),
        (Variant("x", response=-1), "response of demand"),
        (Variant("x", escalated=1.5), "is no share"),
        (Variant("x", teams=0), "nothing to simulate"),
        (Variant("x", model={"api": "chaos"}), "no model 'chaos'"),
        (Variant("x", model={"moon": "hybrid"}), "no area 'moon'"),
        (Variant("x", remove=frozenset({"ritual:none"})), "no element 'ritual:none'"),
        (Variant("x", shorten={"gate:quality": 0.5}), "no ritual 'gate:quality'"),
        (Variant("x", respace={"ritual:daily": 0}), "is nothing"),
        (Variant("x", people={"moon": 2}), "no area or gate 'moon'"),
        (Variant("x", people={"api": -1}), "is nothing"),
        (Variant("x", agents={ALL: -3}), "can only be added"),
        (Variant("x", settings={"luck": 1}), "no number 'luck'"),
        (Variant("x", settings={"defects": 1.2}), "defects cannot be 1.2"),
        (Variant("x", shorten={"ritual:daily": 90}), "takes? .* of its people's time"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_nonsense_is_refused(variant: Variant, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        simulated(HERE, [variant], BRIEF)


def without_work(one: Organisation) -> Organisation:
    return replace(one, streams=())


def one_area(one: Organisation) -> Organisation:
    return replace(one, areas=one.areas[:1], streams=one.streams[:1], requests=(), gates=(), rituals=())


def nobody(one: Organisation) -> Organisation:
    return replace(one, areas=(replace(one.areas[0], people=0), *one.areas[1:]))


def headless(one: Organisation) -> Organisation:
    return replace(one, centre=Centre("nobody", declared(0)))


def impassable(one: Organisation) -> Organisation:
    return replace(one, gates=(replace(one.gates[0], needed=5),))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (without_work, "no work to simulate"),
        (one_area, "only one area"),
        (nobody, "API has no capacity"),
        (headless, "nobody decides above"),
        (impassable, "nothing would ever pass"),
    ],
)
def test_an_organisation_in_which_nothing_would_happen_is_refused(broken: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        checked(broken(three_areas()))


def test_rituals_are_removed_shortened_respaced_and_merged() -> None:
    hours = {one.name: ritual_hours(HERE, one.name) for one in HERE.rituals}
    assert hours == {"ritual:steering": 3.0, "ritual:daily": 7.5}
    half = varied(HERE, Variant("x", shorten={"ritual:daily": 0.5}, respace={"ritual:steering": 2}))
    assert {one.name: ritual_hours(half, one.name) for one in half.rituals} == {
        "ritual:steering": 1.5,
        "ritual:daily": 3.75,
    }
    (one,) = varied(HERE, Variant("x", merge=(("ritual:steering", "ritual:daily"),))).rituals
    assert (one.attendees, one.every.value, one.hours) == ({"api": 6, "web": 1, "ops": 1}, 8, declared(2))
    assert one.decides
    assert [one.name for one in varied(HERE, AS_IS.without("ritual:daily")).rituals] == ["ritual:steering"]


@given(st.integers(0, 500))
def test_all_agents_that_are_added_come_somewhere(number: int) -> None:
    grown = varied(HERE, Variant("x", agents={ALL: number}))
    assert sum(one.agents for one in grown.areas) == number + sum(one.agents for one in HERE.areas)
    parts = [one.agents - before.agents for one, before in zip(grown.areas, HERE.areas, strict=True)]
    assert all(abs(part - number * one.people / 15) <= 1 for part, one in zip(parts, HERE.areas, strict=True))


def test_twice_the_teams_have_twice_the_work_and_more_to_ask() -> None:
    twice = varied(HERE, Variant("x", teams=2))
    assert [one.name for one in twice.areas] == ["api", "api#2", "web", "web#2", "ops", "ops#2"]
    assert sum(one.weekly.value for one in twice.streams) == 2 * sum(one.weekly.value for one in HERE.streams)
    more = 2 ** HERE.setting("interweaving")
    asked = sum(one.per_item.value for one in twice.requests if one.asks == "web")
    assert asked == pytest.approx(0.3 * more)
    assert twice.streams[0].touching.value == pytest.approx(1 - 0.6**more)
    assert twice.centre == HERE.centre
    assert {one.name for one in twice.rituals} == {"ritual:steering", "ritual:daily", "ritual:daily#2"}
    assert sum(twice.rituals[0].attendees.values()) == 6
    same = varied(HERE, Variant("x", teams=1))
    assert same.areas == HERE.areas


def test_a_gatekeeper_is_full_where_its_load_says_so() -> None:
    here = balanced(asynchronous())
    found = {one.station: one for one in limits(here)}
    gate = found["gate:quality"]
    assert gate.speedup == pytest.approx(0.995 / gate.load, rel=2e-3)
    assert found["above"].speedup == pytest.approx(0.995 / found["above"].load, rel=2e-3)
    # What gets faster itself is never full for that reason, but for what it must coordinate.
    assert (found["people:api"].speedup or 1000) > 0.995 / found["people:api"].load
    ordered = [one.speedup or 1000 for one in limits(here)]
    assert ordered == sorted(ordered)


FILE = """
title = "a reorganisation"

[[variant]]
name = "leaner"
model = { api = "decentralised", web = "hybrid" }
speedup = 10
speedups = { task = 4 }
response = 0.5
remove = ["gate:quality"]
merge = [["ritual:steering", "ritual:daily"]]
people = { above = 2, ops = 0.5 }
agents = 9
settings = { defects = 0.1 }

[[variant]]
name = "all above"
model = "centralised"
"""


def test_variants_are_read_from_a_file() -> None:
    title, found = variants_of(tomllib.loads(FILE), "plan.toml")
    assert title == "a reorganisation"
    assert found[0] == AS_IS
    assert found[1] == Variant(
        "leaner", model={"api": "decentralised", "web": "hybrid"}, speedup=10, speedups={"task": 4}, response=0.5,
        remove=frozenset({"gate:quality"}), merge=(("ritual:steering", "ritual:daily"),),
        people={"above": 2, "ops": 0.5}, agents={ALL: 9}, settings={"defects": 0.1},
    )  # fmt: skip
    assert found[2].model == {ALL: "centralised"}
    assert len(simulated(HERE, found, BRIEF)) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "plan.toml: there is no .*variant"),
        ("[[variants]]\nname='x'", "no field 'variants' .did you mean variant"),
        ("[[variant]]\nspeedup = 2", "variant 1: it has no name"),
        ("[[variant]]\nname='x'\nspedup = 2", "variant 1: there is no field 'spedup' .did you mean speedup"),
        ("[[variant]]\nname='x'\nspeedup = 'fast'", "variant 1: speedup: 'fast' is no number"),
        ("[[variant]]\nname='x'\nteams = 1.5", "teams: 1.5 is no whole number"),
        ("[[variant]]\nname='x'\nremove = 'a'", "remove: 'a' is no list"),
        ("[[variant]]\nname='x'\nshorten = 2", "shorten: 2 is no table"),
        ("[[variant]]\nname='x'\nmerge = [['a']]", "nothing to be merged with"),
        ("[[variant]]\nname='x'\n[[variant]]\nname='x'", "two variants are called 'x'"),
        ("[[variant]]\nname='as it is'", "two variants are called 'as it is'"),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        variants_of(tomllib.loads(text), "plan.toml")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 20) | st.floats() | st.sampled_from(["x", "api", "hybrid", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["api", "task", "*"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*FIELDS, "more"]), VALUES, max_size=5))
def test_any_table_is_a_variant_or_a_clear_refusal(row: dict[str, Any]) -> None:
    try:
        found = variant_of(row, "plan.toml, variant 1")
        varied(HERE, found)
    except InvalidInput as error:
        assert str(error)


def test_every_number_lies_in_its_range() -> None:
    for one in SETTINGS.values():
        assert one.usual.low <= one.usual.value <= one.usual.high
        assert one.usual.assumed
        assert one.usual.why
    with pytest.raises(InvalidInput, match="does not lie between"):
        assumed(3, 4, 5, "no")
