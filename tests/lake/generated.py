"""An invented organisation with activity of every kind and rows in every table, the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any

import pyarrow as pa

from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.activity import STORED

START, DAYS = datetime(2026, 1, 5), 150
PEOPLE = [f"person:p{number}" for number in range(24)]
AGENTS = ["agent:a0", "agent:a1"]
BOTS = ["bot:ci"]
TEAMS = {"team:all": None, "team:red": "team:all", "team:blue": "team:all", "team:dark": "team:blue"}
ZONES = ["zone:front", "zone:back", "zone:data"]
PATHS = [f"{zone[5:]}/{number}.py" for zone in ZONES for number in range(12)]
WORKS = [f"work:w{number}" for number in range(30)]
THREADS = [f"t{number}" for number in range(160)]
Dice = random.Random


def moment(dice: Dice) -> datetime:
    """Any time of the working day, now and then in the night."""
    hour = dice.choice([9, 10, 11, 13, 14, 15, 16, 16, 20])
    return START + timedelta(
        days=dice.randrange(DAYS), hours=hour, minutes=dice.randrange(60), seconds=dice.randrange(60)
    )


def activity(count: int = 3000, number: int = 1) -> pa.Table:
    """Rows of every verb, as the lake keeps them."""
    dice = Dice(number)
    rows = [_row(dice, index) for index in range(count)]
    plain = pa.schema([(one.name, _plain(one.type)) for one in STORED])
    return pa.Table.from_pylist(rows, schema=plain).cast(STORED)


def _row(dice: Dice, index: int) -> dict[str, Any]:
    verb = dice.choice(["change"] * 8 + ["commit", "commit", "review", "review", "merge", "report", "rename"]
                       + ["step"] * 4 + ["post", "post", "attend", "attend", "act"])  # fmt: skip
    who = int(min(dice.paretovariate(1.1), 24)) - 1
    actor = dice.choice(["actor:x0", "actor:a0", "actor:a1", "actor:ci"]) if dice.random() < 0.1 else f"actor:p{who}"
    thread = dice.choice(THREADS)
    row = dict.fromkeys(STORED.names) | {
        "source": dice.choice(["git:app", "git:lib"]),
        "key": md5(f"{index}".encode()).digest(),
        "moment": moment(dice),
        "ahead": dice.choice([0, 60, None]),
        "actor": actor,
        "verb": verb,
        "object": thread,
        "thread": thread,
        "work": dice.choice([*WORKS, None, None]),
    }
    return row | _of_verb(dice, verb, row)


def _of_verb(dice: Dice, verb: str, row: Mapping[str, Any]) -> dict[str, Any]:
    other = f"actor:p{dice.randrange(24)}"
    match verb:
        case "change" | "rename":
            return {
                "object": dice.choice(PATHS),
                "size": float(dice.randrange(1, 200)),
                "agent": dice.choice([None] * 5 + ["trailer"]),
                "landed": row["moment"] + timedelta(hours=dice.randrange(90)),
            }
        case "commit":
            return {
                "size": float(dice.randrange(1, 9)),
                "agent": dice.choice([None, None, "account"]),
                "confidence": 0.9,
            }
        case "review" | "merge" | "report":
            return {"target": other, "landed": row["moment"] + timedelta(hours=dice.randrange(1, 50))}
        case "step":
            case = f"case:{dice.randrange(60)}"
            return {
                "source": "xes:desk",
                "object": dice.choice(["open", "check", "ask", "close"]),
                "work": case,
                "thread": case,
                "zone": dice.choice(["desk", "field", None]),
                "size": float(dice.randrange(50)),
            }
        case "post":
            return {"source": "mail:dev", "target": dice.choice([other, None]), "object": f"m{dice.randrange(999)}"}
        case "attend":
            occurrence = f"{dice.choice(['ritual:sync', 'ritual:plan'])}/{dice.randrange(20)}"
            return {"source": "ics:team", "object": occurrence.partition("/")[0], "thread": occurrence,
                    "size": float(dice.choice([30, 60])), "attributes": '{"answer":"accepted"}',
                    "moment": START + timedelta(days=7 * int(occurrence.partition("/")[2]), hours=10)}  # fmt: skip
        case _:
            return {
                "object": dice.choice(["hours", "network"]),
                "size": dice.random() * 40,
                "attributes": '{"told":"week"}',
            }


def tables(number: int = 1) -> dict[str, pa.Table]:
    """Rows in every table of the organisation."""
    dice = Dice(number + 1000)
    made = {}
    for name, relation in ORGANISATION.items():
        rows = _FIXED[name](dice) if name in _FIXED else [_any(dice, name, index) for index in range(40)]
        blank = dict.fromkeys(relation.columns)
        rows = [
            {column: value for column, value in (blank | row).items() if column in relation.columns} for row in rows
        ]
        made[name] = pa.Table.from_pylist(rows, schema=relation.schema)
    return made


def _any(dice: Dice, table: str, index: int) -> dict[str, Any]:
    """A row whose columns are filled by their names and types, the first with a name of its own."""
    relation = ORGANISATION[table]
    row: dict[str, Any] = {}
    early = moment(dice)
    for place, (name, kind) in enumerate(relation.columns.items()):
        if place == 0 and name == table:
            row[name] = WORKS[index % len(WORKS)] if table == "work" else f"{table}:{index}"
        elif name in _POOLS:
            row[name] = dice.choice(_POOLS[name])
        elif pa.types.is_timestamp(kind):
            early = early + timedelta(hours=dice.randrange(0, 200))
            # What was said or done has its time; what may come later may have none.
            row[name] = early if name == "moment" or dice.random() < 0.8 else None
        elif pa.types.is_date(kind):
            row[name] = early.date()
        elif pa.types.is_boolean(kind):
            row[name] = dice.random() < 0.5
        elif pa.types.is_integer(kind):
            row[name] = dice.randrange(4)
        elif pa.types.is_floating(kind):
            row[name] = float(dice.randrange(1, 60))
        else:
            row[name] = dice.choice(["one", "two", None])
    return row


def _pairs(dice: Dice, table: str) -> list[dict[str, Any]]:
    """Rows no two of which say the same."""
    rows = [_any(dice, table, index) for index in range(60)]
    return list({tuple(map(str, row.values())): row for row in rows}.values())


def _members(_dice: Dice) -> list[dict[str, Any]]:
    rows = []
    for index, one in enumerate(PEOPLE):
        team: str | None = ["team:red", "team:blue", "team:dark", "team:red"][index % 4]
        direct = True
        while team is not None:
            rows.append({"party": one, "team": team, "direct": direct})
            team, direct = TEAMS[team], False
    return rows


def _actors(_dice: Dice) -> list[dict[str, Any]]:
    sorts = [(PEOPLE, "person"), (AGENTS, "agent"), (BOTS, "bot")]
    rows = [{"actor": f"actor:{one.partition(':')[2]}", "party": one, "sort": sort, "confidence": 1.0}
            for those, sort in sorts for one in those]  # fmt: skip
    return [*rows, {"actor": "actor:x0", "party": "actor:x0", "sort": "unknown", "confidence": 0.0}]


def _parties(_dice: Dice) -> list[dict[str, Any]]:
    sorts: list[tuple[Sequence[str], str]] = [(PEOPLE, "person"), (AGENTS, "agent"), (BOTS, "bot"), ([*TEAMS], "team")]
    return [{"party": one, "label": one.partition(":")[2].upper(), "sort": sort, "status": "active"}
            for those, sort in sorts for one in those]  # fmt: skip


def _occurrences(dice: Dice) -> list[dict[str, Any]]:
    return [
        {"occurrence": f"{ritual}/{number}", "ritual": ritual, "start": START + timedelta(days=7 * number, hours=10),
         "minutes": 30.0, "status": dice.choice(["held", "held", "cancelled", "planned"])}
        for ritual in ("ritual:sync", "ritual:plan") for number in range(20)
    ]  # fmt: skip


def _decides(dice: Dice) -> list[dict[str, Any]]:
    """One answer for each thing, with its deciders."""
    rows = []
    for thing in WORKS:
        answer = dice.choice(["one", "one", "shared", "ambiguous", "none"])
        deciders = {"one": 1, "none": 0}.get(answer, 2)
        for decider in dice.sample(PEOPLE, deciders) or [None]:
            rows.append({"thing": thing, "kind": "work", "zone": "zone:front", "answer": answer, "decider": decider})
    return rows


def _plain(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind


_PARTIES = [*PEOPLE, *AGENTS]
_DECISIONS = [f"decision:{number}" for number in range(40)]
_POOLS: Mapping[str, Sequence[Any]] = {
    **dict.fromkeys(("party", "owner", "decider", "asked_by", "approver", "giver", "receiver", "actor"), _PARTIES),
    "team": [*TEAMS], "zone": [*ZONES, None], "work": WORKS, "thing": WORKS, "about": WORKS, "subject": WORKS,
    "consumer": WORKS, "provider": WORKS, "objective": ["objective:0", "objective:1", "objective:2", None],
    "priority": ["p0", "p1", "p2", None], "decision": _DECISIONS, "one": _DECISIONS, "other": _DECISIONS,
    "ritual": ["ritual:sync", "ritual:plan"], "path": PATHS, "supersedes": [None, None, "decision:1"],
    "parent": [None], "kind": ["work"], "noun": ["decision", "lease", "approval"], "verb": ["take", "grant", "decide"],
    "source": ["tracker", "protocol", "files"], "attribute": ["status", "owner", "due", "decider"],
    "answer": ["one", "shared", "ambiguous", "none"], "why": ["owner", "consulted"],
    "type": ["prerequisite", "transfer", "usability"],
    "status": ["accepted", "done", "active", "decided", "open", "declined", "granted", "met", "committed", "held"],
    "purpose": ["align", None], "outcome": ["yes", "no", None], "class": ["feature", "fix"], "rule": ["vendored"],
}  # fmt: skip
_SNAPSHOT = {"moment": START + timedelta(days=DAYS), "sequence": 7}
_LEFT = [{"source": source, "path": "data/3.py", "rule": "vendored"} for source in ("git:app", "git:lib")]
_FIXED: Mapping[str, Callable[[Dice], list[dict[str, Any]]]] = {
    "member": _members,
    "actor": _actors,
    "party": _parties,
    "team": lambda _: [{"team": one, "label": one[5:], "parent": above, "people": 6} for one, above in TEAMS.items()],
    "zone": lambda _: [{"zone": one, "label": one[5:], "owner": ["team:red", "team:blue", "team:dark"][index],
                        "found": False} for index, one in enumerate(ZONES)],
    "path_zone": lambda _: [{"source": source, "path": one, "zone": f"zone:{one.partition('/')[0]}"}
                            for one in PATHS for source in ("git:app", "git:lib")],
    "left_out": lambda _: _LEFT,
    "repository": lambda _: [{"source": f"git:{one}", "name": one} for one in ("app", "lib")],
    "snapshot": lambda _: [_SNAPSHOT],
    "work_name": lambda _: [{"name": one, "work": one} for one in WORKS],
    "path_name": lambda _: [{"source": "git:app", "path": "front/1.py", "since": datetime(1000, 1, 1),
                             "till": START + timedelta(days=60), "name": "front/2.py", "begun": "", "ended": "t1"}],
    "occurrence": _occurrences,
    "decides": _decides,
    "ritual": lambda _: [{"ritual": one, "label": one[7:], "owner": "team:red", "purpose": "align", "minutes": 30.0,
                          "zone": "zone:front"} for one in ("ritual:sync", "ritual:plan")],
    "objective": lambda _: [{"objective": f"objective:{number}", "label": f"o{number}", "priority": f"p{number}",
                             "status": "active", "parent": None} for number in range(3)],
    "invited": lambda dice: _pairs(dice, "invited"),
    "concerned": lambda dice: _pairs(dice, "concerned"),
    "work": lambda dice: [_any(dice, "work", index) for index in range(len(WORKS))],
}  # fmt: skip
