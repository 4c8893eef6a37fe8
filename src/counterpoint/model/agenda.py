"""Answers about the operating rhythm: when rituals are held next, and what an occurrence is to be about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterpoint.model.answers import Because
from counterpoint.model.differences import Change

ItemKind = Literal[
    "escalation", "decision due", "contradiction", "collision", "slipping promise", "commitment", "handoff"
]
Verdict = Literal["to be held", "nothing to synchronise", "nothing is known"]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One thing to synchronise. ``about`` are the entities in it, the first the one to look at; ``on`` the day or time
    that it is about, where it has one.

    ``how_many`` of ``of`` must be there for it, and of these ``chosen`` were chosen; none where nobody decides.
    """

    kind: ItemKind
    about: tuple[str, ...]
    on: str | None
    says: str
    how_many: int
    of: tuple[str, ...]
    chosen: tuple[str, ...]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What an occurrence of a ritual is to be about, as of a moment.

    It looks at what is in ``zone``; where the ritual serves none, at what concerns ``parties`` (its owners and
    participants). ``needed`` is the smallest set of parties without whom an item cannot be settled (``exact`` false: no
    party can be left out, yet another set may be smaller); ``spared`` are participants who are not needed for any.
    ``left_out`` further items are not listed. ``changes`` is what else is not as it was at the occurrence before, at
    ``since``; by itself it needs nobody together. ``verdict`` *nothing is known*: there is no work, decision or
    dependency there of which anything could be told. ``status`` is where the occurrence stands, None before anything
    was done about it.
    """

    ritual: str
    occurrence: str
    title: str | None
    purpose: str | None
    start: str
    end: str | None
    zone: str | None
    parties: tuple[str, ...]
    status: str | None
    verdict: Verdict
    items: tuple[AgendaItem, ...]
    left_out: int
    needed: tuple[str, ...]
    exact: bool
    spared: tuple[str, ...]
    since: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One occurrence. ``looked_at`` is when its agenda is looked at; ``items`` what was on it then.

    ``status``: *awaited* (nothing was done about it yet), *prepared*, *proposed* (to be cancelled), *cancelled*,
    *held*, or *unrecorded*: it is past, and nobody said what came of it. ``occurrence`` None: the ritual has none.
    """

    ritual: str
    title: str | None
    occurrence: str | None
    start: str | None
    end: str | None
    status: str
    items: int
    needed: tuple[str, ...]
    looked_at: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The rituals with what comes next (``coming``, soonest first), occurrences of the past that nobody recorded, and
    rituals that have no occurrences, each with the reason."""

    as_of: str
    coming: tuple[Held, ...]
    unrecorded: tuple[Held, ...]
    silent: tuple[Held, ...]
