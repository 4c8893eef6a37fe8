"""Taskwarrior through its command, which is all the interface it has: one process for each call.

To claim is ``task ITEM -ACTIVE start`` with the holder in an attribute of the user's own; the filter makes it answer
"no" where somebody has started already.
"""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peer import FIRST, Peer, PeerError, Places, Planned, Seat

SETTINGS = "confirmation=off\nverbose=new-uuid\nuda.holder.type=string\nuda.holder.label=Holder\n"
SEEDS = uuid.UUID("00000000-0000-4000-8000-000000000000")


class Taskwarrior:
    name = "taskwarrior"
    reached = "its command, one process for each call"

    def __init__(self, places: Places) -> None:
        self._command, self._folder = places.taskwarrior, Path()

    def version(self) -> str:
        return subprocess.run([self._command, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def start(self, folder: Path) -> None:
        self._folder = folder
        (folder / "data").mkdir()
        (folder / "taskrc").write_text(f"data.location={folder / 'data'}\n{SETTINGS}")

    def seed(self, items: Sequence[Planned]) -> list[str]:
        records = [
            {"uuid": _seeded(number), "description": title, "status": "pending", "entry": "20260101T000000Z"}
            | ({"depends": [_seeded(after)]} if after else {})
            for number, title, after in items
        ]
        file = self._folder / "seed.json"
        file.write_text(json.dumps(records))
        self._seat(0).run("import", str(file))
        return [_seeded(number) for number, _, after in items if after is None]

    def _seat(self, number: int) -> _Seat:
        return _Seat(self._command, self._folder / "taskrc", number)

    def seat(self, number: int) -> Seat:
        return self._seat(number)

    def stop(self) -> None:
        """Nothing runs between calls."""


class _Seat:
    def __init__(self, command: str, settings: Path, number: int) -> None:
        self._command, self._number = command, number
        self._environment = {"TASKRC": str(settings), "HOME": str(settings.parent), "PATH": "/usr/bin:/bin"}

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [self._command, *words], capture_output=True, text=True, env=self._environment, check=False
        )
        if done.returncode:
            raise PeerError(done.stderr.strip() or done.stdout.strip())
        return done.stdout

    def create(self, title: str) -> None:
        if "Created task" not in self.run("add", title):
            raise PeerError("it did not say that it created a task")

    def claim(self, item: str) -> bool:
        try:
            self.run(item, "-ACTIVE", "start", f"holder:{self._number}")
        except PeerError as error:
            if "No tasks specified" in str(error):
                return False
            raise
        return True

    def ready(self) -> int:
        return len(self._export("+READY", "-ACTIVE"))

    def first(self) -> int:
        return len(self._export("+READY", "-ACTIVE", f"limit:{FIRST}"))

    def _export(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run(*words, "export"))
        return found

    def titles(self) -> list[str]:
        return [task["description"] for task in self._export()]

    def holders(self, item: str) -> set[int] | None:
        return {int(task["holder"]) for task in self._export(item) if "holder" in task}

    def close(self) -> None:
        """Nothing is kept open."""


def _seeded(number: int) -> str:
    return str(uuid.UUID(int=SEEDS.int + number))


def peer(places: Places) -> Peer:
    return Taskwarrior(places)
