"""What always holds of the engine: the same seeds, the same numbers; nothing is lost; unused parts change nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from counterpoint.simulation import engine, happening, layout
from counterpoint.simulation.compiled import fingerprint
from counterpoint.simulation.engine import run
from counterpoint.simulation.network import (
    Calendar,
    Chance,
    Delay,
    Fork,
    Goto,
    Join,
    Label,
    Leave,
    Mark,
    Message,
    Network,
    Serve,
    Source,
    Station,
    Step,
    Tick,
    compiled,
    exponential,
    fixed,
    lognormal,
    observed,
)
from counterpoint.simulation.precision import Effort, estimated

DAYS = Calendar(((1.0, 5.0), (6.0, 9.0)), 12.0)
DESKS = (
    Station("a", 1),
    Station("b", 2),
    Station("c", 3, away=fixed(0.5)),
    Station("d", 2, calendar=DAYS),
    Station("e", 4, opens_every=3.0, rule="present"),
)
SERVERS = np.array([1, 2, 3, 2, 4])
PIECES: tuple[tuple[Step, ...], ...] = (
    (Serve("a", exponential(0.2)),),
    (Serve("b", exponential(0.5), "review"),),
    (Serve("c", exponential(0.4), "desk"),),
    (Serve("d", exponential(0.4), "by day"),),
    (Serve("e", exponential(0.4), "board"),),
    (Delay(exponential(1)),),
    (Delay(exponential(1), "night", calendar=DAYS),),
    (Tick(2.0),),
    (Message(3),),
    (Mark("seen"),),
    (Fork(3), Delay(exponential(1)), Serve("b", exponential(0.1)), Join()),
    (Fork(4, 2), Delay(observed([0.1, 2.0, 5.0])), Join()),
    (Chance(0.9, "stays"), Leave(), Label("stays")),
    (Fork(2, 1, "either"), Fork(2), Delay(exponential(0.1)), Join(), Chance(0.5, "x"), Mark("y"), Label("x"), Join()),
    (Label("again"), Delay(fixed(0.1), "rework"), Chance(0.3, "again", again=True)),
)
programs = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5, unique=True).map(
    lambda pieces: tuple(step for piece in pieces for step in piece)
)


def network(steps: tuple[Step, ...], *more: Station) -> Network:
    return Network(
        (*DESKS, *more), (Source("work", steps, exponential(1.0)), Source("others", steps, exponential(3.0)))
    )


@given(programs, st.integers(0, 2**31))
def test_what_came_has_ended_or_is_inside(steps: tuple[Step, ...], seed: int) -> None:
    one = run(compiled(network(steps)), 300, 50, seed)
    assert one.arrived == one.ended + one.inside + one.withdrawn
    assert one.ended == 350
    assert one.inside >= 0
    assert np.all(one.lead >= 0)
    assert np.all(one.elements >= 0)
    assert np.all(one.busy <= one.span * SERVERS * (1 + 1e-9) + 1e-9)


@given(programs, st.integers(0, 2**31), st.floats(0.0, 400.0))
def test_a_horizon_ends_what_would_have_gone_on_just_so(steps: tuple[Step, ...], seed: int, horizon: float) -> None:
    net = compiled(network(steps))
    whole, part = run(net, 400, 20, seed), run(net, 400, 20, seed, horizon)
    assert part.arrived == part.ended + part.inside + part.withdrawn
    assert len(part.lead) == len(part.source) == max(part.ended - 20, 0)
    assert np.array_equal(part.lead, whole.lead[: len(part.lead)])
    assert part.ended >= 20 or part.span == 0


@given(programs, st.integers(0, 2**31))
def test_what_nobody_uses_changes_nothing(steps: tuple[Step, ...], seed: int) -> None:
    one = run(compiled(network(steps)), 200, 0, seed)
    other = run(compiled(network(steps, Station("nobody comes", 7))), 200, 0, seed)
    assert np.array_equal(one.lead, other.lead)
    assert np.array_equal(one.elements, other.elements)


def test_the_same_seed_is_the_same_to_the_bit_on_any_number_of_threads() -> None:
    net = compiled(network(tuple(step for piece in PIECES for step in piece)))
    effort = Effort(items=2_000, warm=200, most=12, precision=0.0)
    alone = estimated(net, effort, 5)
    with ThreadPoolExecutor(4) as pool:
        assert estimated(net, effort, 5, mapped=pool.map) == alone
    assert estimated(net, effort, 6) != alone


@pytest.mark.parametrize(("room", "leads", "at_once"), [(1, 1, 1), (2, 1_000, 7), (1_000, 3, 100)])
def test_it_is_the_same_whatever_room_there_was_at_first_and_however_often_it_looks_around(
    room: int, leads: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = compiled(network(tuple(step for piece in PIECES for step in piece)))
    whole = run(net, 300, 20, 5)
    monkeypatch.setattr(engine, "ROOM", room)
    monkeypatch.setattr(engine, "LEADS", leads)
    monkeypatch.setattr(engine, "AT_ONCE", at_once)
    part = run(net, 300, 20, 5)
    for one, other in zip(whole, part, strict=True):
        assert np.array_equal(np.asarray(one), np.asarray(other))


def test_what_was_compiled_of_something_else_is_not_used() -> None:
    """Numba itself would go on using what it keeps when only a module that the loop is made of has changed."""
    made_of = fingerprint(layout, happening)
    assert fingerprint(layout, happening) == made_of
    changed = ModuleType("layout")
    vars(changed).update(vars(layout) | {"TICK": 99})
    assert fingerprint(changed, happening) != made_of
    other = ModuleType("happening")
    vars(other).update(vars(happening) | {"go_on": happening.end})
    assert fingerprint(layout, other) != made_of
    assert all("0x" not in repr(one.py_func.__code__.co_consts) for one in vars(happening).values() if py_func(one))


def py_func(one: object) -> bool:
    return hasattr(one, "py_func")


def test_two_seeds_share_no_chance() -> None:
    """Two seeds once drew the same numbers in another order, and replications agreed too well."""
    net = compiled(Network((), (Source("work", (Delay(exponential(1)),), fixed(1.0)),)))
    one, other = (np.sort(run(net, 4096, 0, seed).lead) for seed in (8, 9))
    assert len(np.intersect1d(one, other)) == 0


def test_variants_meet_the_same_chances_in_the_steps_that_they_share() -> None:
    """Each item meets the same execution time, whether or not somebody must approve it afterwards."""
    bare = (Delay(exponential(1), "execution", purpose="execution"),)
    gated = (*bare, Serve("a", fixed(0.0), "gate", purpose="gate"))
    found = [run(compiled(Network(DESKS, (Source("work", steps, fixed(10.0)),))), 500, 0, 1) for steps in (bare, gated)]
    assert np.allclose(found[0].lead, found[1].lead, atol=1e-9)


def test_who_goes_round_for_ever_ends_and_arrives_anew() -> None:
    steps = (Label("again"), Serve("a", exponential(1)), Delay(exponential(3)), Goto("again"))
    one = run(compiled(Network(DESKS, (Source("work", steps, items=7),))), 500, 20, 4)
    assert (one.ended, one.inside) == (520, 7)
    assert one.arrived == one.ended + one.inside


def test_which_station_an_item_picks_says_nothing_of_how_long_it_takes() -> None:
    desks = [Station(f"desk{number}", 50) for number in range(4)]
    steps = (Serve("desk0", lognormal(1, 2), spread=4),)
    one = run(compiled(Network(desks, (Source("work", steps, exponential(0.1)),))), 40_000, 0, 4)
    assert np.allclose(one.busy / one.busy.mean(), 1, atol=0.06)


def test_who_withdraws_is_counted_apart() -> None:
    steps = (Delay(exponential(1)), Chance(0.25, "gone"), Mark("done"), Chance(1.0, "end"), Label("gone"),
             Leave("gave up"), Label("end"))  # fmt: skip
    net = compiled(Network((), (Source("work", steps, exponential(1)),)))
    one = run(net, 3_000, 0, 4)
    assert one.withdrawn == one.elements[net.elements.index("gave up"), 2]
    assert one.ended == one.elements[net.elements.index("done"), 2] == 3_000
    assert abs(one.withdrawn / (one.withdrawn + one.ended) - 0.25) < 0.03


def test_items_come_as_they_were_observed_to_come() -> None:
    net = compiled(Network((), (Source("work", (Mark("x"),), observed([1.0, 2.0, 4.0])),)))
    one = run(net, 3_000, 0, 4)
    assert abs(one.span / one.arrived - 7 / 3) < 0.1


def test_a_fork_tells_of_the_time_until_its_join() -> None:
    steps = (Fork(3, 2, element="asked"), Delay(exponential(1), "answering"), Join())
    net = compiled(Network((), (Source("work", steps, fixed(0.1)),)))
    one = run(net, 500, 0, 4, horizon=1000.0)
    assert net.elements == ("asked", "answering")
    assert np.isclose(one.elements[0, 1], one.lead.sum())
    assert one.elements[0, 2] == 500


def test_those_of_a_large_fork_each_draw_their_own() -> None:
    steps = (Fork(200), Delay(exponential(1), "answering"), Join())
    one = run(compiled(Network((), (Source("work", steps, fixed(100.0)),))), 200, 0, 3)
    assert abs(one.lead.mean() - sum(1 / n for n in range(1, 201))) < 0.3


def test_rounds_of_those_of_a_fork_do_not_come_again_in_the_item_s_next_round() -> None:
    """One that goes round twice in a first round must not meet there what it meets in the second."""
    again = (Label("again"), Delay(exponential(1), "try"), Chance(0.5, "again", again=True))
    steps = (Label("all"), Fork(1), *again, Join(), Mark("seen"), Chance(0.5, "all", again=True))
    one = run(compiled(Network((), (Source("work", steps, fixed(1.0)),))), 4_000, 0, 3)
    times = one.elements[0, 2] / one.elements[1, 2]
    assert abs(times - 2.0) < 0.05
    assert abs(one.elements[0, 1] / one.elements[0, 2] - 1.0) < 0.03


def test_who_comes_exactly_when_it_is_time_does_not_wait() -> None:
    one = run(compiled(Network((), (Source("work", (Tick(2.0),), fixed(2.0)),))), 50, 0, 1)
    assert np.all(one.lead == 0)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((Serve("nowhere", fixed(1)),), "nowhere"),
        ((Chance(0.5, "nowhere"),), "nowhere"),
        ((Chance(1.5, "here"), Label("here")), "no probability"),
        ((Fork(2), Delay(fixed(1))), "without a join"),
        ((Join(),), "without a fork"),
        ((Tick(0),), "never comes round"),
        ((Serve("a", fixed(1), spread=9),), "not 9 stations"),
        ((Fork(2), Chance(0.5, "out"), Join(), Label("out")), "out of it"),
        ((Chance(0.5, "in"), Fork(2), Label("in"), Join()), "into a fork"),
        ((Fork(2), Leave(), Join()), "within a fork"),
        ((Leave(),), "ever ends"),
        ((Label("a"), Mark("x"), Chance(1.0, "a")), "ever ends"),
        ((Label("a"), Mark("x"), Goto("a")), "for ever at one moment"),
        ((Label("a"), Label("a")), "two labels"),
        ((Fork(2, 3), Join()), "cannot meet"),
        ((Mark(""),), "needs an element"),
    ],
)
def test_nonsense_is_refused(steps: tuple[Step, ...], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        compiled(network(steps))


def test_no_capacity_and_no_work_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no capacity"):
        compiled(Network((Station("a", 0),), (Source("work", (Mark("x"),), fixed(1)),)))
    with pytest.raises(InvalidInput, match="no work"):
        compiled(Network(DESKS, ()))
    with pytest.raises(InvalidInput, match="go round"):
        compiled(
            Network(
                DESKS,
                (
                    Source(
                        "work",
                        (Label("a"), Goto("a")),
                    ),
                ),
            )
        )
    with pytest.raises(InvalidInput, match="more than one station"):
        compiled(network((Mark("x"),), Station("a", 1)))
    with pytest.raises(InvalidInput, match="infinitely many"):
        compiled(Network(DESKS, (Source("work", (Mark("x"),), fixed(0)),)))
    with pytest.raises(InvalidInput, match="no run"):
        run(compiled(network((Mark("x"),))), 0, 0, 1)
    with pytest.raises(InvalidInput):
        observed([])
    with pytest.raises(InvalidInput):
        exponential(-1)
