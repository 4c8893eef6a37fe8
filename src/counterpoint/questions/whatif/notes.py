"""What a model leaves out of an organisation, and why: nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from counterpoint.model.identifiers import kind_of

WHOLE = "organisation"
MOST_NAMED = 5
_PLURALS = {
    "dependency": "dependencies", "item of work": "items of work", "piece of work": "pieces of work"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """That ``count`` things were left out or taken for something, and why; ``some`` of them are named.

    ``some`` are references, ``called`` what people call these. Persons and agents are counted and never named. A note
    on the organisation as a whole is of one *organisation*.
    """

    what: str
    count: int
    why: str
    some: tuple[str, ...] = ()
    called: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = self.what if self.count == 1 else _PLURALS.get(self.what, f"{self.what}s")
        if self.what == WHOLE:
            return f"the organisation: {self.why}"
        names = f": {', '.join(self.called)}{', …' if self.count > len(self.called) else ''}" if self.called else ""
        return f"{self.count:,} {what}{names} ({self.why})"


class Notes:
    """Collects what is to be said of a model while it is made; the same thing is noted once."""

    def __init__(self, label: Callable[[str], str] = str) -> None:
        self._label = label
        self._found: dict[tuple[str, str], set[str]] = {}

    def add(self, what: str, why: str, things: Iterable[str]) -> None:
        """Note some things: ``what`` each of them is, and ``why`` they are told of."""
        every = set(things)
        if every:
            self._found.setdefault((what, why), set()).update(every)

    def made(self) -> tuple[Note, ...]:
        """All of them, in the order in which they were met."""
        return tuple(
            Note(what, len(things), why, some, tuple(map(self._label, some)))
            for (what, why), things in self._found.items()
            for some in (tuple(sorted(filter(_may_be_named, things))[:MOST_NAMED]),)
        )


def _may_be_named(thing: str) -> bool:
    return kind_of(thing) not in ("person", "agent")
