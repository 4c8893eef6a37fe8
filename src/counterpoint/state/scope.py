"""Part of an organisation's work: a zone's, a team's, or what a party may take next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.state.open_work import Within
from counterpoint.state.positions import parties_in
from counterpoint.state.surroundings import load_surroundings
from counterpoint.state.view import State

_HOME = ("owner", "team")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which work is meant; every one that is given must hold.

    ``party``: what it may take: work that it or a team of its own owns, contributes to, or (an agent) is allowed to act
    on by name; and work without an owner in one of its teams, or in a zone that these own or that it may act on.
    ``zone``: work for which the zone's protocol holds. ``team``: work of the team, and of the teams beneath it. A part
    that says nothing of this itself goes with what it is a part of.
    """

    party: str | None = None
    zone: str | None = None
    team: str | None = None


EVERYTHING = Scope()


class Scoped:
    """A scope in one moment: where to look for its work, and whether a piece of work is in it."""

    def __init__(self, state: State, scope: Scope) -> None:
        self._state = state
        self._tests: list[Callable[[str], bool]] = []
        self.mine: frozenset[str] | None = None
        """The party and its teams, where the scope is what a party may take."""
        self.within: Within | None = None
        """Where all of its work is among other work; None where that is everywhere."""
        for given, narrow in ((scope.zone, self._to_zone), (scope.team, self._to_team), (scope.party, self._to_party)):
            if given is not None:
                narrow(state.canonical(given))

    def holds(self, works: Iterable[str]) -> list[str]:
        """Those of these works that are in it."""
        every = list(works)
        if self._tests:
            load_surroundings(self._state, every)
        return [work for work in every if all(test(work) for test in self._tests)]

    def _to_zone(self, zone: str) -> None:
        state = self._state
        self._tests.append(lambda work: zone in state.zones(work))
        if zone != ROOT_ZONE:
            zones = beneath(state, "zone", [zone])
            owners = {
                party for one in zones for claim in state.claims(one, "owner") for party in parties_in(claim.value)
            }
            teams = {state.canonical(one) for one in owners if kind_of(one) == "team"}
            state.load_mentioning(zones, "team", "zone")
            teams.update(team for one in zones for team in state.mentioning(one, "team", "zone"))
            self._look({"zone": zones, **dict.fromkeys(_HOME, beneath(state, "team", teams))})

    def _to_team(self, team: str) -> None:
        teams = beneath(self._state, "team", [team])
        self._tests.append(lambda work: not teams.isdisjoint(self._homes(work)))
        self._look(dict.fromkeys(_HOME, teams))

    def _to_party(self, party: str) -> None:
        state = self._state
        mine = {party, *teams_of(state, party)}
        self.mine = frozenset(mine)
        allowed = state.refs(party, "capability")
        works = {one for one in allowed if kind_of(one) == "work"}
        zones = beneath(state, "zone", (one for one in allowed if kind_of(one) == "zone"))
        state.load_mentioning(mine, "zone", "owner")
        zones.update(zone for one in mine for zone in state.naming(one, "zone", "owner"))
        self._tests.append(lambda work: self._may_take(work, mine, works, zones))
        self._look({"owner": mine, "team": mine, "contributor": mine, "zone": zones}, works)

    def _look(self, by: dict[str, set[str]], works: Iterable[str] = ()) -> None:
        names = self._state.names
        self.within = Within(
            tuple(sorted(name for work in works for name in names(work))),
            {attribute: tuple(sorted(name for one in every for name in names(one))) for attribute, every in by.items()},
        )

    def _homes(self, work: str) -> set[str]:
        """Who owns it and which team it is at home in: its own, or that of what it is a part of."""
        for one in self._upwards(work):
            if found := {party for attribute in _HOME for party in self._state.refs(one, attribute)}:
                return found
        return set()

    def _may_take(self, work: str, mine: set[str], works: set[str], zones: set[str]) -> bool:
        state = self._state
        for one in self._upwards(work):
            if one in works or not mine.isdisjoint(state.refs(one, "contributor")):
                return True
            if owners := state.refs(one, "owner"):
                return not mine.isdisjoint(owners)
            if places := (*state.refs(one, "team"), *state.refs(one, "zone")):
                return not (mine | zones).isdisjoint(places)
        return False

    def _upwards(self, work: str) -> list[str]:
        """The work, and what it is a part of."""
        found: list[str] = []
        pending = [work]
        while pending:
            here = pending.pop(0)
            if here not in found:
                found.append(here)
                pending.extend(self._state.refs(here, "parent"))
        return found


def teams_of(state: State, party: str) -> set[str]:
    """The teams that a party leads or belongs to, and those that these are part of."""
    found: set[str] = set()
    layer = {state.canonical(party)}
    while layer:
        for attribute in ("lead", "member"):
            state.load_mentioning(layer, "team", attribute)
        following = {team for one in layer for name in ("lead", "member") for team in state.naming(one, "team", name)}
        following.update(up for one in layer if kind_of(one) == "team" for up in state.refs(one, "parent"))
        layer = following - found
        found |= layer
    return found


def beneath(state: State, kind: str, roots: Iterable[str]) -> set[str]:
    """These entities and all of their kind that have one of them as their parent, at any depth."""
    found: set[str] = set()
    layer = {state.canonical(root) for root in roots}
    while layer:
        found |= layer
        state.load(layer)
        state.load_mentioning(layer, kind, "parent")
        layer = {child for one in layer for child in state.naming(one, kind, "parent")} - found
    return found
