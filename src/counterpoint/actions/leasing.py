"""Signs of life. They are no entries: the record tells who held what, and not how often somebody breathed."""

from __future__ import annotations

from counterpoint.actions.performing import Performance, worded
from counterpoint.errors import Conflict, CounterpointError, NotAllowed, NotFound
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.naming import written
from counterpoint.ledger.timers import Ringing, move_on, timers_on
from counterpoint.ledger.write import Transaction
from counterpoint.model.leases import Beat
from counterpoint.model.times import after
from counterpoint.protocols.lease import is_thing, lease_on, named
from counterpoint.state.participation import kept_from, places_of
from counterpoint.state.speaking import speaks_for
from counterpoint.state.view import State


def beat(ledger: Ledger, item: str, *, by: str, token: int) -> Beat:
    """Keep a lease: from now it lasts as long again as when it was taken.

    Raises:
        NotFound: nothing answers to the reference, or nobody ever held it.
        Conflict: the lease was lost; the message says who has it.
        NotAllowed: somebody else holds it.
    """
    with ledger.write() as transaction:
        party = transaction.snapshot.find(by, default_kind="person")
        resource = transaction.snapshot.find(item) if is_thing(item.strip().lower()) else named(item)
        lease = lease_on(State(transaction.snapshot), resource, party)
        transaction.lock([lease])
        ringing = _ringing(transaction, lease)
        if ringing is not None and ringing.due <= transaction.now:
            # Too late. That it has ended must be kept, whoever is told no here.
            Performance(transaction).ring(ringing)
            ringing = None
        lost = _lost(State(transaction.snapshot), lease, party, token)
        if lost is None and ringing is not None:
            minutes = State(transaction.snapshot).value(lease, "minutes")
            assert isinstance(minutes, int)
            until = after(transaction.now, minutes=minutes)
            move_on(transaction.connection, ringing, until)
            return written(transaction.snapshot, Beat(lease, party, token, until))
        lost = worded(transaction.snapshot, lost or Conflict(f"nobody holds {item} any more", hint="take it again"))
    # Raised when the block has ended well: what ran out meanwhile is kept.
    raise lost


def _ringing(transaction: Transaction, lease: str) -> Ringing | None:
    return next((one for one in timers_on(transaction.connection, [lease]) if one.verb == "expire"), None)


def _lost(state: State, lease: str, party: str, token: int) -> CounterpointError | None:
    """Why this is no sign of life of the holder; None where it is one."""
    if not state.exists(lease):
        return NotFound(f"nobody ever held {lease.removeprefix('lease:')}", hint="counterpoint lease take takes it")
    newest, holder = state.value(lease, "token"), state.text(lease, "holder")
    if holder is None or token != newest:
        now = "nobody has it" if holder is None else f"{holder} has it, with token {newest}"
        return Conflict(f"the lease with token {token} was lost: {now}", hint="stop, and take it again")
    if (why := kept_from(state, party, places_of(state, lease))) is not None:
        return NotAllowed(f"{party} cannot keep it: {why}", hint="who stopped it may start it again")
    if not speaks_for(state, party, holder):
        return NotAllowed(f"{holder} holds it, and not {party}", hint="its holder keeps it")
    return None
