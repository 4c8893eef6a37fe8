"""Laws of the model of an organisation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from counterpoint.simulation.balance import balanced
from counterpoint.simulation.building import built
from counterpoint.simulation.comparing import Effort, Simulated, simulated
from counterpoint.simulation.engine import run
from counterpoint.simulation.known import declared
from counterpoint.simulation.network import compiled
from counterpoint.simulation.organisation import Gate, Organisation, Ritual
from counterpoint.simulation.outcome import Outcome
from counterpoint.simulation.rates import expected, loads
from counterpoint.simulation.variant import ALL, AS_IS, Variant, varied
from tests.simulation.organisations import BRIEF, asynchronous, three_areas


def same(one: Simulated, other: Simulated) -> bool:
    """Are all figures of two variants the same, to the last bit?"""
    pairs = zip(one.outcomes, other.outcomes, strict=True)
    return all(
        a.lead == b.lead
        and a.parts == b.parts
        and a.hours == b.hours
        and np.array_equal(a.lead_of, b.lead_of, equal_nan=True)
        and (a.cost, a.messages, a.escapes, a.weekly) == (b.cost, b.messages, b.escapes, b.weekly)
        for a, b in pairs
    )


@pytest.mark.parametrize("make", [three_areas, asynchronous])
@pytest.mark.parametrize(("share", "model"), [(1.0, "centralised"), (0.0, "decentralised")])
def test_a_hybrid_at_its_ends_is_one_of_the_other_models(
    make: Callable[[], Organisation], share: float, model: str
) -> None:
    here = balanced(make())
    variants = [Variant("hybrid", model={ALL: "hybrid"}, escalated=share), Variant(model, model={ALL: model})]
    hybrid, other, usual = simulated(here, [*variants, Variant("usual", model={ALL: "hybrid"})], BRIEF)
    assert same(hybrid, other)
    assert not same(usual, other)


def test_an_element_that_nothing_uses_can_go() -> None:
    here = three_areas()
    idle = Ritual("ritual:idle", "nobody comes", {}, declared(40), declared(1))
    gate = Gate("gate:idle", "nothing comes by", 1, 1, {})
    here = balanced(replace(here, rituals=(*here.rituals, idle), gates=(*here.gates, gate)))
    now, without, other = simulated(
        here, [AS_IS, AS_IS.without("ritual:idle", "gate:idle"), AS_IS.without("gate:quality")], BRIEF
    )
    assert same(now, without)
    assert not same(now, other)


def test_the_same_seed_is_the_same_answer_on_any_number_of_cores() -> None:
    here = balanced(three_areas())
    variants = [AS_IS, Variant("faster", speedup=10)]
    alone = simulated(here, variants, BRIEF, seed=7)
    for cores in (2, 5):
        with ThreadPoolExecutor(cores) as pool:
            together = simulated(here, variants, BRIEF, seed=7, mapped=pool.map)
        assert all(same(one, other) for one, other in zip(alone, together, strict=True))
    others = simulated(here, variants, BRIEF, seed=8)
    assert not same(alone[0], others[0])


def test_what_came_is_done_or_still_there() -> None:
    here = balanced(three_areas())
    for variant in (AS_IS, Variant("all above", model={ALL: "centralised"}), Variant("k", speedup=100, response=1)):
        changed = varied(here, variant)
        found = run(compiled(built(changed, variant)), 500, 50, 3)
        assert found.arrived == found.ended + found.inside + found.withdrawn


@pytest.mark.parametrize(
    "variant",
    [
        AS_IS,
        Variant("above", model={ALL: "centralised"}),
        Variant("peers", model={ALL: "decentralised"}),
        Variant("faster", speedup=4, response=0.3),
        Variant("lonely", remove=frozenset({"peers", "above"})),
        Variant("by themselves", remove=frozenset({"requests:api"}), speedup=2),
        Variant("more", teams=2, agents={ALL: 6}),
    ],
    ids=lambda one: one.name,
)
def test_what_can_be_told_without_simulating_is_what_is_simulated(variant: Variant) -> None:
    """The load of each station, rework and escapes against what the engine counts."""
    settings = {"spread": 1.0, "misfit": 0.3, "misfit_above": 0.2, "alone": 0.25}
    here = balanced(asynchronous(), settings)
    (found,) = simulated(here, [variant], Effort(least=4_000, most=4_000, replications=8, precision=0.0))
    for station, load in found.loads.items():
        if load < 0.98:
            busy = found.estimate(lambda one, name=station: one.busy[name])  # type: ignore[misc]
            assert busy.value == pytest.approx(load, abs=max(2.5 * (busy.high - busy.low), 0.01)), station
    streams = found.organisation.streams
    rates = np.array([one.weekly.value for one in streams])
    escapes = [expected(found.organisation, variant, one).escapes for one in streams]
    told = float(np.average(escapes, weights=rates))
    seen = found.estimate(lambda one: one.escapes)
    assert seen.value == pytest.approx(told, abs=3 * (seen.high - seen.low))


def test_the_parts_of_a_lead_time_are_all_of_it() -> None:
    here = balanced(three_areas())
    for variant in (AS_IS, Variant("peers", model={ALL: "decentralised"}, speedup=3)):
        (found,) = simulated(here, [variant], Effort(least=3_000, most=3_000, replications=4, precision=0.0))
        lead = found.estimate(lambda one: one.lead).value
        parts = found.estimate(lambda one: sum(one.parts.values())).value
        assert parts == pytest.approx(lead, rel=0.02)


def test_execution_gets_faster_and_coordination_does_not() -> None:
    here = balanced(three_areas())
    now, then = simulated(here, [AS_IS, Variant("ten times", speedup=10)], BRIEF)

    def hours(one: Simulated, name: str) -> float:
        return one.estimate(lambda each: each.hours[name]).value

    # Not to the bit: other items are in hand when counting begins and ends.
    assert hours(then, "direct") == pytest.approx(hours(now, "direct") / 10, rel=0.1)
    for name in ("gates", "consulting"):
        assert hours(then, name) == pytest.approx(hours(now, name), rel=0.1)
    assert then.estimate(lambda one: one.share).value > now.estimate(lambda one: one.share).value


def test_balance_is_as_busy_as_assumed() -> None:
    here = balanced(three_areas())
    for area in here.areas:
        assert loads(here, AS_IS)[f"people:{area.name}"] == pytest.approx(0.7, abs=1e-3)
    busier = balanced(three_areas(), {"utilisation": 0.85})
    assert loads(busier, AS_IS)["people:api"] == pytest.approx(0.85, abs=1e-3)
    assert all(one.weekly == two.weekly for one, two in zip(here.streams, busier.streams, strict=True))


def test_no_more_people_are_busy_than_there_are_items() -> None:
    here = three_areas()
    few = replace(here, streams=tuple(replace(one, under_way=1) for one in here.streams))
    free, bound = balanced(here), balanced(few)
    for one, other in zip(bound.streams, free.streams, strict=True):
        assert one.volume.value < other.volume.value
    (found,) = simulated(bound, [AS_IS], BRIEF)
    weekly = sum(one.weekly.value for one in bound.streams)
    working = found.estimate(lambda one: one.parts["execution"]).value * weekly / bound.week
    assert working <= 3 * 1.1


def test_shares_stay_shares() -> None:
    (found,) = simulated(balanced(three_areas()), [AS_IS], BRIEF)

    def checked(one: Outcome) -> float:
        assert 0 <= one.share <= 1
        assert all(value >= 0 for value in (*one.parts.values(), *one.hours.values(), one.messages, one.escapes))
        return one.share

    found.estimate(checked)
