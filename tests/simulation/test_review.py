"""What a review of the what-ifs found wrong: each once wrong, and right since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterpoint.errors import InvalidInput
from counterpoint.simulation.balance import balanced
from counterpoint.simulation.building import built
from counterpoint.simulation.comparing import Effort, simulated
from counterpoint.simulation.known import declared
from counterpoint.simulation.network import Tick
from counterpoint.simulation.organisation import Organisation, Ritual
from counterpoint.simulation.scenario import variants_of
from counterpoint.simulation.variant import AS_IS, Variant, varied
from tests.simulation.organisations import asynchronous, three_areas

ENOUGH = Effort(least=3_000, most=3_000, replications=4, precision=0.0)


def talkative() -> Organisation:
    """Where rituals take half of everybody's time, and those above decide one by one."""
    here = asynchronous()
    everybody = {one.name: float(one.people) for one in here.areas}
    return replace(here, rituals=(Ritual("ritual:talk", "talk", everybody, declared(8), declared(4)),))


def test_those_who_decide_above_take_as_long_however_long_areas_sit_in_rituals() -> None:
    """The hours that an item's decisions take are the hours that the deciders are busy."""
    (found,) = simulated(balanced(talkative()), [AS_IS], ENOUGH)
    told = found.estimate(lambda one: one.hours["deciding"] * one.weekly).value
    busy = found.estimate(lambda one: one.busy["above"]).value * found.organisation.centre.deciders.value * 40
    assert told == pytest.approx(busy, rel=0.02)


def test_questions_wait_for_the_most_frequent_ritual_that_decides() -> None:
    here = three_areas()
    rare, often = (replace(here.rituals[0], name=name, every=declared(every)) for name, every in (("a", 160), ("b", 8)))
    net = built(balanced(replace(here, rituals=(rare, often))), AS_IS)
    assert {step.period for source in net.sources for step in source.steps if isinstance(step, Tick)} == {8}


@pytest.mark.parametrize("rows", [["x"], [3], [None]])
def test_a_variant_that_is_no_table_is_refused(rows: list[object]) -> None:
    with pytest.raises(InvalidInput, match=r"plan.toml, variant 1: .* is no table"):
        variants_of({"variant": rows}, "plan.toml")
