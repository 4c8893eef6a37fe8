"""Calibration on a lake: what is a case in which source, what is withheld, and the command that prints it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from counterpoint.lakeside import open_measuring
from counterpoint.questions.whatif.calibrating import cases_seen
from counterpoint.simulation.calibration.areas import fitted
from counterpoint.simulation.calibration.cases import Cases
from counterpoint.wiring import open_ledger
from tests.faces.cli.running import run
from tests.sources.traces.git_making import Made, make

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An organisation with two logs: one of many cases in two groups, one of three."""
    tmp_path = tmp_path_factory.mktemp("calibrating")
    chance = np.random.default_rng(8)
    begin = np.cumsum(chance.exponential(6.0, 300))
    took = chance.exponential(20.0, 300)
    rows = []
    for n in range(300):
        group = ("desk", "vault")[n % 3 == 2]
        people = 7 if group == "desk" else 3
        for what, at in (("ask", begin[n]), ("answer", begin[n] + took[n])):
            when = (START + timedelta(hours=float(at))).isoformat()
            rows.append([f"t{n:04d}", what, when, f"{group}{(n // 3 + len(what)) % people}", group])
    for name, some in (("tickets", rows), ("few", rows[:6])):
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["case", "activity", "time", "resource", "group"], *some])
        options = " ".join(f"--set {one}={one}" for one in ("case", "activity", "time", "resource", "group"))
        ran = run(f"trace {tmp_path / name}.csv {options} --org {tmp_path / 'org.db'} --as person:ana")
        assert ran.code == 0, ran.err
    return str(tmp_path / "org.db")


def test_the_cases_of_a_log_are_those_of_the_file(place: str) -> None:
    ledger = open_ledger(place)
    try:
        seen = cases_seen(open_measuring(ledger, place), "csv:tickets")
        both = cases_seen(open_measuring(ledger, place))
    finally:
        ledger.close()
    assert isinstance(seen.cases, Cases)
    assert len(seen.cases) == 300
    assert seen.cases.activities == ("answer", "ask")
    assert len(seen.cases.resources) == 10
    assert [one.removeprefix("zone:") for one in seen.cases.zones] == ["desk", "vault"]
    assert np.isnan(seen.cases.start).all()
    assert np.median(seen.cases.lead) == pytest.approx(20 * np.log(2), rel=0.3)
    assert both.sources == ("csv:few", "csv:tickets")
    assert len(both.cases) == 303, "a case of one source is none of another"


def test_the_command_tells_who_predicts_better(place: str) -> None:
    ran = run(f"whatif calibrate csv:tickets --org {place}")
    assert ran.code == 0, ran.err
    assert ran.out == run(f"whatif calibrate csv:tickets --org {place}").out
    for part in ("observed", "the model", "all the past as it was", "Not in the model", "tried on the past alone"):
        assert part in ran.out
    assert "a tie: " in ran.out or "predicts better" in ran.out
    answer = json.loads(run(f"whatif calibrate csv:tickets --org {place} --json").out)
    (one,) = answer["calibrations"]
    assert one["known"] + one["held_back"] + one["too_late"] == 300
    assert [level["level"] for level in one["observed"]] == [0.1, 0.5, 0.9]


def test_a_zone_of_three_is_not_shown(place: str) -> None:
    ran = run(f"whatif calibrate csv:tickets --by zone --org {place}")
    assert ran.code == 0, ran.err
    assert "desk" in ran.out
    assert "vault" not in ran.out
    assert "1 zone is not shown" in ran.out


def test_what_cannot_be_answered_says_so(place: str) -> None:
    few = run(f"whatif calibrate csv:few --org {place}")
    assert few.code == 1
    assert "not enough data" in few.out
    assert run(f"whatif calibrate csv:nothing --org {place}").code == 3
    for split in ("0", "1", "7"):
        refused = run(f"whatif calibrate --split {split} --org {place}")
        assert refused.code == 2
        assert "leaves nothing" in refused.err


def test_a_commit_is_a_case_from_when_it_was_written_to_when_it_landed(tmp_path: Path) -> None:
    hour, noon = 3600, 1_700_000_000
    make(
        tmp_path / "app",
        [
            Made(
                b"one\n\nReviewed-by: Bob <bob@example.org>",
                files={b"api/charge.py": b"1", b"api/refund.py": b"1", b"web/page.js": b"1"},
                written=b"%d +0000" % noon, landed=b"%d +0000" % (noon + 5 * hour),
            ),
            Made(b"two", files={b"api/charge.py": b"2"}, written=b"%d +0000" % (noon + 9 * hour)),
        ],
    )  # fmt: skip
    place = str(tmp_path / "org.db")
    assert run(f"trace {tmp_path / 'app'} --org {place} --as person:ana").code == 0
    ledger = open_ledger(place)
    try:
        cases = cases_seen(open_measuring(ledger, place), "git:app").cases
    finally:
        ledger.close()
    order = np.argsort(cases.begin)
    assert cases.lead[order].tolist() == [5.0, 0.0]
    first = cases.case == cases.numbers[order[0]]
    assert [cases.activities[one] for one in cases.activity[first]] == ["written", "reviewed", "landed"]
    assert [cases.kinds[one] for one in cases.kind[first]] == ["written", "review", "landed"]
    assert (cases.resource[first] >= 0).tolist() == [True, True, False]
    assert cases.zones_touched[order].tolist() == [2, 1]
    zones = [cases.zones[one] for one in cases.own_zone[order]]
    assert zones[0] == zones[1]
    assert "api" in zones[0], "most of what it changed"
    areas = fitted(cases)
    assert [one.cases for one in areas.values()] == [2]
