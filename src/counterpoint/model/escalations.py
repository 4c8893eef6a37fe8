"""Answers about escalations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A party that a rung would have asked, and why it was not."""

    party: str
    why: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation in the air: what it is about and why, with whom it is, and when it goes further up.

    ``status`` is *open*, *acknowledged* or *exhausted*: then nobody is left to ask, and ``raised_by`` must find
    another way. ``asked`` is everybody who was asked so far, ``party`` the one whose answer is awaited.
    """

    subject: str
    about: str
    cause: str
    status: str
    raised_by: str | None
    party: str | None
    zone: str | None
    rung: int
    next: str | None
    acknowledged_by: str | None
    asked: tuple[str, ...]
    passed_over: tuple[PassedOver, ...]


@dataclass(frozen=True, slots=True)
class Escalations:
    """Every escalation in the air: first those that found nobody, then the one that goes further up soonest."""

    now: str
    escalations: tuple[Escalated, ...]


@dataclass(frozen=True, slots=True)
class LadderRung:
    """One rung: whom it asks, how many of their working hours they have, whose hours these are, and who says so.

    ``passed_over`` is why it would be passed over, or null.
    """

    party: str
    hours: float
    whose: str
    zone: str
    passed_over: str | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom an escalation about a thing would ask, lowest first, as things stand."""

    about: str
    rungs: tuple[LadderRung, ...]
