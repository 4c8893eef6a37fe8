"""CR = T_A · T_D · T_Aᵀ: the worked example, and the product by blocks against the plain one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import sparse

from counterpoint.measures import requiring
from counterpoint.measures.requiring import coupled, pairs, required, required_pairs

T_A = np.array([[0, 1, 0], [0, 1, 1], [1, 1, 0]], dtype=float)
T_D = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]], dtype=float)


def whole(did: np.ndarray, hangs: np.ndarray | None) -> np.ndarray:
    """CR put together from its blocks, as an upper triangle."""
    found = np.zeros((len(did), len(did)))
    for start, block in required(sparse.csr_array(did), None if hangs is None else sparse.csr_array(hangs)):
        found[start : start + len(block), start:] = block
    return np.triu(found)


def test_the_worked_example() -> None:
    assert np.array_equal(whole(T_A, T_D), np.triu([[1, 2, 2], [2, 4, 3], [2, 3, 4]]))
    one, other, weight = pairs(sparse.csr_array(T_A), sparse.csr_array(T_D))
    assert list(zip(one.tolist(), other.tolist(), weight.tolist(), strict=True)) == [(0, 1, 2), (0, 2, 2), (1, 2, 3)]


_MATRIX = some.integers(1, 7).flatmap(
    lambda width: some.lists(some.lists(some.integers(0, 3), min_size=width, max_size=width), min_size=1, max_size=9)
)


@given(_MATRIX, some.booleans(), some.integers(1, 40), some.integers(1, 8))
def test_blocks_are_the_product(rows: list[list[int]], changes: bool, cells: int, dense: int) -> None:
    did = np.array(rows, dtype=float)
    within = (did.T @ did > 2).astype(float) if changes else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requiring, "_CELLS", cells)
        patch.setattr(requiring, "_DENSE", dense)
        found = whole(did, within)
    expected = did @ did.T if within is None else did @ within @ did.T
    assert np.array_equal(found, np.triu(expected))


def test_what_changes_together_counts_once_for_each_change() -> None:
    changes, things = np.array([0, 0, 0, 1, 2, 2], np.int32), np.array([0, 1, 1, 1, 1, 2], np.int32)
    assert np.array_equal(coupled(changes, things, (3, 3)).toarray(), [[1, 1, 0], [1, 3, 1], [0, 1, 1]])


def test_from_rows_to_pairs() -> None:
    touches = pa.table({"party": ["ana", "bo", "cy", "ana"], "thing": ["x", "x", "y", "x"]})
    assert required_pairs(touches).to_pylist() == [{"one": "ana", "other": "bo", "weight": 2.0}]
    through = pa.table({"change": ["1", "1", "2"], "thing": ["x", "y", "z"]})
    assert required_pairs(touches, through).to_pylist() == [
        {"one": "ana", "other": "bo", "weight": 2.0},
        {"one": "ana", "other": "cy", "weight": 2.0},
        {"one": "bo", "other": "cy", "weight": 1.0},
    ]
    assert required_pairs(touches.slice(0, 0)).num_rows == 0
    encoded = touches.set_column(0, "party", touches["party"].dictionary_encode())
    assert required_pairs(encoded, through, least=1.0).num_rows == 2
