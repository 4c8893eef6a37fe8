"""Betweenness and constraint against networkx, brokerage roles against triads counted by hand."""

from __future__ import annotations

from itertools import permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import sparse

from counterpoint.measures.brokerage import ROLES, betweenness, brokerage, constraint

_EDGES = some.lists(some.tuples(some.integers(0, 7), some.integers(0, 7), some.integers(1, 5)), max_size=20)


def matrix(edges: list[tuple[int, int, int]], size: int = 8, *, both: bool = True) -> sparse.csr_array:
    found = np.zeros((size, size))
    for one, other, weight in edges:
        if one != other:
            found[one, other] = weight
            if both:
                found[other, one] = weight
    return sparse.csr_array(found)


def graph(ties: sparse.csr_array) -> nx.Graph:
    return nx.from_scipy_sparse_array(ties)


def test_a_star_leads_over_its_middle() -> None:
    ties = matrix([(0, 1, 1), (0, 2, 1), (0, 3, 1)], 4)
    assert betweenness(ties).tolist() == [1, 0, 0, 0]
    # The middle has three contacts that do not know each other: 3 · (1/3)²; each other has one alone.
    assert constraint(ties) == pytest.approx([1 / 3, 1, 1, 1])
    assert np.isnan(constraint(matrix([(0, 1, 1)], 3))[2])


@given(_EDGES)
def test_as_networkx_has_it(edges: list[tuple[int, int, int]]) -> None:
    ties = matrix(edges)
    found = nx.betweenness_centrality(graph(ties))
    assert betweenness(ties) == pytest.approx([found[one] for one in range(8)], abs=1e-12)
    held = nx.constraint(graph(ties), weight="weight")
    assert constraint(ties) == pytest.approx([held[one] for one in range(8)], nan_ok=True, abs=1e-12)


def test_one_of_each_role() -> None:
    # b is 0 of team 0; a → b → c for each role.
    triads = {
        "coordinator": (0, 0),
        "gatekeeper": (1, 0),
        "representative": (0, 1),
        "itinerant": (1, 1),
        "liaison": (1, 2),
    }
    for role, (first, last) in triads.items():
        ties = matrix([(1, 0, 1), (0, 2, 1)], 3, both=False)
        found = brokerage(ties, np.array([0, first, last], np.int32))
        assert {name: found[name].tolist() for name in ROLES} == {name: [float(name == role), 0, 0] for name in ROLES}
    closed = matrix([(1, 0, 1), (0, 2, 1), (1, 2, 1)], 3, both=False)
    assert not any(found.any() for found in brokerage(closed, np.array([0, 0, 0], np.int32)).values())


@given(_EDGES, some.lists(some.integers(0, 2), min_size=8, max_size=8), some.booleans())
def test_roles_are_the_triads_counted(edges: list[tuple[int, int, int]], teams: list[int], both: bool) -> None:
    ties = matrix(edges, both=both)
    there = ties.toarray() > 0
    expected = {role: [0.0] * 8 for role in ROLES}
    for a, b, c in permutations(range(8), 3):
        if there[a, b] and there[b, c] and not there[a, c]:
            one, mine, other = teams[a], teams[b], teams[c]
            if one == mine == other:
                role = "coordinator"
            elif mine == other:
                role = "gatekeeper"
            elif one == mine:
                role = "representative"
            else:
                role = "itinerant" if one == other else "liaison"
            expected[role][b] += 1
    found = brokerage(ties, np.array(teams, np.int32))
    assert {role: found[role].tolist() for role in ROLES} == expected
