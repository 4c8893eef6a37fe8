"""One period's requirements and coordination, counted between units, with intervals; and what causes a gap."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy import sparse

from counterpoint.measures.coordination import Block, Field, Flags
from counterpoint.measures.requiring import Codes, Numbers

DRAWS = 200
"""How often the parties of a period are drawn anew for an interval."""
_LEAST_PARTIES = 5
_CELLS = 1 << 22


@dataclass(frozen=True)
class Crossing:
    """Units × units, the unit that sorts first in the row: pairs of parties, and how much is required of them.

    ``required``, ``met`` (of those), ``elsewhere`` (coordinated, and nothing is required), ``weight`` (CR added up) and
    ``missed`` (of that, what was not met). A pair of parties counts once for each way in which they stand in the two
    units.
    """

    required: Numbers
    met: Numbers
    elsewhere: Numbers
    weight: Numbers
    missed: Numbers
    drawn: Drawn | None


@dataclass(frozen=True)
class Drawn:
    """Pairs required and met in each draw: units × draws, all that have an end in the unit, and both ends."""

    required: Numbers
    met: Numbers
    required_within: Numbers
    met_within: Numbers

    def interval(self, unit: int, part: str) -> tuple[float | None, float | None]:
        """The middle 95 % of congruence over the draws: ``all``, ``within`` or ``across`` a unit."""
        need, met = self.required[unit], self.met[unit]
        if part == "within":
            need, met = self.required_within[unit], self.met_within[unit]
        elif part == "across":
            need, met = need - self.required_within[unit], met - self.met_within[unit]
        there = need > 0.5
        if there.sum() < DRAWS / 2:
            return None, None
        low, high = np.percentile(met[there] / need[there], [2.5, 97.5])
        return float(low), float(high)


def crossing(field: Field, *, intervals: bool = False) -> Crossing:
    """Count one period. With ``intervals`` its parties are drawn anew, as many as there are, two hundred times.

    Source:
        Snijders, Borgatti, *Non-parametric standard errors and tests for network statistics*, Connections 22, 1999: the
        parties are drawn and not the commits, of which a draw has fewer different ones and so always requires less.
    """
    many = len(field.units)
    sums = [np.zeros((many, many)) for _ in range(5)]
    belongs = _one_hot(field.unit, many)
    draws = _Draws(field) if intervals and len(field.parties) >= _LEAST_PARTIES else None
    for block in field.blocks():
        both = block.needs & block.met
        parts = (block.needs, both, block.met & ~block.needs)
        weights = (np.where(block.needs, block.weight, 0.0), np.where(block.needs & ~block.met, block.weight, 0.0))
        for place, part in enumerate((*parts, *weights)):
            sums[place] += _summed(belongs, block, part)
        if draws is not None:
            draws.add(block, both)
    required, met, elsewhere, weight, missed = sums
    return Crossing(required, met, elsewhere, weight, missed, None if draws is None else draws.drawn())


def causes(field: Field, rows: Codes, columns: Codes, gap: Flags) -> Numbers:
    """How much of what is required of some pairs is due to each thing, which adds up to the whole of it.

    ``gap`` says which of the rows × columns count, each pair in one of its cells. Where two things hang together, each
    has half of what they require.
    """
    left, right = field.did[rows], field.did[columns]
    pairs = sparse.csr_array(gap, dtype=np.float64)
    there, back = _reached(field, left), _reached(field, right)
    half = _overlap(left, pairs, back) + _overlap(right, sparse.csr_array(pairs.T), there)
    return half / 2


def _reached(field: Field, did: sparse.csr_array) -> sparse.csr_array:
    return did if field.hangs is None else sparse.csr_array(did @ field.hangs)


def _overlap(did: sparse.csr_array, pairs: sparse.csr_array, other: sparse.csr_array) -> Numbers:
    """Of each thing: Σ did[p, thing] · pairs[p, q] · other[q, thing], some things at a time."""
    total = np.zeros(did.shape[1])
    things = np.unique(did.indices)
    mine, theirs = did.tocsc(), other.tocsc()
    step = max(1, _CELLS // max(did.shape[0], 1))
    for start in range(0, len(things), step):
        some = things[start : start + step]
        total[some] = np.asarray(mine[:, some].multiply(pairs @ theirs[:, some]).sum(axis=0)).ravel()
    return total


def _one_hot(codes: Codes, many: int) -> sparse.csr_array:
    values = np.ones(len(codes))
    return sparse.csr_array(sparse.coo_array((values, (np.arange(len(codes)), codes)), shape=(len(codes), many)))


def _summed(belongs: sparse.csr_array, block: Block, part: Numbers | Flags) -> Numbers:
    across = belongs[block.columns].T @ part.T.astype(np.float64, copy=False)
    return np.asarray(belongs[block.rows].T @ across.T)


class _Draws:
    """The draws of one period, added up block by block."""

    def __init__(self, field: Field) -> None:
        dice = np.random.Generator(np.random.PCG64(_seed(field)))
        many = len(field.parties)
        drawn = dice.multinomial(many, np.full(many, 1 / many), size=DRAWS).T.astype(np.float32)
        self._field = field
        self._weight = drawn[field.party]
        self._belongs = _one_hot(field.unit, len(field.units))
        self._sums = [np.zeros((len(field.units), DRAWS)) for _ in range(4)]

    def add(self, block: Block, met: Flags) -> None:
        """Add the pairs of a block."""
        for place, part in enumerate((block.needs, met)):
            flags = part.astype(np.float32)
            mine, theirs = self._weight[block.rows], self._weight[block.columns]
            self._sums[place] += self._belongs[block.rows].T @ (mine * (flags @ theirs))
            self._sums[place] += self._belongs[block.columns].T @ (theirs * (flags.T @ mine))
            self._within(self._sums[place + 2], block, flags)

    def _within(self, total: Numbers, block: Block, flags: npt.NDArray[np.float32]) -> None:
        begins = self._field.begins
        for unit in np.unique(self._field.unit[block.rows]):
            rows = slice(*np.clip(begins[unit : unit + 2] - block.rows[0], 0, len(block.rows)))
            columns = slice(*np.clip(begins[unit : unit + 2] - block.columns[0], 0, len(block.columns)))
            mine, theirs = self._weight[block.rows[rows]], self._weight[block.columns[columns]]
            total[unit] += (mine * (flags[rows, columns] @ theirs)).sum(axis=0)

    def drawn(self) -> Drawn:
        """All of them."""
        required, met, required_within, met_within = self._sums
        return Drawn(required - required_within, met - met_within, required_within, met_within)


def _seed(field: Field) -> int:
    """A seed that follows from what happened, so that the same activity gives the same interval."""
    digest = blake2b("\0".join((*field.units, "", *field.parties)).encode(), digest_size=8)
    for array in (field.unit, field.party, field.did.indptr, field.did.indices, field.did.data):
        digest.update(array.astype(np.float64).tobytes())
    return int.from_bytes(digest.digest(), "big")
