"""Ledgers that a property can be tried on many times over: one for each store, wiped before every try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, select

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import head
from tests.conftest import STORES
from tests.ledger.histories import fresh
from tests.ledger.tools import Clock, Dice, wipe


@dataclass
class Bench:
    """A ledger with the clock and the chance in the test's hands."""

    ledger: Ledger
    clock: Clock
    dice: Dice
    _head: tuple[object, ...] = ()

    def clear(self) -> Ledger:
        """Empty again, the clock and the chance at their start."""
        wipe(self.ledger, self._head)
        clock, dice = fresh()
        self.clock.now, self.dice.rolled = clock.now, dice.rolled
        return self.ledger


def bench_at(url: str) -> Bench:
    """A bench at a place where nothing is yet."""
    clock, dice = fresh()
    ledger = Ledger.create(url, chance=dice.chance(), clock=clock)
    # A property is no question of durability, and this makes it several times quicker.
    statement = "set synchronous_commit = off" if ledger.store.is_postgresql else "pragma synchronous = off"

    def prepare(connection: Any, _record: object) -> None:
        connection.execute(statement)
        connection.commit()

    event.listen(ledger.store.engine, "connect", prepare)
    ledger.store.engine.dispose()
    with ledger.store.reading() as connection:
        at = tuple(connection.execute(select(head)).one())
    return Bench(ledger, clock, dice, at)


@pytest.fixture(scope="session")
def benches(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Bench]:
    """Called with the name of a store: the session's bench there."""
    made: dict[str, Bench] = {}

    def get(name: str) -> Bench:
        store = name.partition("-")[0]
        if name not in made:
            folder = tmp_path_factory.mktemp("bench")
            made[name] = bench_at(
                str(folder / "organisation.db") if store == "sqlite" else request.getfixturevalue("postgresql")()
            )
        return made[name]

    return get


@pytest.fixture(params=STORES)
def bench(request: pytest.FixtureRequest, benches: Callable[[str], Bench]) -> Bench:
    """The session's bench on each store in turn."""
    return benches(request.param)
