"""Verify finds every changed byte, and names the entry. ``quarantine`` follows from no entry, and is not looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, and_, select, text
from sqlalchemy.exc import IntegrityError

from counterpoint.ledger import keep
from counterpoint.ledger.erase import erase_statements
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import RECORD, STATE, head, metadata, quarantine
from counterpoint.ledger.verify import verify
from counterpoint.ledger.write import NewEntry
from tests.ledger.conftest import Bench
from tests.ledger.tools import append, day, said

ANA = "person:~00000000000000aa"
VOLATILE = {quarantine}


@pytest.fixture
def small(bench: Bench) -> Ledger:
    """A ledger with a row of every sort: files, an erased value, two sources that differ, a schedule, a person."""
    ledger = bench.clear()
    with ledger.write() as transaction:
        transaction.append(
            NewEntry(
                "ana",
                "tracker",
                [
                    said("team:a", "title", "A", file="a.toml", line=1, record="team:a"),
                    said("team:a", "lead", ANA, item=ANA, file="b.toml", line=2),
                    said(ANA, "handle", {"system": "github", "handle": "ana"}, item="github\x1fana\x1f"),
                    said("work:x", "title", "soon", valid_from=day(9), valid_to=day(11)),
                    said(ANA, "name", "Ana"),
                ],
                "first import",
                external_id="k1",
            )
        )
    append(ledger, said("team:a", "title", "B"), said("work:x", "owner", ["team:a"]), source="notes", reason="a note")
    append(ledger, said("work:x", "due", "2026-02-01", valid_to=day(20)))
    with ledger.write() as transaction:
        erase_statements(transaction, ["1.4"])
    assert verify(ledger).damage == ()
    return ledger


def changed(value: Any) -> list[Any]:
    """The value with a byte changed, and other things that it is not."""
    if value is None:
        return ["x"]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value ^ 1, value + 1000]
    flipped = [value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :] for place in range(len(value))]
    return [*flipped, value + "x", value + " "]


def changes_to(ledger: Ledger, table: Table) -> list[tuple[dict[str, Any], str, Any]]:
    """Every column of every row, with everything that it is changed to."""
    with ledger.store.reading() as connection:
        rows = connection.execute(select(table)).mappings().all()
    found = []
    for row in rows:
        key = {column.name: row[column.name] for column in table.primary_key}
        for column in table.c:
            values = changed(row[column.name])
            if column.type.python_type is not str:
                values = [value for value in values if not isinstance(value, str)] or [7]
            # Every byte of a text is tried in test_every_byte; here the first, one inside and the ends.
            few = values if len(values) < 6 else [values[0], values[len(values) // 2], *values[-3:]]
            few += [None] if column.nullable and row[column.name] is not None else []
            found += [(key, column.name, value) for value in few if value != row[column.name]]
    return found


def damage(ledger: Ledger, table: Table, key: dict[str, Any], column: str, value: Any) -> Any:
    """What verify says with one column changed; None where the store itself does not take it (a key twice)."""
    here = and_(*(table.c[name] == part for name, part in key.items()))
    try:
        with ledger.store.writing() as connection:
            connection.execute(table.update().where(here).values({column: value}))
    except IntegrityError:
        return None
    return verify(ledger)


@pytest.mark.parametrize("table", [*RECORD, *STATE], ids=lambda table: table.name)
def test_a_change_in_any_column_of_any_row_is_found(small: Ledger, table: Table) -> None:
    tried = 0
    for key, column, value in changes_to(small, table):
        with keeping(small, table):
            found = damage(small, table, key, column, value)
        if found is None:
            continue
        assert not found.good, f"{table.name} {key}: {column} = {value!r} was not found"
        assert found.first_bad is not None, f"{table.name} {key}: {column} = {value!r}: {found.damage}"
        if "sequence" in key and column != "sequence":
            assert found.first_bad == key["sequence"], f"{table.name} {key}: {column} = {value!r}: {found.damage}"
        tried += 1
    assert tried >= 4 * len(table.c)
    assert verify(small).damage == ()


class keeping:  # noqa: N801
    """Puts the rows of a table back when the block ends."""

    def __init__(self, ledger: Ledger, *names: Table) -> None:
        self.ledger, self.tables = ledger, names

    def __enter__(self) -> None:
        with self.ledger.store.reading() as connection:
            self.rows = [[dict(row) for row in connection.execute(select(one)).mappings()] for one in self.tables]

    def __exit__(self, *_: object) -> None:
        with self.ledger.store.writing() as connection:
            for table, rows in zip(self.tables, self.rows, strict=True):
                connection.execute(table.delete())
                if rows:
                    connection.execute(table.insert(), rows)


def test_every_byte_of_an_entry_counts(small: Ledger) -> None:
    with small.store.reading() as connection:
        row = connection.execute(select(metadata.tables["entry"]).where(text("sequence = 2"))).mappings().one()
    entry = metadata.tables["entry"]
    for column in ("id", "source", "hash", "reason", "reason_salt", "recorded"):
        for value in changed(row[column]):
            with keeping(small, entry):
                assert damage(small, entry, {"sequence": 2}, column, value).first_bad == 2, (column, value)


@pytest.mark.parametrize("table", [*RECORD, *STATE], ids=lambda table: table.name)
def test_a_deleted_or_added_row_is_found(small: Ledger, table: Table) -> None:
    with small.store.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    for row in rows:
        here = and_(*(table.c[column.name] == row[column.name] for column in table.primary_key))
        with keeping(small, table):
            with small.store.writing() as connection:
                connection.execute(table.delete().where(here))
            found = verify(small)
        assert not found.good, row
        if table is not head:
            assert found.first_bad == (row.get("sequence") or found.first_bad), row
        key = next(iter(table.primary_key))
        other = row[key.name] + (1000 if isinstance(row[key.name], int) else "x")
        with keeping(small, table):
            with small.store.writing() as connection:
                connection.execute(
                    table.insert(),
                    {**row, key.name: other, **({"id": "x", "external_id": "y"} if "actor" in row else {})},
                )
            assert not verify(small).good, row


def test_entries_that_changed_places_are_found(small: Ledger) -> None:
    with keeping(small, *RECORD):
        with small.store.writing() as connection:
            for name in ("entry", "statement", "file"):
                table = metadata.tables[name]
                for before, after in ((2, 99), (3, 2), (99, 3)):
                    connection.execute(table.update().where(table.c.sequence == before).values(sequence=after))
        found = verify(small)
    assert found.first_bad == 2
    statement = metadata.tables["statement"]
    with keeping(small, statement):
        with small.store.writing() as connection:
            for before, after in ((0, 99), (1, 0), (99, 1)):
                here = (statement.c.sequence == 1) & (statement.c.number == before)
                connection.execute(statement.update().where(here).values(number=after))
        assert verify(small).first_bad == 1


def cut(ledger: Ledger) -> None:
    """Take the last entry away so well that nothing inside the ledger shows it."""
    entry, statement, file = (metadata.tables[name] for name in ("entry", "statement", "file"))
    with ledger.store.writing() as connection:
        last = connection.execute(select(entry).order_by(entry.c.sequence.desc()).limit(2)).all()
        for table in (entry, statement, file):
            connection.execute(table.delete().where(table.c.sequence == last[0].sequence))
        known = {"sequence": last[1].sequence, "hash": last[1].hash}
        recorded = {"recorded": last[1].recorded, "state_time": last[1].recorded}
        connection.execute(head.update(), {**known, **recorded})
        keep.rebuild(connection, last[1].recorded)


def test_a_cut_tail_is_found_by_whoever_kept_the_head(small: Ledger) -> None:
    kept = verify(small).head
    assert verify(small, kept).good
    cut(small)
    assert verify(small).good, "nothing inside shows it"
    found = verify(small, kept)
    assert (found.good, found.first_bad) == (False, 3)
    assert kept in found.damage[0].what
    assert verify(small, verify(small).head).good


def test_an_older_head_is_in_the_chain(small: Ledger) -> None:
    kept = verify(small).head
    append(small, said("team:b", "title", "B"))
    assert verify(small, kept).good


def test_a_file_that_is_damaged_in_itself_is_found(place: Callable[[str], str]) -> None:
    url = place("sqlite")
    ledger = Ledger.create(url)
    for number in range(40):
        append(ledger, *(said(f"team:{number}-{other}", "title", "x" * 50) for other in range(10)))
    ledger.close()
    with open(url, "r+b") as file:  # noqa: PTH123
        content = file.read()
        pages = len(content) // 4096
        file.seek(4096 * (pages // 2))
        file.write(b"\xff" * 4096)
    again = Ledger.open(url)
    found = verify(again)
    assert not found.good
    assert any(one.where == "file" for one in found.damage)


def test_a_text_that_is_no_text_is_found(place: Callable[[str], str]) -> None:
    ledger = Ledger.create(place("sqlite"))
    append(ledger, said("team:a", "title", "A"))
    append(ledger, said("team:b", "title", "B"))
    with ledger.store.writing() as connection:
        connection.exec_driver_sql("update statement set value = cast(x'22ff22' as text) where sequence = 2")
    found = verify(ledger)
    assert not found.good
    assert found.first_bad == 2
    with ledger.store.writing() as connection:
        connection.exec_driver_sql("update statement set value = x'2242' where sequence = 2")
    assert verify(ledger).first_bad == 2


def test_the_list_of_damage_ends(small: Ledger) -> None:
    with small.store.writing() as connection:
        for number in range(50):
            connection.execute(
                metadata.tables["handle"].insert(), {"namespace": "", "slug": f"s{number}", "entity": ANA}
            )
    assert len(verify(small).damage) == 20
    assert re.search("follows from no statement", verify(small).damage[0].what)
