"""Is the ledger what was written? Entries by the chain, tables by a rebuild, the file by the store's own check.

Everything is read as one moment. Not looked at is ``quarantine``, which is volatile: it follows from no entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, zip_longest
from typing import Any

from sqlalchemy import Connection, Table, func, or_, select
from sqlalchemy.exc import DBAPIError

from counterpoint.errors import StoreError
from counterpoint.ledger import chain, keep, open_work, schema
from counterpoint.ledger.checks import VALUE_COLUMNS, text_kept, value_kept
from counterpoint.ledger.ledger import BEGINNING, Ledger
from counterpoint.ledger.schema import current, entry, file, handle, head, mention, scheduled, statement
from counterpoint.model.records import Damage, Verification

Progress = Callable[[str, int, int], None]
MOST = 20


def verify(ledger: Ledger, expected_head: str | None = None, progress: Progress = lambda *_: None) -> Verification:
    """Check the whole ledger. ``expected_head`` is a hash that was printed before: it finds a cut tail.

    The list of damage stops at twenty; what is after the first bad entry is often bad because of it. The state is
    compared with the record only where the record is good.
    """
    walk = _Walk(progress)
    damage: list[Damage] = []
    try:
        with ledger.store.reading() as connection, ledger.store.whatever_there_is(connection):
            damage += islice(walk.run(connection, expected_head), MOST)
            damage += islice(_tables(connection, progress), MOST) if not damage else ()
            damage += [Damage("file", found) for found in ledger.store.integrity(connection)]
    except (StoreError, DBAPIError, UnicodeError) as error:
        cause = getattr(error, "message", None) or getattr(error, "orig", error)
        damage.append(Damage("file", f"cannot be read after entry {walk.entries}: {cause}", walk.entries + 1))
    first = min((one.entry for one in damage if one.entry is not None), default=None)
    shown = tuple(replace(one, what=one.what.encode(errors="backslashreplace").decode()) for one in damage[:MOST])
    return Verification(walk.entries, walk.statements, walk.erased, walk.last_hash, first, shown)


class _Walk:
    """One pass over the record, in order."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.entries = self.statements = self.erased = 0
        self.last_hash = ""
        self.recorded = BEGINNING
        self._known = False

    def run(self, connection: Connection, expected_head: str | None) -> Iterator[Damage]:
        heads = connection.execute(select(head)).all()
        if len(heads) != 1 or heads[0].id != 1:
            yield Damage("head", f"there are {len(heads)} heads, and there is one of every ledger", 1)
            return
        at = heads[0]
        self.last_hash = chain.genesis(str(at.organisation))
        self._known = expected_head in (None, self.last_hash)
        statements, files = _grouped(connection, statement), _grouped(connection, file)
        query = select(entry).order_by(entry.c.sequence).execution_options(yield_per=1000)
        for row in connection.execute(query):
            yield from self._entry(row, files(row.sequence), statements(row.sequence))
            self._known = self._known or row.hash == expected_head
            self.progress("checking entries", self.entries, max(self.entries, _number(at.sequence)))
        left = [*statements.left(), *files.left()]
        yield from (Damage("statement", f"belongs to entry {number}, which is not there", number) for number in left)
        yield from self._head(connection, at)
        if not self._known:
            yield Damage("head", f"{expected_head} is not in the chain: its tail was cut", self.entries + 1)

    def _head(self, connection: Connection, at: Any) -> Iterator[Damage]:
        if (at.sequence, at.hash) != (self.entries, self.last_hash):
            what = f"names entry {at.sequence}, and the last entry is {self.entries}, with another hash"
            yield Damage("head", what, min(self.entries, _number(at.sequence)) + 1)
        elif at.recorded != self.recorded:
            yield Damage("head", f"says {at.recorded}, and the last entry was recorded {self.recorded}", self.entries)
        elif at.state_time != self.recorded:
            came = or_(statement.c.valid_from == at.state_time, statement.c.valid_to == at.state_time)
            known = connection.execute(select(statement.c.sequence).where(came).limit(1)).first()
            if known is None or at.state_time < self.recorded:
                yield Damage("head", f"the state is as of {at.state_time}, when nothing happened", self.entries)

    def _entry(self, row: Any, files: list[Any], statements: list[Any]) -> Iterator[Damage]:
        self.entries += 1
        number = row.sequence
        if number != self.entries:
            yield Damage("entry", f"entry {self.entries} is missing", self.entries)
            self.entries = _number(number)
        if row.previous != self.last_hash:
            yield Damage("entry", f"entry {number} does not follow the one before it", number)
        if not (isinstance(row.recorded, str) and row.recorded >= self.recorded):
            yield Damage("entry", f"entry {number} was recorded before the one before it", number)
        elif _numbered(statements) != row.statements or _numbered(files) != len(files):
            yield Damage("entry", f"entry {number} had {row.statements} statements and has {len(statements)}", number)
        if _digest(row, files, statements) != row.hash:
            yield Damage("entry", f"entry {number} is not what was hashed", number)
        yield from self._values(row, files, statements)
        self.last_hash, self.recorded = str(row.hash), str(row.recorded)

    def _values(self, row: Any, files: list[Any], statements: list[Any]) -> Iterator[Damage]:
        number = row.sequence
        if not text_kept(row.reason_salt, row.reason, row.reason_commitment):
            yield Damage("entry", f"the reason of entry {number} is not what was hashed", number)
        for one in files:
            if not text_kept(one.salt, one.name, one.commitment):
                yield Damage("file", f"the name of file {one.number} in entry {number} is not what was hashed", number)
        for one in statements:
            self.statements += 1
            self.erased += one.value is None
            if not value_kept(*(getattr(one, name) for name in VALUE_COLUMNS)):
                name = f"{number}.{one.number}"
                yield Damage("statement", f"{name} ({one.entity} {one.attribute}) is not what was hashed", number)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _numbered(rows: list[Any]) -> int | None:
    """How many rows there are, if they are numbered from 0 on."""
    return len(rows) if [row.number for row in rows] == list(range(len(rows))) else None


def _digest(row: Any, files: list[Any], statements: list[Any]) -> str | None:
    try:
        return chain.body_hash(
            row.sequence, row.id, row.external_id, row.said, row.recorded, row.actor, row.source,
            row.reason_commitment, [one.commitment for one in files], list(map(chain.covered, statements)),
            row.previous,
        )  # fmt: skip
    except TypeError:
        return None


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


def _tables(connection: Connection, progress: Progress) -> Iterator[Damage]:
    """The state tables against what follows from the record, row by row."""
    now = connection.execute(select(head.c.state_time)).scalar_one()
    progress("checking the state", 0, 1)
    keys = [current.c[name] for name in ("entity", "attribute", "item", "source")]
    found = connection.execute(select(current).order_by(*keys).execution_options(yield_per=5000))
    wanted_mentions: dict[tuple[Any, ...], int] = {}

    def expected() -> Iterator[tuple[Any, ...]]:
        for row in keep.rows_from_statements(connection, now):
            wanted_mentions.update(dict.fromkeys(keep.mentions_of(row), row[_SEQUENCE]))
            yield row

    damage = [*islice(_compare(map(tuple, found), expected()), MOST)]
    damage += islice(_sets(connection, mention, wanted_mentions), MOST)
    yield from damage
    if not damage:
        yield from _open_work(connection)
    handles: dict[tuple[Any, ...], int] = {}
    for namespace, slug, entity, sequence in keep.handles_from_statements(connection):
        handles.setdefault((namespace, slug, entity), sequence)
    yield from _sets(connection, handle, handles)
    yield from _sets(connection, scheduled, keep.scheduled_from_statements(connection, now))
    progress("checking the state", 1, 1)


def _open_work(connection: Connection) -> Iterator[Damage]:
    """Against the tables that it follows from, which were looked at before."""
    table = schema.open_work
    found = connection.execute(select(table).order_by(table.c.work).execution_options(yield_per=5000))
    for one, other in zip_longest(map(tuple, found), open_work.rows(connection)):
        if one != other:
            row = other or one or ()
            last = select(func.max(current.c.sequence)).where(current.c.entity == row[0])
            sequence = connection.execute(last).scalar_one() or connection.execute(select(head.c.sequence)).scalar_one()
            yield Damage(table.name, f"{_all(row)} is not what follows from entry {sequence}", sequence)


_SEQUENCE = list(current.c.keys()).index("sequence")


def _compare(found: Iterable[tuple[Any, ...]], expected: Iterable[tuple[Any, ...]]) -> Iterator[Damage]:
    """Two sorted streams of rows of ``current`` that should be one."""
    left, right = iter(found), iter(expected)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(left, None), next(right, None)
        elif other is None or (one is not None and _place(one) < _place(other)):
            assert one is not None
            sequence = one[_SEQUENCE] if isinstance(one[_SEQUENCE], int) else None
            yield Damage("current", f"{_name(one)} follows from no statement", sequence)
            one = next(left, None)
        elif one is None or _place(other) < _place(one):
            sequence = other[_SEQUENCE]
            yield Damage("current", f"{_name(other)} follows from entry {sequence} and is missing", sequence)
            other = next(right, None)
        else:
            sequence = other[_SEQUENCE]
            yield Damage("current", f"{_name(other)} is not what follows from entry {sequence}", sequence)
            one, other = next(left, None), next(right, None)


def _place(row: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    # SQLite keeps bytes in a column for text if it is told to, and sorts them after every text.
    return tuple((isinstance(part, bytes), part) for part in row[:4])


def _name(row: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in row[:4] if part != "")


def _sets(connection: Connection, table: Table, expected: Mapping[tuple[Any, ...], int]) -> Iterator[Damage]:
    missing = dict(expected)
    strays = []
    for row in map(tuple, connection.execute(select(table).execution_options(yield_per=5000))):
        if missing.pop(row, None) is None:
            strays.append(row)
    for row, sequence in missing.items():
        yield Damage(table.name, f"{_all(row)} follows from entry {sequence} and is missing", sequence)
    # What no entry says is laid at the door of the last entry that says the most of the same.
    for row in strays:
        likeness = {known: sum(map(_same, row, known)) for known in missing}
        nearest = max(likeness, key=lambda known: likeness[known], default=None)
        sequence = None if nearest is None else missing[nearest]
        yield Damage(table.name, f"{_all(row)} follows from no statement", sequence)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _all(row: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in row if part != "")
