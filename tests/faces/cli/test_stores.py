"""The same commands on PostgreSQL, and on files that are damaged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faces.cli.running import in_small, run


@pytest.fixture
def small(tmp_path: Path) -> Iterator[None]:
    """The small organisation, applied and imported."""
    with in_small(tmp_path):
        assert run("apply").code == 0
        assert run("import tracker --with tracker/tracker.mapping.toml").code == 0
        yield


@pytest.mark.usefixtures("small")
def test_an_organisation_moves_to_postgresql_and_back(place: Callable[[str], str]) -> None:
    server = place("postgresql")
    head = json.loads(run("verify --json").out)["head"]
    moved = run(f"move '{server}' --json")
    assert moved.code == 0, moved.err
    assert json.loads(moved.out)["head"] == head
    for line in ("who work:premiere", "show work:score", "list work", "contradictions", "ready", "quarantine"):
        assert run(f"{line} --json --org '{server}'").out == run(f"{line} --json").out, line
    assert run(f"verify --head {head} --org '{server}'").code == 0
    assert run(f"settle work:score due --value 2026-05-30 --as person:ana --org '{server}'").code == 0
    assert run(f"move back.db --org '{server}'").code == 0
    assert json.loads(run("contradictions --json --org back.db").out)["chosen"] == 1
    assert run("verify --org back.db").code == 0
    again = run(f"move '{server}'")
    assert again.code == 7
    assert "holds an organisation already" in again.err


@pytest.mark.usefixtures("small")
def test_a_damaged_file_is_told_and_no_traceback() -> None:
    whole = Path("counterpoint.db").read_bytes()
    for place in (30, 100, len(whole) // 3, len(whole) // 2, len(whole) - 200):
        broken = bytearray(whole)
        broken[place : place + 64] = bytes(64)
        Path("broken.db").write_bytes(broken)
        for line in ("verify", "who team:strings", "list work", "doctor"):
            ran = run(f"{line} --org broken.db")
            assert ran.code in {0, 1, 3, 6, 7}, (place, line, ran)
            assert "Traceback" not in ran.err


@pytest.mark.usefixtures("small")
def test_a_changed_value_is_found_and_named() -> None:
    with sqlite3.connect("counterpoint.db") as connection:
        told = "value = replace(value, 'nothing to play without it', 'nothing to play without me')"
        assert connection.execute(f"update statement set {told} where value like '%without it%'").rowcount == 1
    connection.close()
    ran = run("verify --json")
    assert ran.code == 6
    assert json.loads(ran.out)["first_bad"] == 1


@pytest.mark.usefixtures("small")
def test_nobody_may_write_where_the_file_may_not_be_written() -> None:
    ran = run("who team:strings --org nowhere/at/all.db")
    assert ran.code == 3
    ran = run("apply --org nowhere/at/all.db")
    assert (ran.code, ran.out) == (7, "")
    assert "is the folder there" in ran.err
