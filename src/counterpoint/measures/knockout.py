"""What is left without anyone when one party is away: ties that the work requires, and decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures import accountable as accounts
from counterpoint.measures.accountable import accountable
from counterpoint.measures.congruence import NO_TRACES, nowhere
from counterpoint.measures.coordination import (
    INPUTS,
    LIMITS,
    SETTINGS,
    SOURCE,
    TIES_NEED,
    WORK_NEED,
    Field,
    fields,
    nested,
)
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Tables
from counterpoint.measures.rows import result

_WHO = Extra("who", pa.string(), "who it is, for those accountable for the zone alone; several are as bad each")
_SINGLE = ("person:", "agent:", "actor:")
NOTHING_MET = "no tie to another unit that the work requires was met"
NOTHING_DECIDED = "nothing here that anybody decides on"


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """What hangs on one party, by unit; by person what hangs on the one who asks alone."""
    may = accountable(tables, asked.me)
    inner = replace(asked, grain="team") if asked.grain == "person" else asked
    tables = {**tables, "belongs": tables["members"].rename_columns(["party", "unit"])}
    apart = nested(tables) if inner.grain == "team" else set()
    decided = _deciding(tables, asked)
    rows: list[dict[str, Any]] = []
    for field in fields(tables, inner, teams=True):
        ties = {pair: on for pair, on in carried(field).items() if pair not in apart}
        if asked.grain == "person":
            rows += _of_me(field, ties, tables, asked)
            continue
        if not field.units:
            rows.append(nowhere(field, "ties on one"))
        for unit in sorted({*field.units, *decided}):
            base = {"period": field.period, "unit": unit}
            rows += _ties(field, ties, unit, base, named=unit in may)
            rows += _decisions(decided.get(unit, []), base, named=unit in may)
    return result(rows, (_WHO,))


def carried(field: Field) -> dict[tuple[str, str], tuple[int, Counter[str]]]:
    """Of every two units whose work requires coordination that took place: by how many pairs, and whom in how many."""
    found: dict[tuple[str, str], tuple[int, Counter[str]]] = {}
    for block in field.blocks():
        for place, other in zip(*np.nonzero(block.needs & block.met), strict=True):
            one, two = int(block.rows[place]), int(block.columns[other])
            pair = field.units[field.unit[one]], field.units[field.unit[two]]
            if pair[0] != pair[1]:
                count, parties = found.get(pair, (0, Counter()))
                parties.update((field.parties[field.party[one]], field.parties[field.party[two]]))
                found[pair] = count + 1, parties
    return found


def _hanging(ties: Mapping[tuple[str, str], tuple[int, Counter[str]]], unit: str) -> dict[tuple[str, str], list[str]]:
    """The ties of a unit that each hang on one party, and on whom: without one of them nobody is left."""
    mine = {pair: on for pair, on in ties.items() if unit in pair}
    alone = {pair: [one for one, times in on.items() if times == count] for pair, (count, on) in mine.items()}
    return {pair: parties for pair, parties in alone.items() if parties}


def _ties(
    field: Field, ties: Mapping[Any, Any], unit: str, base: dict[str, Any], *, named: bool
) -> Iterator[dict[str, Any]]:
    whole = sum(unit in pair for pair in ties)
    if not whole:
        missing = NOTHING_MET if field.met.nnz else NO_TRACES
        yield base | {"figure": "ties on one", "n": 0, "missing": missing}
        return
    hanging = _hanging(ties, unit)
    yield base | {"figure": "ties on one", "value": float(len(hanging)), "n": whole}
    on = Counter(one for parties in hanging.values() for one in parties)
    yield base | _worst("worst for ties", on, whole, named=named)


def _deciding(tables: Tables, asked: Asked) -> dict[str, list[str | None]]:
    """Of each unit the single decider of everything in it that somebody decides on; None where there are several."""
    teams = defaultdict(list)
    for row in tables["members"].to_pylist():
        teams[row["party"]].append(row["team"])
    found: dict[str, list[str | None]] = defaultdict(list)
    by_thing: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables["decided"].to_pylist():
        by_thing[row["thing"]].append(row)
    for rows in by_thing.values():
        alone = rows[0]["decider"] if len(rows) == 1 and rows[0]["decider"].startswith(_SINGLE) else None
        if asked.grain == "zone":
            units = {row["zone"] for row in rows if row["zone"]}
        else:
            units = {team for row in rows for team in (row["decider"], *teams[row["decider"]]) if team}
        for unit in units:
            if asked.grain == "zone" or unit.startswith("team:"):
                found[unit].append(alone)
    return found


def _decisions(deciders: list[str | None], base: dict[str, Any], *, named: bool) -> Iterator[dict[str, Any]]:
    if not deciders:
        yield base | {"figure": "decisions on one", "n": 0, "missing": NOTHING_DECIDED}
        return
    on = Counter(one for one in deciders if one is not None)
    yield base | {"figure": "decisions on one", "value": float(sum(on.values())), "n": len(deciders)}
    yield base | _worst("worst for decisions", on, len(deciders), named=named)


def _worst(figure: str, on: Counter[str], whole: int, *, named: bool) -> dict[str, Any]:
    most = max(on.values(), default=0)
    who = ", ".join(sorted(one for one, count in on.items() if count == most)) if named and most else None
    return {"figure": figure, "value": float(most), "n": whole, "who": who}


def _of_me(
    field: Field, ties: Mapping[tuple[str, str], tuple[int, Counter[str]]], tables: Tables, asked: Asked
) -> Iterator[dict[str, Any]]:
    if asked.me is None:
        return
    base = {"period": field.period, "unit": asked.me}
    mine = sum(asked.me in on for _, on in ties.values())
    alone = sum(on[asked.me] == count for count, on in ties.values())
    yield base | {"figure": "ties on one", "value": float(alone), "n": mine}
    by_thing = Counter(row["thing"] for row in tables["decided"].to_pylist())
    own = [row["thing"] for row in tables["decided"].to_pylist() if row["decider"] == asked.me]
    single = sum(by_thing[thing] == 1 for thing in own)
    yield base | {"figure": "decisions on one", "value": float(single), "n": len(own)}


KNOCKOUT = Measure(
    name="knockout",
    system="C4",
    question="What stops if one person is away?",
    about="Ties between two teams or zones that the work requires and that one party alone keeps, and things that one "
    "party alone decides on: what is left without anyone when that party is taken out.",
    source=SOURCE + ". Taking a node out of a network: Borgatti, Identifying sets of key players, 2006",
    limits="Somebody may step in at once: only what left a trace is seen. " + LIMITS,
    grains=("zone", "team", "person"),
    figures=(
        Figure("ties on one", "ties", "required ties to other units that hang on one party; n: required ties that were "
               "met. By person: ties between teams that hang on oneself"),
        Figure("worst for ties", "ties", "the most of them that hang on the same party"),
        Figure("decisions on one", "things", "things that one party alone decides on; n: things anybody decides on"),
        Figure("worst for decisions", "things", "the most of them that hang on the same party"),
    ),
    needs=(WORK_NEED, TIES_NEED),
    settings=SETTINGS,
    extras=(_WHO,),
    kernel=kernel,
    inputs={
        **INPUTS,
        **accounts.INPUTS,
        "decided": "select thing, zone, decider from decides where decider is not null",
    },
    for_asker=True,
    by_period=False,
)  # fmt: skip
