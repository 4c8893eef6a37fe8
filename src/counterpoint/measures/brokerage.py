"""Who stands between others in a network of ties: brokerage roles, constraint, betweenness.

Sources:
    Freeman, *A set of measures of centrality based on betweenness*, Sociometry 1977; Burt, *Structural Holes*, 1992;
    Gould, Fernandez, *Structures of mediation*, Sociological Methodology 1989.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import rustworkx
from scipy import sparse

from counterpoint.measures.requiring import Codes, Numbers

ROLES = ("coordinator", "gatekeeper", "representative", "itinerant", "liaison")
"""With a → b → c, where nothing goes from a to c, and b in between: all three of one team; b and c; a and b; a and c;
each of another."""


def betweenness(ties: sparse.csr_array) -> Numbers:
    """The share of shortest ways between two others that lead over each; ties (symmetric) count as of one length."""
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(ties.shape[0]))
    upper = sparse.triu(ties, k=1).tocoo()
    graph.add_edges_from_no_data(list(zip(upper.row.tolist(), upper.col.tolist(), strict=True)))
    # Summed in one thread: in several, the order of the sum and so its last digit would differ from run to run.
    found = rustworkx.betweenness_centrality(graph, normalized=True, parallel_threshold=ties.shape[0] + 1)
    return np.array([found[one] for one in range(ties.shape[0])])


def constraint(ties: sparse.csr_array) -> Numbers:
    """Burt's constraint: Σ over contacts j of (p_ij + Σ_q p_iq · p_qj)², where p_ij is j's part of all that i invests.

    Low where somebody's contacts do not know each other. NaN for who has no ties.
    """
    both = sparse.csr_array(ties + ties.T)
    whole = np.asarray(both.sum(axis=1)).ravel()
    part = sparse.csr_array(sparse.diags_array(np.divide(1, whole, out=np.zeros_like(whole), where=whole > 0)) @ both)
    held = part + part @ part
    known = both.copy()
    known.data[:] = 1.0
    found = np.asarray(held.multiply(held).multiply(known).sum(axis=1)).ravel()
    return np.where(whole > 0, found, np.nan)


def brokerage(ties: sparse.csr_array, team: Codes) -> Mapping[str, Numbers]:
    """How often each stands in each of the five roles, over all a → b → c of three who differ.

    ``ties`` may have a direction; where they have none (symmetric), every triad counts once each way round. ``team`` is
    the team of each.
    """
    ties = sparse.csr_array(ties > 0, dtype=np.float64)
    ties.setdiag(0)
    ties.eliminate_zeros()
    edges = ties.tocoo()
    alike = team[edges.row] == team[edges.col]
    near, far = (_some(edges, flags) for flags in (alike, ~alike))
    # Between two ties out of b's team, b is itinerant where both ends are of one team, and else a liaison.
    across = _open(ties, far, far)
    itinerant = _open_alike(ties, near, far, team)
    return {
        "coordinator": _open(ties, near, near),
        "gatekeeper": _open(ties, far, near),
        "representative": _open(ties, near, far),
        "itinerant": itinerant,
        "liaison": across - itinerant,
    }


def _some(edges: sparse.coo_array, flags: np.ndarray) -> sparse.csr_array:
    values, places = edges.data[flags], (edges.row[flags], edges.col[flags])
    return sparse.csr_array(sparse.coo_array((values, places), shape=edges.shape))


def _open(ties: sparse.csr_array, into: sparse.csr_array, out: sparse.csr_array) -> Numbers:
    """For each b, the pairs a ≠ c with a → b in ``into`` and b → c in ``out``, and no tie from a to c."""
    pairs = _sums(into, 0) * _sums(out, 1)
    returning = np.asarray(into.multiply(out.T).sum(axis=0)).ravel()
    closed = np.asarray(into.multiply(ties @ out.T).sum(axis=0)).ravel()
    found: Numbers = pairs - returning - closed
    return found


def _open_alike(ties: sparse.csr_array, near: sparse.csr_array, far: sparse.csr_array, team: Codes) -> Numbers:
    """The same over ties out of b's team, where a and c are of one team: ``near`` holds the ties within teams."""
    teams = int(team.max()) + 1 if len(team) else 0
    of = sparse.csr_array((np.ones(len(team)), (np.arange(len(team)), team)), shape=(len(team), teams))
    # By b and team: how many come from it and go to it.
    pairs = np.asarray((far.T @ of).multiply(far @ of).sum(axis=1)).ravel()
    returning = np.asarray(far.multiply(far.T).sum(axis=0)).ravel()
    closed = np.asarray(far.multiply(near @ far.T).sum(axis=0)).ravel()
    found: Numbers = pairs - returning - closed
    return found


def _sums(matrix: sparse.csr_array, axis: int) -> Numbers:
    return np.asarray(matrix.sum(axis=axis)).ravel()
