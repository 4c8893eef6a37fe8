"""Who is an author of a file, and how many authors a body of files can lose: degree of authorship and truck factor.

Source:
    Avelino, Passos, Hora, Valente, *A novel approach for estimating truck factors*, ICPC 2016; the degree of authorship
    is that of Fritz and others, *A degree-of-knowledge model to capture source code familiarity*, ICSE 2010.
"""

from __future__ import annotations

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
    counts = np.ones(authored.shape[0]) if weight is None else weight
    per_party = np.asarray(counts @ authored.astype(np.float64)).ravel()
    order = np.argsort(-per_party, kind="stable").astype(np.int32)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    # A file has an author until the last of its authors in that order is gone. Nobody's files never have one.
    last = np.zeros(authored.shape[0], np.int64)
    has = np.diff(authored.indptr) > 0
    if has.any():
        last[has] = np.maximum.reduceat(rank[authored.indices], authored.indptr[:-1][has])
    lost = np.cumsum(np.bincount(last, weights=counts, minlength=len(order) + 1))
    covered = (counts.sum() - lost) / counts.sum()
    return order[: int(np.argmax(covered < COVERED))]


def spread(authored: sparse.csr_array) -> tuple[int, int]:
    """The middle 95 % of the truck factor over two hundred draws of the files: how much hangs on which there are."""
    count = authored.shape[0]
    digest = blake2b(authored.indptr.astype(np.int64).tobytes() + authored.indices.astype(np.int64).tobytes())
    dice = np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest()[:8], "big")))
    found = [
        len(removed(authored, np.bincount(dice.integers(count, size=count), minlength=count).astype(np.float64)))
        for _ in range(DRAWS)
    ]
    low, high = np.percentile(found, [2.5, 97.5], method="nearest")
    return int(low), int(high)
