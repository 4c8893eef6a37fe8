"""The smallest set that meets every demand: so many of these, so many of those (a hitting set with multiplicities).

The search is ours: libraries have it only as integer programming, whose solvers are larger than all that we install.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MOST_TRIES = 10_000
Demand = tuple[int, frozenset[str]]


def smallest(demands: Iterable[Demand]) -> tuple[frozenset[str], bool]:
    """A smallest set with at least ``n`` members in each demand's set, and whether it is sure to be a smallest.

    Demands that share nobody are solved apart. Where trying all combinations would take more than MOST_TRIES, the
    set is the greedy one with everybody taken out who can be: then it is not sure to be the smallest. A demand for
    more than its set holds is a demand for the whole set. Same demands, same answer.
    """
    every = sorted({(min(count, len(of)), of) for count, of in demands if of}, key=lambda one: (one[0], sorted(one[1])))
    forced = frozenset(party for count, of in every if count == len(of) for party in of)
    rest = [(count - len(of & forced), of - forced) for count, of in every if count > len(of & forced)]
    chosen, exact = set(forced), True
    for group in _apart(rest):
        found, sure = _group(group)
        chosen |= found
        exact = exact and sure
    return frozenset(chosen), exact


def _apart(demands: Sequence[Demand]) -> list[list[Demand]]:
    """The demands in groups that share nobody."""
    from rustworkx import PyGraph, connected_components

    graph: PyGraph[Demand, None] = PyGraph()
    graph.add_nodes_from(demands)
    first_of: dict[str, int] = {}
    graph.add_edges_from_no_data(
        [(first_of.setdefault(party, index), index) for index, (_, of) in enumerate(demands) for party in of]
    )
    return [[demands[index] for index in group] for group in sorted(map(sorted, connected_components(graph)))]


def _group(demands: Sequence[Demand]) -> tuple[frozenset[str], bool]:
    """Branch on whom to take for the demand with the fewest left to choose from; bound by demands that share nobody."""
    best = _greedy(demands)
    pending: list[tuple[frozenset[str], frozenset[str]]] = [(frozenset(), frozenset())]
    tries = 0
    while pending:
        tries += 1
        if tries > MOST_TRIES:
            return best, False
        taken, barred = pending.pop()
        left = sorted(_left(demands, taken, barred), key=lambda one: (len(one[1]) - one[0], sorted(one[1])))
        if not left:
            best = taken if len(taken) < len(best) else best
            continue
        if any(count > len(of) for count, of in left) or len(taken) + _at_least(left) >= len(best):
            continue
        options = sorted(left[0][1])
        for index in reversed(range(len(options))):
            pending.append((taken | {options[index]}, barred | frozenset(options[:index])))
    return best, True


def _left(demands: Sequence[Demand], taken: frozenset[str], barred: frozenset[str]) -> list[Demand]:
    return [(count - len(of & taken), of - taken - barred) for count, of in demands if count > len(of & taken)]


def _at_least(left: Sequence[Demand]) -> int:
    total, used = 0, set[str]()
    for count, of in left:
        if not of & used:
            total += count
            used |= of
    return total


def _greedy(demands: Sequence[Demand]) -> frozenset[str]:
    taken: frozenset[str] = frozenset()
    while left := _left(demands, taken, frozenset()):
        meets: dict[str, int] = {}
        for _, of in left:
            for party in of:
                meets[party] = meets.get(party, 0) + 1
        taken |= {min(meets, key=lambda party: (-meets[party], party))}
    for party in sorted(taken):
        if not _left(demands, taken - {party}, frozenset()):
            taken -= {party}
    return taken
