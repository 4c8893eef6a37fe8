"""Fetching in bulk what questions about many entities will look at: their teams, zones, owners and parents."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE, attribute_of
from counterpoint.state.positions import parties_in
from counterpoint.state.view import State

_LEADING = ("zone", "team", "owner", "parent", "work", "consumer", "concerns")
PLACES = frozenset({"zone", "team", "work", "objective"})
"""The kinds of things that what decides about something hangs on."""


def entities_of(state: State, kind: str) -> list[str]:
    """Every entity of a kind, loaded, with the surroundings of those that several sources speak on.

    Where they differ it takes the zones of a thing to know which source has authority.
    """
    found = state.entities(kind)
    load_surroundings(state, (entity for entity in found if state.contested(entity)))
    return found


def load_surroundings(state: State, entities: Iterable[str]) -> None:
    """Load the entities and whatever decides about them, one fetch for each layer and none for each entity."""
    seen: set[str] = set()
    layer = {state.canonical(entity) for entity in (*entities, ROOT_ZONE)}
    while layer:
        state.load(layer)
        seen |= layer
        teams = [entity for entity in layer if kind_of(entity) == "team"]
        state.load_mentioning(teams, "zone", "owner")
        following = {zone for team in teams for zone in state.mentioning(team, "zone", "owner")}
        for entity in layer:
            following.update(_named_by(state, entity))
        layer = following - seen


def _named_by(state: State, entity: str) -> Iterable[str]:
    for attribute in _LEADING:
        if attribute_of(kind_of(entity), attribute) is None:
            continue
        for claim in state.claims(entity, attribute):
            for ref in parties_in(claim.value):
                if kind_of(ref) in PLACES:
                    yield state.canonical(ref)
