"""The answer of the inbox: what needs a party now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One thing that needs a party now.

    ``need`` is what is needed in a word or two (*decide*, *approve*, *take over*, …), ``about`` the thing that is open,
    ``says`` a sentence. ``of`` is the party of whom it is needed: oneself, or a team that one speaks for; ``why`` is
    the rule by which it is. ``since`` and ``due`` are a time or a day; ``late`` says that it is due no more but over.
    ``waiting`` counts the open work that cannot end before this is answered, ``worst`` is the most urgent of it.
    ``commands`` answer it, the usual one first; words in capitals are to be filled in.
    """

    need: str
    about: str
    says: str
    of: str
    why: str
    since: str | None
    due: str | None
    late: bool
    waiting: int
    worst: str | None
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything that needs a party now: what critical work waits for first, then what most waits for, then by date.

    ``of`` are the parties whose needs these are: itself, and the teams that it speaks for. ``total`` counts all lines,
    also those after a limit. Where a party answers for very much open work, what is asked of the least urgent of it is
    left out, and ``all_work`` is false.
    """

    as_of: str
    party: str
    of: tuple[str, ...]
    lines: tuple[InboxLine, ...]
    total: int
    all_work: bool
