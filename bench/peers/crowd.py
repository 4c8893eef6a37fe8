"""Clients in processes of their own, which act at the same moment when told to."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Barrier, Semaphore
from types import TracebackType
from typing import Any

from peer import Peer, Seat

OPENING_AT_ONCE = 4
PATIENCE = 900.0
"""Seconds until a client that does not answer is given up."""
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Answer:
    """What one call came to: its value or the error's text, and when it began and ended (monotonic seconds)."""

    value: Any
    error: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Crowd:
    """So many clients of one tool, each in its process with its own seat, all kept open until the end."""

    def __init__(self, peer: Peer, size: int) -> None:
        self._peer, self._size = peer, size
        self._lines: list[Connection] = []
        self._processes: list[ForkProcess] = []

    def __enter__(self) -> Crowd:
        gate, doors = FORK.Barrier(self._size), FORK.Semaphore(OPENING_AT_ONCE)
        for number in range(self._size):
            here, there = FORK.Pipe()
            process = FORK.Process(target=_client, args=(self._peer, number, there, gate, doors), daemon=True)
            process.start()
            there.close()
            self._lines.append(here)
            self._processes.append(process)
        for opened in self._gather(self._lines):
            if opened[0].error:
                self._end()
                raise RuntimeError(f"a client of {self._peer.name} could not start: {opened[0].error}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def one(self, method: str, *arguments: object, number: int = 0) -> Answer:
        """Let one client call a method of its seat."""
        self._lines[number].send((False, method, [arguments]))
        return self._gather([self._lines[number]])[0][0]

    def together(self, method: str, argument: object) -> list[Answer]:
        """Let every client call a method with the same argument at the same moment."""
        return [answers[0] for answers in self.rows(method, [[argument]] * self._size)]

    def rows(self, method: str, arguments: Sequence[Sequence[object]]) -> list[list[Answer]]:
        """Let every client call a method for each of its own arguments, one after the other; all begin together."""
        for line, own in zip(self._lines, arguments, strict=True):
            line.send((True, method, [(argument,) for argument in own]))
        return self._gather(self._lines)

    def _gather(self, lines: Sequence[Connection]) -> list[list[Answer]]:
        gathered: list[list[Answer]] = []
        for line in lines:
            if not line.poll(PATIENCE):
                raise TimeoutError(f"a client of {self._peer.name} did not answer in {PATIENCE:.0f} s")
            gathered.append(line.recv())
        return gathered

    def _end(self) -> None:
        for line in self._lines:
            try:
                line.send(None)
            except OSError:
                continue
        for process in self._processes:
            process.join(30)
            if process.is_alive():
                process.terminate()


def _client(peer: Peer, number: int, line: Connection, gate: Barrier, doors: Semaphore) -> None:
    began = time.monotonic()
    try:
        with doors:
            seat = peer.seat(number)
    except Exception as error:
        line.send([Answer(None, _told(error), began, time.monotonic())])
        return
    line.send([Answer(None, "", began, time.monotonic())])
    while (order := line.recv()) is not None:
        at_once, method, rows = order
        if at_once:
            gate.wait(PATIENCE)
        line.send([_called(seat, method, arguments) for arguments in rows])
    seat.close()


def _called(seat: Seat, method: str, arguments: tuple[object, ...]) -> Answer:
    value, failed, began = None, "", time.monotonic()
    try:
        value = getattr(seat, method)(*arguments)
    except Exception as error:
        failed = _told(error)
    return Answer(value, failed, began, time.monotonic())


def _told(error: BaseException) -> str:
    """An error in one line; of a group, its first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}".split("\n")[0][:300]
