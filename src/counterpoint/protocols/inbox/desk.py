"""The desk at which somebody looks at their inbox: who they are, for whom they speak, what work they answer for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.times import moment
from counterpoint.protocols.answering import answering
from counterpoint.protocols.doing import belongs_to
from counterpoint.protocols.lease import lease_of
from counterpoint.state.links import standing
from counterpoint.state.open_work import Within
from counterpoint.state.positions import parties_in
from counterpoint.state.speaking import speaks_for
from counterpoint.state.surroundings import PLACES, load_surroundings
from counterpoint.state.view import State

MOST_WORK = 2000
"""How much open work of a party is looked at for what is asked of it; the most urgent first."""
_ABOUT = ("work", "about", "what", "on", "concerns", "consumer", "from", "gate")
MOST_TEAMS = 500
"""How many teams, or zones, beneath one's own are looked at."""
Whose = Literal["mine", "in", "work", "area", "zones", "teams"]


@dataclass(frozen=True, slots=True)
class Need:
    """A line of the inbox before it is known what waits on it: ``works`` cannot end before it is answered."""

    need: str
    about: str
    says: str
    of: str
    why: str
    since: str | None
    due: str | None
    commands: tuple[str, ...]
    works: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: things of ``kind`` that name a party in one of ``names`` may need it, unless they stand in
    one of the states ``over``; ``needs`` tells of each what is needed, if anything.

    ``names`` pairs an attribute with whose it must name: *mine*, oneself and the teams that one speaks for; *in*, every
    team that one is in; *work*, the open work that is answered for; *zones*, those that are mine to decide in.
    """

    kind: str
    names: tuple[tuple[str, Whose], ...]
    over: tuple[str, ...]
    needs: Callable[[Desk, str], Iterable[Need]]


class Desk:
    """One party's desk, at one moment. ``until`` tells when leases end, by what is known of signs of life."""

    def __init__(self, state: State, party: str, until: Mapping[str, str]) -> None:
        self.state = state
        self.me = state.canonical(party)
        self.until = until
        self.all_work = True
        """Was all work looked at that one may answer for or decide on?"""
        self.now = state.now

    @cached_property
    def mine(self) -> tuple[str, ...]:
        """Oneself, and the teams that one speaks for."""
        state, found = self.state, [self.me]
        layer = {self.me}
        while layer:
            teams: set[str] = set()
            for attribute in ("lead", "member"):
                state.load_mentioning(layer, "team", attribute)
                teams.update(team for one in layer for team in state.naming(one, "team", attribute))
            layer = {team for team in teams if team not in found and speaks_for(state, self.me, team)}
            found += sorted(layer)
        return tuple(found)

    @cached_property
    def belongs(self) -> frozenset[str]:
        """Oneself, and every team that one is in."""
        return belongs_to(self.state, self.me)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """The zones that are one's own, or in which one decides."""
        state = self.state
        found: set[str] = set()
        for attribute in ("owner", "decider"):
            state.load_mentioning(self.mine, "zone", attribute)
            found.update(zone for one in self.mine for zone in state.naming(one, "zone", attribute))
        return tuple(sorted(found))

    @cached_property
    def work(self) -> tuple[str, ...]:
        """Open work that one may answer for or decide on: one's own, that of one's teams, and in one's zones."""
        zones = [one for one in self.zones if one != ROOT_ZONE]
        return self._open({"owner": self.mine, "decider": self.mine, "team": self.mine, "zone": zones})

    @cached_property
    def area(self) -> tuple[str, ...]:
        """As :attr:`work`, with that of the teams and zones beneath, where one may have the last word too."""
        teams = self._beneath("team", [one for one in self.mine if kind_of(one) == "team"])
        zones = self._beneath("zone", [one for one in self.zones if one != ROOT_ZONE])
        if len(teams) + 1 == len(self.mine) and len(zones) == len(self.zones):
            return self.work
        return tuple(dict.fromkeys((*self.work, *self._open({"owner": teams, "team": teams, "zone": zones}))))

    def _open(self, by: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
        names = self.state.names
        every = {attribute: tuple(sorted(name for one in of for name in names(one))) for attribute, of in by.items()}
        found = self.state.open_work(Within((), every), None, MOST_WORK + 1)
        self.all_work = self.all_work and len(found) <= MOST_WORK
        return tuple(dict.fromkeys(self.state.canonical(one.work) for one in found[:MOST_WORK]))

    def _beneath(self, kind: str, roots: Iterable[str]) -> list[str]:
        found: dict[str, None] = {}
        layer = set(roots)
        while layer:
            found |= dict.fromkeys(sorted(layer))
            if len(found) > MOST_TEAMS:
                self.all_work = False
                return list(found)[:MOST_TEAMS]
            self.state.load_mentioning(layer, kind, "parent")
            layer = {child for one in layer for child in self.state.naming(one, kind, "parent")} - found.keys()
        return list(found)

    def whose(self, which: Whose) -> Iterable[str]:
        """The entities that a rule means."""
        every: Mapping[Whose, Callable[[], Iterable[str]]] = {
            "mine": lambda: self.mine,
            "in": lambda: self.belongs,
            "work": lambda: self.work,
            "area": lambda: self.area,
            "zones": lambda: self.zones,
            "teams": lambda: (one for one in self.mine if kind_of(one) == "team"),
        }
        return every[which]()

    def of(self, parties: Iterable[str]) -> str | None:
        """The first of these parties for which one speaks, oneself before others."""
        wanted = set(parties)
        return next((one for one in self.mine if one in wanted), None)

    def answers(self, thing: str) -> str | None:
        """For which party of one's own one answers for a thing; None where others do."""
        return self.of(answering(self.state, thing))

    def said(self, thing: str, attribute: str) -> str | None:
        """When what holds of an attribute was said last."""
        return max((claim.said for claim in self.state.claims(thing, attribute)), default=None)

    def is_past(self, when: str | None) -> bool:
        """Is a time or a day over?"""
        return when is not None and (when <= self.now if len(when) > len("2026-11-21") else when < self.now[:10])

    def command(self, words: str, *arguments: str) -> str:
        """A command line that answers."""
        return " ".join(("counterpoint", words, *arguments, "--as", self.me))

    def fetch(self, things: Iterable[str]) -> None:
        """Load at once what the rules will look at: these things, what they are about, and who decides there."""
        every = list(things)
        layer = every
        while layer:
            claims = (claim for thing in layer for name in _ABOUT for claim in self.state.claims(thing, name))
            about = {ref for claim in claims for ref in parties_in(claim.value)} - set(every)
            self.state.load(about)
            every = [*every, *sorted(about)]
            layer = [one for one in about if kind_of(one) not in PLACES]
        # Whether it is one's own tells who holds it.
        works = [one for one in every if kind_of(one) == "work"]
        load_surroundings(self.state, [*every, *map(lease_of, works)])

    def title(self, thing: str) -> str:
        """What people call it, and how it is referred to."""
        if thing.startswith("person:"):
            return thing
        found = self.state.text(thing, "title")
        return f"{found} ({thing})" if found else thing

    def works_of(self, thing: str, seen: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The open work that a thing is, or is about."""
        state = self.state
        if kind_of(thing) == "work":
            return (thing,) if state.exists(thing) and standing(state, thing) == "open" else ()
        found: dict[str, None] = {}
        for attribute in _ABOUT:
            for one in state.refs(thing, attribute) if thing not in seen else ():
                found |= dict.fromkeys(self.works_of(one, seen | {thing}))
        return tuple(found)


def minutes_left(start: str, end: str) -> float:
    """The minutes between two stamps."""
    return (moment(end) - moment(start)).total_seconds() / 60
