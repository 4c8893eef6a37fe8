"""The steps of a what-if's network, interpreted in SimPy and in ciw: peers for ``bench/whatif.py``.

Both follow the programs that ``simulation/building.py`` writes. What an item draws for one purpose more than once it
draws once, as in ours; chance itself is Python's. Stations with hours, absences or meetings are not in such networks.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, NamedTuple

from counterpoint.simulation.laws import EXPONENTIAL, FIXED, OBSERVED, UNIFORM, Law
from counterpoint.simulation.network import (
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
    Serve,
    Source,
    Tick,
)
from counterpoint.simulation.paths import Path

_NORMAL = NormalDist()


class Came(NamedTuple):
    """What one run came to: the mean lead time, and how many events (arrivals, ends of services and delays) it took."""

    lead: float
    events: int


@dataclass(frozen=True, slots=True)
class Row:
    """A step as an interpreter takes it. ``to`` is a station or another step; ``purpose`` is empty where an item draws
    for it but once."""

    kind: type
    to: int = 0
    count: int = 0
    enough: int = 0
    number: float = 0.0
    phase: float = 0.0
    again: int = 0
    purpose: str = ""
    element: str = ""
    takes: Callable[[float], float] = float


@dataclass(slots=True)
class Told:
    """What is counted while it runs."""

    events: int = 0
    lead: list[float] = field(default_factory=list)
    elements: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Walker:
    """An item, or one of a fork, on its way through a program."""

    rows: tuple[Row, ...]
    at: int = 0
    nth: int = 0
    rounds: int = 0
    memory: dict[tuple[str, int], float] = field(default_factory=dict)
    outside: list[tuple[int, dict[tuple[str, int], float]]] = field(default_factory=list)
    began: float = 0.0

    def drawn(self, row: Row, chance: random.Random) -> float:
        """A number from 0 to 1, the same for the same purpose in the same round."""
        if not row.purpose:
            return chance.random()
        key = (row.purpose, self.rounds)
        if key not in self.memory:
            self.memory[key] = chance.random()
        return self.memory[key]

    def ahead(self, chance: random.Random, told: Told) -> Row:
        """Go through the steps that take no time, to one that does, or that ends or forks something."""
        while True:
            row = self.rows[self.at]
            if row.kind is Chance:
                if self.drawn(row, chance) < row.number:
                    self.at = row.to
                    self.rounds += row.again
                else:
                    self.at += 1
            elif row.kind is Message or row.kind is Mark:
                told.elements[row.element] += row.count
                self.at += 1
            elif row.kind is Goto and not row.count:
                self.at = row.to
                self.rounds += 1
            else:
                return row

    def desk(self, row: Row, chance: random.Random) -> int:
        """At which station it is served."""
        if row.enough:
            return row.to + self.nth % row.count
        return row.to + (int(chance.random() * row.count) if row.count > 1 else 0)

    def passes(self, row: Row, now: float, chance: random.Random) -> float:
        """How long a delay takes, or how long it is to the next tick."""
        if row.kind is Tick:
            return max(row.phase + math.ceil((now - row.phase) / row.number) * row.number - now, 0.0)
        return row.takes(self.drawn(row, chance))

    def deeper(self) -> None:
        """Go on as the only one of a fork, which draws for itself."""
        self.outside.append((self.rounds, self.memory))
        self.rounds, self.memory = 0, {}
        self.at += 1

    def back(self) -> None:
        """Go on after the join."""
        self.rounds, self.memory = self.outside.pop()
        self.at += 1


def rows_of(source: Source, stations: dict[str, int]) -> tuple[Row, ...]:
    """The program of a source; the last row, of the kind of a label, is its end."""
    path = Path.of(source, 0)
    shared = {one for one, times in Counter(getattr(step, "purpose", "") for step in path.steps).items() if times > 1}
    rows = []
    for at, step in enumerate(path.steps):
        purpose = getattr(step, "purpose", "")
        here: dict[str, Any] = {
            "purpose": purpose if purpose in shared else "",
            "element": getattr(step, "element", ""),
        }
        match step:
            case Serve(station, law, _, spread, apart):
                here |= {"to": stations[station], "takes": _times(law), "count": spread, "enough": int(apart)}
            case Delay(law, calendar=None):
                here |= {"takes": _times(law)}
            case Tick(period, phase):
                here |= {"number": period, "phase": phase}
            case Chance(probability, to, again):
                here |= {"number": probability, "to": path.place(to, at), "again": int(again)}
                _refuse(here["to"] <= at and not again, "one that goes back and draws nothing anew")
            case Goto(to, counts):
                here |= {"to": path.place(to, at), "count": int(counts)}
            case Fork(count, enough):
                here |= {"to": path.joins[at], "count": count, "enough": enough or count}
            case Message(count):
                here |= {"count": count}
            case Mark():
                here |= {"count": 1}
            case Join() | Leave():
                pass
            case _:
                _refuse(True, f"{step}")
        rows.append(Row(type(step), **here))
    return (*rows, Row(Label))


def _times(law: Law) -> Callable[[float], float]:
    """What a law makes of a number from 0 to 1."""
    mean, spread, seen = law.mean, law.spread, law.observed
    if law.kind == FIXED:
        return lambda _: mean
    if law.kind == EXPONENTIAL:
        return lambda u: -mean * math.log(u)
    if law.kind == UNIFORM:
        return lambda u: mean + spread * u
    if law.kind == OBSERVED:
        return lambda u: seen[int(u * len(seen))]
    return lambda u: math.exp(mean + spread * _NORMAL.inv_cdf(u))


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        raise SystemExit(f"these interpreters do not know {what}")


def _open(network: Network) -> dict[str, int]:
    """The stations by name, if none is ever closed."""
    for one in network.stations:
        _refuse(bool(one.away or one.calendar or one.opens_every), f"the hours of {one.name}")
    return {one.name: number for number, one in enumerate(network.stations)}


def in_simpy(network: Network, items: int) -> Callable[[int], Came]:
    """The network in SimPy, as its documentation writes one: a process for each item and each of a fork, a resource for
    each station. Gives what runs it with a seed until so many items have ended."""
    stations = _open(network)
    programs = [
        (source, rows_of(source, stations), source.every and _times(source.every)) for source in network.sources
    ]

    def simulate(seed: int) -> Came:
        run = _InSimpy(network, items, seed)
        for source, rows, gap in programs:
            for _ in range(source.items):
                run.world.process(run.walk(Walker(rows)))
            if gap:
                run.world.process(run.comes(rows, gap))
        run.world.run(until=run.enough)
        return Came(math.fsum(run.told.lead) / items, run.told.events)

    return simulate


class _InSimpy:
    """One run in SimPy."""

    def __init__(self, network: Network, items: int, seed: int) -> None:
        import simpy

        self.items, self.chance, self.told = items, random.Random(seed), Told()
        self.world = simpy.Environment()
        self.desks = [simpy.Resource(self.world, one.servers) for one in network.stations]
        self.enough = self.world.event()

    def comes(self, rows: tuple[Row, ...], gap: Callable[[float], float]) -> Generator[Any, Any, None]:
        """The items of a source come."""
        while True:
            yield self.world.timeout(gap(self.chance.random()))
            self.world.process(self.walk(Walker(rows, began=self.world.now)))
            self.told.events += 1

    def walk(self, one: Walker, meets: list[Any] | None = None) -> Generator[Any, Any, None]:
        """An item goes its way; one of a fork to its join, where it counts down how many are lacking in ``meets``."""
        world, chance, told = self.world, self.chance, self.told
        while True:
            row = one.ahead(chance, told)
            if row.kind is Serve:
                with self.desks[one.desk(row, chance)].request() as turn:
                    yield turn
                    yield world.timeout(row.takes(one.drawn(row, chance)))
                told.events += 1
            elif row.kind is Delay or row.kind is Tick:
                yield world.timeout(one.passes(row, world.now, chance))
                told.events += 1
            elif row.kind is Fork:
                parts = [row.enough, world.event()]
                for number in range(row.count):
                    world.process(self.walk(Walker(one.rows, one.at + 1, number), parts))
                yield parts[1]
                one.at = row.to
            elif row.kind is Goto:
                self.ended(one)
                one.at, one.rounds, one.began = row.to - 1, one.rounds + 1, world.now
            else:
                if row.kind is Join and meets:
                    meets[0] -= 1
                    if meets[0] == 0:
                        meets[1].succeed()
                elif row.kind is Label:
                    self.ended(one)
                return
            one.at += 1

    def ended(self, one: Walker) -> None:
        """An item has ended."""
        if len(self.told.lead) < self.items:
            self.told.lead.append(self.world.now - one.began)
            if len(self.told.lead) == self.items:
                self.enough.succeed()


def in_ciw(network: Network, items: int) -> Callable[[int], Came]:
    """The network in ciw: a node for each station, one where everybody comes in and one where delays pass; a router
    that leads each individual from where it is in its program. All sources come without memory, so that they are one
    stream of which each item draws its source. ciw knows no forks: of each, one stands for all."""
    stations = _open(network)
    _refuse(any(one.items or one.every is None or one.every.kind != EXPONENTIAL for one in network.sources), "in ciw"
            " sources other than those without memory")  # fmt: skip
    rates = [1 / one.every.mean for one in network.sources if one.every]
    programs = [rows_of(source, stations) for source in network.sources]

    def simulate(seed: int) -> Came:
        import ciw  # type: ignore[import-untyped, unused-ignore]

        ciw.seed(seed)
        told = Told()
        router, takes = _router(programs, rates, random.Random(seed), told)
        waits = [ciw.dists.Deterministic(0.0), *(takes for _ in network.stations), takes]
        made = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(sum(rates)), *(None for _ in waits[1:])],
            service_distributions=waits,
            number_of_servers=[math.inf, *(one.servers for one in network.stations), math.inf],
            routing=router,
        )
        ciw.Simulation(made).simulate_until_max_customers(items, method="Finish")
        return Came(math.fsum(told.lead[:items]) / items, told.events)

    return simulate


def _router(programs: list[tuple[Row, ...]], rates: list[float], chance: random.Random, told: Told) -> tuple[Any, Any]:
    """What leads individuals, and the law by which they are served: it has been drawn when they are led there."""
    import ciw  # type: ignore[import-untyped, unused-ignore]

    class Takes(ciw.dists.Distribution):  # type: ignore[misc]
        def sample(self, t: float | None = None, ind: Any = None) -> float:  # noqa: ARG002  # so ciw calls it
            return float(ind.takes)

    class Router(ciw.routing.NetworkRouting):  # type: ignore[misc]
        def __init__(self) -> None:
            pass

        def initialise(self, simulation: Any) -> None:
            self.simulation = simulation

        def initialise_individual(self, ind: Any) -> None:
            ind.walker = Walker(chance.choices(programs, rates)[0], began=self.simulation.current_time)
            told.events += 1

        def next_node(self, ind: Any, node_id: int) -> Any:
            one, nodes = ind.walker, self.simulation.nodes
            if node_id > 1:
                told.events += 1
                one.at += 1
            while (row := one.ahead(chance, told)).kind in (Fork, Join):
                one.deeper() if row.kind is Fork else one.back()
            if row.kind is Serve:
                ind.takes = row.takes(one.drawn(row, chance))
                return nodes[2 + one.desk(row, chance)]
            if row.kind in (Delay, Tick):
                ind.takes = one.passes(row, self.simulation.current_time, chance)
                return nodes[-2]
            _refuse(row.kind is not Label, "in ciw those that go round for ever, or leave")
            told.lead.append(self.simulation.current_time - one.began)
            return nodes[-1]

    return Router(), Takes()
