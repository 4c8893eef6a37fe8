"""Areas of a directory tree and communities of people, for an organisation that has told no zones and no teams.

Both are found in what happened and are nobody's decision: whatever shows them says that they were found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import networkx  # type: ignore[import-untyped, unused-ignore]
import pyarrow as pa

TOP = "(top)"
"""The area of the files that lie in no directory that is an area."""
REST = "{} (rest)"
"""What a directory is called once some of its own directories are areas by themselves."""
OTHERS = "others"
"""The people whose ties do not put them into any community that is told apart."""

_SEED = 20060103
_TIES = 60


@dataclass(slots=True)
class _Directory:
    """A directory: what was done in it and below, and the directories in it."""

    name: str
    weight: float = 0.0
    inside: dict[str, _Directory] = field(default_factory=dict)


def areas(paths: Sequence[str], weights: Sequence[float], most: int = 24) -> Mapping[str, str]:
    """The area of each path: directories of the tree, chosen so that activity is spread evenly over them.

    Beginning with the whole tree, the area with the most activity gives up its most active directory, until there are
    ``most`` areas or every one is light (not above ``1 / most`` of the whole) or has no directory left that is worth
    being told apart (at least a quarter of that). The top gives up whatever is worth it, however light it is. An area
    that gave up everything is gone. A path may come several times; its weights are added. Paths of several
    repositories are to begin with the name of the repository.

    Returns:
        Path to area: a directory (``src/api``), ``src (rest)`` for what is left of one, ``(top)`` for what is in none.

    Raises:
        ValueError: there are not as many weights as paths, ``most`` is below one, or a weight is negative.
    """
    if len(paths) != len(weights) or most < 1 or any(weight < 0 for weight in weights):
        raise ValueError("areas takes one weight for each path, none of them negative, and at least one area")
    root = _tree(paths, weights)
    chosen = _chosen(root, most)
    names: dict[str, str] = {}
    kept: dict[str, str] = {}
    for path in paths:
        if path not in kept:
            folder = path.rpartition("/")[0]
            if folder not in names:
                names[folder] = _area_of(folder, chosen)
            kept[path] = names[folder]
    return kept


def communities(pairs: pa.Table, most: int = 12) -> Mapping[str, str]:
    """Who belongs together by their ties, whatever these are: communities by the Louvain method.

    ``pairs`` has the columns ``one``, ``other`` and ``weight`` (above zero), a row for each pair or several that are
    added; the order of rows and of the two in a pair is of no account. Of each party only its sixty strongest ties are
    looked at. Numbered from the largest (``group 1``); where there would be more than ``most``, the smallest and all
    that stand alone are ``others``. The same ties give the same communities, with the same numbers.

    Source:
        Blondel, Guillaume, Lambiotte, Lefebvre, *Fast unfolding of communities in large networks*, J. Stat. Mech. 2008.
    """
    ties = _ties(pairs)
    parties = sorted({one for pair in ties for one in pair})
    number = {party: place for place, party in enumerate(parties)}
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(parties)))
    graph.add_weighted_edges_from((number[one], number[other], weight) for (one, other), weight in ties.items())
    found = networkx.community.louvain_communities(graph, weight="weight", seed=_SEED) if ties else []
    ordered = sorted((sorted(one) for one in found if len(one) > 1), key=lambda one: (-len(one), one[0]))
    told = ordered if len(ordered) == len(found) and len(ordered) <= most else ordered[: max(most - 1, 0)]
    names = {parties[one]: f"group {place}" for place, group in enumerate(told, 1) for one in group}
    return {party: names.get(party, OTHERS) for party in parties}


def _tree(paths: Sequence[str], weights: Sequence[float]) -> _Directory:
    by_folder: defaultdict[str, float] = defaultdict(float)
    for path, weight in zip(paths, weights, strict=True):
        by_folder[path.rpartition("/")[0]] += weight
    root = _Directory("")
    for folder in sorted(by_folder):
        weight = by_folder[folder]
        root.weight += weight
        at = root
        for part in folder.split("/") if folder else ():
            inner = f"{at.name}/{part}" if at.name or at is not root else part
            at = at.inside.setdefault(part, _Directory(inner))
            at.weight += weight
    return root


def _chosen(root: _Directory, most: int) -> dict[str, bool]:
    """The directories that are areas; the value says whether some of their own directories are areas too."""
    areas_now = {"": root}
    own = {"": root.weight}
    split: set[str] = set()
    left = {"": _worth(root, root.weight, most)}
    while len(own) < most:
        open_now = [name for name in own if left[name] and (not name or own[name] > root.weight / most)]
        if not open_now:
            break
        name = max(open_now, key=lambda one: (own[one], one))
        inner = left[name].pop(0)
        areas_now[inner.name] = inner
        own[inner.name] = inner.weight
        left[inner.name] = _worth(inner, root.weight, most)
        own[name] -= inner.weight
        split.add(name)
        if own[name] <= root.weight * 1e-9:
            del own[name]
    # An area without any activity of its own still takes the paths that have none, so no path is without one.
    return {name: name in split for name in areas_now}


def _worth(directory: _Directory, whole: float, most: int) -> list[_Directory]:
    """The directories in it that are worth being told apart, the most active first, past those that only hold one."""
    inside = [_past(one) for one in directory.inside.values()]
    worth = [one for one in inside if one.weight > 0 and one.weight >= whole / most / 4]
    return sorted(worth, key=lambda one: (-one.weight, one.name))


def _past(directory: _Directory) -> _Directory:
    while len(directory.inside) == 1:
        (only,) = directory.inside.values()
        if only.weight < directory.weight * (1 - 1e-9):
            break
        directory = only
    return directory


def _area_of(folder: str, chosen: Mapping[str, bool]) -> str:
    at = folder
    while at not in chosen:
        at = at.rpartition("/")[0]
    if not at:
        return TOP
    return REST.format(at) if chosen[at] else at


def _ties(pairs: pa.Table) -> dict[tuple[str, str], float]:
    """The ties by pair, in order: those that are among the strongest of one of the two."""
    together: defaultdict[tuple[str, str], float] = defaultdict(float)
    for one, other, weight in zip(*(pairs[name].to_pylist() for name in ("one", "other", "weight")), strict=True):
        if one != other and weight > 0:
            together[min(one, other), max(one, other)] += weight
    of: defaultdict[str, list[tuple[float, tuple[str, str]]]] = defaultdict(list)
    for pair, weight in together.items():
        for party in pair:
            of[party].append((-weight, pair))
    kept = {pair for ties in of.values() for _, pair in sorted(ties)[:_TIES]}
    return {pair: together[pair] for pair in sorted(kept)}
