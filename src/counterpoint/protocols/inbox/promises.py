"""What a party has promised, what was promised to it, what it holds, and what it holds regularly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from counterpoint.model.times import moment, stamp
from counterpoint.protocols.commitment import WHEN, owner_of, proposed_owner
from counterpoint.protocols.days import is_over, reminder_of
from counterpoint.protocols.inbox.desk import Desk, Need, minutes_left
from counterpoint.protocols.lease import line_of
from counterpoint.protocols.machine import status_of
from counterpoint.protocols.resting import first_answering, promise_standing
from counterpoint.state.rhythm import end_of, holders, occurrence_at, ritual_of

SOON = 0.25
"""The share of a lease's time that is left when it is about to end."""
UNRECORDED_DAYS = 28
"""For how long one is asked about an occurrence of which nobody said what came of it."""


def dependencies(desk: Desk, dependency: str) -> Iterable[Need]:
    """What somebody needs of one, and what one needs of somebody, where it is one's turn to say something."""
    state = desk.state
    consumers, providers = state.refs(dependency, "consumer"), state.refs(dependency, "provider")
    if consumers and providers:
        yield from _as_provider(desk, dependency, consumers[0], providers[0])
        yield from _as_consumer(desk, dependency, consumers[0], providers[0])


def _as_provider(desk: Desk, dependency: str, consumer: str, provider: str) -> Iterable[Need]:
    state, status = desk.state, promise_standing(desk.state, dependency)
    if status not in ("asked", "committed") or (of := desk.answers(provider)) is None:
        return
    works, what = desk.works_of(consumer), _what(desk, dependency, provider)
    why = f"{of} answers for {provider}"
    if status == "asked":
        needed = state.text(dependency, "needed_by")
        yield Need(
            "promise",
            dependency,
            f"{desk.title(consumer)} needs {what}{f' by {needed}' if needed else ''}",
            of,
            why,
            desk.said(dependency, "status"),
            needed,
            (
                desk.command("promise commit", dependency, needed or "DAY"),
                desk.command("promise counter", dependency, "DAY", "--reason", "WHY"),
                desk.command("promise decline", dependency, "--reason", "WHY"),
            ),
            works,
            desk.is_past(needed),
        )
    elif (day := state.text(dependency, "promised_for")) is not None:
        party = first_answering(state, provider)
        late = state.value(dependency, "late") is True or is_over(state, party, day, desk.now)
        if late or reminder_of(state, party, day) <= desk.now:
            ways = (
                desk.command("promise fulfil", dependency),
                desk.command("promise move", dependency, "DAY", "--reason", "WHY"),
            )
            says = f"{what} is promised to {desk.title(consumer)} for {day}"
            since = desk.said(dependency, "promised_for")
            yield Need("keep a promise", dependency, says, of, why, since, day, ways, works, late)


def _as_consumer(desk: Desk, dependency: str, consumer: str, provider: str) -> Iterable[Need]:
    state, status = desk.state, promise_standing(desk.state, dependency)
    unseen = state.text(dependency, "told") == "waiting"
    if not (status == "countered" or unseen) or (of := desk.answers(consumer)) is None:
        return
    works, what, why = desk.works_of(consumer), _what(desk, dependency, provider), f"{of} answers for {consumer}"
    reply = f": {state.text(dependency, 'reply')}" if state.text(dependency, "reply") else ""
    withdraw = desk.command("promise withdraw", dependency)
    if status == "countered":
        day, needed = state.text(dependency, "offered_for"), state.text(dependency, "needed_by")
        offer = f"is offered for {day}" if day else "is offered for another day"
        says = f"{what} {offer}{f' instead of {needed}' if needed else ''}{reply}"
        ways = (desk.command("promise accept", dependency), withdraw)
        yield Need("accept a day", dependency, says, of, why, desk.said(dependency, "offered_for"), needed, ways, works)
    if unseen:
        day, before = state.text(dependency, "promised_for"), state.text(dependency, "slipped_from")
        if status == "declined":
            says = f"{what} will not come{reply}"
        elif state.value(dependency, "late") is True:
            says = f"{what} was promised for {day}, and is not there"
        elif shaken := state.refs(dependency, "shaken_by"):
            says = f"{what}, promised for {day}, rests on {' and '.join(shaken)}, which has slipped"
        else:
            says = f"{what} slips{f' from {before}' if before else ''} to {day}{reply}"
        ways = (desk.command("promise seen", dependency), withdraw)
        yield Need("see a slip", dependency, says, of, why, desk.said(dependency, "told"), day, ways, works)


def _what(desk: Desk, dependency: str, provider: str) -> str:
    title = desk.state.text(dependency, "title") or desk.state.text(dependency, "reason")
    return f"{title!r} of {provider}" if title else desk.title(provider)


def commitments(desk: Desk, commitment: str) -> Iterable[Need]:
    """What one is asked to promise, what one has promised and is due, and what was promised to one and missed."""
    state, status = desk.state, status_of(desk.state, commitment)
    what, due = state.text(commitment, "title") or commitment, state.text(commitment, "due")
    works = desk.works_of(commitment)
    owner = owner_of(state, commitment)
    if status == "asked" and (of := desk.of(state.refs(commitment, "asked_of"))) is not None:
        asked = state.text(commitment, "asked") or "who does it"
        ways: tuple[str, ...] = (
            desk.command("commitment answer", commitment, "--owner", "WHO", *(() if due else ("--due", "DAY"))),
        )
        if proposed_owner(state, commitment) == of:
            day = ("--due", "DAY") if WHEN in asked else ()
            accept = desk.command("commitment accept", commitment, *day)
            ways = (accept, desk.command("commitment decline", commitment, "--reason", "WHY"))
        elif owner is not None:
            ways = (desk.command("commitment answer", commitment, "--due", "DAY"),)
        since = desk.said(commitment, "asked_of")
        yield Need("answer", commitment, f"{what}: {asked}?", of, f"it is asked of {of}", since, due, ways, works)
    elif status in ("open", "missed") and owner is not None and due is not None and desk.of([owner]) is not None:
        if status == "missed" or reminder_of(state, owner, due) <= desk.now:
            ways = (
                desk.command("commitment keep", commitment),
                desk.command("commitment move", commitment, "DAY", "--reason", "WHY"),
            )
            since, why, late = desk.said(commitment, "due"), f"{owner} has promised it", status == "missed"
            yield Need("keep a commitment", commitment, f"{what}, for {due}", owner, why, since, due, ways, works, late)
    elif status == "missed" and (of := desk.of(state.refs(commitment, "to"))) is not None:
        ways = (desk.command("commitment keep", commitment), desk.command("commitment release", commitment))
        says, since = f"{what}: promised by {owner} for {due}, and missed", desk.said(commitment, "status")
        yield Need("see a miss", commitment, says, of, f"it was promised to {of}", since, due, ways, works, late=True)


def leases(desk: Desk, lease: str) -> Iterable[Need]:
    """A lease of one's own that is about to end, and one on something for which one is the next in line."""
    state = desk.state
    if status_of(state, lease) != "held":
        return
    resource, taken = state.text(lease, "resource") or lease, desk.said(lease, "holder")
    until = desk.until.get(lease) or state.text(lease, "until")
    works = desk.works_of(lease)
    holder = next(iter(state.refs(lease, "holder")), "nobody")
    if (of := desk.of([holder])) is not None:
        minutes, token = state.value(lease, "minutes"), state.value(lease, "token")
        if until is None or not isinstance(minutes, int) or minutes_left(desk.now, until) > minutes * SOON:
            return
        ways = (
            desk.command("lease beat", resource, "--token", str(token)),
            desk.command("lease release", resource, "--token", str(token)),
        )
        says = f"{resource} is let go unless you give a sign of life"
        yield Need("give a sign of life", lease, says, of, f"{of} holds it", taken, until, ways, works)
    elif (line := line_of(state, lease)) and (of := desk.of([state.canonical(str(line[0]["party"]))])) is not None:
        says = f"{resource} is yours next, after {holder}"
        ways = (desk.command("lease show", resource).rpartition(" --as ")[0], desk.command("lease leave", resource))
        since = str(line[0].get("since"))
        yield Need("next in line", lease, says, of, f"{of} is the first in line", since, until, ways, works)


def rituals(desk: Desk, ritual: str) -> Iterable[Need]:
    """The occurrences of a ritual that one holds: proposed to be cancelled, or over and not recorded."""
    state = desk.state
    for occurrence in state.waiting([ritual], "occurrence", "ritual", ("held", "cancelled")):
        if ritual_of(state, occurrence) == ritual and (of := desk.of(holders(state, ritual))) is not None:
            yield from _occurrence(desk, ritual, occurrence, of)


def _occurrence(desk: Desk, ritual: str, occurrence: str, of: str) -> Iterable[Need]:
    state, status, start = desk.state, status_of(desk.state, occurrence), desk.state.text(occurrence, "start")
    if start is None or status not in ("prepared", "proposed", "unrecorded"):
        return
    why, since = f"{of} holds it", desk.said(occurrence, "status")
    ways: tuple[str, ...]
    if start > desk.now:
        if status == "proposed":
            reason = state.text(occurrence, "reason") or "no reason given"
            ways = (desk.command("ritual cancel", occurrence), desk.command("ritual keep", occurrence))
            says = f"{desk.title(ritual)} is proposed to be cancelled: {reason}"
            yield Need("hold or cancel", occurrence, says, of, why, since, start, ways)
        return
    here = occurrence_at(state, ritual, start)
    end = (None if here is None else end_of(here)) or start
    if end <= desk.now and start > stamp(moment(desk.now) - timedelta(days=UNRECORDED_DAYS)):
        ways = (desk.command("ritual record", occurrence, "--output", "REF", "--note", "TEXT"),)
        says = f"{desk.title(ritual)}: what came of it?"
        yield Need("record", occurrence, says, of, why, end, None, ways, late=status == "unrecorded")
