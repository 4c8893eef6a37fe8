"""Which value holds where sources differ: orders of sources in namespaces, settlements that last, exclusive sets."""

from __future__ import annotations

from counterpoint.model.statements import Json
from tests.state.organisation import org

SETTLED = 'work:a settlement {{attribute = "due", value = "{}", overrules = [{}]}} -- settlement 2026-11-20'
CHAT = '{source = "chat", value = "2026-12-15"}'
TRACKER = '{source = "tracker", value = "2026-12-01"}'


def due(*lines: str) -> tuple[str, Json]:
    found = org(*lines).get("work:a", "due")
    assert found is not None
    return found.standing, found.value


def order(*sources: str) -> str:
    names = ", ".join(f'"{one}"' for one in sources)
    return f'zone:organisation authority {{kind = "work", attribute = "due", sources = [{names}]}}'


def test_what_was_overruled_stays_so_when_the_other_source_falls_silent() -> None:
    settled = SETTLED.format("2026-12-01", CHAT)
    assert due("work:a due 2026-12-15 -- chat", settled) == ("settled", "2026-12-01")
    both = SETTLED.format("2026-12-24", f"{TRACKER}, {CHAT}")
    assert due("work:a due 2026-12-15 -- chat", both) == ("settled", "2026-12-24")


def test_a_settlement_reopens_for_something_different_and_for_a_source_that_joins_in() -> None:
    settled = SETTLED.format("2026-12-01", CHAT)
    assert due("work:a due 2026-12-16 -- chat", settled) == ("said", "2026-12-16")
    assert due("work:a due 2026-12-15 -- tracker", "work:a due 2026-12-15 -- chat", settled) == ("agreed", "2026-12-15")
    new = due("work:a due 2026-12-01 -- tracker", "work:a due 2026-12-15 -- wiki", settled)
    assert new == ("disputed", None)


def test_an_order_that_names_a_source_means_it_in_every_namespace() -> None:
    said = ["work:a due 2026-12-01 -- tracker@otel", "work:a due 2026-12-15 -- chat@otel"]
    assert due(*said, order("tracker")) == ("by authority", "2026-12-01")
    assert due(*said, order("tracker@otel")) == ("by authority", "2026-12-01")
    assert due(*said, order("tracker@rust")) == ("disputed", None)
    assert due(*said, order("chat", "tracker")) == ("by authority", "2026-12-15")


def test_a_namespace_that_is_named_stands_where_it_is_named() -> None:
    said = ["work:a due 2026-12-01 -- tracker@otel", "work:a due 2026-12-15 -- tracker"]
    assert due(*said, order("tracker", "tracker@otel")) == ("by authority", "2026-12-15")
    assert due(*said, order("tracker@otel", "tracker")) == ("by authority", "2026-12-01")


def test_two_namespaces_of_one_source_stand_equal() -> None:
    said = ["work:a due 2026-12-01 -- tracker@otel", "work:a due 2026-12-15 -- tracker@rust"]
    assert due(*said, order("tracker")) == ("disputed", None)
    agreed = ["work:a due 2026-12-01 -- tracker@rust", "work:a due 2026-12-02 -- chat"]
    assert due(said[0], *agreed, order("tracker")) == ("by authority", "2026-12-01")


def test_an_exclusive_set_is_settled_as_a_whole() -> None:
    lines = """
        team:x member person:~a -- one
        team:x member person:~b -- one
        team:x member person:~a -- two
        zone:organisation authority {kind = "team", attribute = "member", sources = ["three"], exclusive = true}
    """
    overrules = '[{source = "two", value = "person:~a"}]'
    settled = f'team:x settlement {{attribute = "member", value = ["person:~b", "person:~a"], overrules = {overrules}}}'
    found = org(lines, settled).get("team:x", "member")
    assert found is not None
    assert (found.standing, found.value) == ("settled", ["person:~a", "person:~b"])
    reopened = org(lines, settled, "team:x member person:~c -- two").get("team:x", "member")
    assert reopened is not None
    assert reopened.standing == "disputed"
