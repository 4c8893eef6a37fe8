"""What is supposed is seen beside what is there, and nothing is written."""

from __future__ import annotations

from counterpoint.state.supposing import supposing
from counterpoint.state.who import who
from tests.state.organisation import org


def test_what_is_supposed_stands_beside_what_is_there() -> None:
    state = org("work:a decider person:~ana\nwork:b decider person:~ben")
    both = supposing(state, "decision:x", [("concerns", "work:a"), ("concerns", "work:b")])
    assert both.refs("decision:x", "concerns") == ("work:a", "work:b")
    assert who(both, "decision:x").answer == "ambiguous"
    one = supposing(state, "decision:x", [("concerns", "work:a")])
    assert who(one, "decision:x").deciders == ("person:~ana",)
    assert not state.exists("decision:x")
    assert one.entities("work") == ["work:a", "work:b"] and one.now == state.now
    assert one.naming("work:a", "decision", "concerns") == []  # nobody names it, and it is found by its name alone
    assert one.aliases() == {} and one.differing() == state.differing()
    assert one.open_work() == state.open_work()
