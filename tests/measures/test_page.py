"""The page of the measures is what the declarations say."""

from __future__ import annotations

import os
from pathlib import Path

from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.page import page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "measures.md"


def test_the_page_is_the_catalogue() -> None:
    if os.environ.get("BLESS") == "1":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m counterpoint.measures.page > docs/measures.md"


def test_every_measure_says_everything() -> None:
    for one in MEASURES.values():
        assert one.question.endswith("?"), one.name
        assert all((one.about, one.source, one.limits, one.figures, one.grains)), one.name
        assert len({figure.name for figure in one.figures}) == len(one.figures), one.name
        assert bool(one.sql) != (one.kernel is not None), one.name
