"""Alignment: which effort serves which objective, how far the objectives are, and what serves none.

Work serves the objectives that it states, else those of the nearest work that it is part of. Work of which every open
part serves something is served by its parts. Effort is work of which no part is open, so that nothing counts twice.
It tells of work and objectives, and rates nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from counterpoint.model.alignment import Aim, Alignment, Effort, KeyResult, Share
from counterpoint.model.kinds import PRIORITIES
from counterpoint.model.statements import Json
from counterpoint.state.links import standing
from counterpoint.state.scope import EVERYTHING, Scope, Scoped
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State

_RANK = {priority: rank for rank, priority in enumerate(PRIORITIES)}
_CLOSED = ("done", "dropped")


def key_results(state: State, objective: str) -> tuple[KeyResult, ...]:
    """The key results of an objective as they stand, by name.

    A figure may be stated with the key result by any source, and measured by a command: the newest counts.
    """
    targets: dict[str, tuple[tuple[str, int], dict[str, Json]]] = {}
    values: dict[str, tuple[tuple[str, int], float]] = {}
    for claim in state.claims(objective, "key_result"):
        row, when = claim.value, (claim.said, claim.sequence)
        if isinstance(row, dict):
            name = str(row["name"])
            targets[name] = max(targets.get(name, (when, row)), (when, row), key=lambda one: one[0])
            _newest(values, name, when, row.get("value"))
    for claim in state.claims(objective, "measured"):
        if isinstance(claim.value, dict):
            _newest(values, str(claim.value["name"]), (claim.said, claim.sequence), claim.value["value"])
    return tuple(_key_result(targets[name][1], values.get(name)) for name in sorted(targets))


def _newest(values: dict[str, tuple[tuple[str, int], float]], name: str, when: tuple[str, int], value: Json) -> None:
    if isinstance(value, int | float) and (name not in values or values[name][0] <= when):
        values[name] = (when, value)


def _key_result(row: dict[str, Json], found: tuple[tuple[str, int], float] | None) -> KeyResult:
    target, start, unit = row["target"], row.get("start"), row.get("unit")
    assert isinstance(target, int | float)
    first = start if isinstance(start, int | float) else None
    value, said = (None, None) if found is None else (found[1], found[0][0])
    far = None if value is None else progress(first or 0, target, value)
    return KeyResult(str(row["name"]), target, first, value, unit if isinstance(unit, str) else None, said, far)


def progress(start: float, target: float, value: float) -> float:
    """How much of the way from start to target is done, from 0 to 1; what starts at its target is there or not.

    >>> progress(140, 60, 100), progress(0, 12, 3), progress(0, 10, 11)
    (0.5, 0.25, 1.0)
    """
    if start == target:
        return 1.0 if value == target else 0.0
    return round(min(1.0, max(0.0, (value - start) / (target - start))), 4)


def alignment(state: State, only: str | None = None, scope: Scope = EVERYTHING) -> Alignment:
    """Which open effort serves which objective; of one objective and what is part of it, or of a part of the work.

    With ``only`` nothing is told of work that serves no objective.
    """
    found = _Effort(state, scope)
    every = entities_of(state, "objective")
    aims = [one for one in every if state.text(one, "status") not in _CLOSED]
    if only is not None:
        aims = [one for one in aims if one == only or only in _above(state, one)]
    told = sorted((_aim(state, one, found) for one in aims), key=lambda aim: (_rank(aim.priority), aim.objective))
    named = {objective for objectives in found.serves.values() for objective in objectives}
    leaves = [work for work in found.open_work if work not in found.with_open_parts]
    idle = [] if only is not None else [work for work in found.open_work if not found.aligned(work)]
    top = [work for work in idle if not set(found.up.get(work, ())) & set(idle)]
    return Alignment(
        state.now,
        tuple(told),
        tuple(aim.objective for aim in told if not aim.served),
        tuple(_shares(state, found, leaves, aims)),
        _share(state, None, [work for work in leaves if work in set(idle)]),
        tuple(found.effort(work, sum(1 for one in found.beneath(work) if one in set(idle))) for work in top),
        tuple(one for one in every if state.text(one, "status") in _CLOSED and one in named and only is None),
        tuple(sorted(one for one in named if not state.exists(one))) if only is None else (),
    )


class _Effort:
    """The open work, and what each serves."""

    def __init__(self, state: State, scope: Scope) -> None:
        self._state = state
        scoped = Scoped(state, scope)
        works = sorted({state.canonical(one.work) for one in state.open_work(scoped.within)})
        state.load(works)
        self.open_work = [work for work in scoped.holds(works) if standing(state, work) == "open"]
        self.up: dict[str, tuple[str, ...]] = {}
        layer = list(self.open_work)
        while layer:
            state.load(layer)
            for work in layer:
                self.up[work] = state.refs(work, "parent")
            layer = sorted({one for work in layer for one in self.up[work] if one not in self.up})
        self.serves = {work: self._served(work) for work in self.open_work}
        self.parts: dict[str, list[str]] = {}
        for work in self.open_work:
            for parent in self.up[work]:
                self.parts.setdefault(parent, []).append(work)
        self.with_open_parts = frozenset(self.parts)

    def _from(self, work: str) -> tuple[str, tuple[str, ...]] | None:
        """The nearest of a work and what it is part of that says what it serves, and the objectives."""
        seen: set[str] = set()
        layer = [work]
        while layer:
            for one in layer:
                if stated := self._state.refs(one, "serves"):
                    return one, stated
            seen.update(layer)
            layer = sorted({up for one in layer for up in self.up.get(one, ()) if up not in seen})
        return None

    def _served(self, work: str) -> tuple[str, ...]:
        found = self._from(work)
        return () if found is None else found[1]

    def beneath(self, work: str) -> list[str]:
        """Every open part of a work, and theirs."""
        found: list[str] = []
        pending = list(self.parts.get(work, ()))
        while pending:
            one = pending.pop()
            if one not in found and one != work:
                found.append(one)
                pending += self.parts.get(one, ())
        return found

    @cached_property
    def _by_parts(self) -> frozenset[str]:
        """Work that says nothing itself, and of which every open part serves something."""
        idle = {work for work in self.open_work if not self.serves[work]}
        changed = True
        while changed:
            fine = {work for work in idle if (parts := self.parts.get(work)) and not idle.intersection(parts)}
            idle -= fine
            changed = bool(fine)
        return frozenset(work for work in self.open_work if not self.serves[work]) - idle

    def aligned(self, work: str) -> bool:
        """Does it serve an objective, by itself, by what it is part of, or by its parts?"""
        return bool(self.serves[work]) or work in self._by_parts

    def effort(self, work: str, parts: int = 0) -> Effort:
        """One work as the answer has it."""
        state, found = self._state, self._from(work)
        estimate = state.value(work, "estimate")
        return Effort(
            work,
            state.text(work, "title"),
            state.text(work, "status"),
            state.refs(work, "owner"),
            state.text(work, "due"),
            float(estimate) if isinstance(estimate, int | float) else None,
            found[0] if found is not None and found[0] != work else None,
            parts,
        )


def _aim(state: State, objective: str, found: _Effort) -> Aim:
    serving = state.naming(objective, "work", "serves")
    done = [work for work in serving if standing(state, work) == "done"]
    own = [work for work in found.open_work if objective in found.serves[work]]
    # What is part of work that is listed serves by it, and is counted and not listed.
    listed = [work for work in own if not set(found.up.get(work, ())) & set(own)]
    below = _below(state, objective)
    beneath = {work for work in found.open_work if not below.isdisjoint(found.serves[work])} - set(own)
    priority, of = _priority(state, objective)
    parents = state.refs(objective, "parent")
    served = bool(own or done or beneath) or any(_served_by_done(state, one) for one in below)
    inside = {work: sum(1 for one in found.beneath(work) if one in set(own)) for work in listed}
    order = sorted(listed, key=lambda work: (state.text(work, "due") or "9999", work))
    return Aim(
        objective, state.text(objective, "title"), priority, of, state.text(objective, "status"),
        state.refs(objective, "owner"), parents[0] if parents else None, key_results(state, objective),
        tuple(found.effort(work, inside[work]) for work in order), len(own), len(done), len(beneath), served,
    )  # fmt: skip


def _served_by_done(state: State, objective: str) -> bool:
    return any(standing(state, work) == "done" for work in state.naming(objective, "work", "serves"))


def _above(state: State, objective: str) -> list[str]:
    """The objectives that it is part of, nearest first."""
    found: list[str] = []
    here = state.refs(objective, "parent")
    while here and here[0] not in found:
        found.append(here[0])
        here = state.refs(here[0], "parent")
    return found


def _below(state: State, objective: str) -> frozenset[str]:
    """The objectives that are part of it, and theirs."""
    found: set[str] = set()
    pending = [objective]
    while pending:
        fresh = [one for one in state.naming(pending.pop(), "objective", "parent") if one not in found]
        found.update(fresh)
        pending += fresh
    return frozenset(found - {objective})


def _priority(state: State, objective: str) -> tuple[str | None, str | None]:
    """Its priority, and the objective that states it, where it is one that this is part of."""
    for one in (objective, *_above(state, objective)):
        if (found := state.text(one, "priority")) is not None:
            return found, None if one == objective else one
    return None, None


def _rank(priority: str | None) -> int:
    return _RANK.get(priority or "", len(_RANK))


def _shares(state: State, found: _Effort, leaves: Sequence[str], aims: Sequence[str]) -> Iterable[Share]:
    among = set(aims)
    ranks = {one: _rank(_priority(state, one)[0]) for one in aims}
    by_rank: dict[int, list[str]] = {}
    for work in leaves:
        named = [ranks[one] for one in found.serves[work] if one in among]
        if named:
            by_rank.setdefault(min(named), []).append(work)
    for rank in sorted(by_rank):
        yield _share(state, PRIORITIES[rank] if rank < len(PRIORITIES) else None, by_rank[rank])


def _share(state: State, priority: str | None, works: Sequence[str]) -> Share:
    estimates = [float(one) for work in works if isinstance(one := state.value(work, "estimate"), int | float)]
    return Share(priority, len(works), len(estimates), sum(estimates))
