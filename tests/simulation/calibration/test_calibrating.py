"""Histories of which everything is known: the model must predict their rest, and the past alone where it can."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from counterpoint.errors import InvalidInput
from counterpoint.model.whatif_calibration import Calibration, LeadQuantile
from counterpoint.simulation.calibration.calibrating import LEAST, calibrated, each_zone, split_at
from counterpoint.simulation.calibration.judging import error, errors
from counterpoint.simulation.network import Chance, Delay, Label, exponential, lognormal
from tests.simulation.calibration.invented import BEGIN, Row, by_the_engine, cases_of, rising

REWORK = (
    Label("again"),
    Delay(lognormal(20.0, 4.0), "work"),
    Delay(exponential(30.0), "review"),
    Chance(0.3, "again", again=True),
)


def by(found: Calibration, name: str) -> tuple[LeadQuantile, ...]:
    return next(one.quantiles for one in found.predicted if one.by == name)


def agree(ours: tuple[LeadQuantile, ...], theirs: tuple[LeadQuantile, ...]) -> bool:
    return all(one.low <= other.high and other.low <= one.high for one, other in zip(ours, theirs, strict=True))


def test_what_our_engine_invents_is_predicted_and_a_tie_is_called_a_tie() -> None:
    cases = by_the_engine(REWORK, 1500, 11)
    found = calibrated(cases)
    assert found.missing == ""
    assert found.known == 901
    assert found.held_back + found.too_late == 599
    assert agree(by(found, "model"), found.observed)
    assert found.error is not None
    assert found.error < 0.3
    assert found.wins == "neither"
    assert len(found.tried) == 12
    assert all(part.origin == "measured" and part.n > 0 for part in found.parts)
    assert calibrated(cases) == found, "the same chances, the same answer"


def test_a_load_that_rises_is_what_a_model_is_for() -> None:
    """The past has seen loads from .3 to .55; the rest has .75. Who takes the past for the future must be wrong."""
    found = calibrated(rising([(0.3, 800), (0.42, 800), (0.55, 1400), (0.75, 3000)], 2), share=0.5)
    assert next(one for one in found.tried if one.factor is not None).structure == "queues"
    assert found.structure == "queues"
    servers = next(part for part in found.parts if part.name == "people 1")
    service = next(part for part in found.parts if part.name == "people 1, service")
    assert servers.value == 2
    assert service.value == pytest.approx(1.0, rel=0.05)
    assert agree(by(found, "told"), found.observed)
    assert not agree(by(found, "naive"), found.observed)
    contest = next(one for one in found.contests if (one.by, one.against) == ("told", "naive"))
    assert contest.wins == "model"
    assert contest.high < 0


def test_work_that_changed_is_predicted_by_nobody_and_the_error_says_so() -> None:
    slow, fast = by_the_engine((Delay(exponential(100.0)),), 400, 5), by_the_engine((Delay(exponential(5.0)),), 400, 6)
    rows: list[Row] = []
    for name, cases, shift in (("a", slow, 0.0), ("b", fast, float(slow.begin.max()) - BEGIN)):
        rows += [
            {
                "case": f"{name}{cases.case[n]:05d}",
                "activity": cases.activities[cases.activity[n]],
                "end": cases.end[n] + shift,
            }
            for n in range(len(cases.end))
        ]
    found = calibrated(cases_of(rows), split=float(slow.begin.max()))
    assert found.error is not None
    assert found.error > 1


def test_nothing_after_the_split_is_known_to_what_is_fitted() -> None:
    cases = by_the_engine(REWORK, 500, 3)
    split = split_at(cases, 0.5)
    late = cases.begin > split
    # The rest takes three times as long, and there is half as much of it: the model says the same.
    end = np.where(cases.end > split, split + 3 * (cases.end - split), cases.end)
    other = replace(cases, end=end).only(~late | (np.arange(len(cases)) % 2 == 0))
    ours, theirs = calibrated(cases, split=split), calibrated(other, split=split)
    assert ours.missing == theirs.missing == ""
    for name in ("model", "naive"):
        assert by(ours, name) == by(theirs, name)
    assert (ours.structure, ours.past, ours.tried, ours.parts) == (
        theirs.structure, theirs.past, theirs.tried, theirs.parts
    )  # fmt: skip
    assert ours.observed != theirs.observed


@pytest.mark.parametrize(("count", "said"), [(20, "over at the split"), (60, "held back and over")])
def test_too_few_cases_are_not_enough_data(count: int, said: str) -> None:
    found = calibrated(by_the_engine((Delay(exponential(3.0)),), count, 1))
    assert said in found.missing
    assert f"{LEAST} would do" in found.missing
    assert (found.error, found.wins, found.predicted) == (None, "not enough data", ())


def test_a_history_without_an_end_does_not_hide_its_long_cases() -> None:
    """When the log was drawn, a hundred cases were under way; of those that began last, only the short were over."""
    cases = by_the_engine((Delay(exponential(400.0)),), 1200, 9)
    found = calibrated(cases.until(float(cases.begin.max())), share=0.5)
    assert found.under_way > 50
    assert found.too_late > 100
    assert agree(by(found, "model"), found.observed)
    assert by(found, "model")[1].hours == pytest.approx(400 * np.log(2), rel=0.25)


@pytest.mark.parametrize("share", [0, 1, -0.5, 2])
def test_a_share_that_leaves_nothing_is_refused(share: float) -> None:
    with pytest.raises(InvalidInput, match="leaves nothing"):
        calibrated(by_the_engine((Delay(exponential(3.0)),), 40, 1), share=share)


def test_cases_that_take_no_time_are_nothing_to_predict() -> None:
    rows: list[Row] = [{"case": f"{n:03d}", "activity": "written", "end": BEGIN + n} for n in range(200)]
    found = calibrated(cases_of(rows))
    assert "nothing is to predict" in found.missing
    assert found.wins == "not enough data"


def test_no_cases_are_not_enough_data() -> None:
    nothing = cases_of([{"case": "a", "activity": "ask", "end": 1.0}]).until(0.0)
    assert calibrated(nothing).missing == "no case has an event"
    assert list(each_zone(nothing)) == []


def test_errors_are_relative_but_for_what_is_next_to_nothing() -> None:
    observed = np.array([0.0, 10.0, 100.0])
    assert errors(np.array([0.5, 12.0, 50.0]), observed) == pytest.approx([0.5, 0.2, 0.5])
    assert error(np.array([0.0, 12.0, 90.0]), observed) == pytest.approx(0.2)


def test_the_example_of_the_page_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "whatif-calibration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.S)
    exec(compile(example, "whatif-calibration.md", "exec"), {})
    assert f"# {capsys.readouterr().out.strip()}\n" in example
