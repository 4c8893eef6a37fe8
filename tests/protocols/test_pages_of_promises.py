"""The pages on decisions, promises and commitments: every example is run, at the time that its line names, and prints
what stands there. ``BLESS=1`` writes the answers anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.faces.cli.running import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOW = "2026-11-23T09:00:00Z"
_CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.S)
_LINE = re.compile(r"^\$ (?P<line>(?:.*\\\n)*.*)\n", re.M)
_AT = re.compile(r"COUNTERPOINT_NOW=(\S+) ")
_SILENT = " > /dev/null"


def printed(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What one line of a shell prints."""
    words = line.replace("\\\n", " ").strip()
    at = _AT.match(words)
    monkeypatch.setenv("COUNTERPOINT_NOW", at[1] if at else NOW)
    words = _AT.sub("", words)
    assert words.startswith("counterpoint "), line
    ran = run(words.removeprefix("counterpoint ").removesuffix(_SILENT))
    assert ran.code in (0, 4), ran.err
    return ran.err if words.endswith(_SILENT) else ran.out + ran.err


@pytest.mark.parametrize("name", ["decision", "promise", "commitment"])
def test_the_examples_of_a_page_come_to_what_it_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DOCS / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for variable in ("COUNTERPOINT_ORG", "COUNTERPOINT_ME"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "shop.toml").write_text("\n".join(re.findall(r"```toml\n(.*?)```", text, re.S)), encoding="utf-8")

    def run_all(block: re.Match[str]) -> str:
        lines = [one["line"] for one in _LINE.finditer(block[0])]
        assert lines
        return "".join(f"$ {line}\n{printed(line, monkeypatch)}" for line in lines)

    there = _CONSOLE.sub(run_all, text)
    if os.environ.get("BLESS") == "1":
        page.write_text(there, encoding="utf-8")
    assert there == page.read_text(encoding="utf-8"), "BLESS=1 writes it anew"
