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
    counts = np.bincount(authors_of.alike, weight, minlength=authors_of.authored.shape[0]).astype(np.float64)
    order, going = authors_of.taken(counts[None, :])
    return authors_of.parties[order[0, : going[0]]]


def spread(authored: sparse.csr_array) -> tuple[int, int]:
    """The middle 95 % of the truck factor over two hundred draws of the files: how much hangs on which there are."""
    count = authored.shape[0]
    digest = blake2b(authored.indptr.astype(np.int64).tobytes() + authored.indices.astype(np.int64).tobytes())
    dice = np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest()[:8], "big")))
    authors_of = _Authors.of(authored)
    kinds = authors_of.authored.shape[0]
    many = max(1, min(DRAWS, _CELLS // max(kinds, authors_of.authored.nnz, 1)))
    found: list[int] = []
    for begin in range(0, DRAWS, many):
        draws = [
            np.bincount(authors_of.alike[dice.integers(count, size=count)], minlength=kinds)
            for _ in range(begin, min(begin + many, DRAWS))
        ]
        found += authors_of.taken(np.array(draws, np.float64))[1].tolist()
    low, high = np.percentile(found, [2.5, 97.5], method="nearest")
    return int(low), int(high)


@dataclass(frozen=True)
class _Authors:
    """The authors of some files: those ``parties`` who are one of any, and of each kind of file which of them are.

    Files with the same author, or the same two, are of one kind (``alike`` says which): most files have no more. So
    draws of many files take no longer for that, and an area of an organisation no longer for who is at work elsewhere.
    """

    parties: Codes
    alike: npt.NDArray[np.int64]
    authored: sparse.csr_array

    @classmethod
    def of(cls, authored: sparse.csr_array) -> _Authors:
        """Those of files × parties."""
        parties, column = np.unique(authored.indices, return_inverse=True)
        begins, many = authored.indptr[:-1], np.diff(authored.indptr)
        # One number for each kind: of no author, of one, of two, and each file with more by itself.
        number = -1 - np.arange(len(many), dtype=np.int64)
        number[many == 0] = 0
        one, two = begins[many == 1], begins[many == 2]
        number[many == 1] = 1 + column[one]
        pair = np.sort(np.stack([column[two], column[two + 1]]), axis=0).astype(np.int64)
        number[many == 2] = (1 + pair[0]) * (len(parties) + 1) + pair[1]
        _, first, alike = np.unique(number, return_index=True, return_inverse=True)
        inner = sparse.csr_array(
            (authored.data, column.astype(np.int32), authored.indptr), shape=(len(many), len(parties))
        )
        return cls(parties.astype(np.int32), alike, sparse.csr_array(inner[first]))

    def taken(self, counts: Numbers) -> tuple[Codes, Codes]:
        """For each row of ``counts`` (draws × kinds: how many files there are of each) the order in which the parties
        are taken away, as columns, and how many of them are."""
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
