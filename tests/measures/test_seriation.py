"""The order of a matrix: a permutation in which blocks stay together, the same for the same matrix."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.measures.seriation import ordered


@st.composite
def weights(draw: st.DrawFn) -> np.ndarray:
    count = draw(st.integers(0, 12))
    upper = draw(st.lists(st.integers(0, 9), min_size=count * count, max_size=count * count))
    made = np.triu(np.array(upper, dtype=float).reshape(count, count))
    return made + made.T


@given(weights())
def test_every_unit_stands_somewhere_once_and_parts_stay_whole(matrix: np.ndarray) -> None:
    order = ordered(matrix)
    assert sorted(order) == list(range(len(matrix)))
    assert order == ordered(matrix.copy())
    # Whatever is tied, through others too, stands in one stretch of the order.
    ties = (matrix > 0) | np.eye(len(matrix), dtype=bool)
    reach = np.linalg.matrix_power(ties.astype(int), max(1, len(matrix))) > 0 if len(matrix) else ties
    for unit in range(len(matrix)):
        places = sorted(order.index(other) for other in np.flatnonzero(reach[unit]))
        assert places == list(range(places[0], places[-1] + 1))


def test_mixed_blocks_are_put_together() -> None:
    matrix = np.zeros((6, 6))
    for block in ((0, 2, 4), (1, 3, 5)):
        for one in block:
            for other in block:
                matrix[one, other] = 5
    matrix[0, 1] = matrix[1, 0] = 1
    order = ordered(matrix)
    assert {frozenset(order[:3]), frozenset(order[3:])} == {frozenset((0, 2, 4)), frozenset((1, 3, 5))}
    assert {order[2], order[3]} == {0, 1}, "the two that join the blocks stand at their border"


def test_a_chain_is_told_from_end_to_end() -> None:
    chain = [3, 0, 4, 1, 5, 2]
    matrix = np.zeros((6, 6))
    for one, other in pairwise(chain):
        matrix[one, other] = matrix[other, one] = 1
    order = ordered(matrix)
    assert order in (chain, chain[::-1])


@pytest.mark.parametrize("bad", [np.ones((2, 3)), np.array([[0.0, 1.0], [2.0, 0.0]]), -np.ones((2, 2)), np.ones(3)])
def test_what_is_no_matrix_of_weights_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError):
        ordered(bad)
