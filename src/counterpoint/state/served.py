"""What a ritual serves: everything in its zone; where it serves none, what concerns its owners and participants.

Things are in a zone as :meth:`State.zones` has it. They are found by walking from the zone to whatever names it, so
that a small zone costs little in a large organisation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import KINDS, ROOT_ZONE
from counterpoint.model.times import moment, stamp
from counterpoint.state.rhythm import occurrence_of, occurrences_between, start_of
from counterpoint.state.view import State

LOOK_BACK = timedelta(days=92)
"""For so long what was promised in an occurrence is asked after in the next ones, if it is late."""
_HOLDING = frozenset({"owner", "decider", "team"})
_TOUCHING = frozenset(
    {"concerns", "consumer", "provider", "about", "what", "zone", "from", "work", "team", "announces", "tests"}
)
_FURTHER = frozenset({"from", "about", "what"})
"""By what else something is tied: an escalation about a dependency, a promise made in a decision."""
_OF_PARTIES = frozenset({"consumer", "provider", "owner", "decider", "to", "giver", "receiver", "party", "team"})
_UNTOUCHED = frozenset({"occurrence", "ritual", "lease", "waiver", "proposal", "approval"})
_TOLD_OF = ("work", "decision", "dependency", "objective", "handoff", "escalation", "commitment")


@dataclass(frozen=True, slots=True)
class Served:
    """What a ritual serves. ``inside`` are the things themselves, ``around`` those and whatever is tied to them: their
    dependencies with the other ends, decisions on them, handoffs and promises. Both None: everything.
    """

    zone: str | None
    parties: tuple[str, ...]
    inside: frozenset[str] | None
    around: frozenset[str] | None

    def has(self, entities: Iterable[str]) -> bool:
        """Is any of these inside?"""
        return self.inside is None or any(entity in self.inside for entity in entities)


def served_by(state: State, ritual: str) -> Served:
    """What a ritual serves, as things stand."""
    zones = state.refs(ritual, "zone")
    if zones == (ROOT_ZONE,):
        return Served(ROOT_ZONE, (), None, None)
    if zones:
        inside = _in_zone(state, zones[0])
        return Served(zones[0], (), inside, _around(state, inside | _itself(state, ritual), _TOUCHING))
    parties = tuple(dict.fromkeys((*state.refs(ritual, "owner"), *state.refs(ritual, "participant"))))
    inside = _of_parties(state, parties)
    return Served(None, parties, inside, _around(state, inside | _itself(state, ritual), _TOUCHING | _OF_PARTIES))


def restricted(state: State, served: Served) -> State:
    """The state as a question about everything is to see it, when everything is what the ritual serves."""
    return state if served.around is None else state.narrowed(served.around)


def is_told_of(state: State, served: Served) -> bool:
    """Is there any work, decision or dependency there, open or not, of which anything could be told?"""
    if served.inside is None:
        return any(state.entities(kind) for kind in _TOLD_OF if kind in KINDS)
    around = served.around or frozenset()
    return any(kind_of(entity) in _TOLD_OF for entity in served.inside | around)


def _itself(state: State, ritual: str) -> frozenset[str]:
    """The ritual and its occurrences of late: what was promised in them is asked after in the next."""
    begin = stamp(moment(state.now) - LOOK_BACK)
    every = occurrences_between(state, ritual, begin, state.now)
    return frozenset({ritual, *(occurrence_of(ritual, start_of(one)) for one in every)})


def _in_zone(state: State, zone: str) -> frozenset[str]:
    """Everything that has this zone among its zones, layer by layer: what names something in it so as to be in it."""
    found: set[str] = set()
    layer = {zone}
    while layer:
        found |= layer
        state.load_mentions(layer)
        named = {(one.entity, one.attribute, entity) for entity in layer for one in state.mentions(entity)}
        ways = [way for way in named if way[0] not in found and _leads_in(*way)]
        state.load({*layer, *(entity for entity, _, _ in ways)})
        following = {entity for entity, attribute, to in ways if to in state.plain_refs(entity, attribute)}
        owners = {party for one in layer if kind_of(one) == "zone" for party in state.plain_refs(one, "owner")}
        layer = (following | {party for party in owners if kind_of(party) == "team"}) - found
    return frozenset(found)


def _leads_in(entity: str, attribute: str, to: str) -> bool:
    """Is whatever names ``to`` in this attribute in the zones of ``to``? As :meth:`State.zones` walks, backwards."""
    kind = kind_of(entity)
    if kind in _UNTOUCHED:
        return False
    if kind == "zone":
        return attribute == "parent" and kind_of(to) == "zone"
    if kind == "team":
        return attribute in ("zone", "parent")
    return attribute in ("zone", "team", "parent", "work") or (attribute == "owner" and kind_of(to) == "team")


def _of_parties(state: State, parties: Iterable[str]) -> frozenset[str]:
    """What parties own, decide on or are home to; of persons and agents also what the teams have that they lead."""
    seeds = set(parties)
    state.load_mentions(seeds)
    teams = {one.entity for party in seeds for one in state.mentions(party) if one.attribute == "lead"}
    seeds |= {team for team in teams if kind_of(team) == "team" and state.text(team, "status") != "archived"}
    state.load_mentions(seeds)
    held = {one.entity for party in seeds for one in state.mentions(party) if one.attribute in _HOLDING}
    held = {entity for entity in held if kind_of(entity) not in _UNTOUCHED}
    zones = [entity for entity in held if kind_of(entity) == "zone" and set(state.refs(entity, "owner")) & seeds]
    found = seeds | {entity for entity in held if kind_of(entity) != "zone"}
    for zone in sorted(zones):
        found |= _in_zone(state, zone)
    return frozenset(found)


def _around(state: State, inside: frozenset[str], by: frozenset[str]) -> frozenset[str]:
    tied = _naming(state, inside, by)
    tied |= _naming(state, tied, _FURTHER)
    state.load(tied)
    ends = {
        end
        for entity in (*tied, *inside)
        if kind_of(entity) == "dependency"
        for name in ("consumer", "provider")
        for end in state.refs(entity, name)
    }
    return inside | tied | ends


def _naming(state: State, entities: Iterable[str], by: frozenset[str]) -> set[str]:
    every = list(entities)
    state.load_mentions(every)
    return {
        one.entity
        for entity in every
        for one in state.mentions(entity)
        if one.attribute in by and kind_of(one.entity) not in _UNTOUCHED
    }
