"""docs/rhythm.md, followed step by step: every command prints what the page says. ``BLESS=1`` writes it anew."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from tests.faces.cli.running import run

PAGE = Path(__file__).parents[3] / "docs" / "rhythm.md"
BLESS = os.environ.get("BLESS") == "1"
_BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")


def _told(block: str) -> str:
    """A block of commands with what they print now."""
    lines: list[str] = []
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        lines.append(line)
        if line.startswith("$ export "):
            name, _, value = line.removeprefix("$ export ").partition("=")
            os.environ[name] = value
            continue
        ran = run(line.removeprefix("$ counterpoint "))
        said = (ran.out + ran.err).rstrip("\n")
        if not line.startswith("$ counterpoint apply"):
            lines += said.splitlines()
        assert ran.code in (0, 4), said
    return "".join(f"{line}\n" for line in lines)


def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text()
    monkeypatch.chdir(tmp_path)
    for name in ("COUNTERPOINT_ORG", "COUNTERPOINT_ME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COUNTERPOINT_NOW", "2026-03-05T09:00:00Z")
    time.tzset()
    (tmp_path / "organisation").mkdir()

    def follow(found: re.Match[str]) -> str:
        kind, body = found[1], found[2]
        if kind == "toml":
            (tmp_path / "organisation" / "choir.toml").write_text(body)
        elif kind == "console":
            body = _told(body)
        elif kind == "python":
            exec(compile(body, "rhythm.md", "exec"), {})
        return f"```{kind}\n{body}```"

    followed = _BLOCK.sub(follow, text)
    if BLESS:
        PAGE.write_text(followed)
    assert followed == text, "BLESS=1 writes it anew"
