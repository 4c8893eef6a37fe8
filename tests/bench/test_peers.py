"""The comparison with other tools believes none: what it counts as true is looked up, and a lie is counted as one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench" / "peers"))
from compare import tables
from measure import Load, at_size, measured, races, writers
from peer import FIRST, Peer, PeerError, Planned, Seat, one_is_true, planned


class Shelf:
    """A tool of one folder, with a file for each item and one for each claim; ``honest`` or a tool that says yes to
    everybody and keeps only every other item that it acknowledged."""

    name, reached = "Shelf", "a folder"

    def __init__(self, honest: bool) -> None:
        self.honest, self.folder = honest, Path()

    def version(self) -> str:
        return "1"

    def start(self, folder: Path) -> None:
        self.folder = folder

    def seed(self, items: Sequence[Planned]) -> list[str]:
        for item in items:
            (self.folder / f"{item.title}.item").write_text(str(item.after or ""))
        return [item.title for item in items if item.after is None]

    def seat(self, number: int) -> Seat:
        return ShelfSeat(self, number)

    def stop(self) -> None:
        pass


class ShelfSeat:
    def __init__(self, shelf: Shelf, number: int) -> None:
        self.shelf, self.number, self.made = shelf, number, 0

    def create(self, title: str) -> None:
        if title == "Extra 0001":
            raise PeerError("the shelf is full")
        self.made += 1
        if self.shelf.honest or self.made % 2:
            (self.shelf.folder / f"{title}.item").write_text("")

    def claim(self, item: str) -> bool:
        place = self.shelf.folder / f"{item}.claim"
        if not self.shelf.honest:
            place.write_text(str(self.number))
            return True
        try:
            with place.open("x") as file:
                file.write(str(self.number))
        except FileExistsError:
            return False
        return True

    def ready(self) -> int:
        claimed = {file.stem for file in self.shelf.folder.glob("*.claim")}
        items = self.shelf.folder.glob("*.item")
        return sum(1 for file in items if not file.read_text() and file.stem not in claimed)

    def first(self) -> int:
        return min(self.ready(), FIRST)

    def titles(self) -> list[str]:
        return [file.stem for file in self.shelf.folder.glob("*.item")]

    def holders(self, item: str) -> set[int] | None:
        return {int(file.read_text()) for file in self.shelf.folder.glob(f"{item}.claim")}

    def close(self) -> None:
        pass


@pytest.fixture(params=[True, False], ids=["honest", "lying"])
def shelf(request: pytest.FixtureRequest) -> Iterator[Peer]:
    yield Shelf(bool(request.param))


class TestOneIsTrue:
    def test_who_holds_it_alone_by_the_record(self) -> None:
        assert one_is_true({3}, {3})

    def test_who_was_told_yes_and_does_not_hold_it(self) -> None:
        assert not one_is_true({3}, {4})
        assert not one_is_true({3}, set())

    def test_of_all_who_were_told_yes_the_last_one_is_recorded(self) -> None:
        assert one_is_true({0, 1, 2}, {2})

    def test_several_were_told_yes_and_are_recorded(self) -> None:
        assert not one_is_true({0, 1}, {0, 1})

    def test_who_is_recorded_and_was_told_no_does_not_count_against_it(self) -> None:
        assert one_is_true({0}, {0, 1, 2})

    def test_nobody_was_told_yes(self) -> None:
        assert not one_is_true(set(), {1})
        assert not one_is_true(set(), None)

    def test_no_holder_is_recorded_at_all(self) -> None:
        assert one_is_true({5}, None)
        assert not one_is_true({5, 6}, None)


def test_each_fourth_item_waits_for_the_one_before_it() -> None:
    assert [(one.number, one.after) for one in planned(9) if one.after] == [(4, 3), (8, 7)]
    assert all(one.after is None for one in planned(9, 0))
    assert [one.number for one in planned(4, 2) if one.after] == [2, 4]


def test_races_count_yes_and_true(shelf: Shelf) -> None:
    found = races(shelf, 4, 3)
    assert found["races"] == 3
    assert found["true"] == 3
    assert found["yes"] == (3 if shelf.honest else 12)
    assert found["right"] == (3 if shelf.honest else 0)
    assert found["errors"] == {}


def test_writers_count_what_is_kept(shelf: Shelf) -> None:
    found = writers(shelf)
    assert (found["asked"], found["acknowledged"]) == (80, 80)
    # The first client made one before, to get warm: of its ten the lying shelf keeps the even ones, as of the others.
    assert found["kept"] == (80 if shelf.honest else 40)


def test_at_a_size_everything_is_timed_and_an_error_is_told() -> None:
    found = at_size(Shelf(True), 40, Load(calls=3, listings=2))
    assert found["items"] == 40
    assert found["ready"]["listed"] == found["ready"]["expected"] == 30
    assert found["first"]["listed"] == 20
    assert found["create"]["failed"] == 1
    assert found["create"]["errors"] == {"PeerError: the shelf is full": 1}
    assert found["claim"]["failed"] == found["claim"]["refused"] == 0
    assert 0 < found["claim"]["least_ms"] <= found["claim"]["ms"]


def test_the_tables_tell_all_rounds_together() -> None:
    load = Load(sizes=(8,), calls=3, listings=1, races=((2, 2),))
    one = measured(Shelf(False), load)
    text = "\n".join(tables([[one, one]]))
    assert "| Shelf | 4 | 8 | 4 | 0 |" in text
    assert "| Shelf | 160 | 160 | 80 |" in text
    assert "- Shelf, create at 8 items: PeerError: the shelf is full (2 times)" in text
