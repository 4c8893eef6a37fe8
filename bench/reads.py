"""How much a question costs over its own selects, in an organisation of a million entities.

    python bench/reads.py [--entities 1000000] [--asked 200] [--profile] [--store sqlite|postgresql] [--keep FILE]

``who`` and ``show`` are asked of random work, teams and zones, each in a fresh snapshot as a face asks. The selects
that a question sent are then run again by the driver alone, fetching the same rows. The figure is the question's time
over the sum of its selects; the aim is three times at most. ``--keep`` makes the SQLite file once and uses it again.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.statements import Json, Statement
from counterpoint.questions.questions import Questions
from ledger import places
from raw import Tape, connect, replay, timed

AIM = 3.0
BATCH = 300_000


def organisation(entities: int, now: str) -> Iterator[Statement]:
    """A big organisation: of a hundred entities one is a zone and four are teams; the rest is work with owners."""

    def state(entity: str, attribute: str, value: Json, item: str = "") -> Statement:
        return Statement(entity, attribute, item, "state", value, now, now)

    zones, teams = max(1, entities // 100), max(1, entities // 25)
    yield state("zone:organisation", "rule", "any")
    for number in range(zones):
        yield state(f"zone:{number}", "owner", [f"team:{number % teams}"])
        yield state(f"zone:{number}", "parent", f"zone:{number // 10}")
    for number in range(teams):
        yield state(f"team:{number}", "title", f"Team {number}")
        person = f"person:~{number:016d}"
        yield state(f"team:{number}", "lead", person, person)
        yield state(f"team:{number}", "parent", f"team:{number // 8}")
    for number in range(entities - zones - teams):
        yield state(f"work:{number}", "title", f"Work {number}")
        yield state(f"work:{number}", "owner", [f"team:{number % teams}"])
        if number % 4 == 0:
            yield state(f"work:{number}", "parent", f"work:{number // 10}")


def fill(ledger: Ledger, entities: int) -> None:
    """Append it, some hundred thousand statements to an entry; a second source contradicts a few."""
    with ledger.read() as snapshot:
        now = snapshot.now
    batch: list[Statement] = []

    def flush(source: str) -> None:
        with ledger.write() as transaction:
            transaction.append(NewEntry("ana", source, batch))
        print(f"  {len(batch)} statements", file=sys.stderr, flush=True)
        batch.clear()

    for one in organisation(entities, now):
        batch.append(one)
        if len(batch) == BATCH:
            flush("tracker")
    flush("tracker")
    batch += [Statement(f"work:{each}", "title", "", "state", "Otherwise", now, now) for each in range(0, 5000, 10)]
    batch += [Statement(f"team:dup-{each}", "alias_of", "", "state", f"team:{each}", now, now) for each in range(500)]
    flush("notes")


def ask_who(ledger: Ledger, subject: str) -> object:
    """Who decides, as a face asks."""
    return Questions(ledger).who(subject)


def ask_show(ledger: Ledger, subject: str) -> object:
    """The page of a thing, as a face asks."""
    return Questions(ledger).show(subject)


def subjects(entities: int, count: int) -> list[str]:
    """Random work, teams and zones."""
    dice = random.Random(7)
    teams = max(1, entities // 25)
    kinds = ("work", "work", "work", "team", "zone")
    most = {"work": entities - teams - max(1, entities // 100), "team": teams, "zone": max(1, entities // 100)}
    return [f"{kind}:{dice.randrange(most[kind])}" for kind in (kinds[each % len(kinds)] for each in range(count))]


def once_more(plain: Any, tape: Tape) -> float:
    """The seconds that the selects take by themselves."""
    taken = replay(plain, tape.calls)
    plain.rollback()
    return taken


def measure(ledger: Ledger, name: str, ask: Callable[[Ledger, str], object], asked: list[str]) -> None:
    """One question, asked of many things."""
    plain = connect(ledger.store)
    for subject in asked[:20]:
        ask(ledger, subject)
    ours, raw, selects = [], [], []
    for subject in asked:
        with Tape(ledger.store.engine) as tape:
            ask(ledger, subject)
        # In turns, and the better of three, for other things run on the machine.
        pairs = [(timed(lambda subject=subject: ask(ledger, subject)), once_more(plain, tape)) for _ in range(3)]
        ours.append(min(our for our, _ in pairs))
        raw.append(min(its for _, its in pairs))
        selects.append(sum(call[0] == "execute" for call in tape.calls))
    plain.close()
    total, each = sum(ours) / sum(raw), statistics.mean(selects)
    store = "postgresql" if ledger.store.is_postgresql else "sqlite"
    print(
        f"{store:<11}{name:<5} median {statistics.median(ours) * 1000:7.2f} ms, its {each:.1f} selects "
        f"{statistics.median(raw) * 1000:7.2f} ms; {total:5.2f} times its selects (aim {AIM})"
    )


def profile(ledger: Ledger, ask: Callable[[Ledger, str], object], asked: list[str]) -> None:
    """What a question spends its time on."""
    profiler = cProfile.Profile()
    profiler.runcall(lambda: [ask(ledger, subject) for subject in asked])
    pstats.Stats(profiler).sort_stats("tottime").print_stats(20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=200)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    arguments = parser.parse_args()
    for store in arguments.store or ("sqlite", "postgresql"):
        with places(store) as place:
            url = arguments.keep if arguments.keep and store == "sqlite" else place()
            kept = Path(url).exists()
            ledger = Ledger.open_or_create(url)
            if not kept:
                fill(ledger, arguments.entities)
            asked = subjects(arguments.entities, arguments.asked)
            for name, ask in (("who", ask_who), ("show", ask_show)):
                measure(ledger, name, ask, asked)
                if arguments.profile:
                    profile(ledger, ask, asked)
            ledger.close()


if __name__ == "__main__":
    main()
