"""A full disk: a clear error, nothing acknowledged is lost, and it goes on when there is room again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from counterpoint.errors import StoreError
from counterpoint.ledger import store
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.protocols.lease import holder_of, token_of
from counterpoint.state.view import State
from tests.ledger.powercut import Change, Driver
from tests.ledger.tools import entries_of
from tests.protocols.disks import MEGABYTE, Ballast, SmallDisk, small_disk
from tests.protocols.leasing import Agent, organise
from tests.protocols.models import NO, YES
from tests.protocols.servers import server

_names = count(1)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallDisk:
    """The disk in memory on which SQLite's files are from now on."""
    made = SmallDisk()
    driver = Driver(made, f"small-{next(_names)}")
    monkeypatch.setattr(store, "create_engine", partial(create_engine, module=driver))
    return made


def test_a_write_without_room_is_refused_whole_wherever_it_is(disk: SmallDisk, tmp_path: Path) -> None:
    """Every write of a command in turn finds no room, nor do those after it, until the command has failed."""
    with closing(organise(str(tmp_path / "organisation.db"), 1)) as ledger:
        boundaries = each_write_without_room(disk, ledger)
        assert verify(ledger).damage == ()
    assert boundaries >= 5


def each_write_without_room(disk: SmallDisk, ledger: Ledger) -> int:
    """How many writes there were, each of which found no room once."""
    agent = Agent(ledger, "agent:a0")
    told: set[str] = set()
    for at in count(1):
        room = iter(range(at - 1))

        def is_full(_change: Change, room: Iterator[int] = room) -> bool:
            return next(room, None) is None

        disk.is_full = is_full
        try:
            agent.take(f"thing-{at}", f"key-{at}")
        except StoreError as error:
            is_clear(error)
        else:
            return len(told)
        finally:
            disk.is_full = lambda _change: False
        there = {each.external_id for each in entries_of(ledger)}
        assert told <= there
        assert f"key-{at}" not in there
        assert agent.take(f"thing-{at}", f"key-{at}") == 1
        told.add(f"key-{at}")
    raise AssertionError("unreachable")


def is_clear(error: StoreError) -> None:
    """It says what is wrong, and what to do."""
    assert "full" in error.message or "No space left" in error.message, error.message
    assert "make room" in error.hint, error.hint


def until_it_is_full(ledger: Ledger) -> tuple[dict[str, int], str, StoreError]:
    """Takes one thing after the other until there is no room: what was told, what was asked last, and the error."""
    agent, told = Agent(ledger, "agent:a0"), {}
    for number in count():
        item = f"thing-{number}"
        try:
            told[item] = agent.take(item, f"key of {item}")
        except StoreError as error:
            return told, item, error
    raise AssertionError("unreachable")


def goes_on(ledger: Ledger, told: dict[str, int], last: str) -> None:
    """With room again: what was told is there, what was not told is done once, and anything else can be done."""
    with ledger.read() as snapshot:
        state = State(snapshot)
        assert {item: token_of(state, item) for item in told} == told
        assert {holder_of(state, item) for item in told} <= {"agent:a0"}
    agent = Agent(ledger, "agent:a0")
    assert agent.take(last, f"key of {last}") == 1
    assert agent.take(last, f"key of {last}") == 1
    assert agent.take(last) == NO
    assert agent.release(last, 1) == YES
    keys = [each.external_id for each in entries_of(ledger) if each.external_id]
    assert sorted(keys) == sorted(f"key of {item}" for item in (*told, last))
    assert verify(ledger).damage == ()


def test_sqlite_on_a_full_disk() -> None:
    with small_disk(16) as (place, ballast):
        ledger = organise(str(place / "organisation.db"), 1)
        fill(ballast)
        told, last, error = until_it_is_full(ledger)
        is_clear(error)
        assert len(told) > 5
        # It stays clear, and what was told can be read, while there is no room.
        with pytest.raises(StoreError) as again:
            Agent(ledger, "agent:a0").take("anything")
        is_clear(again.value)
        with ledger.read() as snapshot:
            assert all(token_of(State(snapshot), item) == token for item, token in told.items())
        ballast.give_way()
        goes_on(ledger, told, last)
        ledger.close()


@pytest.mark.long
def test_postgresql_on_a_full_disk() -> None:
    with small_disk(160) as (place, ballast), server("max_wal_size=48MB", folder=place / "data") as there:
        ledger = organise(there.database(), 1)
        fill(ballast)
        told, last, error = until_it_is_full(ledger)
        assert len(told) > 5
        # A server that finds no room for its own log ends all its connections, and tells nobody why.
        if "server" not in error.message:
            is_clear(error)
        ballast.give_way()
        if not there.is_up():
            there.start()
        goes_on(ledger, told, last)
        ledger.close()


def fill(ballast: Ballast) -> None:
    """Leave a little, so that there is something to be told before it is full."""
    ballast.fill()
    ballast.give_way(MEGABYTE)
