"""Where the work is: files by repository, and areas, as the organisation declares them or as they are found."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from counterpoint.measures.areas import REST, TOP, areas
from counterpoint.measures.tables import ORGANISATION
from counterpoint.questions.paths import FOUND
from counterpoint.questions.tables.places import Path

MOST_AREAS = 24


def found(
    changes: Mapping[Path, float], names: Mapping[str, str] | None = None, most: int = MOST_AREAS
) -> tuple[pa.Table, pa.Table]:
    """The tables ``path_zone`` and ``zone`` of areas that are found in the paths, by how much is changed in each.

    ``changes`` are by source and path. Where there are several sources, ``names`` is what the areas of each begin
    with, and no area is of two of them.
    """
    whole = {one: f"{names[one[0]]}/{one[1]}" if names else one[1] for one in changes}
    every = sorted(changes, key=lambda one: whole[one])
    by_path = dict(areas([whole[one] for one in every], [changes[one] for one in every], most))
    if names:
        split = {area.partition("/")[0] for area in by_path.values()}
        for path, area in by_path.items():
            title = path.partition("/")[0]
            if area == TOP:
                by_path[path] = REST.format(title) if title in split else title
    rows = [{"source": one[0], "path": one[1], "zone": FOUND + by_path[whole[one]]} for one in every]
    zones = [
        {"zone": FOUND + one, "label": one, "owner": None, "parent": None, "found": True}
        for one in sorted(set(by_path.values()))
    ]
    return (
        pa.Table.from_pylist(rows, schema=ORGANISATION["path_zone"].schema),
        pa.Table.from_pylist(zones, schema=ORGANISATION["zone"].schema),
    )
