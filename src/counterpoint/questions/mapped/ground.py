"""What a map stands on: the activity, the organisation's tables or what is found in their place, and the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from counterpoint.lake.running import Input, Outcome, run
from counterpoint.ledger.traces import trace_actors
from counterpoint.measures.accountable import ROOT
from counterpoint.measures.declaration import Asked, Measure
from counterpoint.measures.landscape import FILES, GROUPS, LAND
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.map import Units
from counterpoint.questions.mapped import places
from counterpoint.questions.mapped.people import People, people_of
from counterpoint.questions.measuring import Measuring
from counterpoint.questions.paths import FOUND, repositories

HOLDER = "person:whoever-asks"
"""Who is taken to be accountable for everything where people are to be named: whoever holds the repository."""
NO_ZONE = "zone:(none)"
"""The area of what no declared zone covers."""
YEAR = timedelta(days=365)
LEAST_CHANGES, LEAST_PEOPLE = 200, 5
"""What the last year must have, so that coordination is told of it alone and not of the whole history."""
_SPAN = """
select min(moment) as first, max(coalesce(landed, moment)) as last from stored
where coalesce(landed, moment) <= timestamp '{now}'
"""
_SOURCES = "select distinct source from stored where verb in ('change', 'rename') order by source"
_OTHERS = "team:others"
_FOUND_AREAS = "they are directories of the tree, chosen so that the changes are spread evenly over them"
_FOUND_GROUPS = "people who change the same files, put together by the Louvain method"


@dataclass(frozen=True)
class Ground:
    """See the module. ``sources`` are those that have files; with several, ``names`` are what their files begin with.

    ``recent`` is the day since which coordination is told of; None is the whole history.
    """

    measuring: Measuring
    given: Input
    people: People
    units: Units
    sources: Sequence[str]
    names: Mapping[str, str]
    as_of: date | None
    since: date | None
    recent: date | None

    def run(self, measure: Measure, grain: str = "organisation", *, since: date | None = None, **more: Any) -> Outcome:
        """What a measure comes to on this ground; ``since`` is the day that everything is told of, if not given.

        ``window`` is that of the question, ``named`` says that whoever asks is accountable for everything, and the rest
        are settings of the measure.
        """
        window, me = more.pop("window", "all"), HOLDER if more.pop("named", False) else None
        asked = Asked(grain, window, since or self.since, None, more, me)  # type: ignore[arg-type]
        return run(measure, asked, self.given, self.measuring.engine)

    def rows(self, measure: Measure, grain: str = "organisation", **more: Any) -> list[dict[str, Any]]:
        """The rows of :meth:`run`."""
        found: list[dict[str, Any]] = self.run(measure, grain, **more).rows.to_pylist()
        return found

    def begins(self, source: str) -> str:
        """What the files of a source begin with."""
        return f"{self.names[source]}/" if self.names else ""

    def files(self, since: date | None) -> dict[tuple[str, str], float]:
        """How often each file changed, by source and path."""
        rows = self.rows(FILES, "source", since=since)
        return {(row["unit"], row["file"].removeprefix(self.begins(row["unit"]))): row["value"] for row in rows}


def ground(
    measuring: Measuring, titles: Mapping[str, str], *, since: date | None, join: bool, tables: Sequence[str]
) -> Ground:
    """Lay the ground of a map.

    ``titles`` says what the repositories behind sources are called; ``tables`` are those of the organisation that
    will be needed.
    """
    given, _, _ = measuring.given({*tables, "party", "team", "zone"})
    with measuring.ledger.read() as snapshot:
        actors = trace_actors(snapshot.connection)
    people = people_of(actors, given.tables["actor"], join=join)
    made = {**given.tables, "actor": people.actor, "party": _with_teams(given.tables["party"], people.party)}
    made["decides"] = _with_holder(given.tables["decides"])
    with measuring.engine.session(given.place, given.files, {}) as session:
        now = given.now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "seconds")
        (span,) = session.query(_SPAN.format(now=now)).to_pylist()
        sources = session.query(_SOURCES)["source"].to_pylist()
    made["repository"] = repositories(sources, titles)
    named = dict(zip(*(made["repository"][name].to_pylist() for name in ("source", "name")), strict=True))
    last: datetime | None = span["last"]
    # All that is said of *now* is said of the last activity: the same history gives the same map on any day.
    given = replace(given, tables=made, now=given.now if last is None else last.replace(tzinfo=UTC))
    units = Units(False, "as the organisation declares them", False, "as the organisation declares them")
    as_of = None if last is None else last.date()
    bare = Ground(measuring, given, people, units, sources, named, as_of, since, None)
    return _with_units(replace(bare, recent=_recent(bare)))


def _with_teams(declared: pa.Table, people: pa.Table) -> pa.Table:
    teams = [row for row in declared.to_pylist() if row["sort"] == "team"]
    return pa.concat_tables([people, pa.Table.from_pylist(teams, schema=people.schema)])


def _with_holder(decides: pa.Table) -> pa.Table:
    row = {"thing": ROOT, "kind": "zone", "zone": None, "answer": "one", "decider": HOLDER}
    return pa.concat_tables([decides, pa.Table.from_pylist([row], schema=decides.schema)])


def _recent(bare: Ground) -> date | None:
    """The last year, where enough happened in it by enough people; else everything that was asked for."""
    if bare.as_of is None or (bare.since is not None and bare.since >= bare.as_of - YEAR):
        return bare.since
    year = bare.as_of - YEAR
    figures = {row["figure"]: row["value"] for row in bare.rows(LAND, since=year)}
    enough = figures.get("changes", 0) >= LEAST_CHANGES and figures.get("people", 0) >= LEAST_PEOPLE
    return year if enough else bare.since


def _with_units(bare: Ground) -> Ground:
    tables, units = dict(bare.given.tables), bare.units
    if _found(tables):
        tables["path_zone"], areas = places.found(_weights(bare), bare.names)
        declared = [row for row in tables["zone"].to_pylist() if not row["found"]]
        tables["zone"] = pa.concat_tables([pa.Table.from_pylist(declared, schema=areas.schema), areas])
        units = replace(units, areas_found=True, areas_how=_FOUND_AREAS)
    else:
        tables |= _with_the_rest(bare)
    if not tables["member"].num_rows:
        tables |= _communities(bare)
        units = replace(units, groups_found=True, groups_how=_FOUND_GROUPS)
    return replace(bare, given=replace(bare.given, tables=tables), units=units)


def _found(tables: Mapping[str, pa.Table]) -> bool:
    """Whether nobody declared a zone that covers any path."""
    return all(one.startswith(FOUND) for one in tables["path_zone"]["zone"].to_pylist())


def _with_the_rest(bare: Ground) -> dict[str, pa.Table]:
    """The tables ``path_zone`` and ``zone`` with what no declared zone covers as an area of its own."""
    zoned, zones = bare.given.tables["path_zone"], bare.given.tables["zone"]
    covered = set(zip(zoned["source"].to_pylist(), zoned["path"].to_pylist(), strict=True))
    left = [one for one in bare.files(date.min) if one not in covered]
    if not left:
        return {}
    area = {"zone": NO_ZONE, "label": "in no zone", "owner": None, "parent": None, "found": True}
    rows = [{"source": source, "path": path, "zone": NO_ZONE} for source, path in left]
    rest = pa.Table.from_pylist(rows, schema=zoned.schema)
    return {
        "path_zone": pa.concat_tables([zoned, rest]),
        "zone": pa.concat_tables([zones, pa.Table.from_pylist([area], schema=zones.schema)]),
    }


def _weights(bare: Ground) -> dict[tuple[str, str], float]:
    """Changes to each file of a source; those before the time that coordination is told of count half."""
    every = {one: changes / 2 for one, changes in bare.files(date.min).items()}
    for one, changes in bare.files(bare.recent).items():
        every[one] += changes / 2
    return every


def _communities(bare: Ground) -> dict[str, pa.Table]:
    """The tables ``team`` and ``member`` of groups that are found."""
    rows = [(f"team:{row['unit'].replace(' ', '-')}", row["party"]) for row in bare.rows(GROUPS, since=bare.recent)]
    members = [{"party": party, "team": team, "direct": True} for team, party in rows if team != _OTHERS]
    count: dict[str, int] = {}
    for one in members:
        count[one["team"]] = count.get(one["team"], 0) + 1
    teams = [
        {"team": team, "label": team.partition(":")[2].replace("-", " "), "parent": None, "people": people}
        for team, people in sorted(count.items())
    ]
    return {
        "member": pa.Table.from_pylist(members, schema=ORGANISATION["member"].schema),
        "team": pa.Table.from_pylist(teams, schema=ORGANISATION["team"].schema),
    }
