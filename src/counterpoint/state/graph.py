"""Plain graphs over names, by rustworkx: knots (strongly connected components), shortest rounds, what can be reached.

Ours is the order of the answers alone: nodes are numbered as their names sort, so same edges give same answers. Where
edges are only known once their ends are loaded (``cycles.would_close_a_cycle``, ``depends``, ``clashes``), the walk
stays beside the loading: a library would need the whole graph first. The library is imported where it is used, because
it would slow the start of every command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rustworkx import PyDiGraph

Edges = Mapping[str, Sequence[str]]
MOST_SEARCH = 2_000_000


def digraph(nodes: Iterable[str], edges: Edges) -> PyDiGraph[str, None]:
    """These nodes, numbered in the order of their names, and the edges among them."""
    from rustworkx import PyDiGraph

    names = sorted(set(nodes))
    number = {name: index for index, name in enumerate(names)}
    graph: PyDiGraph[str, None] = PyDiGraph(multigraph=False)
    graph.add_nodes_from(names)
    graph.add_edges_from_no_data(
        [(index, number[step]) for index, name in enumerate(names) for step in edges.get(name, ()) if step in number]
    )
    return graph


def knots(edges: Edges) -> list[list[str]]:
    """The sets of nodes that reach each other (and single nodes that name themselves), each sorted; sorted.

    Linear in nodes and edges.
    """
    from rustworkx import strongly_connected_components

    graph = digraph(edges, edges)  # a node without edges of its own is in no knot
    every = (sorted(graph[index] for index in knot) for knot in strongly_connected_components(graph))
    return sorted(knot for knot in every if len(knot) > 1 or knot[0] in edges[knot[0]])


def shortest_round(knot: Sequence[str], edges: Edges) -> tuple[tuple[str, ...], bool]:
    """One shortest way round inside a knot, starting at its smallest member, and whether it is sure to be the shortest.

    Of several the first by name. Searching from every member is quadratic: in a very large knot only from as many as
    fit MOST_SEARCH.
    """
    from rustworkx import bfs_layers

    back = digraph(knot, edges)
    count = back.num_nodes()
    steps = [set(back.successor_indices(index)) for index in range(count)]
    searched = min(count, max(1, MOST_SEARCH // (back.num_edges() + count)))
    back.reverse()
    best: list[list[int]] = []
    for start in range(searched):
        # Nodes by how far they are from coming back to the start; the round ends with the nearest that it steps to.
        layers = bfs_layers(back, [start])
        length = next(index for index, layer in enumerate(layers, 1) if not steps[start].isdisjoint(layer))
        if not best or length < len(best):
            best = layers[:length]
        if length == 1:
            break
    walked = [best[0][0]]
    for layer in reversed(best[1:]):
        walked.append(min(steps[walked[-1]].intersection(layer)))
    return tuple(back[index] for index in walked), searched == count


def reached(starts: Iterable[str], edges: Edges) -> set[str]:
    """The starts, and all that can be reached from them."""
    from rustworkx import bfs_layers

    first = set(starts)
    graph = digraph(first.union(edges, *edges.values()), edges)
    layers = bfs_layers(graph, [index for index in graph.node_indices() if graph[index] in first]) if first else []
    return {graph[index] for layer in layers for index in layer}
