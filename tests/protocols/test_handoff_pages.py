"""The pages on escalations and handoffs: every command line on them is run, and prints what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from counterpoint.protocols.escalation import ESCALATION
from counterpoint.protocols.handoff import HANDOFF
from tests.faces.cli.running import run

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", ["escalation", "handoff"])
def test_the_examples_on_a_page_print_what_stands_there(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERPOINT_NOW", "2026-11-20T09:00:00Z")
    monkeypatch.delenv("COUNTERPOINT_ORG", raising=False)
    (tmp_path / "organisation").mkdir()
    (tmp_path / "organisation" / "all.toml").write_text("\n".join(re.findall(r"(?s)```toml\n(.*?)```", text)))
    assert run("apply").code == 0
    code, lines = 0, 0
    for block in re.findall(r"(?s)```console\n(.*?)```", text):
        for line, printed in re.findall(r"(?m)^\$ (.*)\n((?:(?!\$ ).*\n)*)", block):
            lines += 1
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").partition("=")
                monkeypatch.setenv(name, value)
            elif line == "echo $?":
                assert printed.strip() == str(code)
            else:
                ran = run(line.removeprefix("counterpoint "))
                code = ran.code
                assert (ran.out + ran.err).rstrip() == printed.rstrip()
    assert lines > 6


@pytest.mark.parametrize(("page", "protocol"), [("escalation", ESCALATION), ("handoff", HANDOFF)])
def test_the_invariants_are_on_the_page(page: str, protocol: object) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    held = re.findall(r"(?m)^\d+\. ", text.split("## What holds at all times")[1])
    assert len(held) >= len(protocol.invariants)  # type: ignore[attr-defined]
