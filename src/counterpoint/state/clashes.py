"""Two changes to one thing in one window of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush

from counterpoint.state.links import date_of, days, links
from counterpoint.state.overlap import Patterns, as_place
from counterpoint.state.view import State

MOST_CLASHES = 10_000


@dataclass(frozen=True, slots=True)
class Clash:
    """Two works, what each of them touches where they meet, and the days that both are at it."""

    works: tuple[str, str]
    touches: tuple[str, str]
    first: str
    last: str


@dataclass(frozen=True, slots=True, order=True)
class _Window:
    start: date
    end: date
    work: str
    touches: str


def clashes(state: State, works: Sequence[str]) -> tuple[list[Clash], bool]:
    """Each pair of works that touch one thing in overlapping windows, once; and whether these are all.

    Works with a dependency between them, or of which one is part of the other, know of each other and do not clash.
    A window is from start to due; with one of these, as long as the estimate, or that day alone.
    """
    by_text: dict[str, list[_Window]] = {}
    for work in works:
        touched = state.value(work, "touches")
        window = _window(state, work) if isinstance(touched, list) else None
        if window is not None and isinstance(touched, list):
            for text in touched:
                by_text.setdefault(as_place(str(text)), []).append(_Window(*window, work, str(text)))
    if not by_text:
        return [], True
    related = {frozenset((link.consumer, link.provider)) for link in links(state)}
    patterns = Patterns(by_text)
    found: dict[frozenset[str], Clash] = {}
    above: dict[str, set[str]] = {}
    for text in sorted(by_text):
        others = [other for other in patterns.meeting(text) if other >= text]
        for other in others:
            for one, two in _meeting(by_text[text], () if other == text else by_text[other]):
                pair = frozenset((one.work, two.work))
                if len(pair) < 2 or pair in found or pair in related or _kin(state, one, two, above):
                    continue
                if len(found) >= MOST_CLASHES:
                    return list(found.values()), False
                first, second = sorted((one, two), key=lambda window: window.work)
                start, end = max(one.start, two.start), min(one.end, two.end)
                touches = (first.touches, second.touches)
                found[pair] = Clash((first.work, second.work), touches, start.isoformat(), end.isoformat())
    return list(found.values()), True


def _window(state: State, work: str) -> tuple[date, date] | None:
    start, due = date_of(state, work, "start"), date_of(state, work, "due")
    if start is not None and due is not None:
        return (start, due) if start <= due else None
    span = timedelta(days=max(0.0, (days(state, work) or 1.0) - 1))
    if start is not None:
        return start, start + span
    return None if due is None else (due - span, due)


def _meeting(ones: Sequence[_Window], others: Sequence[_Window]) -> Iterable[tuple[_Window, _Window]]:
    """Sweep over time: pairs whose windows overlap, within ``ones`` or, where there are ``others``, across."""
    sides = sorted([(window, 0) for window in ones] + [(window, 1) for window in others])
    active: list[tuple[date, _Window, int]] = []
    for window, side in sides:
        while active and active[0][0] < window.start:
            heappop(active)
        for _, before, other in active:
            if not others or other != side:
                yield before, window
        heappush(active, (window.end, window, side))


def _kin(state: State, one: _Window, other: _Window, above: dict[str, set[str]]) -> bool:
    """Is one part of the other, at any depth? ``above`` keeps what was found before."""
    for work in (one.work, other.work):
        if work not in above:
            above[work] = _above(state, work)
    return other.work in above[one.work] or one.work in above[other.work]


def _above(state: State, work: str) -> set[str]:
    seen: set[str] = set()
    pending = list(state.refs(work, "parent"))
    while pending:
        here = pending.pop()
        if here not in seen:
            seen.add(here)
            pending.extend(state.refs(here, "parent"))
    return seen
