"""Coordination requirements as matrices: who worked on what, what hangs together, who therefore has to coordinate.

With T_A (doers × things: how much each worked on each) and T_D (things × things: how they hang together) the
requirements are CR = T_A · T_D · T_Aᵀ. Everything here takes and gives codes (whole numbers from 0) in numpy and SciPy.

Source:
    Cataldo, Wagstrom, Herbsleb, Carley, *Identification of coordination requirements*, CSCW 2006.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

Codes: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.float64]

_CELLS = 1 << 22
"""How many cells of the result are worked out at a time: 32 MB."""
_DENSE = 64
"""A thing that more than one in so many doers worked on is multiplied as a dense column, by BLAS."""
_WIDEST = 4096
"""How many dense columns there are at most."""
_WIDE = 1 << 25
"""How many cells they have at most: 256 MB."""


def coded(column: pa.ChunkedArray | pa.Array) -> tuple[Codes, pa.Array]:
    """A column of text as codes, and the texts that they stand for; a column with a dictionary keeps its codes."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array)
    return array.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), array.dictionary


def in_order(column: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    """A column as codes in the order of its texts."""
    codes, texts = coded(column)
    order = pc.array_sort_indices(texts)  # by their bytes in UTF-8, which is the order of Python's texts
    rank = np.empty(len(texts), np.int32)
    rank[order.to_numpy()] = np.arange(len(texts), dtype=np.int32)
    return rank[codes] if len(texts) else codes, texts.take(order).to_pylist()


def worked(doers: Codes, things: Codes, amounts: Numbers | None, shape: tuple[int, int]) -> sparse.csr_array:
    """T_A: what each doer did to each thing, added up. Without ``amounts`` each row counts one."""
    values = np.ones(len(doers)) if amounts is None else amounts
    return sparse.csr_array(sparse.coo_array((values, (doers, things)), shape=shape))


def coupled(changes: Codes, things: Codes, shape: tuple[int, int]) -> sparse.csr_array:
    """T_D from what was changed together: in how many changes two things occur, and on the diagonal in how many each.

    ``shape`` is changes × things. A pair of change and thing counts once, however often it is given. The product is
    never larger than the largest change times the number of rows, which is why large changes are left out first.
    """
    within = sparse.csr_array(sparse.coo_array((np.ones(len(changes)), (changes, things)), shape=shape))
    within.data[:] = 1.0
    return sparse.csr_array(within.T @ within)


def required(did: sparse.csr_array, hangs: sparse.csr_array | None = None) -> Iterator[tuple[int, Numbers]]:
    """CR row by row, in blocks: the number of the first row, and its rows from that column on (the upper triangle).

    ``hangs`` is T_D, symmetric; None is the identity (only what two worked on themselves). A few things that many
    worked on make nearly all of the work, so these go through BLAS as dense columns H, and the others L as sparse ones:
    CR = G + Gᵀ + A_L · D_LL · A_Lᵀ, where G = A_H · (½ D_HH · A_Hᵀ + D_HL · A_Lᵀ). Memory grows with doers times the
    columns of H and times the rows of a block, and not with the square of the doers. Sums of whole numbers are exact.
    """
    count = did.shape[0]
    heavy, few = _apart(did)
    by_thing = did.tocsc()
    dense, light = by_thing[:, heavy].toarray(), sparse.csr_array(by_thing[:, few])
    among, reached = None, None
    if hangs is not None:
        rows = hangs[heavy]
        among = sparse.csr_array(hangs[few][:, few])
        reached = rows[:, heavy] @ dense.T / 2 + (sparse.csr_array(rows[:, few]) @ light.T).toarray()
    across = light.T.tocsr()
    step = max(1, _CELLS // max(count, 1))
    for start in range(0, count, step):
        end = start + step
        if reached is None or among is None:
            block = dense[start:end] @ dense[start:].T
            small = light[start:end] @ across[:, start:]
        else:
            block = dense[start:end] @ reached[:, start:]
            block += reached[:, start:end].T @ dense[start:].T
            small = (light[start:end] @ among) @ across[:, start:]
        block += small.toarray()
        yield start, block


def _apart(did: sparse.csr_array) -> tuple[Codes, Codes]:
    """The things that many worked on, and the others."""
    doers = np.bincount(did.indices, minlength=did.shape[1])
    busiest = np.argsort(-doers, kind="stable")[: min(_WIDEST, _WIDE // max(did.shape[0], 1))]
    heavy = np.sort(busiest[doers[busiest] > max(did.shape[0] // _DENSE, 1)])
    few = np.ones(did.shape[1], dtype=bool)
    few[heavy] = False
    return heavy.astype(np.int32), np.flatnonzero(few).astype(np.int32)


def pairs(did: sparse.csr_array, hangs: sparse.csr_array | None, least: float = 0.0) -> tuple[Codes, Codes, Numbers]:
    """Every two different doers who are required to coordinate by more than ``least``, each once, and by how much."""
    ones, others, weights = [], [], []
    for start, block in required(did, hangs):
        rows, columns = np.nonzero(np.triu(block > least, k=1))
        ones.append((rows + start).astype(np.int32))
        others.append((columns + start).astype(np.int32))
        weights.append(block[rows, columns])
    if not ones:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0)
    return np.concatenate(ones), np.concatenate(others), np.concatenate(weights)


def required_pairs(touches: pa.Table, through: pa.Table | None = None, least: float = 0.0) -> pa.Table:
    """Requirements from rows: ``touches`` has the columns ``party`` and ``thing``, and ``amount`` where it is not one.

    ``through`` says what hangs together: rows of ``change`` and ``thing``, things in one change being changed together.
    None: only what two worked on themselves.

    Returns:
        ``one`` and ``other`` (with dictionaries) and ``weight``: every pair above ``least``, once.
    """
    doers, parties = coded(touches["party"])
    things, names = coded(touches["thing"])
    amounts = touches["amount"].to_numpy().astype(np.float64) if "amount" in touches.column_names else None
    did = worked(doers, things, amounts, (len(parties), len(names)))
    hangs = None if through is None else _through(through, names)
    one, other, weight = pairs(did, hangs, least)
    columns = [pa.DictionaryArray.from_arrays(codes, parties) for codes in (one, other)]
    return pa.table([*columns, weight], names=["one", "other", "weight"])


def _through(rows: pa.Table, names: pa.Array) -> sparse.csr_array:
    """T_D over the things that somebody worked on; the others do not matter."""
    texts = rows["thing"].cast(pa.string()).combine_chunks()
    place = pc.index_in(texts, value_set=names.cast(pa.string()))
    known = pc.is_valid(place)
    changes, all_changes = coded(rows["change"].filter(known))
    things = place.filter(known).to_numpy().astype(np.int32)
    return coupled(changes, things, (len(all_changes), len(names)))
