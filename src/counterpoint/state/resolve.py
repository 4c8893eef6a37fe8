"""From claims to values: one pure function, for every store and every moment.

Agreement needs no authority. Where sources differ, the order of sources that the zone declares chooses; without one
nothing is chosen and the value is disputed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from counterpoint.model.kinds import Attribute
from counterpoint.model.statements import Claim, Json, Resolved
from counterpoint.model.values import map_references


@dataclass(frozen=True, slots=True)
class Authority:
    """The order of sources for an attribute, best first, as ``zone`` declares it."""

    sources: tuple[str, ...] = ()
    exclusive: bool = False
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement in force: the value, and what each overruled source said when it was overruled."""

    value: Json
    overruled: tuple[tuple[str, Json], ...]
    claim: Claim


NO_AUTHORITY = Authority()


def resolve(
    attribute: Attribute,
    claims: Sequence[Claim],
    authority: Authority = NO_AUTHORITY,
    settlement: Settlement | None = None,
    same: Callable[[str], str] | None = None,
) -> Resolved:
    """The value that follows from ``claims``, all on one attribute of one entity (its aliases included).

    Each source has one claim per item: its newest. ``same`` maps joined identities to one, so that two names of one
    person are no contradiction.

    Raises:
        ValueError: there are no claims.
    """
    if not claims:
        raise ValueError("nothing follows from no claims")
    said = {claim.statement: _joined(attribute, claim.value, same) for claim in claims}
    if attribute.many and not authority.exclusive:
        return _union(attribute, claims, said)
    by_source = _by_source(attribute, claims, said)
    entity = claims[0].entity
    values = list(by_source.values())
    if all(value == values[0] for value in values):
        standing = "agreed" if len(by_source) > 1 else "said"
        return Resolved(entity, attribute.name, values[0], standing, tuple(claims))  # type: ignore[arg-type]
    if settlement is not None and _holds(settlement, by_source, attribute, same):
        value = _joined(attribute, settlement.value, same)
        return Resolved(entity, attribute.name, value, "settled", (*claims, settlement.claim), "settled")
    for source in authority.sources:
        if source in by_source:
            why = f"{source} has authority over {attribute.name} in {authority.zone}"
            return Resolved(entity, attribute.name, by_source[source], "by authority", tuple(claims), why)
    return Resolved(entity, attribute.name, None, "disputed", tuple(claims), "sources differ and none has authority")


def _joined(attribute: Attribute, value: Json, same: Callable[[str], str] | None) -> Json:
    return value if same is None else map_references(attribute, value, same)


def _union(attribute: Attribute, claims: Sequence[Claim], said: dict[str, Json]) -> Resolved:
    elements: list[Json] = []
    sources = set()
    for claim in claims:
        sources.add(claim.source)
        if said[claim.statement] not in elements:
            elements.append(said[claim.statement])
    standing = "agreed" if len(sources) > 1 else "said"
    return Resolved(claims[0].entity, attribute.name, elements, standing, tuple(claims))  # type: ignore[arg-type]


def _by_source(attribute: Attribute, claims: Sequence[Claim], said: dict[str, Json]) -> dict[str, Json]:
    """One value per source: of aliased entities the newest; of an exclusive set all its elements together."""
    found: dict[str, Json] = {}
    for claim in sorted(claims, key=lambda claim: (claim.said, claim.sequence, claim.index)):
        if attribute.many:
            elements = cast("list[Json]", found.setdefault(claim.source, []))
            if said[claim.statement] not in elements:
                elements.append(said[claim.statement])
                elements.sort(key=str)
        else:
            found[claim.source] = said[claim.statement]
    return found


def _holds(
    settlement: Settlement,
    by_source: dict[str, Json],
    attribute: Attribute,
    same: Callable[[str], str] | None,
) -> bool:
    """It reopens only when a source says something that is neither the settled value nor what it said then."""
    settled = _joined(attribute, settlement.value, same)
    then = {source: _joined(attribute, value, same) for source, value in settlement.overruled}
    return all(value == settled or (source in then and value == then[source]) for source, value in by_source.items())
