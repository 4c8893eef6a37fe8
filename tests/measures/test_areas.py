"""Areas and communities that are found where nobody declared any."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from counterpoint.measures.areas import OTHERS, TOP, areas, communities

_PART = some.sampled_from("abcd")
_PATHS = some.lists(
    some.tuples(some.lists(_PART, min_size=1, max_size=4).map("/".join), some.integers(0, 9)), max_size=40
)


def table(*ties: tuple[str, str, float]) -> pa.Table:
    one, other, weight = zip(*ties, strict=True) if ties else ((), (), ())
    return pa.table(
        {
            "one": pa.array(one, pa.string()),
            "other": pa.array(other, pa.string()),
            "weight": pa.array(weight, pa.float64()),
        }
    )


def test_the_busiest_directories_stand_apart() -> None:
    paths = ["README.md", "src/a/x.py", "src/a/y.py", "src/b/x.py", "src/main.py", "tests/one.py", "docs/x.md"]
    found = areas(paths, [2, 40, 10, 30, 2, 20, 10], most=7)
    assert found == {
        "README.md": TOP,
        "src/a/x.py": "src/a",
        "src/a/y.py": "src/a",
        "src/b/x.py": "src/b",
        "src/main.py": "src (rest)",
        "tests/one.py": "tests",
        "docs/x.md": "docs",
    }


def test_a_directory_that_only_holds_another_is_passed_by() -> None:
    found = areas(["src/app/api/x.py", "src/app/web/y.py", "src/app/web/z.py"], [5, 5, 5], most=4)
    assert found == {
        "src/app/api/x.py": "src/app/api",
        "src/app/web/y.py": "src/app/web",
        "src/app/web/z.py": "src/app/web",
    }


def test_an_area_that_is_light_stays_whole() -> None:
    found = areas(["src/a/x", "src/b/x", "lib/a/x", "lib/b/x"], [9, 9, 1, 1], most=4)
    assert found == {"src/a/x": "src/a", "src/b/x": "src/b", "lib/a/x": "lib", "lib/b/x": "lib"}


def test_a_flat_tree_is_one_area() -> None:
    assert set(areas([f"rfcs/{n}.md" for n in range(50)], [1.0] * 50).values()) == {"rfcs"}
    assert areas([], []) == {}


def test_what_cannot_be_meant_is_refused() -> None:
    for paths, weights, most in ((["a"], [], 3), (["a"], [-1.0], 3), (["a"], [1.0], 0)):
        with pytest.raises(ValueError, match="one weight for each path"):
            areas(paths, weights, most)


@given(_PATHS, some.integers(1, 6))
def test_every_path_has_an_area_around_it_and_there_are_no_more_than_asked_for(
    rows: list[tuple[str, int]], most: int
) -> None:
    paths, weights = [path for path, _ in rows], [float(weight) for _, weight in rows]
    found = areas(paths, weights, most)
    assert set(found) == set(paths)
    for path, area in found.items():
        assert area == TOP or path.startswith(area.removesuffix(" (rest)") + "/")
    active = {found[path] for path, weight in zip(paths, weights, strict=True) if weight}
    assert len(active) <= most
    shuffled = random.Random(1).sample(rows, len(rows))
    assert areas([path for path, _ in shuffled], [float(weight) for _, weight in shuffled], most) == found


def clique(*names: str) -> list[tuple[str, str, float]]:
    return [(one, other, 5.0) for place, one in enumerate(names) for other in names[place + 1 :]]


def test_two_groups_with_one_bridge_are_two_communities() -> None:
    ties = [*clique("a", "b", "c", "d"), *clique("x", "y", "z"), ("d", "x", 1.0)]
    found = communities(table(*ties))
    assert found == dict.fromkeys("abcd", "group 1") | dict.fromkeys("xyz", "group 2")
    turned = [(other, one, weight) for one, other, weight in reversed(ties)]
    assert communities(table(*turned)) == found


def test_the_smallest_are_others_where_there_are_too_many() -> None:
    ties = [*clique("a", "b", "c", "d"), *clique("x", "y", "z"), *clique("p", "q"), ("alone", "alone", 3.0)]
    found = communities(table(*ties), most=2)
    assert found == dict.fromkeys("abcd", "group 1") | dict.fromkeys("xyzpq", OTHERS)
    assert communities(table()) == {}
    assert len(set(communities(table(*ties), most=3).values())) == 3
