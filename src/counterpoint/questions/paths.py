"""What the paths of the activity mean: what each file is called last, whose it is, and what is left out by rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from counterpoint.lake.engine import Engine
from counterpoint.lake.place import Place
from counterpoint.measures.lineage import Rename, lineage
from counterpoint.measures.tables import ORGANISATION
from counterpoint.questions.moment import Asking
from counterpoint.questions.tables.made import path_zone

PATH_TABLES = {"path_zone", "path_name", "left_out"}
_RENAMES = """
select
    source, coalesce(landed, moment) as moment,
    json_extract_string(attributes, '$.from') as old, object as new
from stored
where verb = 'rename'
"""
_PATHS = """
select distinct coalesce(path_name.name, stored.object) as path
from stored
left join path_name on
    path_name.source = stored.source and path_name.path = stored.object
    and coalesce(stored.landed, stored.moment) >= path_name.since
    and coalesce(stored.landed, stored.moment) < path_name.till
where stored.verb in ('change', 'rename')
"""


def paths_of(asking: Asking, place: Place, files: Sequence[str], engine: Engine) -> dict[str, pa.Table]:
    """The tables ``path_name``, ``path_zone`` and ``left_out`` for the files of a lake."""
    with engine.session(place, files, {}) as session:
        names = named(session.query(_RENAMES))
        session.table("path_name", names)
        paths = sorted(session.query(_PATHS)["path"].to_pylist())
    return {"path_name": names, "path_zone": path_zone(asking, paths), "left_out": _left_out(paths)}


def named(renames: pa.Table) -> pa.Table:
    """The table ``path_name`` of some renames (source, moment, old, new)."""
    found = lineage(Rename(*row.values()) for row in renames.to_pylist() if row["old"])
    schema = ORGANISATION["path_name"].schema
    rows = [
        {"source": one.source, "path": one.path, "since": _bounded(one.since), "till": one.till, "name": one.name}
        for one in found
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _bounded(moment: datetime) -> datetime:
    """The beginning of time, as every engine takes it."""
    return max(moment, datetime(1000, 1, 1))


def _left_out(paths: Sequence[str]) -> pa.Table:
    return ORGANISATION["left_out"].schema.empty_table()
