"""Calendars and mail brought in as all else: twice is once, in two goes is as at once, and names stay out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from counterpoint.actions.tracing import TraceRequest, trace
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import trace_actors, trace_files
from tests.sources.traces.test_calendar import ics, weekly
from tests.sources.traces.test_mail import answer, mail, mbox

LOCAL = "local"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    one = Ledger.create(str(tmp_path / "organisation.db"))
    yield one
    one.close()


def lake(ledger: Ledger, place: Place) -> list[dict[str, Any]]:
    """Every row that counts, with its actors as the ledger knows them."""
    with ledger.read() as snapshot:
        files = [one.name for one in trace_files(snapshot.connection)]
        known = {one.actor: f"{one.system}/{one.handle}" for one in trace_actors(snapshot.connection)}
    rows = []
    for name in files:
        path = place.path(name)
        assert b"acme" not in Path(path).read_bytes().replace(b"weekly-acme", b"").replace(b"lists.acme", b"")
        rows += pq.read_table(path).to_pylist()
    named = [row | {"actor": known[row["actor"]], "target": known.get(row["target"])} for row in rows]
    return sorted(named, key=lambda row: row["key"])


def test_a_calendar_twice_later_and_changed(ledger: Ledger, tmp_path: Path) -> None:
    place, path = Place.at(str(tmp_path / "lake")), tmp_path / "team.ics"
    path.write_text(ics(weekly()))
    early, late = (TraceRequest(path, None, {"until": day}) for day in ("2026-03-10", "2026-04-01"))
    first = trace(ledger, place, early, actor=LOCAL)
    assert (first.rows, first.fresh) == (10, 10)
    assert trace(ledger, place, early, actor=LOCAL).fresh == 0
    assert trace(ledger, place, late, actor=LOCAL).fresh == 15
    apart = lake(ledger, place)
    with closing(Ledger.create(str(tmp_path / "other.db"))) as other:
        elsewhere = Place.at(str(tmp_path / "other-lake"))
        trace(other, elsewhere, late, actor=LOCAL)
        assert lake(other, elsewhere) == apart
    path.write_text(ics(weekly("EXDATE;TZID=Europe/Berlin:20260316T100000")))
    trace(ledger, place, late, actor=LOCAL)
    assert len(lake(ledger, place)) == 20


def test_an_archive_that_grows_is_as_if_it_had_been_read_at_once(ledger: Ledger, tmp_path: Path) -> None:
    place, path = Place.at(str(tmp_path / "lake")), tmp_path / "dev.mbox"
    letters = [mail("2", "bo", References=answer("1")), mail("3", "cy", In_Reply_To=answer("1")), mail("1", "ana")]
    for count in (1, 2, 2, 3):
        path.write_text(mbox(letters[:count]))
        trace(ledger, place, TraceRequest(path), actor=LOCAL)
    apart = lake(ledger, place)
    assert sorted((row["actor"], row["target"]) for row in apart) == [
        ("email/ana@acme.example", None),
        ("email/bo@acme.example", "email/ana@acme.example"),
        ("email/cy@acme.example", "email/ana@acme.example"),
    ]
    with closing(Ledger.create(str(tmp_path / "other.db"))) as other:
        elsewhere = Place.at(str(tmp_path / "other-lake"))
        trace(other, elsewhere, TraceRequest(path), actor=LOCAL)
        assert lake(other, elsewhere) == apart
