"""Who is accountable for a zone, and so may see by name what others see by number."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.measures.declaration import Tables

ROOT = "zone:organisation"
"""The zone that is the whole organisation."""
INPUTS: Mapping[str, str] = {
    "zones": "select zone, owner, parent from zone",
    "deciders": "select thing, decider from decides where kind = 'zone' and decider is not null",
    "members": "select party, team from member",
}


def accountable(tables: Tables, me: str | None) -> set[str]:
    """The zones that somebody is accountable for: that they own or decide on, or a team that they are in, and those
    inside. Who decides for the organisation is accountable for the whole, which is '' as a unit."""
    if me is None:
        return set()
    teams = {row["team"] for row in tables["members"].to_pylist() if row["party"] == me}
    zones = tables["zones"].to_pylist()
    mine = {row["zone"] for row in zones if row["owner"] in teams | {me}}
    mine |= {row["thing"] for row in tables["deciders"].to_pylist() if row["decider"] in teams | {me}}
    if ROOT in mine:
        return {"", *(row["zone"] for row in zones), *mine}
    inside: dict[str, list[str]] = {}
    for row in zones:
        inside.setdefault(row["parent"] or "", []).append(row["zone"])
    pending = list(mine)
    while pending:
        fresh = [zone for zone in inside.get(pending.pop(), ()) if zone not in mine]
        mine.update(fresh)
        pending += fresh
    return mine
