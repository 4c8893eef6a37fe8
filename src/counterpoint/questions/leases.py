"""Who holds what, until when, and who is next."""

from __future__ import annotations

from counterpoint.errors import Conflict
from counterpoint.ledger.timers import timers_on
from counterpoint.model.leases import Checked, InLine, Lease, Leases
from counterpoint.protocols.lease import (
    LONGEST_NAME,
    check_token,
    is_thing,
    lease_by,
    lease_on,
    line_of,
    named,
    outdone,
    token_of,
    who_may_force,
)
from counterpoint.questions.moment import Asking


def lease(asking: Asking, item: str) -> Lease:
    """The lease on a thing or a named resource."""
    return _lease(asking, _resource(asking, item))


def leases(asking: Asking) -> Leases:
    """Every lease that is held."""
    state = asking.state
    held = [one for one in state.entities("lease") if state.text(one, "status") == "held"]
    found = [_lease(asking, one) for one in held]
    # What ran out and was not carried out yet is held in the record, and by nobody.
    there = [one for one in found if one.status == "held"]
    return Leases(state.now, tuple(sorted(there, key=lambda one: (one.until or "", one.subject))))


def checked(asking: Asking, item: str, token: int) -> Checked:
    """May whoever shows this token write to the resource?"""
    resource = _resource(asking, item)
    newest = token_of(asking.state, resource)
    try:
        check_token(asking.state, resource, token)
    except Conflict as error:
        return Checked(resource, token, False, newest, error.message)
    until = _until(asking, lease_by(asking.state, resource, token) or lease_on(asking.state, resource))
    if until is not None and until <= asking.state.now:
        return Checked(resource, token, False, newest, f"token {token} for {resource} ran out at {until}")
    return Checked(resource, token, True, newest, "it is the newest, and the lease is held")


def _resource(asking: Asking, item: str) -> str:
    text = item.strip()
    return asking.find(text) if is_thing(text.lower()) else named(text)[:LONGEST_NAME]


def _until(asking: Asking, subject: str) -> str | None:
    """When it ends: the timer knows of the signs of life."""
    ends = [one.due for one in timers_on(asking.snapshot.connection, [subject]) if one.verb == "expire"]
    return ends[0] if ends else asking.state.text(subject, "until")


def _lease(asking: Asking, resource: str) -> Lease:
    state, subject = asking.state, lease_on(asking.state, resource)
    known = state.text(subject, "resource")
    resource = state.canonical(known) if known is not None else resource
    token, minutes = state.value(subject, "token"), state.value(subject, "minutes")
    until = _until(asking, subject)
    # What ran out or was outdone is over, whether or not anybody has come by to say so.
    over = (until is not None and until <= state.now) or outdone(state, subject)
    held = state.text(subject, "status") == "held" and not over
    return Lease(
        subject,
        resource,
        "held" if held else "free",
        state.text(subject, "holder") if held else None,
        token if isinstance(token, int) else 0,
        state.text(subject, "taken") if held else None,
        until if held else None,
        minutes if held and isinstance(minutes, int) else None,
        tuple(InLine(str(row["party"]), str(row["since"])) for row in line_of(state, subject)),
        who_may_force(state, resource) if held else (),
    )
