"""Old files under new code: upgraded, filled, verified; a newer schema is refused; a failed upgrade changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from counterpoint.errors import NeedsUpgrade, NotFound, StoreError
from counterpoint.ledger import keep, transfer
from counterpoint.ledger import ledger as module
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import RECORD, VERSION, metadata
from counterpoint.ledger.store import Store
from counterpoint.ledger.verify import verify
from tests.ledger.histories import fresh
from tests.ledger.tools import append, day, said, tables

FIRST = "0001"
ANA = "person:~00000000000000aa"


def old_file(url: str, place: Callable[[str], str]) -> Ledger:
    """A ledger as it was at schema 0001: the record and nothing else. Returns today's ledger of the same content."""
    clock, dice = fresh()
    new = Ledger.create(place("sqlite"), chance=dice.chance(), clock=clock)
    append(new, said("team:a", "title", "A", file="a.toml", line=1), said("team:a", "lead", ANA, item=ANA))
    append(new, said(ANA, "handle", {"system": "github", "handle": "ana"}, item="github\x1fana\x1f"))
    append(new, said("team:a", "title", "B"), source="notes")
    append(new, said("team:a", "title", "C", valid_from=day(9), valid_to=day(11)))
    store = Store(url)
    with store.writing() as there, new.store.reading() as here:
        module._migrate(there, FIRST)
        for table in RECORD:
            for row in here.execute(table.select()).mappings():
                names = [name for name in row if (table.name, name) != ("head", "state_time")]
                columns, marks = ", ".join(names), ", ".join(f":{name}" for name in names)
                there.execute(text(f"insert into {table.name} ({columns}) values ({marks})"), dict(row))
    store.close()
    return new


def open_at_start(url: str) -> Ledger:
    return Ledger.open(url, clock=fresh()[0])


def test_an_old_file_is_upgraded_filled_and_good(url: str, place: Callable[[str], str]) -> None:
    new = old_file(url, place)
    ledger = open_at_start(url)
    assert verify(ledger).damage == ()
    assert tables(ledger) == tables(new)
    with ledger.read() as snapshot:
        assert snapshot.find("person:ana") == ANA
        assert snapshot.differing() == [("team:a", "title")]
    append(ledger, said("team:b", "title", "B"))
    assert verify(ledger).damage == ()
    assert list(transfer.export(ledger))[:4] != []


def test_the_tables_that_the_code_knows_are_the_migrated_ones(url: str) -> None:
    ledger = Ledger.create(url)
    with ledger.store.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, metadata)
    assert found == []


def test_a_newer_schema_is_refused(url: str) -> None:
    ledger = Ledger.create(url)
    with ledger.store.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    ledger.close()
    with pytest.raises(NeedsUpgrade, match="9999"):
        Ledger.open(url)


@pytest.mark.parametrize("breaks", ["migration", "rebuild"])
def test_a_failed_upgrade_leaves_the_file_as_it_was(
    url: str, place: Callable[[str], str], breaks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(url, place)
    before = everything(url)

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError("the disk is full")

    if breaks == "rebuild":
        monkeypatch.setattr(keep, "rebuild", fail)
    else:
        migrate = module._migrate
        monkeypatch.setattr(module, "_migrate", lambda connection, version: (migrate(connection, version), fail()))
    with pytest.raises(OSError, match="full"):
        open_at_start(url)
    monkeypatch.undo()
    assert everything(url) == before
    assert verify(open_at_start(url)).damage == ()


def everything(url: str) -> dict[str, list[Any]]:
    store = Store(url)
    with store.reading() as connection:
        names = sorted(inspect(connection).get_table_names())
        found = {
            name: sorted(map(tuple, connection.execute(text(f'select * from "{name}"'))), key=repr) for name in names
        }
    store.close()
    return found


_OPEN = """
import sys
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
print("ready", flush=True)
sys.stdin.readline()
ledger = {how}(sys.argv[1])
print(verify(ledger).good)
"""


@pytest.mark.parametrize("how", ["Ledger.open", "Ledger.open_or_create"])
def test_two_processes_that_open_at_once_both_succeed(url: str, place: Callable[[str], str], how: str) -> None:
    if how == "Ledger.open":
        old_file(url, place)
    command = [sys.executable, "-c", _OPEN.format(how=how), url]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate(timeout=60) for one in both] == [("True\n", "")] * 2


def test_what_is_no_ledger_is_told_apart(place: Callable[[str], str], tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Ledger.open(place("sqlite"))
    with pytest.raises(NotFound):
        Ledger.open(place("postgresql"))
    text_file = tmp_path / "notes.txt"
    text_file.write_text("these are notes, and long enough to be no empty file\n" * 40)
    for opens in (Ledger.open, Ledger.create, Ledger.open_or_create):
        with pytest.raises(StoreError):
            opens(str(text_file))
    assert text_file.read_text().startswith("these are notes")
    for store in ("sqlite", "postgresql"):
        url = place(store)
        other = Store(url)
        with other.writing() as connection:
            connection.execute(text("create table accounts (id integer)"))
        for opens in (Ledger.open, Ledger.create, Ledger.open_or_create):
            with pytest.raises(StoreError, match="accounts"):
                opens(url)


def test_there_is_one_ledger_in_a_place(url: str) -> None:
    Ledger.create(url).close()
    with pytest.raises(StoreError, match="already"):
        Ledger.create(url)
    assert verify(Ledger.open_or_create(url)).good


def test_a_server_that_is_not_there_is_an_error_of_the_store() -> None:
    with pytest.raises(StoreError):
        Ledger.open("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreError):
        Ledger.create("/nowhere/at/all/x.db")


def test_the_version_is_the_last_migration() -> None:
    folder = Path(module.__file__).parent / "migrations" / "versions"
    assert max(path.name[1:5] for path in folder.glob("v*.py")) == VERSION
