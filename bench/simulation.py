"""The event engine on M/M/1, against SimPy, ciw and a loop written by hand for nothing but M/M/1: events a second.

    python bench/simulation.py [--items 2000000] [--rounds 5] [--load 0.8]

SimPy and ciw are needed by this bench alone (``pip install simpy ciw``); without them it leaves them out and says so.
An event is an arrival or the end of a service, two for each item, whatever else a simulator does in between. All are
run in turns, the slow ones with fewer items, and measured by the time of the processor, so that other work on the
machine says little; each must come to the known mean lead time. Aims: at least 100 times SimPy, and at least 60 % of
the loop by hand.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from counterpoint.simulation.engine import run
from counterpoint.simulation.network import Network, Serve, Source, Station, compiled, exponential

EVENTS_PER_ITEM = 2
ARRIVAL, END = 0, 1


@dataclass(frozen=True)
class Peer:
    """A simulator: ``simulate(load, items, seed)`` gives the mean lead time; ``share`` of the items it is given."""

    name: str
    simulate: Callable[[float, int, int], float]
    share: float
    aim: float | None = None


def ours(load: float, items: int, seed: int) -> float:
    """The engine, with its network as everybody writes it; compiling that is part of the time."""
    network = Network(
        [Station("desk", 1)], [Source("work", (Serve("desk", exponential(1.0)),), exponential(1.0 / load))]
    )
    return float(run(compiled(network), items, 0, seed).lead.mean())


@numba.njit(nogil=True, error_model="numpy")
def _put(when: Any, kind: Any, size: Any, time: Any, what: Any) -> None:
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if when[above] <= time:
            break
        when[place], kind[place] = when[above], kind[above]
        place = above
    when[place], kind[place] = time, what


@numba.njit(nogil=True, error_model="numpy")
def _take(when: Any, kind: Any, size: Any) -> None:
    time, what = when[size], kind[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and when[below + 1] < when[below]:
            below += 1
        if time <= when[below]:
            break
        when[place], kind[place] = when[below], kind[below]
        place = below
    when[place], kind[place] = time, what


@numba.njit(nogil=True, error_model="numpy")
def _by_hand(load: Any, items: Any, seed: Any) -> Any:
    """Arrivals and ends of service in a binary heap, who waits in a ring, lead times in an array, and no more."""
    np.random.seed(seed)
    when, kind = np.zeros(64), np.zeros(64, np.int64)
    ring, first, last = np.zeros(1 << 16), 0, 0
    lead = np.zeros(items)
    _put(when, kind, 0, np.random.exponential(1.0 / load), ARRIVAL)
    size, ended, busy = 1, 0, False
    while ended < items:
        now, what = when[0], kind[0]
        size -= 1
        _take(when, kind, size)
        if what == ARRIVAL:
            _put(when, kind, size, now + np.random.exponential(1.0 / load), ARRIVAL)
            size += 1
            ring[last & 0xFFFF] = now
            last += 1
            begins = not busy
            busy = True
        else:
            lead[ended] = now - ring[first & 0xFFFF]
            first += 1
            ended += 1
            begins = first < last
            busy = begins
        if begins:
            _put(when, kind, size, now + np.random.exponential(1.0), END)
            size += 1
    return lead


def by_hand(load: float, items: int, seed: int) -> float:
    """The loop by hand, with numba's own exponential numbers."""
    return float(_by_hand(load, items, seed).mean())


def in_simpy(load: float, items: int, seed: int) -> float:
    """SimPy as its documentation writes a queue: a process for each item, and a resource."""
    import simpy

    chance = random.Random(seed)
    lead: list[float] = []

    def item(world: Any, desk: Any) -> Any:
        came = world.now
        with desk.request() as turn:
            yield turn
            yield world.timeout(chance.expovariate(1.0))
        lead.append(world.now - came)

    def source(world: Any, desk: Any) -> Any:
        for _ in range(items):
            yield world.timeout(chance.expovariate(load))
            world.process(item(world, desk))

    world = simpy.Environment()
    world.process(source(world, simpy.Resource(world)))
    world.run()
    return statistics.fmean(lead)


def in_ciw(load: float, items: int, seed: int) -> float:
    """ciw, until so many items have ended."""
    import ciw

    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=load)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[1],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(items, method="Finish")
    return statistics.fmean(one.exit_date - one.arrival_date for one in simulation.get_all_records())


PEERS = (
    Peer("ours", ours, 1.0),
    Peer("by hand, in numba", by_hand, 1.0, 0.6),
    Peer("SimPy", in_simpy, 0.02, 100.0),
    Peer("ciw", in_ciw, 0.01),
)


def main() -> int:
    """Measure in turns and print; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--load", type=float, default=0.8)
    asked = parser.parse_args()
    peers = []
    for peer in PEERS:
        begun = time.process_time()
        try:
            peer.simulate(asked.load, 1_000, 0)
        except ModuleNotFoundError as missing:
            print(f"{peer.name}: left out, {missing.name} is not installed")
            continue
        print(f"{peer.name}: a thousand items, and whatever is compiled before, {time.process_time() - begun:.2f} s")
        peers.append(peer)
    rates: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for number in range(asked.rounds):
        for peer in peers:
            rates[peer.name].append(measured(peer, asked.load, int(asked.items * peer.share), number + 1))
    return told(peers, rates)


def measured(peer: Peer, load: float, items: int, seed: int) -> float:
    """Events for each second of the processor's time."""
    begun = time.process_time()
    lead = peer.simulate(load, items, seed)
    took = time.process_time() - begun
    # Lead times of a queue hang together: the mean of so many may be far off, but hardly ever farther than this.
    if abs(lead * (1 - load) - 1) > 14 / math.sqrt(items * (1 - load) ** 2):
        raise SystemExit(f"{peer.name} came to a mean lead time of {lead}, and not {1 / (1 - load)}")
    return EVENTS_PER_ITEM * items / took


def told(peers: list[Peer], rates: dict[str, list[float]]) -> int:
    """Print the medians and ratios; 1 where an aim is missed."""
    missed = 0
    for peer in peers:
        these = rates[peer.name]
        ratios = [one / other for one, other in zip(rates["ours"], these, strict=True)]
        ratio = statistics.median(ratios)
        aim = "" if peer.aim is None else f"   (aim: {peer.aim:g})"
        missed += peer.aim is not None and ratio < peer.aim
        print(
            f"{peer.name:20} {statistics.median(these):14,.0f} events/s   ours is {ratio:8.2f} times that,"
            f" in single rounds {min(ratios):.2f} to {max(ratios):.2f}{aim}"
        )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
