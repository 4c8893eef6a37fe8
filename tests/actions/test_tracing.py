"""Bringing activity in: what counts afterwards, once, whole, and under identifiers that name nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import md5
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterpoint.actions.applying import apply
from counterpoint.actions.erasing import erase
from counterpoint.actions.tracing import TraceRequest, forget, retry_traces, trace
from counterpoint.errors import InvalidInput, NotFound, StoreError, UsageError
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import trace_actors, trace_files, trace_sources
from counterpoint.model.activity import RAW, Identity, Position, Progress, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces import formats
from counterpoint.sources.traces.format import Format

START = datetime(2026, 1, 30)


@dataclass
class Diary:
    """A source that tests write: days on which somebody did something; its cursor is how many were read."""

    name: str = "diary:ours"
    format: str = "diary"
    days: list[tuple[int, str]] = field(default_factory=list)
    breaks_after: int | None = None
    anew: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, cursor: Json, progress: Progress) -> Iterator[Traces | Quarantined | Position]:
        done = 0 if cursor is None or self.anew else int(str(cursor))
        for number, (day, who) in enumerate(self.days):
            if number < done:
                continue
            if number == self.breaks_after:
                raise InvalidInput("a page is missing")
            yield Traces(row(day, who, self.texts.get(who, "something")), [Identity("name", who, who.title())])
        yield Quarantined("record", "a blot", file="diary", line=3)
        yield Position(len(self.days), replaces=self.anew and cursor is not None)


def row(day: int, who: str, thing: str) -> pa.RecordBatch:
    values = dict.fromkeys(RAW.names) | {
        "key": md5(f"{day} {who}".encode()).digest(),
        "moment": START + timedelta(days=day),
        "actor": f"name/{who}",
        "verb": "act",
        "object": thing,
    }
    return pa.RecordBatch.from_pylist([values], schema=RAW)


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Diary:
    made = Diary(days=[(0, "ana"), (1, "bo"), (2, "ana")])

    def opened(_path: Path, _options: Mapping[str, str]) -> Diary:
        return made

    form = Format("diary", "a diary", lambda path: path.name == "diary", opened, {"page": "which page"})
    monkeypatch.setattr(formats, "FORMATS", {"diary": form})
    return made


@pytest.fixture
def home(tmp_path: Path) -> Iterator[tuple[Ledger, Place, TraceRequest]]:
    (tmp_path / "diary").write_text("")
    ledger = Ledger.create(str(tmp_path / "org.db"))
    yield ledger, Place.at(str(tmp_path / "lake")), TraceRequest(tmp_path / "diary")
    ledger.close()


Home = tuple[Ledger, Place, TraceRequest]


def rows_of(ledger: Ledger, place: Place) -> list[dict[str, object]]:
    with ledger.read() as snapshot:
        files = trace_files(snapshot.connection)
    found = [one for file in files for one in pq.read_table(place.path(file.name)).to_pylist()]
    return sorted(found, key=lambda one: str(one["moment"]))


def test_rows_count_and_the_lake_names_nobody(home: Home, diary: Diary) -> None:
    ledger, place, request = home
    done = trace(ledger, place, request, actor="local")
    assert (done.rows, done.fresh, done.actors, done.afresh) == (3, 3, 2, False)
    assert (done.first, done.last) == ("2026-01-30T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z")
    found = rows_of(ledger, place)
    with ledger.read() as snapshot:
        known = {one.actor: one.handle for one in trace_actors(snapshot.connection)}
        assert [(one.source, one.cursor) for one in trace_sources(snapshot.connection)] == [("diary:ours", 3)]
        assert [one.month for one in trace_files(snapshot.connection)] == ["2026-01", "2026-02"]
        assert [one["message"] for one in snapshot.quarantined()] == ["a blot"]
    assert [known[str(one["actor"])] for one in found] == ["ana", "bo", "ana"]
    assert {one["source"] for one in found} == {"diary:ours"}
    for file in Path(place.root).rglob("*.parquet"):
        assert b"ana" not in file.read_bytes()


def test_twice_is_once_and_what_is_new_is_added(home: Home, diary: Diary) -> None:
    ledger, place, request = home
    trace(ledger, place, request, actor="local")
    before = rows_of(ledger, place)
    assert trace(ledger, place, request, actor="local").fresh == 0
    assert rows_of(ledger, place) == before
    diary.days.append((40, "chi"))
    assert trace(ledger, place, request, actor="local").fresh == 1
    assert len(rows_of(ledger, place)) == 4


def test_a_reading_that_breaks_off_counts_for_nothing(home: Home, diary: Diary) -> None:
    ledger, place, request = home
    diary.breaks_after = 2
    with pytest.raises(InvalidInput, match="a page is missing"):
        trace(ledger, place, request, actor="local")
    assert rows_of(ledger, place) == []
    diary.breaks_after = None
    assert trace(ledger, place, request, actor="local").fresh == 3


def test_a_history_written_anew_takes_the_place_of_the_old(home: Home, diary: Diary) -> None:
    ledger, place, request = home
    trace(ledger, place, request, actor="local")
    diary.anew, diary.days = True, [(0, "ana"), (5, "bo")]
    done = trace(ledger, place, request, actor="local")
    assert (done.afresh, done.rows) == (True, 2)
    assert [one["moment"] for one in rows_of(ledger, place)] == [START, START + timedelta(days=5)]


def test_what_could_not_be_read_is_read_again_and_nothing_twice(home: Home, diary: Diary) -> None:
    ledger, place, request = home
    trace(ledger, place, request, actor="local")
    diary.days.insert(0, (9, "dee"))
    (done,) = retry_traces(ledger, place, None, actor="local")
    assert (done.rows, done.fresh) == (4, 1)
    assert len(rows_of(ledger, place)) == 4
    assert retry_traces(ledger, place, "another", actor="local") == ()


def test_forgetting_a_source(home: Home, diary: Diary) -> None:
    ledger, place, request = home
    trace(ledger, place, request, actor="local")
    assert forget(ledger, "diary:ours", actor="local").rows == 3
    assert rows_of(ledger, place) == []
    with pytest.raises(NotFound):
        forget(ledger, "diary:ours", actor="local")
    assert trace(ledger, place, request, actor="local").fresh == 3


def test_what_cannot_be_meant_is_told(home: Home, diary: Diary, tmp_path: Path) -> None:
    ledger, place, request = home
    with pytest.raises(NotFound, match="there is no"):
        trace(ledger, place, TraceRequest(tmp_path / "nothing"), actor="local")
    with pytest.raises(UsageError, match="no option 'colour'"):
        trace(ledger, place, TraceRequest(request.path, None, {"colour": "red"}), actor="local")
    with pytest.raises(UsageError, match="no format 'novel'"):
        trace(ledger, place, TraceRequest(request.path, "novel"), actor="local")
    (tmp_path / "other").write_text("")
    with pytest.raises(InvalidInput, match="no format that is known"):
        trace(ledger, place, TraceRequest(tmp_path / "other"), actor="local")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        trace(ledger, Place.at(str(tmp_path / "file" / "lake")), request, actor="local")


def test_who_is_erased_is_nobody_in_the_lake_either(home: Home, diary: Diary) -> None:
    ledger, place, request = home
    diary.texts["ana"] = "people/ana.toml"
    trace(ledger, place, request, actor="local")
    folder = Path(place.root).parent / "files"
    folder.mkdir()
    (folder / "people.toml").write_text('[[person]]\nid = "ana"\nhandle.name = "Ana"\n[[person]]\nid = "bo"\n')
    apply(ledger, folder, actor="local")
    old = {str(path) for path in Path(place.root).rglob("*.parquet")}
    done = erase(ledger, "person:ana", actor="local", place=place)
    assert (done.actors, done.traces) == (1, 2)
    found = rows_of(ledger, place)
    assert len(found) == 3
    assert {str(one["object"]) == "something" for one in found} == {True, False}
    words = {one["object"] for one in found} - {"something"}
    assert len(words) == 1, "one text stays one text"
    new = {str(path) for path in Path(place.root).rglob("*.parquet")}
    assert len(new - old) == 2, "what held the name was written anew"
    assert len(old - new) == 2, "and is gone"
    for path in new:
        assert "ana" not in str(pq.read_table(path).to_pylist())
    with ledger.read() as snapshot:
        assert {one.handle for one in trace_actors(snapshot.connection)} == {None, "bo"}
    # Who was erased comes back as a stranger.
    assert trace(ledger, place, request, actor="local", from_the_start=True).actors == 1
