"""One period's requirements and coordination, counted between units, with intervals; and what causes a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy import sparse

from counterpoint.measures.coordination import Block, Field, Flags
from counterpoint.measures.requiring import Codes, Numbers

DRAWS = 200
"""How often the parties of a period are drawn anew for an interval."""
_LEAST_PARTIES = 5
_KINDS = ("required", "met", "elsewhere")
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


@dataclass(frozen=True)
class Ends:
    """Of each unit, pairs with an end in it (``whole``) and with both (``within``): of which kind, by what they are.

    ``required``, ``met`` and ``elsewhere`` as in :class:`Crossing`; with draws they have a column for each.
    """

    whole: Mapping[str, Numbers]
    within: Mapping[str, Numbers]

    def of(self, kind: str, part: str) -> Numbers:
        """Pairs of a kind: *all* with an end in the unit, *within* it, or *across* its border."""
        if part == "within":
            return self.within[kind]
        return self.whole[kind] - self.within[kind] * (part == "across")


def crossing(field: Field) -> Crossing:
    """Count one period between units."""
    many = len(field.units)
    sums = [np.zeros((many, many)) for _ in range(5)]
    for block in field.blocks():
        (left, firsts), (right, heads) = (_runs(field.unit[one]) for one in (block.rows, block.columns))
        met = block.needs & block.met
        parts = (block.needs, met, block.met & ~block.needs)
        weights = (np.where(block.needs, block.weight, 0.0), np.where(block.needs & ~block.met, block.weight, 0.0))
        for place, part in enumerate((*parts, *weights)):
            across = np.add.reduceat(part, heads, axis=1, dtype=np.float64)
            sums[place][np.ix_(left, right)] += np.add.reduceat(across, firsts, axis=0)
    required, met_pairs, elsewhere, weight, missed = sums
    return Crossing(required, met_pairs, elsewhere, weight, missed)


def _runs(units: Codes) -> tuple[Codes, npt.NDArray[np.int64]]:
    """The units of some rows, which are sorted by unit, and where each of them begins."""
    begins = np.flatnonzero(np.concatenate([[True], units[1:] != units[:-1]]))
    return units[begins], begins


def ends(field: Field, belongs: sparse.csr_array, *, draws: bool = True) -> tuple[Ends, Ends | None]:
    """Count one period by unit, each pair of parties once; and again for each draw of its parties.

    The parties are drawn anew, as many as there are, two hundred times; there are no draws of fewer than five.

    Source:
        Snijders, Borgatti, *Non-parametric standard errors and tests for network statistics*, Connections 22, 1999: the
        parties are drawn and not the commits, of which a draw has fewer different ones and so always requires less.
    """
    once = _Counting(belongs, np.ones((field.rows, 1), np.float32))
    drawn = _Counting(belongs, _draws(field)) if draws and len(field.parties) >= _LEAST_PARTIES else None
    for block in field.blocks():
        kinds = {"required": block.needs, "met": block.needs & block.met, "elsewhere": block.met & ~block.needs}
        for kind, flags in kinds.items():
            once.add(kind, block, flags)
            if drawn is not None and kind != "elsewhere":
                drawn.add(kind, block, flags)
    return once.ends(), None if drawn is None else drawn.ends()


def interval(drawn: Ends | None, unit: int, part: str) -> tuple[float | None, float | None]:
    """The middle 95 % of congruence over the draws; none where half of them require nothing."""
    if drawn is None:
        return None, None
    need, met = drawn.of("required", part)[unit], drawn.of("met", part)[unit]
    there = need > 0.5
    if there.sum() < DRAWS / 2:
        return None, None
    low, high = np.percentile(met[there] / need[there], [2.5, 97.5])
    return float(low), float(high)


def unmet(field: Field, rows: Codes, columns: Codes) -> Flags:
    """Which of some rows against others are required to coordinate and did not; of the same rows each pair once."""
    if len(rows) != len(columns) or (rows != columns).any():
        block = field.between(rows, columns)
        return block.needs & ~block.met
    found = np.zeros((len(rows), len(rows)), dtype=bool)
    for block in replace(field, unit=field.unit[rows], party=field.party[rows], did=field.did[rows]).blocks():
        found[block.rows[:, None], block.columns[None, :]] = block.needs & ~block.met
    return found


def causes(field: Field, rows: Codes, columns: Codes, gap: Flags) -> Numbers:
    """How much of what is required of some pairs is due to each thing, which adds up to the whole of it.

    ``gap`` says which of the rows × columns count, each pair in one of its cells. Where two things hang together, each
    has half of what they require.
    """
    left, right = field.did[rows], field.did[columns]
    pairs = gap.astype(np.float64)
    return (_overlap(field, left, pairs, right) + _overlap(field, right, pairs.T, left)) / 2


def _overlap(field: Field, did: sparse.csr_array, pairs: Numbers, other: sparse.csr_array) -> Numbers:
    """Of each thing: Σ did[p, thing] · pairs[p, q] · (other · T_D)[q, thing], some things at a time."""
    total = np.zeros(did.shape[1])
    things = np.unique(did.indices)
    mine = did.tocsc()
    theirs = other.tocsc()
    step = max(1, _CELLS // max(other.shape[0], 1))
    for start in range(0, len(things), step):
        some = things[start : start + step]
        # T_D is symmetric, and its rows are at hand where its columns are not.
        reached = theirs[:, some] if field.hangs is None else other @ field.hangs[some].T
        tied = mine[:, some].T @ pairs
        total[some] = np.asarray(reached.multiply(tied.T).sum(axis=0)).ravel()
    return total


class _Counting:
    """Pairs by unit, added up block by block, each party as often as it was drawn: units × draws."""

    def __init__(self, belongs: sparse.csr_array, weight: npt.NDArray[np.float32]) -> None:
        self._belongs, self._weight = belongs, weight
        self._members = [np.sort(one) for one in np.split(belongs.tocsc().indices, belongs.tocsc().indptr[1:-1])]
        shape = belongs.shape[1], weight.shape[1]
        self._whole = {kind: np.zeros(shape) for kind in _KINDS}
        self._within = {kind: np.zeros(shape) for kind in _KINDS}

    def add(self, kind: str, block: Block, flags: Flags) -> None:
        """Add the pairs of a block."""
        pairs = flags.astype(np.float32)
        mine, theirs = self._weight[block.rows], self._weight[block.columns]
        self._whole[kind] += self._belongs[block.rows].T @ (mine * (pairs @ theirs))
        self._whole[kind] += self._belongs[block.columns].T @ (theirs * (pairs.T @ mine))
        first, after = int(block.rows[0]), int(block.columns[0])
        for unit, members in enumerate(self._members):
            left = members[(members >= first) & (members < first + len(block.rows))]
            right = members[members >= after]
            if len(left):
                inside = pairs[np.ix_(left - first, right - after)]
                self._within[kind][unit] += (self._weight[left] * (inside @ self._weight[right])).sum(axis=0)

    def ends(self) -> Ends:
        """All of them: a pair within a unit was counted at both of its ends."""
        return Ends({kind: self._whole[kind] - self._within[kind] for kind in _KINDS}, self._within)


def _draws(field: Field) -> npt.NDArray[np.float32]:
    """How often the party of each row is in each draw. The same activity gives the same draws."""
    digest = blake2b("\0".join((*field.units, "", *field.parties)).encode(), digest_size=8)
    for array in (field.unit, field.party, field.did.indptr, field.did.indices, field.did.data):
        digest.update(array.astype(np.float64).tobytes())
    dice = np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest(), "big")))
    many = len(field.parties)
    return dice.multinomial(many, np.full(many, 1 / many), size=DRAWS).T.astype(np.float32)[field.party]
