"""Ready work in the most direct way: everything is read, and every pair is looked at. For tests to compare with."""

from __future__ import annotations

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PRIORITIES
from counterpoint.state.links import Link, links, standing, today
from counterpoint.state.view import State

_FIRST = ("prerequisite", "transfer", "usability")


def plain_ready(state: State) -> list[str]:
    """Every ready work, in order."""
    free = [work for work in _open(state) if not plain_waits(state, work)]
    return sorted(free, key=lambda work: _order(state, work))


def plain_waits(state: State, work: str) -> set[tuple[str, str | None]]:
    """What open work waits for: the sort of wait, and on what."""
    found: set[tuple[str, str | None]] = set()
    status = state.get(work, "status")
    if status is not None and status.disputed:
        found.add(("disputed", None))
    if status is not None and status.value == "blocked":
        found.add(("blocked", None))
    start = state.text(work, "start")
    if start is not None and start > today(state):
        found.add(("start", start))
    for child in _open(state):
        if child != work and work in state.refs(child, "parent"):
            found.add(("part", child))
    for link in links(state):
        if link.consumer == work and link.due and (kind := _kind(state, link)) is not None:
            found.add((kind, link.provider))
    for gate in state.entities("gate"):
        passed = state.text(gate, "status") in ("passed", "waived") or state.text(gate, "type") == "quality"
        if work in state.refs(gate, "work") and not passed:
            found.add(("gate", gate))
    return found


def _kind(state: State, link: Link) -> str | None:
    """The sort of wait that a dependency is for its consumer."""
    if kind_of(link.provider) != "work":
        promised = "promise" if link.type in _FIRST else None
        return "declined" if link.status == "declined" else promised
    if not link.ordered or link.provider == link.consumer:
        return None
    return {"open": "unfinished", "dropped": "dropped", "done": None}[standing(state, link.provider)]


def plain_waiting(state: State, work: str) -> set[str]:
    """The open work that waits for it, by itself."""
    needing = {link.consumer for link in links(state) if link.provider == work and link.ordered and link.due}
    return ((needing | set(state.refs(work, "parent"))) & set(_open(state))) - {work}


def plain_holder(state: State, work: str) -> str | None:
    """Who has a lease on it."""
    for lease in state.entities("lease"):
        if work in state.refs(lease, "on") and state.text(lease, "status") == "held":
            return next(iter(state.refs(lease, "holder")), None)
    return None


def _open(state: State) -> list[str]:
    return [work for work in state.entities("work") if standing(state, work) == "open"]


def _order(state: State, work: str) -> tuple[bool, int, int, str, str]:
    priority = state.text(work, "priority") or "normal"
    waiting = len(plain_waiting(state, work))
    due = state.text(work, "due") or "9999-99-99"
    return priority != "critical", -waiting, PRIORITIES.index(priority), due, work
