"""Every record of the files together: what the checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from counterpoint.errors import Problem
from counterpoint.model.identifiers import kind_of, namespace_of
from counterpoint.model.statements import Draft
from counterpoint.sources.organisation.records import Record, by_entity, is_alias


@dataclass(frozen=True, slots=True)
class Whole:
    """The records, the entities they describe, and ``known``: what other sources are known to describe."""

    records: tuple[Record, ...]
    described: Mapping[str, Sequence[Record]]
    known: frozenset[str] = frozenset()

    def of(self, *kinds: str) -> Iterator[Record]:
        """The records of these kinds, aliases left out."""
        return (record for record in self.records if kind_of(record.entity) in kinds and not is_alias(record))

    @property
    def aliases(self) -> Iterator[Record]:
        """The ``[[alias]]`` records."""
        return (record for record in self.records if is_alias(record))

    def first(self, entity: str) -> Record | None:
        """The first record of an entity, where the files describe it."""
        every = self.described.get(entity)
        return every[0] if every else None

    def people_of(self, team: str) -> frozenset[str] | None:
        """Leads and members of a team; None where the files do not say any."""
        record = self.first(team)
        if record is None:
            return None
        return frozenset({*record.refs("lead"), *record.refs("member")}) or None


def whole(records: Iterable[Record], known: Iterable[str] = ()) -> Whole:
    """The records as the checks take them."""
    every = tuple(records)
    return Whole(every, by_entity(every), frozenset(known))


def ours(entity: str) -> bool:
    """Is it the organisation's own? What has a namespace is described by an import, and the files only add to it."""
    return not namespace_of(entity)


def problem(record: Record, attribute: str, message: str, hint: str, draft: Draft | None = None) -> Problem:
    """A problem with a field of a record; at ``draft``'s line where one element of a set is meant."""
    attribute = "of" if attribute == "alias_of" else attribute
    line = draft.line if draft is not None else record.line_of(attribute)
    field = f"{record.entity} {attribute}" if attribute else record.entity
    return Problem(message, record.file, line, field, hint)


def loops(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Every group of nodes that lead back to themselves, each as one closed walk that starts at its smallest name.

    Iterative (Tarjan's components, then the shortest walk home inside each), because files may chain deeply.
    """
    graph = {node: sorted(set(following)) for node, following in edges.items()}
    found = []
    for component in _components(graph):
        inside = set(component)
        start = min(component)
        if len(component) > 1 or start in graph.get(start, ()):
            found.append(_walk_home(graph, inside, start))
    return sorted(found)


def _components(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in sorted(graph):
        if root in index:
            continue
        work = [(root, iter(graph.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            fresh = next((one for one in following if one not in index or one in on_stack), None)
            if fresh is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[str] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    yield component
            elif fresh not in index:
                index[fresh] = low[fresh] = len(index)
                stack.append(fresh)
                on_stack.add(fresh)
                work.append((fresh, iter(graph.get(fresh, ()))))
            else:
                low[node] = min(low[node], index[fresh])


def _walk_home(graph: Mapping[str, Sequence[str]], inside: set[str], start: str) -> list[str]:
    """The shortest walk from ``start`` back to it, within its component."""
    came: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for one in graph.get(node, ()):
            if one == start:
                walk = [start, node]
                while walk[-1] != start:
                    walk.append(came[walk[-1]])
                return walk[::-1] if node != start else [start, start]
            if one in inside and one not in came:
                came[one] = node
                queue.append(one)
    raise AssertionError("inside a component every walk comes home")
