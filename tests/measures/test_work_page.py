"""The page on the measures of work: what is told there happens, and the measures give what stands there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from counterpoint.measures.catalogue import MEASURES
from tests.faces.cli.running import run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "measures-of-work.md"
_BLOCK = re.compile(r"(?s)```console\n(.*?)```\n(?:\n((?:\|[^\n]*\n)+))?")


@pytest.mark.long
def test_the_measures_on_the_page_give_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERPOINT_NOW", "2026-03-02T08:00:00Z")
    monkeypatch.delenv("COUNTERPOINT_ORG", raising=False)
    (tmp_path / "organisation").mkdir()
    (tmp_path / "organisation" / "all.toml").write_text("\n".join(re.findall(r"(?s)```toml\n(.*?)```", text)))
    assert run("apply").code == 0

    def block(found: re.Match[str]) -> str:
        tables = [table for line in found[1].splitlines() if (table := _done(line, monkeypatch))]
        return f"```console\n{found[1]}```\n" + ("\n" + "".join(tables) if found[2] else "")

    told = _BLOCK.sub(block, text)
    if os.environ.get("BLESS") == "1":
        PAGE.write_text(told, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == told, "BLESS=1 writes it anew"


def _done(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a line of the page does, as a table where it is a measure."""
    command = line.removeprefix("$ ")
    if command.startswith("export "):
        name, _, value = command.removeprefix("export ").partition("=")
        monkeypatch.setenv(name, value)
        return ""
    measured = command.startswith("counterpoint measure ")
    ran = run(command.removeprefix("counterpoint ") + (" --json" if measured else ""))
    assert ran.code == 0, ran.err
    if not measured:
        return ""
    answer = json.loads(ran.out)
    figures = [one.name for one in MEASURES[answer["measure"]["name"]].figures]
    rows = sorted(answer["rows"], key=lambda row: figures.index(row["figure"]))
    return "".join(["| figure | value | n |\n|---|---|---|\n", *_table(rows)])


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        value = f"not enough data: {row['missing']}" if row["value"] is None else f"{row['value']:.3g}"
        both = [None if row[end] is None else f"{row[end]:.3g}" for end in ("low", "high")]
        ends = "" if both == [None, None] or row["value"] is None else f" ({both[0] or '?'} to {both[1] or '?'})"
        of = f", {row['priority']}" if row.get("priority") else ""
        yield f"| `{row['figure']}`{of} | {value}{ends} | {row['n']} |\n"


def test_the_example_from_python_prints_what_stands_there(capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (code,), (printed,) = (re.findall(rf"(?s)```{kind}\n(.*?)```", text) for kind in ("python", "text"))
    exec(compile(code, "measures-of-work.md", "exec"), {})
    assert capsys.readouterr().out == printed
