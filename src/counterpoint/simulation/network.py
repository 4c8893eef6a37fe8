"""What the engine runs: stations that serve, laws of chance, sources of items, and the program that each item follows.

A model is written as a :class:`Network`; :func:`compiled` turns it into the arrays of the engine. Items walk through
their program step by step, so that every model is a list of steps that people can read.

Chance is drawn by purpose: what an item draws for a step hangs on the seed, the item, the step's ``purpose`` and how
often the item has been round, and on nothing else. So two variants of a model meet the same chances in the steps that
they share (common random numbers), whatever else differs between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt

from counterpoint.errors import InvalidInput

FIXED, EXPONENTIAL, UNIFORM, LOGNORMAL, OBSERVED = range(5)
SERVE, DELAY, TICK, CHANCE, FORK, JOIN, MESSAGE, GOTO, DONE, MARK = range(10)


@dataclass(frozen=True, slots=True)
class Law:
    """How long something takes. Build one with :func:`fixed`, :func:`exponential`, :func:`lognormal` and the others."""

    kind: int
    mean: float
    spread: float = 0.0
    observed: tuple[float, ...] = ()


def fixed(value: float) -> Law:
    """Always the same."""
    return Law(FIXED, _not_negative(value, "a time"))


def exponential(mean: float) -> Law:
    """Without memory."""
    return Law(EXPONENTIAL, _not_negative(mean, "a mean"))


def uniform(low: float, high: float) -> Law:
    """Anything between two times, all alike."""
    return Law(UNIFORM, _not_negative(low, "a time"), _not_negative(high - low, "a span"))


def lognormal(mean: float, cv2: float) -> Law:
    """By its mean and the square of its coefficient of variation: 2 to 20 in public data of tasks."""
    sigma2 = float(np.log1p(_not_negative(cv2, "a CV²")))
    return Law(LOGNORMAL, float(np.log(mean)) - sigma2 / 2, float(np.sqrt(sigma2)))


def observed(values: Sequence[float]) -> Law:
    """As it was observed: each of the values as likely as the others.

    Raises:
        InvalidInput: there is none, or one is negative.
    """
    if not values:
        raise InvalidInput("a law of chance needs at least one observed value")
    every = tuple(sorted(_not_negative(one, "an observed time") for one in values))
    return Law(OBSERVED, float(np.mean(every)), 0.0, every)


@dataclass(frozen=True, slots=True)
class Station:
    """Where items queue, first come, first served: how many servers; and for how long each is away (``away``), again
    and again, whenever it finds nobody waiting (multiple vacations)."""

    name: str
    servers: int
    away: Law | None = None


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
    """Time passes, and nobody is needed."""

    law: Law
    element: str = "delay"
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Wait for the next time that comes round every ``period``, from ``phase`` on."""

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
    ``enough`` of them are there (all, if it is 0). Those that are late go on for nothing."""

    count: int
    enough: int = 0


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
class Label:
    """A place in a program that others lead to."""

    name: str


Step: TypeAlias = Serve | Delay | Tick | Chance | Fork | Join | Message | Goto | Mark | Label


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


class Compiled(NamedTuple):
    """A network as the engine takes it. ``elements`` are the names of the rows of its results."""

    code: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.float64]
    servers: npt.NDArray[np.int64]
    away: npt.NDArray[np.int64]
    law_kind: npt.NDArray[np.int64]
    law_number: npt.NDArray[np.float64]
    law_table: npt.NDArray[np.float64]
    source: npt.NDArray[np.int64]
    elements: tuple[str, ...]
    stations: tuple[str, ...]


@dataclass
class _Building:
    code: list[list[int]] = field(default_factory=list)
    numbers: list[list[float]] = field(default_factory=list)
    laws: dict[Law, int] = field(default_factory=dict)
    elements: dict[str, int] = field(default_factory=dict)

    def law(self, law: Law) -> int:
        return self.laws.setdefault(law, len(self.laws))

    def element(self, name: str) -> int:
        return self.elements.setdefault(name, len(self.elements))

    def add(self, op: int, *words: int, number: float = 0.0, other: float = 0.0) -> None:
        self.code.append([op, *words, *[0] * (5 - len(words))])
        self.numbers.append([number, other])


def compiled(network: Network) -> Compiled:
    """The arrays of a network.

    Raises:
        InvalidInput: it has no source, a station without servers, or a step that names what there is not.
    """
    if not network.sources:
        raise InvalidInput("there is no work to simulate", hint="a network needs at least one source of items")
    stations = {one.name: number for number, one in enumerate(network.stations)}
    for one in network.stations:
        if one.servers < 1:
            raise InvalidInput(f"{one.name} has no capacity: nothing that needs it would ever end", hint="at least one")
    build = _Building()
    starts = []
    for source in network.sources:
        every = -1 if source.every is None else build.law(source.every)
        if (every < 0) == (source.items < 1):
            raise InvalidInput(f"{source.name} needs either a time between items or items that go round")
        starts.append([len(build.code), every, source.items])
        _program(build, source, stations)
    away = [-1 if one.away is None else build.law(one.away) for one in network.stations]
    kinds, numbers, table = _laws(build)
    return Compiled(
        np.array(build.code, dtype=np.int64),
        np.array(build.numbers, dtype=np.float64),
        np.array([one.servers for one in network.stations], dtype=np.int64),
        np.array(away, dtype=np.int64),
        kinds,
        numbers,
        table,
        np.array(starts, dtype=np.int64),
        tuple(build.elements),
        tuple(stations),
    )


def _program(build: _Building, source: Source, stations: Mapping[str, int]) -> None:  # noqa: PLR0912
    start = len(build.code)
    real = [step for step in source.steps if not isinstance(step, Label)]
    labels: dict[str, int] = {}
    place = start
    for step in source.steps:
        if isinstance(step, Label):
            labels[step.name] = place
        else:
            place += 1
    joins = _joins(source.name, real, start)
    for number, step in enumerate(real):
        purpose = crc32(f"{source.name}/{getattr(step, 'purpose', '') or _default(step, number)}".encode())
        match step:
            case Serve(station, law, element, spread, apart):
                _known(station, stations, source.name)
                if not 1 <= spread <= len(stations) - stations[station]:
                    raise InvalidInput(f"{source.name}: there are not {spread} stations from {station} on")
                which = -spread if apart else spread
                build.add(SERVE, stations[station], build.law(law), which, purpose, build.element(element))
            case Delay(law, element):
                build.add(DELAY, 0, build.law(law), 0, purpose, build.element(element))
            case Tick(period, phase, element):
                if period <= 0:
                    raise InvalidInput(f"{source.name}: a period of {period} never comes round")
                build.add(TICK, 0, 0, 0, 0, build.element(element), number=period, other=phase)
            case Chance(probability, to, again):
                if not 0 <= probability <= 1:
                    raise InvalidInput(f"{source.name}: {probability} is no probability")
                _known(to, labels, source.name)
                build.add(CHANCE, labels[to], int(again), 0, purpose, number=probability)
            case Fork(count, enough):
                if count < 1 or enough > count:
                    raise InvalidInput(f"{source.name}: {enough or count} of {count} cannot meet")
                build.add(FORK, count, enough or count, joins[start + number])
            case Join():
                build.add(JOIN)
            case Message(count, element):
                build.add(MESSAGE, count, 0, 0, 0, build.element(element))
            case Goto(to, counts):
                _known(to, labels, source.name)
                build.add(GOTO, labels[to], int(counts))
            case Mark(element):
                build.add(MARK, 0, 0, 0, 0, build.element(element))
    build.add(DONE)


def _joins(name: str, steps: Sequence[Step], start: int) -> dict[int, int]:
    """For each fork the place of its join."""
    found, open_forks = {}, []
    for number, step in enumerate(steps):
        if isinstance(step, Fork):
            open_forks.append(start + number)
        elif isinstance(step, Join):
            if not open_forks:
                raise InvalidInput(f"{name}: a join without a fork")
            found[open_forks.pop()] = start + number
    if open_forks:
        raise InvalidInput(f"{name}: a fork without a join")
    return found


def _default(step: Step, number: int) -> str:
    return f"{type(step).__name__}/{number}"


def _known(name: str, among: Mapping[str, int], where: str) -> None:
    if name not in among:
        raise InvalidInput(f"{where} leads to {name!r}, which there is not")


def _laws(build: _Building) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Kinds with the place and length of what was observed; means and spreads; everything that was observed."""
    kinds: list[list[int]] = []
    numbers: list[list[float]] = []
    table: list[float] = []
    for law in build.laws:
        kinds.append([law.kind, len(table), len(law.observed)])
        numbers.append([law.mean, law.spread])
        table += law.observed
    return (
        np.array(kinds, dtype=np.int64).reshape(-1, 3),
        np.array(numbers, dtype=np.float64).reshape(-1, 2),
        np.array(table or [0.0], dtype=np.float64),
    )


def _not_negative(value: float, what: str) -> float:
    if not 0 <= value < float("inf"):
        raise InvalidInput(f"{what} of {value} is none", hint="a number, not below 0")
    return float(value)
