"""A small organisation's weeks on the command line: what every command prints, for people and as JSON.

After a change that is meant, ``COUNTERPOINT_BLESS=1 pytest tests/faces/cli/test_golden.py`` accepts it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from counterpoint.faces.cli.reference import answer_type
from counterpoint.model.command import Command
from counterpoint.model.commands import COMMANDS, command_of
from counterpoint.model.shapes import schema_of
from tests.faces.cli.running import Ran, comparable, in_small, run
from tests.faces.cli.steps import STEPS

GOLDEN = Path(__file__).parent / "golden"
BLESS = bool(os.environ.get("COUNTERPOINT_BLESS"))
RUNS = 10


def _command(line: str) -> Command:
    words = line.split()
    found = command_of(words[:2]) or command_of(words[:1])
    assert found is not None, line
    return found


def _walk(folder: Path, more: str) -> dict[str, Ran]:
    with in_small(folder) as patch:
        done = {}
        for day, name, line in STEPS:
            patch.setenv("COUNTERPOINT_NOW", f"{day}T09:00:00Z")
            ran = run(line + more)
            done[name] = Ran(ran.code, comparable(ran.out), comparable(ran.err))
        return done


@pytest.fixture(scope="module")
def for_people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """Every step, as people see it."""
    return _walk(tmp_path_factory.mktemp("people"), "")


@pytest.fixture(scope="module")
def as_json(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """Every step, with ``--json``."""
    return _walk(tmp_path_factory.mktemp("json"), " --json")


def _hold(file: Path, text: str) -> None:
    if BLESS:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"{file.name} is not as it was; see the head of this module"


@pytest.mark.parametrize(("day", "name", "line"), STEPS, ids=[step[1] for step in STEPS])
def test_what_people_see(day: str, name: str, line: str, for_people: dict[str, Ran]) -> None:
    ran = for_people[name]
    errors = f"\nstandard error:\n{ran.err}" if ran.err else ""
    _hold(GOLDEN / f"{name}.txt", f"$ counterpoint {line}\n{ran.out}{errors}exit code {ran.code}\n")


@pytest.mark.parametrize(("day", "name", "line"), STEPS, ids=[step[1] for step in STEPS])
def test_what_programs_see(day: str, name: str, line: str, as_json: dict[str, Ran]) -> None:
    ran = as_json[name]
    assert ran.code == 0, ran.err
    _hold(GOLDEN / f"{name}.json", ran.out)
    schema = schema_of(answer_type(_command(line)))
    jsonschema.Draft202012Validator(schema).validate(json.loads(ran.out))


def test_both_ways_come_to_the_same_exit_codes(for_people: dict[str, Ran], as_json: dict[str, Ran]) -> None:
    assert {name: ran.code for name, ran in for_people.items()} == {name: ran.code for name, ran in as_json.items()}


def test_every_command_is_among_the_steps() -> None:
    """But acts, which share one handler: of these one of each noun, since their pages are run by tests of their own."""
    apart = {"demo", "serve", "schema", "map"} | {one.name for one in COMMANDS if one.words[0] == "whatif"}
    done = [_command(line) for _, _, line in STEPS]
    questions = {command.name for command in COMMANDS if not command.act}
    assert {command.name for command in done if not command.act} == questions - apart
    nouns = {command.words[0] for command in COMMANDS if command.act}
    assert {command.words[0] for command in done if command.act} == nouns - {"workflow"}, "tests/protocols has that one"


def test_nothing_golden_is_left_over() -> None:
    wanted = {f"{name}{suffix}" for _, name, _ in STEPS for suffix in (".txt", ".json")}
    assert {file.name for file in GOLDEN.iterdir()} == wanted


def test_who_in_json_has_what_the_documentation_promises(as_json: dict[str, Ran]) -> None:
    one = json.loads(as_json["who-one"].out)
    assert (one["subject"], one["answer"], one["deciders"]) == ("team:strings", "one", ["person:ana"])
    assert one["inherited_from"] is None
    reason = one["because"][0]
    assert (reason["file"], reason["line"], reason["source"]) == ("organisation.toml", 27, "organisation")
    assert reason["said"] == "2026-05-01T09:00:00.000000Z"
    path = json.loads(as_json["who-path"].out)
    assert (path["subject"], path["answer"], path["rule"]) == ("stage/lights.py", "shared", "any")
    assert {"subject", "answer", "deciders", "inherited_from", "because"} <= path.keys()
    assert [(one["file"], one["line"]) for one in path["because"]] == [(".github/CODEOWNERS", 4)] * 2


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The organisation as it is after its first week."""
    with in_small(tmp_path_factory.mktemp("grown")) as patch:
        for day, _, line in STEPS:
            patch.setenv("COUNTERPOINT_NOW", f"{day}T09:00:00Z")
            if _command(line).writes and day < "2026-05-06":
                run(line)
        patch.setenv("COUNTERPOINT_NOW", "2026-05-06T09:00:00Z")
        yield


@pytest.mark.usefixtures("grown")
def test_the_same_question_is_answered_with_the_same_bytes() -> None:
    one_each = {_command(line).name: line for _, _, line in reversed(STEPS) if _command(line).section == "Ask"}
    lines = [f"{line} --json" for line in one_each.values()]
    first = {line: run(line) for line in lines}
    for _ in range(RUNS - 1):
        for line in lines:
            assert run(line) == first[line], line


@pytest.mark.usefixtures("grown")
def test_options_that_are_everywhere_stand_before_the_command_or_after_it() -> None:
    after = run("who team:strings --org counterpoint.db --json")
    assert after.code == 0
    assert run("--org counterpoint.db --json who team:strings") == after
    assert run("--org nowhere.db who team:strings --org counterpoint.db --json") == after


def _everything(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _everything(part)
    elif isinstance(value, list):
        for part in value:
            yield from _everything(part)
    elif isinstance(value, str):
        yield value


def test_no_opaque_person_is_shown_but_an_erased_one(as_json: dict[str, Ran], for_people: dict[str, Ran]) -> None:
    shown = {
        name for name, ran in as_json.items() if any("person:~" in one for one in _everything(json.loads(ran.out)))
    }
    shown |= {name for name, ran in for_people.items() if "person:~" in ran.out}
    assert shown <= {"history"}, "person:ben was erased before the history was asked for"


def test_control_characters_of_a_source_are_shown_and_not_obeyed(for_people: dict[str, Ran]) -> None:
    assert "Tune \\x1b[31mthe piano" in for_people["list"].out
    assert not any("\x1b" in ran.out for ran in for_people.values())
