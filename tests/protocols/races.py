"""Races for one lease between processes, in rounds, each a history that is checked; from the command line, as many as
you like::

    python -m tests.protocols.races --attempts 1000000 --processes 64 [--store sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import Any

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from tests.protocols.leasing import SPONSOR, Agent, alone, organise, quicker
from tests.protocols.linearizable import Operation, check
from tests.protocols.models import NO, LeaseModel
from tests.protocols.processes import Job, Tape, run_together
from tests.protocols.servers import server


def claimant(url: str, number: int, attempts: int, items: Sequence[str], marks: Path) -> Job:
    """Asks for the items in turn, so many times in all; whenever told yes, makes sure of it in the world outside, and
    lets go."""

    def job(tape: Tape) -> None:
        agent = Agent(quicker(Ledger.open(url)), f"agent:a{number}")
        for item in islice(cycle(items), attempts):
            token = tape.ask(item, "take", agent.name, by=partial(agent.take, item))
            if token == NO:
                continue
            with alone(marks / item):
                tape.ask(item, "check", token, by=partial(agent.check, item, token))
            tape.ask(item, "release", agent.name, token, by=partial(agent.release, item, token))

    return job


def anything(url: str, number: int, commands: int, items: int) -> Job:
    """Does anything that may be done with leases, well or badly meant, to any of the items."""

    def job(tape: Tape) -> None:
        dice = random.Random(number)
        agent, sponsor = Agent(quicker(Ledger.open(url)), f"agent:a{number}"), SPONSOR
        decider = Agent(agent.ledger, sponsor)
        tokens: dict[str, int] = {}
        for _ in range(commands):
            item = f"work:w{dice.randrange(items)}"
            token = tokens.get(item, dice.randint(1, 9))
            ways: dict[str, tuple[tuple[Any, ...], Callable[[], Any]]] = {
                "take": ((agent.name,), partial(agent.take, item)),
                "wait": ((agent.name,), partial(agent.wait, item)),
                "leave": ((agent.name,), partial(agent.leave, item)),
                "release": ((agent.name, token), partial(agent.release, item, token)),
                "force": ((), partial(decider.force, item)),
                "check": ((token,), partial(agent.check, item, token)),
                "holder": ((), partial(agent.holder, item)),
            }
            name = dice.choices(list(ways), (6, 2, 1, 6, 1, 2, 2))[0]
            given, way = ways[name]
            told = tape.ask(item, name, *given, by=way)
            if name == "take" and told != NO:
                tokens[item] = told

    return job


def judge(history: list[Operation]) -> Counter[str]:
    """Every yes was true, and the tokens grew: how many of what there were.

    Raises:
        AssertionError: it could not have been so, one after the other.
    """
    verdict = check(LeaseModel(), history)
    assert verdict, str(verdict)
    for item in {each.on for each in history}:
        tokens = [each.output for each in verdict.order if each.on == item and isinstance(each.output, int)]
        assert all(earlier < later for earlier, later in pairwise(tokens))
    return Counter(f"{each.name} {'yes' if isinstance(each.output, int) else each.output}" for each in history)


def race(url: str, folder: Path, processes: int, attempts: int, *items: str) -> Counter[str]:
    """One round: so many attempts in all, on one item, or on several that everybody wants."""
    marks = folder / "held"
    jobs = [claimant(url, number, len(range(number, attempts, processes)), items, marks) for number in range(processes)]
    marks.mkdir(parents=True)
    history = run_together(folder / "tapes", jobs)
    found = judge(history)
    assert found["take yes"] == found["check yes"] == found["release yes"], found
    assert found["take yes"] + found["take no"] == attempts
    return found


def races(url: str, processes: int, attempts: int, round_of: int, items: int = 1) -> Counter[str]:
    """Rounds of races, each for an item of its own (or several), with the ledger verified in the end."""
    rounds = -(-attempts // round_of)
    organise(url, processes, rounds * items).close()
    counted: Counter[str] = Counter()
    place = Path(tempfile.mkdtemp(prefix="counterpoint-races-"))
    began = time.monotonic()
    for number in range(rounds):
        some = min(round_of, attempts - number * round_of)
        these = [f"work:w{one}" for one in range(number * items, (number + 1) * items)]
        counted.update(race(url, place / f"round-{number}", processes, some, *these))
        shutil.rmtree(place / f"round-{number}")
        seconds = time.monotonic() - began
        print(f"{number + 1} of {rounds} rounds, {seconds:.0f} s, {dict(counted)}", flush=True)
    shutil.rmtree(place)
    ledger = Ledger.open(url)
    assert verify(ledger).damage == ()
    ledger.close()
    return counted


def main() -> None:
    """See the top of the file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    words.add_argument("--attempts", type=int, default=1_000_000)
    words.add_argument("--processes", type=int, default=64)
    words.add_argument("--round", type=int, default=20_000, help="attempts of one round")
    words.add_argument("--items", type=int, default=1, help="items of one round, which every process asks for in turn")
    given = words.parse_args()
    if given.store == "sqlite":
        place = Path(tempfile.mkdtemp(prefix="counterpoint-races-"))
        print(races(str(place / "organisation.db"), given.processes, given.attempts, given.round, given.items))
        shutil.rmtree(place)
    else:
        with server(f"max_connections={given.processes + 20}") as there:
            print(races(there.database(), given.processes, given.attempts, given.round, given.items))


if __name__ == "__main__":
    main()
