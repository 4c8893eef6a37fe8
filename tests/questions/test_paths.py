"""What the paths of the activity mean, from a repository on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.actions.bringing import OWNERSHIP, Request, bring
from counterpoint.actions.tracing import TraceRequest, trace
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.questions.measuring import Measuring

WHO = ("-c", "user.name=Ana Lind", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *WHO, *words], cwd=folder, check=True, capture_output=True)


def written(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "more")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    lines = "".join(f"line {number}\n" for number in range(20))
    written(folder, api__pay_dot_py=lines, web__page_dot_js="1\n", web__node_modules__left_dot_js="2\n")
    written(folder, api__odd_dot_txt="3\n", _dot_gitattributes="api/odd.txt linguist-generated\n")
    git(folder, "mv", "api/pay.py", "api/charge.py")
    git(folder, "commit", "-m", "a better name")
    return folder


@pytest.fixture
def measuring(tmp_path: Path, repository: Path) -> Iterator[Measuring]:
    ledger = Ledger.create(str(tmp_path / "org.db"))
    place = Place.at(str(tmp_path / "lake"))
    trace(ledger, place, TraceRequest(repository), actor="local")
    yield Measuring.of(ledger, place, DuckEngine())
    ledger.close()


def test_what_is_left_out_and_what_a_file_is_called_last(measuring: Measuring) -> None:
    given, _, _ = measuring.given({"zone"})
    assert {(row["path"], row["rule"].partition(":")[0]) for row in given.tables["left_out"].to_pylist()} == {
        ("web/node_modules/left.js", "vendored"),
        ("api/odd.txt", "generated"),
    }
    assert [(row["path"], row["name"]) for row in given.tables["path_name"].to_pylist()] == [
        ("api/pay.py", "api/charge.py")
    ]


def test_areas_are_found_where_no_zone_is_declared(measuring: Measuring) -> None:
    given, _, _ = measuring.given({"zone"})
    zones = {row["path"]: row["zone"] for row in given.tables["path_zone"].to_pylist()}
    assert set(zones) == {"api/charge.py", "web/page.js", ".gitattributes"}
    assert all(one.startswith("area:") for one in zones.values())
    assert {row["zone"] for row in given.tables["zone"].to_pylist()} == set(zones.values())
    assert all(row["found"] for row in given.tables["zone"].to_pylist())


def test_declared_zones_go_before_found_ones(measuring: Measuring, repository: Path) -> None:
    written(repository, CODEOWNERS="/api/ @payments\n")
    bring(measuring.ledger, Request(repository, OWNERSHIP), actor="local")
    given, _, _ = measuring.given({"zone"})
    (row,) = given.tables["path_zone"].to_pylist()
    assert row["path"] == "api/charge.py"
    assert not row["zone"].startswith("area:")
    answer = measuring.run("volume", by="zone").answer
    assert {(one["unit"], one["value"]) for one in answer.rows if one["figure"] == "rows"} == {(row["zone"], 3)}
