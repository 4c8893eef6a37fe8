"""What a file that was renamed is called last: from the renames of a history, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

BEGINNING = datetime(1, 1, 1)
"""Before anything happened."""


class Rename(NamedTuple):
    """That at a time, in a source, a file got another name."""

    source: str
    moment: datetime
    old: str
    new: str


class Named(NamedTuple):
    """From ``since`` until before ``till``, what a source calls ``path`` is what it calls ``name`` in the end."""

    source: str
    path: str
    since: datetime
    till: datetime
    name: str


def lineage(renames: Iterable[Rename]) -> list[Named]:
    """Every span of time in which a path was the earlier name of a file that is called otherwise in the end.

    A path can be given away and used again for another file: each span ends with one of its renames. Paths that were
    never renamed are not in the result. Two names that change places in one commit are told apart, because what was
    called so before a rename is told from what is called so at and after it.
    """
    every = sorted(set(renames), key=lambda one: (one.source, one.moment, one.old, one.new), reverse=True)
    spans: dict[tuple[str, str], list[Named]] = {}
    for one in every:
        final = _final(spans.get((one.source, one.new), ()), one.moment) or one.new
        later = spans.setdefault((one.source, one.old), [])
        if later and later[-1].till == one.moment:
            continue  # one name given to two files at once: a copy; the first by the alphabet keeps the history
        if later:
            later[-1] = later[-1]._replace(since=one.moment)
        later.append(Named(one.source, one.old, BEGINNING, one.moment, final))
    return [one for key in sorted(spans) for one in reversed(spans[key]) if one.name != one.path]


def _final(spans: Iterable[Named], moment: datetime) -> str | None:
    return next((one.name for one in spans if one.since <= moment < one.till), None)
