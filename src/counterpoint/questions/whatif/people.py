"""Who is in which team, as far as a model has to know: counted, and never named."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from counterpoint.model.identifiers import kind_of
from counterpoint.questions.tables.making import Making
from counterpoint.state.participation import stopped
from counterpoint.state.view import State


class People:
    """The teams that are at work, who is in each by itself, and the teams of everybody."""

    def __init__(self, making: Making) -> None:
        self._state: State = making.state
        every = making.surrounded("team")
        self.archived = frozenset(one for one in every if self._state.text(one, "status") == "archived")
        self.teams = tuple(one for one in every if one not in self.archived)
        self._direct = {
            one: frozenset((*self._state.refs(one, "member"), *self._state.refs(one, "lead"))) - {one}
            for one in self.teams
        }

    def persons(self, team: str) -> frozenset[str]:
        """The persons who are in a team itself, its leads among them; none in one that is archived or not known."""
        return frozenset(one for one in self._direct.get(team, ()) if kind_of(one) == "person")

    def agents(self, team: str) -> frozenset[str]:
        """The agents in a team itself that are not stopped."""
        every = self._direct.get(team, frozenset())
        return frozenset(one for one in every if kind_of(one) == "agent" and not stopped(self._state, one))

    @cached_property
    def inside(self) -> dict[str, frozenset[str]]:
        """For each team the teams that are part of it: those that say so, and those that it has as members."""
        found: dict[str, set[str]] = {one: set() for one in self.teams}
        for one in self.teams:
            found[one].update(part for part in self._direct[one] if part in found)
            for parent in self._state.refs(one, "parent"):
                if parent in found and parent != one:
                    found[parent].add(one)
        return {one: frozenset(parts) for one, parts in found.items()}

    @cached_property
    def _of(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for team in self.teams:
            for party in self._direct[team]:
                found.setdefault(party, set()).add(team)
        return {party: frozenset(teams) for party, teams in found.items()}

    def teams_of(self, party: str) -> frozenset[str]:
        """The teams that a person or agent is in by itself."""
        return self._of.get(party, frozenset())

    def all_inside(self, team: str) -> frozenset[str]:
        """The teams inside a team, at any depth."""
        found: set[str] = set()
        pending = [team]
        while pending:
            fresh = self.inside.get(pending.pop(), frozenset()) - found - {team}
            found |= fresh
            pending += fresh
        return frozenset(found)

    def expanded(self, parties: Iterable[str]) -> frozenset[str]:
        """The persons among some parties: of a team those in it and in the teams that it has as members; of a team
        with nobody of its own, those of the teams inside it."""
        found: set[str] = set()
        seen: set[str] = set()
        pending = list(parties)
        while pending:
            here = pending.pop()
            if here in seen:
                continue
            seen.add(here)
            if kind_of(here) == "person":
                found.add(here)
            elif kind_of(here) == "team":
                members = [one for one in self._direct.get(here, ()) if kind_of(one) != "agent"]
                pending += members or self.inside.get(here, ())
        return frozenset(found)
