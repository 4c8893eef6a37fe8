"""The areas of a model: the teams that have work or are asked for some, with their people and agents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.questions.whatif.items import Items
from counterpoint.questions.whatif.notes import Notes
from counterpoint.simulation.organisation import HYBRID, Area
from counterpoint.state.participation import halted, ruling_on, stopped
from counterpoint.state.view import State

FINISHING = ("work", "finish")
"""The act by which work is ended: where agents may do it alone, nobody reviews what they do."""


class Areas:
    """Which areas there are, who is in them, and to which of them a party or a piece of work belongs."""

    def __init__(self, items: Items, notes: Notes) -> None:
        self._items, self._people, self._notes = items, items.people, notes
        self._state: State = items.state

    @cached_property
    def of_item(self) -> dict[str, str]:
        """The area of every item that has one."""
        found: dict[str, str] = {}
        nowhere = []
        for one in self._items.parts:
            place = self._items.place(one)
            if place is None:
                nowhere.append(one)
            elif (area := self.settled(place)) is not None:
                found[one] = area
        why = "no team, zone, or owner who is in one team, says whose"
        self._notes.add("item of work", why, nowhere)
        return found

    @cached_property
    def counts(self) -> Counter[str]:
        """How many items each area has."""
        return Counter(self.of_item.values())

    @cached_property
    def of_zone(self) -> dict[str, str]:
        """The area of every zone that has one: of the team that owns it, or the nearest zone around it; of a zone that
        nobody owns, of the one team that says it works there."""
        working: dict[str, set[str]] = {}
        for team in self._people.teams:
            for zone in self._state.refs(team, "zone"):
                working.setdefault(zone, set()).add(team)
        found = {}
        for zone in self._items.making.surrounded("zone"):
            owners = (self._items.owner_of(one) for one in self._state.zones(zone) if one != ROOT_ZONE)
            owner = next((one for one in owners if one is not None), None)
            if owner is None and len(teams := working.get(zone, set())) == 1:
                owner = next(iter(teams))
            if owner is not None and (area := self._around(owner)) is not None:
                found[zone] = area
        return found

    def settled(self, place: str) -> str | None:
        """The area for a team or a zone: itself, or the nearest team around it that has people; None where none has."""
        found = self._around(place)
        if found is None:
            self._notes.add("team", "without people, archived or not known, and no team with people around", [place])
        elif found != place:
            self._notes.add("team", "without people of its own, or archived: counted with the team around", [place])
        return found

    def _around(self, place: str) -> str | None:
        here: str | None = place
        seen: set[str] = set()
        while here is not None and here not in seen:
            seen.add(here)
            if self.people_in(here):
                return here
            here = next(iter(self._state.refs(here, "parent")), None) if kind_of(here) == "team" else None
        return None

    def people_in(self, place: str) -> frozenset[str]:
        """The persons in an area."""
        if kind_of(place) == "zone":
            return frozenset(one for one in self._state.refs(place, "owner") if kind_of(one) == "person")
        return self._people.persons(place)

    def of_work(self, work: str) -> str | None:
        """The area of a work: of a task the one that it states itself, else that of its item."""
        root = self._items.roots.get(work)
        if root is not None and root != work and (stated := self._items.stated(work)) is not None:
            return self.settled(stated)
        if root is not None:
            return self.of_item.get(root)
        place = self._items.place(work)
        return None if place is None else self.settled(place)

    def of_party(self, party: str, work: str, home: str | None) -> str | None:
        """The area for which a party has to do with a work: ``home`` where it is in that; else its one team, or that
        one of its teams which has most to do with the work."""
        if kind_of(party) == "team":
            return self.settled(party)
        if home is not None and party in self.people_in(home):
            return home
        nearest = self._items.nearest(work, self._people.teams_of(party))
        return None if nearest is None else self.settled(nearest)

    def made(self, names: Iterable[str]) -> tuple[Area, ...]:
        """The areas of these names, in their order."""
        every = sorted(set(names))
        times = Counter(person for one in every for person in self.people_in(one))
        agents = self._agents(every)
        return tuple(self._area(one, times, agents[one]) for one in every)

    def _area(self, name: str, times: Counter[str], agents: frozenset[str]) -> Area:
        people = self.people_in(name)
        share = sum(1 / times[one] for one in people) / len(people) if people else 0.0
        zones = self.zones_of(name)
        reviewed = any(ruling_on(self._state, FINISHING, one).term != "alone" for one in zones or (name,))
        label = self._items.making.label(name)
        return Area(name, label, len(people), len(agents), share, self._model(name, zones), reviewed)

    def zones_of(self, area: str) -> tuple[str, ...]:
        """The zones that an area owns; of one that owns none, that in which it works."""
        if kind_of(area) == "zone":
            return (area,)
        self._state.load_mentioning([area], "zone", "owner")
        owned = tuple(self._state.naming(area, "zone", "owner"))
        return owned or self._state.refs(area, "zone")

    def _model(self, area: str, zones: Iterable[str]) -> str | None:
        """What most of its zones declare, counted by the items in each; a zone that declares what its team decides
        alone, and no model, is a hybrid."""
        said: Counter[str] = Counter()
        for zone in zones:
            model = self._state.text(zone, "model") or (HYBRID if self._state.value(zone, "decides_alone") else None)
            if model is not None:
                said[model] += 1 + self._in_zone[area, zone]
        most = max(said.values(), default=0)
        found = [model for model, number in said.items() if number == most]
        if len(found) > 1:
            why = "their zones declare several, none of them for most of the work"
            self._notes.add("area", why, [area], "the model of")
        return found[0] if len(found) == 1 else None

    @cached_property
    def _in_zone(self) -> Counter[tuple[str, str]]:
        """How many items of each area are in each zone."""
        return Counter((area, zone) for item, area in self.of_item.items() for zone in self._state.zones(item))

    def _agents(self, areas: list[str]) -> dict[str, frozenset[str]]:
        """Where each agent works: in the teams that it is in and where its capabilities are, else with its sponsor."""
        found: dict[str, set[str]] = {one: set() for one in areas}
        nowhere = []
        members = {agent for one in areas for agent in self._people.agents(one)}
        for agent in sorted({*self._state.entities("agent"), *members}):
            if stopped(self._state, agent):
                continue
            mine = {one for one in areas if agent in self._people.agents(one)} | self._capable(agent, areas)
            if not mine:
                sponsors = self._state.refs(agent, "sponsor")
                mine = {one for one in areas if not self.people_in(one).isdisjoint(sponsors)}
            for one in mine:
                found[one].add(agent)
            if not mine:
                nowhere.append(agent)
        self._notes.add("agent", "in no area by team, capability or sponsor", nowhere)
        off = {one for one, agents in found.items() if agents and self._off(one)}
        self._notes.add("area", "agents are stopped there", off, "the agents of")
        return {one: frozenset(() if one in off else agents) for one, agents in found.items()}

    def _off(self, area: str) -> bool:
        """Are agents stopped wherever the area works?"""
        places = self.zones_of(area) or (area,)
        return all(any(halted(self._state, zone) for zone in self._state.zones(one)) for one in places)

    def _capable(self, agent: str, areas: list[str]) -> set[str]:
        named = self._state.refs(agent, "capability")
        places = {self._items.owner_of(one) for one in named if kind_of(one) == "zone"}
        found = {self.settled(one) for one in places if one is not None}
        found |= {self.of_work(one) for one in named if kind_of(one) == "work"}
        return {one for one in found if one in areas}
