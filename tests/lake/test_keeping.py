"""Results that are kept are those that would be worked out, and go as soon as anything they rest on changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given as law
from hypothesis import settings
from hypothesis import strategies as st
from pyarrow import fs

from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.keeping import forget_results, run_kept, sweep_results
from counterpoint.lake.place import Place
from counterpoint.lake.running import Input, run
from counterpoint.lake.writing import Writer
from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.declaration import Asked
from counterpoint.measures.volume import VOLUME
from tests.lake import generated
from tests.lake.rows import Trace, written
from tests.lake.test_privacy import AVERAGE
from tests.measures.trial import NOW, organisation

MONTHLY = Asked("source", "month")


class Counting(DuckEngine):
    """An engine that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def session(self, place: Place, files: Sequence[str], tables: object) -> object:  # type: ignore[override]
        self.asked += 1
        return super().session(place, files, tables)  # type: ignore[arg-type]


def memory() -> Place:
    return Place("memory", fs._MockFileSystem(), "lake")


def of(place: Place, days: Sequence[int], now: datetime = NOW) -> Input:
    """A lake with a row on each of some days, counted from 30 January."""
    files = written(place, [[Trace(number, day) for number, day in enumerate(days)]])
    return Input(place, [one.name for one in files], organisation(), now)


def test_what_is_over_is_worked_out_once(tmp_path: Path) -> None:
    given = of(Place.at(str(tmp_path)), [0, 1, 10, 40, 41])
    engine = Counting()
    first = run_kept(VOLUME, MONTHLY, given, engine)
    assert (first.kept, engine.asked) == ((), 2)
    again = run_kept(VOLUME, MONTHLY, given, engine)
    assert (again.kept, engine.asked) == ((date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)), 2)
    assert again.rows.equals(first.rows) and first.rows.equals(run(VOLUME, MONTHLY, given, engine).rows)


def test_only_what_changed_is_worked_out_again(tmp_path: Path) -> None:
    place = Place.at(str(tmp_path))
    given = of(place, [0, 10, 40])
    run_kept(VOLUME, MONTHLY, given, DuckEngine())
    late = written(place, [[Trace(99, 11)]], [])
    more = replace(given, files=[*given.files, *(one.name for one in late)])
    found = run_kept(VOLUME, MONTHLY, more, DuckEngine())
    assert found.kept == (date(2026, 1, 1), date(2026, 3, 1))
    assert found.rows.equals(run(VOLUME, MONTHLY, more, DuckEngine()).rows)


def test_a_period_that_is_not_over_is_never_kept(tmp_path: Path) -> None:
    given = of(Place.at(str(tmp_path)), [0, 10, 40], now=datetime(2026, 3, 20, tzinfo=UTC))
    run_kept(VOLUME, MONTHLY, given, DuckEngine())
    assert len(run_kept(VOLUME, MONTHLY, given, DuckEngine()).kept) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda measure, asked, given: (replace(measure, version=2), asked, given),
        lambda measure, asked, given: (replace(measure, sql=f"-- anew\n{measure.sql}\n"), asked, given),
        lambda measure, asked, given: (measure, replace(asked, grain="organisation"), given),
        lambda measure, asked, given: (measure, replace(asked, window="quarter"), given),
    ],
)
def test_whatever_it_rests_on_makes_it_another(change: object, tmp_path: Path) -> None:
    plain = replace(
        VOLUME, sql="select period, unit, 'rows' as figure, count(*) as value from activity_by group by all\n"
    )
    given = of(Place.at(str(tmp_path)), [0, 10, 40])
    run_kept(plain, MONTHLY, given, DuckEngine())
    assert len(run_kept(plain, MONTHLY, given, DuckEngine()).kept) == 3
    assert not run_kept(*change(plain, MONTHLY, given), DuckEngine()).kept  # type: ignore[operator]


def test_tables_that_a_measure_reads_count_and_others_do_not(tmp_path: Path) -> None:
    given = of(Place.at(str(tmp_path)), [0, 10, 40])
    run_kept(VOLUME, MONTHLY, given, DuckEngine())
    actors = {"actor": [{"actor": "actor:1", "party": "person:ana", "sort": "agent"}]}
    assert not run_kept(VOLUME, MONTHLY, replace(given, tables=organisation(actors)), DuckEngine()).kept
    rituals = {"ritual": [{"ritual": "ritual:sync"}]}
    assert len(run_kept(VOLUME, MONTHLY, replace(given, tables=organisation(rituals)), DuckEngine()).kept) == 3


@settings(max_examples=4)
@law(
    st.lists(st.integers(0, 200), max_size=12),
    st.lists(st.integers(0, 200), max_size=4),
    st.sampled_from(["day", "week", "month", "quarter", "year", "all"]),
    st.none() | st.integers(0, 120),
    st.none() | st.integers(121, 230),
)
def test_kept_is_fresh(days: list[int], more: list[int], window: str, since: int | None, until: int | None) -> None:
    place, engine = memory(), DuckEngine()
    begin = date(2026, 1, 30).toordinal()
    low, high = (None if one is None else date.fromordinal(begin + one) for one in (since, until))
    asked = Asked("organisation", window, low, high)  # type: ignore[arg-type]
    files: list[str] = []
    for number, some in enumerate((days, more)):
        files += [one.name for one in written(place, [[Trace(number * 50 + at, day) for at, day in enumerate(some)]])]
        for now in (datetime(2026, 4, 20, tzinfo=UTC), NOW):
            given = Input(place, files, organisation(), now)
            found, fresh = run_kept(VOLUME, asked, given, engine), run(VOLUME, asked, given, engine)
            assert (found.rows, found.lacking) == (fresh.rows, fresh.lacking)


def test_what_is_private_is_not_kept(tmp_path: Path) -> None:
    place = Place.at(str(tmp_path))
    given = of(place, [0, 10])
    run_kept(AVERAGE, Asked("person", "month", me="actor:1"), given, DuckEngine())
    assert not list(place.files("results"))


def test_results_are_forgotten_at_once_and_old_ones_in_time(tmp_path: Path) -> None:
    place = Place.at(str(tmp_path))
    given = of(place, [0, 10])
    run_kept(VOLUME, MONTHLY, given, DuckEngine())
    assert sweep_results(place, datetime.now(UTC)) == 0
    assert sweep_results(place, datetime(2999, 1, 1, tzinfo=UTC)) == 3
    run_kept(VOLUME, MONTHLY, given, DuckEngine())
    assert forget_results(place) == 3
    assert not run_kept(VOLUME, MONTHLY, given, DuckEngine()).kept


def test_a_lake_that_takes_no_results_is_no_hindrance(tmp_path: Path) -> None:
    given = of(Place.at(str(tmp_path)), [0, 10])
    (tmp_path / "results").write_text("a file where a folder would be")
    found = run_kept(VOLUME, MONTHLY, given, DuckEngine())
    assert found.rows.num_rows and not run_kept(VOLUME, MONTHLY, given, DuckEngine()).kept


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(name for name, one in MEASURES.items() if not one.private))
def test_of_every_measure_kept_is_fresh(name: str) -> None:
    """A measure that says by_period and looks beyond its period is found out here."""
    measure, place = MEASURES[name], memory()
    writer = Writer(place, "all", "all")
    writer.add(generated.activity())
    now = datetime(2026, 5, 10, tzinfo=UTC)
    given = Input(place, [one.name for one in writer.close()], generated.tables(), now)
    asked = Asked(measure.grains[0], "month")
    fresh = run(measure, asked, given, DuckEngine())
    # One month is worked out alone and kept first, so that the others are worked out without it.
    run_kept(measure, replace(asked, since=date(2026, 3, 1), until=date(2026, 4, 1)), given, DuckEngine())
    for _ in range(2):
        found = run_kept(measure, asked, given, DuckEngine())
        assert [one.what for one in found.lacking] == [one.what for one in fresh.lacking]
        assert _close(found.rows, fresh.rows)


def _close(one: pa.Table, other: pa.Table) -> bool:
    exact = [field.name for field in one.schema if not pa.types.is_floating(field.type)]
    if one.num_rows != other.num_rows or not one.select(exact).equals(other.select(exact)):
        return False
    pairs = zip(one["value"].to_pylist(), other["value"].to_pylist(), strict=True)
    return all(left == right or abs(left - right) <= 1e-9 * max(1, abs(left)) for left, right in pairs)


def test_what_depends_on_who_asks_is_not_kept(tmp_path: Path) -> None:
    place = Place.at(str(tmp_path))
    given = of(place, [0, 1, 10, 40, 41])
    measures = [MEASURES["truck_factor"], MEASURES["connectors"], MEASURES["knockout"]]
    assert all(one.for_asker for one in measures)
    for asked in (Asked("person", "month", me="person:ana"), Asked("person", "month", me="person:bo")):
        assert not run_kept(MEASURES["congruence"], asked, given, DuckEngine()).kept
    assert not run_kept(measures[0], MONTHLY, given, DuckEngine()).kept
    assert not run_kept(measures[0], MONTHLY, given, DuckEngine()).kept
