"""What people write a model in: stations that serve, working hours, and the steps that each item follows.

Times are in hours wherever a calendar is used; without one they are in any unit, the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from counterpoint.errors import InvalidInput
from counterpoint.simulation.laws import Law

Rule: TypeAlias = Literal["until-empty", "present"]
"""Whom a meeting deals with: all that wait until nobody does, or only those who waited when it began."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours: the times from ... to within a ``period`` that comes round for ever, the first from time 0 on.

    A week of five days, its first hour the first of Monday: ``Calendar(tuple((24 * day + 9, 24 * day + 17) for day in
    range(5)), 168)``.

    Raises:
        InvalidInput: there are none, or they are not one after the other within the period.
    """

    opens: tuple[tuple[float, float], ...]
    period: float

    def __post_init__(self) -> None:
        """Refuse hours that make no calendar."""
        at = 0.0
        for begin, end in self.opens:
            if not at <= begin < end <= self.period:
                raise InvalidInput(
                    f"working hours from {begin} to {end} do not fit",
                    hint=f"each after the one before, and all between 0 and the period of {self.period}",
                )
            at = end
        if not self.opens or self.period == float("inf"):
            raise InvalidInput("a calendar without working hours never opens", hint="at least one from and to")

    @property
    def share(self) -> float:
        """How much of the time is open, from 0 to 1."""
        return sum(end - begin for begin, end in self.opens) / self.period


@dataclass(frozen=True, slots=True)
class Station:
    """Where items queue, first come, first served: how many servers, and when they are there.

    ``away``: each server goes away for so long, again and again, whenever it finds nobody waiting (multiple vacations).
    ``opens_every``: they come together once every so long, from ``phase`` on, and deal with those that wait by
    ``rule``: ``until-empty`` stays until nobody waits; ``present`` takes only those who waited when it began. A meeting
    that takes longer than the time to the next one is followed by the next whose time is still to come.
    ``calendar``: no service begins in closed hours; one that is under way pauses at closing time and goes on at
    opening. Time that servers are ``away`` passes in open hours only, too.

    Raises:
        InvalidInput: servers cannot both go away and come together at fixed times; or a time is none.
    """

    name: str
    servers: int
    away: Law | None = None
    calendar: Calendar | None = None
    opens_every: float | None = None
    rule: Rule = "until-empty"
    phase: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.away is not None and self.opens_every is not None:
            raise InvalidInput(f"{self.name} either goes away when nobody waits or opens at fixed times, not both")
        if self.away is not None and self.away.none:
            raise InvalidInput(f"{self.name} goes away for no time at all", hint="leave out how long it is away")
        if self.opens_every is not None and not 0 < self.opens_every < float("inf"):
            raise InvalidInput(f"{self.name}: a period of {self.opens_every} never comes round", hint="above 0")
        if self.rule not in ("until-empty", "present"):
            raise InvalidInput(f"{self.name}: no meeting goes by {self.rule!r}", hint="'until-empty' or 'present'")


@dataclass(frozen=True, slots=True)
class Serve:
    """Wait for a server of a station and be served. With ``spread`` > 1 the item picks one of so many stations, this
    and those after it, by chance, and stays there; ``apart`` sends each of those of a fork to another one."""

    station: str
    law: Law
    element: str = "execution"
    spread: int = 1
    apart: bool = False
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """Time passes, and nobody is needed. With a ``calendar`` it passes in open hours only."""

    law: Law
    element: str = "delay"
    purpose: str = ""
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Wait for the next time that comes round every ``period``, from ``phase`` on, by the clock on the wall."""

    period: float
    phase: float = 0.0
    element: str = "meeting"


@dataclass(frozen=True, slots=True)
class Chance:
    """With a probability go on at a label, else with the next step. ``again`` says that this begins another round, in
    which every step draws anew."""

    probability: float
    to: str
    again: bool = False
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Fork:
    """So many go the same steps in parallel, until each comes to a :class:`Join`; on with the step after that once
    ``enough`` of them are there (all, if it is 0). Those that are late go on for nothing. With an ``element`` the time
    from here to the join is told as spent in it, once for all of them."""

    count: int
    enough: int = 0
    element: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Where those of a :class:`Fork` meet."""


@dataclass(frozen=True, slots=True)
class Message:
    """So many messages are sent."""

    count: int = 1
    element: str = "messages"


@dataclass(frozen=True, slots=True)
class Goto:
    """Go on at a label, in another round: what never ends goes round like this."""

    to: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """Count that an item came by here."""

    element: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The item goes, undone: it is counted as withdrawn, and at this element, and not among those that ended."""

    element: str = "withdrawn"


@dataclass(frozen=True, slots=True)
class Label:
    """A place in a program that others lead to."""

    name: str


Step: TypeAlias = Serve | Delay | Tick | Chance | Fork | Join | Message | Goto | Mark | Leave | Label


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from: the time between two (``every``), or ``items`` that are there from the beginning and go
    round for ever."""

    name: str
    steps: tuple[Step, ...]
    every: Law | None = None
    items: int = 0


@dataclass(frozen=True)
class Network:
    """Stations, and sources with the programs of their items."""

    stations: Sequence[Station]
    sources: Sequence[Source]
