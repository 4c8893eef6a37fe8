"""What there may be terms for agents on, and the answer to what an agent may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterpoint.model.commands import COMMANDS

_BY_NAME = ("anyone, by name", "whoever may settle it")
_APART = ("agent", "agents", "proposal")


def actions() -> tuple[str, ...]:
    """Every command on which there may be terms: those that are done by name.

    Who stops agents and who reviews are persons, whatever any terms say, and what an agent proposed it may withdraw.
    """
    return tuple(one.name for one in COMMANDS if (one.act and one.words[0] not in _APART) or one.who in _BY_NAME)


@dataclass(frozen=True, slots=True)
class Allowed:
    """How an agent may take one action: the term, and the zone with the line of its terms that says so (None: the
    default). ``reviewers`` may accept it, where it is reviewed; none of them: nobody can, and it is refused."""

    action: str
    term: Literal["alone", "review", "never"]
    zone: str | None
    line: str | None
    reviewers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgentTerms:
    """What an agent may do, on one thing or where nothing of the organisation is named.

    ``sponsor`` is who answers for it; without one it may do nothing. ``kept_from`` is what keeps it from acting at all,
    in words; ``reach`` what it may act on where that is bounded, and ``within_reach`` whether the thing is.
    ``budget`` is how many acts an hour it may do there; None: any number.
    """

    agent: str
    on: str | None
    sponsor: str | None
    kept_from: str | None
    reach: tuple[str, ...]
    within_reach: bool
    budget: int | None
    actions: tuple[Allowed, ...]
