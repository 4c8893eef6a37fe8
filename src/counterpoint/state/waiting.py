"""What each open work waits for, and what waits for it: looked at for any number of works, and nothing beyond them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from counterpoint.model.answers import Wait
from counterpoint.model.identifiers import kind_of
from counterpoint.state.links import Link, links_of, standing, today
from counterpoint.state.open_work import place
from counterpoint.state.surroundings import load_surroundings
from counterpoint.state.view import State

_FIRST = frozenset({"prerequisite", "transfer", "usability"})


@dataclass(frozen=True, slots=True)
class Outlook:
    """One open work: what it waits for, the dependencies that ask parties for something, the open work that waits
    for it, by itself and not by way of others, and who holds it."""

    work: str
    waits: tuple[Wait, ...]
    asks: tuple[str, ...]
    waiting: tuple[str, ...]
    holder: str | None


def outlooks(state: State, works: Iterable[str]) -> list[Outlook]:
    """The open ones among these works, in their order."""
    every = list(works)
    _load(state, every)
    open_work = [work for work in every if standing(state, work) == "open"]
    naming = {
        (kind, attribute): _naming(state, open_work, kind, attribute)
        for kind, attribute in (
            ("dependency", "consumer"),
            ("dependency", "provider"),
            ("work", "parent"),
            ("gate", "work"),
            ("lease", "on"),
        )
    }
    _load(state, {one for found in naming.values() for named in found.values() for one in named})
    links = _Links(state, naming["dependency", "consumer"], naming["dependency", "provider"])
    _load(state, {*links.ends(), *(up for work in open_work for up in state.refs(work, "parent"))})
    return [
        Outlook(
            work,
            (
                *_own(state, work),
                *_parts(state, work, naming["work", "parent"][work]),
                *(wait for link in links.into(work) if link.due for wait in _before(state, link)),
                *(wait for gate in naming["gate", "work"][work] for wait in _gate(state, work, gate)),
            ),
            tuple(link.id for link in links.into(work) if link.due and kind_of(link.provider) != "work"),
            _waiting(state, work, links),
            _holder(state, naming["lease", "on"][work]),
        )
        for work in open_work
    ]


class _Links:
    """The dependencies around some works."""

    def __init__(self, state: State, needing: Mapping[str, list[str]], giving: Mapping[str, list[str]]) -> None:
        named = {one for found in (*needing.values(), *giving.values()) for one in found}
        self._links = {link.id: link for link in links_of(state, sorted(named))}
        self._needing, self._giving = needing, giving

    def into(self, work: str) -> list[Link]:
        """What it needs."""
        found = [self._links[one] for one in self._needing[work] if one in self._links]
        return [link for link in found if link.consumer == work]

    def out_of(self, work: str) -> list[Link]:
        """What needs it."""
        found = [self._links[one] for one in self._giving[work] if one in self._links]
        return [link for link in found if link.provider == work]

    def ends(self) -> set[str]:
        """The work at either end."""
        return {end for link in self._links.values() for end in (link.consumer, link.provider)}


def _load(state: State, entities: Iterable[str]) -> None:
    """Load them; with the surroundings of those that several sources speak on, for it takes zones to know who has
    the say there."""
    every = list(entities)
    state.load(every)
    if contested := [entity for entity in every if state.contested(entity)]:
        load_surroundings(state, contested)


def _naming(state: State, works: list[str], kind: str, attribute: str) -> dict[str, list[str]]:
    state.load_mentioning(works, kind, attribute)
    return {work: list(state.mentioning(work, kind, attribute)) for work in works}


def _own(state: State, work: str) -> Iterable[Wait]:
    status = state.get(work, "status")
    if status is not None and status.disputed:
        yield Wait("disputed", None, None, "sources differ about its status")
    elif status is not None and status.value == "blocked":
        yield Wait("blocked", None, None, "its status is blocked")
    start = state.text(work, "start")
    if start is not None and start > today(state):
        yield Wait("start", start, None, "it starts later")


def _parts(state: State, work: str, children: Iterable[str]) -> Iterable[Wait]:
    for child in children:
        if child != work and work in state.refs(child, "parent") and standing(state, child) == "open":
            yield Wait("part", child, None, "a part of it is not finished")


def _before(state: State, link: Link) -> Iterable[Wait]:
    if kind_of(link.provider) != "work":
        if link.status == "declined":
            yield Wait("declined", link.provider, link.id, "what it asked for was declined")
        elif link.type in _FIRST:
            yield Wait("promise", link.provider, link.id, "a party has yet to provide what it needs first")
    elif link.ordered and link.provider != link.consumer:
        stand = standing(state, link.provider)
        if stand == "open":
            yield Wait("unfinished", link.provider, link.id, "it needs this first")
        elif stand == "dropped":
            yield Wait("dropped", link.provider, link.id, "it needs this, which was dropped")


def _gate(state: State, work: str, gate: str) -> Iterable[Wait]:
    status = state.text(gate, "status") or "open"
    if work not in state.refs(gate, "work"):
        return
    if state.text(gate, "type") != "quality" and status not in ("passed", "waived"):
        yield Wait("gate", gate, None, f"the gate is {status}")


def _holder(state: State, leases: Iterable[str]) -> str | None:
    held = [one for one in leases if state.text(one, "status") == "held"]
    return next((holder for one in held for holder in state.refs(one, "holder")), None)


def _waiting(state: State, work: str, links: _Links) -> tuple[str, ...]:
    needing = {link.consumer for link in links.out_of(work) if link.ordered and link.due}
    above = set(state.refs(work, "parent"))
    return tuple(
        sorted(
            one
            for one in needing | above
            if one != work and kind_of(one) == "work" and state.exists(one) and standing(state, one) == "open"
        )
    )


@dataclass(frozen=True, slots=True)
class Held:
    """How much open work cannot end before some other, that one included, and the most urgent of it."""

    count: int
    worst: str | None


def held_up(state: State, starts: Iterable[Iterable[str]], most: int = 2000) -> list[Held]:
    """For each of these groups of open work: it, and what waits for it by itself or by way of others.

    ``most`` bounds how much is looked at for all of them together.
    """
    groups = [tuple(group) for group in starts]
    after: dict[str, tuple[str, ...]] = {}
    layer = sorted({work for group in groups for work in group})
    while layer and len(after) < most:
        after |= waiters(state, layer)
        layer = sorted({one for work in layer for one in after[work]} - after.keys())
    return [_held(state, _closure(group, after)) for group in groups]


def waiters(state: State, works: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The open work that waits for each of these, by itself."""
    every = list(works)
    _load(state, every)
    giving = _naming(state, every, "dependency", "provider")
    links = _Links(state, {work: [] for work in every}, giving)
    _load(state, {*links.ends(), *(up for work in every for up in state.refs(work, "parent"))})
    return {work: _waiting(state, work, links) for work in every}


def _closure(group: Iterable[str], after: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    pending = list(group)
    while pending:
        here = pending.pop()
        if here not in found:
            found.add(here)
            pending.extend(after.get(here, ()))
    return found


def _held(state: State, works: set[str]) -> Held:
    urgency = {work: place(0, state.text(work, "priority"), state.text(work, "due")) for work in works}
    worst = min(works, key=lambda work: (urgency[work], work), default=None)
    return Held(len(works), worst)
