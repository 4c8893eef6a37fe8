"""What several tables are made of, worked out once and only when the first of them is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property

from counterpoint.ledger.lines import ActLine, acts, lines
from counterpoint.model.answers import Who
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.times import day
from counterpoint.questions.moment import Asking
from counterpoint.questions.tables.courses import Courses
from counterpoint.state.owns import owns
from counterpoint.state.positions import parties_in
from counterpoint.state.surroundings import entities_of, load_surroundings
from counterpoint.state.view import State
from counterpoint.state.who import who_each

LOOK_BACK = timedelta(days=366)
"""How far back occurrences of rituals are made where nobody says since when."""
DECIDED = ("zone", "work", "objective")
"""The kinds of things of which it is asked who decides."""
_KIND_FIRST = {"team": 0, "agent": 2}


class Making:
    """One moment, on its way into tables. ``since`` is the first day for which occurrences of rituals are wanted."""

    def __init__(self, asking: Asking, since: date | None = None) -> None:
        self.snapshot = asking.snapshot
        self.state: State = asking.state
        self.since = since or day(self.state.now[:10]) - LOOK_BACK

    @cached_property
    def works(self) -> list[str]:
        """Every work, with whatever its zones hang on."""
        return self.surrounded("work")

    @cached_property
    def decisions(self) -> list[str]:
        """Every decision, with whatever its zones hang on."""
        return self.surrounded("decision")

    @cached_property
    def dependencies(self) -> list[str]:
        """Every dependency that is not withdrawn."""
        every = entities_of(self.state, "dependency")
        return [one for one in every if self.state.text(one, "status") != "withdrawn"]

    @cached_property
    def deciders(self) -> dict[str, Who]:
        """Who decides on every thing of which it is asked."""
        return who_each(self.state, [one for kind in DECIDED for one in self.surrounded(kind)])

    @cached_property
    def acts(self) -> list[ActLine]:
        """Every act of the record."""
        return acts(self.snapshot)

    def courses(self, kind: str) -> Courses:
        """How the status of every thing of a kind went."""
        return Courses(self.state, lines(self.snapshot, kind, ("status",)))

    def surrounded(self, kind: str) -> list[str]:
        """Every entity of a kind, and what its zones, owners and deciders hang on, all loaded."""
        found = self.state.entities(kind)
        load_surroundings(self.state, found)
        return found

    def zone(self, entity: str) -> str | None:
        """The nearest zone of a thing; None where only the organisation's own protocol holds for it."""
        nearest = self.state.zones(entity)[0]
        return None if nearest == ROOT_ZONE else nearest

    def one(self, entity: str, attribute: str) -> str | None:
        """The first of the parties or things that an attribute names: teams before persons before agents, by name."""
        return first(self.state.refs(entity, attribute))

    def label(self, entity: str) -> str:
        """What people call a thing; its reference where nobody says."""
        return self.state.text(entity, "title") or self.state.text(entity, "name") or entity

    def begun(self, entity: str, attributes: Iterable[str]) -> str | None:
        """Since when any source states any of these attributes of a thing, as it states it now."""
        times = [one.valid_from for name in attributes for one in self.state.claims(entity, name)]
        return min(times, default=None)

    def owner(self, entity: str) -> str | None:
        """Who owns a thing; of several the first, None where sources differ. What its zones hang on is to be loaded."""
        found = owns(self.state, entity)
        return None if found.answer == "disputed" else first(found.owners)


def first(parties: Sequence[str]) -> str | None:
    """The first of several: teams before persons before agents, then by name."""
    return min(parties, key=lambda one: (_KIND_FIRST.get(kind_of(one), 1), one), default=None)


def named_in(state: State, entity: str, attribute: str) -> tuple[str, ...]:
    """Every reference that any source states there, also where they differ."""
    every = {state.canonical(one) for claim in state.claims(entity, attribute) for one in parties_in(claim.value)}
    return tuple(sorted(every))
