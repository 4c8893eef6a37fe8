"""Where deciding and sequencing power gathers: by party, and by the rituals in which it is used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Need, Setting, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.units import MEMBERS, Units
from counterpoint.measures.windows import begin_of, within

Counts = npt.NDArray[np.float64]
DRAWS = 400
OUTSIDE = ""
"""Where something was done that was done in no ritual."""
_EXTRAS = (
    Extra("of", pa.string(), "of what: decisions, approvals or sequencing", key=True),
    Extra("by", pa.string(), "by whom or what it is told apart: party or ritual", key=True),
)
_LEAST = Setting("least", 10, "below so many of them there is not enough data")
_ORDER = ("priority", "due", "start", "announced", "needed_by", "promised_for", "offered_for", "deadline")
"""What is stated when somebody says what comes first, or when something is to be."""


class Event(NamedTuple):
    """That a party decided, approved, or put something in order; the ritual in which it was done, if any."""

    moment: datetime
    of: str
    party: str
    zone: str | None
    ritual: str


def gini(counts: Counts) -> Counts:
    """Gini's index of each row of counts: 0 where all have the same, (n − 1)/n where one of n has everything.

    Source:
        Gini, *Variabilità e mutabilità*, 1912; as the mean of differences over twice the mean.
    """
    ordered = np.sort(counts, axis=-1)
    many = ordered.shape[-1]
    ranks = np.arange(1, many + 1)
    whole = ordered.sum(axis=-1)
    weighted = (ordered * ranks).sum(axis=-1)
    return np.asarray(2 * weighted / (many * whole) - (many + 1) / many, dtype=np.float64)


def herfindahl(counts: Counts) -> Counts:
    """Herfindahl's index of each row of counts, Σ share²: 1/n where n have the same, 1 where one has everything.

    Source:
        Herfindahl, *Concentration in the U.S. steel industry*, 1950; Hirschman 1945.
    """
    shares = counts / counts.sum(axis=-1, keepdims=True)
    return np.asarray((shares**2).sum(axis=-1), dtype=np.float64)


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """Concentration of every kind, by party and by ritual, in every period and unit."""
    units = Units(asked.grain, tables["member"])
    cells: dict[tuple[str, str], dict[tuple[date | None, str], Counter[str]]] = {}
    for one in events(tables):
        if (asked.since or asked.until or asked.window != "all") and not within(asked, one.moment):
            continue
        period = begin_of(one.moment.date(), asked.window)
        for unit in units.of(one.zone, one.party):
            for by, name in (("party", one.party), ("ritual", one.ritual)):
                cells.setdefault((one.of, by), defaultdict(Counter))[period, unit][name] += 1
    least = int(asked.settings.get(_LEAST.name, _LEAST.default))
    rows: list[dict[str, Any]] = []
    for (of, by), found in cells.items():
        everybody: defaultdict[str, set[str]] = defaultdict(set)
        for (_, unit), counts in found.items():
            everybody[unit] |= set(counts)
        for (period, unit), counts in found.items():
            base = {"period": period, "unit": unit, "of": of, "by": by, "n": sum(counts.values())}
            rows += _of_cell(counts, sorted(everybody[unit]), base, least)
    return result(rows, _EXTRAS)


def events(tables: Tables) -> list[Event]:
    """Everything that was decided, approved or put in order, by whom, in which zone and ritual; in order of time."""
    held = _Held(tables)
    found = []
    for of, name, moment, party in (
        ("decisions", "decision", "decided", "decider"),
        ("approvals", "approval", "answered", "approver"),
        ("sequencing", "change", "moment", "actor"),
    ):
        for row in tables[name].to_pylist():
            when, who = row[moment], row[party]
            found.append(Event(when, of, who, row["zone"], held.ritual(when, who)))
    return sorted(found, key=lambda one: (one.moment, one.of, one.party))


class _Held:
    """Which ritual was being held at a time, of those to which a party is invited."""

    def __init__(self, tables: Tables) -> None:
        self._invited = {(row["ritual"], row["party"]) for row in tables["invited"].to_pylist()}
        teams = defaultdict(set)
        for row in tables["member"].to_pylist():
            teams[row["party"]].add(row["team"])
        self._teams: Mapping[str, set[str]] = teams
        self._on: defaultdict[date, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted(tables["occurrence"].to_pylist(), key=lambda one: (one["start"], one["ritual"])):
            self._on[row["start"].date()].append(row)

    def ritual(self, moment: datetime, party: str) -> str:
        """The ritual, or nothing. What is known by its day alone is of a ritual of that day."""
        a_day = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
        for row in self._on.get(moment.date(), ()):
            end = row["start"] + timedelta(minutes=row["minutes"] or 0)
            if (a_day or row["start"] <= moment <= end) and self._is_invited(row["ritual"], party):
                return str(row["ritual"])
        return OUTSIDE

    def _is_invited(self, ritual: str, party: str) -> bool:
        return any((ritual, one) in self._invited for one in (party, *self._teams.get(party, ())))


def _of_cell(
    counts: Counter[str], everybody: Sequence[str], base: dict[str, Any], least: int
) -> Iterator[dict[str, Any]]:
    count = base["n"]
    if base["by"] == "ritual":
        inside = count - counts[OUTSIDE]
        yield base | {"figure": "in rituals", "value": inside / count}
        everybody = [one for one in everybody if one != OUTSIDE]
        if not inside:
            return
        base = base | {"n": inside}
    else:
        yield base | {"figure": "count", "value": float(count)}
    if base["n"] < least:
        missing = f"{base['n']} {base['of']}, of at least {least}"
        yield from (base | {"figure": name, "missing": missing} for name in ("gini", "herfindahl"))
        return
    exact = np.array([counts[one] for one in everybody], dtype=np.float64)
    drawn = _drawn(exact, base)
    for name, index in (("gini", gini), ("herfindahl", herfindahl)):
        low, high = np.percentile(index(drawn), [2.5, 97.5])
        yield base | {"figure": name, "value": float(index(exact)), "low": float(low), "high": float(high)}
    yield base | {"figure": "effective", "value": float(1 / herfindahl(exact))}
    yield base | {"figure": "largest", "value": float(exact.max() / exact.sum())}


def _drawn(exact: Counts, base: Mapping[str, Any]) -> Counts:
    """The counts if as many were drawn anew from them, four hundred times; the same counts give the same draws."""
    digest = blake2b(f"{base['of']} {base['by']}".encode() + exact.tobytes(), digest_size=8).digest()
    dice = np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))
    return dice.multinomial(int(exact.sum()), exact / exact.sum(), size=DRAWS).astype(np.float64)


INFLUENCE = Measure(
    name="influence",
    system="C5",
    question="Where does the power to decide, to approve and to say what comes first gather?",
    about="How unequally decisions, approvals and sequencing (setting priorities and dates through Counterpoint) are "
    "spread over those who make any in the time asked for, and over the rituals in which they are made.",
    source="Gini 1912; Herfindahl 1950, Hirschman 1945. Intervals: as many drawn anew 400 times",
    limits="Only what was recorded as a decision, approval or change of order counts, and each counts the same, "
    "however much hangs on it. Influence before a decision is not seen. Concentration is no fault by itself: it "
    "says where to look. What a tracker or a file says of order is not counted: it does not tell who decided it.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("gini", "Gini", "0: all who make any make as many; towards 1: one makes them all"),
        Figure("herfindahl", "share", "how likely two of them are by the same"),
        Figure("effective", "parties", "by how many, each with the same, it would be as concentrated: 1 / Herfindahl"),
        Figure("largest", "share", "those of whoever makes most"),
        Figure("count", "events", "how many there are"),
        Figure("in rituals", "share", "those made while a ritual was held to which the decider is invited"),
    ),
    needs=(
        Need(
            "decisions, approvals or changes of order",
            "select (select count(*) from decision where decided is not null) + (select count(*) from approval) + "
            "(select count(*) from change where source = 'protocol') as there",
            "counterpoint decision, approval and work record them; or import them",
        ),
    ),
    settings=(_LEAST,),
    extras=_EXTRAS,
    kernel=kernel,
    inputs={
        "decision": "select decided, decider, zone from decision "
        "where decided is not null and decider is not null and not coalesce(defaulted, false)",
        "approval": "select answered, approver, zone from approval where answered is not null and approver is not null",
        "change": "select moment, actor, cast(null as varchar) as zone from change where source = 'protocol' "
        f"and kind in ('work', 'dependency', 'objective') and attribute in {_ORDER!r} and actor <> 'clock'",
        "member": MEMBERS,
        "occurrence": "select ritual, start, minutes from occurrence where start is not null "
        "and coalesce(status, 'unknown') <> 'cancelled'",
        "invited": "select ritual, party from invited",
    },
    by_period=False,
)
