"""Alignment: inherited service, shares that count nothing twice, what serves none. Against a plain form."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.model.alignment import Share
from counterpoint.state.alignment import alignment
from counterpoint.state.scope import Scope
from tests.state.organisation import org

FACTS = """
    objective:growth priority high
    objective:fast parent objective:growth
    objective:fast title Fast
    objective:fast key_result {name = "time to pay", target = 60, start = 140, value = 100}
    objective:cheap priority low
    objective:lost owner person:~ana
    objective:won status done
    work:page serves objective:fast
    work:page estimate 5
    work:page due 2026-12-01
    work:form parent work:page
    work:form estimate 2
    work:form owner person:~ben
    work:label parent work:form
    work:both serves objective:fast
    work:both serves objective:cheap
    work:shipped serves objective:cheap
    work:shipped status done
    work:stray owner person:~cy
    work:stray estimate 3
    work:speck parent work:stray
    work:umbrella
    work:left parent work:umbrella
    work:left serves objective:growth
    work:late serves objective:won
    work:dream serves objective:nowhere
"""


def test_work_serves_what_it_is_part_of_serves() -> None:
    found = {aim.objective: aim for aim in alignment(org(FACTS)).aims}
    fast = found["objective:fast"]
    assert [(one.work, one.parts) for one in fast.work] == [("work:page", 2), ("work:both", 0)]
    assert (fast.open, fast.done, fast.beneath, fast.served) == (4, 0, 0, True)
    assert (fast.priority, fast.priority_of, fast.parent) == ("high", "objective:growth", "objective:growth")
    assert fast.key_results[0].progress == 0.5
    growth = found["objective:growth"]
    assert (growth.open, growth.beneath, growth.priority_of) == (1, 4, None)
    assert (found["objective:cheap"].open, found["objective:cheap"].done) == (1, 1)


def test_objectives_come_by_priority_and_those_that_nothing_serves_are_named() -> None:
    found = alignment(org(FACTS))
    assert [aim.objective for aim in found.aims] == [
        "objective:fast", "objective:growth", "objective:cheap", "objective:lost"
    ]  # fmt: skip
    assert found.unserved == ("objective:lost",)
    assert (found.closed, found.unknown) == (("objective:won",), ("objective:nowhere",))


def test_effort_counts_once_for_the_highest_priority() -> None:
    found = alignment(org(FACTS))
    # work:label is the only part of work:page of which no part is open; work:both serves two and counts for the higher.
    assert found.serving == (Share("high", 3, 0, 0.0),)
    assert found.nothing == Share(None, 1, 0, 0.0)


def test_open_work_that_serves_none_is_told_with_its_owner_and_what_is_beneath() -> None:
    found = alignment(org(FACTS))
    assert [(one.work, one.owners, one.parts) for one in found.unaligned] == [("work:stray", ("person:~cy",), 1)]


def test_work_is_served_by_its_parts_if_all_of_them_serve_something() -> None:
    more = FACTS + "\n    work:right parent work:umbrella\n"
    assert [one.work for one in alignment(org(more)).unaligned] == ["work:stray", "work:umbrella"]


def test_one_objective_and_what_is_part_of_it() -> None:
    found = alignment(org(FACTS), "objective:growth")
    assert [aim.objective for aim in found.aims] == ["objective:fast", "objective:growth"]
    assert found.unaligned == () and found.unknown == ()


def test_of_the_work_of_a_zone() -> None:
    facts = FACTS + "\n    zone:z owner person:~z\n    work:both zone zone:z\n    work:speck zone zone:z\n"
    found = alignment(org(facts), scope=Scope(zone="zone:z"))
    assert [(share.priority, share.work) for share in found.serving] == [("high", 1)]
    assert [one.work for one in found.unaligned] == ["work:speck"]


def test_circles_of_parts_and_of_objectives_end() -> None:
    facts = """
        work:a parent work:b
        work:b parent work:a
        objective:x parent objective:y
        objective:y parent objective:x
        work:c serves objective:x
    """
    found = alignment(org(facts))
    assert {aim.objective for aim in found.aims} == {"objective:x", "objective:y"}
    assert found.nothing.work == 0 and len(found.aims[0].work) <= 1


WORKS = ["work:a", "work:b", "work:c", "work:d", "work:e"]
FOREST = st.fixed_dictionaries({
    work: st.tuples(st.sampled_from(["", *WORKS[:number]]), st.sampled_from(["", "objective:x", "objective:y"]),
                    st.booleans())
    for number, work in enumerate(WORKS)
})  # fmt: skip


@settings(max_examples=60)
@given(FOREST)
def test_it_is_what_a_plain_form_says(forest: dict[str, tuple[str, str, bool]]) -> None:
    lines = ["objective:x priority high", "objective:y priority low"]
    for work, (parent, serves, done) in forest.items():
        lines.append(f"{work} status {'done' if done else 'active'}")
        lines += [f"{work} parent {parent}"] if parent else []
        lines += [f"{work} serves {serves}"] if serves else []
    found = alignment(org("\n".join(lines)))

    def plain(work: str) -> str:
        parent, own, _ = forest[work]
        return own or (plain(parent) if parent else "")

    open_work = [work for work in WORKS if not forest[work][2]]
    leaves = [work for work in open_work if not any(forest[one][0] == work for one in open_work)]
    counted = {priority: sum(1 for work in leaves if plain(work) == one) for one, priority in
               (("objective:x", "high"), ("objective:y", "low"))}  # fmt: skip
    assert {share.priority: share.work for share in found.serving} == {k: v for k, v in counted.items() if v}
    assert found.nothing.work == sum(1 for work in leaves if not plain(work))
    assert {aim.objective: aim.open for aim in found.aims} == {
        one: sum(1 for work in open_work if plain(work) == one) for one in ("objective:x", "objective:y")
    }
    # Whatever serves nothing is listed, or is beneath something that is.
    idle = {one.work for one in found.unaligned}
    for work in [one for one in leaves if not plain(one)]:
        above = [work]
        while forest[above[-1]][0]:
            above.append(forest[above[-1]][0])
        assert idle.intersection(above)
