"""What-ifs on the command line, asked of the demonstration."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from counterpoint.faces.cli.reference import answer_type
from counterpoint.model.commands import COMMANDS, command_of
from counterpoint.model.shapes import schema_of
from tests.faces.cli.running import Ran, in_small, run

PLAN = """
title = "A plan"
[[variant]]
name = "no weekly"
remove = ["ritual:engineering-weekly"]
[[variant]]
name = "all above, and fast"
model = "centralised"
speedup = 10
"""
LINES = (
    "whatif models --effort quick",
    "whatif compress --k 10 --effort quick",
    "whatif remove ritual:engineering-weekly --effort quick",
    "whatif remove launch-check 'Engineering weekly' --k 10 --effort quick",
    "whatif grow --agents 100 --effort quick",
    "whatif grow --teams 2 --people .5 --effort quick",
    "whatif census --effort quick",
    "whatif census --k 10 --effort quick",
    "whatif run plan.toml --effort quick",
    "whatif matters --figure lead",
)
EVERYDAY = "whatif grow --agents 10 --effort quick"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A demonstration that nothing is written to."""
    folder = tmp_path_factory.mktemp("whatif")
    with in_small(folder) as patch:
        assert run("demo --no-serve --into .").code == 0
        (folder / "plan.toml").write_text(PLAN)
        patch.setenv("COUNTERPOINT_ORG", str(folder / "counterpoint-demo.db"))
        yield folder


def answered(line: str) -> dict[str, Any]:
    """The JSON of a command, which is as the table says."""
    ran = run(f"{line} --json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    command = command_of(line.split()[:2])
    assert command is not None
    jsonschema.Draft202012Validator(schema_of(answer_type(command))).validate(found)
    basis = found["basis"]
    assert basis["measured"] + basis["declared"] + basis["assumed"] == len(basis["numbers"])
    assert basis["error"] is None
    assert "no activity" in basis["calibration"]
    return found


def said(line: str) -> Ran:
    """What people see of it."""
    ran = run(line)
    assert ran.code == 0, ran.err
    assert "What this rests on" in ran.out
    assert "Not held against the past" in ran.out
    return ran


def test_a_what_if_says_what_it_rests_on(demo: Path) -> None:
    found = answered(EVERYDAY)
    now, grown = found["variants"]
    assert (now["name"], grown["name"]) == ("as it is", "10 agents more")
    assert now["more_cost"] is None
    assert now["likely"] is None
    assert grown["draws"] == 32
    assert found == answered(EVERYDAY)
    assert "10 agents more" in said(EVERYDAY).out


@pytest.mark.long
@pytest.mark.parametrize("line", LINES)
def test_every_command_answers_people_and_programs(line: str, demo: Path) -> None:
    answered(line)
    assert len(said(line).out.splitlines()) > 10


@pytest.mark.long
def test_the_models_are_told_apart_and_the_curve_falls(demo: Path) -> None:
    names = [one["name"] for one in answered("whatif models --effort quick")["variants"]]
    assert names == ["as it is", "centralised", "decentralised", "hybrid"]
    found = answered("whatif compress --k 10 --effort quick")
    leads = [one["row"]["lead"]["value"] for one in found["curve"]]
    shares = [one["row"]["coordination"]["value"] for one in found["curve"]]
    assert [one["speedup"] for one in found["curve"]] == [1, 2, 5, 10, 20, 50, 100]
    assert leads == sorted(leads, reverse=True)
    assert shares == sorted(shares)
    kinds = {one["kind"] for one in found["before"]["elements"]}
    assert kinds <= {"necessary governance", "load-bearing", "optional", "not yet known"}
    rules = {one["element"]: one["rule"] for one in found["after"]["elements"] if one["kind"] == "necessary governance"}
    assert rules
    assert all(rules.values())


@pytest.mark.long
def test_what_matters_is_drawn(demo: Path) -> None:
    found = answered("whatif matters --chart matters.svg")
    drawn = (demo / "matters.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    first = found["rows"][0]
    assert f"{first['name']} (" in drawn
    assert "Which assumptions matter to cost" in drawn


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("whatif models --k 0.5", 5, "a speed-up of 0.5 is none"),
        ("whatif models --k nan", 5, "a speed-up of nan is none"),
        ("whatif models --k ten", 2, "--k"),
        ("whatif compress --response -1", 5, "a response of demand of -1 is none"),
        ("whatif remove ritual:none", 5, "no element 'ritual:none'"),
        ("whatif remove weekly", 5, "did you mean"),
        ("whatif grow", 2, "nothing grows"),
        ("whatif grow --people 0", 5, "is nothing"),
        ("whatif run nowhere.toml", 3, "nowhere.toml cannot be read"),
        ("whatif matters --figure luck", 2, "luck"),
        ("whatif matters --chart matters.txt", 2, "no picture that can be drawn"),
        ("whatif matters --chart nowhere/matters.svg", 7, "is no folder"),
    ],
)
def test_nonsense_is_refused(line: str, code: int, words: str, demo: Path) -> None:
    ran = run(line)
    assert ran.code == code
    assert words in ran.err
    assert not ran.out


def test_a_plan_that_is_wrong_says_where(demo: Path) -> None:
    (demo / "wrong.toml").write_text('[[variant]]\nname = "x"\nspeed = 3\n')
    ran = run("whatif run wrong.toml")
    assert (ran.code, ran.out) == (5, "")
    assert "wrong.toml, variant 1: there is no field 'speed' (did you mean speedup?)" in ran.err
    (demo / "broken.toml").write_text("[[variant]\n")
    ran = run("whatif run broken.toml")
    assert ran.code == 5
    assert "broken.toml" in ran.err
    assert "line 1" in ran.err


def test_an_organisation_without_work_is_refused(tmp_path: Path) -> None:
    with in_small(tmp_path) as patch:
        patch.setenv("COUNTERPOINT_ORG", str(tmp_path / "empty.db"))
        (tmp_path / "people").mkdir()
        (tmp_path / "people" / "one.toml").write_text('[[team]]\nid = "shop"\n')
        assert run("apply people").code == 0
        ran = run("whatif models")
        assert ran.code == 5
        assert "there is no work to simulate" in ran.err


def test_every_what_if_is_tried_here() -> None:
    tried = {" ".join(line.split()[:2]) for line in LINES}
    assert {one.name for one in COMMANDS if one.words[0] == "whatif"} == tried | {"whatif calibrate"}


PEOPLE = """
[[team]]
id = "web"
member = ["person:ana", "person:ben", "person:cyd", "person:dan", "person:eve"]
[[team]]
id = "pay"
member = ["person:fay", "person:gus", "person:hal", "person:ida", "person:jon"]
[[zone]]
id = "web"
owner = "team:web"
[[zone]]
id = "pay"
owner = "team:pay"
[[work]]
id = "page"
team = "web"
status = "active"
[[work]]
id = "card"
team = "pay"
status = "active"
[[dependency]]
id = "page-needs-card"
consumer = "work:page"
provider = "work:card"
""" + "".join(
    f'[[person]]\nid = "{one}"\n' for one in ("ana", "ben", "cyd", "dan", "eve", "fay", "gus", "hal", "ida", "jon")
)


def a_log(cases: int) -> str:
    """Cases of two zones; each is begun, worked at for some hours by one of five, and closed a day later."""
    rows, chance = ["ticket,what,when,who,area,state"], random.Random(5)
    for case in range(cases):
        begun = datetime(2025, 1, 6, 9, tzinfo=UTC) + timedelta(hours=case * 6)
        zone = ("web", "pay")[case % 2]
        who = f"{zone}{case // 2 % 5}"
        start = begun + timedelta(minutes=chance.randrange(20, 90))
        done = start + timedelta(minutes=chance.randrange(60, 300))
        closed = done + timedelta(hours=chance.randrange(12, 40))
        for what, when, state in (
            ("opened", begun, "complete"), ("fixed", start, "start"), ("fixed", done, "complete"),
            ("closed", closed, "complete"),
        ):  # fmt: skip
            rows.append(f"{case},{what},{when.isoformat()},{who},zone:{zone},{state}")
    return "\n".join(rows) + "\n"


def test_what_activity_says_is_in_the_model_and_its_error_beside_the_answer(tmp_path: Path) -> None:
    with in_small(tmp_path) as patch:
        patch.setenv("COUNTERPOINT_ORG", str(tmp_path / "desk.db"))
        (tmp_path / "ours").mkdir()
        (tmp_path / "ours" / "all.toml").write_text(PEOPLE)
        (tmp_path / "desk.csv").write_text(a_log(400))
        assert run("apply ours").code == 0
        columns = {"case": "ticket", "activity": "what", "time": "when", "resource": "who", "group": "area"}
        words = " ".join(f"--set {name}={column}" for name, column in (*columns.items(), ("lifecycle", "state")))
        traced = run(f"trace desk.csv {words}")
        assert traced.code == 0, traced.err
        ran = run(f"{EVERYDAY} --json")
        assert ran.code == 0, ran.err
        basis = json.loads(ran.out)["basis"]
        assert basis["error"] is not None, basis["calibration"]
        assert "10, 50 and 90 of 100 cases take no longer than" in basis["calibration"]
        origins = {one["name"]: one["origin"] for one in basis["numbers"]}
        measured = [name for name, origin in origins.items() if origin == "measured" and name.startswith("items/")]
        assert len(measured) == 2
        assert f"Error on the past: {basis['error']:.0%}" in run(EVERYDAY).out
