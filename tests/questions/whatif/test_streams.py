"""Streams: how much work comes, how long it takes, and where each number is from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from counterpoint.simulation.balance import balanced
from counterpoint.simulation.known import ASSUMED, DECLARED, MEASURED, Known, measured
from counterpoint.simulation.rates import loads
from counterpoint.simulation.variant import AS_IS
from tests.protocols.trial import Trial
from tests.questions.whatif.trial import TEAMS, WORK, Copied, model_in, model_of, noted, request, streams


def test_where_nothing_is_said_amounts_are_assumed_in_proportion_to_what_is_on_record(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK).organisation
    (web,), (pay,) = streams(found, "web").values(), streams(found, "pay").values()
    assert (web.sort, web.weekly.origin, web.volume.origin) == ("work", ASSUMED, ASSUMED)
    assert web.weekly.value == 2 * pay.weekly.value
    assert web.weekly.low < web.weekly.value < web.weekly.high
    busy = loads(balanced(found), AS_IS)
    assert busy["people:team:web"] == pytest.approx(0.7, abs=1e-3)


def test_work_of_several_classes_makes_several_streams(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, "work:page class feature", "work:form class bug").organisation
    assert set(streams(found, "web")) == {"feature", "bug"}


def test_a_task_within_work_is_no_item_of_its_own(tmp_path: Path) -> None:
    tasks = """
        work:draw parent work:page
        work:draw level task
        work:lone level task
        work:lone team team:web
    """
    found = model_of(tmp_path, TEAMS, WORK, tasks)
    assert set(found.placed) == {"work:page", "work:form", "work:card", "work:lone"}


def test_work_that_is_over_for_long_or_was_dropped_is_left_out_and_counted(tmp_path: Path) -> None:
    over = """
        work:old team team:web
        work:old status done
        work:old finished 2025-01-02
        work:late team team:web
        work:late status done
        work:late finished 2026-11-02
        work:not team team:web
        work:not status dropped
    """
    found = model_of(tmp_path, TEAMS, WORK, over)
    assert "work:late" in found.placed
    assert {"work:old", "work:not"}.isdisjoint(found.placed)
    assert noted(found, "more than a year ago") == noted(found, "dropped") == 1


def test_estimates_declare_how_long_work_takes_by_the_day_of_the_organisation(tmp_path: Path) -> None:
    facts = "work:page estimate 3", "work:form estimate 5", "zone:organisation calendar UTC Mon-Thu 09:00-16:00"
    found = model_of(tmp_path, TEAMS, WORK, *facts)
    volume = streams(found.organisation, "web")["work"].volume
    assert (volume.value, volume.origin, volume.sample) == (28, DECLARED, 2)
    assert volume.low < 28 < volume.high
    assert found.organisation.week == 28
    assert streams(found.organisation, "pay")["work"].volume.origin == ASSUMED


def test_periods_declare_how_many_items_come(tmp_path: Path) -> None:
    works = (f"work:w{number} team team:{team}" for number, team in enumerate(["web"] * 6 + ["pay"] * 2))
    periods = (f"work:w{number} period 2026-01-01/2026-12-31" for number in range(7))
    found = model_of(tmp_path, TEAMS, *works, *periods).organisation
    weekly = streams(found, "web")["work"].weekly
    assert (weekly.origin, weekly.sample) == (DECLARED, 6)
    assert weekly.value == pytest.approx(6 / 52)
    # One of two says so; the other is taken to be alike.
    assert streams(found, "pay")["work"].weekly.value == pytest.approx(2 / 52)


def test_a_period_that_is_over_says_nothing_of_what_comes(tmp_path: Path) -> None:
    found = model_of(tmp_path, TEAMS, WORK, *(f"work:{one} period 2025-01-01/2025-12-31" for one in ("page", "form")))
    assert streams(found.organisation, "web")["work"].weekly.origin == ASSUMED


def begun(tmp_path: Path, days: list[date], teams: list[str]) -> Trial:
    """An organisation whose work was proposed day by day."""
    trial = Copied(tmp_path / "trial.db", TEAMS, now="2026-01-01T09:00:00.000000Z")
    for number, (day, team) in enumerate(zip(days, teams, strict=True)):
        trial.now = f"{day}T09:00:00.000000Z"
        trial.says(f"work:w{number} team team:{team}", f"work:w{number} status proposed")
    trial.now = "2026-11-23T09:00:00.000000Z"
    return trial


def test_how_many_items_come_is_measured_where_enough_began_in_enough_weeks(tmp_path: Path) -> None:
    days = [date(2026, 7, 6) + timedelta(weeks=number) for number in range(20)]
    trial = begun(tmp_path, days, ["web", "web", "web", "pay"] * 5)
    found = model_in(trial).organisation
    trial.ledger.close()
    weekly = streams(found, "web")["work"].weekly
    assert (weekly.origin, weekly.sample) == (MEASURED, 15)
    assert weekly.value == pytest.approx(15 / 20, rel=0.01)
    assert weekly.low < weekly.value < weekly.high
    assert streams(found, "pay")["work"].weekly.value == pytest.approx(5 / 20, rel=0.01)


@pytest.mark.parametrize(
    "days",
    [
        [date(2026, 7, 6) + timedelta(weeks=number) for number in range(19)],  # too few
        [date(2026, 11, 1) + timedelta(days=number) for number in range(20)],  # too short
        [date(2026, 3, 2)] * 10 + [date(2026, 7, 6) + timedelta(weeks=number) for number in range(10)],  # written down
    ],
)
def test_too_little_to_measure_is_no_measurement(tmp_path: Path, days: list[date]) -> None:
    trial = begun(tmp_path, days, (["web", "pay"] * len(days))[: len(days)])
    found = model_in(trial).organisation
    trial.ledger.close()
    assert {one.weekly.origin for one in found.streams} == {ASSUMED}


@dataclass(frozen=True)
class Seen:
    """What activity shows of an area."""

    cases: int
    weekly: Known | None
    efforts: tuple[float, ...]
    touching: Known | None


def test_what_activity_shows_takes_the_place_of_what_is_on_record(tmp_path: Path) -> None:
    facts = "dependency:one consumer work:page", "dependency:one provider team:pay"
    fits = {
        "team:web": Seen(100, measured(5, 100), (1.0, 2.0, 9.0), measured(0.2, 100)),
        "team:pay": Seen(3, None, (), None),
    }
    found = model_of(tmp_path, TEAMS, WORK, *facts, fits=fits)
    (web,) = streams(found.organisation, "web").values()
    assert (web.weekly.value, web.volume.value, web.volume.origin, web.volume.sample) == (5, 4, MEASURED, 3)
    assert (web.observed, web.touching.value) == ((1.0, 2.0, 9.0), 0.2)
    assert streams(found.organisation, "pay")["work"].weekly.origin == ASSUMED
    asked = request(found.organisation, "web", "pay")
    assert asked is not None
    assert (asked.per_item.value, asked.per_item.sample) == (0.01, 100)
    assert noted(found, "as activity shows it") == 1


def test_activity_makes_areas_of_teams_without_work_on_record(tmp_path: Path) -> None:
    seen = Seen(100, measured(5, 100), (1.0, 2.0, 9.0), None)
    found = model_of(tmp_path, TEAMS, fits={"team:web": seen, "team:data": seen, "team:ghost": seen}).organisation
    assert [one.name for one in found.areas] == ["team:data", "team:web"]
    (data,) = streams(found, "data").values()
    assert (data.weekly.value, data.touching.value, data.touching.origin) == (5, 0, ASSUMED)
