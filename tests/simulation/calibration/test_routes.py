"""The ways that cases take: shares and delays come out as they were put in, also where some are still under way."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoint.simulation.calibration.routes import MOST_VALUES, law_of, over_at, program, routes_of, states_of
from counterpoint.simulation.engine import run
from counterpoint.simulation.network import Goto, Label, Network, Source, compiled
from tests.simulation.calibration.invented import BEGIN, Row, cases_of

Times = list[tuple[str, float]]


def log(*cases: Times) -> list[Row]:
    return [
        {"case": f"{number:04d}", "activity": activity, "end": BEGIN + time, "place": float(place)}
        for number, case in enumerate(cases)
        for place, (activity, time) in enumerate(case)
    ]


def simulated(rows: list[Row], moment: float) -> np.ndarray:
    steps = (Label("next"), *program(routes_of(cases_of(rows), BEGIN + moment)), Goto("next"))
    return run(compiled(Network((), (Source("cases", steps, items=1),))), 20_000, 0, 3).lead


def test_shares_and_delays_are_those_of_the_log() -> None:
    rows = log(*[[("ask", 0.0), ("mend", 2.0), ("close", 5.0)]] * 30, *[[("ask", 0.0), ("close", 1.0)]] * 10)
    routes = routes_of(cases_of(rows), BEGIN + 500)
    names = {name: state for state, name in enumerate(routes.names)}
    ways = {routes.names[way.to]: way for way in routes.ways[names["ask"]]}
    assert ways["mend"].share == pytest.approx(0.75)
    assert set(ways["mend"].delays) == {2.0}
    assert routes.ways[names["close"]] == ()
    lead = simulated(rows, 500)
    assert set(np.round(lead, 9)) == {1.0, 5.0}
    assert (lead > 2).mean() == pytest.approx(0.75, abs=0.01)


def test_cases_under_way_are_not_taken_for_cases_that_are_over() -> None:
    """Everything is closed 40 hours after it was asked for; of the last ten, this is not known yet."""
    rows = log(
        *[[("ask", 10.0 * number), ("close", 10.0 * number + 40)] for number in range(50)],
        *[[("ask", 510.0 + number)] for number in range(10)],
    )
    cases = cases_of(rows)
    routes = routes_of(cases, BEGIN + 530)
    (way,) = routes.ways[routes.names.index("ask")]
    assert way.share == pytest.approx(1.0)
    assert over_at(cases, BEGIN + 530).tolist() == [True] * 50 + [False] * 10
    assert np.all(simulated(rows, 530) == 40)


def test_who_never_goes_on_is_the_share_that_is_left() -> None:
    """A third of the cases ends with the question; the others go on after an hour."""
    rows = log(*[[("ask", float(n)), ("close", n + 1.0)] for n in range(60)], *[[("ask", float(n))] for n in range(30)])
    cases = cases_of(rows)
    routes = routes_of(cases, BEGIN + 900)
    assert sum(way.share for way in routes.ways[routes.names.index("ask")]) == pytest.approx(2 / 3)
    assert over_at(cases, BEGIN + 900).all()
    assert (simulated(rows, 900) == 0).mean() == pytest.approx(1 / 3, abs=0.01)


def test_rounds_and_ages_tell_states_apart() -> None:
    rows = log(*[[("ask", 0.0), ("mend", 1.0), ("ask", 2.0), ("ask", 3.0), ("mend", 90.0 + n)] for n in range(60)])
    cases = cases_of(rows)
    _, plain, _ = states_of(cases)
    assert plain == ("ask", "mend")
    states, names, _ = states_of(cases, "rounds")
    assert [names[one] for one in states[:5]] == [
        "ask (rounds 1)", "mend (rounds 1)", "ask (rounds 2)", "ask (rounds 2)", "mend (rounds 2)"
    ]  # fmt: skip
    states, names, _ = states_of(cases, "age")
    assert names[states[1]] != names[states[4]]
    assert names[states[0]] != names[states[3]]


def test_a_loop_that_nobody_was_seen_to_leave_is_left_in_the_end() -> None:
    rows = log(*[[("ask", 0.0), *[("mend", float(n)) for n in range(1, 20)]]] * 40)
    lead = simulated(rows, 19.0)
    assert np.isfinite(lead).all()
    assert lead.max() > 40


def test_what_the_first_event_takes_counts() -> None:
    rows = [
        one | {"start": BEGIN - 3.0} if one["activity"] == "ask" else one
        for one in log(*[[("ask", 0.0), ("x", 1.0)]] * 9)
    ]
    assert np.all(simulated(rows, 99) == 4.0)


def test_many_values_become_as_many_quantiles() -> None:
    values = np.sort(np.random.default_rng(1).exponential(5.0, 5000))
    law = law_of(values)
    assert len(law.observed) == MOST_VALUES
    assert law.mean == pytest.approx(values.mean(), rel=0.01)
    heavy = law_of(np.array([1.0, 2.0]), np.array([0.25, 0.75]))
    assert np.mean(np.array(heavy.observed) == 2.0) == pytest.approx(0.75, abs=0.01)
