"""From the words on a command line to an exit code: the one place where errors become text.

Exit codes: 0 done; 1 something is broken; 2 the command line, a reference or a value cannot be meant; 3 not found;
4 a rule refuses; 5 files with problems; 6 the ledger does not verify; 7 the store cannot be used; 130 interrupted;
141 nobody reads the output any more. See :mod:`counterpoint.errors`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from collections.abc import Sequence

import click

from counterpoint.errors import CounterpointError, StoreError, UsageError
from counterpoint.faces.cli.program import program
from counterpoint.settings import without_password

INTERRUPTED = 130
NOBODY_READS = 141
# An answer is many small objects that live until it is printed. Looking for garbage among them as often as Python does
# by itself takes a third of the time of a long one.
_GARBAGE = (50_000, 20, 100)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line says; the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    _prepare_streams()
    gc.set_threshold(*_GARBAGE)
    try:
        code = _run(words, as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        code = NOBODY_READS
    if code == NOBODY_READS:
        # What Python would still flush at its end must not complain either.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _run(words: list[str], as_json: bool) -> int:
    try:
        code = program().main(words, prog_name="counterpoint", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; what was not finished was not written", err=True)
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        return _tell(_usage(error), as_json)
    except CounterpointError as error:
        return _tell(error, as_json)
    except SystemExit:
        # The one case in which click ends a program that it does not own: whoever read its output has gone.
        return NOBODY_READS
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _tell(StoreError(f"{place}{error.strerror or error}"), as_json)


def _usage(error: click.ClickException) -> UsageError:
    hint = ""
    context = getattr(error, "ctx", None)
    if context is not None:
        hint = f"{context.command_path} --help shows what it takes"
    return UsageError(error.format_message(), hint=hint)


def _tell(error: CounterpointError, as_json: bool) -> int:
    if as_json:
        click.echo(without_password(json.dumps(error.as_dict(), ensure_ascii=False)), err=True)
        return error.exit_code
    lines = [*map(str, error.problems)]
    lines.append(click.style("error: ", fg="red", bold=True) + error.message)
    lines += [f"  {error.hint}"] if error.hint else []
    # click leaves the colours out where standard error is no terminal; NO_COLOR is ours to keep.
    click.echo(without_password("\n".join(lines)), err=True, color=False if os.environ.get("NO_COLOR") else None)
    return error.exit_code


def _prepare_streams() -> None:
    """A character that the terminal's encoding lacks is written as an escape, and is no crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
