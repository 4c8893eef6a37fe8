"""The only place that chooses concrete classes: from an address to an organisation that can be asked and changed."""

from __future__ import annotations

from counterpoint import settings
from counterpoint.actions.timing import retime_all
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.times import moment, stamp
from counterpoint.questions import Questions

TIMERS_SINCE = "0004"
__all__ = ["Ledger", "Questions", "open_ledger", "open_questions"]


def open_ledger(address: str | None = None, *, create: bool = False) -> Ledger:
    """The ledger at an address (see :func:`counterpoint.settings.organisation`).

    Raises:
        NotFound: nothing is there, and ``create`` does not say to make it.
        StoreError: what is there cannot be used.
    """
    url = settings.organisation(address)
    simulated = settings.now()
    clock = None
    if simulated is not None:
        at = stamp(moment(simulated))
        clock = lambda: at  # noqa: E731
    ledger = Ledger.open_or_create(url, clock=clock) if create else Ledger.open(url, clock=clock)
    if ledger.upgraded_from is not None and ledger.upgraded_from < TIMERS_SINCE:
        retime_all(ledger)
    return ledger


def open_questions(address: str | None = None, as_of: str | None = None, known_at: str | None = None) -> Questions:
    """The questions that an organisation answers, now or as of a moment."""
    return Questions(open_ledger(address), as_of=as_of, known_at=known_at)
