"""One look at where the ledger stands: the end of its chain, what time it is, and what comes due next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from counterpoint.ledger.rows import fetch
from counterpoint.ledger.schema import drift
from counterpoint.model.times import moment, stamp

_CLOCKS = {
    "postgresql": """to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'",
}
_LOOK = {
    store: f"""
    select sequence, hash, recorded, state_time, {clock}, (select min(due) from scheduled),
        (select clock from drift), (select now from drift)
    from head
    """
    for store, clock in _CLOCKS.items()
}
BEHIND = timedelta(seconds=1)
"""A clock that is behind the last entry by less is waited for."""


@dataclass(frozen=True, slots=True)
class Glance:
    """``now`` is never before the last entry was recorded, nor before what was carried out as due.

    Where the clock is behind that, time goes on from there at the pace of the clock. For this it must be known what
    the clock showed when it was found to be behind: ``clock``, where that is yet to be kept.
    """

    sequence: int
    hash: str
    now: str
    next_due: str | None
    clock: str | None = None

    @property
    def is_due(self) -> bool:
        """Has a moment come for which something was scheduled?"""
        return self.next_due is not None and self.next_due <= self.now


def glance(connection: Connection, clock: Callable[[], str] | None = None, *, known: str | None = None) -> Glance:
    """Look. ``clock`` replaces the database's own; ``known`` is what time it was a moment ago in this transaction."""
    (row,) = fetch(connection, _LOOK[connection.dialect.name])
    sequence, digest, recorded, state_time, shown, next_due, drift_clock, drift_now = row
    last = max(recorded, state_time)
    if known is not None:
        return Glance(sequence, digest, max(known, last), next_due)
    shown = clock() if clock else shown
    if shown >= last:
        return Glance(sequence, digest, shown, next_due)
    now, is_new = _behind(shown, last, drift_clock, drift_now)
    return Glance(sequence, digest, now, next_due, shown if is_new else None)


def _behind(shown: str, last: str, drift_clock: str | None, drift_now: str | None) -> tuple[str, bool]:
    """What time it is when the clock is behind the last entry, and whether it was never as far behind before."""
    if moment(last) - moment(shown) < BEHIND:
        return last, False
    if drift_clock is not None and drift_now is not None and drift_clock <= shown:
        now = moment(drift_now) + (moment(shown) - moment(drift_clock))
        if moment(last) - now < BEHIND:
            return max(last, stamp(now)), False
    return last, True


def keep_drift(connection: Connection, at: Glance) -> None:
    """Keep what the clock shows now, so that time goes on from here."""
    connection.execute(drift.delete())
    connection.execute(drift.insert(), {"id": 1, "clock": at.clock, "now": at.now})


def hold_head(connection: Connection) -> None:
    """Hold the head of the chain until the transaction ends. On SQLite, whoever writes holds everything anyway."""
    if connection.dialect.name == "postgresql":
        fetch(connection, "select 1 from head for update")
