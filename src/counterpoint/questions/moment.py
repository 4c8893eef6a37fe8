"""One question: a moment of the ledger opened, asked, and its answer written as people know it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.naming import written
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.model.times import start_of
from counterpoint.state.view import State

Answer = TypeVar("Answer")


class Asking:
    """A moment that is open: the state to ask, and the way from references as people write them to entities."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.state = State(snapshot)

    def find(self, reference: str, default_kind: str | None = None) -> str:
        """The entity that a reference means.

        Raises:
            BadReference: the text is no reference.
            NotFound: nothing answers to it.
        """
        return self.state.canonical(self.snapshot.find(reference, default_kind=default_kind))

    def written(self, answer: Answer) -> Answer:
        """The answer with persons as people know them."""
        return written(self.snapshot, answer)


class Moment:
    """A ledger as of a moment: now, or in what was true (``as_of``) and in what was known (``known_at``).

    Both take a date or a time with its zone.

    Raises:
        BadValue: neither a date nor a time.
    """

    def __init__(self, ledger: Ledger, as_of: str | None = None, known_at: str | None = None) -> None:
        self.ledger = ledger
        self.as_of = None if as_of is None else start_of(as_of)
        self.known_at = None if known_at is None else start_of(known_at)

    @contextmanager
    def open(self) -> Iterator[Asking]:
        """Open the moment, for as long as one answer takes."""
        with self.ledger.read(self.as_of, self.known_at) as snapshot:
            yield Asking(snapshot)

    def ask(self, question: Callable[[Asking], Answer]) -> Answer:
        """Ask one question and write its answer."""
        with self.open() as asking:
            return asking.written(question(asking))
