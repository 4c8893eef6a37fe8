"""Whom to involve before a change moves: the smallest set of parties that meets every reason, and why each one.

The reasons: whoever decides on what changes; on the work it needs and the work that needs it (of a party asked, that
party or whoever decides for that team); on the zones whose area it touches; and the approvers of its open gates.
Where any one of several will do, the one already involved is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from counterpoint.model.answers import Because, Involve, Involved, Need, Norm, Who, because
from counterpoint.model.identifiers import kind_of
from counterpoint.state.links import links_of, standing
from counterpoint.state.overlap import Patterns, as_place
from counterpoint.state.smallest import smallest
from counterpoint.state.surroundings import entities_of, load_surroundings
from counterpoint.state.view import State
from counterpoint.state.who import who

_CLOSED_GATE = ("passed", "waived")


@dataclass(frozen=True, slots=True)
class _Reason:
    """That whoever decides on ``about`` is needed, and what says so."""

    why: str
    about: str
    says: str
    claims: tuple[Because, ...] = ()


def involve(state: State, entities: Sequence[str] = (), paths: Sequence[str] = ()) -> Involve:
    """Whom to involve for a change to ``entities`` (work, zones, teams, …) and to ``paths`` (or services, topics)."""
    roots = tuple(dict.fromkeys(state.canonical(entity) for entity in entities))
    known = [root for root in roots if state.exists(root)]
    load_surroundings(state, known)
    reasons = [_Reason("decides", root, "it changes") for root in known]
    for root in known:
        if kind_of(root) == "work":
            reasons += _neighbours(state, root)
            reasons += _gates(state, root)
    zones = _Zones(state)
    touched = [(str(text), root) for root in known for text in _touches(state, root)]
    covered, bare = zones.reasons([*touched, *((path, path) for path in paths)])
    reasons += covered
    load_surroundings(state, [reason.about for reason in reasons])
    needs = [_need(state, reason) for reason in _once(reasons)]
    everybody = [need for need in needs if need.of]
    chosen, exact = smallest((need.how_many, frozenset(need.of)) for need in everybody)
    settled = tuple(_settled(need, chosen) for need in everybody)
    parties = tuple(
        Involved(party, tuple(index for index, need in enumerate(settled) if party in need.of))
        for party in sorted(chosen)
    )
    nobody = tuple(need for need in needs if not need.of)
    areas = [zone for root in known for zone in state.zones(root)]
    areas += [zone for reason in covered for zone in state.zones(reason.about)]
    unknown = (*(root for root in roots if root not in known), *(path for path in paths if path in bare))
    return Involve((*roots, *paths), parties, settled, nobody, _norms(state, areas), unknown, exact)


def _neighbours(state: State, work: str) -> Iterable[_Reason]:
    found = {
        mention.entity
        for mention in state.mentions(work)
        if kind_of(mention.entity) == "dependency" and mention.attribute in ("consumer", "provider")
    }
    state.load(found)
    for link in links_of(state, sorted(found)):
        other, why = (link.provider, "provides") if link.consumer == work else (link.consumer, "consumes")
        if other == work or not link.due or (kind_of(other) == "work" and standing(state, other) != "open"):
            continue
        says = f"{work} needs it" if why == "provides" else f"it needs {work}"
        claims = [because(claim) for end in ("consumer", "provider") for claim in state.claims(link.id, end)]
        yield _Reason(why, other, says, tuple(claims))


def _gates(state: State, work: str) -> Iterable[_Reason]:
    for gate in state.naming(work, "gate", "work"):
        status = state.text(gate, "status") or "open"
        if status not in _CLOSED_GATE:
            claims = tuple(because(claim) for claim in state.claims(gate, "work"))
            yield _Reason("gate", gate, f"a gate of {work}, {status}", claims)


def _touches(state: State, root: str) -> list[str]:
    touched = state.value(root, "touches") if kind_of(root) == "work" else None
    return [str(text) for text in touched] if isinstance(touched, list) else []


class _Zones:
    """Which zones cover a place. Of zones within each other, the inner one is asked: it is its autonomy."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._by_pattern: dict[str, list[str]] = {}
        for zone in entities_of(state, "zone"):
            covered = state.value(zone, "covers")
            for pattern in covered if isinstance(covered, list) else ():
                self._by_pattern.setdefault(str(pattern), []).append(zone)
        self._patterns = Patterns(self._by_pattern)

    def reasons(self, places: Iterable[tuple[str, str]]) -> tuple[list[_Reason], set[str]]:
        """A reason for each zone that covers one of these places; and the places that none covers."""
        found: list[_Reason] = []
        bare: set[str] = set()
        for place, by in places:
            patterns = self._patterns.meeting(as_place(place)) or self._patterns.meeting(place)
            covering = {zone: pattern for pattern in patterns for zone in self._by_pattern[pattern]}
            outer = {around for zone in covering for around in self._state.zones(zone) if around != zone}
            for zone in sorted(covering.keys() - outer) or sorted(covering):
                where = place if by == place else f"{place}, which {by} touches"
                claims = [claim for claim in self._state.claims(zone, "covers") if claim.value == covering[zone]]
                says = f"covers {where}"
                found.append(_Reason("zone", zone, says, tuple(because(claim) for claim in claims)))
            if not covering:
                bare.add(place)
        return found, bare


def _need(state: State, reason: _Reason) -> Need:
    if kind_of(reason.about) in ("person", "agent"):
        return Need(reason.why, reason.about, None, 1, (reason.about,), (), (), reason.says, reason.claims)
    found = who(state, reason.about)
    rule, how_many = demand(found)
    of = found.deciders
    if not of and reason.why == "provides" and kind_of(reason.about) == "team":
        rule, how_many, of = None, 1, (reason.about,)
    says = reason.says if of else f"{reason.says}; nobody decides on it"
    return Need(reason.why, reason.about, rule, how_many, of, (), (), says, (*reason.claims, *found.because))


def demand(found: Who) -> tuple[str | None, int]:
    """How many of the deciders are needed: where no rule says how several decide, all of them."""
    if found.answer == "ambiguous":
        return "ambiguous", len(found.deciders)
    if found.rule == "any":
        return found.rule, 1
    if found.rule == "quorum":
        return found.rule, min(found.quorum or 1, len(found.deciders))
    return found.rule, len(found.deciders)


def _settled(need: Need, chosen: frozenset[str]) -> Need:
    return replace(
        need,
        chosen=tuple(party for party in need.of if party in chosen),
        alternatives=tuple(party for party in need.of if party not in chosen),
    )


def _once(reasons: Iterable[_Reason]) -> list[_Reason]:
    """One reason for each entity and sort, with everything that says so."""
    found: dict[tuple[str, str], _Reason] = {}
    for reason in reasons:
        same = found.get((reason.why, reason.about))
        if same is None:
            found[reason.why, reason.about] = reason
        elif reason.says not in same.says.split("; "):
            says, claims = f"{same.says}; {reason.says}", (*same.claims, *reason.claims)
            found[reason.why, reason.about] = replace(same, says=says, claims=claims)
    return list(found.values())


def _norms(state: State, zones: Iterable[str]) -> tuple[Norm, ...]:
    found: list[Norm] = []
    for zone in dict.fromkeys(zones):
        norms = state.value(zone, "norm")
        found += [Norm(zone, str(norm)) for norm in norms] if isinstance(norms, list) else []
    return tuple(found)
