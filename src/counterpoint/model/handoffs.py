"""Answers about handoffs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Declined:
    """Who declined, and why."""

    party: str
    why: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """A handoff with what goes with it: where the thing stands, what is not known yet, where everything is.

    ``status`` is *offered*, *declined*, *accepted* or *withdrawn*; ``answer_by`` is null where no answer is awaited.
    """

    subject: str
    what: str
    giver: str
    receiver: str
    status: str
    state: str | None
    questions: tuple[str, ...]
    where: tuple[str, ...]
    answer_by: str | None
    overdue: bool
    declined: tuple[Declined, ...]


@dataclass(frozen=True, slots=True)
class Handoffs:
    """Every handoff in the air: those overdue first, then the one whose answer is awaited soonest."""

    now: str
    handoffs: tuple[Handoff, ...]
