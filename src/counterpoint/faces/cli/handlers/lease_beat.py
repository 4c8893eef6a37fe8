"""``counterpoint lease beat``: a sign of life."""

from __future__ import annotations

from counterpoint import settings
from counterpoint.actions.leasing import beat
from counterpoint.errors import NotAllowed
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.leases import Beat


def run(call: Call, *, item: str, token: int) -> Beat:
    """Keep it."""
    me = settings.actor(call.me)
    if me == settings.LOCAL_ACTOR:
        raise NotAllowed("who keeps it must be told", hint="give --as agent:you, or set COUNTERPOINT_ME")
    return beat(call.ledger(), item, by=me, token=token)


def show(answer: Beat, out: Paper) -> None:
    """Until when it is held."""
    out.line((answer.holder, "ref"), " holds ", (answer.subject, "ref"), f" until {out.when(answer.until)}, at least")
