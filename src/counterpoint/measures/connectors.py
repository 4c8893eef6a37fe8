"""Who carries coordination between others, and which of them no structure names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from counterpoint.measures import accountable as accounts
from counterpoint.measures.accountable import accountable
from counterpoint.measures.authorship import Flags
from counterpoint.measures.brokerage import ROLES, betweenness, brokerage, constraint
from counterpoint.measures.coordination import NO_UNITS, SETTINGS, TIES_NEED, of_period, one_hot, periods, ties
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Tables
from counterpoint.measures.requiring import Codes, Numbers
from counterpoint.measures.rows import result

_EXTRAS = (
    Extra("who", pa.string(), "who they are, for those accountable for the zone alone; the busiest first"),
    Extra("one", pa.string(), "one of two teams that are kept together by nobody named", key=True),
    Extra("other", pa.string(), "the other of them", key=True),
)
NO_TEAMS = "no teams are known whose border anybody could stand at"
NO_BROKERAGE = "everybody who is tied to the same party is tied to each other: nobody stands between"
_LEAST_PEOPLE = 5
_TOLD = 5


@dataclass(frozen=True)
class Network:
    """A period's ties: everybody in them (sorted), their first team ('' for none), and how often each stands between.

    ``between`` counts the pairs of others whom each is tied to and who are not tied to each other; ``share`` says, by
    unit, which part of what somebody carries counts for it.
    """

    period: date | None
    parties: list[str]
    ties: sparse.csr_array
    teams: list[str]
    team: Codes
    between: Numbers
    roles: Mapping[str, Numbers]
    units: list[str]
    share: sparse.csr_array


def kernel(tables: Tables, asked: Asked) -> pa.Table:
    """Connectors by unit; by person the figures of the one who asks alone."""
    named = _named(tables)
    may = accountable(tables, asked.me)
    rows: list[dict[str, Any]] = []
    for one in networks(tables, asked):
        if asked.grain == "person":
            rows += _of_me(one, asked.me)
            continue
        if not one.units:
            nobody = {"period": one.period, "unit": "", "figure": "brokerage", "n": 0, "missing": NO_UNITS}
            rows.append(nobody)
        for number, unit in enumerate(one.units):
            rows += _of_unit(one, number, _formal(one, unit, named, asked), named=unit in may)
    return result(rows, _EXTRAS)


def networks(tables: Tables, asked: Asked) -> Iterator[Network]:
    """The ties of every period in which there are any, in order."""
    team_of = _team_of(tables)
    every = {*periods(tables["together"]), *periods(tables["met"])}
    for period in sorted(every, key=lambda one: one or date.min):
        some = {name: of_period(rows, period) for name, rows in tables.items()}
        parties, matrix = ties(some["together"], some["met"])
        teams = sorted({team_of.get(one, "") for one in parties})
        place = {team: number for number, team in enumerate(teams)}
        # Who is in no team is in one of their own, so that they never stand inside anybody's.
        team = np.array(
            [place[team_of[one]] if one in team_of else len(teams) + number for number, one in enumerate(parties)],
            np.int32,
        )
        found = brokerage(matrix, team)
        between = sum(found.values(), start=np.zeros(len(parties))) / 2
        units, share = _units(some, parties, team_of, asked)
        yield Network(period, parties, matrix, teams, team, between, found, units, share)


def _team_of(tables: Tables) -> dict[str, str]:
    """The team of each party: that in which it is itself; of several the first by name."""
    direct = [row for row in tables["members"].to_pylist() if row["direct"]]
    return {row["party"]: row["team"] for row in sorted(direct, key=lambda row: str(row["team"]), reverse=True)}


def _units(
    tables: Tables, parties: list[str], team_of: Mapping[str, str], asked: Asked
) -> tuple[list[str], sparse.csr_array]:
    """Which part of what each carries counts for which unit: its team, or its zones by how much it worked in each."""
    if asked.grain == "zone":
        return _zones(tables["worked"], parties)
    units = sorted({team_of[one] for one in parties if one in team_of}) if asked.grain == "team" else [""]
    if asked.grain != "team":
        return units, sparse.csr_array(np.ones((len(parties), 1)))
    place = {unit: number for number, unit in enumerate(units)}
    codes = np.array([place.get(team_of.get(one, ""), len(units)) for one in parties], np.int32)
    return units, sparse.csr_array(one_hot(codes, len(units) + 1)[:, : len(units)])


def _zones(worked: pa.Table, parties: list[str]) -> tuple[list[str], sparse.csr_array]:
    inside = worked.filter(pc.is_in(worked["party"].cast(pa.string()), value_set=pa.array(parties, pa.string())))
    units = sorted(set(inside["zone"].to_pylist()))
    zone, party = ({name: number for number, name in enumerate(names)} for names in (units, parties))
    amount = np.zeros((len(parties), len(units)))
    for row in inside.to_pylist():
        amount[party[row["party"]], zone[row["zone"]]] += row["amount"]
    whole = amount.sum(axis=1, keepdims=True)
    return units, sparse.csr_array(np.divide(amount, whole, out=np.zeros_like(amount), where=whole > 0))


def _named(tables: Tables) -> dict[str, set[str]]:
    """Of each party the zones for which an ownership or decision right names it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables["named"].to_pylist():
        found[row["party"]].add(row["zone"] or "")
    return found


def _formal(one: Network, unit: str, named: Mapping[str, set[str]], asked: Asked) -> Flags:
    """Who is named: for this zone (or for the whole), by zone; else for anything at all."""
    if asked.grain == "zone":
        return np.array([bool(named.get(party, set()) & {unit, accounts.ROOT}) for party in one.parties], dtype=bool)
    return np.array([bool(named.get(party)) for party in one.parties], dtype=bool)


def _of_unit(one: Network, number: int, formal: Flags, *, named: bool) -> Iterator[dict[str, Any]]:
    share = one.share[:, [number]].toarray().ravel()
    carried = one.between * share
    here = int((share > 0).sum())
    base = {"period": one.period, "unit": one.units[number], "n": here}
    whole, every = float(carried.sum()), float(one.between.sum())
    if not whole:
        yield base | {"figure": "brokerage", "missing": NO_BROKERAGE} | ({"value": 0.0} if every else {})
        return
    yield base | {"figure": "brokerage", "value": whole / every}
    most = half(carried)
    plain = [place for place in most if not formal[place]]
    who = [", ".join(one.parties[place] for place in some) if named else None for some in (most, plain)]
    yield base | {"figure": "connectors", "value": float(len(most)), "who": who[0]}
    yield base | {"figure": "informal connectors", "value": float(len(plain)), "who": who[1] or None}
    yield base | {"figure": "informal", "value": float(carried[~formal].sum()) / whole}
    yield from _roles(one, share, base)
    yield from _explicit(one, carried, plain, base)
    held = constraint(one.ties)[share > 0]
    few = {"missing": f"{here} people, of at least {_LEAST_PEOPLE}"}
    yield base | {"figure": "constraint"} | (few if here < _LEAST_PEOPLE else {"value": float(np.nanmedian(held))})


def half(carried: Numbers) -> list[int]:
    """The fewest who carry half of it together, the busiest first; of as busy ones who sorts first."""
    order = np.argsort(-carried, kind="stable")
    reached = int(np.searchsorted(np.cumsum(carried[order]), carried.sum() / 2 * (1 - 1e-12)))
    return [int(one) for one in order[: reached + 1]]


def _roles(one: Network, share: Numbers, base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if len([team for team in one.teams if team]) < 2:
        yield base | {"figure": "coordinator", "missing": NO_TEAMS}
        return
    sums = {role: float((one.roles[role] * share).sum()) for role in ROLES}
    whole = sum(sums.values())
    for role, count in sums.items():
        yield base | {"figure": role, "value": count / whole}


def _explicit(one: Network, carried: Numbers, plain: list[int], base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Which two teams those connectors keep together that nothing names, the most first."""
    teams = len(one.teams)
    known = one.team < teams
    of = one_hot(np.where(known, one.team, teams).astype(np.int32), teams + 1)[:, :teams]
    counts = np.zeros((teams, teams))
    for place in plain:
        contacts = one.ties[[place]].indices
        apart = (one.ties[contacts][:, contacts].toarray() == 0).astype(np.float64)
        ways = np.asarray(of[contacts].T @ apart @ of[contacts].toarray())
        counts += np.triu(ways, k=1) / one.between[place] * carried[place]
    whole = counts.sum()
    pairs = zip(*(axis.tolist() for axis in np.nonzero(counts)), strict=True)
    for first, second in sorted(pairs, key=lambda pair: (-counts[pair], pair))[:_TOLD]:
        if one.teams[first] and one.teams[second]:
            teams_of = {"one": one.teams[first], "other": one.teams[second]}
            yield base | {"figure": "make explicit", "value": float(counts[first, second] / whole)} | teams_of


def _of_me(one: Network, me: str | None) -> Iterator[dict[str, Any]]:
    if me not in one.parties:
        return
    place = one.parties.index(me)
    base = {"period": one.period, "unit": me, "n": int((one.ties[[place]] > 0).sum())}
    every = float(one.between.sum())
    if every:
        yield base | {"figure": "brokerage", "value": float(one.between[place]) / every}
    yield base | {"figure": "betweenness", "value": float(betweenness(one.ties)[place])}
    yield base | {"figure": "constraint", "value": float(constraint(one.ties)[place])}
    mine = {role: float(one.roles[role][place]) for role in ROLES}
    whole = sum(mine.values())
    if whole and len([team for team in one.teams if team]) >= 2:
        for role, count in mine.items():
            yield base | {"figure": role, "value": count / whole}


CONNECTORS = Measure(
    name="connectors",
    system="C3",
    question="Who carries the coordination between others, and what of it should be made explicit?",
    about="How often parties stand between two others who do not coordinate themselves, in which role, and how much of "
    "that is done by people whom no ownership or decision right names: by area, and by name for who is accountable.",
    source="Gould, Fernandez, Structures of mediation, 1989 (roles); Freeman 1977 (betweenness); Burt, Structural "
    "Holes, 1992 (constraint)",
    limits="Ties are those that left a trace, and have no direction: gatekeeping and representing are therefore told "
    "equal. Standing between two others is not always of use to them. Who is in several teams stands for the first by "
    "name.",
    grains=("organisation", "team", "zone", "person"),
    figures=(
        Figure("brokerage", "share", "of all pairs with somebody between them, those who have somebody of the unit; by "
               "zone each counts by how much of their work is in it"),
        Figure("connectors", "people", "the fewest who carry half of it"),
        Figure("informal connectors", "people", "those of them whom no ownership or decision right names"),
        Figure("informal", "share", "of the unit's brokerage, what those carry whom nothing names"),
        Figure("make explicit", "share", "of what informal connectors keep together, the two teams: say who owns what "
               "is between them"),
        Figure("coordinator", "share", "of the unit's brokerage, between two of one's own team"),
        Figure("gatekeeper", "share", "from another team into one's own"),
        Figure("representative", "share", "from one's own team to another"),
        Figure("itinerant", "share", "between two of one other team"),
        Figure("liaison", "share", "between two other teams"),
        Figure("constraint", "Burt", "how much everybody's contacts are each other's: the median of the unit"),
        Figure("betweenness", "share", "of the shortest ways between two others, those over oneself; by person alone"),
    ),
    needs=(TIES_NEED,),
    settings=tuple(one for one in SETTINGS if one.name in ("ways", "crowd")),
    extras=_EXTRAS,
    kernel=kernel,
    inputs={
        **accounts.INPUTS,
        "members": "select party, team, direct from member",
        "together": "together.sql",
        "met": "met.sql",
        "named": "named.sql",
        "worked": "select period, party, zone, count(*) as amount from activity "
        "where zone is not null and sort <> 'bot' and verb in ('change', 'step', 'act') group by period, party, zone",
    },
    for_asker=True,
    by_period=False,
)  # fmt: skip
