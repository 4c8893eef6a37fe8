"""How much ready work and the inbox cost over their own selects, at 20,000 and at a million items of work.

    python bench/ready.py [--items 20000 --items 1000000] [--store sqlite|postgresql] [--keep FOLDER] [--profile]

An organisation of so many items of work, half of them done, with a dependency for every third and a gate for every
twentieth, teams of six that own them and zones that hold them. The questions are asked as a face asks them, each in a
moment of its own; the selects that they sent are then run again by the driver alone, fetching the same rows. The
figure is the question's time over that floor. ``--keep`` makes the SQLite files once and uses them again.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.kinds import PRIORITIES, attribute_of
from counterpoint.model.statements import Json, Statement
from counterpoint.model.values import item_of
from counterpoint.questions.questions import Questions
from ledger import places
from raw import Tape, connect, replay, timed

BATCH = 300_000
_OPEN = ("proposed", "accepted", "active", "active", "active", "blocked")


def person(number: int) -> str:
    """An opaque person."""
    return f"person:~{number:016d}"


def organisation(items: int) -> Iterator[tuple[str, str, Json]]:
    """Entity, attribute and value of everything that is said."""
    dice = random.Random(11)
    teams = max(10, items // 200)
    for number in range(teams):
        yield f"team:{number}", "lead", person(number * 6)
        for member in range(6):
            yield f"team:{number}", "member", person(number * 6 + member)
            yield person(number * 6 + member), "handle", {"system": "reference", "handle": f"p{number * 6 + member}"}
        if number:
            yield f"team:{number}", "parent", f"team:{number // 8}"
        if number % 4 == 0:
            yield f"zone:{number}", "owner", [f"team:{number}"]
            yield f"zone:{number}", "parent", f"zone:{number // 40 * 4}"
    done = [dice.random() < 0.5 for _ in range(items)]
    for number in range(items):
        work = f"work:{number}"
        yield work, "title", f"Item {number}"
        if dice.random() < 0.9:
            yield work, "status", dice.choice(("done", "done", "dropped") if done[number] else _OPEN)
        if dice.random() < 0.85:
            team = dice.randrange(teams)
            yield work, "owner", [f"team:{team}" if dice.random() < 0.7 else person(team * 6 + number % 6)]
        else:
            yield work, "zone", f"zone:{dice.randrange(teams) // 4 * 4}"
        if dice.random() < 0.4:
            yield work, "priority", dice.choice(PRIORITIES)
        if dice.random() < 0.5:
            yield work, "due", f"2026-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
        if number % 10 and dice.random() < 0.5:
            yield work, "parent", f"work:{number // 10 * 10}"
        if number % 3 == 0 and number > 100:
            provider = number - int(dice.paretovariate(0.7)) if dice.random() < 0.8 else dice.randrange(number)
            provider = max(0, provider)
            yield f"dependency:{number}", "consumer", work
            yield f"dependency:{number}", "provider", f"work:{provider}"
            yield f"dependency:{number}", "status", "fulfilled" if done[provider] else "committed"
        if number % 20 == 0:
            yield f"gate:{number}", "work", work
            yield f"gate:{number}", "type", dice.choice(("governance", "quality"))
            yield f"gate:{number}", "status", dice.choice(("open", "passed"))


def fill(ledger: Ledger, items: int) -> None:
    """Append it, some hundred thousand statements to an entry."""
    with ledger.read() as snapshot:
        now = snapshot.now
    batch: list[Statement] = []
    began, total = time.perf_counter(), 0

    def flush() -> None:
        nonlocal total
        with ledger.write() as transaction:
            transaction.append(NewEntry(person(0), "tracker", batch))
        total += len(batch)
        print(f"  {total} statements, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        batch.clear()

    for entity, attribute, value in organisation(items):
        declared = attribute_of(entity.partition(":")[0], attribute)
        assert declared is not None
        batch.append(Statement(entity, attribute, item_of(declared, value), "state", value, now, now))
        if len(batch) == BATCH:
            flush()
    flush()
