"""Plain graphs: knots (strongly connected components) and shortest rounds. No recursion, so that depth has no limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

Edges = Mapping[str, Sequence[str]]
MOST_SEARCH = 2_000_000


def knots(nodes: Iterable[str], edges: Edges) -> list[list[str]]:
    """The sets of nodes that reach each other (and single nodes that name themselves), each sorted; sorted.

    Tarjan's algorithm with a stack of its own: linear in nodes and edges.
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[list[str]] = []
    for start in sorted(nodes):
        if start in number:
            continue
        work = [(start, iter(edges.get(start, ())))]
        number[start] = low[start] = len(number)
        path.append(start)
        on_path.add(start)
        while work:
            here, following = work[-1]
            step = next(following, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == number[here]:
                    found.append(_unwind(here, path, on_path))
            elif step not in number:
                number[step] = low[step] = len(number)
                path.append(step)
                on_path.add(step)
                work.append((step, iter(edges.get(step, ()))))
            elif step in on_path:
                low[here] = min(low[here], number[step])
    return sorted(knot for knot in found if len(knot) > 1 or knot[0] in edges.get(knot[0], ()))


def shortest_round(knot: Sequence[str], edges: Edges) -> tuple[tuple[str, ...], bool]:
    """One shortest way round inside a knot, starting at its smallest member, and whether it is sure to be the shortest.

    Searching from every member is quadratic: in a very large knot only from as many as fit MOST_SEARCH.
    """
    inside = set(knot)
    size = sum(sum(step in inside for step in edges.get(node, ())) for node in knot) + len(knot)
    starts = knot[: max(1, MOST_SEARCH // size)]
    best: tuple[str, ...] = ()
    for start in starts:
        found = way(start, start, edges, inside, len(best) - 1 if best else None)
        if found and (not best or len(found) < len(best)):
            best = found
        if len(best) == 1:
            break
    least = best.index(min(best))
    return best[least:] + best[:least], len(starts) == len(knot)


def way(
    start: str, end: str, edges: Edges, inside: set[str] | None = None, longest: int | None = None
) -> tuple[str, ...]:
    """The nodes of a shortest way of at least one edge from ``start`` to ``end``, without ``end``; empty: no way.

    ``longest`` bounds the number of edges.
    """
    came: dict[str, str] = {}
    layer = deque([(start, 0)])
    while layer:
        here, depth = layer.popleft()
        if longest is not None and depth >= longest:
            break
        for step in edges.get(here, ()):
            if step == end:
                back = [here]
                while back[-1] != start:
                    back.append(came[back[-1]])
                return tuple(reversed(back))
            if step not in came and step != start and (inside is None or step in inside):
                came[step] = here
                layer.append((step, depth + 1))
    return ()


def _unwind(here: str, path: list[str], on_path: set[str]) -> list[str]:
    knot: list[str] = []
    while True:
        node = path.pop()
        on_path.discard(node)
        knot.append(node)
        if node == here:
            return sorted(knot)
