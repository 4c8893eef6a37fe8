"""Counterpoint through its command: one process for each call, as a person or an agent with a shell uses it."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from counterpoint_peer import ApiSeat, Counterpoint
from peer import FIRST, Peer, PeerError, Places, Seat

from counterpoint import wiring


class CounterpointCommand(Counterpoint):
    name = "Counterpoint, command"
    reached = "its command, one process for each call, SQLite"

    def seat(self, number: int) -> Seat:
        return _Seat(self, number)


class _Seat(ApiSeat):
    """What is measured goes through the command; what is looked up afterwards as by the API."""

    def __init__(self, peer: Counterpoint, number: int) -> None:
        super().__init__(wiring.open_ledger(peer.file), number)
        self._command = peer.places.counterpoint
        own = {"COUNTERPOINT_ORG": peer.file, "COUNTERPOINT_ME": self.party}
        # As where it was installed: Python keeps what it compiled, wherever this bench is run.
        kept = {"PYTHONPYCACHEPREFIX": str(peer.folder / "bytecode")}
        others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment = others | own | kept

    def _run(self, *words: str) -> Any:
        whole = [self._command, *words, "--json"]
        done = subprocess.run(whole, capture_output=True, text=True, env=self._environment, check=False)
        if done.returncode:
            told = json.loads(done.stderr)
            raise Taken(told["message"]) if told["error"] == "conflict" else PeerError(told["message"])
        return json.loads(done.stdout)

    def create(self, title: str) -> None:
        self._run("work", "add", title)

    def claim(self, item: str) -> bool:
        try:
            self._run("lease", "take", item)
        except Taken:
            return False
        return True

    def ready(self) -> int:
        return len(self._run("ready")["ready"])

    def first(self) -> int:
        return len(self._run("ready", "--limit", str(FIRST))["ready"])


class Taken(PeerError):
    """Somebody else has it."""


def peer(places: Places) -> Peer:
    return CounterpointCommand(places)
