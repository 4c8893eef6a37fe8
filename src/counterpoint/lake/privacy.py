"""What of a private measure may be shown: one person's figures to that person alone, others' only in groups of five.

Nothing is taken from the measure's own word. On whom a row of a group rests is found by running the measure once more,
for each person's part of each group: those who have a value of the same period, figure and keys. Which groups are shown
together is the rule of :mod:`counterpoint.lake.crowds`. A team that is too small is seen within the team above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.lake.crowds import People, showable, withheld_too
from counterpoint.lake.engine import Session
from counterpoint.lake.mentions import of_activity
from counterpoint.lake.views import BREAK, by_person_within
from counterpoint.measures.declaration import Asked, Measure
from counterpoint.measures.windows import end_of, start_of

WORDS = frozenset({"activity_by", "unit_of", "party", "team", "member", of_activity("party"), of_activity("sort")})
"""What the queries here mention, beside those of the measure."""
_PEOPLE = """
select distinct party from activity where sort in ('person', 'unknown')
union
select party from party where sort = 'person'
"""
_NAMED = "select party as name from party where sort = 'person' union select label from party where sort = 'person'"
Kind = tuple[object, ...]
"""What the rows of different units have in common: the period, the figure and the keys."""


@dataclass(frozen=True)
class Shown:
    """The rows that may be shown, how many are withheld, and within which team above it each small team is seen."""

    rows: pa.Table
    withheld: int = 0
    within: Mapping[str, str] | None = None


def bounds(measure: Measure, asked: Asked) -> Asked:
    """What is asked for, with bounds that give nothing away: for groups of a private measure, whole periods alone.

    Otherwise two answers a day apart would give away that day. Where all time is one period, bounds are whole months.
    """
    if not measure.private or asked.grain == "person":
        return asked
    window = "month" if asked.window == "all" else asked.window
    since, until = asked.since, asked.until
    if since is not None:
        since = start_of(since, window)
    if until is not None and start_of(until, window) != until:
        until = end_of(start_of(until, window), window)
    return replace(asked, since=since, until=until)


def shown(
    measure: Measure, asked: Asked, rows: pa.Table, session: Session, by_person: Callable[[Asked], pa.Table]
) -> Shown:
    """The rows that may be shown. Only measures that are private withhold any.

    ``by_person`` runs the measure once more, by person, in the same session.
    """
    if not measure.private:
        return Shown(rows)
    if asked.grain == "person":
        mine = rows.filter(pc.fill_null(pc.equal(rows["unit"], asked.me or ""), False))
        return Shown(mine, rows.num_rows - mine.num_rows)
    if not rows.num_rows:
        return Shown(rows)
    keys = [one.name for one in measure.extras if one.key]
    crowds = _crowds(asked, keys, session, by_person)
    allowed = crowds.allowed()
    named = _names(session)
    texts = [one.name for one in measure.extras if not _plain_number(one.type)]
    listed = rows.select(["period", "figure", *keys, "unit", *texts]).to_pylist()
    places = [(_kind(row, keys), row["unit"]) for row in listed]
    # Rows that cannot be told apart by what they are of cannot be traced to their people either.
    twice = {one for one, count in _counted(places).items() if count > 1}
    naming = {text: _names_somebody(text, named) for row in listed for text in (str(row[one]) for one in texts)}
    keep = [
        place in allowed and place not in twice and not any(naming[str(row[one])] for one in texts)
        for place, row in zip(places, listed, strict=True)
    ]
    kept = rows.filter(pa.array(keep, pa.bool_()))
    within = _within(session, rows, kept) if asked.grain == "team" else None
    return Shown(kept, rows.num_rows - kept.num_rows, within)


@dataclass(frozen=True)
class _Crowds:
    """On whom the figures rest: of each kind, everybody's numbers, and those of each unit."""

    everybody: Mapping[Kind, People]
    units: Mapping[Kind, Mapping[str, People]]

    def allowed(self) -> set[tuple[Kind, str]]:
        """The kinds and units that may be shown together."""
        found = {(kind, unit) for kind, people in self.everybody.items() for unit in showable(self.units[kind], people)}
        return found - set(self._too(found))

    def _too(self, allowed: set[tuple[Kind, str]]) -> Iterator[tuple[Kind, str]]:
        years: dict[tuple[int, Kind, str], dict[object, People]] = {}
        for kind, units in self.units.items():
            period = kind[0]
            if isinstance(period, date):
                for unit, people in units.items():
                    years.setdefault((period.year, kind[1:], unit), {})[period] = people
        for (_, rest, unit), periods in years.items():
            there = [period for period in periods if ((period, *rest), unit) in allowed]
            for period in withheld_too(periods, there):
                yield (period, *rest), unit


def _crowds(asked: Asked, keys: list[str], session: Session, by_person: Callable[[Asked], pa.Table]) -> _Crowds:
    people = session.query(_PEOPLE)["party"].to_pylist()
    numbers = {name: number for number, name in enumerate(sorted(people))}
    by_person_within(session, asked.grain)
    own = by_person(replace(asked, grain="person"))
    own = own.filter(pc.is_valid(own["value"]))
    units: dict[Kind, dict[str, set[int]]] = {}
    everybody: dict[Kind, set[int]] = {}
    for row in own.select(["period", "figure", *keys, "unit"]).to_pylist():
        unit, broken, person = (row["unit"] or "").partition(BREAK)
        if not broken or person not in numbers:
            continue
        kind = _kind(row, keys)
        everybody.setdefault(kind, set()).add(numbers[person])
        if unit or asked.grain == "organisation":
            units.setdefault(kind, {}).setdefault(unit, set()).add(numbers[person])
    return _Crowds(
        {kind: _numbered(found) for kind, found in everybody.items()},
        {kind: {unit: _numbered(found) for unit, found in units.get(kind, {}).items()} for kind in everybody},
    )


def _numbered(people: set[int]) -> People:
    return np.array(sorted(people), dtype=np.int64)


def _kind(row: Mapping[str, object], keys: list[str]) -> Kind:
    return (row["period"], row["figure"], *(row[one] for one in keys))


def _counted(places: list[tuple[Kind, str]]) -> dict[tuple[Kind, str], int]:
    counts: dict[tuple[Kind, str], int] = {}
    for one in places:
        counts[one] = counts.get(one, 0) + 1
    return counts


def _names(session: Session) -> set[str]:
    return {one for one in session.query(_NAMED)["name"].to_pylist() if one}


def _plain_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_primitive(kind))


def _names_somebody(text: str, named: set[str]) -> bool:
    if "person:" in text or "actor:" in text:
        return True
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text) for one in named if one in text)


def _within(session: Session, rows: pa.Table, kept: pa.Table) -> dict[str, str]:
    """For each team that is in no row that is kept, the nearest team above it that is in one."""
    there = set(kept["unit"].to_pylist())
    parents = {row["team"]: row["parent"] for row in session.query("select team, parent from team").to_pylist()}
    within = {}
    for team in sorted(set(rows["unit"].to_pylist()) - there):
        seen, above = {team}, parents.get(team)
        while above is not None and above not in there and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above in there:
            within[team] = str(above)
    return within
