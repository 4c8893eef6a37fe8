"""What is done and what for: work with the times of its course, dependencies, objectives."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.ledger.lines import lines
from counterpoint.model.identifiers import slug_of
from counterpoint.model.kinds import PRIORITIES
from counterpoint.questions.tables.courses import Courses, moment_of
from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Row
from counterpoint.state.alignment import progress
from counterpoint.state.links import days, standing
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State

_RANK = {priority: rank for rank, priority in enumerate(PRIORITIES)}
_ENDS = ("done", "dropped")


def work(making: Making) -> Iterator[Row]:
    """Every work, and when its status became what: for what can pass the first time, for an end the time since when."""
    state, courses = making.state, making.courses("work")
    served = _Served(making)
    for one in making.works:
        status = state.text(one, "status")
        objective, priority = served.of(one)
        yield (
            one, making.label(one), status, making.one(one, "parent"), making.owner(one), making.zone(one), objective,
            state.text(one, "priority") or priority, state.text(one, "class"), courses.first(one, "proposed"),
            courses.first(one, "accepted"), courses.first(one, "active"), _ended(state, courses, one, "done"),
            _ended(state, courses, one, "dropped"), state.text(one, "due"), days(state, one),
        )  # fmt: skip


def _ended(state: State, courses: Courses, work: str, end: str) -> str | None:
    """Since when it has ended so; None where it has not, or nobody says when. A day that is stated goes first."""
    if standing(state, work) != end:
        return None
    told = courses.since(work, end)
    if told is None and (settled := state.get(work, "status")) is not None:
        told = max((claim.valid_from for claim in settled.claims), default=None)
    return moment_of(state.text(work, "finished"), told) if end == "done" else told


class _Served:
    """Which objective each work serves: of what it states, or the nearest that it is part of, the most important."""

    def __init__(self, making: Making) -> None:
        self._state = making.state
        self._priority = {one: priority_of(making.state, one) for one in entities_of(making.state, "objective")}
        self._found: dict[str, tuple[str | None, str | None]] = {}

    def of(self, work: str) -> tuple[str | None, str | None]:
        """The objective, and the priority that holds for it."""
        way, seen, here = [], set(), work
        found: tuple[str | None, str | None] = (None, None)
        while here not in seen:
            if here in self._found:
                found = self._found[here]
                break
            seen.add(here)
            way.append(here)
            if stated := self._state.refs(here, "serves"):
                best = min(stated, key=lambda one: (_RANK.get(self._priority.get(one) or "", len(_RANK)), one))
                found = (best, self._priority.get(best))
                break
            here = next(iter(self._state.refs(here, "parent")), here)
        self._found |= dict.fromkeys(way, found)
        return found


def priority_of(state: State, objective: str) -> str | None:
    """The priority of an objective: its own, else of the nearest that it is part of and that states one."""
    seen: set[str] = set()
    here: str | None = objective
    while here is not None and here not in seen:
        seen.add(here)
        if (found := state.text(here, "priority")) is not None:
            return found
        here = next(iter(state.refs(here, "parent")), None)
    return None


def work_name(making: Making) -> Iterator[Row]:
    """The names of every work; a name that two of them have is none."""
    state = making.state
    names: dict[str, set[str]] = {}
    for one in making.works:
        external = state.value(one, "external_id")
        for name in (one, slug_of(one), *(external if isinstance(external, list) else ())):
            names.setdefault(str(name), set()).add(one)
    for name, works in names.items():
        if len(works) == 1:
            yield name, *works


def key_result(making: Making) -> Iterator[Row]:
    """Every figure that was ever told of a key result, against the target that holds now."""
    state = making.state
    targets = {
        (one, str(row["name"])): row
        for one in entities_of(state, "objective")
        for row in state.tables(one, "key_result")
    }
    for line in lines(making.snapshot, "objective", ("key_result", "measured")):
        row, objective = line.value, state.canonical(line.entity)
        if line.operation != "state" or not isinstance(row, dict):
            continue
        value, target = row.get("value"), targets.get((objective, str(row["name"])))
        if target is not None and isinstance(value, int | float):
            far = progress(target.get("start") or 0, target["target"], value)
            yield objective, str(row["name"]), str(row.get("at") or line.valid_from), float(value), far


def dependency(making: Making) -> Iterator[Row]:
    """Every dependency whose two ends are known, but for those that were withdrawn."""
    state = making.state
    for one in making.dependencies:
        consumer, provider = making.one(one, "consumer"), making.one(one, "provider")
        if consumer is not None and provider is not None:
            yield (
                one, consumer, provider, state.text(one, "type"), state.text(one, "status") or "stated",
                making.begun(one, ("consumer", "provider")), state.text(one, "needed_by"),
                state.text(one, "promised_for"),
            )  # fmt: skip


def objective(making: Making) -> Iterator[Row]:
    """Every objective, with its own priority or that of the nearest objective around it."""
    state = making.state
    for one in making.surrounded("objective"):
        yield (
            one, making.label(one), making.one(one, "parent"), priority_of(state, one), state.text(one, "status"),
            making.owner(one), making.zone(one),
        )  # fmt: skip
