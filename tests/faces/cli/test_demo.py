"""The demonstration: what it tells to try says something, and nothing is overwritten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from counterpoint.faces.cli.handlers import demo
from tests.faces.cli.running import in_small, run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A demonstration in a folder of its own, and what making it told."""
    with in_small(tmp_path_factory.mktemp("demonstration")):
        ran = run("demo --no-serve --json --into deep/er")
        assert ran.code == 0, ran.err
        yield json.loads(ran.out)


def test_everything_that_it_tells_to_try_says_something(made: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOINT_ORG", made["organisation"])
    assert len(made["tries"]) >= 8
    for one in made["tries"]:
        ran = run(one["line"].removeprefix("counterpoint "))
        assert ran.code == 0, one
        assert len(ran.out.splitlines()) > 3, one


def test_it_has_every_answer_to_who(made: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOINT_ORG", made["organisation"])
    counts = json.loads(run("deciders work --json").out)["counts"]
    assert all(counts[answer] for answer in ("one", "shared", "ambiguous", "none"))


def test_its_files_are_in_step_with_its_organisation(made: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOINT_ORG", made["organisation"])
    told = json.loads(run(f"plan {made['folder']}/organisation --json").out)
    assert told["changes"] == []


def test_one_that_is_there_is_taken_as_it_is(made: dict[str, Any]) -> None:
    # What fell due since it was made, other commands have carried out.
    database, line = Path(made["organisation"]), "demo --no-serve --json --into deep/er"
    there = json.loads(run(line).out)
    before = database.read_bytes()
    again = json.loads(run(line).out)
    assert again["statements"] == there["statements"] >= made["statements"]
    assert database.read_bytes() == before


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "counterpoint-demo").mkdir()
    (tmp_path / "counterpoint-demo" / "mine.txt").write_text("mine")
    ran = run(f"demo --no-serve --into {tmp_path}")
    assert (ran.code, ran.out) == (4, "")
    assert "counterpoint-demo is there already" in ran.err
    assert [one.name for one in tmp_path.rglob("*")] == ["counterpoint-demo", "mine.txt"]


def test_half_a_demonstration_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(address: str, folder: Path, *_: object) -> None:
        folder.mkdir()
        Path(address).write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "make_demo", interrupted)
    assert run(f"demo --no-serve --into {tmp_path}").code == 130
    assert list(tmp_path.iterdir()) == []
