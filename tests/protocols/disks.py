"""Disks that are too small: a real one, where the machine lets us make one, and SQLite's that is made for tests."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from tests.ledger.powercut import Change, Disk

MEGABYTE = 1 << 20


@dataclass
class SmallDisk(Disk):
    """A disk in memory on which every write that ``is_full`` says yes to finds no room."""

    is_full: Callable[[Change], bool] = lambda _change: False

    def note(self, change: Change) -> None:
        """Write it down and do it, where there is room."""
        if change.kind == "write" and self.is_full(change):
            raise apsw.FullError("database or disk is full")
        super().note(change)


@dataclass
class Ballast:
    """A file that takes up the room of a disk."""

    path: Path

    def fill(self) -> None:
        """Leave no room at all."""
        with self.path.open("ab", buffering=0) as file:
            for size in (MEGABYTE, 4096, 512):
                block = bytes(size)
                try:
                    # A write that found room for a part only says so by its count.
                    while file.write(block) == size:
                        pass
                except OSError:
                    continue

    def give_way(self, size: int | None = None) -> None:
        """Make room: so many bytes, or all that it took."""
        now = self.path.stat().st_size
        os.truncate(self.path, 0 if size is None else max(0, now - size))


@contextmanager
def small_disk(megabytes: int) -> Iterator[tuple[Path, Ballast]]:
    """A real disk of so many megabytes, in memory, with a ballast that fills it; it takes the right to mount one."""
    place = Path(tempfile.mkdtemp(prefix="counterpoint-disk-"))
    place.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "counterpoint-test", str(place)]
    try:
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        place.rmdir()
        pytest.skip("a disk of a size of its own takes the right to mount one")
    try:
        yield place, Ballast(place / "ballast")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()
