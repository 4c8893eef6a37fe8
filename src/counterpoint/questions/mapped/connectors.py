"""Who links what would not be linked otherwise, by area; people are counted, and named for those accountable alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterpoint.measures.brokerage import ROLES
from counterpoint.measures.connectors import CONNECTORS
from counterpoint.model.map import Area, Between, Connected, Connectors
from counterpoint.questions.mapped.bonds import missing
from counterpoint.questions.mapped.ground import Ground
from counterpoint.questions.mapped.seen import seen


def connectors(ground: Ground, areas: Sequence[Area], *, names: bool) -> Connectors:
    """Of each area, the fewest links first. What nothing names is told where an organisation says who owns what."""
    lack = seen(ground).missing
    found = ground.run(CONNECTORS, since=ground.recent)
    if lack is not None or found.lacking:
        return Connectors((), {}, (), (lack,) if lack is not None else missing(found.lacking))
    figures: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in ground.rows(CONNECTORS, "zone", since=ground.recent, named=names):
        figures.setdefault(row["unit"], {})[row["figure"]] = row
    declared = not ground.units.areas_found
    rows = [_connected(ground, one.ref, figures[one.ref], declared=declared) for one in areas if one.ref in figures]
    rows.sort(key=lambda row: (row.carriers is None, row.carriers or 0, -(row.share or 0.0), row.area))
    whole: list[dict[str, Any]] = found.rows.to_pylist()
    roles = {row["figure"]: row["value"] for row in whole if row["figure"] in ROLES and row["value"] is not None}
    between = tuple(
        Between(row["one"], row["other"], row["value"])
        for row in whole
        if row["figure"] == "make explicit" and not ground.units.groups_found
    )
    return Connectors(tuple(rows), roles, between)


def _connected(ground: Ground, area: str, figures: Mapping[str, Mapping[str, Any]], *, declared: bool) -> Connected:
    carriers, share = figures.get("connectors"), figures["brokerage"]
    if carriers is None:
        return Connected(area, share["value"], None, None, share["n"])
    informal = int(figures["informal connectors"]["value"]) if declared else None
    who = (carriers["who"] or "").split(", ") if carriers["who"] else []
    called = tuple(sorted(ground.people.names.get(one, one) for one in who))
    return Connected(area, share["value"], int(carriers["value"]), informal, share["n"], called)
