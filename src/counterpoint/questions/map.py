"""The map: one answer about what coordination the work needs, what there is, who carries it, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from counterpoint.errors import NotFound
from counterpoint.ledger.ledger import Ledger
from counterpoint.measures.congruence import CONGRUENCE
from counterpoint.measures.connectors import CONNECTORS
from counterpoint.measures.declaration import Measure
from counterpoint.measures.gaps import GAPS
from counterpoint.measures.interdependence import INTERDEPENDENCE
from counterpoint.measures.landscape import BONDS, FILES, LAND, SIGHT, WHERE
from counterpoint.measures.truck_factor import TRUCK_FACTOR
from counterpoint.model.map import Area, Coordination, Group, Map, Repository, Used
from counterpoint.questions.mapped.bonds import coordination
from counterpoint.questions.mapped.connectors import connectors
from counterpoint.questions.mapped.deciding import Says, deciding
from counterpoint.questions.mapped.doubts import doubts
from counterpoint.questions.mapped.exposure import exposure
from counterpoint.questions.mapped.findings import findings
from counterpoint.questions.mapped.ground import Ground, ground
from counterpoint.questions.mapped.growth import growth
from counterpoint.questions.mapped.places import MOST_AREAS
from counterpoint.questions.measuring import Measuring, tables_of
from counterpoint.questions.paths import FOUND

MEASURES: tuple[Measure, ...] = (CONGRUENCE, GAPS, TRUCK_FACTOR, CONNECTORS, INTERDEPENDENCE)
By = Literal["area", "team"]
Progress = Callable[[str, int, int], None]
_FEW_AREAS = 4
_STEPS = ("who and where", "coordination", "exposure", "connectors", "growth", "who decides")


@dataclass(frozen=True)
class Read:
    """A repository whose activity is there: its source and title, what its ownership files say, what was not read."""

    source: str
    title: str
    owned: Ledger | None
    ownership: tuple[str, ...]
    unread: int


@dataclass(frozen=True)
class Wanted:
    """How a map is asked for: since when, by areas or teams (None: teams where there are any), and whether equal names
    are joined and people named."""

    since: date | None = None
    by: By | None = None
    join: bool = True
    names: bool = False


def map_of(measuring: Measuring, read: Sequence[Read], wanted: Wanted, progress: Progress, *, declared: bool) -> Map:
    """The map of everything that an organisation's lake holds.

    ``declared`` says that the organisation is one that somebody keeps: its zones say who decides, and not the
    ownership files in ``read``.

    Raises:
        NotFound: there is no activity in the time that is asked for.
    """

    def step(number: int) -> None:
        progress(f"measuring: {_STEPS[number]}", number, len(_STEPS))

    step(0)
    titles = {one.source: one.title for one in read}
    needed = {table for measure in (*MEASURES, BONDS, LAND, FILES) for table in tables_of(measure)}
    base = ground(measuring, titles, since=wanted.since, join=wanted.join, tables=sorted(needed))
    land = {row["figure"]: row["value"] for row in base.rows(LAND)}
    if not land.get("changes"):
        raise NotFound("no change to any file is there", hint="give a repository with a history, or another --since")
    areas, named = _areas(base), _titles(base)
    groups = _groups(base)
    sight = base.rows(SIGHT)
    step(1)
    bonds = _bonds(base, areas, groups, wanted.by)
    step(2)
    exposed = exposure(base, areas, names=wanted.names)
    step(3)
    carried = connectors(base, areas, names=wanted.names)
    step(4)
    spans = base.rows(SIGHT, "source")
    repositories = tuple(_repository(one, spans) for one in read)
    first = min((date.fromisoformat(one.first) for one in repositories if one.first), default=None)
    grown = growth(base, first)
    step(5)
    says = _says(base, read, declared=declared)
    changes = {row["file"]: row["value"] for row in base.rows(FILES, since=base.recent)}
    decides = deciding(
        says, changes, _area_of(base), named, declared=declared,
        repositories=[one.title for one in read], shown={one.ref for one in areas},
    )  # fmt: skip
    progress("measuring", len(_STEPS), len(_STEPS))
    return Map(
        title=" and ".join(one.title for one in read) if len(read) < 4 else f"{len(read)} repositories",
        as_of=None if base.as_of is None else base.as_of.isoformat(),
        since=None if base.since is None else base.since.isoformat(),
        repositories=repositories,
        people=int(land.get("people", 0)),
        agents=int(land.get("agents", 0)),
        bots=_bots(sight),
        changes=int(land["changes"]),
        units=base.units,
        names=base.people.told,
        areas=areas,
        groups=groups,
        findings=findings(
            _quoted(named),
            people=int(land.get("people", 0)),
            bonds=bonds,
            exposure=exposed,
            connectors=carried,
            growth=grown,
            deciding=decides,
        ),
        coordination=bonds,
        exposure=exposed,
        connectors=carried,
        growth=grown,
        deciding=decides,
        measures=tuple(Used(one.name, one.version, one.source, one.limits) for one in MEASURES),
        doubts=doubts(base, sight, repositories, people=int(land.get("people", 0))),
    )


def _repository(read: Read, sight: Sequence[Mapping[str, Any]]) -> Repository:
    """What was read of a repository: its commits, with their first and last day."""
    commits = [
        row for row in sight if row["unit"] == read.source and row["verb"] == "commit" and row["figure"] == "rows"
    ]
    first, last = (pick((row[name] for row in commits), default=None) for pick, name in ((min, "first"), (max, "last")))
    return Repository(read.title, int(sum(row["value"] for row in commits)), first, last, read.ownership, read.unread)


def _bots(sight: Sequence[Mapping[str, Any]]) -> int:
    counts = [row["value"] for row in sight if row["sort"] == "bot" and row["figure"] == "parties"]
    return int(max(counts, default=0))


def _titles(base: Ground) -> dict[str, str]:
    """What areas and groups are called."""
    zones = {row["zone"]: row["label"] for row in base.given.tables["zone"].to_pylist()}
    return zones | {row["team"]: row["label"] for row in base.given.tables["team"].to_pylist()}


def _quoted(titles: Mapping[str, str]) -> dict[str, str]:
    """The titles as they stand in a sentence: names of folders, such as text or docs, would be read as its words."""
    return {ref: f"“{title}”" if ref.startswith(FOUND) else title for ref, title in titles.items()}


def _area_of(base: Ground) -> dict[str, str]:
    """The area of each file."""
    rows = base.given.tables["path_zone"].to_pylist()
    return {base.begins(row["source"]) + row["path"]: row["zone"] for row in rows if row["source"] in base.sources}


def _says(base: Ground, read: Sequence[Read], *, declared: bool) -> tuple[Says, ...]:
    """What says who decides on the paths of each source: the organisation, or the repository's ownership files."""
    begin = {source: base.begins(source) for source in base.sources}
    if declared:
        return tuple(Says(base.measuring.ledger, source, prefix, ()) for source, prefix in begin.items())
    return tuple(
        Says(one.owned, one.source, begin[one.source], tuple(begin[one.source] + file for file in one.ownership))
        for one in read
        if one.owned is not None and one.source in begin
    )


def _by_unit(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["unit"], {})[row["figure"]] = row["value"]
    return found


def _areas(base: Ground) -> tuple[Area, ...]:
    """The areas with most changes, by reference."""
    figures = _by_unit(base.rows(LAND, "zone"))
    busiest = sorted(figures, key=lambda ref: (-figures[ref]["changes"], ref))[:MOST_AREAS]
    titles = _titles(base)
    return tuple(
        Area(ref, titles[ref], *(int(figures[ref][name]) for name in ("changes", "files", "people")))
        for ref in sorted(busiest)
    )


def _groups(base: Ground) -> tuple[Group, ...]:
    """Teams, or the groups that were found, the largest first, with the areas that most of their changes are in."""
    members = base.given.tables["member"]
    people: dict[str, set[str]] = {}
    for party, team in zip(members["party"].to_pylist(), members["team"].to_pylist(), strict=True):
        people.setdefault(team, set()).add(party)
    titles = {row["team"]: row["label"] for row in base.given.tables["team"].to_pylist()}
    where: dict[str, list[tuple[float, str]]] = {}
    for row in base.rows(WHERE, "team", since=base.recent):
        where.setdefault(row["unit"], []).append((-row["value"], row["zone"]))
    at_work = sorted(set(where) & set(people), key=lambda team: (-len(people[team]), team))
    return tuple(
        Group(team, titles.get(team, team), len(people[team]), tuple(zone for _, zone in sorted(where[team])[:3]))
        for team in at_work
    )


def _bonds(base: Ground, areas: Sequence[Area], groups: Sequence[Group], by: By | None) -> Coordination:
    """By teams where the organisation has any that are at work, else by areas; where the tree is so flat that there are
    hardly any, by the groups that were found."""
    teams = by == "team"
    if by is None:
        flat = len(areas) < _FEW_AREAS and len(groups) > len(areas)
        teams = len(groups) > 1 and (flat or not base.units.groups_found)
    if teams:
        return coordination(base, "team", [one.ref for one in groups[:MOST_AREAS]])
    return coordination(base, "zone", [one.ref for one in areas])
