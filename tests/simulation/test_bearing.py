"""What bears load, what does each other's work, and what rests on assumptions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterpoint.errors import InvalidInput
from counterpoint.simulation.balance import balanced
from counterpoint.simulation.bearing import BEARING, GOVERNANCE, OPTIONAL, UNKNOWN, bearing, cost, pairs
from counterpoint.simulation.comparing import Effort
from counterpoint.simulation.drawing import draws, free_numbers, spreads
from counterpoint.simulation.known import SETTINGS, declared
from counterpoint.simulation.organisation import Gate, Organisation, Ritual
from counterpoint.simulation.sensitivity import what_matters
from counterpoint.simulation.variant import ALL, AS_IS, Variant
from tests.simulation.organisations import three_areas

SOME = Effort(weeks=40, least=600, most=1_500, replications=6, precision=0.0)


def known() -> Organisation:
    """An organisation of which it is known what its gates catch, and what that is worth."""
    stated = {
        "defects": 0.3, "escape": 40, "catching": 0.5, "aligning": 0.2, "misfit": 0.2, "alone": 0.1, "unskilled": 1.5,
        "misfit_above": 0.05, "rework": 0.1,
    }  # fmt: skip
    here = three_areas()
    gates = (
        Gate("gate:keen", "catches nearly all", 3, 1, {"api": 1, "web": 1, "ops": 1}, declared(0.2), declared(0.9)),
        Gate("gate:blind", "catches nothing", 3, 1, {"api": 1, "web": 1}, declared(1), declared(0)),
        Gate("gate:law", "required", 3, 1, {"api": 1}, declared(1), declared(0), governance=True, rule="the law"),
    )
    rituals = (
        *here.rituals,
        Ritual("ritual:talk", "long talk", {"api": 6, "web": 5}, declared(20), declared(2), declared(0)),
    )
    settings = {name: declared(value) for name, value in stated.items()}
    return balanced(replace(here, gates=gates, rituals=rituals, settings=settings))


def test_what_catches_is_load_bearing_and_what_only_takes_time_is_not() -> None:
    found = {one.name: one for one in bearing(known(), effort=SOME).elements}
    assert found["gate:keen"].kind == BEARING
    assert found["gate:blind"].kind == OPTIONAL
    assert found["ritual:talk"].kind == OPTIONAL
    assert (found["gate:law"].kind, found["gate:law"].rule) == (GOVERNANCE, "the law")
    talk = found["ritual:talk"]
    assert talk.weekly == pytest.approx(11 * 2 * 2, rel=0.02)
    # Without it an item costs its hours less, and the time that its people were slower for.
    assert talk.usual.high < -talk.hours * 0.9


def test_where_it_is_not_known_what_an_element_catches_that_is_said() -> None:
    here = known()
    unsure = replace(
        here,
        gates=(replace(here.gates[0], catches=None), *here.gates[1:]),
        settings={name: one for name, one in here.settings.items() if name != "catching"},
    )
    found = bearing(unsure, effort=SOME, only=["gate:keen"])
    (gate,) = found.elements
    assert gate.kind == UNKNOWN
    assert gate.little.high < 0 < gate.much.low
    low, usual, high = found.share
    assert low == 0 < high
    assert low <= usual <= high


def test_two_gates_that_catch_the_same_do_each_others_work() -> None:
    here = known()
    keen = here.gates[0]
    twice = replace(here, gates=(keen, replace(keen, name="gate:other"), *here.gates[1:]))
    (pair,) = pairs(twice, ["gate:keen", "gate:other"], effort=SOME)
    assert pair.beyond.low > 0
    (apart,) = pairs(here, ["gate:blind", "ritual:talk"], effort=SOME)
    assert abs(apart.beyond.value) < 0.5 * abs(apart.together.value)


def test_faster_execution_makes_defects_that_are_caught_cheaper_and_not_those_that_escape() -> None:
    now = bearing(known(), effort=SOME, only=["gate:keen"]).elements[0]
    then = bearing(known(), Variant("fast", speedup=20), SOME, only=["gate:keen"]).elements[0]
    assert then.usual.value > now.usual.value * 0.9
    assert then.kind == BEARING


def test_draws_cover_every_range_evenly() -> None:
    here = balanced(three_areas())
    names = free_numbers(here)
    assert names == list(SETTINGS)
    found = draws(here, 10, 3)
    for name in names:
        low, high = here.known(name).low, here.known(name).high
        tenths = sorted(int((one[name] - low) / (high - low) * 10) for one in found)
        assert tenths == list(range(10)), name
    assert found == draws(here, 10, 3)
    stated = replace(here, settings={name: declared(SETTINGS[name].usual.value) for name in SETTINGS})
    assert draws(stated, 10, 3) == [{}]


def test_a_difference_that_holds_whatever_is_assumed_holds_in_every_draw() -> None:
    here = balanced(three_areas())
    variants = [AS_IS, Variant("same", model={ALL: "hybrid"}), Variant("ten times", speedup=10)]
    first, same, faster = spreads(here, variants, cost, number=8)
    assert (first.less, same.less, faster.less) == (0, 0, 1)
    assert faster.difference_high < 0
    assert first.draws == 8
    assert same.difference == 0


def test_what_matters_is_told_from_what_does_not() -> None:
    here = balanced(three_areas())
    alone = replace(here, areas=tuple(replace(one, agents=0) for one in here.areas))
    found = {one.name: one for one in what_matters(alone, cost, trajectories=3)}
    for name in ("agent_speed", "agent_cost", "reviewing", "interweaving", "alone", "volume"):
        assert found[name].size == 0, name
    assert found["escape"].size > 1
    assert found["escape"].mean == pytest.approx(found["escape"].size)
    order = [one.size for one in what_matters(alone, cost, trajectories=3)]
    assert order == sorted(order, reverse=True)
    stated = replace(here, settings={name: declared(SETTINGS[name].usual.value) for name in SETTINGS})
    with pytest.raises(InvalidInput, match="nothing in the model is assumed"):
        what_matters(stated, cost)
