"""What ``--help`` prints: of the whole, of a group, of one command, each with examples."""

from __future__ import annotations

from collections.abc import Sequence

import click

from counterpoint.model.command import SECTIONS, Command, Parameter
from counterpoint.model.commands import commands_below

_FIRST = (
    ("counterpoint demo", "a small organisation to look at"),
    ("counterpoint init", "the files of your own"),
    ("counterpoint who team:lang", "who makes the final call, and why"),
)


def of_group(words: tuple[str, ...], group: click.Command, ctx: click.Context, out: click.HelpFormatter) -> None:
    """The page of the whole program, or of the commands that share their first words."""
    group.format_usage(ctx, out)
    out.write_paragraph()
    out.write_text(group.help or "")
    depth = len(words)
    below = commands_below(words)
    for section in SECTIONS:
        here = [one for one in below if one.section == section]
        # There are many acts: the whole program's page names them, and each noun's own page tells what they do.
        if section == "Act" and not words:
            _section(section, _nouns(here), out)
            continue
        reads = [one for one in here if section == "Act" and not one.act]
        _section("Ask", [(_rest(one, depth), one.summary) for one in reads], out)
        _section(section, [(_rest(one, depth), one.summary) for one in here if one not in reads], out)
    _options(group, ctx, out, "Options")
    examples = _FIRST if not words else [(one.examples[0].line, one.examples[0].does) for one in below]
    _examples(examples, out)


def _section(title: str, rows: Sequence[tuple[str, str]], out: click.HelpFormatter) -> None:
    if rows:
        with out.section(title):
            out.write_dl(rows)


def _rest(command: Command, depth: int) -> str:
    return " ".join(command.words[depth:])


def _nouns(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """Each noun with its verbs; a command of one word with what it does."""
    nouns = dict.fromkeys(one.words[0] for one in commands)
    verbs = {noun: [_rest(one, 1) for one in commands if one.words[0] == noun] for noun in nouns}
    alone = {one.words[0]: one.summary for one in commands if len(one.words) == 1}
    return [(noun, alone.get(noun) or ", ".join(found)) for noun, found in verbs.items()]


def of_command(
    command: Command,
    made: click.Command,
    ctx: click.Context,
    out: click.HelpFormatter,
    below: Sequence[Command] = (),
) -> None:
    """The page of one command."""
    made.format_usage(ctx, out)
    out.write_paragraph()
    out.write_text(command.summary[0].upper() + command.summary[1:] + ".")
    if command.about:
        out.write_paragraph()
        out.write_text(command.about)
    arguments = [(one.spelled, _about(one)) for one in command.parameters if not one.option]
    if arguments:
        with out.section("Arguments"):
            out.write_dl(arguments)
    if below:
        with out.section("Commands"):
            out.write_dl([(one.words[-1], one.summary) for one in below])
    _options(made, ctx, out, "Options", {one.name: one for one in command.parameters})
    _examples([(one.line, one.does) for one in command.examples], out)
    out.write_paragraph()
    out.write_text(f"With --json it prints {command.returns}, as described in docs/commands.md.")


def _about(one: Parameter) -> str:
    default = one.otherwise if one.default is None else one.default
    return f"{one.about} [default: {default}]" if default else one.about


def _options(
    made: click.Command,
    ctx: click.Context,
    out: click.HelpFormatter,
    title: str,
    ours: dict[str, Parameter] | None = None,
) -> None:
    rows = []
    for param in made.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is None or isinstance(param, click.Argument):
            continue
        declared = (ours or {}).get(param.name or "")
        about = _about(declared) if declared is not None else record[1]
        rows.append((record[0], about + (" [required]" if param.required else "")))
    with out.section(title):
        out.write_dl(rows)


def _examples(examples: Sequence[tuple[str, str]], out: click.HelpFormatter) -> None:
    with out.section("Examples"):
        for line, does in examples:
            out.write(f"{' ' * out.current_indent}# {does}\n{' ' * out.current_indent}$ {line}\n")
