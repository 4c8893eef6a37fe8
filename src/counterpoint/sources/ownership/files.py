"""Reading a checked-out repository with care: nothing outside of it, nothing through a link, nothing too big."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from counterpoint.errors import NotFound, Refused, UsageError
from counterpoint.model.statements import Quarantined

PathKind = Literal["file", "directory", "missing"]
# A name that no pattern singles out, for questions about a directory: the answer is that of a new file in it.
NEW_FILE = "\x00" * 64


@dataclass(frozen=True, slots=True)
class Asked:
    """The path of a question: relative to the repository with ``/`` ('' for its root), and what is there."""

    path: str
    kind: PathKind

    @property
    def probe(self) -> str:
        """The file path to match patterns with: the path, or for a directory a new file in it."""
        if self.kind != "directory":
            return self.path
        return f"{self.path}/{NEW_FILE}" if self.path else NEW_FILE

    @property
    def directory(self) -> str:
        """The directory whose OWNERS file is the nearest."""
        if self.kind == "directory":
            return self.path
        return self.path.rpartition("/")[0]


def repository(repo_dir: Path | str) -> Path:
    """The root of a checked-out repository, absolute.

    Raises:
        NotFound: there is no such directory.
    """
    root = Path(repo_dir)
    if not root.is_dir():
        raise NotFound(f"{root} is not a directory", hint="give the directory of a checked-out repository")
    return root.resolve()


def asked(root: Path, path: Path | str) -> Asked:
    """Make a path relative to the repository, whether or not anything is there.

    A relative path counts from the root of the repository; an absolute one must lie in it. A trailing slash says
    that a directory is meant.

    Raises:
        Refused: the path leads out of the repository.
        UsageError: no path has such characters.
    """
    text = str(path)
    if "\x00" in text:
        raise UsageError("a path has no NUL character")
    pure = PurePosixPath(text)
    if pure.is_absolute():
        inside = [place for place in (Path(os.path.normpath(text)), Path(text).resolve()) if place.is_relative_to(root)]
        if not inside:
            raise Refused(f"{text} is not in {root}", hint="give a path inside the repository")
        pure = PurePosixPath(inside[0].relative_to(root))
    parts: list[str] = []
    for part in pure.parts:
        if part == "..":
            if not parts:
                raise Refused(f"{text} leads out of {root}", hint="give a path inside the repository")
            parts.pop()
        elif part != ".":
            parts.append(part)
    relative = "/".join(parts)
    return Asked(relative, _kind(root, relative, text.endswith("/")))


def _kind(root: Path, relative: str, slash: bool) -> PathKind:
    place = root / relative
    try:
        if slash or relative == "" or (present(root, relative) and place.is_dir() and not place.is_symlink()):
            return "directory"
        return "file" if present(root, relative) else "missing"
    except OSError:  # a name that is too long, say: nothing of that name can be there
        return "missing"


def present(root: Path, name: str) -> bool:
    """Is there anything (even a broken link) of this name in the repository, with no link on the way to it?"""
    place = root / name
    if any(parent.is_symlink() for parent in place.parents if parent != root and root in parent.parents):
        return False
    return place.is_symlink() or place.exists()


def read(root: Path, name: str, largest: int) -> bytes | Quarantined:
    """The content of a file of the repository, or why it is not read: a link, not a file, or too big (in bytes)."""
    place = root / name
    if place.is_symlink():
        return refused(name, "is a symbolic link, which is not followed", "put the file itself there")
    if not place.is_file():
        return refused(name, "is not a file", "put a file there, or take it away")
    try:
        size = place.stat().st_size
        if size >= largest:
            over = f"is {size:,} bytes; from {largest:,} on it is not read"
            return refused(name, over, "use fewer, wider patterns")
        return place.read_bytes()
    except OSError as error:
        return refused(name, f"cannot be read: {error.strerror}", "see to its permissions")


def refused(name: str, message: str, hint: str, line: int | None = None) -> Quarantined:
    """A file that is not used at all."""
    return Quarantined("file", f"{name} {message}", hint, name, line)
