"""The one stream that a history is read from: what ``git log`` writes, in large pieces, split at its NUL bytes.

Git runs beside us. A thread takes what it writes as it comes, up to a bound, so that git goes on while rows are made
and files are written.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from queue import Queue

from counterpoint.sources.traces.git.repository import Repository
from counterpoint.sources.traces.git.running import SAFE, complaint, no_git

_PIECE = 1 << 20
_PIECE_LEAST = 1 << 18
_PIECES_AHEAD = 64
FIELDS = ("%x02%H", "%P", "%aN", "%aE", "%ad", "%cN", "%cE", "%cd", "%B")
"""What is asked for of each commit. The mark at the beginning tells it from the lines of files."""
_COMMON: tuple[str, ...] = (
    "--use-mailmap", "--encoding=UTF-8", "--date=raw", "-z", f"--format={'%x00'.join(FIELDS)}", "--no-color",
    "--no-show-signature", "--no-notes", "--no-decorate", "--no-abbrev-commit",
)  # fmt: skip
_FILES: tuple[str, ...] = (
    "--raw", "--no-abbrev", "--root", "--diff-merges=off", "--no-ext-diff", "--no-textconv", "--no-relative",
    "--ignore-submodules=none", "--diff-algorithm=myers",
)  # fmt: skip
COUNTED: tuple[str, ...] = (*_FILES, "--numstat", "-M50%", "-l1000")
EXACT_RENAMES: tuple[str, ...] = (*_FILES, "-M100%")
"""Without the contents of files: their lines are not counted, and a file that changed when it was renamed is two."""
WITHOUT_FILES: tuple[str, ...] = ("--no-patch",)


class Stream:
    """One run of ``git log``. :meth:`tokens` yields what stands between its NULs.

    Afterwards ``code`` says how git ended, and ``complaint`` what it complained of.
    """

    def __init__(
        self,
        repository: Repository,
        mailmap: str | None,
        revisions: Sequence[str],
        *more: str,
        files: Sequence[str] | None = None,
    ) -> None:
        """``revisions`` are identifiers of commits, with ``^`` those that are known already.

        ``files`` says what to tell of files; else as much as the repository has.

        Raises:
            InvalidInput: git cannot be started.
        """
        source = ("-c", f"mailmap.blob={mailmap or ''}")
        told = files if files is not None else EXACT_RENAMES if repository.partial else COUNTED
        command = [*SAFE, *source, "log", *_COMMON, *told, *more, "--stdin"]
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._git = subprocess.Popen(
                command, cwd=repository.folder, env={**repository.env, "GIT_FLUSH": "0"}, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=self._complaints, pipesize=_PIECE,
            )  # fmt: skip
        except OSError as error:
            self._complaints.close()
            raise no_git(error, repository.folder) from error
        self._queue: Queue[bytes | None] = Queue(_PIECES_AHEAD)
        self._reader = threading.Thread(target=self._take, name="git-log", daemon=True)
        self._revisions = "".join(f"{one}\n" for one in revisions).encode()
        self.code: int | None = None
        self.complaint = ""
        self._reader.start()

    def tokens(self) -> Iterator[bytes]:
        """Everything between two NULs, in order."""
        return chain.from_iterable(self._split())

    def close(self) -> None:
        """End git, if it has not ended."""
        if self.code is not None:
            return
        self._git.kill()
        while self._queue.get() is not None:
            pass
        self._end()

    def _split(self) -> Iterator[list[bytes]]:
        rest: list[bytes] = []
        while (piece := self._queue.get()) is not None:
            head, mark, tail = piece.rpartition(b"\0")
            if not mark:
                rest.append(piece)
                continue
            yield b"".join([*rest, head]).split(b"\0")
            rest = [tail]
        self._end()

    def _take(self) -> None:
        """What the thread does: give git its revisions, then take what it writes. None is the end, however it comes."""
        assert self._git.stdin is not None
        assert self._git.stdout is not None
        try:
            # Where git ended at once it takes none; its exit code and its complaint say why.
            with suppress(OSError), self._git.stdin as entry:
                entry.write(self._revisions)
            self._pass_on(self._git.stdout.fileno())
        finally:
            self._queue.put(None)

    def _pass_on(self, number: int) -> None:
        """Git writes a few kilobytes at a time: whoever makes rows is not to be woken for each of them."""
        pieces: list[bytes] = []
        length = 0
        while piece := os.read(number, _PIECE):
            pieces.append(piece)
            length += len(piece)
            if length >= _PIECE_LEAST:
                self._queue.put(b"".join(pieces))
                pieces, length = [], 0
        self._queue.put(b"".join(pieces))

    def _end(self) -> None:
        self.code = self._git.wait()
        self._reader.join()
        if self._git.stdout is not None:
            self._git.stdout.close()
        self._complaints.seek(0)
        self.complaint = complaint(self._complaints.read())
        self._complaints.close()
