"""Where the work is: files by repository, and areas, as the organisation declares them or as they are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from counterpoint.measures.areas import REST, TOP, areas
from counterpoint.measures.lineage import Named
from counterpoint.measures.tables import ORGANISATION
from counterpoint.questions.paths import EARLIEST, FOUND
from counterpoint.questions.tables.places import Path

MOST_AREAS = 24
LATEST = datetime(9999, 12, 31)
"""After every activity."""


def apart(names: pa.Table, paths: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> pa.Table:
    """The table ``path_name`` by which files of several repositories are told apart: each begins with its title.

    ``paths`` are all paths of each source, as they were called at the time. A path that was renamed keeps the spans of
    its names, and gets others for the times between them: what ends one begins the next, so no row is of two.
    """
    spans: defaultdict[tuple[str, str], list[Named]] = defaultdict(list)
    for row in names.to_pylist():
        spans[row["source"], row["path"]].append(Named(**row))
    rows: list[Named] = []
    for source, every in paths.items():
        for path in every:
            since, begun = EARLIEST, ""
            for span in sorted(spans[source, path], key=lambda one: (one.since, one.till)):
                if since < span.since:
                    rows.append(Named(source, path, since, begun, span.since, span.begun, path))
                rows.append(span)
                since, begun = span.till, span.ended
            if since < LATEST:
                rows.append(Named(source, path, since, begun, LATEST, "", path))
    told = [one._replace(name=f"{titles[one.source]}/{one.name}")._asdict() for one in rows]
    return pa.Table.from_pylist(told, schema=ORGANISATION["path_name"].schema)


def everywhere(table: pa.Table, titles: Mapping[str, str]) -> pa.Table:
    """A table about paths of sources, for files that begin with the title of their repository."""
    told = [{**row, "path": f"{titles[row['source']]}/{row['path']}"} for row in table.to_pylist()]
    return pa.Table.from_pylist(told, schema=table.schema)


def found(
    changes: Mapping[Path, float], repositories: Sequence[str] = (), most: int = MOST_AREAS
) -> tuple[pa.Table, pa.Table]:
    """The tables ``path_zone`` and ``zone`` of areas that are found in the paths, by how much is changed in each.

    ``changes`` are by source and path, and no path is of two sources. Where there are several ``repositories``, whose
    titles the paths begin with, no area is of two of them.
    """
    every = sorted(changes, key=lambda one: one[1])
    by_path = dict(areas([path for _, path in every], [changes[one] for one in every], most))
    if len(repositories) > 1:
        split = {area.partition("/")[0] for area in by_path.values()}
        for path, area in by_path.items():
            title = path.partition("/")[0]
            if area == TOP:
                by_path[path] = REST.format(title) if title in split else title
    rows = [{"source": source, "path": path, "zone": FOUND + by_path[path]} for source, path in every]
    zones = [
        {"zone": FOUND + one, "label": one, "owner": None, "parent": None, "found": True}
        for one in sorted(set(by_path.values()))
    ]
    return (
        pa.Table.from_pylist(rows, schema=ORGANISATION["path_zone"].schema),
        pa.Table.from_pylist(zones, schema=ORGANISATION["zone"].schema),
    )
