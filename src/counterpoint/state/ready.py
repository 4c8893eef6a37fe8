"""Which work is ready, and what holds up the rest.

Ready is open work with nothing unfinished before it or in it, not blocked, whose governance and alignment gates are
passed (a quality gate holds up shipping, not the work), and whose start is not to come. An ask of a party holds work
up where the dependency says that it comes first (prerequisite, transfer, usability) or where it was declined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.model.answers import Ready, ReadyWork, Wait, WaitingWork
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PRIORITIES
from counterpoint.state.links import Link, links, parts, standing, today
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State
from counterpoint.state.who import who_each

_FIRST = frozenset({"prerequisite", "transfer", "usability"})
_RANK = {priority: rank for rank, priority in enumerate(PRIORITIES)}


def ready(state: State) -> Ready:
    """Every open work: ready, with who owns it and who decides on it; or waiting, with all that it waits for."""
    works = entities_of(state, "work")
    stands = {work: standing(state, work) for work in works}
    open_work = [work for work in works if stands[work] == "open"]
    waits: dict[str, list[Wait]] = {work: list(_own(state, work)) for work in open_work}
    asks: dict[str, list[str]] = {}
    for parent, children in parts(state, open_work).items():
        for child in children:
            if parent in waits and child != parent:
                waits[parent].append(Wait("part", child, None, "a part of it is not finished"))
    for link in links(state):
        if link.consumer in waits and link.due:
            waits[link.consumer].extend(_before(link, stands))
            if kind_of(link.provider) != "work":
                asks.setdefault(link.consumer, []).append(link.id)
    for gate in entities_of(state, "gate"):
        for work in state.refs(gate, "work"):
            if work in waits:
                waits[work].extend(_gate(state, gate))
    free = [work for work in open_work if not waits[work]]
    rows = _rows(state, free, asks)
    waiting = tuple(
        WaitingWork(work, state.text(work, "status"), tuple(waits[work])) for work in open_work if waits[work]
    )
    return Ready(state.now, rows, waiting, len(works) - len(open_work))


def _own(state: State, work: str) -> Iterable[Wait]:
    status = state.get(work, "status")
    if status is not None and status.disputed:
        yield Wait("disputed", None, None, "sources differ about its status")
    elif status is not None and status.value == "blocked":
        yield Wait("blocked", None, None, "its status is blocked")
    start = state.text(work, "start")
    if start is not None and start > today(state):
        yield Wait("start", start, None, "it starts later")


def _before(link: Link, stands: Mapping[str, str]) -> Iterable[Wait]:
    if kind_of(link.provider) != "work":
        if link.status == "declined":
            yield Wait("declined", link.provider, link.id, "what it asked for was declined")
        elif link.type in _FIRST:
            yield Wait("promise", link.provider, link.id, "a party has yet to provide what it needs first")
    elif link.ordered and link.provider != link.consumer:
        stand = stands.get(link.provider, "open")
        if stand == "open":
            yield Wait("unfinished", link.provider, link.id, "it needs this first")
        elif stand == "dropped":
            yield Wait("dropped", link.provider, link.id, "it needs this, which was dropped")


def _gate(state: State, gate: str) -> Iterable[Wait]:
    status = state.text(gate, "status") or "open"
    if state.text(gate, "type") != "quality" and status not in ("passed", "waived"):
        yield Wait("gate", gate, None, f"the gate is {status}")


def _rows(state: State, free: list[str], asks: dict[str, list[str]]) -> tuple[ReadyWork, ...]:
    deciding = who_each(state, free)
    rows = [
        ReadyWork(
            work,
            state.text(work, "status"),
            state.text(work, "priority"),
            state.text(work, "due"),
            state.refs(work, "owner"),
            deciding[work].answer,
            deciding[work].deciders,
            tuple(asks.get(work, ())),
        )
        for work in free
    ]
    return tuple(sorted(rows, key=lambda row: (_RANK.get(row.priority or "normal", 2), row.due or "9999", row.work)))
