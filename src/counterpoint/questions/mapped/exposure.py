"""What would be lost with whom: the truck factor of each area, by the files that are there at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterpoint.measures.landscape import WORKED
from counterpoint.measures.truck_factor import TRUCK_FACTOR
from counterpoint.model.map import Area, Estimate, Exposed, Exposure
from counterpoint.questions.mapped.bonds import estimate, missing
from counterpoint.questions.mapped.ground import Ground

_NOTHING = Estimate(None, missing="no file that anybody wrote is there any more")


def exposure(ground: Ground, areas: Sequence[Area], *, names: bool) -> Exposure:
    """Of each area, the most exposed first; people are named where the caller is told to be accountable for them."""
    whole = ground.run(TRUCK_FACTOR)
    if whole.lacking:
        return Exposure((), Estimate(None, missing=whole.lacking[0].what), missing(whole.lacking))
    figures: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in ground.rows(TRUCK_FACTOR, "zone", named=names):
        figures.setdefault(row["unit"], {})[row["figure"]] = row
    active = _active(ground)
    rows = [_exposed(ground, area.ref, figures[area.ref], active) for area in areas if area.ref in figures]
    rows.sort(key=_first)
    found = next((estimate(row) for row in whole.rows.to_pylist() if row["figure"] == "truck factor"), _NOTHING)
    return Exposure(tuple(rows), found)


def _active(ground: Ground) -> Mapping[str, int] | None:
    """How many files of each area were worked on lately; None where the whole history is told of."""
    if ground.recent is None or ground.recent == ground.since:
        return None
    rows = ground.rows(WORKED, "zone", since=ground.recent)
    return {row["unit"]: int(row["value"]) for row in rows}


def _exposed(
    ground: Ground, area: str, figures: Mapping[str, Mapping[str, Any]], active: Mapping[str, int] | None
) -> Exposed:
    factor = figures["truck factor"]
    who = (factor["who"] or "").split(", ") if factor["who"] else []
    return Exposed(
        area,
        estimate(factor),
        int(figures["files"]["value"]),
        int(figures["authors"]["value"]),
        figures["one author"]["value"] if "one author" in figures else None,
        figures["no author here"]["value"] if "no author here" in figures else None,
        None if active is None else active.get(area, 0),
        tuple(sorted(ground.people.names.get(one, one) for one in who)),
    )


def _first(row: Exposed) -> tuple[bool, float, float, str]:
    lost = (row.alone or 0.0) + (row.orphaned or 0.0)
    return row.factor.value is None, row.factor.value or 0.0, -lost, row.area
