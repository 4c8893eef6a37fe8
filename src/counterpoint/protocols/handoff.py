"""Handoffs: work goes from one party to another with what one must know of it, and belongs to somebody at every moment.

Until the receiver accepts, nothing about the ownership changes. With the acceptance the receiver owns it, and a lease
that the giver holds on it passes on under a new token. An offer that nobody answers in time is escalated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ATTRIBUTES
from counterpoint.model.statements import Json
from counterpoint.protocols.answering import acts_for
from counterpoint.protocols.escalation import OVER, able_to_answer, end_about, over, raise_about
from counterpoint.protocols.lease import holder_of, lease_on, leases_of
from counterpoint.protocols.machine import DISPUTED, NOTHING, Outcome, Protocol, Say, Timer, Transition, status_of
from counterpoint.protocols.naming import number_of, numbered
from counterpoint.state.speaking import speaks_for
from counterpoint.state.view import State
from counterpoint.state.who import DECIDABLE, who
from counterpoint.state.working_hours import answer_by

DEFAULT_HOURS = 8
"""Working hours of the receiver within which an offer wants an answer, where it does not say."""
IN_THE_AIR = ("offered", "declined")
HANDED = tuple(sorted(kind for kind, name in ATTRIBUTES if name == "owner" and kind not in ("zone", "waiver")))
"""The kinds of things that are handed over: those that somebody owns. Whose a zone is stands in its declaration."""


def handoffs_of(state: State, thing: str) -> list[str]:
    """Every handoff of a thing, the newest last."""
    return sorted(state.naming(thing, "handoff", "what"), key=number_of)


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    """The handoff of a thing that is in the air, else the next; a handoff may be named itself."""
    thing = state.canonical(str(arguments["what"]))
    if kind_of(thing) == "handoff":
        return thing
    return numbered(state, "handoff", thing, handoffs_of(state, thing), (*IN_THE_AIR, DISPUTED))


def _thing(state: State, act: Act) -> str:
    known = state.refs(act.subject, "what")
    return known[0] if known else state.canonical(str(act.arguments["what"]))


def owners(state: State, thing: str) -> tuple[str, ...]:
    """Whose a thing is.

    Raises:
        Refused: sources differ about it, and none has authority.
    """
    found = state.get(thing, "owner")
    if found is not None and found.disputed:
        hint = f"settle it first: counterpoint settle {thing} owner"
        raise Refused(f"sources differ about whose {thing} is, so nobody can give it away", hint=hint)
    return state.refs(thing, "owner")


# --- the giver ---


def _offer(state: State, act: Act, now: str) -> Outcome:
    thing = _thing(state, act)
    if kind_of(thing) not in HANDED:
        raise Refused(f"{thing} is nothing that is handed over", hint=f"handed over are: {', '.join(HANDED)}")
    if why := over(state, thing):
        raise Refused(f"{why}: there is nothing to hand over", hint="counterpoint show tells how it came to that")
    giver = _giver(state, act, thing)
    return _offered(state, act, now, giver, (Say(act.subject, "what", thing), Say(act.subject, "giver", giver)))


def _giver(state: State, act: Act, thing: str) -> str:
    """For whom it is given: one who owns it, or holds it; who decides on it may give it for its only owner."""
    owning, holder = owners(state, thing), holder_of(state, thing)
    candidates = list(dict.fromkeys((*owning, *((holder,) if holder else ()))))
    mine = [party for party in candidates if acts_for(state, act.by, party)]
    if mine:
        return act.by if act.by in mine else mine[0]
    deciders = who(state, thing).deciders if kind_of(thing) in DECIDABLE else ()
    if any(acts_for(state, act.by, party) for party in deciders) and len(owning) < 2:
        return owning[0] if owning else act.by
    if not owning and not holder and not deciders:
        return act.by
    names = " or ".join(dict.fromkeys((*candidates, *deciders)))
    raise NotAllowed(f"{act.by} may not hand over {thing}", hint=f"may: {names}")


def _offered(state: State, act: Act, now: str, giver: str, says: tuple[Say, ...]) -> Outcome:
    """An offer to somebody who can answer it, with everything that goes with it."""
    handoff, thing, receiver = act.subject, _thing(state, act), state.canonical(str(act.arguments["to"]))
    if receiver == giver or owners(state, thing) == (receiver,):
        raise Refused(f"{thing} is {receiver}'s already", hint="offer it to somebody else")
    if not able_to_answer(state, receiver, thing):
        raise Refused(f"there is nobody in {receiver} who could answer", hint="offer it to a party that can")
    wanted = act.text("answer_by")
    if wanted is not None and wanted <= now:
        raise Refused(f"{wanted} is past: nobody can answer by then", hint="give a time to come, or none")
    due = answer_by(state, receiver, DEFAULT_HOURS, now)
    until = wanted or due.until
    told = f"{giver} offers {thing} to {receiver}, and waits until {until}"
    says = (
        *says,
        Say(handoff, "receiver", receiver),
        Say(handoff, "answer_by", until),
        Say(handoff, "overdue", take_back=True),
        *_context(state, act),
    )
    return Outcome(says, told if wanted else f"{told} ({due.hours})")


def _context(state: State, act: Act) -> Iterable[Say]:
    """What one must know: the state is told anew, questions and places are added to those that were told before."""
    if (text := act.text("state")) is not None:
        yield Say(act.subject, "state_of_it", text)
    for question in act.texts("question"):
        yield Say(act.subject, "open_question", question)
    for place in act.texts("where"):
        yield Say(act.subject, "where", place)


def _reroute(state: State, act: Act, now: str) -> Outcome:
    giver, to = _must_be_giver(state, act), state.canonical(str(act.arguments["to"]))
    if status_of(state, act.subject) == "offered" and state.refs(act.subject, "receiver") == (to,):
        raise Refused(f"it is offered to {to} already", hint="name somebody else, or wait for the answer")
    outcome = _offered(state, act, now, giver, ())
    return replace(outcome, then=tuple(end_about(state, act.subject, f"it is offered to {to} now", act.by)))


def _withdraw(state: State, act: Act, _now: str) -> Outcome:
    giver = _must_be_giver(state, act)
    says = (Say(act.subject, "outcome", str(act.arguments.get("reason") or "withdrawn")),)
    return Outcome(says, f"{_thing(state, act)} stays with {giver}")


def _must_be_giver(state: State, act: Act) -> str:
    giver = state.canonical(str(state.text(act.subject, "giver")))
    thing = _thing(state, act)
    deciders = who(state, thing).deciders if kind_of(thing) in DECIDABLE else ()
    if not any(acts_for(state, act.by, party) for party in (giver, *deciders)):
        raise NotAllowed(f"{act.by} did not offer it", hint=f"may: {' or '.join(dict.fromkeys((giver, *deciders)))}")
    return giver


# --- the receiver ---


def _accept(state: State, act: Act, _now: str) -> Outcome:
    thing, receiver = _thing(state, act), _must_be_receiver(state, act)
    giver = state.canonical(str(state.text(act.subject, "giver")))
    holder = holder_of(state, thing)
    taker = act.by if kind_of(receiver) == "team" else receiver
    passes = holder is not None and holder != taker and speaks_for(state, holder, giver)
    becoming = _becoming(state, thing, giver, receiver, passes=passes)
    says = () if becoming is None else (Say(thing, "owner", list(becoming)),)
    told = f"{act.by} has accepted: {thing} is {receiver}'s" if says else f"{act.by} has accepted {thing}"
    if not passes:
        return Outcome((*says, Say(act.subject, "outcome", "accepted")), told)
    # The holder agreed to this with the offer: so it is the holder who hands the lease on.
    hand = Act("lease", "hand", lease_on(state, thing, giver), str(holder), {"to": taker}, automatic=True)
    return Outcome((*says, Say(act.subject, "outcome", "accepted")), f"{told}, and so is the lease", (hand,))


def _becoming(state: State, thing: str, giver: str, receiver: str, *, passes: bool) -> tuple[str, ...] | None:
    """Who owns the thing from now on; None where the giver only held it and its owner stays."""
    owning = owners(state, thing)
    if giver in owning or not owning:
        return tuple(sorted({*owning, receiver} - {giver}))
    if passes or receiver in owning:
        return None
    raise Conflict(
        f"{thing} is {' and '.join(owning)}'s meanwhile, and not {giver}'s to give",
        hint="ask them to offer it; this offer can only be declined or withdrawn",
    )


def _decline(state: State, act: Act, _now: str) -> Outcome:
    receiver = _must_be_receiver(state, act)
    reason = str(act.arguments["reason"])
    giver = state.text(act.subject, "giver")
    says = (
        Say(act.subject, "refused", {"party": receiver, "text": reason}),
        Say(act.subject, "answer_by", take_back=True),
    )
    return Outcome(says, f"{receiver} declines: {reason}; it stays with {giver}, who may offer it to somebody else")


def _must_be_receiver(state: State, act: Act) -> str:
    receiver = state.canonical(str(state.text(act.subject, "receiver")))
    if not acts_for(state, act.by, receiver):
        raise NotAllowed(f"it is offered to {receiver}, and not to {act.by}", hint=f"{receiver} may answer")
    return receiver


# --- what follows by itself ---


def _late(state: State, act: Act, _now: str) -> Outcome:
    receiver, giver = state.text(act.subject, "receiver"), str(state.text(act.subject, "giver"))
    thing = _thing(state, act)
    cause = f"{thing} was offered to {receiver}, who has not answered in time"
    then = raise_about(state, act.subject, cause, giver)
    told = f"{receiver} has not answered in time"
    return Outcome((Say(act.subject, "overdue", True),), told, () if then is None else (then,))


def _end(state: State, act: Act, _now: str) -> Outcome:
    why = over(state, _thing(state, act))
    if why is None:
        raise Refused("there is still something to hand over", hint="counterpoint handoff withdraw takes it back")
    return Outcome((Say(act.subject, "outcome", why), Say(act.subject, "answer_by", take_back=True)), why)


def _keys(state: State, act: Act) -> Iterable[str]:
    thing = _thing(state, act)
    yield from (act.subject, thing, *leases_of(state, thing))


def _timers(state: State, handoff: str) -> Iterable[Timer]:
    status = status_of(state, handoff)
    due = state.text(handoff, "answer_by")
    if status == "offered" and due is not None and state.value(handoff, "overdue") is not True:
        yield Timer(handoff, "late", due, f"{state.text(handoff, 'receiver')} {due}")
    if status in IN_THE_AIR and any(over(state, thing) for thing in state.refs(handoff, "what")):
        yield Timer(handoff, "end", state.now, "over")


def _react(state: State, act: Act) -> Iterable[Act]:
    """What is done or dropped is handed to nobody any more."""
    if kind_of(act.subject) in OVER and act.noun != "handoff" and over(state, act.subject):
        for handoff in handoffs_of(state, act.subject):
            if status_of(state, handoff) in IN_THE_AIR:
                yield Act("handoff", "end", handoff, act.by, {}, automatic=True)


_GIVER = "who offered it; who decides on it"
_RECEIVER = "whom it is offered to"
HANDOFF = Protocol(
    noun="handoff",
    kind="handoff",
    about="work goes from one party to another and is never lost between them",
    subject=_subject,
    transitions=(
        Transition("offer", (NOTHING,), ("offered",), "who owns or holds it; who decides on it", _offer),
        Transition("accept", ("offered",), ("accepted",), _RECEIVER, _accept),
        Transition("decline", ("offered",), ("declined",), _RECEIVER, _decline),
        Transition("reroute", ("offered", "declined"), ("offered",), _GIVER, _reroute),
        Transition("withdraw", ("offered", "declined"), ("withdrawn",), _GIVER, _withdraw),
        Transition("late", ("offered",), ("offered",), "the clock", _late, automatic=True),
        Transition("end", IN_THE_AIR, ("withdrawn",), "follows when the thing comes to its end", _end, automatic=True),
    ),
    speaks_of=tuple(f"{kind}.owner" for kind in HANDED),
    hangs_on=("what",),
    keys=_keys,
    timers=_timers,
    react=_react,
    invariants=(
        "A thing has at most one handoff in the air.",
        "What is in the air is still the giver's: an offer, a refusal, a new offer and a withdrawal change no owner.",
        "Only whom it is offered to accepts or declines it, and declines with a reason that stands in the record.",
        "With the acceptance the receiver owns what the giver owned, and a lease of the giver on it has a new holder "
        "under a greater token.",
        "An offer is made only to somebody who can answer; one that is not answered in time is escalated, once.",
        "A thing that somebody owned has an owner after every handoff.",
    ),
)
