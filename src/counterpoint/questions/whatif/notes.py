"""What a model leaves out of an organisation, and why: nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from counterpoint.model.identifiers import kind_of

MOST_NAMED = 5
WHOLE = "organisation"
_PLURALS = {
    "item of work": "items of work", WHOLE: "", "area": "areas", "gate": "gates", "ritual": "rituals",
    "dependency": "dependencies", "team": "teams", "agent": "agents", "piece of work": "pieces of work",
}  # fmt: skip
"""What notes are of, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Note:
    """That ``count`` things are not in a model, or something of them (``part``) is not, and why; some are named.

    ``some`` are references, ``called`` what people call these. Persons and agents are counted and never named.
    """

    what: str
    count: int
    why: str
    some: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    part: str = ""

    def __str__(self) -> str:
        part = f"{self.part} " if self.part else ""
        if self.what == WHOLE:
            return f"{part}the organisation ({self.why})"
        what = self.what if self.count == 1 else _PLURALS[self.what]
        names = f": {', '.join(self.called)}{', …' if self.count > len(self.called) else ''}" if self.called else ""
        return f"{part}{self.count:,} {what}{names} ({self.why})"


class Notes:
    """Collects what is to be said of a model while it is made; the same thing is noted once."""

    def __init__(self, label: Callable[[str], str] = str) -> None:
        self._label = label
        self._found: dict[tuple[str, str, str], set[str]] = {}

    def add(self, what: str, why: str, things: Iterable[str], part: str = "") -> None:
        """Note that some things, or a part of each, are not in the model: ``what`` each of them is, and why."""
        every = set(things)
        if every:
            self._found.setdefault((what, why, part), set()).update(every)

    def made(self) -> tuple[Note, ...]:
        """All of them, by what they are of, then in the order in which they were met."""
        order = list(_PLURALS)
        return tuple(
            Note(what, len(things), why, some, tuple(map(self._label, some)), part)
            for (what, why, part), things in sorted(self._found.items(), key=lambda one: order.index(one[0][0]))
            for some in (tuple(sorted(filter(_may_be_named, things))[:MOST_NAMED]),)
        )


def _may_be_named(thing: str) -> bool:
    return kind_of(thing) not in ("person", "agent")
