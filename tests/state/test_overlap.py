"""Patterns that have a path in common: by hand, and against trying every short path."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import BadValue
from counterpoint.model.patterns import parse_pattern
from counterpoint.state.overlap import Patterns, overlap


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("src/billing/", "src/billing/api.py", True),
        ("src/billing", "src/search", False),
        ("/src/*/api.py", "src/billing/**", True),
        ("*.py", "src/billing/", True),
        ("*.py", "/docs/*.md", False),
        ("/src/a*", "/src/*b/", True),
        ("Billing API", "billing api", True),
        ("docs/*", "docs/a/b.md", False),
        ("elsewhere/", "/src/core/api.py", False),
        ("elsewhere/", "/src/core/", False),
        ("*.py", "/src/core/", True),
        ("*.md", "/src/core/api.py", False),
        ("conf.d", "/etc/conf.d/a", True),
        ("/etc/conf.d", "/etc/conf.d/a", True),
        ("!odd", "!Odd", True),
        ("!odd", "odd", False),
    ],
)
def test_overlap(one: str, other: str, meet: bool) -> None:
    assert overlap(one, other) is meet
    assert overlap(other, one) is meet


_segments = st.sampled_from(["a", "b", "ab", "*", "**", "a*", "?", "*b", "a?"])
_patterns = st.builds(
    lambda head, segments, tail: head + "/".join(segments) + tail,
    st.sampled_from(["", "/"]),
    st.lists(_segments, min_size=1, max_size=3),
    st.sampled_from(["", "/"]),
)
_NAMES = ("a", "b", "ab", "bb", "aa", "c")
PATHS = ["/".join(names) for size in range(1, 6) for names in product(_NAMES[: 6 if size < 4 else 3], repeat=size)]


def _plain(pattern: str) -> str | None:
    """A plain path, or a plain folder with or without ``/`` or ``/**`` behind it, as a path from the root."""
    path = re.sub(r"(/\*\*)*/?$", "", pattern)
    return f"/{path.strip('/')}" if path and "/" in pattern[:-1] and not re.search(r"[*?]", path) else None


@given(_patterns, _patterns)
def test_overlap_is_what_trying_paths_finds(one: str, other: str) -> None:
    try:
        first, second = (parse_pattern(_plain(pattern) or pattern) for pattern in (one, other))
    except BadValue:
        return
    found = any(first.matches(path) and second.matches(path) for path in PATHS)
    if _plain(one) or _plain(other):
        # For a plain path, what may be at any depth below it is left out: never more than brute force finds.
        assert found or not overlap(one, other)
        pair = (first, _plain(other)) if _plain(other) else (second, _plain(one))
        if pair[1] and pair[0].matches(pair[1].strip("/")):
            assert overlap(one, other)
        return
    # A path that both match has at most as many names as both patterns together: PATHS holds all shapes up to five.
    if found or len(first.segments) + len(second.segments) <= 5:
        assert overlap(one, other) is found


@given(st.lists(_patterns, max_size=8), _patterns)
def test_the_index_finds_what_trying_each_finds(patterns: list[str], one: str) -> None:
    assert Patterns(patterns).meeting(one) == sorted({other for other in patterns if overlap(one, other)})
