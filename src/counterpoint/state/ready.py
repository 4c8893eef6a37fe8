"""Which work is ready, and what holds up the rest.

Ready is open work with nothing unfinished before it or in it, not blocked, whose governance and alignment gates are
passed (a quality gate holds up shipping, not the work), and whose start is not to come. An ask of a party holds work
up where the dependency says that it comes first (prerequisite, transfer, usability) or where it was declined. Work that
somebody holds is ready all the same, but not for anybody else to take.

Critical work comes first, then what most other open work waits for, then by priority and by date. Whoever keeps the
state keeps the open work in nearly that order, so that the first page is found without reading all work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from counterpoint.model.answers import Ready, ReadyWork, Wait, WaitingWork
from counterpoint.state.open_work import Candidate, place
from counterpoint.state.scope import EVERYTHING, Scope, Scoped
from counterpoint.state.view import State
from counterpoint.state.waiting import Outlook, outlooks
from counterpoint.state.who import who_each

_PAGE, _LARGEST_PAGE = 64, 4096


def ready(state: State, scope: Scope = EVERYTHING, limit: int | None = None) -> Ready:
    """Ready work with who owns it and who decides on it; and, without a limit, all that the other open work waits for.

    With a limit the first of the list: what waits is not listed then. Closed work is counted for the whole alone.
    """
    scoped = Scoped(state, scope)
    if limit is not None:
        return _first(state, scoped, limit)
    found = _open(state, scoped, state.open_work(scoped.within))
    free = sorted((one for one in found if not one.waits), key=lambda one: _place(state, one))
    held = sorted((one for one in found if one.waits), key=lambda one: one.work)
    waiting = tuple(WaitingWork(one.work, state.text(one.work, "status"), one.waits) for one in held)
    closed = len(state.known("work")) - len(found) if scope == EVERYTHING else None
    return Ready(state.now, _rows(state, free), waiting, closed, False)


def _first(state: State, scoped: Scoped, limit: int) -> Ready:
    """Page after page of what may be open, until nothing that is to come can stand before what was found."""
    found: dict[tuple[str, str], Outlook] = {}
    seen: set[str] = set()
    last: Candidate | None = None
    size = max(_PAGE, limit + 1)
    while True:
        page = state.open_work(scoped.within, last, size)
        fresh = [one for one in page if state.canonical(one.work) not in seen]
        for one in _open(state, scoped, fresh):
            if not one.waits:
                found[_place(state, one)] = one
        seen.update(state.canonical(one.work) for one in fresh)
        best = sorted(found)[: limit + 1]
        if len(page) < size or (len(best) > limit and best[-1] <= (page[-1].place, page[-1].work)):
            rows = _rows(state, [found[key] for key in best[:limit]])
            return Ready(state.now, rows, (), None, len(best) > limit)
        last, size = page[-1], min(2 * size, _LARGEST_PAGE)


def _open(state: State, scoped: Scoped, candidates: Iterable[Candidate]) -> list[Outlook]:
    found = outlooks(state, scoped.holds(sorted({state.canonical(one.work) for one in candidates})))
    return [_held(one, scoped.mine) for one in found]


def _held(one: Outlook, mine: frozenset[str] | None) -> Outlook:
    """Nobody may take what somebody else holds."""
    if mine is None or one.holder is None or one.holder in mine:
        return one
    return replace(one, waits=(*one.waits, Wait("held", one.holder, None, "somebody else holds it")))


def _place(state: State, one: Outlook) -> tuple[str, str]:
    return place(len(one.waiting), state.text(one.work, "priority"), state.text(one.work, "due")), one.work


def _rows(state: State, free: list[Outlook]) -> tuple[ReadyWork, ...]:
    deciding = who_each(state, [one.work for one in free])
    return tuple(
        ReadyWork(
            one.work,
            state.text(one.work, "status"),
            state.text(one.work, "priority"),
            state.text(one.work, "due"),
            state.refs(one.work, "owner"),
            deciding[one.work].answer,
            deciding[one.work].deciders,
            one.asks,
            len(one.waiting),
            one.holder,
        )
        for one in free
    )
