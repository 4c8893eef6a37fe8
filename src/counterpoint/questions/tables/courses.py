"""How the status of things went, from what each source said of it one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from counterpoint.ledger.lines import Line
from counterpoint.state.view import State

Said = list[tuple[str, str | None]]
"""What one source said of a status: since when it held, and what (None: it took it back)."""


class Courses:
    """The courses of things of one kind. Times are stamps; they are those from which a statement holds."""

    def __init__(self, state: State, lines: Iterable[Line]) -> None:
        self._said: dict[str, dict[str, Said]] = {}
        for line in lines:
            value = line.value if isinstance(line.value, str) and line.operation == "state" else None
            by_source = self._said.setdefault(state.canonical(line.entity), {})
            by_source.setdefault(line.source, []).append((line.valid_from, value))

    def first(self, entity: str, status: str) -> str | None:
        """When any source said for the first time that it stands there."""
        times = [since for said in self._of(entity).values() for since, value in said if value == status]
        return min(times, default=None)

    def since(self, entity: str, status: str) -> str | None:
        """Since when it stands there now: the earliest of the sources that say so, each since it began to."""
        times = [found for said in self._of(entity).values() if (found := _since(said, status)) is not None]
        return min(times, default=None)

    def moves(self, entity: str, before: str, after: str) -> int:
        """How often it went from one status to another, by the source that tells most of it."""
        return max((_moves(said, before, after) for said in self._of(entity).values()), default=0)

    def _of(self, entity: str) -> Mapping[str, Said]:
        return self._said.get(entity, {})


def _since(said: Said, status: str) -> str | None:
    found = None
    for since, value in reversed(said):
        if value != status:
            break
        found = since
    return found


def _moves(said: Said, before: str, after: str) -> int:
    values = [value for _, value in said if value is not None]
    return sum(1 for one, other in pairwise(values) if (one, other) == (before, after))


def moment_of(day: str | None, told: str | None) -> str | None:
    """When something was: at the time at which it was told, if that is on the day that is stated, else on the day."""
    return told if day is None or (told is not None and told[:10] == day[:10]) else day
