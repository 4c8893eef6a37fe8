"""Keeping the lake in order: joined files count instead of those they stand for, and somebody else's word stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.actions import tidying
from counterpoint.actions.tidying import tidy
from counterpoint.lake.place import Place
from counterpoint.lake.writing import Written
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import TraceFile, forget_source, keep_files, trace_files
from tests.lake.rows import Trace, kept, written

SOURCE = "test:it"


def filled(tmp_path: Path) -> tuple[Ledger, Place]:
    """An organisation with nine small imports."""
    ledger, place = Ledger.open_or_create(str(tmp_path / "organisation.db")), Place.at(str(tmp_path / "lake"))
    for number in range(9):
        with ledger.write() as transaction:
            there = trace_files(transaction.connection, SOURCE)
            new = written(place, [[Trace(number, 1), Trace(number + 100, 1)]], [Written(*one[1:]) for one in there])
            keep_files(transaction.connection, SOURCE, [TraceFile(SOURCE, *one) for one in new], replaces=False)
    return ledger, place


def listed(ledger: Ledger) -> list[TraceFile]:
    with ledger.read() as snapshot:
        return trace_files(snapshot.connection, SOURCE)


def test_small_files_become_one_and_every_row_counts_on(tmp_path: Path) -> None:
    ledger, place = filled(tmp_path)
    before = kept(place, [Written(*one[1:]) for one in listed(ledger)])
    assert tidy(ledger, place, SOURCE) == 9
    (one,) = listed(ledger)
    assert (one.rows, kept(place, [Written(*one[1:])])) == (18, before)
    assert tidy(ledger, place, SOURCE) == 0


def test_what_another_process_did_meanwhile_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, place = filled(tmp_path)
    real = tidying.compacted

    def meanwhile(*given: object) -> object:
        with ledger.write() as transaction:
            forget_source(transaction.connection, SOURCE)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(tidying, "compacted", meanwhile)
    assert tidy(ledger, place, SOURCE) == 0
    assert listed(ledger) == []
