"""The page of the model: its tables are what the code has, and its example says what it shows."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from counterpoint.actions.demo import make_demo
from counterpoint.questions.whatif.circles import MOST_IN_CIRCLES
from counterpoint.questions.whatif.gates import LEAST_ASKED
from counterpoint.questions.whatif.requests import SIZES
from counterpoint.questions.whatif.rituals import AHEAD, MOST_TIME, MOST_WEEKS
from counterpoint.questions.whatif.streams import LEAST_BEGUN, LEAST_WEEKS, MOST_ON_A_DAY
from counterpoint.questions.whatif.week import USUAL
from counterpoint.simulation.known import SETTINGS, Known

PAGE = Path(__file__).resolve().parents[3] / "docs" / "whatif-model.md"
SAID = "```text\n{}```\n"


def settings_table() -> str:
    """Every number that holds for all."""
    lines = ["| number | unit | what it is | usually | range | because |", "|---|---|---|---|---|---|"]
    for one in SETTINGS.values():
        usual = one.usual
        span = f"{usual.low:g} to {usual.high:g}"
        lines.append(f"| `{one.name}` | {one.unit} | {one.about} | {usual.value:g} | {span} | {usual.why} |")
    return "\n".join(lines)


def sizes_table(sizes: Mapping[str, Known]) -> str:
    """Hours by size."""
    lines = ["| size | hours | range | because |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {one.value:g} | {one.low:g} to {one.high:g} | {one.why} |" for name, one in sizes.items()]
    return "\n".join(lines)


def between(text: str, begin: str, end: str, new: str) -> str:
    """The text with something new between two marks."""
    pattern = re.compile(rf"({re.escape(begin)}[^\n]*-->\n).*?(\n?{re.escape(end)})", re.S)
    assert pattern.search(text)
    return pattern.sub(lambda found: f"{found[1]}\n{new}\n\n{found[2].strip()}", text)


def test_the_tables_of_the_page_are_what_the_code_has() -> None:
    text = PAGE.read_text(encoding="utf-8")
    made = between(text, "<!-- made from counterpoint.simulation.known", "<!-- end -->", settings_table())
    made = between(
        made, "<!-- made from counterpoint.questions.whatif.requests", "<!-- end sizes -->", sizes_table(SIZES)
    )
    if os.environ.get("BLESS") == "1":
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, "BLESS=1 writes it anew"


def test_the_numbers_in_the_sentences_are_those_of_the_code() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"at least {LEAST_BEGUN} items began" in text
    assert f"over {LEAST_WEEKS} weeks or more" in text
    assert "no more than a quarter of them on one day" in text
    assert MOST_ON_A_DAY == 1 / 4
    assert "more than a fifth of the open work in circles" in text
    assert MOST_IN_CIRCLES == 1 / 5
    assert f"at least {LEAST_ASKED} approvals were answered" in text
    assert f"occurrences in the next {AHEAD} weeks" in text
    assert "at least every five weeks" in text
    assert MOST_WEEKS == 5
    assert "no more than leave half of an area's time" in text
    assert MOST_TIME == 1 / 2
    assert f"else {USUAL.week:g} hours, which is noted" in text


def test_the_example_runs_and_begins_as_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    monkeypatch.chdir(tmp_path)
    make_demo("counterpoint-demo.db", tmp_path / "files", date(2026, 11, 21))
    exec(compile(example, "whatif-model.md", "exec"), {})
    said = capsys.readouterr().out.splitlines()
    (shown,) = re.findall(r"```text\n(.*?)```", text, re.S)
    assert shown.splitlines() == said[: len(shown.splitlines())]
