"""Who owns a thing: the owner stated on it, else its home team, else the owner of the nearest zone that has one.

An agent is its sponsor's; a dependency is its consumer's, and a gate is its work's. Nobody owns a person. A team is
owned by nobody unless the zone it works in is another's: the zones that it owns itself say nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.answers import Owns, Step, because
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.state.positions import parties_in, positions
from counterpoint.state.surroundings import load_surroundings
from counterpoint.state.view import State

_OF_ANOTHER = {"dependency": "consumer", "gate": "work"}
_STATED = {"agent": "sponsor"}


def owns(state: State, subject: str) -> Owns:
    """Who owns ``subject``, where that comes from, and the statements it rests on."""
    root = state.canonical(subject)
    steps: list[Step] = []
    here = root
    while (attribute := _OF_ANOTHER.get(kind_of(here))) is not None:
        things = state.refs(here, attribute)
        steps.append(Step(attribute, here, f"it belongs to its {attribute}" if things else f"no {attribute}", things))
        if not things:
            return Owns(root, "none", (), None, (), tuple(steps))
        here = things[0]
    for place in _places(state, here):
        found = _owner(state, root, place, steps)
        if found is not None:
            return found
    return Owns(root, "none", (), None, (), tuple(steps))


def owns_each(state: State, subjects: Iterable[str]) -> dict[str, Owns]:
    """As :func:`owns`, for many subjects: what they need is fetched at once."""
    every = sorted({state.canonical(subject) for subject in subjects})
    load_surroundings(state, every)
    return {subject: owns(state, subject) for subject in every}


def _places(state: State, here: str) -> Iterable[tuple[str, str, str]]:
    kind = kind_of(here)
    attribute = _STATED.get(kind, "owner")
    if attribute_of(kind, attribute) is not None:
        yield "stated", here, attribute
    if attribute_of(kind, "team") is not None:
        yield "home team", here, "team"
    if kind in ("person", "agent"):
        return
    for zone in state.zones(here):
        if zone != here and not (kind == "team" and here in state.refs(zone, "owner")):
            yield "zone", zone, "owner"


def _owner(state: State, root: str, place: tuple[str, str, str], steps: list[Step]) -> Owns | None:
    rule, at, attribute = place
    resolved = state.get(at, attribute)
    if resolved is None:
        steps.append(Step(rule, at, f"no {attribute}"))
        return None
    reasons = tuple(because(claim) for claim in resolved.claims)
    if resolved.disputed:
        sides = positions(state, resolved)
        parties = tuple(sorted({party for side in sides for party in parties_in(side.value)}))
        steps.append(Step(rule, at, f"sources differ about the {attribute}, and none has authority", parties))
        return Owns(root, "disputed", parties, at if at != root else None, reasons, tuple(steps))
    parties = state.refs(at, attribute)
    steps.append(Step(rule, at, f"{len(parties)} {attribute}{'s' if len(parties) > 1 else ''}", parties))
    source = parties[0] if rule == "home team" else at if at != root else None
    return Owns(root, "one" if len(parties) == 1 else "shared", parties, source, reasons, tuple(steps))
