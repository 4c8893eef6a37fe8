"""Commitments: who promised what to whom by when, from any meeting, decision or message.

Nobody promises for somebody else. A name that another wrote down is a question to that party; an owner who is nobody in
particular, or none, is a question to whoever wrote it down or holds the ritual; and so is a missing day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of, slug_of
from counterpoint.model.kinds import PARTIES
from counterpoint.model.statements import Json
from counterpoint.protocols.answering import acts_for, can_answer, named
from counterpoint.protocols.days import days_late, end_of_day, is_over, reminder_of
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Timer, Transition, status_of
from counterpoint.protocols.naming import given_name, new_name, slug_from
from counterpoint.state.view import State

WHO, WHETHER, WHEN = "who does it", "whether they take it", "by when"
"""What may have to be known before it is a promise."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of who will do it: the party that accepted, or the one that is to be asked, or only words."""

    owner: str | None = None
    proposed: str | None = None
    words: str | None = None


def proposed_owner(state: State, commitment: str) -> str | None:
    """The party that is asked whether it takes it; None where that is not the question."""
    asked = state.text(commitment, "asked") or ""
    return next(iter(state.refs(commitment, "asked_of")), None) if asked.startswith(WHETHER) else None


def owner_of(state: State, commitment: str) -> str | None:
    """Who has promised it."""
    return next(iter(state.refs(commitment, "owner")), None)


def nobody_in_particular(state: State, party: str) -> str | None:
    """Why a party cannot promise anything as such; None where it can."""
    if kind_of(party) not in PARTIES or ":" not in party:
        return f"{party!r} names nobody in particular"
    if not can_answer(state, party):
        return f"there is nobody in {party} who could take it"
    if kind_of(party) == "team" and not state.refs(party, "lead"):
        return f"nobody leads {party}, so it is nobody's in particular"
    return None


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    if "commitment" in arguments:
        return str(arguments["commitment"])
    if "id" in arguments:
        return given_name(state, "commitment", str(arguments["id"]))
    return new_name(state, "commitment", str(arguments["title"]))


# --- making ---


def _make(state: State, act: Act, now: str) -> Outcome:
    commitment, due = act.subject, act.text("due")
    origin, said_in = act.text("origin"), act.text("said_in")
    says = [
        Say(commitment, "exists", True), Say(commitment, "title", act.text("title")), Say(commitment, "made_by", act.by)
    ]  # fmt: skip
    says += [Say(commitment, "to", state.canonical(one)) for one in act.texts("to")]
    if origin is not None:
        says.append(Say(commitment, "from", origin))
        if kind_of(origin) == "occurrence":
            says.append(Say(origin, "output", commitment))
    if said_in is not None:
        says.append(Say(commitment, "said_in", said_in))
    told, more = _stands(state, act, _taken(state, act, act.text("owner")), due, now)
    return Outcome((*says, *more), told)


def _there(state: State, act: Act, _now: str) -> Outcome:
    raise Refused(f"{act.subject} is there already, {status_of(state, act.subject)}", hint="give another --id")


def _taken(state: State, act: Act, given: str | None) -> Taken:
    """What a name comes to: a promise for oneself, a question to somebody else, or nobody in particular."""
    if given is None:
        return Taken()
    party = state.canonical(given) if ":" in given else given
    if nobody_in_particular(state, party) is not None:
        return Taken(words=party)
    return Taken(owner=party) if acts_for(state, act.by, party) else Taken(proposed=party)


def _stands(state: State, act: Act, taken: Taken, due: str | None, now: str) -> tuple[str, list[Say]]:
    """Where it stands with this owner and this day: open, or asked of whom, in words and in statements."""
    commitment, whose = act.subject, taken.owner or taken.proposed
    if due is not None and is_over(state, whose, due, now):
        raise Refused(f"{due} is over: nothing can be promised for it", hint="give a day to come")
    what = [] if taken.owner else [WHETHER if taken.proposed else WHO]
    what += [] if due else [WHEN]
    asked_of = (whose,) if whose else _askers(state, act)
    says = [Say(commitment, "status", "asked" if what else "open")]
    says.append(Say(commitment, "owner", [taken.owner]) if taken.owner else Say(commitment, "owner", take_back=True))
    says.append(Say(commitment, "due", due) if due else Say(commitment, "due", take_back=True))
    says.append(Say(commitment, "asked", " and ".join(what)) if what else Say(commitment, "asked", take_back=True))
    says.append(
        Say(commitment, "owner_said", _in_words(taken.words))
        if taken.words
        else Say(commitment, "owner_said", take_back=True)
    )
    now_asked = asked_of if what else ()
    before = state.refs(commitment, "asked_of")
    says += [Say(commitment, "asked_of", one, take_back=True) for one in before if one not in now_asked]
    says += [Say(commitment, "asked_of", one) for one in now_asked]
    if not what and due:
        says += _reminded(state, act.subject, str(taken.owner), due, now)
        return f"{taken.owner} has promised it for {due}", says
    why = f"{nobody_in_particular(state, taken.words)}; " if taken.words else ""
    return f"{why}asked of {named(now_asked)}: {' and '.join(what)}", says


def _in_words(words: str) -> str:
    """The owner as it was written: no reference to a person, which could not be erased from a text."""
    return "somebody who cannot answer" if kind_of(words) == "person" and ":" in words else words


def _askers(state: State, act: Act) -> tuple[str, ...]:
    """Of whom it is asked who does it: who holds the ritual, and who wrote it down; not who just declined."""
    first = (*_holders(state, act), *_maker(state, act))
    every = (*first, *_promised_to(state, act))
    left = [one for one in first if not acts_for(state, act.by, one)] if act.verb == "decline" else list(first)
    others = [one for one in every if not acts_for(state, act.by, one)]
    return tuple(dict.fromkeys(left or (others if act.verb == "decline" else ()) or first))


def _maker(state: State, act: Act) -> tuple[str, ...]:
    return state.refs(act.subject, "made_by") or (act.by,)


def _promised_to(state: State, act: Act) -> tuple[str, ...]:
    return state.refs(act.subject, "to") or tuple(state.canonical(one) for one in act.texts("to"))


def _holders(state: State, act: Act) -> tuple[str, ...]:
    """Who holds the ritual in which it was said, as far as there is somebody who can answer."""
    given = act.text("origin")
    origins = state.refs(act.subject, "from") or ((state.canonical(given),) if given else ())
    rituals = [ritual for one in origins for ritual in (state.refs(one, "ritual") or (one,))]
    owners = [owner for one in rituals if kind_of(one) == "ritual" for owner in state.refs(one, "owner")]
    return tuple(one for one in dict.fromkeys(owners) if can_answer(state, one))


def _reminded(state: State, commitment: str, owner: str, due: str, now: str) -> list[Say]:
    # Who promises something for tomorrow need not be reminded today.
    return [Say(commitment, "reminded", due)] if reminder_of(state, owner, due) <= now else []


# --- answering ---


def _answer(state: State, act: Act, now: str) -> Outcome:
    may = dict.fromkeys((*state.refs(act.subject, "asked_of"), *_maker(state, act), *_holders(state, act)))
    if not any(acts_for(state, act.by, party) for party in may):
        raise NotAllowed(f"{act.by} is not asked; {named(may)} may answer", hint="ask them")
    given, day = act.text("owner"), act.text("due")
    if given is None and day is None:
        raise Refused("who does it, or by when?", hint="give --owner or --due")
    if given is not None:
        party = state.canonical(given) if ":" in given else given
        if (why := nobody_in_particular(state, party)) is not None:
            raise Refused(f"{why}: who does it?", hint="name a person, an agent, or a team that somebody leads")
    known = given or owner_of(state, act.subject) or proposed_owner(state, act.subject)
    words = state.text(act.subject, "owner_said")
    taken = _taken(state, act, known) if known else Taken(words=words)
    told, says = _stands(state, act, taken, day or state.text(act.subject, "due"), now)
    return Outcome(tuple(says), told)


def _accept(state: State, act: Act, now: str) -> Outcome:
    party = proposed_owner(state, act.subject)
    if party is None:
        asked = state.text(act.subject, "asked")
        raise Refused(f"what is asked is {asked}", hint="counterpoint commitment answer --owner … --due …")
    if not acts_for(state, act.by, party):
        raise NotAllowed(f"it is asked of {party}, and {act.by} may not promise for them", hint="they may accept it")
    day = act.text("due") or state.text(act.subject, "due")
    told, says = _stands(state, act, Taken(owner=party), day, now)
    return Outcome(tuple(says), told)


def _decline(state: State, act: Act, now: str) -> Outcome:
    party = _mine(state, act, "decline it")
    day = state.text(act.subject, "due")
    # The day stays for whoever takes it next, unless it is over.
    still = day if day is not None and not is_over(state, None, day, now) else None
    told, says = _stands(state, act, Taken(), still, now)
    return Outcome(tuple(says), f"{party} declines it: {act.text('reason')}; {told}")


# --- the promise ---


def _keep(state: State, act: Act, now: str) -> Outcome:
    proposed = proposed_owner(state, act.subject)
    owner = owner_of(state, act.subject) or proposed
    may = dict.fromkeys((*((owner,) if owner else ()), *state.refs(act.subject, "to")))
    if not any(acts_for(state, act.by, party) for party in may):
        raise NotAllowed(f"{act.by} may not say that it is kept; {named(may)} may", hint="ask them")
    due, note = state.text(act.subject, "due"), act.text("outcome")
    late = days_late(state, owner, due, now) if due else 0
    in_time = f"{late} day{'s' if late > 1 else ''} late" if late else ""
    # Who does what was asked of them has taken it, even without a word.
    says = [Say(act.subject, "owner", [proposed])] if proposed and acts_for(state, act.by, proposed) else []
    if in_time or note:
        says.append(Say(act.subject, "outcome", ": ".join(part for part in (in_time, note) if part)))
    return Outcome((*says, *_asked_no_more(state, act)), f"kept{f', {in_time}' if in_time else ''}")


def _move(state: State, act: Act, now: str) -> Outcome:
    owner, day = _mine(state, act, "move it"), str(act.arguments["due"])
    before = state.text(act.subject, "due")
    if is_over(state, owner, day, now):
        raise Refused(f"{day} is over: nothing can be promised for it", hint="give a day to come")
    if day == before:
        raise Refused(f"it is promised for {day} already", hint="give another day")
    says = [Say(act.subject, "due", day), *_reminded(state, act.subject, owner, day, now)]
    if before is not None and day > before:
        says.append(Say(act.subject, "slipped_from", before))
    return Outcome(tuple(says), f"{owner} promises it for {day} instead of {before}: {act.text('reason')}")


def _release(state: State, act: Act, _now: str) -> Outcome:
    may = state.refs(act.subject, "to") or (*_holders(state, act), *_maker(state, act))
    if not any(acts_for(state, act.by, party) for party in may):
        raise NotAllowed(f"{act.by} may not let it go; {named(may)} may", hint="it was promised to them")
    return Outcome(tuple(_asked_no_more(state, act)), f"{act.by} no longer expects it")


def _mine(state: State, act: Act, what: str) -> str:
    """Whose promise it is, or would be, if that is the party who acts.

    Raises:
        NotAllowed: it is somebody else's, or nobody's.
    """
    owner = owner_of(state, act.subject) or proposed_owner(state, act.subject)
    if owner is not None and acts_for(state, act.by, owner):
        return owner
    raise NotAllowed(f"{act.by} may not {what}; {owner or 'nobody'} may", hint=_otherwise(act, owner))


def _otherwise(act: Act, owner: str | None) -> str:
    if owner is None:
        return f"nobody has promised it yet: counterpoint commitment answer {slug_of(act.subject)} --owner …"
    return "whoever it was promised to may release it"


def _asked_no_more(state: State, act: Act) -> Iterable[Say]:
    yield Say(act.subject, "asked", take_back=True)
    for one in state.refs(act.subject, "asked_of"):
        yield Say(act.subject, "asked_of", one, take_back=True)


# --- the clock ---


def _miss(state: State, act: Act, _now: str) -> Outcome:
    due = state.text(act.subject, "due")
    to = f", and {' and '.join(found)} counted on it" if (found := state.refs(act.subject, "to")) else ""
    return Outcome((), f"{due} is over, and {owner_of(state, act.subject)} has not kept it{to}")


def _remind(state: State, act: Act, now: str) -> Outcome:
    due, owner = str(state.text(act.subject, "due")), owner_of(state, act.subject)
    if is_over(state, owner, due, now):
        raise Refused(f"{due} is over: there is nothing to be reminded of", hint="it is missed")
    return Outcome((Say(act.subject, "reminded", due),), f"{owner} has promised it for {due}")


def _keys(state: State, act: Act) -> Iterable[str]:
    yield act.subject
    if act.verb == "make" and "id" not in act.arguments:
        yield f"commitment:{slug_from(str(act.arguments['title']))}"


def _timers(state: State, commitment: str) -> Iterable[Timer]:
    owner, due = owner_of(state, commitment), state.text(commitment, "due")
    if due is None or state.text(commitment, "status") != "open":
        return
    end = end_of_day(state, owner, due)
    yield Timer(commitment, "miss", end, due)
    if state.text(commitment, "reminded") != due and end > state.now:
        yield Timer(commitment, "remind", reminder_of(state, owner, due), due)


_OWNER, _ANYONE = "its owner", "anyone who may act"
_ASKED = "who is asked; who wrote it down; who holds the ritual"
COMMITMENT = Protocol(
    noun="commitment",
    kind="commitment",
    about="somebody promises something to somebody by a day, for themselves and for nobody else",
    subject=_subject,
    speaks_of=("occurrence.output",),
    transitions=(
        Transition("make", (NOTHING,), ("asked", "open"), _ANYONE, _make),
        Transition("make", ("asked", "open", "kept", "missed", "released"), (), "nobody", _there),
        Transition("answer", ("asked",), ("asked", "open"), _ASKED, _answer),
        Transition("accept", ("asked",), ("asked", "open"), "whom it is asked of", _accept),
        Transition("decline", ("asked", "open"), ("asked",), f"{_OWNER}; whom it is asked of", _decline),
        Transition("keep", ("asked", "open", "missed"), ("kept",), f"{_OWNER}; whom it was promised to", _keep),
        Transition("move", ("open", "missed"), ("open",), _OWNER, _move),
        Transition(
            "release", ("asked", "open", "missed"), ("released",),
            "whom it was promised to; else who wrote it down, and who holds the ritual", _release,
        ),
        Transition("miss", ("open",), ("missed",), "the clock", _miss, automatic=True),
        Transition("remind", ("open",), ("open",), "the clock", _remind, automatic=True),
    ),
    keys=_keys,
    timers=_timers,
    invariants=(
        "What is open has one owner, who can answer, and a day; and the owner accepted both.",
        "What is asked says what must be known and of whom it is asked; at least one of them can answer.",
        "No words that name nobody in particular, and no team that nobody leads, is ever an owner.",
        "Only its owner moves it, and the day that was promised before stays on record; only whom it was promised to "
        "lets it go.",
        "What is open and whose day is over stands as missed before anything else is done with it.",
        "What is kept after its day says how late.",
    ),
)  # fmt: skip
