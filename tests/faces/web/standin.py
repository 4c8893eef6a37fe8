"""Questions over an organisation in memory: the real ones, over a ledger that is a list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterpoint.errors import NotFound
from counterpoint.model.identifiers import fold
from counterpoint.questions import Questions
from counterpoint.state.memory import MemoryReader


class Snapshot(MemoryReader):
    """A reader with what the questions ask of a snapshot beside claims. Nobody in it is opaque."""

    def find(self, reference, *, default_kind=None):
        ref = fold(reference) if ":" in reference or default_kind is None else f"{default_kind}:{fold(reference)}"
        if not self.claims([ref]):
            raise NotFound(f"there is no {ref}", hint="did you mean team:brass?")
        return ref

    def names(self, entities):
        return {entity: entity for entity in entities}

    def known(self, references):
        return {reference: reference for reference in references}

    def head(self):
        return 2, "c0ffee" * 10

    def history(self, entities):
        return []


class Ledger:
    """A ledger that is a list of entries."""

    def __init__(self, entries, now: str) -> None:
        self.entries, self.now = entries, now

    @contextmanager
    def read(self, as_of=None, known_at=None) -> Iterator[Snapshot]:
        yield Snapshot(self.entries, as_of or self.now, known_at)


def questions(organisation, as_of=None) -> Questions:
    """The questions that an organisation of :mod:`tests.faces.web.orgs` answers."""
    entries, now = organisation
    return Questions(Ledger(entries, now), as_of)
