"""What-ifs on a whole organisation: events a second against SimPy and ciw, and a hundred scenarios at once.

    python bench/whatif.py engines [--org FILE] [--items 1000] [--rounds 5] [--without ciw]
    python bench/whatif.py scenarios [--org FILE] [--scenarios 100] [--replications 200]

Without ``--org`` it makes the demonstration for itself. SimPy and ciw are needed by this bench alone (``pip install
simpy ciw``). An event is an arrival, or the end of a service or a delay. Everything is measured by the time of the
processor, so that other work on the machine says little.

``engines``: the network that the model of the organisation makes, by our engine and by the interpreters of
``whatif_peers.py``, in turns, each until as many items have ended. ciw knows no forks, so it is given the network in
which one of each fork stands for all, and so is ours once more to compare with. Who is right comes to the same mean
lead time and to as many events for an item: the bench fails where they differ by more than chance allows.

``scenarios``: variants drawn by chance (models, speed, elements removed, people, agents), each with so many
replications of the usual length, on all cores. The aim is a coffee break: ten minutes on two quiet cores.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))

from counterpoint.errors import InvalidInput
from counterpoint.lakeside import open_measuring
from counterpoint.questions.whatif.grounding import grounded
from counterpoint.simulation.building import built
from counterpoint.simulation.comparing import USUAL, simulated
from counterpoint.simulation.engine import run
from counterpoint.simulation.network import Delay, Fork, Network, Serve, Tick, compiled
from counterpoint.simulation.organisation import MODELS, Organisation
from counterpoint.simulation.outcome import reading
from counterpoint.simulation.precision import interval
from counterpoint.simulation.variant import ALL, AS_IS, Variant, varied
from counterpoint.wiring import open_ledger
from whatif_peers import Came, in_ciw, in_simpy

SURE = 0.999
COFFEE = 600.0
CORES = 2
OURS_TIMES = 20
"""How often ours runs in a round, each time on other chances: once is over in milliseconds."""


def organisation_of(address: str | None, opened: ExitStack) -> Organisation:
    """The organisation at an address as what-ifs see it, or the demonstration."""
    if address is None:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="counterpoint-bench-"))
        command = [sys.executable, "-c", "from counterpoint.faces.cli import main; main()", "demo", "--no-serve"]
        subprocess.run([*command, "--into", folder], check=True, stdout=subprocess.DEVNULL)
        address = str(Path(folder) / "counterpoint-demo.db")
    return grounded(open_measuring(open_ledger(address), address)).organisation


def ours(network: Network, items: int) -> Callable[[int], Came]:
    """The engine on a network that is compiled already, as for each replication."""
    made = compiled(network)
    timed = {one.element for source in network.sources for one in source.steps if isinstance(one, Serve | Delay | Tick)}
    rows = [number for number, name in enumerate(made.elements) if name in timed]

    def simulate(seed: int) -> Came:
        found = run(made, items, 0, seed)
        return Came(float(found.lead.mean()), found.arrived + int(found.elements[rows, 2].sum()))

    return simulate


def without_forks(network: Network) -> Network:
    """The network in which one of each fork stands for all."""
    return Network(
        network.stations,
        [
            replace(
                one,
                steps=tuple(
                    replace(step, count=1, enough=0) if isinstance(step, Fork) else step for step in one.steps
                ),
            )
            for one in network.sources
        ],
    )  # fmt: skip


@dataclass
class Engine:
    """An engine on one network, and what its runs came to; ``beside`` is what it is compared with."""

    name: str
    simulate: Callable[[int], Came]
    times: int = 1
    beside: Engine | None = None
    rates: list[float] = field(default_factory=list)
    leads: list[float] = field(default_factory=list)
    events: list[float] = field(default_factory=list)

    def round(self, number: int, items: int) -> None:
        """Run it, on chances of its own."""
        begun = time.process_time()
        found = [self.simulate(1_000 * number + at) for at in range(self.times)]
        took = time.process_time() - begun
        self.rates.append(sum(one.events for one in found) / took)
        self.leads += [one.lead for one in found]
        self.events += [one.events / items for one in found]

    def told(self) -> bool:
        """Print what it came to; does it agree with what it is compared with?"""
        said = f"{self.name:28} {statistics.median(self.rates):12,.0f} events/s   mean lead time {_within(self.leads)}"
        print(f"{said}, events for an item {_within(self.events)}")
        if self.beside is None:
            return True
        ratios = [mine / other for mine, other in zip(self.beside.rates, self.rates, strict=True)]
        chances = [
            float(stats.ttest_ind(mine, theirs, equal_var=False).pvalue)
            for mine, theirs in ((self.leads, self.beside.leads), (self.events, self.beside.events))
        ]
        print(
            f"{'':28} ours is {statistics.median(ratios):8.1f} times that, in single rounds {min(ratios):.1f} to"
            f" {max(ratios):.1f}; as far apart by chance: lead times {chances[0]:.2f}, events {chances[1]:.2f}"
        )
        return min(chances) > 1 - SURE


def _within(values: Sequence[float]) -> str:
    found = interval(values, SURE)
    return f"{found.value:.4g} ({found.low:.4g} to {found.high:.4g})"


def engines(organisation: Organisation, items: int, rounds: int, left_out: Sequence[str]) -> int:
    """Measure in turns and print; 1 where one does not agree."""
    network = built(varied(organisation, AS_IS), AS_IS)
    alone = without_forks(network)
    steps = sum(len(one.steps) for one in network.sources)
    print(f"{len(network.stations)} stations, {len(network.sources)} sources, {steps} steps; {items} items a run")
    full = Engine("ours", ours(network, items), OURS_TIMES)
    every = [full]
    if "simpy" not in left_out:
        every.append(Engine("SimPy", in_simpy(network, items), beside=full))
    if "ciw" not in left_out:
        forkless = Engine("ours, without forks", ours(alone, items), OURS_TIMES)
        every += [forkless, Engine("ciw, without forks", in_ciw(alone, items), beside=forkless)]
    full.simulate(0)
    for number in range(rounds):
        for one in every:
            one.round(number + 1, items)
        print(f"\rround {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    agreed = [one.told() for one in every]
    return int(not all(agreed))


def drawn(organisation: Organisation, number: int, seed: int) -> list[Variant]:
    """So many variants that make sense, by chance."""
    chance = random.Random(seed)
    names = sorted(name for name, _, _ in organisation.elements())
    areas = [one.name for one in organisation.areas]
    found: list[Variant] = []
    while len(found) < number:
        one = Variant(
            f"scenario {len(found) + 1}",
            model={chance.choice([ALL, *areas]): chance.choice(MODELS)},
            speedup=chance.choice((1.0, 2.0, 5.0, 10.0)),
            response=chance.choice((0.0, 0.0, 0.5)),
            remove=frozenset(chance.sample(names, min(chance.randrange(4), len(names)))),
            people={chance.choice([ALL, "above", *areas]): chance.choice((0.9, 1.0, 1.25, 2.0))},
            agents={ALL: chance.choice((0, 10, 50))},
        )
        try:
            built(varied(organisation, one), one)
        except InvalidInput:
            continue
        found.append(one)
    return found


def scenarios(organisation: Organisation, number: int, replications: int, seed: int) -> int:
    """Simulate them on all cores and print; 1 where it is no coffee break."""
    variants = drawn(organisation, number, seed)
    effort = replace(USUAL, replications=replications, precision=0.0)
    alone = parts(organisation, variants)
    begun, clock = time.process_time(), time.perf_counter()

    def told(done: int, most: int) -> None:
        if done % 100 == 0:
            print(f"\r{done:,} of {most:,} replications", end="", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = simulated(organisation, variants, effort, seed=seed, mapped=pool.map, told=told)
    took, wall = time.process_time() - begun, time.perf_counter() - clock
    print(file=sys.stderr)
    runs = sum(len(one.outcomes) for one in found)
    full = sum(bool(one.saturated) for one in found)
    print(f"{number} scenarios ({full} with a queue that grows without end), {runs:,} replications")
    print(
        f"processor {took:.1f} s, by the clock {wall:.1f} s, on {os.cpu_count()} cores; {took / runs * 1e3:.2f} ms each"
    )
    print(
        f"one by one: a network {alone[0]:.1f} ms; a replication {alone[1]:.2f} ms in the loop, {alone[2]:.2f} ms after"
    )
    # The loop runs on all cores, and what is Python's on one at a time.
    serial = (number * alone[0] + runs * alone[2]) / 1e3
    quiet = max(serial, (took - number * alone[0] / 1e3) / CORES + number * alone[0] / 1e3)
    print(f"on {CORES} quiet cores: about {quiet:.0f} s (aim: {COFFEE:.0f} s)")
    return int(quiet > COFFEE)


def parts(organisation: Organisation, variants: Sequence[Variant]) -> tuple[float, float, float]:
    """Milliseconds of the processor that a network takes to make, and a replication in the loop and after it: medians
    over the variants, on one core."""
    items = int(min(max(sum(one.weekly.value for one in organisation.streams) * USUAL.weeks, USUAL.least), USUAL.most))
    table = []
    for variant in variants:
        at = [time.process_time()]
        changed = varied(organisation, variant)
        network = compiled(built(changed, variant))
        told = reading(changed, network)
        at.append(time.process_time())
        found = run(network, items, int(items * USUAL.warm), 1)
        at.append(time.process_time())
        told(found)
        at.append(time.process_time())
        table.append([1e3 * (after - before) for before, after in pairwise(at)])
    making, looping, after = (statistics.median(column) for column in zip(*table, strict=True))
    return making, looping, after


def main() -> int:
    """Run one of the two; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("engines", "scenarios"))
    parser.add_argument("--org", metavar="FILE", help="an organisation; without it, the demonstration")
    parser.add_argument("--items", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without", action="append", default=[], choices=("simpy", "ciw"))
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with ExitStack() as opened:
        organisation = organisation_of(asked.org, opened)
        if asked.what == "engines":
            missing = [name for name in ("simpy", "ciw") if find_spec(name) is None]
            for name in missing:
                print(f"{name} is left out, since it is not installed")
            return engines(organisation, asked.items, asked.rounds, [*asked.without, *missing])
        return scenarios(organisation, asked.scenarios, asked.replications, asked.seed)


if __name__ == "__main__":
    sys.exit(main())
