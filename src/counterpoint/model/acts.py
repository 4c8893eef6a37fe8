"""What is done through protocols: an act on its way in, and the answer that it gets. See ``docs/protocols.md``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from counterpoint.model.statements import Json

CLOCK = "clock"
"""The actor of what nobody did: a time ran out."""


@dataclass(frozen=True, slots=True)
class Act:
    """One command to a protocol: ``noun`` and ``verb`` as in the command table, on ``subject``, by a party.

    Entities are canonical and persons opaque; ``arguments`` hold no None. ``automatic`` acts follow from other acts or
    from a time that ran out; nobody can give them. Of an agent's act ``sponsor`` is the person accountable for it, and
    ``reviewer`` the one who accepted it, where it was proposed first.
    """

    noun: str
    verb: str
    subject: str
    by: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    automatic: bool = False
    sponsor: str | None = None
    reviewer: str | None = None

    def text(self, name: str) -> str | None:
        """An argument that is a text, or None where it was not given."""
        found = self.arguments.get(name)
        return found if isinstance(found, str) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """An argument that is a list of texts; empty where it was not given."""
        found = self.arguments.get(name)
        return tuple(str(one) for one in found) if isinstance(found, list) else ()

    def number(self, name: str) -> int | None:
        """An argument that is a whole number, or None where it was not given."""
        found = self.arguments.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def flag(self, name: str) -> bool:
        """An argument that is yes or no; no where it was not given."""
        return self.arguments.get(name) is True


def act_in_words(told: Mapping[str, Any]) -> str:
    """An act as the record has it, as one short text.

    >>> act_in_words({"noun": "lease", "verb": "take", "arguments": {"item": "work:x"}, "sponsor": "person:ana"})
    'lease take, item: work:x (for person:ana)'
    """
    given = [
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in told.get("arguments", {}).items()
    ]
    who = [f"{word} {told[name]}" for name, word in (("sponsor", "for"), ("reviewer", "accepted by")) if told.get(name)]
    return ", ".join([f"{told['noun']} {told['verb']}", *given]) + (f" ({', '.join(who)})" if who else "")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that an act stated or took back."""

    entity: str
    attribute: str
    value: Json
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """An act that followed by rule, in the same transaction, as an entry of its own."""

    entry: int
    noun: str
    verb: str
    subject: str
    told: str


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to. ``told`` says it in a sentence; ``says`` is everything that it stated.

    ``again`` is true where the same key had been used for the same act: nothing was done a second time, and this is
    the answer from then. ``proposal`` names the proposal that was made where an agent's act waits for a review,
    and ``sponsor`` the person who answers for the agent.
    """

    entry: int
    noun: str
    verb: str
    subject: str
    by: str
    status: str | None
    told: str
    says: tuple[Said, ...]
    followed: tuple[Followed, ...] = ()
    again: bool = False
    proposal: str | None = None
    sponsor: str | None = None
