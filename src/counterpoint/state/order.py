"""The order that dependencies and parts put work in: what comes before what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from counterpoint.state.graph import knots
from counterpoint.state.links import Link, parts
from counterpoint.state.view import State


@dataclass(frozen=True, slots=True)
class Order:
    """An acyclic order of knots of work. A knot of one is that work; a larger one goes round, and counts as one place.

    ``places`` are in an order in which everything comes after what it needs; ``before`` and ``after`` hold their
    neighbours by index.
    """

    places: tuple[tuple[str, ...], ...]
    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    rounds: frozenset[int]


def needs(state: State, works: Iterable[str], every: Iterable[Link]) -> dict[str, list[str]]:
    """For each of these works, those of them that must be finished first: what it needs, and its parts."""
    found: dict[str, set[str]] = {work: set() for work in works}
    for link in every:
        if link.ordered and link.due and link.consumer in found and link.provider in found:
            found[link.consumer].add(link.provider)
    for parent, children in parts(state, found).items():
        if parent in found:
            found[parent].update(children)
    return {work: sorted(first) for work, first in found.items()}


def order(edges: dict[str, list[str]]) -> Order:
    """Put works in order; ``edges`` names for each work what comes before it."""
    rounds = knots(edges, edges)
    place_of: dict[str, str] = {work: knot[0] for knot in rounds for work in knot}
    members: dict[str, list[str]] = {}
    for work in sorted(edges):
        members.setdefault(place_of.get(work, work), []).append(work)
    before: dict[str, set[str]] = {head: set() for head in members}
    after: dict[str, set[str]] = {head: set() for head in members}
    for work, first in edges.items():
        here = place_of.get(work, work)
        for one in first:
            there = place_of.get(one, one)
            if there != here:
                before[here].add(there)
                after[there].add(here)
    heads = _sorted(before, after)
    index = {head: position for position, head in enumerate(heads)}
    knotted = {knot[0] for knot in rounds}
    return Order(
        tuple(tuple(members[head]) for head in heads),
        tuple(tuple(sorted(index[one] for one in before[head])) for head in heads),
        tuple(tuple(sorted(index[one] for one in after[head])) for head in heads),
        frozenset(index[head] for head in knotted),
    )


def _sorted(before: dict[str, set[str]], after: dict[str, set[str]]) -> list[str]:
    missing = {head: len(first) for head, first in before.items()}
    free = sorted(head for head, count in missing.items() if count == 0)
    found: list[str] = []
    while free:
        following: list[str] = []
        for head in free:
            found.append(head)
            for one in after[head]:
                missing[one] -= 1
                if missing[one] == 0:
                    following.append(one)
        free = sorted(following)
    return found
