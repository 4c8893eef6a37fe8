"""Writing activity: each row once, the same rows the same file, and nothing half done."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import fs

from counterpoint.errors import StoreError
from counterpoint.lake import compacting, duplicates, writing
from counterpoint.lake.compacting import compacted, due
from counterpoint.lake.place import Place
from counterpoint.lake.sweeping import sweep
from counterpoint.lake.writing import Writer, Written
from counterpoint.model.activity import STORED
from tests.lake.rows import CONSISTENT, START, TRACES, Trace, kept, key_of, table, written

NOW = datetime(2026, 11, 21, tzinfo=UTC)
few = settings(max_examples=20)


def memory() -> Place:
    """A lake on a file system that Arrow keeps in memory: many of them cost little."""
    return Place("memory", fs._MockFileSystem(), "lake")


@few
@given(st.lists(TRACES, max_size=4))
def test_a_row_counts_once_and_the_first_word_stands(batches: list[list[Trace]]) -> None:
    place = memory()
    rows = kept(place, written(place, batches))
    every = [one for batch in batches for one in batch]
    assert [key for key, _, _ in rows] == sorted({key_of(one) for one in every})
    said = {(key_of(one), START + timedelta(days=one.day), one.object) for one in every}
    assert set(rows) <= said


@few
@given(CONSISTENT, st.integers(0, 40))
def test_two_halves_are_the_whole_and_twice_is_once(rows: list[Trace], cut: int) -> None:
    halves_are_the_whole(rows, cut)


def halves_are_the_whole(rows: list[Trace], cut: int) -> None:
    place, other = memory(), memory()
    whole = kept(place, written(place, [rows]))
    first = written(other, [rows[:cut]])
    second = written(other, [rows[cut:]], first)
    assert kept(other, [*first, *second]) == whole
    assert written(other, [rows], [*first, *second]) == []
    # A newer export that overlaps the old one adds what is new alone.
    third = written(other, [rows[cut // 2 :], [Trace(999, 3)]], [*first, *second])
    assert kept(other, third) == kept(other, written(other, [[Trace(999, 3)]]))


@few
@given(TRACES, TRACES, st.randoms(use_true_random=False))
def test_what_is_there_stays_whatever_comes_with_its_key(
    old: list[Trace], new: list[Trace], dice: random.Random
) -> None:
    first_word_stands(old, new, dice)


@settings(max_examples=4)
@given(TRACES, TRACES, CONSISTENT, st.integers(0, 40), st.randoms(use_true_random=False))
def test_the_same_where_duckdb_looks_for_duplicates(
    old: list[Trace], new: list[Trace], rows: list[Trace], cut: int, dice: random.Random
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "FEW", 0)
        first_word_stands(old, new, dice)
        halves_are_the_whole(rows, cut)


def first_word_stands(old: list[Trace], new: list[Trace], dice: random.Random) -> None:
    place = memory()
    first = written(place, [old])
    before = kept(place, first)
    dice.shuffle(new)
    second = written(place, [new], first)
    assert kept(place, first) == before
    keys = [key for key, _, _ in kept(place, [*first, *second])]
    assert len(keys) == len(set(keys)) == len({one.key for one in [*old, *new]})


@few
@given(CONSISTENT, st.randoms(use_true_random=False))
def test_the_same_rows_are_the_same_file_in_whatever_order(rows: list[Trace], dice: random.Random) -> None:
    again = list(rows)
    dice.shuffle(again)
    place = memory()
    assert written(place, [rows]) == written(place, [again[:3], again[3:]])


@few
@given(st.lists(TRACES, max_size=5), st.integers(1, 6), st.integers(1, 9))
def test_small_bounds_change_files_and_no_rows(batches: list[list[Trace]], in_a_file: int, in_memory: int) -> None:
    place = memory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "ROWS_IN_A_FILE", in_a_file)
        patch.setattr(writing, "ROWS_IN_MEMORY", in_memory)
        keys = [key for key, _, _ in kept(place, written(place, batches))]
    assert keys == sorted({key_of(one) for batch in batches for one in batch})


@few
@given(st.lists(st.tuples(TRACES, st.none() | st.integers(-10, 90)), max_size=6))
def test_what_is_said_of_the_rows_to_come_changes_files_and_no_rows(
    batches: list[tuple[list[Trace], int | None]],
) -> None:
    place, other = memory(), memory()
    writer = Writer(place, "test:it", "test")
    for rows, day in batches:
        writer.add(table(rows), None if day is None else START + timedelta(days=day))
    files = list(writer.close())
    keys = [key for key, _, _ in kept(place, files)]
    assert keys == [key for key, _, _ in kept(other, written(other, [rows for rows, _ in batches]))]
    months = [one.month for one in files]
    assert all(months.count(month) <= 2 for month in months)


def test_months_that_are_over_are_written_while_the_others_are_read(tmp_path: Path) -> None:
    writer = Writer(Place.at(str(tmp_path)), "test:it", "test")
    writer.add(table([Trace(1, 100), Trace(2, 70), Trace(3, 40)]), START + timedelta(days=70))
    assert [one.month for one in writer.written] == ["2026-05"]
    writer.add(table([Trace(4, 100), Trace(5, 40), Trace(6, 10)]), START + timedelta(days=40))
    assert [one.month for one in writer.written] == ["2026-05", "2026-04"]
    files = writer.close()
    assert [one.month for one in files] == ["2026-05", "2026-04", "2026-02", "2026-03", "2026-05"]
    assert sum(one.rows for one in files) == 6


@few
@given(st.lists(CONSISTENT, min_size=1, max_size=12), st.integers(2, 4))
def test_joining_files_keeps_the_rows(imports: list[list[Trace]], alike: int) -> None:
    place = memory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compacting, "ALIKE", alike)
        files: list[Written] = []
        for rows in imports:
            files += written(place, [rows], files)
        before = kept(place, files)
        while due(files):
            joined = compacted(place, "test", files)
            files = [one for one in files if one.name not in set(joined.gone)] + list(joined.fresh)
        assert kept(place, files) == before
        assert due(files) == []


def test_a_thousand_small_imports_are_a_few_files_and_each_row_is_rewritten_a_few_times() -> None:
    files: list[Written] = []
    rewritten = 0
    for number in range(1000):
        files.append(Written("2026-03", f"activity/test/2026-03/{number}", 300, 1))
        while groups := due(files):
            names = {one.name for group in groups for one in group}
            files = [one for one in files if one.name not in names]
            for group in groups:
                rewritten += sum(one.rows for one in group)
                files.append(Written("2026-03", group[0].name + "+", sum(one.rows for one in group), 1))
    assert sum(one.rows for one in files) == 300_000
    assert len(files) <= 15
    assert rewritten <= 4 * 300_000


def test_files_that_are_large_already_are_left_alone() -> None:
    files = [Written("2026-03", str(number), 400_000, 1) for number in range(50)]
    assert due(files) == []


def test_what_broke_off_is_cleared_away_after_a_day_and_what_counts_never_is(tmp_path: Path) -> None:
    place = Place.at(str(tmp_path))
    files = written(place, [[Trace(1, 1), Trace(2, 60)]])
    half = tmp_path / files[0].name
    half = half.with_name("half.parquet.0123.part")
    half.write_bytes(b"PAR1")
    names = [one.name for one in files]
    now = datetime.now(UTC)
    assert sweep(place, names, now) == []
    assert half.exists()
    gone = sweep(place, names[:1], now + timedelta(days=1, minutes=1))
    assert sorted(gone) == sorted([names[1], half.relative_to(tmp_path).as_posix()])
    assert kept(place, files[:1])
    assert not half.exists()


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place.at(str(tmp_path))
    first = written(place, [[Trace(1, 1)]])
    before = {one.path for one in place.files("activity")}

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        written(place, [[Trace(2, 1)], [Trace(3, 40)]], first)
    assert {one.path for one in place.files("activity")} == before


def test_when_writing_is_over_every_file_and_its_name_are_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, int]] = []
    sync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        sync(descriptor)
        done.append(("safe", os.fstat(descriptor).st_ino))

    def named(old: Path, new: Path) -> None:
        replace(old, new)
        done.append(("named", Path(new).stat().st_ino))

    monkeypatch.setattr("os.fsync", synced)
    monkeypatch.setattr("os.replace", named)
    files = written(Place.at(str(tmp_path / "lake")), [[Trace(number, number * 40) for number in range(12)]])
    assert len(files) == 12
    last = max(place for place, (what, _) in enumerate(done) if what == "named")
    for one in files:
        path = tmp_path / "lake" / one.name
        assert done.index(("safe", path.stat().st_ino)) < done.index(("named", path.stat().st_ino))
        for folder in (path.parent, *(above for above in path.parent.parents if tmp_path in (above, *above.parents))):
            assert ("safe", folder.stat().st_ino) in done[last:]


def test_a_file_that_is_there_already_is_made_safe_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place.at(str(tmp_path / "lake"))
    (one,) = written(place, [[Trace(1, 1)]])
    safe: list[int] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: safe.append(os.fstat(descriptor).st_ino))
    assert written(place, [[Trace(1, 1)]]) == [one]
    assert (tmp_path / "lake" / one.name).parent.stat().st_ino in safe


def test_a_file_that_counts_and_is_gone_is_named(tmp_path: Path) -> None:
    place = Place.at(str(tmp_path))
    (one,) = written(place, [[Trace(1, 1)]])
    (tmp_path / one.name).unlink()
    with pytest.raises(StoreError, match=one.name):
        written(place, [[Trace(2, 1)]], [one])


def test_bytes_follow_from_rows_not_from_how_text_was_encoded() -> None:
    rows = table([Trace(1, 1, "b"), Trace(2, 1, "a")])
    other = pa.concat_tables([rows.slice(1), rows.slice(0, 1)]).unify_dictionaries().take(pa.array([1, 0]))
    place = memory()
    assert place.keep("x", rows) == place.keep("x", other.combine_chunks())
    # A dictionary with a value twice, another that no row has, and rows in several pieces.
    actors = pa.DictionaryArray.from_arrays(pa.array([3, 1], pa.int32()), pa.array(["z", "actor:2", "q", "actor:1"]))
    again = rows.set_column(rows.schema.get_field_index("actor"), "actor", actors).cast(STORED)
    assert place.keep("x", again) == place.keep("x", pa.concat_tables([again.slice(0, 1), again.slice(1)]))
    assert place.keep("x", again) == place.keep("x", rows)


def test_a_lake_behind_another_file_system_of_arrows(tmp_path: Path) -> None:
    system = fs.SubTreeFileSystem(str(tmp_path), fs.LocalFileSystem())
    place = Place("share", system, "lake")
    assert not place.local
    files = written(place, [[Trace(1, 1), Trace(2, 60)]])
    more = written(place, [[Trace(1, 1), Trace(3, 60)]], files)
    assert len(kept(place, [*files, *more])) == 3
    assert sweep(place, [one.name for one in files], datetime.now(UTC) + timedelta(days=2)) == [more[0].name]
