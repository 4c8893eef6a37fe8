"""What would be lost with whom: the truck factor of each area, by the files that are there at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
    rows = [_exposed(ground, area.ref, figures[area.ref]) for area in areas if area.ref in figures]
    rows.sort(key=_first)
    found = next((estimate(row) for row in whole.rows.to_pylist() if row["figure"] == "truck factor"), _NOTHING)
    return Exposure(tuple(rows), found)


def _exposed(ground: Ground, area: str, figures: Mapping[str, Mapping[str, Any]]) -> Exposed:
    factor = figures["truck factor"]
    who = (factor["who"] or "").split(", ") if factor["who"] else []
    return Exposed(
        area,
        estimate(factor),
        int(figures["files"]["value"]),
        int(figures["authors"]["value"]),
        figures["one author"]["value"] if "one author" in figures else None,
        figures["no author here"]["value"] if "no author here" in figures else None,
        tuple(sorted(ground.people.names.get(one, one) for one in who)),
    )


def _first(row: Exposed) -> tuple[bool, float, float, str]:
    lost = (row.alone or 0.0) + (row.orphaned or 0.0)
    return row.factor.value is None, row.factor.value or 0.0, -lost, row.area
