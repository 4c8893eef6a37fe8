"""Which work counts as an item, what is part of it, and in which area it is at home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cached_property

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.times import day
from counterpoint.questions.tables.making import Making
from counterpoint.questions.whatif.notes import Notes
from counterpoint.questions.whatif.people import People
from counterpoint.state.links import Link, links_of, standing
from counterpoint.state.view import State

LOOK_BACK = timedelta(days=366)
"""Work that was done before that tells nothing of how things are."""


class Items:
    """The items of an organisation, with the dependencies between them.

    An item is work that is open or was done within a year, and is no task within other work. ``without`` is left out.
    """

    def __init__(self, making: Making, people: People, notes: Notes, without: frozenset[str] = frozenset()) -> None:
        self.making, self.people = making, people
        self.state: State = making.state
        self._notes, self._without = notes, without
        self._places: dict[str, str | None] = {}

    @cached_property
    def current(self) -> tuple[str, ...]:
        """Work that is open, or was done within a year."""
        kept, dropped, old = [], [], []
        least = (day(self.state.now[:10]) - LOOK_BACK).isoformat()
        for one in self.making.works:
            stands = standing(self.state, one)
            if one in self._without:
                continue
            if stands == "dropped":
                dropped.append(one)
            elif stands == "done" and (self._finished(one) or self.state.now) < least:
                old.append(one)
            else:
                kept.append(one)
        self._notes.add("piece of work", "dropped", dropped)
        self._notes.add("piece of work", "done more than a year ago", old)
        return tuple(kept)

    def _finished(self, work: str) -> str | None:
        stated = self.state.text(work, "finished")
        settled = self.state.get(work, "status")
        if stated is not None or settled is None:
            return stated
        return max((claim.valid_from for claim in settled.claims), default=None)

    @cached_property
    def roots(self) -> dict[str, str]:
        """For every current work the item that it is, or that it is part of."""
        known = set(self.current)
        return {one: self._root(one, known) for one in self.current}

    def _root(self, work: str, known: set[str]) -> str:
        here, seen = work, {work}
        while self.state.text(here, "level") == "task":
            up = next((one for one in self.state.refs(here, "parent") if one in known and one not in seen), None)
            if up is None:
                break
            seen.add(up)
            here = up
        return here

    @cached_property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """Every item with the tasks in it."""
        found: dict[str, list[str]] = {}
        for one, root in self.roots.items():
            found.setdefault(root, [])
            if one != root:
                found[root].append(one)
        return {one: tuple(parts) for one, parts in found.items()}

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every dependency that is neither withdrawn nor declined."""
        every = links_of(self.state, self.making.dependencies)
        self._notes.add(
            "dependency",
            "declined: nobody works on it",
            (x.id for x in every if x.status == "declined"),
        )
        return tuple(one for one in every if one.status != "declined")

    @cached_property
    def begun(self) -> dict[str, str]:
        """When each item began, as far as that is told: when it was first proposed or accepted, also of those that
        were dropped or are done for long."""
        courses, found = self.making.courses("work"), {}
        for one in self.making.works:
            times = [when for status in ("proposed", "accepted") if (when := courses.first(one, status)) is not None]
            if times and self.roots.get(one, one) == one:
                found[one] = min(times)
        return found

    @cached_property
    def _ties(self) -> dict[str, Counter[str]]:
        """The teams that have to do with each work, and how often: asked, contributing, championing."""
        found: dict[str, Counter[str]] = {}
        for link in self.links:
            if kind_of(link.provider) == "team":
                found.setdefault(link.consumer, Counter())[link.provider] += 1
        for one in self.current:
            mine = found.setdefault(one, Counter())
            mine.update(team for party, team in self.helpers(one) if team is not None)
        return found

    def helpers(self, work: str) -> Iterator[tuple[str, str | None]]:
        """Who contributes to a work or champions it, and for which team, where that is said."""
        for party in self.state.refs(work, "contributor"):
            yield party, party if kind_of(party) == "team" else None
        for row in self.state.tables(work, "champion"):
            team = row.get("team")
            yield self.state.canonical(str(row["party"])), None if team is None else self.state.canonical(str(team))

    def place(self, work: str) -> str | None:
        """The team (or the zone that a person owns) in which work is at home, before any is folded; None: nowhere."""
        if work not in self._places:
            self._places[work] = None  # a circle of parents ends here
            self._places[work] = self._placed(work)
        return self._places[work]

    def _placed(self, work: str) -> str | None:
        if (stated := self.stated(work)) is not None:
            return stated
        owners = [one for one in self.state.refs(work, "owner") if kind_of(one) == "person"]
        teams = {team for one in owners for team in self.people.teams_of(one)}
        if (found := self.nearest(work, teams)) is not None:
            return found
        for parent in self.state.refs(work, "parent"):
            if (above := self.place(parent)) is not None:
                return above
        for zone in self.state.zones(work):
            if zone != ROOT_ZONE and (owner := self.owner_of(zone)) is not None:
                return owner
        return None

    def stated(self, work: str) -> str | None:
        """The team that a work states itself: its home team, the owner of its zone, or a team as its owner."""
        homes = [one for one in self.state.refs(work, "team") if one in self.people.teams]
        if homes:
            return homes[0]
        for zone in self.state.refs(work, "zone"):
            if (owner := self.owner_of(zone)) is not None:
                return owner
        return self.nearest(work, (one for one in self.state.refs(work, "owner") if one in self.people.teams))

    def owner_of(self, zone: str) -> str | None:
        """Which team a zone belongs to; the zone itself, where it is of persons who are in no one team."""
        owners = self.state.refs(zone, "owner")
        teams = {one for one in owners if one in self.people.teams}
        if not teams:
            persons = [one for one in owners if kind_of(one) == "person"]
            teams = {team for one in persons for team in self.people.teams_of(one)}
            if persons and len(teams) != 1:
                return zone
        return next(iter(teams)) if len(teams) == 1 else None

    def nearest(self, work: str, teams: Iterable[str]) -> str | None:
        """Of some teams the one, or the one that has most to do with a work, and with work at all; None where several
        have as much."""
        some = set(teams)
        if len(some) <= 1:
            return next(iter(some), None)
        ties = self._ties.get(work, Counter())
        known = {one: (ties[one], self._homes[one]) for one in some}
        most = max(known.values())
        found = [one for one in some if known[one] == most]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _homes(self) -> Counter[str]:
        """How many works state each team as their home."""
        return Counter(team for one in self.current for team in self.state.refs(one, "team"))
