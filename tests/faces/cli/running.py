"""Running command lines as users do, inside this process, and making what they print comparable."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from counterpoint.faces.cli import main

SMALL = Path(__file__).parent / "small"
_HIDDEN = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"person:~[0-9a-f]{16}"), "person:~OPAQUE"),
    (re.compile(r"(?<=head )[0-9a-f]{12}\b"), "HASH"),
    # The names of actors are made by chance, and some of them can be packed more tightly than others.
    (re.compile(r'(?<="bytes": )\d+(?=,\n +"first")'), "0"),
)


@dataclass(frozen=True)
class Ran:
    """What a command line came to."""

    code: int
    out: str
    err: str


class _Bytes(io.TextIOWrapper):
    """A text stream over bytes, as standard output is; it can say that it is a terminal."""

    def __init__(self, *, terminal: bool, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


def run(line: str, *, terminal: bool = False, encoding: str = "utf-8") -> Ran:
    """Run ``counterpoint`` with these words; on a terminal its width is that of ``COLUMNS``."""
    out, err = _Bytes(terminal=terminal, encoding=encoding), _Bytes(terminal=False, encoding=encoding)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(shlex.split(line))
    return Ran(code, out.text(), err.text())


def comparable(text: str) -> str:
    """The text without what chance and the place of the test put into it."""
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text.replace(str(Path.cwd()), "HERE")


@contextlib.contextmanager
def in_small(folder: Path) -> Iterator[pytest.MonkeyPatch]:
    """A copy of the small organisation's files as the current folder, in UTC, with nobody's settings."""
    for one in SMALL.iterdir():
        shutil.copytree(one, folder / one.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("COUNTERPOINT_ORG", "COUNTERPOINT_ME", "NO_COLOR"):
            patch.delenv(name, raising=False)
        patch.setenv("TZ", "UTC")
        patch.setenv("COUNTERPOINT_NOW", "2026-05-01T09:00:00Z")
        time.tzset()
        yield patch
    time.tzset()
