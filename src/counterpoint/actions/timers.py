"""Carrying out what is due: by whoever comes along, once among any number of processes."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from counterpoint.actions.performing import Performance
from counterpoint.errors import CounterpointError, Refused, StoreError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.timers import Ringing, due, next_due, timers_on

BATCH = 100
FAULTS = (CounterpointError, AssertionError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a mistake in a rule raises. Whatever else goes wrong, with the store or the machine, is for who called."""
_LOG = logging.getLogger("counterpoint.clock")


@dataclass(frozen=True, slots=True)
class Rung:
    """What the clock did: the acts, by entry; how many timers were for nothing any more; when the next one rings."""

    now: str
    acts: tuple[str, ...]
    stale: int
    next: str | None


def ring_all(ledger: Ledger, *, most: int | None = None) -> Rung:
    """Carry out everything that is due; at most so many, the longest due first.

    Each in a transaction of its own, under the lock of what it is about: a process that dies in the middle leaves it
    to the next one, and two that come at the same moment do it once. What cannot be carried out is told to the log and
    stays for the next time; it keeps nothing else from being done.
    """
    acts: list[str] = []
    stale = 0
    skipped: set[tuple[str, str, str]] = set()
    while most is None or len(acts) + stale < most:
        with ledger.read() as snapshot:
            found = [
                one for one in due(snapshot.connection, snapshot.now, BATCH + len(skipped)) if one[:3] not in skipped
            ]
            now, following = snapshot.now, next_due(snapshot.connection)
        if not found:
            return Rung(now, tuple(acts), stale, following)
        for one in found[: None if most is None else most - len(acts) - stale]:
            rang = _ring(ledger, one)
            if rang:
                acts.append(f"{one.noun} {one.verb} {one.subject}")
            else:
                stale += rang is not None
                skipped.add(one[:3])
    with ledger.read() as snapshot:
        return Rung(snapshot.now, tuple(acts), stale, next_due(snapshot.connection))


def _ring(ledger: Ledger, one: Ringing) -> bool | None:
    """Carry out one; false where it was for nothing any more, None where somebody else is at it."""
    try:
        with ledger.write() as transaction:
            if not transaction.try_lock(one.subject):
                return None
            there = [
                each
                for each in timers_on(transaction.connection, [one.subject])
                if each[:3] == one[:3] and each.due <= transaction.now
            ]
            return bool(there) and Performance(transaction).ring(there[0]) is not None
    except Refused as error:
        # What follows from it is refused, so it is not done either. Nothing of it was kept.
        _LOG.warning("%s %s %s could not be carried out: %s", one.noun, one.verb, one.subject, error.message)
        return None
    except StoreError as error:
        # Two that waited for each other: the server ended this one, and nothing of it was kept. The other one goes on.
        if not ledger.store.waited_in_a_circle(error):
            raise
        return None
    except FAULTS:
        # A fault in the rules for one thing must not stop the clock for everything else.
        _LOG.exception("%s %s %s could not be carried out", one.noun, one.verb, one.subject)
        return None
