"""A second ledger that is given the entries of the first, one by one: what stood when each of them was made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, update

from counterpoint.ledger import keep, transfer
from counterpoint.ledger.chain import genesis
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import head
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.write import Progress
from counterpoint.model.statements import Statement


class Told:
    """One entry as the ledger has it, and the moment before it."""

    def __init__(self, row: dict[str, Any], before: Snapshot) -> None:
        self.sequence: int = row["sequence"]
        self.recorded: str = row["recorded"]
        self.actor: str = row["actor"]
        self.source: str = row["source"]
        self.before = before
        self._statements = row["statements"]

    @property
    def erased(self) -> bool:
        """Is a value of it erased?"""
        return any(one["salt"] is None for one in self._statements)

    @property
    def statements(self) -> list[Statement]:
        """Its statements, in order; the places of files are left out."""
        return [
            Statement(
                one["entity"], one["attribute"], one["item"] or "", one["operation"],
                None if one["value"] is None else orjson.loads(one["value"]),
                one["said"], one["valid_from"], one["valid_to"],
            )
            for one in self._statements
        ]  # fmt: skip


def retold(ledger: Ledger, progress: Progress) -> Iterator[Told]:
    """Every entry of a ledger with the state as it stood just before it. For one walk, in order."""
    with _scratch() as connection, ledger.store.reading() as source:
        (header,) = source.execute(head.select()).all()
        digest, done = genesis(header.organisation), 0
        for block in transfer.blocks(source):
            for row in block:
                now = row["recorded"]
                keep.carry_out_due(connection, now)
                yield Told(row, Snapshot(connection, now))
                digest = transfer.take(connection, row, row["sequence"], digest)
                keep.carry_over(connection, row["sequence"], now)
                connection.execute(update(head), {"sequence": row["sequence"], "recorded": now, "state_time": now})
                done += 1
                progress("replaying", done, header.sequence)


@contextmanager
def _scratch() -> Iterator[Connection]:
    with tempfile.TemporaryDirectory(prefix="counterpoint-replay-") as folder:
        scratch = Ledger.create(str(Path(folder) / "scratch.db"))
        try:
            with scratch.store.writing() as connection:
                yield connection
        finally:
            scratch.close()
