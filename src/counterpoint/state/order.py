"""The order that dependencies and parts put work in: what comes before what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from counterpoint.state.graph import digraph
from counterpoint.state.links import Link, parts
from counterpoint.state.view import State

if TYPE_CHECKING:
    from rustworkx import PyDiGraph


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
    """Put works in order; ``edges`` names for each work what comes before it.

    Work as early as what it needs allows, and then by name.
    """
    from rustworkx import condensation, topological_generations

    whole = cast("PyDiGraph[list[str], None]", condensation(digraph(edges, edges)))
    whole.reverse()  # from what comes first to what needs it
    members = {index: tuple(sorted(whole[index])) for index in whole.node_indices()}
    sequence = [
        index
        for generation in topological_generations(whole)
        for index in sorted(generation, key=lambda index: members[index])
    ]
    position = {index: place for place, index in enumerate(sequence)}
    return Order(
        tuple(members[index] for index in sequence),
        tuple(tuple(sorted({position[one] for one in whole.predecessor_indices(index)})) for index in sequence),
        tuple(tuple(sorted({position[one] for one in whole.successor_indices(index)})) for index in sequence),
        frozenset(position[index] for index, (first, *others) in members.items() if others or first in edges[first]),
    )
