"""Every check in the domain's own text: ``tests/fixtures/organisation/<check>/wrong`` and ``right`` are folders of
TOML, and ``problems.txt`` is what the reader says of the wrong one. ``COUNTERPOINT_BLESS=1`` accepts what it says now.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from counterpoint.errors import Problem
from counterpoint.sources.organisation.checks import CHECKS, check_all
from counterpoint.sources.organisation.reading import read_organisation
from counterpoint.sources.organisation.whole import whole

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "organisation"
CASES = sorted(folder.name for folder in FIXTURES.iterdir())
OF_THE_READER = {"syntax", "tables", "fields", "identifiers", "types"}


def told(problems: tuple[Problem, ...]) -> str:
    return "".join(f"{problem}\n" for problem in problems)


def test_every_check_has_a_case_and_every_case_a_check() -> None:
    assert set(CASES) == OF_THE_READER | {check.name for check in CHECKS}


@pytest.mark.parametrize("case", CASES)
def test_wrong_files_are_refused_whole_with_every_problem(case: str) -> None:
    reading = read_organisation(FIXTURES / case / "wrong")
    expected = FIXTURES / case / "problems.txt"
    if os.environ.get("COUNTERPOINT_BLESS") == "1":
        expected.write_text(told(reading.problems), encoding="utf-8")
    assert told(reading.problems) == expected.read_text(encoding="utf-8")
    assert reading.problems and reading.drafts == ()
    assert all(problem.file and problem.line and problem.hint for problem in reading.problems)


@pytest.mark.parametrize("case", CASES)
def test_right_files_are_read(case: str) -> None:
    reading = read_organisation(FIXTURES / case / "right")
    assert told(reading.problems) == ""
    assert reading.drafts


@pytest.mark.parametrize("case", sorted(set(CASES) - OF_THE_READER))
def test_a_check_can_be_left_out_by_its_name(case: str) -> None:
    every = read_organisation(FIXTURES / case / "wrong").problems
    without = read_organisation(FIXTURES / case / "wrong", skip=[case]).problems
    assert set(without) < set(every)


def test_no_check_has_an_unknown_name() -> None:
    with pytest.raises(ValueError, match="no check 'rulez'"):
        check_all(whole([]), skip=["rulez"])
