"""What an occurrence is to be about: one item of every sort, in its zone and nowhere else, and the parties it takes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.model.agenda import Agenda
from counterpoint.state.agenda import MOST_ITEMS, agenda, since
from counterpoint.state.rhythm import coming
from counterpoint.state.served import served_by
from tests.state.organisation import org

# NOW is Saturday, 2026-11-21 at noon UTC; the next Monday is the 23rd, the one after the 30th.
MONDAYS = (
    'schedule {outcome = "understood", '
    'recurrence = [{rule = "FREQ=WEEKLY;BYDAY=MO", time = "10:00", timezone = "UTC"}]}'
)
BASE = f"""
    ritual:weekly {MONDAYS}
    ritual:weekly zone zone:shop
    ritual:weekly participant person:~ana,person:~bo
    zone:shop owner team:web
    team:web lead person:~ana
    team:ops lead person:~cy
    work:checkout team team:web
    work:cards team team:ops
""".replace("participant person:~ana,person:~bo", "participant person:~ana\n    ritual:weekly participant person:~bo")


def of(*facts: str, ritual: str = "ritual:weekly") -> Agenda:
    state = org(BASE, *facts)
    return agenda(state, ritual, coming(state, ritual, state.now)[0])


def told(*facts: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.kind, one.about[0], one.chosen) for one in of(*facts).items]


def test_with_nothing_open_there_is_nothing_to_synchronise() -> None:
    found = of()
    assert (found.verdict, found.items, found.needed) == ("nothing to synchronise", (), ())
    assert (found.occurrence, found.zone) == ("occurrence:weekly/2026-11-23t1000z", "zone:shop")


def test_where_nothing_is_known_nothing_can_be_told() -> None:
    lonely = f"ritual:other {MONDAYS}\nritual:other zone zone:empty\nzone:empty owner team:new"
    assert of(lonely, ritual="ritual:other").verdict == "nothing is known"


EVERY_SORT = {
    "escalation": (
        """
        escalation:e about work:checkout
        escalation:e party person:~cy
        escalation:e status open
        """,
        ("escalation", "escalation:e", ("person:~cy",)),
    ),
    "decision due": (
        """
        decision:d zone zone:shop
        decision:d decider person:~bo
        decision:d deadline 2026-11-30T09:00:00.000000Z
        """,
        ("decision due", "decision:d", ("person:~bo",)),
    ),
    "decision on a thing in the zone": (
        "decision:d concerns work:checkout\ndecision:d decider person:~bo\ndecision:d due 2026-11-01",
        ("decision due", "decision:d", ("person:~bo",)),
    ),
    "contradiction": (
        "work:checkout due 2026-12-01 -- one\nwork:checkout due 2026-12-02 -- two",
        ("contradiction", "work:checkout", ("person:~ana",)),
    ),
    "collision": (
        """
        work:checkout due 2026-12-01
        work:cards due 2026-12-04
        dependency:d consumer work:checkout
        dependency:d provider work:cards
        """,
        ("collision", "work:checkout", ("person:~ana", "person:~cy")),
    ),
    "promised too late": (
        """
        dependency:d consumer work:checkout
        dependency:d provider team:ops
        dependency:d needed_by 2026-12-01
        dependency:d promised_for 2026-12-04
        """,
        ("slipping promise", "dependency:d", ("person:~ana", "person:~cy")),
    ),
    "a promise of the past": (
        "dependency:d consumer work:checkout\ndependency:d provider team:ops\ndependency:d promised_for 2026-11-20",
        ("slipping promise", "dependency:d", ("person:~ana", "person:~cy")),
    ),
    "a promise that moved": (
        """
        dependency:d consumer work:checkout
        dependency:d provider team:ops
        dependency:d promised_for 2026-12-04
        dependency:d slipped_from 2026-12-01
        dependency:d told waiting
        """,
        ("slipping promise", "dependency:d", ("person:~ana", "person:~cy")),
    ),
    "asked and not promised": (
        """
        dependency:d consumer work:checkout
        dependency:d provider team:ops
        dependency:d needed_by 2026-11-20
        dependency:d status asked
        """,
        ("slipping promise", "dependency:d", ("person:~ana", "person:~cy")),
    ),
    "commitment": (
        """
        commitment:c from work:checkout
        commitment:c owner person:~bo
        commitment:c due 2026-11-20
        commitment:c status open
        """,
        ("commitment", "commitment:c", ("person:~bo",)),
    ),
    "a commitment that was missed": (
        "commitment:c from work:checkout\ncommitment:c owner person:~bo\ncommitment:c status missed",
        ("commitment", "commitment:c", ("person:~bo",)),
    ),
    "asked and declined": (
        "dependency:d consumer work:checkout\ndependency:d provider team:ops\ndependency:d status declined",
        ("slipping promise", "dependency:d", ("person:~ana", "person:~cy")),
    ),
    "a commitment of nobody": (
        "commitment:c from work:checkout\ncommitment:c status asked",
        ("commitment", "commitment:c", ()),
    ),
    "promised in an occurrence before": (
        """
        commitment:c from occurrence:weekly/2026-11-09t1000z
        commitment:c owner person:~bo
        commitment:c due 2026-11-20
        commitment:c status open
        occurrence:weekly/2026-11-09t1000z ritual ritual:weekly
        """,
        ("commitment", "commitment:c", ("person:~bo",)),
    ),
    "escalated from a dependency": (
        """
        dependency:d consumer work:checkout
        dependency:d provider team:ops
        escalation:e about dependency:d
        escalation:e party person:~cy
        escalation:e status exhausted
        """,
        ("escalation", "escalation:e", ("person:~cy",)),
    ),
    "a promise that rests on one that slipped": (
        """
        dependency:d consumer work:checkout
        dependency:d provider work:cards
        dependency:d promised_for 2026-12-04
        dependency:d shaken_by dependency:other
        """,
        ("slipping promise", "dependency:d", ("person:~ana", "person:~cy")),
    ),
    "handoff": (
        """
        handoff:h what work:checkout
        handoff:h giver person:~bo
        handoff:h receiver person:~cy
        handoff:h status offered
        """,
        ("handoff", "handoff:h", ("person:~bo", "person:~cy")),
    ),
}


@pytest.mark.parametrize("sort", EVERY_SORT)
def test_one_of_every_sort_with_who_is_needed(sort: str) -> None:
    facts, expected = EVERY_SORT[sort]
    found = of(facts)
    assert [(one.kind, one.about[0], one.chosen) for one in found.items] == [expected]
    assert (found.verdict, found.needed) == ("to be held", expected[2])
    assert set(found.spared) == {"person:~ana", "person:~bo"} - set(expected[2])
    (item,) = found.items
    assert item.because, "an item leads to the statements behind it"


@pytest.mark.parametrize("sort", EVERY_SORT)
def test_nothing_of_it_is_the_business_of_another_zone(sort: str) -> None:
    elsewhere = f"""
        ritual:elsewhere {MONDAYS}
        ritual:elsewhere zone zone:far
        zone:far owner team:far
        work:far team team:far
    """
    facts, _ = EVERY_SORT[sort]
    assert of(facts, elsewhere, ritual="ritual:elsewhere").verdict == "nothing to synchronise"


@pytest.mark.parametrize("sort", EVERY_SORT)
def test_all_of_it_is_the_business_of_the_whole_organisation(sort: str) -> None:
    whole = f"ritual:all {MONDAYS}\nritual:all zone zone:organisation"
    facts, expected = EVERY_SORT[sort]
    assert [(one.kind, one.about[0]) for one in of(facts, whole, ritual="ritual:all").items] == [expected[:2]]


SETTLED = [
    "decision:d zone zone:shop\ndecision:d due 2026-12-24",
    "decision:d zone zone:shop\ndecision:d due 2026-11-22\ndecision:d status decided",
    "decision:d zone zone:shop\ndecision:d due 2026-11-22\ndecision:d outcome yes",
    "decision:d zone zone:shop",
    "dependency:d consumer work:checkout\ndependency:d provider team:ops\ndependency:d promised_for 2026-12-04",
    "dependency:d consumer work:checkout\ndependency:d provider team:ops\ndependency:d promised_for 2026-11-04\n"
    "dependency:d status fulfilled",
    "commitment:c from work:checkout\ncommitment:c status kept\ncommitment:c due 2026-11-01",
    "commitment:c from work:checkout\ncommitment:c status open\ncommitment:c due 2026-12-01",
    "handoff:h what work:checkout\nhandoff:h status accepted",
    "escalation:e about work:checkout\nescalation:e status ended",
    "work:checkout due 2026-11-01",
    "work:checkout title Till",
]


@pytest.mark.parametrize("facts", SETTLED)
def test_what_is_settled_or_in_good_time_needs_nobody(facts: str) -> None:
    assert of(facts).verdict == "nothing to synchronise"


def test_the_fewest_who_can_settle_everything_are_needed() -> None:
    facts = """
        zone:shop rule any
        zone:shop decider person:~ana,person:~bo
        work:a team team:web
        work:a due 2026-12-01 -- one
        work:a due 2026-12-02 -- two
        decision:d zone zone:shop
        decision:d decider person:~bo
        decision:d due 2026-11-24
    """
    found = of(facts)
    assert [one.kind for one in found.items] == ["decision due", "contradiction"]
    assert (found.needed, found.spared, found.exact) == (("person:~bo",), ("person:~ana",), True)
    assert found.items[1].of == ("person:~ana", "person:~bo")


def test_a_team_that_takes_part_is_not_spared_while_one_of_its_own_is_needed() -> None:
    facts = "ritual:weekly participant team:web\nritual:weekly participant team:ops\n" + EVERY_SORT["contradiction"][0]
    assert of(facts).spared == ("person:~bo", "team:ops")


def test_without_a_zone_it_is_about_what_its_people_and_teams_have() -> None:
    facts = f"""
        ritual:ours {MONDAYS}
        ritual:ours owner team:ops
        ritual:ours participant person:~dee
        work:dees owner person:~dee
        work:dees due 2026-12-01 -- one
        work:dees due 2026-12-02 -- two
        work:cards start 2026-12-01 -- one
        work:cards start 2026-12-02 -- two
        work:checkout start 2026-12-01 -- one
        work:checkout start 2026-12-02 -- two
    """
    found = of(facts, ritual="ritual:ours")
    assert found.parties == ("team:ops", "person:~dee")
    assert [one.about[0] for one in found.items] == ["work:cards", "work:dees"]
    led = facts.replace("owner team:ops", "owner person:~cy")
    assert [one.about[0] for one in of(led, ritual="ritual:ours").items] == ["work:cards", "work:dees"]


def test_a_party_that_owns_a_zone_has_all_of_it() -> None:
    facts = f"ritual:ours {MONDAYS}\nritual:ours owner team:web\nwork:part parent work:checkout\n" + (
        "work:part due 2026-12-01 -- one\nwork:part due 2026-12-02 -- two"
    )
    assert [one.about[0] for one in of(facts, ritual="ritual:ours").items] == ["work:part"]


def test_nobody_works_through_a_thousand_items() -> None:
    lines = [
        f"decision:d{n} zone zone:shop\ndecision:d{n} due 2026-11-{1 + n % 20:02}\ndecision:d{n} decider person:~p{n}"
        for n in range(MOST_ITEMS + 7)
    ]
    found = of("\n".join(lines))
    assert (len(found.items), found.left_out, len(found.needed)) == (MOST_ITEMS, 7, MOST_ITEMS + 7)
    assert [one.on for one in found.items] == sorted(one.on or "" for one in found.items)


def test_what_else_changed_since_the_occurrence_before() -> None:
    before = org(BASE, "work:checkout status active", now="2026-11-16T10:00:00.000000Z")
    after = org(BASE, "work:checkout status done", "work:new team team:web\nwork:new title New", "work:far title Far")
    one = coming(after, "ritual:weekly", after.now)[0]
    assert since(after, "ritual:weekly", one) == "2026-11-16T10:00:00.000000Z"
    found = agenda(after, "ritual:weekly", one, before)
    assert found.since == before.now
    assert [(change.entity, change.attribute, change.what) for change in found.changes] == [
        ("work:checkout", "status", "changed"),
        ("work:new", None, "appeared"),
    ]
    assert found.verdict == "nothing to synchronise", "news needs nobody together"


_things = st.sampled_from(["work:a", "work:b", "work:checkout", "work:cards"])
_teams = st.sampled_from(["team:web", "team:ops", "team:far"])
_zones = st.sampled_from(["zone:shop", "zone:far", "zone:in"])
PLACES = st.lists(
    st.one_of(
        st.builds("{} team {}".format, _things, _teams),
        st.builds("{} owner {}".format, _things, _teams),
        st.builds("{} zone {}".format, st.one_of(_things, _teams), _zones),
        st.builds("{} parent {}".format, _things, _things),
        st.builds("{} parent {}".format, _teams, _teams),
        st.builds("{} parent {}".format, _zones, _zones),
        st.builds("{} owner {}".format, _zones, _teams),
        st.builds("gate:g work {}".format, _things),
    ),
    max_size=14,
).map("\n".join)


@settings(max_examples=100)
@given(PLACES)
def test_what_a_zone_holds_is_found_from_the_zone(lines: str) -> None:
    """Walking from the zone finds exactly what asking everything for its zones would."""
    state = org(BASE, lines)
    served = served_by(state, "ritual:weekly")
    kinds = ("work", "team", "zone", "gate")
    every = {entity for kind in kinds for entity in state.entities(kind)}
    inside = {entity for entity in every if "zone:shop" in state.zones(entity)}
    assert served.inside is not None
    known = {entity for entity in served.inside if state.exists(entity)}
    assert {entity for entity in known if entity.partition(":")[0] in kinds} == inside
