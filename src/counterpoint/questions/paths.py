"""What the paths of the activity mean: what each file is called last, whose it is, and what is left out by rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime

import pyarrow as pa

from counterpoint.lake.derived import kept_or, name_of
from counterpoint.lake.engine import Engine
from counterpoint.lake.place import Place
from counterpoint.lake.views import NAMED
from counterpoint.ledger.traces import trace_sources
from counterpoint.measures.areas import areas
from counterpoint.measures.lineage import Rename, lineage
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.leaving_out import Attributes, attributes_of, left_out_of
from counterpoint.questions.moment import Asking
from counterpoint.questions.tables.made import path_zone
from counterpoint.questions.tables.places import Rules

PATH_TABLES = frozenset({"path_zone", "path_name", "left_out", "repository"})
EARLIEST = datetime(1000, 1, 1)
"""The beginning of time, as every engine takes it."""
FOUND = "area:"
"""How the name of an area begins that nobody declared."""
_RENAMES = """
select
    source, coalesce(landed, moment) as moment, coalesce(thread, '') as thread,
    json_extract_string(attributes, '$.from') as old, object as new
from stored
where verb = 'rename'
"""
_PATHS = f"""
select stored.source, coalesce(path_name.name, stored.object) as path, count(*) as changes
from stored
left join path_name on
    {NAMED}
where stored.verb in ('change', 'rename')
group by 1, 2
order by 1, 2
"""
LAYOUT = 2
"""Goes up whenever the same paths come to mean something else: with the rules by which files are left out, or areas
found."""
_MEANT = {name: ORGANISATION[name].schema for name in (*sorted(PATH_TABLES), "zone")}
_SEEN = {
    "path_name": ORGANISATION["path_name"].schema,
    "paths": pa.schema([("source", pa.string()), ("path", pa.string()), ("changes", pa.int64())]),
}


def paths_of(asking: Asking, place: Place, files: Sequence[str], engine: Engine) -> dict[str, pa.Table]:
    """The tables that follow from the paths in some files of the lake: those of :data:`PATH_TABLES`, and ``zone``.

    Where the state has no zone with a path in it, ``path_zone`` has areas that are found in the paths, and ``zone``
    these; else ``zone`` is empty. They are kept: the paths until other files count, what they mean until a rule of a
    zone changes, or what a source says of its files.
    """
    if not files:
        return {name: _table(name, ()) for name in _MEANT}
    rules, said = Rules(asking.state), _said(asking)
    scanned = name_of("paths", [LAYOUT, _RENAMES, _PATHS, sorted(files)])
    attributes = {source: [astuple(one) for one in every] for source, every in said.items()}
    meaning = name_of("paths", [scanned, attributes, rules.told()])

    def made() -> dict[str, pa.Table]:
        seen = kept_or(place, scanned, _SEEN, lambda: _seen(place, files, engine))
        return _meant(asking, seen, said, rules)

    return kept_or(place, meaning, _MEANT, made)


def _seen(place: Place, files: Sequence[str], engine: Engine) -> dict[str, pa.Table]:
    """Every path in some files by the name that it has last, how often it changed, and these names."""
    with engine.session(place, files, {}) as session:
        names = named(session.query(_RENAMES))
        session.table("path_name", names)
        return {"path_name": names, "paths": session.query(_PATHS).cast(_SEEN["paths"])}


def _meant(
    asking: Asking, seen: Mapping[str, pa.Table], said: Mapping[str, Attributes], rules: Rules
) -> dict[str, pa.Table]:
    paths = seen["paths"]
    apart = _left_out(paths, said)
    gone = {(row["source"], row["path"]) for row in apart}
    rows = [row for row in paths.to_pylist() if (row["source"], row["path"]) not in gone]
    declared = path_zone(asking, sorted((row["source"], row["path"]) for row in rows), rules)
    zones = {"path_zone": declared, "zone": _table("zone", ())} if declared.num_rows else _areas(rows)
    names = {"path_name": seen["path_name"], "repository": repositories(paths["source"].to_pylist())}
    return names | {"left_out": _table("left_out", apart)} | zones


def repositories(sources: Iterable[str], titles: Mapping[str, str] | None = None) -> pa.Table:
    """The table ``repository``: by its title, else its own name, what the files of each source begin with."""
    every = sorted(set(sources))
    short = {one: one.partition(":")[2] or one for one in every}
    names = {one: name if [*short.values()].count(name) == 1 else one for one, name in short.items()}
    told = [{"source": one, "name": (titles or {}).get(one, name)} for one, name in names.items()]
    return _table("repository", told if len(every) > 1 else ())


def named(renames: pa.Table) -> pa.Table:
    """The table ``path_name`` of some renames (source, moment, old, new)."""
    found = lineage(Rename(*row.values()) for row in renames.to_pylist() if row["old"])
    return _table("path_name", (one._asdict() | {"since": max(one.since, EARLIEST)} for one in found))


def _said(asking: Asking) -> dict[str, Attributes]:
    """What each source of activity says of its own files."""
    return {one.source: attributes_of(one.cursor) for one in trace_sources(asking.snapshot.connection)}


def _left_out(paths: pa.Table, said: Mapping[str, Attributes]) -> list[dict[str, str]]:
    every: dict[str, list[str]] = {}
    for source, path in zip(paths["source"].to_pylist(), paths["path"].to_pylist(), strict=True):
        every.setdefault(source, []).append(path)
    return [
        {"source": source, "path": path, "rule": rule}
        for source, those in every.items()
        for path, rule in left_out_of(those, said.get(source, ())).items()
    ]


def _areas(rows: Sequence[Mapping[str, object]]) -> dict[str, pa.Table]:
    """Areas found in the paths, those of several repositories kept apart, as ``path_zone`` and ``zone``."""
    several = len({row["source"] for row in rows}) > 1
    full = [f"{row['source']}/{row['path']}" if several else str(row["path"]) for row in rows]
    found = areas(full, [float(str(row["changes"])) for row in rows]) if rows else {}
    places = [{**row, "zone": FOUND + found[name]} for row, name in zip(rows, full, strict=True)]
    zones = sorted({str(one["zone"]) for one in places})
    return {
        "path_zone": _table("path_zone", places),
        "zone": _table("zone", ({"zone": zone, "label": zone.removeprefix(FOUND), "found": True} for zone in zones)),
    }


def _table(name: str, rows: Iterable[Mapping[str, object]]) -> pa.Table:
    schema = ORGANISATION[name].schema
    return pa.Table.from_pylist([{one: row.get(one) for one in schema.names} for row in rows], schema=schema)
