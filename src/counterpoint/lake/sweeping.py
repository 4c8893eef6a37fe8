"""Clearing away: files that no ledger lists, left by an import that broke off, or replaced by others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from counterpoint.lake.layout import ACTIVITY
from counterpoint.lake.place import Place

GRACE = timedelta(days=1)
"""How old a file without a listing must be: an import may be about to list it, a measure may still be reading it."""


def sweep(place: Place, listed: Collection[str], now: datetime, grace: timedelta = GRACE) -> list[str]:
    """Delete the files of activity that are not listed and older than ``grace``; their names in the lake.

    ``listed`` are the names of every file that counts, of every source: what is not among them is gone.

    Raises:
        StoreError: the lake cannot be listed, or a file cannot be deleted.
    """
    known = {place.path(name) for name in listed}
    before = (now if now.tzinfo else now.replace(tzinfo=UTC)) - grace
    gone = []
    for one in place.files(ACTIVITY):
        if one.path not in known and one.mtime is not None and one.mtime < before:
            place.remove(one.path)
            gone.append(one.path[len(place.root) + 1 :])
    return sorted(gone)
