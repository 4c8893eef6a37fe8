"""The pages on work and approvals: every example is run, in the organisation that the page shows. ``BLESS=1`` writes
the answers anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from counterpoint.actions.applying import apply
from counterpoint.ledger.ledger import Ledger
from tests.faces.cli.running import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOW = "2026-11-23T09:00:00Z"
_CONSOLE = re.compile(r"```console\n(.*?)```", re.S)


@pytest.mark.parametrize("name", ["work", "approval"])
def test_the_examples_of_a_page_come_to_what_it_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DOCS / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    files = tmp_path / "organisation"
    files.mkdir()
    (files / "all.toml").write_text("\n".join(re.findall(r"```toml\n(.*?)```", text, re.S)), encoding="utf-8")
    ledger = Ledger.create(str(tmp_path / "counterpoint.db"), clock=lambda: NOW.replace("Z", ".000000Z"))
    apply(ledger, files, actor="local")
    ledger.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERPOINT_NOW", NOW)
    for variable in ("COUNTERPOINT_ORG", "COUNTERPOINT_ME"):
        monkeypatch.delenv(variable, raising=False)
    there = _CONSOLE.sub(lambda found: f"```console\n{_answered(found[1])}```", text)
    if os.environ.get("BLESS") == "1":
        page.write_text(there, encoding="utf-8")
    assert there == page.read_text(encoding="utf-8"), "BLESS=1 writes it anew"


def _answered(block: str) -> str:
    """The commands of a block, each with what it answers."""
    lines: list[str] = []
    for command in (line for line in block.splitlines() if line.startswith("$ ")):
        ran = run(command.removeprefix("$ counterpoint "))
        assert ran.code in (0, 4), ran.err
        lines += [command, *(ran.out + ran.err).splitlines()]
    return "\n".join(lines) + "\n"
