"""What the engine runs: stations that serve, laws of chance, sources of items, and the program that each item follows.

A model is written as a :class:`Network`; :func:`compiled` turns it into the arrays of the engine. Items walk through
their program step by step, so that every model is a list of steps that people can read.

Chance is drawn by purpose: what an item draws for a step hangs on the seed, the item, the step's ``purpose`` and how
often the item has been round, and on nothing else. So two variants of a model meet the same chances in the steps that
they share (common random numbers), whatever else differs between them. A step without a purpose takes its kind, its
element and how many such steps come before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from counterpoint.errors import InvalidInput
from counterpoint.simulation.laws import Law, exponential, fixed, lognormal, observed, uniform
from counterpoint.simulation.layout import (
    CALENDARS,
    CHANCE,
    DELAY,
    DESKS,
    DONE,
    FORK,
    GOTO,
    JOIN,
    LAWS,
    LEAVE,
    MARK,
    MESSAGE,
    SERVE,
    SOURCES,
    STEPS,
    TICK,
    Records,
    World,
)
from counterpoint.simulation.paths import Path, check
from counterpoint.simulation.steps import (
    Calendar,
    Chance,
    Delay,
    Fork,
    Goto,
    Join,
    Label,
    Leave,
    Mark,
    Message,
    Network,
    Rule,
    Serve,
    Source,
    Station,
    Step,
    Tick,
)

__all__ = [
    "Calendar",
    "Chance",
    "Compiled",
    "Delay",
    "Fork",
    "Goto",
    "Join",
    "Label",
    "Law",
    "Leave",
    "Mark",
    "Message",
    "Network",
    "Rule",
    "Serve",
    "Source",
    "Station",
    "Step",
    "Tick",
    "compiled",
    "exponential",
    "fixed",
    "lognormal",
    "observed",
    "uniform",
]


class Compiled(NamedTuple):
    """A network as the engine takes it. ``elements`` are the names of the rows of its results, ``stations`` those of
    what each station was busy."""

    world: World
    elements: tuple[str, ...]
    stations: tuple[str, ...]

    @property
    def servers(self) -> npt.NDArray[np.int64]:
        """How many servers each station has."""
        return self.world.desks["servers"]


@dataclass
class _Building:
    steps: list[dict[str, Any]] = field(default_factory=list)
    laws: dict[Law, int] = field(default_factory=dict)
    calendars: dict[Calendar, int] = field(default_factory=dict)
    elements: dict[str, int] = field(default_factory=dict)

    def law(self, law: Law | None) -> int:
        return -1 if law is None else self.laws.setdefault(law, len(self.laws))

    def calendar(self, calendar: Calendar | None) -> int:
        return -1 if calendar is None else self.calendars.setdefault(calendar, len(self.calendars))

    def element(self, name: str) -> int:
        return self.elements.setdefault(name, len(self.elements))


def compiled(network: Network) -> Compiled:
    """The arrays of a network.

    Raises:
        InvalidInput: it has no source, a station without servers, two stations or sources of one name, or a program
            that names what there is not, never ends or leads out of a fork.
    """
    if not network.sources:
        raise InvalidInput("there is no work to simulate", hint="a network needs at least one source of items")
    _once([one.name for one in network.stations], "station")
    _once([one.name for one in network.sources], "source")
    build = _Building()
    desks = [_desk(build, one) for one in network.stations]
    stations = {one.name: number for number, one in enumerate(network.stations)}
    sources = []
    for source in network.sources:
        if (source.every is None) == (source.items < 1):
            raise InvalidInput(f"{source.name} needs either a time between items or items that go round")
        if source.every is not None and source.every.none:
            raise InvalidInput(f"{source.name}: infinitely many items at once", hint="a time between items above 0")
        begin, law = len(build.steps), build.law(source.every)
        sources.append(
            {"start": begin, "law": law, "items": source.items, "purpose": _bits(f"{source.name}/arrives"), "came": 0}
        )
        _program(build, source, stations)
    world = World(
        _records(STEPS, build.steps),
        _records(DESKS, desks),
        *_laws(build),
        *_calendars(build),
        _records(SOURCES, sources),
    )
    return Compiled(world, tuple(build.elements), tuple(stations))


def _desk(build: _Building, one: Station) -> dict[str, Any]:
    if one.servers < 1:
        raise InvalidInput(f"{one.name} has no capacity: nothing that needs it would ever end", hint="at least one")
    return {
        "servers": one.servers,
        "idle": 0 if one.away is not None or one.opens_every is not None else one.servers,
        "first": -1,
        "last": -1,
        "gated": int(one.opens_every is not None and one.rule == "present"),
        "away": build.law(one.away),
        "calendar": build.calendar(one.calendar),
        "purpose": _bits(f"{one.name}/away"),
        "every": one.opens_every or 0.0,
        "phase": one.phase,
    }


def _program(build: _Building, source: Source, stations: Mapping[str, int]) -> None:
    path = Path.of(source, len(build.steps))
    before: Counter[str] = Counter()
    for number, step in enumerate(path.steps):
        kind = f"{type(step).__name__}/{getattr(step, 'element', '')}"
        purpose = getattr(step, "purpose", "") or f"{kind}/{before[kind]}"
        before[kind] += 1
        row: dict[str, Any] = {"law": -1, "calendar": -1, "purpose": _bits(f"{source.name}/{purpose}")}
        element = getattr(step, "element", None)
        if element == "" and not isinstance(step, Fork):
            raise InvalidInput(f"{source.name}: what takes time or counts needs an element to be told of")
        row["element"] = build.element(element) if element else -1
        build.steps.append(row | _row(build, path, path.start + number, step, stations))
    build.steps.append({"op": DONE})
    check(source.name, build.steps[path.start :], path.start)


def _row(build: _Building, path: Path, at: int, step: Step, stations: Mapping[str, int]) -> dict[str, Any]:
    """What is particular to a step's kind."""
    match step:
        case Serve(station, law, _, spread, apart):
            if station not in stations:
                raise InvalidInput(f"{path.name} leads to {station!r}, which there is not")
            if not 1 <= spread <= len(stations) - stations[station]:
                raise InvalidInput(f"{path.name}: there are not {spread} stations from {station} on")
            return {
                "op": SERVE, "to": stations[station], "law": build.law(law), "count": spread, "enough": int(apart)
            }  # fmt: skip
        case Delay(law):
            return {"op": DELAY, "law": build.law(law), "calendar": build.calendar(step.calendar)}
        case Tick(period, phase):
            if not 0 < period < float("inf"):
                raise InvalidInput(f"{path.name}: a period of {period} never comes round")
            return {"op": TICK, "number": period, "other": phase}
        case Chance() | Goto():
            return _jump(path, at, step)
        case Fork(count, enough):
            if count < 1 or not 0 <= enough <= count:
                raise InvalidInput(f"{path.name}: {enough or count} of {count} cannot meet")
            return {"op": FORK, "to": path.joins[at], "count": count, "enough": enough or count}
        case Message(count):
            return {"op": MESSAGE, "count": count}
        case Mark():
            return {"op": MARK, "count": 1}
        case Leave():
            return {"op": LEAVE}
    return {"op": JOIN}


def _jump(path: Path, at: int, step: Chance | Goto) -> dict[str, Any]:
    if isinstance(step, Goto):
        return {"op": GOTO, "to": path.place(step.to, at), "count": int(step.counts)}
    if not 0 <= step.probability <= 1:
        raise InvalidInput(f"{path.name}: {step.probability} is no probability")
    return {"op": CHANCE, "to": path.place(step.to, at), "count": int(step.again), "number": step.probability}


def _laws(build: _Building) -> tuple[Records, Any]:
    """The laws, and everything that was observed."""
    rows: list[dict[str, Any]] = []
    table: list[float] = []
    for law in build.laws:
        rows.append(
            {"kind": law.kind, "first": len(table), "count": len(law.observed), "mean": law.mean, "spread": law.spread}
        )
        table += law.observed
    return _records(LAWS, rows), np.array(table, dtype=np.float64)


def _calendars(build: _Building) -> tuple[Records, Any]:
    """The calendars, and the beginnings and ends of all their hours."""
    rows: list[dict[str, Any]] = []
    hours: list[tuple[float, float]] = []
    for one in build.calendars:
        total = sum(end - begin for begin, end in one.opens)
        rows.append({"first": len(hours), "count": len(one.opens), "period": one.period, "total": total})
        hours += one.opens
    return _records(CALENDARS, rows), np.array(hours, dtype=np.float64).reshape(-1, 2)


def _records(kind: np.dtype[np.void], rows: list[dict[str, Any]]) -> Records:
    """An array of records; what a row does not name is 0."""
    names = kind.names or ()
    # Whole rows at once: field by field takes several times as long.
    return np.array([tuple([row.get(name, 0) for name in names]) for row in rows], dtype=kind)


@lru_cache(maxsize=1 << 16)
def _bits(text: str) -> np.uint64:
    """64 bits that stand for a text. Variants of one organisation have most of their purposes in common."""
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little"))


def _once(names: list[str], what: str) -> None:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise InvalidInput(f"more than one {what} is called {twice[0]!r}", hint="give each a name of its own")
