"""What is on the full score: staves, marks, slurs and bar lines, before anything is laid out or drawn.

Dates are ISO days. References are canonical, persons opaque; the ``questions`` room writes them as people know them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterpoint.model.page import Named

Level = Literal["objective", "deliverable", "task"]
Basis = Literal["dates", "start", "due", "period", "none"]
Answer = Literal["one", "shared", "ambiguous", "none"]
LEVELS: tuple[Level, ...] = ("objective", "deliverable", "task")
UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Flag:
    """What a reader must see on a mark: a *collision* in time, or a *contradiction* between sources.

    ``about`` is the attribute that is disputed, or the kind of collision; ``text`` says it in one sentence.
    """

    kind: Literal["collision", "contradiction"]
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One piece of work, or one objective, where it falls.

    ``start`` and ``end`` are its first and last day, as far as anybody states them: ``basis`` says what they rest on.
    *dates*: both are stated; *start*, *due*: only that one is, and the other is None; *period*: it has no dates of its
    own and these are its period's; *none*: nothing is stated and both are None.
    Where sources differ on the end, ``end`` is the latest that is said and ``sure_until`` the earliest.
    ``needs`` and ``serves`` count the dependencies in which it is the consumer, and the provider.
    ``step`` is its place on the critical path, from 1.
    """

    ref: str
    title: str
    kind: Literal["work", "objective"]
    level: Level
    stave: str
    parent: str | None
    start: str | None
    end: str | None
    basis: Basis
    sure_until: str | None
    announced: str | None
    status: str | None
    priority: str | None
    who: Answer
    deciders: tuple[Named, ...]
    needs: int
    serves: int
    step: int | None
    flags: tuple[Flag, ...]
    asks: tuple[str, ...] = ()
    """The staves that it asks for something, the most asked first; its own only where the team itself is asked."""


@dataclass(frozen=True, slots=True)
class Slur:
    """Dependencies between two ends on the score, bundled where several join the same two.

    An end is a mark, or a stave where the provider or consumer is a team. ``late``: at least one is promised for, or
    falls, after it is needed. ``needed_by`` is the earliest, ``promised_for`` the latest of the bundle.
    """

    provider: str
    consumer: str
    provider_stave: str
    consumer_stave: str
    dependencies: tuple[str, ...]
    needed_by: str | None
    promised_for: str | None
    late: bool
    settled: bool
    """Every one of them is fulfilled."""
    reason: str = ""

    @property
    def count(self) -> int:
        """How many dependencies it stands for."""
        return len(self.dependencies)


@dataclass(frozen=True, slots=True)
class BarLine:
    """A ritual on the score: the days on which it happens within the window. ``stave`` None runs through all staves.

    ``outcome`` is that of its schedule; only one that is understood has days.
    """

    ritual: str
    title: str
    stave: str | None
    days: tuple[str, ...]
    outcome: str
    text: str


@dataclass(frozen=True, slots=True)
class Stave:
    """One team (or ``unassigned``), and what it is home to. ``asked`` counts what is needed from the team,
    or by others from its work; ``asks`` what its work needs in that way."""

    ref: str
    title: str
    parent: str | None
    marks: tuple[Mark, ...]
    asked: int
    asks: int


@dataclass(frozen=True, slots=True)
class Ask:
    """How many dependencies the work of one stave has on another stave, or on its own team."""

    consumer: str
    provider: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """The critical path over what is on the score, in order. Without durations it counts steps, and says so."""

    marks: tuple[str, ...]
    steps: int
    days: float | None
    counted: Literal["days", "steps"]


@dataclass(frozen=True, slots=True)
class Score:
    """Everything on the score from ``first`` to ``last`` (days, both within), as of ``now`` (a stamp)."""

    level: Level
    first: str
    last: str
    now: str
    staves: tuple[Stave, ...]
    folded: tuple[Stave, ...]
    slurs: tuple[Slur, ...]
    barlines: tuple[BarLine, ...]
    asks: tuple[Ask, ...]
    path: Line | None
    teams: tuple[str, ...]
    """The filter: only these teams and the teams within them; empty shows all."""
    outside: int
    """Marks of this level that lie outside the window, or are done or dropped without a date, and are not drawn."""
    unplaced: int
    """Dependencies with an end that is no mark and no stave of this score."""
