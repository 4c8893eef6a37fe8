"""A progress bar on standard error, for what takes longer than two seconds, on a terminal only."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, TextIO

PATIENCE = 2.0
"""Seconds before anything is shown."""


class Watch:
    """Takes ``(what, done, total)`` from long work, and shows it once the work has taken too long to be silent."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet or not stream.isatty()
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._bar: Any = None
        self._task: Any = None
        self._state: tuple[str, int, int] = ("working", 0, 0)

    def __call__(self, what: str, done: int, total: int) -> None:
        """Tell how far it is."""
        with self._lock:
            self._state = (what, done, total)
            self._draw()

    def __enter__(self) -> Watch:
        if not self._quiet:
            self._timer = threading.Timer(PATIENCE, self._begin)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bar away."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._quiet = True
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def _begin(self) -> None:
        # rich takes longer to import than most commands take; it is needed from here on only.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._quiet:
                return
            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
            self._bar = Progress(*columns, TimeElapsedColumn(), console=Console(file=self._stream), transient=True)
            self._task = self._bar.add_task("working", total=None, count="")
            self._bar.start()
            self._draw()

    def _draw(self) -> None:
        if self._bar is None:
            return
        what, done, total = self._state
        count = f"{done:,} of {total:,}" if total else ""
        self._bar.update(self._task, description=what, completed=done, total=total or None, count=count)
