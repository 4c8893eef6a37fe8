"""Many processes at once, each writing down what it asks and what it is told, so that a death leaves its last words."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from tests.ledger.work import finish_child, start_child
from tests.protocols.linearizable import NEVER, Operation

Job = Callable[["Tape"], None]


class Tape:
    """What one process asks and is told, line by line in a file, each line written before anything else happens.

    Times are of the clock that all processes of a machine share.
    """

    def __init__(self, path: Path, process: int) -> None:
        self.process = process
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._number = 0

    def ask(self, on: str, name: str, *given: Any, by: Callable[[], Hashable], key: str | None = None) -> Any:
        """Write down the call, make it, and write down its answer. An error that gets out leaves it unanswered.

        Calls with the same ``key`` are one operation, asked again because it was not answered.
        """
        self._number += 1
        key = key or f"{self.process}.{os.getpid()}.{self._number}"
        self._write(["call", key, on, name, list(given), time.monotonic_ns()])
        answer = by()
        self._write(["answer", key, answer, time.monotonic_ns()])
        return answer

    def note(self, word: str, *more: Any) -> None:
        """Something else to remember."""
        self._write([word, *more])

    def _write(self, line: list[Any]) -> None:
        os.write(self._file, orjson.dumps(line) + b"\n")


def lines_of(folder: Path, process: int | None = None) -> Iterator[tuple[int, list[Any]]]:
    """Everything on the tapes (of one process, or of all), in the order of its time: process and line.

    What was being written at a death is no line.
    """
    for path in sorted(folder.glob("*.tape"), key=lambda path: int(path.stem.split("-")[1])):
        whose = int(path.stem.split("-")[0])
        if process in (None, whose):
            for line in path.read_bytes().split(b"\n")[:-1]:
                yield whose, orjson.loads(line)


def history_of(folder: Path, process: int | None = None) -> list[Operation]:
    """The history on the tapes of a folder.

    Raises:
        AssertionError: a process failed in a way that it did not expect, or one key had two answers.
    """
    calls: dict[str, Operation] = {}
    for whose, line in lines_of(folder, process):
        match line:
            case ["call", str(key), on, name, given, at]:
                calls.setdefault(key, Operation(on, name, tuple(given), None, at, NEVER, whose))
            case ["answer", str(key), output, at]:
                asked = calls[key]
                if asked.is_known:
                    raise AssertionError(f"{key} was answered by {asked.output!r} and by {output!r}")
                calls[key] = replace(asked, output=output, returned=at)
            case ["failed", text]:
                raise AssertionError(f"process {whose} failed:\n{text}")
    return list(calls.values())


def unanswered(folder: Path, process: int) -> tuple[str, str, str, list[Any]] | None:
    """What a process had asked when it died: key, thing, name, and what was given; None if all was answered."""
    last: tuple[str, str, str, list[Any]] | None = None
    for _, line in lines_of(folder, process):
        match line:
            case ["call", str(key), str(on), str(name), list(given), _]:
                last = (key, on, name, given)
            case ["answer", *_]:
                last = None
    return last


class Crowd:
    """Processes that wait at a gate until all are there, and then run at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._started = 0
        self._running: dict[int, tuple[int, int]] = {}
        self._gate_in, self._gate_out = os.pipe()

    def start(self, process: int, job: Job) -> None:
        """Start a process, which waits at the gate (or goes on, where it is open)."""
        self._started += 1
        path = self.folder / f"{process}-{self._started}.tape"

        def work(tell: Callable[[str], None]) -> None:
            os.close(self._gate_out) if self._gate_out >= 0 else None
            tape = Tape(path, process)
            os.read(self._gate_in, 1)
            try:
                job(tape)
            except BaseException:
                tape.note("failed", traceback.format_exc())
                raise

        self._running[process] = start_child(work)

    def open_gate(self) -> None:
        """Let all run."""
        os.close(self._gate_out)
        self._gate_out = -1

    def kill(self, process: int) -> bool:
        """Kill a process that runs; was it still running?"""
        child, acks = self._running.pop(process)
        os.kill(child, signal.SIGKILL)
        status, _ = finish_child(child, acks)
        return os.waitstatus_to_exitcode(status) == -signal.SIGKILL

    def is_running(self) -> bool:
        """Does any of them run still? Those that have ended remain to be waited for."""
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return any(os.waitid(os.P_PID, child, options) is None for child, _ in self._running.values())

    def wait(self) -> dict[int, int]:
        """Wait until all that still run have ended: their exit codes."""
        ended = {}
        for process, started in self._running.items():
            status, _ = finish_child(*started)
            ended[process] = os.waitstatus_to_exitcode(status)
        self._running.clear()
        return ended

    def close(self) -> None:
        """Kill what still runs."""
        for process in list(self._running):
            self.kill(process)
        os.close(self._gate_in)
        if self._gate_out >= 0:
            os.close(self._gate_out)


@contextmanager
def crowd(folder: Path) -> Iterator[Crowd]:
    """A crowd of which nothing is left afterwards."""
    made = Crowd(folder)
    try:
        yield made
    finally:
        made.close()


def run_together(folder: Path, jobs: Iterable[Job]) -> list[Operation]:
    """Run jobs at once, each in a process of its own, to their end: the history."""
    with crowd(folder) as together:
        for process, job in enumerate(jobs):
            together.start(process, job)
        together.open_gate()
        ended = together.wait()
    history = history_of(folder)
    assert set(ended.values()) <= {0}, ended
    return history
