"""Copies of an organisation with activity: what the ledger knows of it goes along, and a move takes the files too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.faces.cli.running import run

LOG = "case,step,when,who\n1,open,2026-01-05T09:00Z,ana\n1,close,2026-02-05T09:00Z,bo\n2,open,2026-02-09T09:00Z,ana\n"
TRACE = "trace log.csv --with csv --set case=case --set activity=step --set time=when --set resource=who"
ASK = "measure volume --by source --window month --until 2026-03-01 --json"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("COUNTERPOINT_ORG", "COUNTERPOINT_ME", "COUNTERPOINT_LAKE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COUNTERPOINT_ORG", "one.db")
    (tmp_path / "log.csv").write_text(LOG)
    assert run("init").code == 0
    done = run(TRACE)
    assert done.code == 0, done.err
    return tmp_path


def rows(org: str) -> list[dict[str, object]]:
    ran = run(f"{ASK} --org {org}")
    assert ran.code == 0, ran.err
    found: list[dict[str, object]] = json.loads(ran.out)["rows"]
    return found


def files(folder: Path) -> set[str]:
    return {one.relative_to(folder).as_posix() for one in (folder / "activity").rglob("*.parquet")}


def test_a_move_takes_activity_along(home: Path) -> None:
    moved = run("move two.db")
    assert moved.code == 0, moved.err
    assert "activity: 2 files, in two.db-lake" in moved.out
    assert files(home / "two.db-lake") == files(home / "one.db-lake")
    assert rows("two.db") == rows("one.db")
    again = json.loads(run(f"{TRACE} --org two.db --json").out)
    assert (again["fresh"], again["actors"]) == (0, 0), "what was read there is known here"
    refused = run("move two.db")
    assert refused.code == 7 and "is there already" in refused.err


def test_without_activity_there_is_no_lake_to_take_along(home: Path) -> None:
    assert run("traces forget csv:log").code == 0
    moved = run("move two.db")
    assert moved.code == 0, moved.err
    assert "activity" not in moved.out and not (home / "two.db-lake").exists()


def test_a_lake_that_is_named_stays_that_of_both(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOINT_LAKE", str(home / "one.db-lake"))
    assert json.loads(run("move two.db --json").out)["lake"] == str(home / "one.db-lake")
    assert not (home / "two.db-lake").exists()
    assert rows("two.db") == rows("one.db")


def test_a_backup_knows_of_activity_and_says_that_its_files_are_elsewhere(home: Path) -> None:
    kept = run("backup one.gz")
    assert "activity: 2 files not in it; keep a copy of one.db-lake as well" in kept.out
    assert "2 files not in it" in run("export --output one.jsonl").out
    back = run("restore one.gz --org two.db")
    assert back.code == 0, back.err
    assert "activity: 2 files, to be brought back into two.db-lake" in back.out
    assert json.loads(run("restore one.jsonl --org three.db --json").out)["activity"] == 2
    lacking = run(f"{ASK} --org two.db")
    assert lacking.code == 7 and "lacks" in lacking.err
    shutil.copytree(home / "one.db-lake", home / "two.db-lake", dirs_exist_ok=True)
    assert {row["unit"] for row in rows("two.db")} == {"csv:log"}
