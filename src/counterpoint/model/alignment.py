"""The answer to what effort is for: objectives, what serves them, and what serves none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A figure by which it is told whether an objective is reached.

    ``value`` is the newest that was said, by whichever source, and ``said`` when. ``progress`` is the share of the way
    from ``start`` (0 where none is stated) to ``target``, from 0 to 1; None where there is no value.
    """

    name: str
    target: float
    start: float | None
    value: float | None
    unit: str | None
    said: str | None
    progress: float | None


@dataclass(frozen=True, slots=True)
class Effort:
    """Open work. ``via`` is the work from which it takes what it serves, where it does not say so itself; ``days`` its
    estimate. ``parts`` counts the open work beneath it that is not listed for itself."""

    work: str
    title: str | None
    status: str | None
    owners: tuple[str, ...]
    due: str | None
    days: float | None
    via: str | None
    parts: int


@dataclass(frozen=True, slots=True)
class Aim:
    """An objective and what serves it. Its own priority, else that of the nearest objective that it is part of.

    ``open`` and ``done`` count work that serves it, and ``beneath`` the open work that serves objectives that are part
    of it. ``served`` is whether any work, open or done, serves it or one of these.
    """

    objective: str
    title: str | None
    priority: str | None
    priority_of: str | None
    status: str | None
    owners: tuple[str, ...]
    parent: str | None
    key_results: tuple[KeyResult, ...]
    work: tuple[Effort, ...]
    open: int
    done: int
    beneath: int
    served: bool


@dataclass(frozen=True, slots=True)
class Share:
    """How much open work serves objectives of one priority: None for those without one. Each work counts once, for the
    highest; ``days`` adds up the estimates of those ``estimated``."""

    priority: str | None
    work: int
    estimated: int
    days: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which effort serves which objective. Work counts where none of its parts is open.

    ``aims`` are open objectives, by priority; ``unserved`` those of them that nothing serves. ``serving`` are the
    shares by priority, ``nothing`` that of open work that serves no objective; ``unaligned`` lists it, each with what
    is beneath it. ``closed`` objectives are named where open work serves them still. ``unknown`` are objectives that
    work serves and nobody describes.
    """

    as_of: str
    aims: tuple[Aim, ...]
    unserved: tuple[str, ...]
    serving: tuple[Share, ...]
    nothing: Share
    unaligned: tuple[Effort, ...]
    closed: tuple[str, ...]
    unknown: tuple[str, ...]
