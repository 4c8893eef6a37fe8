"""Timers follow from the state: whenever something is written, those of what changed are set anew."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.timers import Ringing, set_timers, timed
from counterpoint.ledger.write import NewEntry, Progress, Transaction, nobody_watching
from counterpoint.model.identifiers import kind_of
from counterpoint.model.statements import Entry
from counterpoint.protocols.catalogue import TIMED_KINDS, hanging_on, timers_of
from counterpoint.state.view import State


def append(transaction: Transaction, new: NewEntry, progress: Progress = nobody_watching) -> Entry:
    """Append an entry that is no act of a protocol, and set the timers of what it speaks of and what hangs on that.

    Raises:
        As :meth:`Transaction.append`.
    """
    entry = transaction.append(new, progress)
    spoken_of, state = {one.entity for one in new.statements}, State(transaction.snapshot)
    retime(transaction, spoken_of | hanging_on(state, spoken_of), state)
    return entry


def retime(
    transaction: Transaction,
    entities: Iterable[str],
    state: State | None = None,
    without: tuple[str, str] | None = None,
) -> None:
    """Set the timers of these things as they stand now. ``without`` is a noun and verb that was refused just now."""
    there = {entity for entity in entities if kind_of(entity) in TIMED_KINDS}
    if not there:
        return
    state = state or State(transaction.snapshot)
    subjects = sorted({state.canonical(entity) for entity in there})
    state.load(subjects)
    wanted = {
        subject: [
            Ringing(subject, protocol.noun, timer.verb, timer.due, timer.mark)
            for protocol, timer in timers_of(state, subject)
            if (protocol.noun, timer.verb) != without
        ]
        for subject in subjects
    }
    set_timers(transaction.connection, wanted)


def retime_all(ledger: Ledger) -> None:
    """Set every timer anew from the state: after a restore, or an upgrade from before there were timers."""
    with ledger.write() as transaction:
        state = State(transaction.snapshot)
        everything = {entity for kind in sorted(TIMED_KINDS) for entity in state.entities(kind)}
        retime(transaction, everything | timed(transaction.connection), state)
