"""What a review of the what-ifs found wrong: each once wrong, and right since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
from counterpoint.whatifs import read_variants
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


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant("x", settings={"agent_speed": 0}), "agent_speed cannot be 0"),
        (Variant("x", settings={"questions": 1e-9}), "questions cannot be"),
        (Variant("x", settings={"interweaving": 9}, teams=2), "interweaving cannot be 9"),
        (Variant("x", settings={"volume": 40}), "how much work there is follows from it"),
        (Variant("x", settings={"utilisation": 0.9}), "how much work there is follows from it"),
        (Variant("x", agents={"*": 10**400}), "too many to simulate"),
        (Variant("x", agents={"api": 99_999, "web": 99_999}), "too many to simulate"),
        (Variant("x", teams=10**400), "too many to simulate"),
        (Variant("x", teams=300), "300 times the teams are too many"),
        (Variant("x", people={"*": 1e300}), "too far from now"),
        (Variant("x", people={"ritual:daily": 1}), "no area or gate"),
        (Variant("x", respace={"ritual:daily": 1e300}), "too far from now"),
        (
            Variant("x", merge=(("ritual:daily", "ritual:steering"), ("ritual:steering", "ritual:daily"))),
            "merged into two",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_no_machine_holds_or_nothing_follows_from_is_refused(variant: Variant, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        varied(balanced(three_areas()), variant)


def test_a_number_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no number to reckon with"):
        variants_of({"variant": [{"name": "x", "speedup": 10**400}]}, "plan.toml")


def test_rituals_are_changed_and_removed_by_their_own_names_before_they_merge() -> None:
    here = balanced(three_areas())
    both = (("ritual:daily", "ritual:steering"),)
    (found,) = varied(here, Variant("x", merge=both, shorten={"ritual:steering": 0.05})).rituals
    assert here.took(found) == 0.25
    (found,) = varied(here, Variant("x", merge=both, remove=frozenset({"ritual:daily"}))).rituals
    assert found == here.rituals[0]
    assert not varied(here, Variant("x", merge=both, remove=frozenset({"ritual:daily", "ritual:steering"}))).rituals


def test_what_a_merged_ritual_serves_is_not_lost() -> None:
    here = three_areas()
    rituals = (here.rituals[0], replace(here.rituals[1], governance=True, rule="the law"))
    (found,) = varied(
        balanced(replace(here, rituals=rituals)), Variant("x", merge=(("ritual:steering", "ritual:daily"),))
    ).rituals
    assert (found.governance, found.rule) == (True, "the law")


def test_as_large_a_part_of_fewer_people_attends() -> None:
    """Nobody attends who is no longer there."""
    fewer = varied(balanced(three_areas()), Variant("x", people={"*": 0.5}))
    daily = next(one for one in fewer.rituals if one.name == "ritual:daily")
    assert daily.attendees == {"api": 3.0}
    assert simulated(balanced(talkative()), [Variant("x", people={"*": 0.5})], replace(ENOUGH, least=300, most=300))


def test_more_work_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(InvalidInput, match="times its capacity, and more would wait"):
        simulated(balanced(three_areas()), [Variant("flood", speedup=1e6, response=2)], ENOUGH)


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5_000)
    with pytest.raises(InvalidInput, match="nested too deeply"):
        read_variants(tmp_path / "deep.toml")
