"""What follows from claims where sources meet: sets, orders that differ, spellings of one text."""

from __future__ import annotations

import unicodedata

from counterpoint.model.kinds import ATTRIBUTES
from counterpoint.model.values import check
from tests.state.organisation import org


def test_a_set_is_agreed_only_where_sources_state_the_same_elements() -> None:
    state = org(
        "team:a member person:~x -- hr",
        "team:a member person:~x -- chat",
        "team:b member person:~x -- hr",
        "team:b member person:~y -- chat",
    )
    both, apart = state.get("team:a", "member"), state.get("team:b", "member")
    assert both is not None and (both.standing, both.value) == ("agreed", ["person:~x"])
    assert apart is not None and apart.standing == "said"
    assert state.refs("team:b", "member") == ("person:~x", "person:~y")


CLASH = ("work:w status active -- tracker", "work:w status done -- chat", "work:w zone zone:z")
ORDER = 'zone:z authority {{kind = "work", attribute = "status", sources = ["{first}", "{second}"]}} -- {source}'


def test_an_order_chooses_and_two_orders_that_differ_choose_nothing() -> None:
    one = ORDER.format(first="tracker", second="chat", source="organisation")
    other = ORDER.format(first="chat", second="tracker", source="handbook")
    assert org(*CLASH, one).value("work:w", "status") == "active"
    disputed = org(*CLASH, one, other).get("work:w", "status")
    assert disputed is not None and disputed.disputed


def test_a_nearer_order_is_not_troubled_by_a_wider_one() -> None:
    one = ORDER.format(first="tracker", second="chat", source="organisation")
    wide = one.replace('"status"', '"*"').replace('["tracker", "chat"]', '["chat", "tracker"]')
    assert org(*CLASH, one, wide).value("work:w", "status") == "active"


def test_two_spellings_of_one_text_are_one() -> None:
    title = ATTRIBUTES[("work", "title")]
    apart = unicodedata.normalize("NFD", "Café")
    assert apart != "Café"
    assert check(title, apart) == check(title, "Café") == "Café"
