"""Which work may be open, and how soon it may stand in a list of ready work, told by its own claims alone.

A store keeps this for each work, so that the first page of ready work is found without reading all work. It is a
bound and no answer: what is kept may turn out to be closed or waiting, and never stands later than it ought to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from counterpoint.model.kinds import PRIORITIES
from counterpoint.model.statements import Json

# What tells whether work is open, and its place. `settlement` and `alias_of` may change any of it.
TELLING = frozenset({"status", "finished", "priority", "due", "parent", "settlement", "alias_of"})
_CLOSED = frozenset({"done", "dropped"})
_RANK = {priority: rank for rank, priority in enumerate(PRIORITIES)}
_NORMAL = _RANK["normal"]
_MOST = 99_999_999
FIRST = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Work that may be open. ``place`` sorts before or with the place that it takes in the end; ``finished`` is the
    day from which it is closed although no source states a status; empty where there is none."""

    work: str
    place: str
    finished: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """Work to look at: ``works`` themselves, whatever names one of the entities in ``by`` in that attribute, all parts
    of these, and any work of which its own claims do not tell enough."""

    works: tuple[str, ...] = ()
    by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def place(waiting: int, priority: str | None, due: str | None) -> str:
    """Where work stands: critical work first, then what most waits for, then by priority and by date."""
    return _place(waiting, _RANK.get(priority or "normal", _NORMAL), due or "9999-99-99")


def candidate(work: str, claims: Mapping[str, Collection[Json]], needed: int) -> Candidate | None:
    """What the claims on one name of a work tell; None where it is closed whatever any other claim says.

    ``claims`` holds the values that sources state now, of the attributes in ``TELLING``; ``needed`` counts the
    dependencies that name it as what provides.
    """
    if "settlement" in claims or "alias_of" in claims:
        return Candidate(work, FIRST)
    states = {str(value) for value in claims.get("status", ())}
    if len(states) == 1 and states <= _CLOSED:
        return None
    ranks = {_RANK[str(value)] for value in claims.get("priority", ())}
    if len(ranks) != 1:
        ranks.add(_NORMAL)
    finished = {str(value) for value in claims.get("finished", ())}
    return Candidate(
        work,
        _place(needed + ("parent" in claims), min(ranks), min(map(str, claims.get("due", ())), default="9999-99-99")),
        finished.pop() if len(finished) == 1 and not states else "",
    )


def _place(waiting: int, rank: int, due: str) -> str:
    return f"{min(rank, 1)}{_MOST - waiting:08d}{rank}{due}"
