"""How far parties are from each other: through the teams that they are in, and through whom they really speak with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import ceil, inf

import numpy as np

_TEAM = "team:"
_HARDLY = 1e-6
"""What a step costs that is not counted: no edge of a sparse matrix may cost nothing."""


@dataclass(frozen=True)
class Ties:
    """``members``: party and team, direct ones; ``spoke``: two who addressed each other; ``met``: party and what it was
    in (a discussion, an occurrence)."""

    members: Collection[tuple[str, str]]
    spoke: Collection[tuple[str, str]]
    met: Collection[tuple[str, str]]

    @property
    def formal(self) -> dict[tuple[str, str], float]:
        """Through teams alone: two of one team are one hop apart, and so is each further level of teams."""
        return dict.fromkeys(self.members, 0.5)

    @property
    def actual(self) -> dict[tuple[str, str], float]:
        """Through coordination alone: who addressed each other, or was in the same thing, is one hop apart."""
        return dict.fromkeys(self.met, 0.5) | dict.fromkeys(self.spoke, 1.0)

    @property
    def levels(self) -> dict[tuple[str, str], float]:
        """Through teams, where only going from a team to one inside it or around it counts."""
        return {pair: 1.0 if pair[0].startswith(_TEAM) else _HARDLY for pair in self.members}


class Distances:
    """The distances in one such graph, worked out for each start once, all together."""

    def __init__(self, edges: Mapping[tuple[str, str], float], people: Mapping[str, frozenset[str]]) -> None:
        names = sorted({end for pair in edges for end in pair})
        self._place = {name: number for number, name in enumerate(names)}
        self._edges = edges
        self._people = people
        self._rows: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}

    def start(self, parties: Iterable[str]) -> None:
        """Work out the distances from each of these parties; of a team, from whoever of it is nearest."""
        from scipy import sparse  # slow to import, and only a few measures walk along paths
        from scipy.sparse.csgraph import dijkstra

        wanted = [one for one in dict.fromkeys(parties) if one not in self._rows]
        starts = {one: [self._place[name] for name in self._named(one) if name in self._place] for one in wanted}
        sources = sorted({place for places in starts.values() for place in places})
        if not sources:
            return
        size = len(self._place)
        ends = np.array([[self._place[one], self._place[other]] for one, other in self._edges])
        weights = np.array(list(self._edges.values()))
        graph = sparse.csr_array(sparse.coo_array((weights, (ends[:, 0], ends[:, 1])), shape=(size, size)))
        found = dijkstra(graph, directed=False, indices=sources)
        row = {place: number for number, place in enumerate(sources)}
        for one, places in starts.items():
            if places:
                self._rows[one] = found[[row[place] for place in places]].min(axis=0)

    def between(self, start: str, end: str) -> float:
        """How many hops, rounded up; infinite where no path leads there. A team is reached with the first of it."""
        if self._named(start) & self._named(end):
            return 0
        row = self._rows.get(start)
        places = [self._place[name] for name in self._named(end) if name in self._place]
        if row is None or not places:
            return inf
        nearest = float(row[places].min())
        return nearest if nearest == inf else ceil(round(nearest - 0.01, 6)) if nearest > 0.01 else 0

    def _named(self, party: str) -> frozenset[str]:
        """Who is meant: of a team its people, of whom nobody is known the team itself."""
        return self._people.get(party) or frozenset({party})
