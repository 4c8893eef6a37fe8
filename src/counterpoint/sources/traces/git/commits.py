"""Commits out of what ``git log`` wrote: a few fields each, and a line for each file that it changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from counterpoint.sources.traces.git.stream import FIELDS

_MARK = b"\x02"
_SUBMODULE = b"160000"
_FIELDS_AFTER_MARK = len(FIELDS) - 1


class File(NamedTuple):
    """A file that a commit changed.

    ``status`` is git's letter: A added, D removed, M changed, R renamed (``old`` is what it was called), T made into
    something else (a link, a submodule). ``lines`` are those added and removed, None where they are not counted;
    ``binary`` says that they cannot be.
    """

    path: bytes
    status: bytes
    old: bytes
    lines: int | None
    binary: bool
    submodule: bool


class Commit(NamedTuple):
    """A commit as git tells it: names and addresses after .mailmap, times as ``seconds zone``, all in bytes."""

    sha: bytes
    parents: bytes
    name: bytes
    address: bytes
    written: bytes
    committer: bytes
    committer_address: bytes
    landed: bytes
    message: bytes
    files: list[File]


class Truncated(Exception):
    """What git wrote ends within a commit; its exit code says why. Never leaves this package."""


def commits(tokens: Iterator[bytes]) -> Iterator[Commit]:
    """Every commit, in git's order.

    Raises:
        Truncated: what git wrote ends within a commit, or is not what was asked for.
    """
    token = next(tokens, b"")
    while token:
        if token[:1] != _MARK:
            raise Truncated
        sha = token[1:]
        fields = tuple(islice(tokens, _FIELDS_AFTER_MARK))
        if len(fields) < _FIELDS_AFTER_MARK:
            raise Truncated
        parents, name, address, written, committer, committer_address, landed, message = fields
        token = next(tokens, b"")
        files: list[File] = []
        if token[:2] == b"\n:":
            files, token = _files(token[1:], tokens)
        yield Commit(sha, parents, name, address, written, committer, committer_address, landed, message, files)


def _files(token: bytes, tokens: Iterator[bytes]) -> tuple[list[File], bytes]:
    """The files of a commit, from the first line of them on; and what follows them.

    First come all of them with their kind of change, then all of them with their lines.
    """
    entries: list[tuple[bytes, bytes, bytes, bool]] = []
    counts: dict[bytes, list[bytes]] = {}
    try:
        while token[:1] == b":":
            status = token[token.rindex(b" ") + 1 :][:1]
            old = next(tokens) if status == b"R" else b""
            submodule = token[1:7] == _SUBMODULE or token[8:14] == _SUBMODULE
            entries.append((next(tokens), status, old, submodule))
            token = next(tokens, b"")
        while token and token[:1] != _MARK:
            counted = token.split(b"\t", 2)
            path = counted[2]
            if not path:
                next(tokens)
                path = next(tokens)
            counts[path] = counted
            token = next(tokens, b"")
    except (StopIteration, IndexError):
        raise Truncated from None
    return [_file(entry, counts.get(entry[0])) for entry in entries], token


def _file(entry: tuple[bytes, bytes, bytes, bool], counted: list[bytes] | None) -> File:
    path, status, old, submodule = entry
    if counted is None:
        return File(path, status, old, None, False, submodule)
    if counted[0] == b"-":
        return File(path, status, old, None, True, submodule)
    return File(path, status, old, int(counted[0]) + int(counted[1]), False, submodule)
