"""What a file that was renamed is called last: from the renames of a history, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

BEGINNING = datetime(1, 1, 1)
"""Before anything happened."""


class Rename(NamedTuple):
    """That at a time, in a source, a file got another name, and in which commit."""

    source: str
    moment: datetime
    thread: str
    old: str
    new: str


class Named(NamedTuple):
    """Between two times, what a source calls ``path`` is what it calls ``name`` in the end.

    What was done at the time of ``till`` itself belongs to the span, unless it was done in the commit that ends it; and
    what was done at the time of ``since`` does not, unless it was done in the commit that begins it: commits of one
    second are told apart so.
    """

    source: str
    path: str
    since: datetime
    begun: str
    till: datetime
    ended: str
    name: str


def lineage(renames: Iterable[Rename]) -> list[Named]:
    """Every span of time in which a path was the earlier name of a file that is called otherwise in the end.

    A path can be given away and used again for another file: each span ends with one of its renames. Paths that were
    never renamed are not in the result.
    """
    every = sorted(set(renames), key=lambda one: (one.source, one.moment, one.old, one.new, one.thread), reverse=True)
    spans: dict[tuple[str, str], list[Named]] = {}
    for one in every:
        final = _final(spans.get((one.source, one.new), ()), one) or one.new
        later = spans.setdefault((one.source, one.old), [])
        if later and (later[-1].till, later[-1].ended) == (one.moment, one.thread):
            continue  # one name given to two files at once: a copy; the last by the alphabet keeps the history
        if later:
            later[-1] = later[-1]._replace(since=one.moment, begun=one.thread)
        later.append(Named(one.source, one.old, BEGINNING, "", one.moment, one.thread, final))
    return [one for key in sorted(spans) for one in reversed(spans[key]) if one.name != one.path]


def holds(span: Named, moment: datetime, thread: str) -> bool:
    """Is what was done then, in that commit, within the span?"""
    after = moment > span.since or (moment == span.since and thread == span.begun)
    return after and (moment < span.till or (moment == span.till and thread != span.ended))


def _final(spans: Iterable[Named], rename: Rename) -> str | None:
    """What the new name of a rename leads to, as of the rename."""
    return next((one.name for one in spans if holds(one, rename.moment, rename.thread)), None)
