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
    # Before agreement: what was overruled stays so when the source that said otherwise falls silent.
    settled = None if settlement is None else _settled(settlement, by_source, attribute, same)
    if settlement is not None and settled is not None and any(value != settled for value in values):
        return Resolved(entity, attribute.name, settled, "settled", (*claims, settlement.claim), "settled")
    if all(value == values[0] for value in values):
        standing = "agreed" if len(by_source) > 1 else "said"
        return Resolved(entity, attribute.name, values[0], standing, tuple(claims))  # type: ignore[arg-type]
    highest = _highest(authority, by_source)
    if len(highest) == 1:
        why = f"{highest[0]} has authority over {attribute.name} in {authority.zone}"
        return Resolved(entity, attribute.name, by_source[highest[0]], "by authority", tuple(claims), why)
    return Resolved(entity, attribute.name, None, "disputed", tuple(claims), "sources differ and none has authority")


def _highest(authority: Authority, by_source: dict[str, Json]) -> list[str]:
    """The sources that stand highest among those that say anything: one, or none where nobody has the say.

    An order that names ``tracker`` means that source in whatever namespace it was imported, unless it names
    ``tracker@otel`` too. Imports of one source into two namespaces stand equal: where they differ, neither has the say.
    """
    named = set(authority.sources)
    for one in authority.sources:
        here = [source for source in by_source if source == one or (source not in named and _bare(source) == one)]
        if here:
            first = by_source[here[0]]
            return sorted(here)[:1] if all(by_source[source] == first for source in here) else []
    return []


def _bare(source: str) -> str:
    return source.rpartition("@")[0]


def _joined(attribute: Attribute, value: Json, same: Callable[[str], str] | None) -> Json:
    return value if same is None else map_references(attribute, value, same)


def _union(attribute: Attribute, claims: Sequence[Claim], said: dict[str, Json]) -> Resolved:
    """The elements that any source states; *agreed* where several state the same ones."""
    elements: dict[str, Json] = {}
    by_source: dict[str, set[str]] = {}
    for claim in claims:
        value = said[claim.statement]
        key = value if isinstance(value, str) else repr(value)
        elements.setdefault(key, value)
        by_source.setdefault(claim.source, set()).add(key)
    alike = len(by_source) > 1 and all(keys == elements.keys() for keys in by_source.values())
    union = list(elements.values())
    return Resolved(claims[0].entity, attribute.name, union, "agreed" if alike else "said", tuple(claims))


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


def _settled(
    settlement: Settlement,
    by_source: dict[str, Json],
    attribute: Attribute,
    same: Callable[[str], str] | None,
) -> Json:
    """The settled value; None where it does not hold, because a source says something that is neither the settled
    value nor what it said then."""
    value = settlement.value
    elements = [value] if attribute.many and not isinstance(value, list) else value
    settled = (
        _elements(attribute, cast("list[Json]", elements), same) if attribute.many else _joined(attribute, value, same)
    )
    then: dict[str, Json] = {}
    for source, said in settlement.overruled:
        if attribute.many:
            known = cast("list[Json]", then.get(source, []))
            then[source] = _elements(attribute, [*known, said], same)
        else:
            then[source] = _joined(attribute, said, same)
    holds = all(one == settled or (source in then and one == then[source]) for source, one in by_source.items())
    return settled if holds else None


def _elements(attribute: Attribute, values: Sequence[Json], same: Callable[[str], str] | None) -> Json:
    """The elements of a set, joined, each once, in the order of :func:`_by_source`."""
    found: list[Json] = []
    for value in values:
        one = _joined(attribute, value, same)
        if one not in found:
            found.append(one)
    return sorted(found, key=str)
