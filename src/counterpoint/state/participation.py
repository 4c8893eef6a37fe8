"""How an agent may take part: alone, with the review of a person, or never; who is accountable; what stops it.

The terms of the nearest zone that says anything of an action hold, its most specific line first (``work finish``, then
``work``, then ``*``); the organisation's own come last. Where nobody says anything, an agent may alone do what binds
nobody but itself (:data:`ALONE`), and everything else only with a review. Of an action on several things the strictest
terms hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from counterpoint.model.acts import Act
from counterpoint.model.commands import command_of
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import KIND_NAMES, KINDS, PARTIES, ROOT_ZONE
from counterpoint.model.statements import Json
from counterpoint.state.speaking import speakers
from counterpoint.state.view import State
from counterpoint.state.who import who

ALONE = frozenset({
    "work add", "work start", "work block", "work unblock",
    "lease take", "lease wait", "lease leave", "lease release", "lease hand",
    "approval ask", "approval use", "approval withdraw",
    "handoff offer", "handoff accept", "handoff decline", "handoff reroute", "handoff withdraw",
    "escalation raise", "escalation acknowledge", "escalation pass",
    "promise ask", "promise request", "promise seen",
    "decision ask", "decision advise", "decision option", "decision like",
    "ritual prepare", "ritual propose",
})  # fmt: skip
"""What an agent may do alone where no terms are declared: it asks, takes and gives up, and decides for nobody else."""
EVERY_ACTION = "*"
_STRICTER = ("alone", "review", "never")
# What a thing that comes of working is about: its terms are those of the places that this is in.
_ABOUT = {
    "lease": ("on",),
    "approval": ("work", "gate"),
    "proposal": ("about",),
    "escalation": ("about", "zone"),
    "handoff": ("what",),
    "commitment": ("from",),
    "occurrence": ("ritual",),
    "waiver": ("work", "of"),
    "dependency": ("consumer", "provider"),
    "decision": ("concerns",),
    "gate": ("work",),
}
_REFERENCES = ("reference", "resource")


@dataclass(frozen=True, slots=True)
class Ruling:
    """How an agent may take an action: the term, the zone and line that say so (None: the default), who reviews.

    ``reviewers`` is empty where no reviewer is named: then the agent's sponsor reviews.
    """

    term: str
    zone: str | None = None
    action: str | None = None
    reviewers: tuple[str, ...] = ()


def stopped(state: State, agent: str) -> bool:
    """Is the agent stopped? Where sources differ about it and nobody has settled it, it is."""
    return _off(state, agent, "status")


def halted(state: State, zone: str) -> bool:
    """Are all agents stopped in this zone, by its own switch?"""
    return _off(state, zone, "agents")


def _off(state: State, entity: str, attribute: str) -> bool:
    found = state.get(entity, attribute)
    if found is None:
        return False
    return any(one.value == "stopped" for one in found.claims) if found.disputed else found.value == "stopped"


def kept_from(state: State, party: str, things: Iterable[str]) -> str | None:
    """What keeps a party from acting on these things at all, in words; None for whoever is not stopped."""
    if kind_of(party) != "agent":
        return None
    if stopped(state, party):
        return "it is stopped"
    zone = next((one for one in zones_of(state, things) if halted(state, one)), None)
    return None if zone is None else f"agents are stopped in {zone}"


def sponsor_of(state: State, agent: str) -> str | None:
    """Who is accountable for an agent; None where it is nobody, disputed, or somebody who was erased."""
    found = state.refs(agent, "sponsor")
    if len(found) != 1 or kind_of(found[0]) != "person" or state.value(found[0], "erased") is True:
        return None
    return found[0]


def things_of(state: State, act: Act) -> tuple[str, ...]:
    """The things on which an act is an act: those it names, and what its subject is about; the organisation if none.

    Parties are not among them: a thing is handed to somebody, and is not theirs for that.
    """
    command = command_of((act.noun, act.verb))
    names = [one.name for one in command.parameters if one.sort in _REFERENCES] if command is not None else []
    named = [ref for name in names for ref in _refs(act.arguments.get(name))]
    found: list[str] = []
    for entity in dict.fromkeys(state.canonical(one) for one in (*named, act.subject)):
        if entity != act.subject or state.exists(entity) or not named:
            found += places_of(state, entity)
    return tuple(dict.fromkeys(found)) or (ROOT_ZONE,)


def places_of(state: State, entity: str) -> tuple[str, ...]:
    """The things whose zones hold for an entity: itself, or what it is about."""
    kind = kind_of(entity)
    if kind in PARTIES or kind not in KIND_NAMES:
        return ()
    linked = [one for name in _ABOUT.get(kind, ()) for one in state.refs(entity, name) if kind_of(one) not in PARTIES]
    own = not linked or (not KINDS[kind].kept and len(state.zones(entity)) > 1)
    further = [place for one in linked for place in (places_of(state, one) if KINDS[kind_of(one)].kept else (one,))]
    return tuple(dict.fromkeys((*((entity,) if own else ()), *further)))


def _refs(value: Json) -> list[str]:
    every = value if isinstance(value, list) else [value]
    return [one for one in every if isinstance(one, str) and one.partition(":")[0] in KIND_NAMES and ":" in one]


def zones_of(state: State, things: Iterable[str]) -> tuple[str, ...]:
    """Every zone that holds for any of these things."""
    return tuple(dict.fromkeys(zone for thing in things for zone in state.zones(thing)))


def ruling_on(state: State, words: Sequence[str], thing: str) -> Ruling:
    """How an agent may take an action (noun and verb, or one word) on one thing."""
    whole = " ".join(words)
    actions = tuple(dict.fromkeys((whole, words[0], EVERY_ACTION)))
    for zone in state.zones(thing):
        rows = [(" ".join(str(row["action"]).casefold().split()), row) for row in state.tables(zone, "terms")]
        for action in actions:
            if found := [row for said, row in rows if said == action]:
                term = max((str(row["term"]) for row in found), key=_STRICTER.index)
                named = {state.canonical(str(row["reviewer"])) for row in found if row.get("reviewer")}
                return Ruling(term, zone, action, tuple(sorted(named)) if term == "review" else ())
    return Ruling("alone" if whole in ALONE else "review")


def rulings(state: State, words: Sequence[str], things: Iterable[str]) -> list[Ruling]:
    """The strictest terms of an action on several things: all the rulings that say so, each once."""
    found = list(dict.fromkeys(ruling_on(state, words, thing) for thing in things))
    strictest = max((one.term for one in found), key=_STRICTER.index)
    return [one for one in found if one.term == strictest]


def reviewers(state: State, agent: str, found: Iterable[Ruling]) -> tuple[str, ...]:
    """Which parties may review, so that one person's word is enough for every ruling; none where there is nobody.

    Where two zones name different reviewers, it takes a person who may speak for both.
    """
    sponsor = sponsor_of(state, agent)
    groups = list(dict.fromkeys(one.reviewers or ((sponsor,) if sponsor else ()) for one in found))
    people = [frozenset(one for party in group for one in speakers(state, party) if is_person(one)) for group in groups]
    together = frozenset.intersection(*people) if people else frozenset()
    if not together:
        return ()
    return groups[0] if len(groups) == 1 else tuple(sorted(together))


def is_person(party: str) -> bool:
    """Is it a human being?"""
    return kind_of(party) == "person"


def out_of_reach(state: State, act: Act, things: Sequence[str]) -> str | None:
    """A thing that the agent's capabilities do not cover, or None. Who has none declared may act on anything.

    A dependency lies between two: it is enough that one of its ends is within reach.
    """
    declared = frozenset(state.refs(act.by, "capability"))
    outside = [one for one in things if declared and not _covered(state, one, declared)]
    if kind_of(act.subject) == "dependency" and len(outside) < len(things):
        return None
    return outside[0] if outside else None


def _covered(state: State, thing: str, declared: frozenset[str]) -> bool:
    if not declared.isdisjoint(state.zones(thing)):
        return True
    seen: set[str] = set()
    pending = [thing]
    while pending:
        here = pending.pop()
        if here in declared:
            return True
        if here not in seen:
            seen.add(here)
            pending += state.refs(here, "parent") if kind_of(here) == "work" else ()
    return False


def budget_of(state: State, agent: str, things: Iterable[str]) -> int | None:
    """How many acts an hour the agent may do: its own budget, else the smallest of the nearest zones'; None: any."""
    own = state.value(agent, "budget")
    if isinstance(own, int | float):
        return int(own)
    found = []
    for thing in things:
        values = (state.value(zone, "budget") for zone in state.zones(thing))
        nearest = next((value for value in values if isinstance(value, int | float)), None)
        if nearest is not None:
            found.append(int(nearest))
    return min(found, default=None)


def who_answers(state: State, agent: str) -> tuple[str, ...]:
    """Who may stop an agent: its sponsor, and who decides where it works: in the zones of its capabilities and of its
    teams, and in the organisation."""
    places = [*state.refs(agent, "capability")]
    for role in ("lead", "member"):
        places += state.naming(agent, "team", role)
    sponsor = sponsor_of(state, agent)
    found = [sponsor] if sponsor else []
    for zone in zones_of(state, (*places, ROOT_ZONE)):
        found += who(state, zone).deciders
    return tuple(dict.fromkeys(found))


def who_decides_around(state: State, zone: str) -> tuple[str, ...]:
    """Who decides in a zone or in one around it."""
    return tuple(dict.fromkeys(party for one in state.zones(zone) for party in who(state, one).deciders))
