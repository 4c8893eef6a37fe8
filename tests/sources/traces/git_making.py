"""Repositories made up for tests, by ``git fast-import``: any name, date and path, a whole history at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ADA = b"Ada <ada@example.org>"
BOB = b"Bob <bob@example.org>"
NOON = b"1700000000 +0100"
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith("GIT_")
} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": os.devnull}  # fmt: skip


@dataclass
class Made:
    """One commit of a history: ``files`` are written (None: removed), ``moves`` renamed from one path to another."""

    message: bytes = b"one more"
    files: Mapping[bytes, bytes | None] = field(default_factory=dict)
    moves: Mapping[bytes, bytes] = field(default_factory=dict)
    author: bytes = ADA
    committer: bytes | None = None
    written: bytes = NOON
    landed: bytes | None = None
    parents: Sequence[int] | None = None
    """Numbers of commits before it; None: the one just before it."""


def git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git as nobody in particular; what it wrote."""
    command = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, input=given, capture_output=True, check=False)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def make(folder: Path, history: Sequence[Made], *, bare: bool = False) -> list[str]:
    """Make a repository with this history on ``main``; the identifiers of its commits in order."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *(["--bare"] if bare else []))
    return add(folder, history)


def add(folder: Path, history: Sequence[Made], *, branch: str = "main", after: str | None = None) -> list[str]:
    """Add a history to a repository: a new branch, or one that goes on after a commit."""
    stream = b"".join(_commit(number, one, branch, after) for number, one in enumerate(history, 1))
    marks = folder / "marks"
    git(
        folder, "fast-import", "--quiet", "--force", "--date-format=raw-permissive", f"--export-marks={marks}",
        given=stream + b"done\n",
    )  # fmt: skip
    named = dict(line.split() for line in marks.read_text().splitlines())
    marks.unlink()
    return [named[f":{number}"] for number in range(1, len(history) + 1)]


def _commit(number: int, one: Made, branch: str, after: str | None) -> bytes:
    lines = [
        b"commit refs/heads/%b\nmark :%d\n" % (branch.encode(), number),
        b"author %b %b\n" % (one.author, one.written),
        b"committer %b %b\n" % (one.committer or one.author, one.landed or one.written),
        b"data %d\n%b\n" % (len(one.message), one.message),
    ]
    parents = [number - 1] if one.parents is None and number > 1 else list(one.parents or ())
    if number == 1 and after is not None:
        lines.append(b"from %b\n" % after.encode())
    for at, parent in enumerate(parents):
        lines.append(b"%b :%d\n" % (b"merge" if at else b"from", parent))
    if number > 1 and not parents:
        lines.insert(0, b"reset refs/heads/%b\n" % branch.encode())
    lines += [b"R %b %b\n" % (_quoted(old), _quoted(new)) for old, new in one.moves.items()]
    for path, content in one.files.items():
        if content is None:
            lines.append(b"D %b\n" % _quoted(path))
        else:
            lines.append(b"M 100644 inline %b\ndata %d\n%b\n" % (_quoted(path), len(content), content))
    return b"".join(lines) + b"\n"


def _quoted(path: bytes) -> bytes:
    return b'"' + b"".join(b"\\%03o" % one for one in path) + b'"'
