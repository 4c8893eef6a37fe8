"""Timers follow from the state: whenever something is written, those of what changed are set anew."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.ledger.timers import Ringing, set_timers
from counterpoint.ledger.write import Transaction
from counterpoint.model.identifiers import kind_of
from counterpoint.protocols.catalogue import has_timers, timers_of
from counterpoint.state.view import State


def retime(
    transaction: Transaction, entities: Iterable[str], state: State, without: tuple[str, str] | None = None
) -> None:
    """Set the timers of these things as they stand now. ``without`` is a noun and verb that was refused just now."""
    for entity in sorted({state.canonical(one) for one in entities}):
        if has_timers(kind_of(entity)):
            wanted = [
                Ringing(entity, protocol.noun, timer.verb, timer.due, timer.mark)
                for protocol, timer in timers_of(state, entity)
                if (protocol.noun, timer.verb) != without
            ]
            set_timers(transaction.connection, entity, wanted)
