"""Keeping the lake in order after something was brought in: small files joined, what no ledger lists cleared away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from counterpoint.lake.compacting import compacted, due
from counterpoint.lake.keeping import sweep_results
from counterpoint.lake.place import Place
from counterpoint.lake.sweeping import sweep
from counterpoint.lake.writing import Written
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import TraceFile, keep_files, trace_files

TRACES = "traces"
"""What is held while the tables of the lake change."""


def tidy(ledger: Ledger, place: Place, source: str) -> int:
    """Join the small files of a source, and delete what is not listed and older than a day; how many were joined.

    Nothing is held while files are written. Where another process changed the list meanwhile, its word stands: what
    was joined is listed by nobody, and is cleared away some day.

    Raises:
        StoreError: the lake cannot be read or written. What counts is as it was.
    """
    with ledger.read() as snapshot:
        files = trace_files(snapshot.connection, source)
    written = [Written(one.month, one.name, one.rows, one.bytes) for one in files]
    joined = 0
    if due(written):
        found = compacted(place, files[0].name.split("/")[1], written)
        joined = _list(ledger, source, [TraceFile(source, *one) for one in found.fresh], found.gone)
    with ledger.read() as snapshot:
        listed = [one.name for one in trace_files(snapshot.connection)]
    # The clock of this machine, not the organisation's: files bear the time of the machine that wrote them.
    now = datetime.now(UTC)
    sweep(place, listed, now)
    sweep_results(place, now)
    return joined


def _list(ledger: Ledger, source: str, fresh: Sequence[TraceFile], gone: Sequence[str]) -> int:
    with ledger.write() as transaction:
        transaction.lock([TRACES])
        there = trace_files(transaction.connection, source)
        if not {*gone} <= {one.name for one in there}:
            return 0
        left = [one for one in there if one.name not in set(gone)]
        keep_files(transaction.connection, source, [*left, *fresh], replaces=True)
    return len(gone)
