"""What each side says where sources differ: the values of one attribute, each with the claims behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Claim, Json, Resolved
from counterpoint.model.values import map_references
from counterpoint.state.view import State


@dataclass(frozen=True, slots=True)
class Position:
    """One value that one or more sources hold, and their claims."""

    value: Json
    claims: tuple[Claim, ...]


def positions(state: State, resolved: Resolved) -> tuple[Position, ...]:
    """The distinct values that sources hold now, joined identities counting as one; the longest held first.

    One position is agreement. A set is one value for each source, its elements together (sets differ only where the
    zone declares them exclusive). Settlements are no position: they choose between these.
    """
    declared = attribute_of(kind_of(state.canonical(resolved.entity)), resolved.attribute)
    if declared is None:
        return ()
    claims = sorted(
        (claim for claim in resolved.claims if claim.attribute == resolved.attribute),
        key=lambda claim: (claim.said, claim.sequence, claim.index),
    )
    held: dict[str, tuple[Json, list[Claim]]] = {}
    for claim in claims:
        value = map_references(declared, claim.value, state.canonical)
        if not declared.many:
            held[claim.source] = (value, [claim])
            continue
        elements, mine = held.setdefault(claim.source, ([], []))
        if value not in cast("list[Json]", elements):
            cast("list[Json]", elements).append(value)
            cast("list[Json]", elements).sort(key=str)
        mine.append(claim)
    grouped: list[tuple[Json, list[Claim]]] = []
    for value, mine in held.values():
        same = next((group for group in grouped if group[0] == value), None)
        if same is None:
            grouped.append((value, list(mine)))
        else:
            same[1].extend(mine)
    grouped.sort(key=lambda group: min((claim.said, claim.sequence, claim.index) for claim in group[1]))
    return tuple(Position(value, tuple(mine)) for value, mine in grouped)


def parties_in(value: Json) -> tuple[str, ...]:
    """The references in the value of a ``ref``, a set of them, or a list; none in None."""
    if value is None:
        return ()
    return tuple(str(part) for part in value) if isinstance(value, list) else (str(value),)
