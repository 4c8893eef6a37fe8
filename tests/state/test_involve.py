"""Whom to involve: the smallest set, why each one, and against brute force."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.state import smallest as smallest_module
from counterpoint.state.involve import involve
from counterpoint.state.smallest import smallest
from tests.state.organisation import org

SHOP = """
    team:shop lead person:~ana
    team:shop lead person:~bo
    team:core lead person:~cy
    team:legal lead person:~di
    zone:shop owner team:shop
    zone:shop rule any
    zone:shop covers /src/shop/
    zone:shop norm every change has a test
    zone:core owner team:core
    zone:core covers /src/core/
    zone:organisation norm be kind
    work:basket team team:shop
    work:basket touches src/core/api.py
    work:api team team:core
    work:page decider person:~bo
    dependency:1 consumer work:basket
    dependency:1 provider work:api
    dependency:2 consumer work:page
    dependency:2 provider work:basket
    gate:terms work work:basket
    gate:terms approver person:~di,person:~eve
    gate:terms rule any
    gate:old work work:basket
    gate:old approver person:~zed
    gate:old status passed
"""


def test_the_smallest_set_and_why_each() -> None:
    found = involve(org(SHOP), ["work:basket"])
    assert found.exact
    # Either lead of the shop would do; the one who decides on the page is needed anyway. Either approver would do.
    assert [one.party for one in found.parties] == ["person:~bo", "person:~cy", "person:~di"]
    assert {(need.why, need.about): (need.chosen, need.alternatives) for need in found.needs} == {
        ("decides", "work:basket"): (("person:~bo",), ("person:~ana",)),
        ("provides", "work:api"): (("person:~cy",), ()),
        ("consumes", "work:page"): (("person:~bo",), ()),
        ("gate", "gate:terms"): (("person:~di",), ("person:~eve",)),
        ("zone", "zone:core"): (("person:~cy",), ()),
    }
    reasons = {one.party: {found.needs[index].about for index in one.needs} for one in found.parties}
    assert reasons["person:~bo"] == {"work:basket", "work:page"}
    assert all(need.because and need.says for need in found.needs)
    assert [(norm.zone, norm.norm) for norm in found.norms] == [
        ("zone:shop", "every change has a test"),
        ("zone:organisation", "be kind"),
    ]
    assert (found.nobody, found.unknown) == ((), ())


def test_paths_lead_to_the_innermost_zones_that_cover_them() -> None:
    lines = "zone:src covers src/\nzone:src decider person:~top\nzone:shop parent zone:src"
    found = involve(org(SHOP, lines), paths=["src/shop/a.py", "docs/x.md", "src/other.py"])
    assert [(need.about, need.says) for need in found.needs] == [
        ("zone:shop", "covers src/shop/a.py"),
        ("zone:src", "covers src/other.py"),
    ]
    assert found.unknown == ("docs/x.md",)


def test_reasons_without_anybody_are_shown() -> None:
    found = involve(org("work:a title A\nwork:b"), ["work:a", "work:nowhere"])
    assert [(need.about, need.says) for need in found.nobody] == [("work:a", "it changes; nobody decides on it")]
    assert found.unknown == ("work:nowhere",)
    assert found.parties == ()


def test_where_no_rule_is_declared_everybody_is_needed() -> None:
    (need,) = involve(org("team:x lead person:~a\nteam:x lead person:~b"), ["team:x"]).needs
    assert (need.rule, need.how_many, need.chosen) == ("ambiguous", 2, ("person:~a", "person:~b"))


def test_all_and_a_quorum() -> None:
    lines = "work:w zone zone:z\nwork:w decider person:~a,person:~b,person:~c\nzone:z rule {}"
    everybody = involve(org(lines.format("all")), ["work:w"])
    assert [one.party for one in everybody.parties] == ["person:~a", "person:~b", "person:~c"]
    two = involve(org(lines.format("quorum"), "zone:z quorum 2"), ["work:w"])
    assert len(two.parties) == 2 and two.needs[0].how_many == 2 and len(two.needs[0].alternatives) == 1


def test_a_party_that_is_asked_is_involved_itself_where_nobody_decides_for_it() -> None:
    lines = """
        work:w decider person:~a
        dependency:t consumer work:w
        dependency:t provider team:crew
        dependency:p consumer work:w
        dependency:p provider person:~p
        dependency:done consumer work:w
        dependency:done provider person:~old
        dependency:done status fulfilled
    """
    assert [one.party for one in involve(org(lines), ["work:w"]).parties] == ["person:~a", "person:~p", "team:crew"]


def test_an_unrelated_entity_changes_nothing() -> None:
    aside = "work:aside decider person:~aside\nzone:aside covers elsewhere/\nzone:aside decider person:~aside"
    assert involve(org(SHOP), ["work:basket"]) == involve(org(SHOP, aside), ["work:basket"])


DEMANDS = st.lists(
    st.tuples(st.integers(1, 3), st.frozensets(st.sampled_from("abcdefg"), min_size=1, max_size=4)), max_size=7
)


def _meets(chosen: frozenset[str], demands: list[tuple[int, frozenset[str]]]) -> bool:
    return all(len(chosen & of) >= min(count, len(of)) for count, of in demands)


@given(DEMANDS)
def test_the_set_is_as_small_as_brute_force_finds(demands: list[tuple[int, frozenset[str]]]) -> None:
    least = next(
        size for size in range(8) if any(_meets(frozenset(some), demands) for some in combinations("abcdefg", size))
    )
    chosen, exact = smallest(demands)
    assert exact
    assert _meets(chosen, demands)
    assert len(chosen) == least


@given(DEMANDS)
def test_beyond_the_bound_nobody_can_be_left_out(demands: list[tuple[int, frozenset[str]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smallest_module, "MOST_TRIES", 0)
        chosen, exact = smallest(demands)
    assert _meets(chosen, demands)
    assert not any(_meets(chosen - {one}, demands) for one in chosen)
    assert exact or chosen


def test_the_same_demands_give_the_same_answer_and_large_ones_end() -> None:
    demands = [(1, frozenset(f"p{(n * k) % 97}" for k in (1, 5, 7, 11))) for n in range(300)]
    first = smallest(demands)
    assert first == smallest(list(reversed(demands)))
    assert _meets(first[0], demands)
