"""One look at where the ledger stands: the end of its chain, what time it is, and what comes due next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from counterpoint.ledger.rows import fetch

_CLOCKS = {
    "postgresql": """to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'",
}
_LOOK = {
    store: f"select sequence, hash, recorded, state_time, {clock}, (select min(due) from scheduled) from head"
    for store, clock in _CLOCKS.items()
}


@dataclass(frozen=True, slots=True)
class Glance:
    """``now`` is never before the last entry was recorded, nor before what was carried out as due."""

    sequence: int
    hash: str
    now: str
    next_due: str | None

    @property
    def is_due(self) -> bool:
        """Has a moment come for which something was scheduled?"""
        return self.next_due is not None and self.next_due <= self.now


def glance(connection: Connection, clock: Callable[[], str] | None = None) -> Glance:
    """Look. ``clock`` replaces the database's own."""
    (row,) = fetch(connection, _LOOK[connection.dialect.name])
    sequence, digest, recorded, state_time, now, next_due = row
    return Glance(sequence, digest, max(clock() if clock else now, recorded, state_time), next_due)


def hold_head(connection: Connection) -> None:
    """Hold the head of the chain until the transaction ends. On SQLite, whoever writes holds everything anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("select 1 from head for update")
