"""What a tool must offer to be measured beside others: a place to start it, and seats for its clients.

Every tool is asked for the same few things in its own words: to create an item, to claim one, to list what is ready,
and afterwards to tell from its own record what is there and who holds what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

FIRST = 20


class Seat(Protocol):
    """One client with what it keeps open (a server process, a connection), used by one process alone."""

    def create(self, title: str) -> None:
        """Add an item. To return is to have been told that it is there; any exception is a "no"."""

    def claim(self, item: str) -> bool:
        """Try to get an item for oneself. True: the tool said "yes, yours", and nothing of somebody else's."""

    def ready(self) -> int:
        """List the items that can be taken now, whole, and say how many came."""

    def first(self) -> int:
        """List the first ``FIRST`` of them, or as many as the tool gives at once, as who looks for work does."""

    def titles(self) -> list[str]:
        """The titles of all items, as the tool's record has them now."""

    def holders(self, item: str) -> set[int] | None:
        """The numbers of the clients that hold an item by the tool's record; None where it records no holder."""

    def close(self) -> None:
        """Let go of what was kept open."""


class Peer(Protocol):
    """A tool, installed by whoever runs this."""

    name: str
    reached: str
    """How its users reach it, in a few words: which interface, and whether clients share a server."""

    def version(self) -> str:
        """As the tool tells it."""

    def start(self, folder: Path) -> None:
        """Make an empty project in an empty folder, and start what has to run."""

    def seed(self, items: Sequence[Planned]) -> list[str]:
        """Put items there by the quickest way that the tool has; returns those that wait for nothing."""

    def seat(self, number: int) -> Seat:
        """Called in a client's own process: client ``number``, ready to ask."""

    def stop(self) -> None:
        """End what was started."""


class PeerError(Exception):
    """The tool answered that it could not."""


@dataclass(frozen=True)
class Places:
    """Where the tools are on this machine: nothing here installs anything."""

    taskmaster: str = ""
    agent_mail: str = ""
    taskwarrior: str = "task"
    paperclip: str = ""
    paperclip_user: str = ""
    counterpoint: str = "counterpoint"
    node: str = "node"


class Planned(NamedTuple):
    """An item that a project is filled with."""

    number: int
    title: str
    after: int | None
    """The number of an earlier item that it waits for."""


def planned(count: int, every: int = 4) -> list[Planned]:
    """So many items, numbered from 1; each fourth waits for the one before it, so that "ready" is not "all".

    ``every``: another number than four; 0 for no waiting at all.
    """
    waits = range(every, count + 1, every) if every else ()
    return [
        Planned(number, f"Item {number:05d}", number - 1 if number in waits else None) for number in range(1, count + 1)
    ]


def one_is_true(said_yes: set[int], record: set[int] | None) -> bool:
    """After a race for one item: is there a client that was told yes and really holds it alone?

    A claim is exclusive only if the record names one of those who were told yes, and no other of them. A tool that
    records no holder cannot contradict a single yes; of several it can bear out none. Holders who were told "somebody
    else has it" do not count against the one who was told yes.
    """
    if record is None:
        return len(said_yes) == 1
    return len(said_yes & record) == 1
