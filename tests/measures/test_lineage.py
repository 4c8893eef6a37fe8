"""What a renamed file is called last."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.measures.lineage import BEGINNING, Named, Rename, lineage

START = datetime(2026, 1, 1)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def last(found: list[Named], path: str, moment: datetime) -> str:
    return next((one.name for one in found if one.path == path and one.since <= moment < one.till), path)


def test_a_chain_leads_to_the_last_name() -> None:
    found = lineage([Rename("git:x", day(2), "b", "c"), Rename("git:x", day(1), "a", "b")])
    assert found == [
        Named("git:x", "a", BEGINNING, day(1), "c"),
        Named("git:x", "b", BEGINNING, day(2), "c"),
    ]


def test_a_name_used_again_is_another_file() -> None:
    found = lineage([Rename("s", day(1), "a", "old"), Rename("s", day(3), "a", "older")])
    assert last(found, "a", day(0)) == "old"
    assert last(found, "a", day(2)) == "older"
    assert last(found, "a", day(4)) == "a"


def test_two_names_change_places() -> None:
    found = lineage([Rename("s", day(1), "a", "b"), Rename("s", day(1), "b", "a")])
    assert (last(found, "a", day(0)), last(found, "b", day(0))) == ("b", "a")
    assert (last(found, "a", day(1)), last(found, "b", day(1))) == ("a", "b")


def test_sources_are_apart() -> None:
    assert last(lineage([Rename("one", day(1), "a", "b")]), "b", day(0)) == "b"
    assert {one.source for one in lineage([Rename("one", day(1), "a", "b")])} == {"one"}


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
            kept.append(Rename("s", day(number + 1), old, new))
    found = lineage(kept)
    for now, seen in files.items():
        for name, number in seen:
            assert last(found, name, day(number)) == now
