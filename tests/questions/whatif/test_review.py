"""What a review of the answers to what-ifs found wrong: each once wrong, and right since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from counterpoint.questions.whatif.asking import Ground, WhatIf
from counterpoint.questions.whatif.grounding import of_groups
from counterpoint.questions.whatif.rows import area_rows, limit_rows, variant_row
from counterpoint.simulation.balance import balanced
from counterpoint.simulation.bearing import UNKNOWN, bearing
from counterpoint.simulation.calibration.areas import FittedArea
from counterpoint.simulation.comparing import simulated
from counterpoint.simulation.drawing import DRAWS
from counterpoint.simulation.known import MEASURED, declared
from counterpoint.simulation.variant import AS_IS, Variant
from tests.questions.whatif.trial import TEAMS, Copied, model_in, streams
from tests.simulation.organisations import BRIEF, asynchronous, three_areas

FLOODED = Variant("flooded", speedup=100, response=1)
HERE = balanced(three_areas())


def test_nothing_is_said_of_how_much_less_than_what_grows_without_end() -> None:
    flooded, now = simulated(HERE, [FLOODED, AS_IS], BRIEF)
    assert flooded.saturated
    assert not now.saturated
    row = variant_row(now, flooded, None, None)
    assert (row.more_cost, row.more_lead) == (None, None)
    assert row.verdict.startswith("keeps up, where what it is compared with does not")
    other = variant_row(flooded, now, None, None)
    assert (other.more_cost, other.more_lead) == (None, None)
    assert other.verdict.startswith("cannot keep up")


def test_no_model_is_the_best_of_an_area_within_the_error_on_the_past() -> None:
    found = simulated(HERE, [AS_IS, Variant("ten times", speedup=10)], BRIEF)
    assert {one.best for one in area_rows(found, None)} == {"ten times"}
    assert {one.best for one in area_rows(found, 0.99)} == {None}


def test_the_lead_time_of_an_area_is_that_of_its_items_and_not_of_its_classes() -> None:
    """A hundred small items count more than a rare large one."""
    here = three_areas()
    rare = replace(here.streams[0], sort="rare", weekly=declared(0.3), volume=declared(60), touching=declared(1))
    (found,) = simulated(balanced(replace(here, streams=(rare, *here.streams))), [AS_IS], BRIEF)
    row = area_rows([found], None)[0]
    rates = [one.weekly.value for one in found.organisation.streams if one.area == "api"]
    leads = [np.average(one.lead_of[:2], weights=rates) for one in found.outcomes if not np.isnan(one.lead_of[0])]
    assert row.leads["as it is"] == pytest.approx(np.mean(leads), rel=0.1)
    assert row.touching == pytest.approx(np.average([1, 0.4], weights=rates))


def test_where_nobody_keeps_up_with_it_or_without_it_nobody_knows_what_an_element_bears() -> None:
    found = bearing(balanced(asynchronous()), FLOODED, BRIEF, only=["ritual:daily", "peers"])
    assert found.saturated
    assert {one.kind for one in found.elements} == {UNKNOWN}


def test_what_is_removed_is_named_once_and_ranked_only_where_it_holds_in_the_draws() -> None:
    asking = WhatIf(Ground(HERE, (), None, "not held"), effort=BRIEF)
    found = asking.removed(["peers", "peers", "ritual:daily"])
    assert len(found.elements) == 2
    assert [(one.one, one.other) for one in found.pairs] == [("peers", "ritual:daily")]
    assert found.together.draws == DRAWS
    assert found.together.likely is not None


def test_what_is_done_for_long_began_too(tmp_path: Path) -> None:
    """One item began every four weeks: a year tells too few, and of those before most are over."""
    trial = Copied(tmp_path / "trial.db", TEAMS, "work:page team team:pay", now="2024-01-01T09:00:00.000000Z")
    for number in range(30):
        begun = date(2024, 8, 5) + timedelta(weeks=4 * number)
        trial.now = f"{begun}T09:00:00.000000Z"
        trial.says(f"work:w{number} team team:web", f"work:w{number} status proposed")
        trial.says(f"work:w{number} status done", f"work:w{number} finished {begun + timedelta(weeks=1)}")
    trial.now = "2026-11-23T09:00:00.000000Z"
    found = model_in(trial).organisation
    trial.ledger.close()
    weekly = streams(found, "web")["work"].weekly
    assert weekly.origin == MEASURED
    assert weekly.value == pytest.approx(1 / 4, rel=0.05)
    assert weekly.sample < 20


def test_what_was_measured_of_fewer_than_five_people_is_in_no_answer() -> None:
    one = FittedArea("api", 9, 1, None, None, (), (), (3.0,), (), None, None)
    every = {str(people): replace(one, people=people) for people in (0, 1, 4, 5)}
    assert set(of_groups(every)) == {"0", "5"}


def test_how_busy_fewer_than_five_people_are_is_not_told() -> None:
    here = balanced(three_areas())
    shown = {one.station: one.load for one in limit_rows(here)}
    assert shown["people:api"] == pytest.approx(0.7, abs=1e-3)
    assert shown["people:web"] == pytest.approx(0.7, abs=1e-3)
    assert shown["people:ops"] is None
    assert shown["gate:quality"] is None
    assert shown["agents:web"] is not None
    (found,) = WhatIf(Ground(here, (), None, "")).compared("x", [AS_IS], draws=0).variants
    assert {one.station for one in found.loads} == {"people:api", "people:web", "agents:web"}
