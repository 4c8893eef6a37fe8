"""Running git on a repository that somebody else may have prepared: it reads, and executes nothing of theirs.

What a repository's own configuration could start (a pager, an external diff or a text conversion, a hook, a monitor of
its files, a check of signatures, a fetch of what is missing) is turned off on every command line; its revisions reach
git as identifiers only. What would change the figures (renames, algorithm, order, encoding) is set on every command
line too, so that a repository reads alike whoever reads it. The user's own configuration is trusted.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from counterpoint.errors import InvalidInput

SAFE: tuple[str, ...] = (
    "git", "--no-pager", "--no-optional-locks", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.attributesFile=/dev/null",
    "-c", "diff.external=", "-c", "diff.orderFile=/dev/null", "-c", "log.showSignature=false",
    "-c", "protocol.allow=never",
    "-c", "mailmap.file=", "-c", "core.sshCommand=false", "-c", "credential.helper=", "-c", "gc.auto=0",
    "-c", "maintenance.auto=false", "-c", "safe.bareRepository=all", "-c", "advice.graftFileDeprecated=false",
)  # fmt: skip
_KEPT = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_COUNT", "GIT_EXEC_PATH"})
_HINT = "it takes git 2.31 or newer, on the path"


def environment(**more: str) -> dict[str, str]:
    """The environment that git runs in: nothing of a git that runs us (a hook), and no network, prompt or tracing."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"))
    }
    fixed = {
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
    }
    return ours | fixed | more


def run(
    arguments: Sequence[str], *, folder: Path, env: dict[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a short command of git to its end; what it says is in the result, whatever it says.

    Raises:
        InvalidInput: there is no git, or the folder cannot be entered.
    """
    try:
        return subprocess.run([*SAFE, *arguments], cwd=folder, env=env, input=given, capture_output=True, check=False)
    except OSError as error:
        raise no_git(error, folder) from error


def no_git(error: OSError, folder: Path) -> InvalidInput:
    """What to say where git cannot be started."""
    if isinstance(error, FileNotFoundError) and folder.is_dir():
        return InvalidInput("git is not installed", hint=_HINT)
    return InvalidInput(f"git cannot be run in {folder}: {error}", hint=_HINT)


def complaint(said: bytes) -> str:
    """What git complained of, on one line, without its own hints."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    told = [line.removeprefix("fatal: ").removeprefix("error: ") for line in lines if not line.startswith("hint:")]
    return "; ".join(line.strip() for line in told if line.strip())[:500]
