"""The command table, its handlers, its help and its page hold together."""

from __future__ import annotations

import inspect
import pkgutil
import shlex
from pathlib import Path
from typing import get_args

import pytest

from counterpoint.faces.cli import handlers, reference
from counterpoint.faces.cli.perform import handler_name, handler_of
from counterpoint.faces.cli.program import program
from counterpoint.model.command import Command, Needs, Section, Sort, Who
from counterpoint.model.commands import COMMANDS, command_of
from counterpoint.model.shapes import said_in_words, schema_of
from tests.faces.cli.running import run

ROOT = Path(__file__).parents[3]
every_command = pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])


def test_commands_and_handlers_match_one_to_one() -> None:
    there = {f"{handlers.__name__}.{module.name}" for module in pkgutil.iter_modules(handlers.__path__)}
    assert there == {handler_name(command) for command in COMMANDS if not command.act}
    assert len({command.words for command in COMMANDS}) == len(COMMANDS)


@every_command
def test_a_handler_takes_what_its_command_declares(command: Command) -> None:
    handler = handler_of(command)
    assert callable(handler.show)
    if command.act:
        assert handler.run.__annotations__["arguments"], "acts share one handler, which takes what their row declares"
        return
    taken = list(inspect.signature(handler.run).parameters)
    assert taken == ["call", *(one.name for one in command.parameters)]
    assert callable(handler.show)


@every_command
def test_a_handler_answers_with_what_its_command_declares(command: Command) -> None:
    kind = reference.answer_type(command)
    if kind is None:
        assert command.returns == "the JSON Schema"
        return
    schema = schema_of(kind)
    names = said_in_words({name: schema[name] for name in schema if name not in ("$schema", "$defs")})
    assert names.split(" or ")[0] == command.returns
    for name, shape in schema["$defs"].items():
        assert shape["description"], f"{name} has no docstring"


@every_command
def test_a_row_of_the_table_is_well_formed(command: Command) -> None:
    assert command.summary[0].islower() or command.summary.startswith("JSON")
    assert not command.summary.endswith(".")
    assert command.section in get_args(Section)
    assert command.needs in get_args(Needs)
    assert command.who in get_args(Who)
    assert command.writes or command.who == "anyone", "who only reads need not say who they are"
    assert command.examples
    for one in command.parameters:
        assert one.name.isidentifier()
        assert one.sort in get_args(Sort)
        assert (one.sort == "choice") == bool(one.choices)
        assert one.about
        assert not (one.required and one.default is not None)
    optional = [not one.required for one in command.parameters if not one.option]
    assert optional == sorted(optional), "what may be left out comes after what may not"


@every_command
def test_examples_are_command_lines_that_can_be_read(command: Command) -> None:
    for example in command.examples:
        first, *words = shlex.split(example.line.partition(" > ")[0])
        assert first == "counterpoint"
        depth = len(command.words)
        assert tuple(words[:depth]) == command.words
        group = program()
        context = group.make_context("counterpoint", words[:depth], resilient_parsing=True)
        for word in words[:depth]:
            made = group.get_command(context, word)
            assert made is not None
            group = made  # type: ignore[assignment]
        group.make_context(command.words[-1], words[depth:])


@every_command
def test_help_shows_everything_and_an_example(command: Command) -> None:
    ran = run(f"{command.name} --help")
    assert ran.code == 0
    assert ran.err == ""
    flat = " ".join(ran.out.split())
    for example in command.examples:
        assert example.line in ran.out
    for one in command.parameters:
        assert one.spelled in ran.out
        assert " ".join(one.about.split()) in flat
    assert "--json" in ran.out
    assert f"prints {command.returns}" in flat


def test_the_first_page_lists_every_command_and_each_noun_tells_what_its_acts_do() -> None:
    ran = run("--help")
    for command in COMMANDS:
        page, name = ran.out, command.name
        if command.section == "Act" and len(command.words) > 1:
            noun, *verb = command.words
            assert f"  {noun} " in page
            assert " ".join(verb) in " ".join(page.split())
            page, name = run(f"{noun} --help").out, " ".join(verb)
        assert f"  {name} " in page
        assert " ".join(command.summary.split()) in " ".join(page.split())
    assert run("").out == ran.out


def test_a_group_lists_its_commands() -> None:
    assert "preview" in run("mapping --help").out
    assert "retry" in run("quarantine --help").out


def test_the_page_of_commands_is_made_from_the_table() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == reference.page(), "python -m counterpoint.faces.cli.reference > docs/commands.md"


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = reference.page()
    heads = {
        line.lstrip("# ").casefold().replace(" ", "-").replace("(", "").replace(")", "").replace(".", "")
        for line in page.splitlines()
        if line.startswith("#")
    }
    links = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert links
    assert links <= heads


def test_a_command_is_found_by_its_words() -> None:
    found = command_of(["mapping", "check"])
    assert found is not None
    assert found.stem == "mapping_check"
    assert command_of(["mapping"]) is None


@every_command
def test_what_is_said_of_a_default_is_never_taken_for_a_value(command: Command) -> None:
    for one in command.parameters:
        assert not (one.default is not None and one.otherwise)
        if isinstance(one.default, str):
            assert one.sort in ("folder", "place", "file", "choice"), "words for people are `otherwise`"
