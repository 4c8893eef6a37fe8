"""One walk along the chain of :mod:`counterpoint.state.who`, under one reading of what is disputed on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from counterpoint.model.answers import Step
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE, attribute_of
from counterpoint.model.statements import Claim, Json, Resolved
from counterpoint.state.positions import parties_in, positions
from counterpoint.state.view import State

_PROTOCOL = ("decider", "rule", "quorum", "inherit", "parent")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a walk ended: the parties, how they decide, the entity that names them, and the claims followed."""

    answer: Literal["one", "shared", "ambiguous", "none"]
    parties: tuple[str, ...]
    at: str
    claims: tuple[Claim, ...]
    rule: str | None = None
    quorum: int | None = None


class Walk:
    """A walk. ``choices`` says which position to take at each dispute, in the order they are met (the first, beyond);
    ``met`` counts the positions of each dispute that was met."""

    def __init__(self, state: State, choices: tuple[int, ...]) -> None:
        self.state = state
        self.choices = choices
        self.met: list[int] = []
        self.steps: list[Step] = []
        self._taken: dict[tuple[str, str], tuple[str, ...]] = {}
        self._zone_at: dict[str, str | None] = {}
        self._groups: dict[tuple[str, str | None], list[tuple[str, ...]]] = {}
        self._claims: list[Claim] = []

    def to(self, subject: str) -> Found:
        """Walk the whole chain for a subject."""
        subject = self._consumer(subject)
        seen: set[str] = set()
        pending = deque([subject])
        while pending:
            here = pending.popleft()
            if here in seen:
                continue
            seen.add(here)
            if here != subject:
                self._note("parent", here, "asked next, because the zone declares inherit")
            if found := self._here(here, first=here == subject):
                return found
            pending.extend(self._parents(here))
        # What a decision concerns is never a decision, so this goes one level down and no further.
        for one in self._follow(subject, "concerns", choose=True) if kind_of(subject) == "decision" else ():
            self._note("concerns", one, "asked, because the decision is about it")
            if (found := self.to(one)).parties:
                return found
        return self._around(subject)

    # --- the steps ---

    def _consumer(self, subject: str) -> str:
        if kind_of(subject) != "dependency":
            return subject
        consumers = self._follow(subject, "consumer")
        self._note("consumer", subject, "it is for its consumer to decide" if consumers else "no consumer", consumers)
        return consumers[0] if consumers else subject

    def _here(self, here: str, *, first: bool) -> Found | None:
        attribute = "approver" if kind_of(here) == "gate" else "decider"
        if attribute_of(kind_of(here), attribute) is not None:
            found = self._named("stated", here, attribute, lambda: self._rules_at(here))
            if found:
                # Where the thing itself says it, nothing else was relied on.
                return replace(found, claims=found.claims[len(self._claims) :]) if first and not self.met else found
        zone = self._zone(here)
        if zone is None:
            self._note("zone", here, "in no zone of its own")
        elif zone != here and (found := self._named("zone", zone, "decider", lambda: self._rules(zone))):
            return found
        for teams in self._team_groups(here, zone):
            if found := self._leads(teams, zone):
                return found
        return None

    def _parents(self, here: str) -> list[str]:
        kind = kind_of(here)
        zone = self._zone(here)
        above = self._follow(here, "work") if kind == "gate" else ()
        above = above or (self._follow(here, "parent") if kind in ("work", "objective") else ())
        teams = [team for group in self._team_groups(here, zone) for team in group]
        parents = [*above, *(up for team in teams for up in self._follow(team, "parent"))]
        if not parents:
            return []
        why, allowed = self._inherit(zone)
        if not allowed:
            self._note("parent", here, f"not asked: {why}", tuple(parents))
        return parents if allowed else []

    def _around(self, subject: str) -> Found:
        own = self._zone(subject)
        _, inherit = self._inherit(own)
        for zone in self._outward(own):
            if zone == own:
                continue
            rule = "organisation" if zone == ROOT_ZONE else "around"
            if found := self._named(rule, zone, "decider", partial(self._rules, zone)):
                return found
            teams = self._teams(zone, "owner") if inherit else ()
            if teams and (found := self._leads(teams, zone)):
                return found
        return Found("none", (), subject, ())

    # --- who is named ---

    def _named(self, rule: str, at: str, attribute: str, zones: Callable[[], Sequence[str]]) -> Found | None:
        resolved = self.state.get(at, attribute)
        if resolved is None:
            self._note(rule, at, f"no {attribute}")
            return None
        if resolved.disputed:
            parties = self._sides(resolved)
            self._note(rule, at, f"sources differ about the {attribute}, and none has authority", parties)
            return Found("ambiguous", parties, at, (*self._claims, *resolved.claims))
        parties = self.state.refs(at, attribute)
        self._note(rule, at, f"{len(parties)} {attribute}{'s' if len(parties) > 1 else ''}", parties)
        return self._together(parties, at, resolved.claims, zones)

    def _leads(self, teams: tuple[str, ...], zone: str | None) -> Found | None:
        found = [leads for team in teams if (leads := self._leads_of(team)) is not None]
        if not found:
            return None
        parties = tuple(sorted({party for leads in found for party in leads.parties}))
        claims = [claim for leads in found for claim in leads.claims]
        if any(leads.answer == "ambiguous" for leads in found):
            return Found("ambiguous", parties, found[0].at, (*self._claims, *claims))
        return self._together(parties, found[0].at, claims, lambda: self._rules_for(teams, zone))

    def _leads_of(self, team: str) -> Found | None:
        resolved = self.state.get(team, "lead")
        if not self.state.exists(team):
            self._note("leads", team, "no source says anything of this team")
        elif self.state.text(team, "status") == "archived":
            self._note("leads", team, "archived: its leads decide nothing", self.state.refs(team, "lead"))
        elif resolved is None:
            self._note("leads", team, "no lead")
        elif resolved.disputed:
            parties = self._sides(resolved)
            self._note("leads", team, "sources differ about the leads, and none has authority", parties)
            return Found("ambiguous", parties, team, resolved.claims)
        else:
            parties = self.state.refs(team, "lead")
            self._note("leads", team, f"{len(parties)} lead{'s' if len(parties) > 1 else ''}", parties)
            return Found("one", parties, team, resolved.claims)
        return None

    def _sides(self, resolved: Resolved) -> tuple[str, ...]:
        sides = positions(self.state, resolved)
        return tuple(sorted({party for side in sides for party in parties_in(side.value)}))

    # --- how several decide ---

    def _together(
        self, parties: tuple[str, ...], at: str, claims: Iterable[Claim], zones: Callable[[], Sequence[str]]
    ) -> Found:
        """How these parties decide: alone, under the nearest declared rule, or nobody knows how."""
        if len(parties) == 1:
            return Found("one", parties, at, (*self._claims, *claims))
        places = zones()
        followed = (*self._claims, *claims)
        for zone in places:
            resolved = self.state.get(zone, "rule")
            if resolved is None:
                continue
            if resolved.disputed:
                self._note("rule", zone, "sources differ about the rule: none counts")
                return Found("ambiguous", parties, at, (*followed, *resolved.claims))
            return self._under(zone, str(resolved.value), parties, at, (*followed, *resolved.claims))
        self._note("rule", at, "several, and no zone declares a rule for them", parties)
        return Found("ambiguous", parties, at, followed)

    def _under(self, zone: str, rule: str, parties: tuple[str, ...], at: str, claims: tuple[Claim, ...]) -> Found:
        if rule == "one":
            self._note("rule", zone, "the rule is one decider, and several are named", parties)
            return Found("ambiguous", parties, at, claims)
        if rule != "quorum":
            self._note("rule", zone, f"the rule is {rule} of them", parties)
            return Found("shared", parties, at, claims, rule)
        resolved = self.state.get(zone, "quorum")
        quorum = resolved.value if resolved is not None else None
        claims = (*claims, *(resolved.claims if resolved else ()))
        if not isinstance(quorum, int) or quorum < 1:
            self._note("rule", zone, "the rule is a quorum, and how many that is is not known", parties)
            return Found("ambiguous", parties, at, claims)
        short = f", which {len(parties)} cannot reach" if quorum > len(parties) else ""
        self._note("rule", zone, f"the rule is a quorum of {quorum}{short}", parties)
        return Found("shared", parties, at, claims, rule, quorum)

    def _rules_at(self, here: str) -> list[str]:
        """Where the rule for deciders stated on a thing is looked for; a gate or a decision may have one itself."""
        zone = self._zone(here)
        return [here, *self._rules(zone)] if kind_of(here) in ("gate", "decision") else self._rules(zone)

    def _rules(self, zone: str | None) -> list[str]:
        """The zone, and the zones around it that leave their rule to whoever decides further in.

        A zone around with deciders of its own declares the rule for these.
        """
        return [one for one in self._outward(zone) if one == zone or not self.state.claims(one, "decider")]

    def _rules_for(self, teams: tuple[str, ...], zone: str | None) -> list[str]:
        """For leads: the zone of the thing, then that of the teams, and the organisation's own last."""
        zones = self._rules(zone)
        if zone is None or zone not in self._owned(teams):
            zones += [one for team in teams for one in self._rules(self._zone_of_teams((team,))) if one not in zones]
        if ROOT_ZONE in zones and zone != ROOT_ZONE:
            zones = [*(one for one in zones if one != ROOT_ZONE), ROOT_ZONE]
        return zones

    # --- where things are ---

    def _zone(self, here: str) -> str | None:
        """The zone that a thing is in itself: stated, or by its owning or home team; None outside all of them."""
        if here not in self._zone_at:
            self._zone_at[here] = self._find_zone(here)
        return self._zone_at[here]

    def _find_zone(self, here: str) -> str | None:
        kind = kind_of(here)
        if kind == "zone":
            return here
        if kind == "team":
            return self._zone_of_teams((here,))
        if stated := self._follow(here, "zone"):
            return stated[0]
        if kind == "gate":
            works = self._follow(here, "work")
            return self._zone(works[0]) if works else None
        for teams in self._team_groups(here, None):
            if (zone := self._zone_of_teams(teams)) is not None:
                return zone
        return None

    def _zone_of_teams(self, teams: tuple[str, ...]) -> str | None:
        """Of several zones with different protocols none is chosen in silence: each is a reading."""
        owned, perhaps = self._owned(teams), self._perhaps_owned(teams)
        candidates = sorted(owned | perhaps) or [zone for team in teams for zone in self._follow(team, "zone")]
        if len(candidates) < 2 and not perhaps:
            return candidates[0] if candidates else None
        unlike: dict[tuple[str, ...], str] = {}
        for zone in candidates:
            unlike.setdefault(tuple(self._protocol(zone)), zone)
        options: list[Json] = [*unlike.values()]
        if perhaps and not owned:
            options.append(None)
        chosen = self._choose((" ".join(teams), "zone of"), options)
        if len(options) > 1:
            place = chosen[0] if chosen else teams[0]
            self._note("reading", place, "one of several zones that may be the team's, and their protocols differ")
        return chosen[0] if chosen else None

    def _owned(self, teams: Iterable[str]) -> set[str]:
        return {zone for team in teams for zone in self.state.naming(team, "zone", "owner")}

    def _perhaps_owned(self, teams: Iterable[str]) -> set[str]:
        """The zones of which only some sources say that the team owns them."""
        return {
            zone
            for team in teams
            for zone in self.state.mentioning(team, "zone", "owner")
            if (resolved := self.state.get(zone, "owner")) is not None and resolved.disputed
        }

    def _protocol(self, zone: str) -> Iterable[str]:
        for attribute in _PROTOCOL:
            resolved = self.state.get(zone, attribute)
            yield "" if resolved is None else f"{resolved.standing == 'disputed'} {resolved.value}"

    def _team_groups(self, here: str, zone: str | None) -> list[tuple[str, ...]]:
        """The teams whose leads may decide, in groups of one rank: owning, home, and the zone's."""
        if kind_of(here) == "team":
            return [(here,)]
        if (here, zone) not in self._groups:
            groups = [self._teams(here, "owner"), self._teams(here, "team")]
            if zone is not None and zone != here:
                groups.append(self._teams(zone, "owner"))
            self._groups[here, zone] = [
                group for index, group in enumerate(groups) if group and group not in groups[:index]
            ]
        return self._groups[here, zone]

    def _teams(self, here: str, attribute: str) -> tuple[str, ...]:
        return tuple(party for party in self._follow(here, attribute) if kind_of(party) == "team")

    def _outward(self, zone: str | None) -> list[str]:
        """The zone, those around it, and the organisation's own at the end."""
        chain: list[str] = []
        while zone is not None and zone not in chain:
            chain.append(zone)
            above = self._follow(zone, "parent")
            zone = above[0] if above else None
        if chain[:1] != [ROOT_ZONE]:
            chain = [one for one in chain if one != ROOT_ZONE]
            chain.append(ROOT_ZONE)
        return chain

    def _inherit(self, zone: str | None) -> tuple[str, bool]:
        """May the parents decide? What the nearest zone that says so says, and which that is, in words."""
        for one in self._outward(zone):
            resolved = self.state.get(one, "inherit")
            if resolved is None:
                continue
            if resolved.disputed:
                return f"sources differ about inherit in {one}", False
            self._claims += resolved.claims
            return f"{one} declares inherit = {'true' if resolved.value else 'false'}", bool(resolved.value)
        return "no zone declares inherit", False

    # --- following what is stated ---

    def _follow(self, here: str, attribute: str, *, choose: bool = False) -> tuple[str, ...]:
        """The references stated there. Each side of a dispute is a reading; with ``choose``, each of several is one."""
        key = (here, attribute)
        if key in self._taken:
            return self._taken[key]
        resolved = self.state.get(here, attribute)
        if resolved is None:
            self._taken[key] = ()
            return ()
        self._claims += resolved.claims
        if resolved.disputed:
            options = [side.value for side in positions(self.state, resolved)]
            taken = self._choose(key, options)
            self._note("reading", here, f"sources differ about the {attribute}; one of {len(options)} readings", taken)
            return taken
        refs = self.state.refs(here, attribute)
        self._taken[key] = self._choose(key, list(refs)) if choose and len(refs) > 1 else refs
        return self._taken[key]

    def _choose(self, key: tuple[str, str], options: Sequence[Json]) -> tuple[str, ...]:
        if key not in self._taken:
            if len(options) < 2:
                self._taken[key] = parties_in(options[0]) if options else ()
            else:
                place = len(self.met)
                self.met.append(len(options))
                choice = self.choices[place] if place < len(self.choices) else 0
                self._taken[key] = tuple(sorted(parties_in(options[choice])))
        return self._taken[key]

    def _note(self, rule: str, at: str, found: str, parties: tuple[str, ...] = ()) -> None:
        step = Step(rule, at, found, parties)
        if step not in self.steps:
            self.steps.append(step)
