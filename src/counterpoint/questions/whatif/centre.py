"""Who decides above the areas."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.questions.whatif.items import Items
from counterpoint.questions.whatif.notes import Notes
from counterpoint.simulation.known import assumed, declared
from counterpoint.simulation.organisation import Centre
from counterpoint.state.speaking import speakers

NOBODY = "those who decide above"


def centre(items: Items, areas: Sequence[str], notes: Notes) -> tuple[Centre, frozenset[str]]:
    """Who decides above, as a group, and the persons in it (who go nowhere beyond the making of the model)."""
    for label, parties, why in _candidates(items, areas):
        people = frozenset(one for party in parties for one in speakers(items.state, party) if kind_of(one) == "person")
        if people:
            return Centre(label, declared(len(people), why)), people
    notes.add(
        "organisation", "nobody says so: one person at least is taken to", [ROOT_ZONE], "who decides above the areas of"
    )
    return Centre(NOBODY, assumed(1, 1, 3, "somebody does")), frozenset()


def _candidates(items: Items, areas: Sequence[str]) -> list[tuple[str, tuple[str, ...], str]]:
    """The groups that may be it, the first with people first: label, parties, and why they are."""
    state, label = items.state, items.making.label
    found = []
    if stated := state.refs(ROOT_ZONE, "decider"):
        teams = [label(one) for one in stated if kind_of(one) == "team"]
        name = " and ".join(teams) if len(teams) == len(stated) else "those who decide for the organisation"
        found.append((name, stated, "who decides for the organisation, as it states"))
    top = _top(items)
    common = _common(items, areas)
    for team in dict.fromkeys(one for one in (top, common) if one is not None):
        leads = state.refs(team, "lead")
        said = f"the leads of {label(team)}" if leads else label(team)
        found.append((said, (team,), f"who leads {label(team)}"))
    return found


def _top(items: Items) -> str | None:
    """The team without a parent that has most teams inside; None where several have as many, or none any."""
    people = items.people
    inner = {part for parts in people.inside.values() for part in parts}
    sizes = {one: len(people.all_inside(one)) for one in people.teams if one not in inner}
    most = max(sizes.values(), default=0)
    found = [one for one, size in sizes.items() if size == most]
    return found[0] if most and len(found) == 1 else None


def _common(items: Items, areas: Sequence[str]) -> str | None:
    """The nearest team that is around all areas."""
    people = items.people
    around = [one for one in people.teams if set(areas) <= people.all_inside(one)]
    return min(around, key=lambda one: (len(people.all_inside(one)), one), default=None)
