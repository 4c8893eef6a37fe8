"""Answers about leases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InLine:
    """Who waits for a lease, and since when."""

    party: str
    since: str


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a resource, under which token, and until when without another sign of life.

    ``status`` is *held* or *free*; of what was never held, ``token`` is 0 and ``taken`` null. ``may_force`` are those
    who may take it from its holder.
    """

    subject: str
    resource: str
    status: str
    holder: str | None
    token: int
    taken: str | None
    until: str | None
    minutes: int | None
    waiting: tuple[InLine, ...]
    may_force: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leases:
    """Every lease that is held, the one that ends soonest first."""

    now: str
    leases: tuple[Lease, ...]


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life that counted: the lease is held until then, at least."""

    subject: str
    holder: str
    token: int
    until: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a token may be written under. ``good`` is told by the exit code too: 0, or 4."""

    resource: str
    token: int
    good: bool
    newest: int
    why: str
