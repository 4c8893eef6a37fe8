"""The command table: every command and question, declared once.

From it come the command line and ``docs/commands.md``; HTTP and MCP take their names from it too. It is data: what a
command does stands in the handler of its name in each face, and a test holds table and handlers to one another.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.model.command import Command
from counterpoint.model.commands_acting import ACTING
from counterpoint.model.commands_asking import ASKING
from counterpoint.model.commands_changing import CHANGING
from counterpoint.model.commands_keeping import KEEPING
from counterpoint.model.commands_measuring import TRACING
from counterpoint.model.commands_starting import STARTING
from counterpoint.model.commands_whatif import WHATIF

COMMANDS: tuple[Command, ...] = (*STARTING, *ASKING, *TRACING, *WHATIF, *ACTING, *CHANGING, *KEEPING)
_BY_WORDS = {command.words: command for command in COMMANDS}


def command_of(words: Sequence[str]) -> Command | None:
    """The command of these words, if there is one."""
    return _BY_WORDS.get(tuple(words))


def commands_below(words: Sequence[str]) -> tuple[Command, ...]:
    """The commands whose name goes on after these words (``mapping`` has ``mapping check`` below it)."""
    depth = len(words)
    return tuple(one for one in COMMANDS if len(one.words) > depth and one.words[:depth] == tuple(words))
