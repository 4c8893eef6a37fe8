"""Where messages are: mbox files (also gzipped), Maildirs, single messages, and folders of any of these.

Only the heads of messages are read, one at a time; of a body not even the length is kept.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from counterpoint.errors import InvalidInput
from counterpoint.model.statements import Quarantined

LONGEST_HEAD = 256 * 1024
_LONGEST_LINE = 64 * 1024
_SEPARATOR = re.compile(rb"From \S.*\d\d:\d\d")
_HEADER = re.compile(rb"(?:[!-9;-~]+[ \t]*:|>From )")
_BLANK = (b"\n", b"\r\n")
_SINGLE = (".eml",)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one message, and where it stands: the file, and the line for a file of many."""

    content: bytes
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Archive:
    """Something that messages are in: an mbox file, or a file that is one message."""

    path: Path
    shown: str
    single: bool

    def heads(self, seen: Callable[[int], None]) -> Iterator[Head | Quarantined]:
        """Every head in it, in order; ``seen`` is told how many bytes were read (of the file as it lies there)."""
        try:
            with self.path.open("rb") as raw:
                if self.single:
                    yield Head(_head_of(raw), self.shown, None)
                    seen(raw.tell())
                    return
                stream = gzip.GzipFile(fileobj=raw) if _compressed(self.path) else raw
                yield from self._split(cast("IO[bytes]", stream), lambda: seen(raw.tell()))
        except (OSError, EOFError, zlib.error) as error:
            yield Quarantined("file", f"it cannot be read to its end: {error}", "fetch it again", self.shown)

    def _split(self, stream: IO[bytes], seen: Callable[[], None]) -> Iterator[Head | Quarantined]:
        splitter = _Splitter()
        for number, (piece, begins) in enumerate(_pieces(stream)):
            if number % 4096 == 0:
                seen()
            head = splitter.take(piece, begins=begins)
            if head is not None:
                yield Head(head, self.shown, splitter.head_at)
        last = splitter.end()
        if last is not None:
            yield Head(last, self.shown, splitter.head_at)
        if not splitter.head_at:
            yield Quarantined("file", "no message begins in it", "give an mbox file, a Maildir or .eml", self.shown)
        seen()


class _Splitter:
    """Finds the heads of messages in the lines of a file of many.

    A message begins with a line ``From `` that has a time in it, at the beginning or after an empty line, if a header
    follows; so a body that says "From now on" ends nothing, even where nobody has marked it with ``>``.
    """

    def __init__(self) -> None:
        self.head_at = 0
        self._line = 0
        self._separator = 0
        self._state = "body"
        self._blank = True
        self._lines: list[bytes] = []
        self._size = 0

    def take(self, piece: bytes, *, begins: bool) -> bytes | None:
        """Take a line, or a piece of a long one; the head that ended with it."""
        self._line += begins
        if self._state == "separator" and begins:
            self._state = "head" if _HEADER.match(piece) else "body"
        if self._state == "head":
            if not (begins and piece in _BLANK):
                self._size += len(piece)
                if self._size <= LONGEST_HEAD:
                    self._lines.append(piece)
                return None
            self._state, self._blank = "body", True
            return self.end()
        if self._state == "body":
            if begins and self._blank and piece.startswith(b"From ") and _SEPARATOR.match(piece):
                self._state, self._separator = "separator", self._line
            self._blank = begins and piece in _BLANK
        return None

    def end(self) -> bytes | None:
        """The head that is open, if there is one."""
        if not self._lines:
            return None
        found, self._lines, self._size = b"".join(self._lines), [], 0
        self.head_at = self._separator
        return found


def _pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines of a file, long ones in pieces, and whether a piece begins a line."""
    begins = True
    while piece := stream.readline(_LONGEST_LINE):
        yield piece, begins
        begins = piece.endswith(b"\n")


def _head_of(stream: IO[bytes]) -> bytes:
    content = stream.read(LONGEST_HEAD)
    ends = [found for found in (content.find(b"\n\n"), content.find(b"\r\n\r\n")) if found >= 0]
    return content[: min(ends) + 1] if ends else content


def archives(path: Path) -> Iterator[Archive]:
    """Every archive at a path, in a fixed order.

    Raises:
        InvalidInput: the folder cannot be listed.
    """
    if path.is_file():
        yield Archive(path, path.name, path.suffix.casefold() in _SINGLE)
        return
    for folder, inside, names in os.walk(path, onerror=_refuse):
        here = Path(folder)
        inside.sort()
        letters = here.name in ("cur", "new") and _is_maildir(here.parent)
        if here.name == "tmp" and _is_maildir(here.parent):
            continue
        for name in sorted(names):
            file = here / name
            shown = file.relative_to(path).as_posix()
            if letters or file.suffix.casefold() in _SINGLE:
                yield Archive(file, shown, True)
            elif begins_like_mbox(file):
                yield Archive(file, shown, False)


def digest_of(found: Sequence[Archive]) -> str:
    """What is in some archives: the content of files of many messages, the names and sizes of those of one.

    A letter in a Maildir never changes; the marks after its name and the folder say how it was handled, and count for
    nothing.

    Raises:
        InvalidInput: one of them cannot be opened.
    """
    every = []
    for one in found:
        try:
            if one.single:
                bare = re.sub(r"(?:^|/)(?:cur|new)/([^/]*)$", r"/\1", one.shown).rpartition(":2,")
                every.append(f"{bare[0] or bare[2]}\0{one.path.stat().st_size}")
            else:
                with one.path.open("rb") as stream:
                    every.append(f"{one.shown}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}")
        except OSError as error:
            raise InvalidInput(
                f"{one.path} cannot be opened: {error.strerror}", hint="check who may read it"
            ) from error
    whole = hashlib.sha256()
    for text in sorted(every):
        whole.update(text.encode("utf-8", "surrogateescape") + b"\n")
    return whole.hexdigest()


def begins_like_mbox(path: Path) -> bool:
    """Does a file begin as one of many messages does?"""
    try:
        with path.open("rb") as raw:
            stream = gzip.GzipFile(fileobj=raw) if _compressed(path) else raw
            return _SEPARATOR.match(stream.readline(4096).lstrip(b"\r\n")) is not None
    except (OSError, EOFError, zlib.error):
        return False


def recognises(path: Path) -> bool:
    """Is there mail at a path? Of a folder only what lies in it directly is looked at."""
    if path.is_file():
        return path.suffix.casefold() in _SINGLE or begins_like_mbox(path)
    if _is_maildir(path) or any(_is_maildir(one) for one in path.iterdir() if one.is_dir()):
        return True
    files = sorted(one for one in path.iterdir() if one.is_file())
    return any(one.suffix.casefold() in _SINGLE or begins_like_mbox(one) for one in files)


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _compressed(path: Path) -> bool:
    return path.suffix.casefold() == ".gz"


def _refuse(error: OSError) -> None:
    raise InvalidInput(f"{error.filename} cannot be listed: {error.strerror}", hint="check who may read it") from error
