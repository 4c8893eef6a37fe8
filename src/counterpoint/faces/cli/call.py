"""What a handler is given: which organisation is meant, who acts, and where progress goes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from counterpoint import settings, wiring
from counterpoint.actions.acting import acting
from counterpoint.actions.timers import ring_all
from counterpoint.errors import NotFound
from counterpoint.faces.cli.paper import Paper
from counterpoint.faces.cli.progress import Watch
from counterpoint.model.times import moment
from counterpoint.questions import Questions, written
from counterpoint.wiring import Ledger

Answer = TypeVar("Answer")
MOST_DUE = 500
"""How much of what is due one command carries out before it does its own: nobody waits for a year's timers."""


@dataclass(frozen=True)
class Call:
    """One run of one command."""

    org: str | None
    """The organisation as it was given; None where it was not."""
    me: str | None
    """Who acts, as it was given."""
    as_json: bool
    paper: Paper
    """For what a handler must say before it is done (``serve``, an export); answers are shown by ``show``."""
    progress: Watch
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def place(self) -> str:
        """The address of the organisation that is meant."""
        return settings.organisation(self.org)

    def ledger(self, *, create: bool = False, catch_up: bool = True) -> Ledger:
        """The organisation's ledger, with what is due carried out; closed when the command is done.

        Raises:
            NotFound: there is none, and ``create`` does not say to make it.
        """
        ledger = wiring.open_ledger(self.org, create=create)
        self._open.callback(ledger.close)
        if catch_up:
            ring_all(ledger, most=MOST_DUE)
        return ledger

    @contextmanager
    def ledger_or_empty(self) -> Iterator[Ledger]:
        """The organisation's ledger; where there is none, an empty one that is gone again: to try things out."""
        try:
            yield self.ledger()
        except NotFound:
            with tempfile.TemporaryDirectory(prefix="counterpoint-") as folder:
                empty = wiring.open_ledger(str(Path(folder) / "empty.db"), create=True)
                try:
                    yield empty
                finally:
                    empty.close()

    def questions(self, as_of: str | None = None, known_at: str | None = None) -> Questions:
        """What the organisation may be asked, now or as of a moment."""
        return Questions(self.ledger(), as_of, known_at)

    def actor(self, ledger: Ledger) -> str:
        """Who acts, as the ledger knows them.

        Raises:
            NotFound: somebody is named whom the organisation does not know.
        """
        return acting(ledger, settings.actor(self.me))

    def written(self, ledger: Ledger, answer: Answer) -> Answer:
        """An answer of an action with persons as people know them."""
        with ledger.read() as snapshot:
            return written(snapshot, answer)

    def close(self) -> None:
        """Let go of what was opened."""
        self._open.close()


def now() -> datetime:
    """The time, or the one that was set for a trial."""
    simulated = settings.now()
    return datetime.now(UTC) if simulated is None else moment(simulated)
