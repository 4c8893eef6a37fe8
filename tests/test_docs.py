"""Docs that are made from code are what the code makes; links lead somewhere; settings are all there."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest

from counterpoint import settings
from counterpoint.actions.demo import make_demo
from counterpoint.model import vocabulary
from counterpoint.questions import Questions

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
BLESS = os.environ.get("BLESS") == "1"


def test_the_vocabulary_page_is_the_table() -> None:
    path = ROOT / "docs" / "vocabulary.md"
    if BLESS:
        path.write_text(vocabulary.page())
    assert path.read_text() == vocabulary.page(), "BLESS=1 writes it anew"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    prose = re.sub(r"(?ms)^ *```.*?^ *```$|`[^`\n]+`", "", page.read_text())
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose)
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing


def test_every_setting_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "ledger.md").read_text()
    for one in settings.SETTINGS:
        default = f" `{one.default}` " if one.default else " "
        assert f"| `{one.name}` | {one.about} |{default}|" in text


def test_the_example_from_python_runs_and_every_method_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "questions.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    monkeypatch.chdir(tmp_path)
    make_demo("counterpoint-demo.db", tmp_path / "files", date(2026, 11, 21))
    exec(compile(example, "questions.md", "exec"), {})
    said = capsys.readouterr().out
    assert said.startswith("shared ('person:")
    assert "work:group-bookings" in said
    named = re.search(r"The methods are (.*?)\.", text, re.S)
    assert named is not None
    listed = set(re.findall(r"`(\w+)`", named[1]))
    for method in listed:
        assert callable(getattr(Questions, method))
    page_only = {"score", "search", "titles", "contradictions_of", "now"}
    assert {name for name in vars(Questions) if not name.startswith("_")} - page_only == listed
