"""The examples of docs/git.md, run as they stand; and its tables are those of the code."""

from __future__ import annotations

import doctest
from pathlib import Path

from counterpoint.sources.traces.git import FORMAT
from counterpoint.sources.traces.git.trailers import ROLES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "git.md"


def test_the_examples_of_the_page_run_as_they_stand() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert failed == 0
    assert tried >= 7


def test_every_option_and_every_role_is_on_the_page() -> None:
    text = PAGE.read_text()
    assert all(f"--set {name}=" in text for name in FORMAT.options)
    lower = text.lower()
    missing = {name for name in ROLES if f"`{name}`" not in lower} - {"authored-by", "co-author", "co-authors",
        "coauthored-by", "also-authored-by", "codeveloped-by"}  # fmt: skip
    assert not missing
