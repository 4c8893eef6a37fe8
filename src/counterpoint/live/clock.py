"""The timer loop: a process that is up makes promptly happen what anybody's next command would."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from counterpoint.actions.timers import Rung, ring_all
from counterpoint.errors import CounterpointError
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.times import moment

LONGEST, SHORTEST = 30.0, 0.2
"""Seconds between two looks: at most, since others may set a nearer timer meanwhile; and at least."""
_LOG = logging.getLogger("counterpoint.clock")


def watch(ledger: Ledger, stop: threading.Event, told: Callable[[Rung], None] = lambda _: None) -> None:
    """Carry out what is due until told to stop. A store that cannot be used for a while is tried again."""
    while not stop.is_set():
        pause = LONGEST
        try:
            rung = ring_all(ledger)
            told(rung)
            if rung.next is not None:
                pause = (moment(rung.next) - moment(rung.now)).total_seconds()
        except CounterpointError as error:
            _LOG.warning("what is due could not be carried out: %s (%s)", error.message, error.hint)
        stop.wait(min(LONGEST, max(SHORTEST, pause)))


@contextmanager
def ticking(ledger: Ledger) -> Iterator[None]:
    """In this block a thread carries out what is due."""
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(ledger, stop), name="clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
