"""The page of the lake lists the tables as they are, and its example of a measure works."""

from __future__ import annotations

import os
import re
from pathlib import Path

from counterpoint.lake.own import own_measures
from counterpoint.measures.tables import ORGANISATION, VIEWS
from tests.measures.trial import figures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lake.md"
BEGIN, END = "<!-- made from counterpoint.measures.tables; BLESS=1 writes it anew -->", "<!-- end -->"


def tables() -> str:
    lines = ["| table | a row is | columns |", "|---|---|---|"]
    for name, relation in {**VIEWS, **ORGANISATION}.items():
        columns = ", ".join(f"`{column}`" for column in relation.columns) or "those of `activity`, and `unit`"
        lines.append(f"| `{name}` | {relation.about} | {columns} |")
    return "\n".join(lines)


def test_the_tables_are_those_that_there_are() -> None:
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    made = f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"
    if os.environ.get("BLESS") == "1":
        PAGE.write_text(made)
    assert PAGE.read_text() == made, "BLESS=1 writes it anew"


def test_the_example_runs(tmp_path: Path) -> None:
    for form in ("toml", "sql"):
        (text,) = re.findall(rf"```{form}\n(.*?)```", PAGE.read_text(), re.S)
        (tmp_path / f"late_reviews.{form}").write_text(text)
    measure = own_measures(tmp_path)["late_reviews"]
    rows = [{"verb": "review", "object": str(number)} for number in range(4)]
    assert figures(measure, rows, hour=10) == {("late", ""): 1.0}
    assert figures(measure, rows) == {("late", ""): 0.0}
