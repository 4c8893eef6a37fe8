"""Is the ledger what was written? Entries by the chain, tables by a rebuild, the file by the store's own check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Table, select

from counterpoint.errors import BadValue
from counterpoint.ledger import chain, keep
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import current, entry, file, handle, head, mention, scheduled, statement
from counterpoint.ledger.write import hashed_row
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.values import item_of

Progress = Callable[[str, int, int], None]
MOST = 20


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written. ``entry`` is the sequence number of the entry concerned."""

    where: str
    what: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was found. ``first_bad`` is the first entry that is not as it was written."""

    entries: int
    statements: int
    erased: int
    head: str
    first_bad: int | None
    damage: tuple[Damage, ...]

    @property
    def good(self) -> bool:
        """Nothing was found."""
        return not self.damage


def verify(ledger: Ledger, expected_head: str | None = None, progress: Progress = lambda *_: None) -> Verification:
    """Check the whole ledger. ``expected_head`` is a hash that was printed before: it finds a cut tail.

    The list of damage stops at twenty; what is after the first bad entry is often bad because of it.
    """
    with ledger.store.reading() as connection:
        walk = _Walk(connection, progress)
        damage = [*walk.run(expected_head)]
        damage += [*_tables(connection, walk, progress)] if not damage else []
        damage += [Damage("file", found) for found in ledger.store.integrity(connection)]
    first = min((one.entry for one in damage if one.entry is not None), default=None)
    return Verification(walk.entries, walk.statements, walk.erased, walk.last_hash, first, tuple(damage[:MOST]))


class _Walk:
    """One pass over the record, in order."""

    def __init__(self, connection: Connection, progress: Progress) -> None:
        self.connection = connection
        self.progress = progress
        self.entries = self.statements = self.erased = 0
        self.last_hash = chain.GENESIS
        self.hashes: set[str] = {chain.GENESIS}

    def run(self, expected_head: str | None) -> Iterator[Damage]:
        at = self.connection.execute(select(head)).one()
        statements = _grouped(self.connection, statement)
        files = _grouped(self.connection, file)
        query = select(entry).order_by(entry.c.sequence).execution_options(yield_per=1000)
        for row in self.connection.execute(query):
            yield from self._entry(row, files(row.sequence), statements(row.sequence))
            self.progress("checking entries", self.entries, at.sequence)
        left = [*statements.left(), *files.left()]
        yield from (Damage("statement", f"belongs to entry {number}, which is not there", number) for number in left)
        if (at.sequence, at.hash) != (self.entries, self.last_hash):
            yield Damage("head", f"names entry {at.sequence}, and the last entry is {self.entries}", self.entries + 1)
        if expected_head is not None and expected_head not in self.hashes:
            yield Damage("head", f"{expected_head} is not in the chain: its tail was cut", self.entries + 1)

    def _entry(self, row: Any, files: list[Any], statements: list[Any]) -> Iterator[Damage]:
        self.entries += 1
        number = row.sequence
        if number != self.entries:
            yield Damage("entry", f"entry {self.entries} is missing", self.entries)
            self.entries = number
        if row.previous != self.last_hash:
            yield Damage("entry", f"entry {number} does not follow the one before it", number)
        if row.statements != len(statements):
            yield Damage("entry", f"entry {number} had {row.statements} statements and has {len(statements)}", number)
        digest = chain.body_hash(
            number, row.id, row.external_id, row.said, row.recorded, row.actor, row.source, row.reason_commitment,
            [one.commitment for one in files], [hashed_row(one._mapping) for one in statements], row.previous,
        )  # fmt: skip
        if digest != row.hash:
            yield Damage("entry", f"entry {number} is not what was hashed", number)
        yield from self._values(row, files, statements)
        self.last_hash = row.hash
        self.hashes.add(row.hash)

    def _values(self, row: Any, files: list[Any], statements: list[Any]) -> Iterator[Damage]:
        number = row.sequence
        if not _kept(row.reason_salt, row.reason, row.reason_commitment):
            yield Damage("entry", f"the reason of entry {number} is not what was hashed", number)
        for one in files:
            if not _kept(one.salt, one.name, one.commitment):
                yield Damage("file", f"the name of file {one.number} in entry {number} is not what was hashed", number)
        for one in statements:
            self.statements += 1
            if one.value is None and one.salt is None:
                self.erased += 1
            elif not _value_kept(one):
                name = f"{number}.{one.number}"
                yield Damage("statement", f"{name} ({one.entity} {one.attribute}) is not what was hashed", number)


def _kept(salt: str | None, text: str | None, commitment: str) -> bool:
    if salt is None or text is None:
        return salt is None and text is None
    try:
        return chain.commit(salt, text) == commitment
    except ValueError:
        return False


def _value_kept(row: Any) -> bool:
    """Value and salt make the commitment, the text is canonical, and the item is the value's."""
    try:
        value = orjson.loads(row.value)
        declared = attribute_of(kind_of(row.entity), row.attribute)
        item = "" if declared is None or value is None else item_of(declared, value)
        same = chain.canonical(value).decode() == row.value and item == row.item
        return bool(same and chain.commit(row.salt, value) == row.commitment)
    except (ValueError, TypeError, KeyError, AttributeError, BadValue):
        return False


class _grouped:  # noqa: N801  it is used as a function with a memory
    """Rows of a table by entry, read along with the entries, so that nothing is held but one entry's rows."""

    def __init__(self, connection: Connection, table: Table) -> None:
        query = select(table).order_by(table.c.sequence, table.c.number).execution_options(yield_per=5000)
        self._rows = iter(connection.execute(query))
        self._next = next(self._rows, None)
        self._left: list[int] = []

    def __call__(self, sequence: int) -> list[Any]:
        found = []
        while self._next is not None and self._next.sequence <= sequence:
            if self._next.sequence == sequence:
                found.append(self._next)
            else:
                self._left.append(self._next.sequence)
            self._next = next(self._rows, None)
        return found

    def left(self) -> list[int]:
        """Entries that rows belong to and that were not asked for."""
        while self._next is not None:
            self._left.append(self._next.sequence)
            self._next = next(self._rows, None)
        return sorted(set(self._left))


def _tables(connection: Connection, walk: _Walk, progress: Progress) -> Iterator[Damage]:
    """The state tables against what follows from the record, row by row."""
    now = connection.execute(select(head.c.state_time)).scalar_one()
    progress("checking the state", 0, 1)
    rows = keep.rows_from_statements(connection, now)
    names = [column.name for column in current.c]
    keyed = ("entity", "attribute", "item", "source")
    kept = select(current).order_by(*(current.c[name] for name in keyed)).execution_options(yield_per=5000)
    wanted_mentions: set[tuple[Any, ...]] = set()

    def expected() -> Iterator[tuple[Any, ...]]:
        for row in rows:
            wanted_mentions.update(tuple(found.values()) for found in keep.mention_rows(row))
            yield tuple(row[name] for name in names)

    found = (tuple(row) for row in connection.execute(kept))
    yield from _compare("current", found, expected(), lambda row: (row[names.index("sequence")], " ".join(row[:4])))
    mentions = {tuple(row) for row in connection.execute(select(mention))}
    yield from _sets("mention", mentions, wanted_mentions)
    handles = {tuple(row) for row in connection.execute(select(handle))}
    wanted = {row[:2]: row for row in reversed(keep.handles_from_statements(connection))}
    yield from _sets("handle", handles, set(wanted.values()))
    due = {tuple(row) for row in connection.execute(select(scheduled))}
    yield from _sets("scheduled", due, {tuple(row) for row in keep.scheduled_from_statements(connection, now)})
    progress("checking the state", 1, 1)


def _compare(
    table: str,
    found: Iterable[tuple[Any, ...]],
    expected: Iterable[tuple[Any, ...]],
    place: Callable[[tuple[Any, ...]], tuple[int, str]],
) -> Iterator[Damage]:
    """Two sorted streams that should be one."""
    left, right = iter(found), iter(expected)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(left, None), next(right, None)
            continue
        if other is None or (one is not None and one[:4] < other[:4]):
            assert one is not None
            sequence, name = place(one)
            yield Damage(table, f"{name} follows from no statement", sequence)
            one = next(left, None)
        elif one is None or other[:4] < one[:4]:
            sequence, name = place(other)
            yield Damage(table, f"{name} follows from entry {sequence} and is missing", sequence)
            other = next(right, None)
        else:
            sequence, name = place(other)
            yield Damage(table, f"{name} is not what follows from entry {sequence}", sequence)
            one, other = next(left, None), next(right, None)


def _sets(table: str, found: set[tuple[Any, ...]], expected: set[tuple[Any, ...]]) -> Iterator[Damage]:
    for row in sorted(found - expected)[:MOST]:
        yield Damage(table, f"{' '.join(map(str, row))} follows from no statement")
    for row in sorted(expected - found)[:MOST]:
        yield Damage(table, f"{' '.join(map(str, row))} is missing")
