"""``docs/commands.md``: the command table and the shapes of its answers, as a page. A test holds the page to them.

Written anew with ``python -m counterpoint.faces.cli.reference > docs/commands.md``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args, get_type_hints

from counterpoint.faces.cli.perform import handler_of
from counterpoint.faces.cli.program import everywhere
from counterpoint.model.command import SECTIONS, Command, Parameter
from counterpoint.model.commands import COMMANDS
from counterpoint.model.shapes import Shapes, said_in_words
from counterpoint.settings import SETTINGS

_HEAD = """# Commands

This page is made from the command table (`src/counterpoint/model/commands.py`); a test holds it to the table.

`counterpoint COMMAND --help` prints the same with examples. `--org`, `--as` and `--json` may stand before the command
or after it. What is printed for people is coloured and fitted to the window on a terminal; elsewhere it is plain,
aligned, and never wrapped. Times are in the zone of the machine for people, and in UTC in JSON.
"""
_ERRORS = """## Errors and exit codes

An error is one message and what to do about it, on standard error; every problem of a file stands on a line of its own
as `file:line: field: message (what to do)`. With `--json`, standard error has one object instead:
`{"error": code, "message": …, "hint": …, "problems": [{"message", "file", "line", "field", "hint"}, …]}`, and standard
output stays empty.

| exit code | means |
|---|---|
| 0 | done |
| 1 | something is broken (`doctor`) |
| 2 | the command line, a reference or a value cannot be meant |
| 3 | there is no such thing, file or organisation |
| 4 | a rule refuses, or somebody else was first |
| 5 | files or statements have problems; nothing was written |
| 6 | the ledger, or a copy of it, does not verify |
| 7 | the file or the database server cannot be used |
| 130 | interrupted; what was not finished was not written |
| 141 | whoever read the output has gone |
"""

_TYPE = re.compile(r'(?<!["\w.])(?:[a-z]+\.)?[A-Z][a-z]\w*(?!")')


def page() -> str:
    """The page."""
    return "\n".join(_lines()) + "\n"


def answer_type(command: Command) -> Any:
    """The type of a command's answer, from its handler; None where the command prints something else."""
    hint = get_type_hints(handler_of(command).run)["return"]
    kinds = [one for one in get_args(hint) if one is not NoneType]
    if hint is NoneType:
        return None
    return kinds[0] if len(kinds) == 1 and NoneType in get_args(hint) else hint


def _lines() -> Iterator[str]:
    shapes = Shapes()
    yield _HEAD
    yield from _settings()
    for section in SECTIONS:
        yield f"## {section}\n"
        for command in COMMANDS:
            if command.section == section:
                yield from _command(command, shapes)
    yield _ERRORS
    yield "## What `--json` prints\n"
    yield "Every field is always there; what is not known is `null`. A type that is named here is an object.\n"
    for name in sorted(shapes.definitions, key=str.casefold):
        yield from _shape(name, shapes.definitions[name])


def _settings() -> Iterator[str]:
    yield "| everywhere | |\n|---|---|"
    for _, written, about in everywhere(None):
        yield f"| `{_cell(written)}` | {_cell(about)} |"
    yield "| `--version` | print the version |\n"
    yield "| environment | | without it |\n|---|---|---|"
    for one in SETTINGS:
        yield f"| `{one.name}` | {_cell(one.about)} | {_cell(one.default) or '–'} |"
    yield ""


def _command(command: Command, shapes: Shapes) -> Iterator[str]:
    yield f"### {command.name}\n"
    yield f"{command.summary[0].upper()}{command.summary[1:]}.{' ' + command.about if command.about else ''}\n"
    yield f"```\ncounterpoint {command.name}{_usage(command)}\n```\n"
    if command.parameters:
        yield "| | takes | |\n|---|---|---|"
        for one in command.parameters:
            yield f"| `{one.spelled}` | {_takes(one)} | {_cell(_about(one))} |"
        yield ""
    yield "```console"
    for example in command.examples:
        yield f"$ {example.line}    # {example.does}"
    yield "```\n"
    kind = answer_type(command)
    prints = f"[{command.returns}]" if kind is None else said_in_words(shapes.of(kind))
    links = prints[1:-1] if kind is None else _linked(prints)
    writes = f" Writes; who may: {command.who}." if command.writes else ""
    yield f"`--json` prints {links}.{writes}\n"


def _usage(command: Command) -> str:
    words = []
    for one in command.parameters:
        if one.option and not one.required:
            continue
        word = f"{one.spelled} {one.metavar or one.name.upper()}" if one.option else one.spelled
        word = f"{word}…" if one.many else word
        words.append(word if one.required else f"[{word}]")
    options = any(one.option and not one.required for one in command.parameters)
    return "".join(f" {word}" for word in [*words, *(["[options]"] if options else [])])


def _takes(one: Parameter) -> str:
    return {"moment": "date or time", "pair": "name=value", "flag": "nothing", "place": "file or folder"}.get(
        one.sort, one.sort
    )


def _about(one: Parameter) -> str:
    needed = " (required)" if one.required and one.option else ""
    otherwise = one.otherwise if one.default is None else one.default
    default = f" (default: {otherwise})" if otherwise not in (None, "") else ""
    return one.about + needed + default


def _shape(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name} (shape)\n"
    yield f"{_markdown(schema['description'])}\n"
    yield "| field | type |\n|---|---|"
    for field, kind in schema["properties"].items():
        yield f"| `{field}` | {_cell(_linked(said_in_words(kind)))} |"
    yield ""


def _linked(text: str) -> str:
    """Names of types as links to their shapes; other words, and quoted ones, stay."""
    return _TYPE.sub(lambda found: f"[{found[0]}](#{found[0].replace('.', '').lower()}-shape)", text)


def _markdown(text: str) -> str:
    """A docstring as Markdown: its double backquotes and roles are reStructuredText's."""
    text = re.sub(r":\w+:`~?([\w.]+)`", lambda found: f"`{found[1].rpartition('.')[2]}`", text)
    return re.sub(r"\bNone\b", "null", text.replace("``", "`"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
