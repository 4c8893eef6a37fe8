"""The order of the rows of a matrix in which what belongs together stands together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.sparse.csgraph import connected_components


def ordered(weights: NDArray[np.float64]) -> list[int]:
    """An order of the units of a symmetric matrix of weights: blocks of strong ties along the diagonal.

    Each connected part is ordered by itself: average linkage on one minus the weight as a share of the geometric mean
    of what the two have at most, then the order of the leaves in which neighbours are nearest. The parts follow one
    another, the largest first. The same matrix gives the same order.

    Source:
        Bar-Joseph, Gifford, Jaakkola, *Fast optimal leaf ordering for hierarchical clustering*, Bioinformatics 2001.

    Args:
        weights: n × n, not negative, symmetric; the diagonal is of no account.

    Raises:
        ValueError: it is not square, not symmetric, or has a negative weight.
    """
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1] or (weights < 0).any():
        raise ValueError("the weights are a square matrix of numbers that are not negative")
    if not np.allclose(weights, weights.T):
        raise ValueError("the weights are symmetric")
    own = weights.astype(np.float64, copy=True)
    np.fill_diagonal(own, 0.0)
    count, labels = connected_components(own > 0, directed=False)
    parts = [np.flatnonzero(labels == label) for label in range(count)]
    parts.sort(key=lambda part: (-len(part), int(part[0])))
    return [int(one) for part in parts for one in _within(own, part)]


def _within(weights: NDArray[np.float64], part: NDArray[np.intp]) -> NDArray[np.intp]:
    if len(part) < 3:
        return part
    inner = weights[np.ix_(part, part)]
    most = inner.max(axis=1)
    near = inner / np.sqrt(np.outer(most, most))
    rows, columns = np.triu_indices(len(part), 1)
    # Condensed, as scipy has distances: the upper triangle, row by row.
    apart = 1.0 - near[rows, columns]
    order = leaves_list(optimal_leaf_ordering(linkage(apart, method="average"), apart))
    # An order and its mirror image are as good: the one that begins nearer to the first unit is taken.
    found = part[order if order[0] <= order[-1] else order[::-1]]
    return np.asarray(found, dtype=np.intp)
