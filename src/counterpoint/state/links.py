"""Dependencies and work as the questions about order see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from counterpoint.model.times import day
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State

# A dependency without a type says that something is needed, so it has an order too.
ORDERED = frozenset({None, "prerequisite", "transfer", "usability", "task/subtask"})
Standing = Literal["open", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class Link:
    """One dependency whose two ends are known: ``consumer`` needs ``provider``."""

    id: str
    consumer: str
    provider: str
    type: str | None
    status: str | None

    @property
    def ordered(self) -> bool:
        """Must the provider come before the consumer?"""
        return self.type in ORDERED

    @property
    def due(self) -> bool:
        """Is it still to be met?"""
        return self.status != "fulfilled"


def links(state: State) -> list[Link]:
    """Every dependency that stands (not withdrawn) and whose ends are stated and undisputed, by identifier."""
    return links_of(state, entities_of(state, "dependency"))


def links_of(state: State, dependencies: Iterable[str]) -> list[Link]:
    """As :func:`links`, of these dependencies; load them first."""
    found = []
    for one in dependencies:
        consumer, provider = state.refs(one, "consumer"), state.refs(one, "provider")
        if consumer and provider:
            link = Link(one, consumer[0], provider[0], state.text(one, "type"), state.text(one, "status"))
            if link.status != "withdrawn":
                found.append(link)
    return found


def standing(state: State, work: str) -> Standing:
    """Is work still open? What has no status is open, unless it has a day on which it was done, and that is past."""
    status = state.get(work, "status")
    if status is None:
        finished = state.text(work, "finished")
        return "done" if finished is not None and finished <= today(state) else "open"
    return "done" if status.value == "done" else "dropped" if status.value == "dropped" else "open"


def today(state: State) -> str:
    """The day of the moment as of which everything holds."""
    return state.now[:10]


def days(state: State, work: str) -> float | None:
    """How long work takes: its estimate, else from its start to its due date, both included; None where unknown."""
    estimate = state.value(work, "estimate")
    if isinstance(estimate, int | float):
        return float(estimate)
    start, due = date_of(state, work, "start"), date_of(state, work, "due")
    if start is None or due is None or due < start:
        return None
    return float((due - start).days + 1)


def date_of(state: State, entity: str, attribute: str) -> date | None:
    """A date, or None where it is not stated or disputed."""
    text = state.text(entity, attribute)
    return None if text is None else day(text)


def parts(state: State, works: Iterable[str]) -> dict[str, list[str]]:
    """The parts of each work among these, by the parent they state."""
    found: dict[str, list[str]] = {}
    for work in works:
        for parent in state.refs(work, "parent"):
            found.setdefault(parent, []).append(work)
    return found
