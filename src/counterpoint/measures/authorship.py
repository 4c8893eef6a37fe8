"""Who is an author of a file, and how many authors a body of files can lose: degree of authorship and truck factor.

Source:
    Avelino, Passos, Hora, Valente, *A novel approach for estimating truck factors*, ICPC 2016; the degree of authorship
    is that of Fritz and others, *A degree-of-knowledge model to capture source code familiarity*, ICSE 2010.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy import sparse

from counterpoint.measures.requiring import Codes, Numbers

Flags = npt.NDArray[np.bool_]

ABSOLUTE = 3.293
"""The degree of authorship from which on somebody may be an author who did not create the file."""
NORMALISED = 0.75
"""Above this share of the file's highest degree somebody may be an author."""
COVERED = 0.5
"""The body of files is kept up as long as at least this share of them has an author."""
DRAWS = 200
_CELLS = 1 << 22
"""How many files, or pairs of file and author, are looked at together over several draws: 32 MB of counts."""


def degree(first: Flags, own: Numbers, others: Numbers) -> Numbers:
    """Degree of authorship: DOA = 3.293 + 1.098·FA + 0.164·DL − 0.321·ln(1 + AC).

    ``first`` (FA): created the file, alone or again after it was gone. ``own`` (DL): own changes after that.
    ``others`` (AC): changes by others. An array for each pair of file and party.
    """
    return ABSOLUTE + 1.098 * first + 0.164 * own - 0.321 * np.log1p(others)


def authors(
    files: Codes, parties: Codes, creations: Numbers, changes: Numbers, shape: tuple[int, int]
) -> sparse.csr_array:
    """Files × parties, true where a party is an author of the file.

    Each array has one entry for each pair of a file and a party that created or changed it. An author is whose degree
    is above three quarters of the file's highest, and at least 3.293 or of somebody who created it.
    """
    whole = np.bincount(files, weights=changes, minlength=shape[0])
    first = creations > 0
    known = degree(first, changes, whole[files] - changes)
    best = np.zeros(shape[0])
    np.maximum.at(best, files, known)
    # Where nobody knows a file any more (a highest degree of nothing), nobody is its author.
    share = np.divide(known, best[files], out=np.zeros_like(known), where=best[files] > 0)
    author = (share > NORMALISED) & ((known >= ABSOLUTE) | first)
    values = np.ones(int(author.sum()), dtype=bool)
    return sparse.csr_array(sparse.coo_array((values, (files[author], parties[author])), shape=shape))


def removed(authored: sparse.csr_array, weight: Numbers | None = None) -> Codes:
    """The parties who are taken away one by one, the author of most files first, until less than half have an author.

    Their number is the truck factor. ``weight`` says how often each file counts. Of two with as many files the one
    that sorts first goes first.
    """
    authors_of = _Authors.of(authored)
    counts = np.ones(authored.shape[0]) if weight is None else weight
    order, going = authors_of.taken(counts[None, :])
    return authors_of.parties[order[0, : going[0]]]


def spread(authored: sparse.csr_array) -> tuple[int, int]:
    """The middle 95 % of the truck factor over two hundred draws of the files: how much hangs on which there are."""
    count = authored.shape[0]
    digest = blake2b(authored.indptr.astype(np.int64).tobytes() + authored.indices.astype(np.int64).tobytes())
    dice = np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest()[:8], "big")))
    authors_of = _Authors.of(authored)
    many = max(1, min(DRAWS, _CELLS // max(count, authored.nnz, 1)))
    found: list[int] = []
    for begin in range(0, DRAWS, many):
        draws = [np.bincount(dice.integers(count, size=count), minlength=count) for _ in range(begin, DRAWS)[:many]]
        found += authors_of.taken(np.array(draws, np.float64))[1].tolist()
    low, high = np.percentile(found, [2.5, 97.5], method="nearest")
    return int(low), int(high)


@dataclass(frozen=True)
class _Authors:
    """The authors of some files: those ``parties`` who are one of any, and the matrix with columns for them alone.

    So an area of an organisation takes no longer for all those who are at work in the others.
    """

    parties: Codes
    authored: sparse.csr_array

    @classmethod
    def of(cls, authored: sparse.csr_array) -> _Authors:
        """Those of files × parties."""
        parties, columns = np.unique(authored.indices, return_inverse=True)
        shape = authored.shape[0], len(parties)
        inner = sparse.csr_array((authored.data, columns.astype(np.int32), authored.indptr), shape=shape)
        return cls(parties.astype(np.int32), inner)

    def taken(self, counts: Numbers) -> tuple[Codes, Codes]:
        """For each row of ``counts`` (draws × files: how often each file counts) the order in which the parties are
        taken away, as columns, and how many of them are."""
        per_party = np.asarray((self.authored.T.astype(np.float64) @ counts.T).T)
        order = np.argsort(-per_party, axis=1, kind="stable").astype(np.int32)
        rank = np.empty(order.shape, np.int32)
        np.put_along_axis(rank, order, np.arange(1, order.shape[1] + 1, dtype=np.int32)[None, :], axis=1)
        # A file has an author until the last of its authors in that order is gone. Nobody's files never have one.
        last = np.zeros(counts.shape, np.int32)
        has = np.diff(self.authored.indptr) > 0
        if has.any():
            starts = self.authored.indptr[:-1][has]
            last[:, has] = np.maximum.reduceat(rank[:, self.authored.indices], starts, axis=1)
        places = order.shape[1] + 1
        cells = last + np.arange(len(counts))[:, None] * places
        lost = np.bincount(cells.ravel(), counts.ravel(), minlength=len(counts) * places).reshape(-1, places)
        whole = counts.sum(axis=1, keepdims=True)
        covered = (whole - np.cumsum(lost, axis=1)) / whole
        return order, np.argmax(covered < COVERED, axis=1).astype(np.int32)
