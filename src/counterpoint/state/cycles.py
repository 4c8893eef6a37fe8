"""What goes round: dependencies, parents, aliases, supersedes. Imported cycles are kept; commands ask first.

A dependency that is fulfilled is waited for by nobody, and closes no circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from counterpoint.model.answers import Because, Cycle, Cycles, because
from counterpoint.model.identifiers import kind_of
from counterpoint.model.statements import Claim
from counterpoint.state.graph import knots, shortest_round
from counterpoint.state.links import Link, links, links_of
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State

_PARENTS = ("team", "zone", "objective", "work")
_SUPERSEDING = ("work", "decision")
Edges = dict[str, list[str]]


def cycles(state: State) -> Cycles:
    """Every cycle, one row for each knot of entities, with one shortest round that explains it."""
    found: list[Cycle] = []
    every = [link for link in links(state) if link.ordered and link.due]
    needs = _edges((link.consumer, link.provider) for link in every)
    by_ends: dict[tuple[str, str], Link] = {}
    for link in every:
        by_ends.setdefault((link.consumer, link.provider), link)
    why = _Why(state, by_ends)
    found += _report("dependency", needs, why.dependency)
    parents: dict[str, Edges] = {kind: _references(state, kind, "parent") for kind in _PARENTS}
    for kind in _PARENTS:
        found += _report(f"{kind} parent", parents[kind], why.parent)
    alone = {member for cycle in found for member in cycle.members}
    # A part comes before its whole: both kinds of order together may go round where neither does alone.
    both = {one: [*needs.get(one, ()), *steps] for one, steps in _reversed(parents["work"]).items()}
    both = {**needs, **both}
    mixed = _report("dependency and work parent", both, why.mixed)
    found += [cycle for cycle in mixed if not alone.intersection(cycle.members)]
    found += _report("alias", {name: [other] for name, other in state.aliases().items()}, why.alias)
    for kind in _SUPERSEDING:
        found += _report("supersedes", _references(state, kind, "supersedes"), why.supersedes)
    return Cycles(tuple(found))


def would_close_a_cycle(state: State, attribute: str, tail: str, head: str) -> tuple[str, ...]:
    """The round that one more link from ``tail`` to ``head`` would close, starting at ``tail``; empty where none.

    ``attribute`` is *parent*, *supersedes* or *alias_of* (``tail`` would state ``head``), or *dependency* (``tail``
    would need ``head``; the parts of work count as needed by it). Only what can be reached from ``head`` is read.
    """
    if attribute == "alias_of":
        return _alias_round(state, tail, head)
    start, end = state.canonical(tail), state.canonical(head)
    if start == end:
        return (start,)
    came: dict[str, str] = {end: start}
    layer = [end]
    while layer:
        following: list[str] = []
        for here, steps in _steps(state, attribute, layer).items():
            for step in steps:
                if step == start:
                    back = [here]
                    while back[-1] != start:
                        back.append(came[back[-1]])
                    return tuple(reversed(back))
                if step not in came:
                    came[step] = here
                    following.append(step)
        layer = following
    return ()


def _steps(state: State, attribute: str, layer: Sequence[str]) -> Edges:
    state.load(layer)
    if attribute != "dependency":
        return {here: list(state.refs(here, attribute)) for here in layer}
    state.load_mentions(layer)
    naming = {
        mention.entity
        for here in layer
        for mention in state.mentions(here)
        if (kind_of(mention.entity), mention.attribute) in (("dependency", "consumer"), ("work", "parent"))
    }
    state.load(naming)
    found: Edges = {here: [] for here in layer}
    for link in links_of(state, sorted(one for one in naming if kind_of(one) == "dependency")):
        if link.ordered and link.due and link.consumer in found:
            found[link.consumer].append(link.provider)
    for part in sorted(one for one in naming if kind_of(one) == "work"):
        for parent in state.refs(part, "parent"):
            if parent in found:
                found[parent].append(part)
    return found


def _alias_round(state: State, tail: str, head: str) -> tuple[str, ...]:
    if tail == head:
        return (tail,)
    aliases = state.aliases()
    walked = [tail, head]
    while (step := aliases.get(walked[-1])) is not None and step not in walked[1:]:
        if step == tail:
            return tuple(walked)
        walked.append(step)
    return ()


class _Why:
    """The dependencies and the statements behind one round."""

    def __init__(self, state: State, by_ends: dict[tuple[str, str], Link]) -> None:
        self._state = state
        self._by_ends = by_ends

    def dependency(self, one: str, other: str) -> tuple[str | None, Iterable[Claim]]:
        link = self._by_ends[one, other]
        claims = [self._state.claims(link.id, "consumer"), self._state.claims(link.id, "provider")]
        return link.id, [claim for group in claims for claim in group]

    def parent(self, one: str, _other: str) -> tuple[str | None, Iterable[Claim]]:
        return None, self._state.claims(one, "parent")

    def mixed(self, one: str, other: str) -> tuple[str | None, Iterable[Claim]]:
        return self.dependency(one, other) if (one, other) in self._by_ends else self.parent(other, one)

    def alias(self, one: str, _other: str) -> tuple[str | None, Iterable[Claim]]:
        return None, [claim for claim in self._state.claims(one, "alias_of") if claim.entity == one]

    def supersedes(self, one: str, other: str) -> tuple[str | None, Iterable[Claim]]:
        named = self._state.claims(one, "supersedes")
        return None, [claim for claim in named if self._state.canonical(str(claim.value)) == other]


def _report(of: str, edges: Edges, why: Callable[[str, str], tuple[str | None, Iterable[Claim]]]) -> list[Cycle]:
    found = []
    for knot in knots(edges):
        loop, exact = shortest_round(knot, edges)
        via: list[str] = []
        reasons: list[Because] = []
        for one, other in zip(loop, (*loop[1:], loop[0]), strict=True):
            link, claims = why(one, other)
            via += [link] if link is not None else []
            reasons += [because(claim) for claim in claims]
        found.append(Cycle(of, tuple(knot), loop, tuple(via), exact, tuple(reasons)))
    return found


def _references(state: State, kind: str, attribute: str) -> Edges:
    every = entities_of(state, kind)
    return {one: list(refs) for one in every if (refs := state.refs(one, attribute))}


def _edges(pairs: Iterable[tuple[str, str]]) -> Edges:
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    return {one: sorted(others) for one, others in found.items()}


def _reversed(edges: Edges) -> Edges:
    return _edges((other, one) for one, others in edges.items() for other in others)
