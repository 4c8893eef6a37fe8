"""Races between processes on both stores: never two holders, every yes true, tokens that only grow."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.errors import Conflict, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.acts import Done
from counterpoint.model.statements import Json
from tests.conftest import STORES
from tests.ledger.tools import Clock, append, day, entries_of, said
from tests.protocols.leasing import SPONSOR, organise, quicker
from tests.protocols.processes import run_together
from tests.protocols.races import anything, judge, race


def test_many_claimants_for_one_item(url: str, tmp_path: Path) -> None:
    organise(url, 16).close()
    found = race(url, tmp_path / "race", 16, 320, "work:w0")
    assert found["take yes"] > 1
    assert found["take no"] > 1


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("store", STORES)
def test_sixty_four_claimants_and_ten_thousand_attempts_on_each_store(
    store: str, place: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = place(store)
    organise(url, 64).close()
    found = race(url, tmp_path / "race", 64, 10_000, "work:w0")
    with capsys.disabled():
        print(f"\n{store}: 64 claimants {dict(found)}")
    assert verify(Ledger.open(url)).damage == ()


def test_anything_at_once_could_have_happened_in_a_row(url: str, tmp_path: Path) -> None:
    organise(url, 8, 2).close()
    history = run_together(tmp_path / "tapes", [anything(url, number, 40, 2) for number in range(8)])
    found = judge(history)
    assert {"take yes", "take no", "release yes", "wait yes", "force yes"} <= set(found), found
    ledger = Ledger.open(url)
    assert verify(ledger).damage == ()
    assert replay(ledger).good, "each act was decided on what stood before it in the record"


def test_one_key_at_once_is_one_act(url: str) -> None:
    """Whoever asks again before the first answer came gets the answer of the first."""
    ledger = quicker(organise(url, 1))
    before = len(entries_of(ledger))
    for number in range(5):
        told: list[Done | Refused] = []
        gate = threading.Barrier(4)

        def ask(number: int = number, told: list[Done | Refused] = told, gate: threading.Barrier = gate) -> None:
            gate.wait()
            arguments = {"item": f"thing-{number}"}
            try:
                told.append(perform(ledger, "lease", "take", by="agent:a0", arguments=arguments, key=f"key-{number}"))
            except Refused as error:
                told.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = [one for one in told if isinstance(one, Done)]
        assert len(done) == 4, told
        assert sorted(one.again for one in done) == [False, True, True, True]
        assert len({one.entry for one in done}) == 1
        assert len({one.says for one in done}) == 1
    assert len(entries_of(ledger)) == before + 5
    with pytest.raises(Conflict, match="key 'key-1' was used for entry"):
        perform(ledger, "lease", "take", by="agent:a0", arguments={"item": "another"}, key="key-1")


APPROVER = "person:~00000000000000bb"


def test_who_carries_out_what_is_due_and_waits_in_a_circle_leaves_it_to_the_next(place: Callable[[str], str]) -> None:
    """The server ends one of two that wait for each other: nothing of it is kept, and it is no error."""
    clock = Clock(day(0))
    ledger = organise(place("postgresql"), 1, clock=clock)
    gate: dict[str, Json] = {"work": "work:w0", "approver": [APPROVER], "valid_hours": 1}
    append(ledger, said(APPROVER, "exists", True, at=day(0)))
    append(ledger, *(said("gate:g", name, value, at=day(0)) for name, value in gate.items()))
    asked = perform(ledger, "approval", "ask", by=SPONSOR, arguments={"gate": "gate:g", "work": "work:w0"})
    perform(ledger, "approval", "grant", by=APPROVER, arguments={"approval": asked.subject})
    clock.now = day(1)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as transaction:
            # Whoever looks first for a circle is ended by the server: not this one.
            transaction.connection.exec_driver_sql("set local deadlock_timeout = '60s'")
            transaction.lock(["work:w0"])
            ringing = pool.submit(ring_all, ledger)
            while not waits_for_a_lock(ledger):
                assert not ringing.done(), ringing.result()
            transaction.lock([asked.subject])
        assert ringing.result().acts == ()
    assert ring_all(ledger).acts == (f"approval expire {asked.subject}",)
    assert verify(ledger).damage == ()


def waits_for_a_lock(ledger: Ledger) -> bool:
    """Does anybody?"""
    with ledger.store.reading() as connection:
        sql = "select count(*) from pg_locks where not granted and locktype = 'advisory'"
        return bool(connection.exec_driver_sql(sql).scalar_one())
