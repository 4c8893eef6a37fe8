"""Power cuts on SQLite: what was acknowledged is there after a cut at any place, and the rest is whole or absent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from counterpoint.errors import CounterpointError
from counterpoint.ledger import ledger as ledger_module
from counterpoint.ledger import store
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.store import Store
from counterpoint.ledger.verify import verify
from tests.ledger.powercut import Change, Disk, Driver, after_a_cut
from tests.ledger.work import acknowledged, one_append, one_import

_names = count()


@pytest.fixture
def on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Ledger]]:
    """Called with a disk, it opens (or makes) the ledger on it."""
    url = str(tmp_path / "organisation.db")
    Path(url).touch()
    opened: list[Ledger] = []

    def open_on(disk: Disk, synchronous: str = "FULL", *, new: bool = False) -> Ledger:
        driver = Driver(disk, f"disk-{next(_names)}")
        monkeypatch.setattr(store, "create_engine", partial(create_engine, module=driver))
        monkeypatch.setattr(ledger_module, "Store", partial(Store, synchronous=synchronous))
        opened.append((Ledger.create if new else Ledger.open)(url))
        return opened[-1]

    yield open_on
    for each in opened:
        each.close()


def worked(on_disk: Callable[..., Ledger], synchronous: str, amount: int) -> tuple[Disk, int]:
    """A disk on which work was done and acknowledged, and how long its journal was when it began."""
    disk = Disk()
    ledger = on_disk(disk, synchronous, new=True)
    disk.told("created")
    began = len(disk.journal)
    for number in range(amount):
        disk.told(one_append(ledger, number))
        if number % 4 == 1:
            disk.told(one_import(ledger, number))
    return disk, began


def lost(on_disk: Callable[..., Ledger], journal: list[Change], place: int, dice: random.Random | None) -> set[str]:
    """What had been acknowledged before a cut at ``place`` and is not there after it; damage is an error."""
    told = {change.name for change in journal[:place] if change.kind == "told"} - {"created"}
    ledger = on_disk(Disk(files=after_a_cut(journal, place, dice)))
    found = verify(ledger)
    there = acknowledged(ledger)
    ledger.close()
    assert found.damage == (), f"after a cut at {place}"
    everything = {change.name for change in journal if change.kind == "told"}
    assert there <= everything, "nothing appears that nobody wrote"
    return told - there


def places(journal: list[Change], began: int, most: int) -> list[int]:
    """Cuts before and after every call, or a sample of so many."""
    every = list(range(began, len(journal) + 1))
    return every if len(every) <= most else sorted(random.Random(3).sample(every, most))


def test_nothing_acknowledged_is_lost_by_a_power_cut(on_disk: Callable[..., Ledger]) -> None:
    disk, began = worked(on_disk, "FULL", 8)
    assert sum(change.kind == "sync" for change in disk.journal) >= 10
    for place in places(disk.journal, began, 30):
        for dice in (None, random.Random(place)):
            assert lost(on_disk, disk.journal, place, dice) == set(), f"cut at {place}"


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_nothing_acknowledged_is_lost_by_a_power_cut_anywhere(on_disk: Callable[..., Ledger]) -> None:
    # So many that the log is carried over into the file, and begun anew, in the middle of it.
    disk, began = worked(on_disk, "FULL", 60)
    names = {change.name.rpartition(".")[2] for change in disk.journal[began:] if change.kind == "write"}
    assert names == {"db", "db-wal"}
    for place in places(disk.journal, began, 800):
        for dice in (None, random.Random(place)):
            assert lost(on_disk, disk.journal, place, dice) == set(), f"cut at {place}"


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_check_can_fail(on_disk: Callable[..., Ledger], synchronous: str) -> None:
    """With less than ``synchronous=FULL`` the same cuts do lose what was acknowledged: the check sees it."""
    disk, began = worked(on_disk, synchronous, 4)
    failures = 0
    for place in places(disk.journal, began, 40):
        try:
            failures += bool(lost(on_disk, disk.journal, place, None))
        except (CounterpointError, AssertionError):
            failures += 1
    assert failures > 5
