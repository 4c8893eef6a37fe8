"""The command table as a click program.

Click, and not Typer, because Typer derives commands from the signatures of functions, and here the table is the
source: commands are built from its rows when they are asked for. This module imports nothing but click and the table,
so that ``--help`` is quick; what a command does is imported when it is done.
"""

from __future__ import annotations

import difflib
from typing import Any

import click

from counterpoint.faces.cli import help_pages
from counterpoint.model.command import Command, Parameter
from counterpoint.model.commands import command_of, commands_below

PROGRAM = "counterpoint"
ABOUT = """One shared state of the work, with its reasons: who decides, what depends on what, what is disputed."""
_TYPES: dict[str, click.ParamType[Any]] = {
    "text": click.STRING,
    "reference": click.STRING,
    "moment": click.STRING,
    "day": click.STRING,
    "deadline": click.STRING,
    "resource": click.STRING,
    "party": click.STRING,
    "number": click.IntRange(min=0),
    "decimal": click.FLOAT,
    "file": click.Path(dir_okay=False),
    "folder": click.Path(file_okay=False),
    "place": click.Path(),
}


class _Pair(click.ParamType[tuple[str, str]]):
    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, equals, rest = str(value).partition("=")
        if not equals or not name:
            self.fail(f"{value!r} is not ATTR=VALUE", param, ctx)
        return name.strip(), rest.strip()


class Program(click.Group):
    """The commands below some words of the table; the whole program for no words."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.itself = command_of(words)
        params = _parameters(self.itself) if self.itself else []
        super().__init__(
            words[-1] if words else PROGRAM,
            params=[*params, *(_everywhere(self.itself) if words else [*_everywhere(None), _version()])],
            callback=click.pass_context(self._alone),
            invoke_without_command=self.itself is not None,
            no_args_is_help=self.itself is None,
            help=_group_help(words, self.itself),
        )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The next words, in the order of the table."""
        depth = len(self.words)
        return list(dict.fromkeys(command.words[depth] for command in commands_below(self.words)))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or the group of commands, of the next word."""
        words = (*self.words, cmd_name)
        if commands_below(words):
            return Program(words)
        command = command_of(words)
        return None if command is None else One(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name where there is no such command."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = [*self.list_commands(ctx), *_second_words(self.words)]
            close = difflib.get_close_matches(args[0], known, n=2, cutoff=0.5)
            meant = f" Did you mean {' or '.join(close)}?" if close else ""
            ctx.fail(f"There is no command {args[0]!r}.{meant}")
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The page that ``--help`` prints."""
        if self.itself is not None:
            help_pages.of_command(self.itself, self, ctx, formatter, below=commands_below(self.words))
        else:
            help_pages.of_group(self.words, self, ctx, formatter)

    def _alone(self, ctx: click.Context, /, **given: Any) -> Any:
        if self.itself is not None and ctx.invoked_subcommand is None:
            return _perform(self.itself, ctx, given)
        return None


class One(click.Command):
    """One command of the table."""

    def __init__(self, command: Command) -> None:
        self.itself = command
        super().__init__(
            command.words[-1],
            params=[*_parameters(command), *_everywhere(command)],
            callback=click.pass_context(self._do),
            help=command.summary,
        )

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The page that ``--help`` prints."""
        help_pages.of_command(self.itself, self, ctx, formatter)

    def _do(self, ctx: click.Context, /, **given: Any) -> Any:
        return _perform(self.itself, ctx, given)


def program() -> click.Group:
    """The whole command line."""
    return Program(())


def everywhere(command: Command | None) -> tuple[tuple[str, str, str], ...]:
    """The options that are everywhere: what it is called here, how it is written, what it is for."""
    org = ("org", "--org FILE|postgresql://…", "the organisation [default: counterpoint.db here, or COUNTERPOINT_ORG]")
    me = ("me", "--as WHO", "who acts, like person:ana [default: COUNTERPOINT_ME, else whoever holds the file]")
    out = ("json", "--json", "answer in JSON; errors too, on standard error")
    if command is None:
        return org, me, out
    asked = command.writes or command.personal
    return (*((org,) if command.needs != "nothing" else ()), *((me,) if asked else ()), out)


def _everywhere(command: Command | None) -> list[click.Parameter]:
    made: list[click.Parameter] = []
    for name, written, about in everywhere(command):
        flag, _, takes = written.partition(" ")
        names, plain = [flag, f"_{name}"], not takes
        made.append(click.Option(names, is_flag=plain, default=None, metavar=takes or None, help=about))
    return made


def _version() -> click.Option:
    def show(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
        if value:
            # Only who asks for the version pays for looking it up.
            from importlib.metadata import version

            click.echo(f"{PROGRAM} {version(PROGRAM)}")
            ctx.exit()

    return click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=show, help="print the version"
    )


def _parameters(command: Command) -> list[click.Parameter]:
    return [_option(one) if one.option else _argument(one) for one in command.parameters]


def _argument(one: Parameter) -> click.Argument:
    return click.Argument(
        [one.name],
        required=one.required,
        nargs=-1 if one.many else 1,
        type=_kind(one),
        metavar=(one.spelled if one.required else f"[{one.spelled}]") + ("..." if one.many else ""),
        **_default(one),
    )


def _option(one: Parameter) -> click.Option:
    names = [one.spelled, one.name]
    if one.sort == "flag":
        return click.Option(names, is_flag=True, default=False, help=one.about)
    return click.Option(
        names,
        type=_kind(one),
        required=one.required,
        multiple=one.many,
        metavar=one.metavar or None,
        help=one.about,
        **_default(one),
    )


def _kind(one: Parameter) -> click.ParamType[Any]:
    if one.sort == "choice":
        return click.Choice(one.choices)
    return _Pair() if one.sort == "pair" else _TYPES[one.sort]


def _default(one: Parameter) -> dict[str, Any]:
    """Nothing where there is none: to click, a default of None is a value, and what is required would be given."""
    return {} if one.default is None else {"default": one.default}


def _perform(command: Command, ctx: click.Context, given: dict[str, Any]) -> Any:
    # Imported when a command is done: what it needs costs more time than the whole of --help.
    from counterpoint.faces.cli.perform import perform

    return perform(
        command,
        {one.name: given[one.name] for one in command.parameters},
        org=_nearest(ctx, "_org"),
        me=_nearest(ctx, "_me"),
        as_json=bool(_nearest(ctx, "_json")),
    )


def _nearest(ctx: click.Context | None, name: str) -> Any:
    """The value of an option that may stand before or after the command: the one nearest to the command counts."""
    while ctx is not None:
        if ctx.params.get(name):
            return ctx.params[name]
        ctx = ctx.parent
    return None


def _group_help(words: tuple[str, ...], itself: Command | None) -> str:
    if itself is not None:
        return itself.summary
    return f"The commands of {words[-1]}." if words else ABOUT


def _second_words(words: tuple[str, ...]) -> list[str]:
    return [] if words else sorted({" ".join(one.words) for one in commands_below(()) if len(one.words) > 1})
