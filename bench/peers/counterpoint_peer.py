"""Counterpoint through its Python API: one process for each client, each with the ledger open, one SQLite file.

Clients are agents whose organisation lets them act alone (``terms``); a project is filled as a user would fill it, by
applying the organisation's own files. To create is ``work add``, to claim ``lease take``.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from peer import FIRST, Peer, Places, Planned, Seat

from counterpoint import __version__, wiring
from counterpoint.actions.applying import apply
from counterpoint.actions.performing import perform
from counterpoint.errors import Conflict
from counterpoint.ledger.ledger import Ledger
from counterpoint.questions import Questions

CLIENTS = 64
RULES = '[organisation]\ntitle = "Bench"\nterms = [{ action = "*", term = "alone" }]\n'
PEOPLE = '[[person]]\nid = "sponsor"\nname = "Sponsor"\n'


class Counterpoint:
    name = "Counterpoint"
    reached = "its Python API, a process for each client, SQLite"

    def __init__(self, places: Places) -> None:
        self.places, self.folder = places, Path()

    @property
    def file(self) -> str:
        """Where the organisation is."""
        return str(self.folder / "counterpoint.db")

    def version(self) -> str:
        return f"{__version__}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"

    def start(self, folder: Path) -> None:
        self.folder = folder

    def seed(self, items: Sequence[Planned]) -> list[str]:
        files = self.folder / "organisation"
        files.mkdir()
        (files / "zones.toml").write_text(RULES)
        agents = (f'[[agent]]\nid = "client{number}"\nsponsor = "sponsor"\n' for number in range(CLIENTS))
        (files / "people.toml").write_text("\n".join([PEOPLE, *agents]))
        (files / "work.toml").write_text("\n".join(_toml(items)))
        ledger = wiring.open_ledger(self.file, create=True)
        apply(ledger, files, actor="local")
        ledger.close()
        return [_work(item.number) for item in items if item.after is None]

    def seat(self, number: int) -> Seat:
        return ApiSeat(wiring.open_ledger(self.file), number)

    def stop(self) -> None:
        """Nothing runs beside the clients."""


class ApiSeat:
    """One client with the ledger open."""

    def __init__(self, ledger: Ledger, number: int) -> None:
        self._ledger, self.party = ledger, f"agent:client{number}"

    def create(self, title: str) -> None:
        perform(self._ledger, "work", "add", by=self.party, arguments={"title": title})

    def claim(self, item: str) -> bool:
        try:
            perform(self._ledger, "lease", "take", by=self.party, arguments={"item": item})
        except Conflict:
            return False
        return True

    def ready(self) -> int:
        return len(Questions(self._ledger).ready().ready)

    def first(self) -> int:
        return len(Questions(self._ledger).ready(FIRST).ready)

    def titles(self) -> list[str]:
        return [row.title or "" for row in Questions(self._ledger).listing("work").rows]

    def holders(self, item: str) -> set[int] | None:
        holder = Questions(self._ledger).lease(item).holder
        return {int(holder.removeprefix("agent:client"))} if holder else set()

    def close(self) -> None:
        self._ledger.close()


def _work(number: int) -> str:
    return f"work:item-{number}"


def _toml(items: Sequence[Planned]) -> Iterator[str]:
    for item in items:
        yield f'[[work]]\nid = "item-{item.number}"\ntitle = "{item.title}"\n'
        if item.after:
            ends = f'consumer = "{_work(item.number)}"\nprovider = "{_work(item.after)}"'
            yield f'[[dependency]]\nid = "of-{item.number}"\n{ends}\n'


def peer(places: Places) -> Peer:
    return Counterpoint(places)
