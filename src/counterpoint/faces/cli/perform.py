"""Doing one command: its handler is found by its name, run, and its answer printed."""

from __future__ import annotations

import importlib
import keyword
import sys
from typing import Any, Protocol, cast

from counterpoint.faces.cli.call import Call, now
from counterpoint.faces.cli.paper import Paper, paper
from counterpoint.faces.cli.progress import Watch
from counterpoint.model.answers import as_json as plain
from counterpoint.model.command import Command

HANDLERS = "counterpoint.faces.cli.handlers"
ACTS = "counterpoint.faces.cli.act"


class Handler(Protocol):
    """A module in ``handlers`` of the command's name.

    ``run`` does it and returns the answer (None where it has printed what it had to); ``show`` prints the answer for
    people; ``code``, where there is one, gives the exit code of an answer that is no success.
    """

    def run(self, call: Call, /, **arguments: Any) -> Any:
        """Do it."""

    def show(self, answer: Any, paper: Paper, /) -> None:
        """Print what came of it."""


def handler_name(command: Command) -> str:
    """The module of a command's handler; Python's own words get an underscore."""
    return f"{HANDLERS}.{command.stem}_" if keyword.iskeyword(command.stem) else f"{HANDLERS}.{command.stem}"


def handler_of(command: Command) -> Handler:
    """The handler of a command; all acts of protocols share one.

    The one place where a module of ours is found by a name that is put together: importing all forty handlers, and
    what they need, would make ``--help`` many times slower. A test holds the modules to the table.
    """
    if command.act:
        return cast("Handler", importlib.import_module(ACTS).ActHandler(command))
    return cast("Handler", importlib.import_module(handler_name(command)))


def perform(command: Command, arguments: dict[str, Any], *, org: str | None, me: str | None, as_json: bool) -> int:
    """Do a command and print its answer; the exit code."""
    handler = handler_of(command)
    out = paper(sys.stdout, now())
    watch = Watch(sys.stderr, quiet=not command.long)
    call = Call(org, me, as_json, out, watch)
    try:
        with watch:
            answer = handler.run(call, **arguments)
        if answer is None:
            return 0
        if as_json:
            out.json(plain(answer))
        else:
            handler.show(answer, out)
        return int(getattr(handler, "code", lambda _answer: 0)(answer))
    finally:
        call.close()
