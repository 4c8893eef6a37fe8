"""What a renamed file is called last."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.measures.lineage import BEGINNING, Named, Rename, holds, lineage

START = datetime(2026, 1, 1)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def last(found: list[Named], path: str, moment: datetime, thread: str = "") -> str:
    return next((one.name for one in found if one.path == path and holds(one, moment, thread)), path)


def renamed(source: str, moment: datetime, old: str, new: str, thread: str = "it") -> Rename:
    return Rename(source, moment, thread, old, new)


def test_a_chain_leads_to_the_last_name() -> None:
    found = lineage([renamed("git:x", day(2), "b", "c"), renamed("git:x", day(1), "a", "b")])
    assert found == [
        Named("git:x", "a", BEGINNING, "", day(1), "it", "c"),
        Named("git:x", "b", BEGINNING, "", day(2), "it", "c"),
    ]


def test_a_name_used_again_is_another_file() -> None:
    found = lineage([renamed("s", day(1), "a", "old"), renamed("s", day(3), "a", "older")])
    assert last(found, "a", day(0)) == "old"
    assert last(found, "a", day(2)) == "older"
    assert last(found, "a", day(4)) == "a"


def test_two_names_change_places() -> None:
    found = lineage([renamed("s", day(1), "a", "b"), renamed("s", day(1), "b", "a")])
    assert (last(found, "a", day(0)), last(found, "b", day(0))) == ("b", "a")
    assert (last(found, "a", day(1), "it"), last(found, "b", day(1), "it")) == ("a", "b")


def test_what_was_done_in_the_second_of_a_rename_was_done_before_it() -> None:
    found = lineage([renamed("s", day(1), "a", "b", "first"), renamed("s", day(1), "b", "c", "second")])
    assert last(found, "a", day(1), "another") == "c"
    assert last(found, "b", day(1), "first") == "c"
    assert last(found, "b", day(1), "second") == "b"


def test_sources_are_apart() -> None:
    assert last(lineage([renamed("one", day(1), "a", "b")]), "b", day(0)) == "b"
    assert {one.source for one in lineage([renamed("one", day(1), "a", "b")])} == {"one"}


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=30))
def test_as_by_moving_files_about(moves: list[tuple[str, str]]) -> None:
    """Files that are really moved, one move a day; whoever is in the way is gone."""
    files: dict[str, set[tuple[str, int]]] = {}
    kept: list[Rename] = []
    for number, (old, new) in enumerate(moves):
        # Every day each name that is not in use is a new file, and each file there was seen under its name.
        for name in "abcde":
            files.setdefault(name, set()).add((name, number))
        if old != new:
            files[new] = files.pop(old)
            kept.append(renamed("s", day(number) + timedelta(hours=12), old, new))
    found = lineage(kept)
    for now, seen in files.items():
        for name, number in seen:
            assert last(found, name, day(number)) == now
