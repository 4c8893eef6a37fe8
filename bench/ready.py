"""How much ready work and the inbox cost over their own selects, at 20,000 and at a million items of work.

    python bench/ready.py [--items 20000 --items 1000000] [--store sqlite|postgresql] [--asked 20] [--keep FOLDER]
                          [--profile]

An organisation of so many items of work, half of them done; of those that are open every third has a dependency and
every twentieth a gate, and teams of six own them or zones hold them. Beside them are a tenth as many decisions,
approvals, handoffs, escalations, commitments and leases, one in ten of them open, most of them with a few persons. The
questions are asked as a face asks them, each in a moment of its own; the selects that they sent are then run again by
the driver alone, fetching the same rows. The figure is the question's time over that floor. ``--keep`` makes the SQLite
files once and uses them again.
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
from functools import partial
from pathlib import Path
from typing import Any

import orjson

sys.path.insert(0, str(Path(__file__).parent))
from counterpoint.ledger import keep, open_work, schema
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.rows import insert_rows
from counterpoint.ledger.write import NewEntry
from counterpoint.model.kinds import PRIORITIES, PROTOCOL, attribute_of
from counterpoint.model.statements import Json, Statement
from counterpoint.model.values import item_of
from counterpoint.questions.questions import Questions
from ledger import places
from raw import Tape, connect, replay, timed

Ask = Callable[[Questions, int], object]
_STATES = ("proposed", "accepted", "active", "active", "active", "blocked")


def person(number: int) -> str:
    """An opaque person."""
    return f"person:~{number:016d}"


def organisation(items: int) -> Iterator[tuple[str, str, Json]]:
    """Entity, attribute and value of what a tracker says."""
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
        if done[number]:
            yield f"work:{number}", "status", dice.choice(("done", "done", "dropped"))
        else:
            yield from _open(number, teams, dice)
            yield from _before(number, done, dice)


def _open(number: int, teams: int, dice: random.Random) -> Iterator[tuple[str, str, Json]]:
    """An open item: where it stands, whose it is, how much it matters and when it is due."""
    work = f"work:{number}"
    if dice.random() < 0.9:
        yield work, "status", dice.choice(_STATES)
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


def _before(number: int, done: list[bool], dice: random.Random) -> Iterator[tuple[str, str, Json]]:
    """What stands before an open item: a dependency, mostly on something near, and a gate."""
    if number % 3 == 0 and number > 100:
        near = max(0, number - int(dice.paretovariate(0.7)))
        provider = near if dice.random() < 0.8 else dice.randrange(number)
        yield f"dependency:{number}", "consumer", f"work:{number}"
        yield f"dependency:{number}", "provider", f"work:{provider}"
        yield f"dependency:{number}", "status", "fulfilled" if done[provider] else "committed"
    if number % 20 == 0:
        yield f"gate:{number}", "work", f"work:{number}"
        yield f"gate:{number}", "type", dice.choice(("governance", "quality"))
        yield f"gate:{number}", "status", dice.choice(("open", "passed"))


def under_way(items: int) -> Iterator[tuple[str, str, Json]]:
    """What protocols state: questions, approvals, handoffs, escalations, commitments, leases; nine of ten are over."""
    dice = random.Random(12)
    persons = max(10, items // 200) * 6

    def somebody() -> str:
        # A few have most of it, as is usual.
        return person(min(persons - 1, int(dice.paretovariate(0.4)) - 1))

    for number in range(items // 60):
        over, work = dice.random() < 0.9, f"work:{dice.randrange(items)}"
        decision, approval, handoff = f"decision:{number}", f"approval:{number}", f"handoff:{number}"
        escalation, commitment, lease = f"escalation:{number}", f"commitment:{number}", f"lease:work/{number}"
        yield decision, "question", f"Question {number}?"
        yield decision, "decider", [somebody()]
        yield decision, "concerns", work
        yield decision, "status", "decided" if over else "open"
        yield approval, "gate", f"gate:{number % (items // 20) * 20}"
        yield approval, "work", work
        yield approval, "approver", somebody()
        yield approval, "enough", 1
        yield approval, "status", "used" if over else "requested"
        yield handoff, "what", work
        yield handoff, "giver", somebody()
        yield handoff, "receiver", somebody()
        yield handoff, "status", "accepted" if over else "offered"
        yield escalation, "about", decision
        yield escalation, "party", somebody()
        yield escalation, "asked", somebody()
        yield escalation, "status", "ended" if over else "open"
        yield commitment, "title", f"Promise {number}"
        yield commitment, "owner", [somebody()]
        yield commitment, "to", somebody()
        yield commitment, "due", f"2026-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
        yield commitment, "status", "kept" if over else "open"
        yield lease, "resource", f"work:{number}"
        yield lease, "on", f"work:{number}"
        yield lease, "holder", somebody()
        yield lease, "token", 1
        yield lease, "minutes", 60
        yield lease, "status", "free" if over else "held"


def fill(ledger: Ledger, items: int) -> None:
    """Write it past the ledger's checks and hashes, which take most of the time: this is about reading alone."""
    with ledger.read() as snapshot:
        now = snapshot.now
    statements: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    for sequence, (source, told) in enumerate((("tracker", organisation(items)), (PROTOCOL, under_way(items))), 1):
        with ledger.write() as transaction:
            first = Statement("team:0", "title", "", "state", f"The first {source}", now, now)
            transaction.append(NewEntry(person(0), source, [first]))
        for number, (entity, attribute, value) in enumerate(told, 1):
            declared = attribute_of(entity.partition(":")[0], attribute)
            assert declared is not None
            item, text = item_of(declared, value), orjson.dumps(value).decode()
            whole = (sequence, number, entity, attribute, item, "state", text, "", "", now, now, None, None, None, None)
            statements.append(whole)
            rows.append((entity, attribute, item, source, "state", text, now, sequence, number, now, None, False))
    rows.sort()
    with ledger.store.writing() as connection:
        insert_rows(connection, schema.statement, statements)
        insert_rows(connection, schema.current, rows)
        insert_rows(connection, schema.mention, sorted(one for row in rows for one in keep.mentions_of(row)))
        handles = ((row[0], orjson.loads(str(row[5]))["handle"]) for row in rows if row[1] == "handle")
        insert_rows(connection, schema.handle, [("", slug, entity) for entity, slug in handles])
        insert_rows(connection, schema.open_work, list(open_work.rows(connection)))
        connection.exec_driver_sql("analyze")


def ask_whole(questions: Questions, _asked: int) -> object:
    """All open work: what is ready, and what the rest waits for."""
    return questions.ready()


def ask_first(questions: Questions, _asked: int) -> object:
    """The first page of everything."""
    return questions.ready(20)


def ask_for(questions: Questions, asked: int) -> object:
    """What a person may take next."""
    return questions.ready(5, party=f"person:p{asked}")


def ask_zone(questions: Questions, asked: int) -> object:
    """The first page of a zone."""
    return questions.ready(20, zone=f"zone:{asked // 24 * 4}")


def ask_inbox(questions: Questions, asked: int) -> object:
    """A person's inbox."""
    return questions.inbox(f"person:p{asked}")


def ask_busiest(questions: Questions, _asked: int) -> object:
    """The inbox of the person who has most of everything."""
    return questions.inbox("person:p0", 30)


ASKS: tuple[tuple[str, Ask, float], ...] = (
    ("ready, all of it", ask_whole, 0.0),
    ("ready --limit 20", ask_first, 1.0),
    ("ready --for WHO --limit 5", ask_for, 1.0),
    ("ready --zone ZONE --limit 20", ask_zone, 1.0),
    ("inbox", ask_inbox, 1.0),
    ("inbox of the busiest", ask_busiest, 0.2),
)
WHOLE_UP_TO = 100_000
"""Above so many items the whole list is not asked for: nobody reads it, and it takes as long as it is."""


def measure(ledger: Ledger, items: int, arguments: argparse.Namespace) -> None:
    """Every question, of many persons and zones."""
    dice, plain = random.Random(3), connect(ledger.store)
    store = "postgresql" if ledger.store.is_postgresql else "sqlite"
    for name, ask, share in ASKS:
        if ask is ask_whole and items > WHOLE_UP_TO:
            continue
        asked = [dice.randrange(max(10, items // 200) * 6) for _ in range(max(2, round(arguments.asked * share)))]
        if arguments.profile:
            print(name)
            profile(ledger, ask, asked)
        else:
            print(f"{store:<11}{items:>8} items  {name:<29}{timing(ledger, ask, asked, plain)}", flush=True)
    plain.close()


def timing(ledger: Ledger, ask: Ask, asked: list[int], plain: Any) -> str:
    """What one question takes, as a whole and of its processor, and what its selects take by themselves."""
    ours, busy, raw, selects = [], [], [], []
    for one in asked:
        with Tape(ledger.store.engine) as tape:
            ask(Questions(ledger), one)
        began = time.process_time()
        ours.append(timed(partial(ask, Questions(ledger), one)))
        busy.append(time.process_time() - began)
        raw.append(replay(plain, tape.calls))
        plain.rollback()
        selects.append(sum(call[0] == "execute" for call in tape.calls))
    middle = statistics.median
    return (
        f"median {middle(ours) * 1000:8.1f} ms ({middle(busy) * 1000:7.1f} ms of processor), its {middle(selects):.0f} "
        f"selects {middle(raw) * 1000:8.1f} ms: {sum(ours) / sum(raw):5.1f} times its selects"
    )


def profile(ledger: Ledger, ask: Ask, asked: list[int]) -> None:
    """What a question spends its time on."""
    profiler = cProfile.Profile()
    for one in asked:
        profiler.runcall(ask, Questions(ledger), one)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(18)


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, action="append")
    parser.add_argument("--asked", type=int, default=20)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    arguments = parser.parse_args()
    for store in arguments.store or ("sqlite", "postgresql"):
        for items in arguments.items or (20_000, 1_000_000):
            with places(store) as place:
                kept = arguments.keep / f"{items}.db" if arguments.keep and store == "sqlite" else None
                there = kept is not None and kept.exists()
                ledger = Ledger.open_or_create(str(kept) if kept else place())
                if not there:
                    fill(ledger, items)
                measure(ledger, items, arguments)
                ledger.close()


if __name__ == "__main__":
    main()
