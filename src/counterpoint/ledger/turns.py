"""Whose turn it is to write to a SQLite file.

SQLite itself makes writers who find the file locked sleep and try again, a little longer each time: whoever waited
longest then looks least often, and the unlucky wait for seconds. Here threads queue first come, first served, and the
first of each process waits for a lock on a file beside the database, which wakes it as soon as it is free. Where the
system has no such locks, SQLite's own way remains.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from counterpoint.errors import StoreError

try:
    import fcntl
except ImportError:  # not a POSIX system
    _LOCKS = False
else:
    _LOCKS = True


class Turns:
    """The queue of one process for one file; processes meet at two lock files beside it.

    Two, because whoever lets go and wants to write again at once must not be quicker than those who wait: the first
    in line holds ``-next`` while it waits for ``-turn``, and everyone comes through ``-next``.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._writer: int | None = None
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for a turn, at most so long, and hold it.

        Raises:
            StoreError: others wrote all the time.
        """
        deadline = time.monotonic() + seconds
        self._line_up(deadline, seconds)
        held: int | None = None
        try:
            held = self._meet(deadline, seconds)
            yield
        finally:
            if held is not None:
                os.close(held)
            self._step_aside()

    def _line_up(self, deadline: float, seconds: float) -> None:
        with self._mutex:
            if self._writer is None:
                self._writer = threading.get_ident()
                return
            if self._writer == threading.get_ident():
                raise RuntimeError("this thread is writing already; one transaction cannot wait for another")
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=max(0.0, deadline - time.monotonic())):
            self._writer = threading.get_ident()
            return
        with self._mutex:
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise self._too_long(seconds)
        # The turn came in the very moment that the waiting ended.
        self._writer = threading.get_ident()

    def _step_aside(self) -> None:
        with self._mutex:
            self._writer = -1 if self._waiting else None
            if self._waiting:
                self._waiting.popleft().release()

    def _meet(self, deadline: float, seconds: float) -> int | None:
        """The lock that other processes see; None where files cannot be locked here."""
        if not _LOCKS:
            return None
        opened: list[int] = []
        try:
            opened.extend(os.open(self._path + end, os.O_RDWR | os.O_CREAT, 0o666) for end in ("-next", "-turn"))
        except OSError:
            for each in opened:
                os.close(each)
            return None  # the store itself will say what is wrong with the place
        first, turn = opened
        if not _lock(first, deadline):
            os.close(turn)
            raise self._too_long(seconds)
        got = _lock(turn, deadline)
        os.close(first)
        if not got:
            raise self._too_long(seconds)
        return turn

    def _too_long(self, seconds: float) -> StoreError:
        return StoreError(
            f"{self._path}: others have been writing for more than {seconds:g} seconds",
            hint="is a process stopped in the middle of a change?",
        )


def _lock(descriptor: int, deadline: float) -> bool:
    """Lock an open file; a file that could not be locked in time is closed.

    A thread does the waiting, because a lock on a file has no time-out of its own.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        pass
    done, mutex, late = threading.Event(), threading.Lock(), [False]

    def wait() -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with mutex:
            done.set()
            if late[0]:
                os.close(descriptor)

    threading.Thread(target=wait, daemon=True).start()
    done.wait(max(0.0, deadline - time.monotonic()))
    with mutex:
        late[0] = not done.is_set()
        return done.is_set()
