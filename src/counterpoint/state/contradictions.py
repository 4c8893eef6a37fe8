"""Where sources differ: both sides with their ages, what follows now, and who may settle it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, cast

from counterpoint.model.answers import Who, because
from counterpoint.model.differences import Contradiction, Contradictions, MaySettle, Side
from counterpoint.model.kinds import ATTRIBUTES, ROOT_ZONE
from counterpoint.model.statements import Resolved
from counterpoint.model.times import moment
from counterpoint.state.positions import Position, positions
from counterpoint.state.surroundings import entities_of, load_surroundings
from counterpoint.state.view import State
from counterpoint.state.who import who

_CHOSEN = ("disputed", "by authority", "settled")
_NAMING_DECIDERS = frozenset({"decider", "approver", "lead"})
_HINT = (
    "nobody decides here: name a decider on the thing, on its zone or on zone:organisation, "
    "or declare which source has authority over the attribute"
)


def contradictions(state: State, entities: Iterable[str] | None = None) -> Contradictions:
    """Every attribute on which sources differ (of ``entities``, or of everything), the disputed first, then by age."""
    if entities is None:
        subjects = _where_sources_may_differ(state)
    else:
        asked = sorted({state.canonical(entity) for entity in entities})
        state.load(asked)
        subjects = [entity for entity in asked if state.contested(entity)]
        load_surroundings(state, subjects)
    found = [resolved for entity in subjects for resolved in _differing(state, entity)]
    about = {state.canonical(resolved.entity) for resolved in found}
    load_surroundings(state, about)
    settling: dict[tuple[str, bool], MaySettle] = {}
    rows = []
    for resolved in found:
        key = state.canonical(resolved.entity), resolved.attribute in _NAMING_DECIDERS
        if key not in settling:
            settling[key] = who_may_settle(state, key[0], resolved.attribute)
        rows.append(_row(state, resolved, settling[key]))
    rows.sort(key=lambda row: (_CHOSEN.index(row.standing), row.sides[-1].since, row.entity, row.attribute))
    disputed = sum(row.standing == "disputed" for row in rows)
    return Contradictions(state.now, disputed, len(rows) - disputed, tuple(rows))


def who_may_settle(state: State, entity: str, attribute: str) -> MaySettle:
    """Who may settle what sources say of ``entity``: whoever decides on it; else on its zones, the nearest first.

    Those that are ambiguous (a decider that is itself disputed, say) settle nothing, and the next zone is asked; the
    organisation's own is the last. Where the attribute names who decides, the thing itself is asked after its zones:
    nobody is to settle that it is them while somebody else can.
    """
    root = state.canonical(entity)
    zones = [zone for zone in state.zones(root) if zone != root and (zone != ROOT_ZONE or state.exists(zone))]
    for place in [*zones, root] if attribute in _NAMING_DECIDERS else [root, *zones]:
        found = who(state, place)
        if found.answer in ("one", "shared"):
            return _may(found, found.inherited_from or place)
    return MaySettle("none", (), None, None, None, _HINT, ())


def differs(state: State, resolved: Resolved) -> tuple[Position, ...]:
    """The positions of the sources, where there is more than one; otherwise nothing."""
    if resolved.standing not in _CHOSEN:
        return ()
    found = positions(state, resolved)
    return found if len(found) > 1 else ()


def _where_sources_may_differ(state: State) -> list[str]:
    """Every entity on which sources differ, and some on which they do not; the others need not be looked at.

    Sources differ about an attribute with one value (these the reader lists), about one of an entity with several
    names, or about a set that some zone declares exclusive.
    """
    found = {state.canonical(entity) for entity, _ in state.differing()}
    joined = {state.canonical(entity) for entity in state.aliases()}
    state.load(joined)
    found |= {entity for entity in joined if state.contested(entity)}
    load_surroundings(state, found)
    for kind in _kinds_with_exclusive_sets(state):
        found |= {entity for entity in entities_of(state, kind) if state.contested(entity)}
    return sorted(found)


def _kinds_with_exclusive_sets(state: State) -> list[str]:
    """The kinds of which a zone declares some set, or every attribute, exclusive."""
    orders = [
        cast("dict[str, Any]", claim.value)
        for zone in {*state.entities("zone"), ROOT_ZONE}
        for claim in state.claims(zone, "authority")
    ]
    exclusive = {(order["kind"], order["attribute"]) for order in orders if order.get("exclusive")}
    sets = {(kind, name) for (kind, name), declared in ATTRIBUTES.items() if declared.many}
    return sorted({kind for kind, name in sets if exclusive & {(kind, name), (kind, "*"), ("*", name), ("*", "*")}})


def _differing(state: State, entity: str) -> list[Resolved]:
    return [resolved for resolved in state.all(entity).values() if differs(state, resolved)]


def _row(state: State, resolved: Resolved, settling: MaySettle) -> Contradiction:
    sides = tuple(_side(state, position) for position in positions(state, resolved))
    standing = cast("Literal['disputed', 'by authority', 'settled']", resolved.standing)
    entity = state.canonical(resolved.entity)
    return Contradiction(entity, resolved.attribute, standing, resolved.value, resolved.why, sides, settling)


def _side(state: State, position: Position) -> Side:
    since = min(claim.said for claim in position.claims)
    sources = tuple(sorted({claim.source for claim in position.claims}))
    age = max(0, (moment(state.now) - moment(since)).days)
    return Side(position.value, sources, since, age, tuple(because(claim) for claim in position.claims))


def _may(found: Who, place: str) -> MaySettle:
    answer: Literal["one", "shared"] = "one" if found.answer == "one" else "shared"
    return MaySettle(answer, found.deciders, found.rule, found.quorum, place, "", found.because)
