"""What the paths mean is worked out once, and anew as soon as anything that it rests on changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from counterpoint.actions.bringing import OWNERSHIP, Request, bring
from counterpoint.actions.tracing import TraceRequest, trace
from counterpoint.errors import StoreError
from counterpoint.lake.duck import DuckEngine, DuckSession
from counterpoint.lake.layout import RESULTS
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.questions.measuring import Measuring
from tests.questions.test_paths import git, written


class Counting(DuckEngine):
    """An engine that counts how often somebody opens a session of it."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = 0

    @contextmanager
    def session(self, place: Place, files: Sequence[str], tables: Mapping[str, pa.Table]) -> Iterator[DuckSession]:
        self.opened += 1
        with super().session(place, files, tables) as session:
            yield session


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    written(folder, api__pay_dot_py="1\n", web__page_dot_js="2\n", CODEOWNERS="/api/ @payments\n")
    return folder


@pytest.fixture
def engine() -> Counting:
    return Counting()


@pytest.fixture
def measuring(tmp_path: Path, repository: Path, engine: Counting) -> Iterator[Measuring]:
    ledger = Ledger.create(str(tmp_path / "org.db"))
    place = Place.at(str(tmp_path / "lake"))
    trace(ledger, place, TraceRequest(repository), actor="local")
    bring(ledger, Request(repository, OWNERSHIP), actor="local")
    yield Measuring.of(ledger, place, engine)
    ledger.close()


def rows(measuring: Measuring) -> dict[str, float]:
    """How many rows there are of each zone."""
    answer = measuring.run("volume", by="zone").answer
    return {str(one["unit"]): one["value"] for one in answer.rows if one["figure"] == "rows"}  # type: ignore[misc]


def opened(measuring: Measuring, engine: Counting) -> tuple[dict[str, float], int]:
    """The rows of each zone, and how many sessions it took to find them."""
    before = engine.opened
    return rows(measuring), engine.opened - before


def test_where_the_result_is_kept_nothing_is_read(measuring: Measuring, engine: Counting, repository: Path) -> None:
    assert opened(measuring, engine) == ({"zone:app//api/": 1}, 2)
    assert opened(measuring, engine) == ({"zone:app//api/": 1}, 0)
    trace(measuring.ledger, measuring.place, TraceRequest(repository), actor="local")
    assert opened(measuring, engine) == ({"zone:app//api/": 1}, 0)


def test_another_zone_is_another_result(measuring: Measuring, engine: Counting, repository: Path) -> None:
    rows(measuring)
    written(repository, CODEOWNERS="/web/ @pages\n")
    bring(measuring.ledger, Request(repository, OWNERSHIP), actor="local")
    # The paths themselves are the same ones: only the measure is run.
    assert opened(measuring, engine) == ({"zone:app//web/": 1}, 1)
    written(repository, CODEOWNERS="/api/ @payments\n")
    bring(measuring.ledger, Request(repository, OWNERSHIP), actor="local")
    assert opened(measuring, engine) == ({"zone:app//api/": 1}, 0)


def test_other_paths_are_another_result(measuring: Measuring, engine: Counting, repository: Path) -> None:
    rows(measuring)
    git(repository, "mv", "web/page.js", "api/page.js")
    git(repository, "commit", "-m", "moved")
    trace(measuring.ledger, measuring.place, TraceRequest(repository), actor="local")
    assert opened(measuring, engine) == ({"zone:app//api/": 4}, 2)


def test_what_is_left_out_by_another_rule_is_another_result(
    measuring: Measuring, engine: Counting, repository: Path
) -> None:
    rows(measuring)
    written(repository, _dot_gitattributes="api/*.py linguist-generated\n")
    trace(measuring.ledger, measuring.place, TraceRequest(repository), actor="local")
    # Nothing that counts is in the zone any more.
    assert "zone:app//api/" not in opened(measuring, engine)[0]


def test_what_is_kept_is_what_would_be_worked_out(measuring: Measuring) -> None:
    first, kept = (measuring.given({"zone"})[0].tables for _ in range(2))
    assert first == kept
    for file in measuring.place.files(RESULTS):
        measuring.place.remove(file.path)
    assert measuring.given({"zone"})[0].tables == first


def test_what_cannot_be_read_is_worked_out_again(measuring: Measuring) -> None:
    first = measuring.given({"zone"})[0].tables
    for file in measuring.place.files(RESULTS):
        measuring.place.put(file.path.removeprefix(measuring.place.root + "/"), pa.py_buffer(b"torn"))
    assert measuring.given({"zone"})[0].tables == first


def test_a_lake_that_cannot_be_written_to_is_no_hindrance(
    measuring: Measuring, engine: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("there is no room")

    monkeypatch.setattr(Place, "put", refuse)
    assert [opened(measuring, engine) for _ in range(2)] == [({"zone:app//api/": 1}, 2)] * 2


def test_where_there_is_no_activity_nothing_is_written(measuring: Measuring, tmp_path: Path) -> None:
    ledger = Ledger.create(str(tmp_path / "other.db"))
    place = Place.at(str(tmp_path / "nothing"))
    tables = Measuring.of(ledger, place, DuckEngine()).given({"zone"})[0].tables
    ledger.close()
    assert not tables["path_zone"].num_rows
    assert not list(place.files(RESULTS))
