"""What needs a party now."""

from __future__ import annotations

from counterpoint.errors import UsageError
from counterpoint.ledger.timers import timers_on
from counterpoint.model.identifiers import kind_of
from counterpoint.model.inbox import Inbox
from counterpoint.model.kinds import PARTIES
from counterpoint.protocols.inbox.inbox import inbox, leases_of
from counterpoint.questions.moment import Asking


def inbox_of(asking: Asking, party: str, limit: int | None) -> Inbox:
    """The inbox of a person, an agent or a team.

    Raises:
        UsageError: it is no party.
    """
    if kind_of(party) not in PARTIES:
        raise UsageError(f"{party} is no party: nothing needs it", hint="ask for a person, an agent or a team")
    held = leases_of(asking.state, party)
    rings = timers_on(asking.snapshot.connection, held) if held else []
    # The timer knows of the signs of life.
    until = {one.subject: one.due for one in rings if one.verb == "expire"}
    return inbox(asking.state, party, limit, until)
