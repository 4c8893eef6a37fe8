"""Dependencies as promises: asked, answered with a day, kept or moved; one that slips reaches whoever rests on it.

The consumer is what needs something, the provider what or who provides it. Whoever answers for a work is its owner (of
a team, who leads it). What a file or a tracker states moves by the same verbs, from where they have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of, slug_of
from counterpoint.model.statements import Json
from counterpoint.protocols.answering import (
    answering,
    answers_for,
    can_answer,
    must_answer_for,
    named,
)
from counterpoint.protocols.days import is_over
from counterpoint.protocols.machine import DISPUTED, NOTHING, Outcome, Protocol, Say, Transition
from counterpoint.protocols.naming import given_name, new_name
from counterpoint.protocols.promised import promise_reactions, promise_timers
from counterpoint.protocols.resting import (
    OPEN,
    WAITING,
    at_rest,
    calm,
    consumer_of,
    first_answering,
    promise_standing,
    promised,
    provider_of,
    resting_on,
    tell,
    unpromised,
)
from counterpoint.state.cycles import would_close_a_cycle
from counterpoint.state.links import ORDERED, standing
from counterpoint.state.view import State

CIRCLES = "dependencies"
"""What is held while a dependency is added: two that were added at once could close a circle together."""


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    if "dependency" in arguments:
        return str(arguments["dependency"])
    if "id" in arguments:
        return given_name(state, "dependency", str(arguments["id"]))
    return new_name(state, "dependency", str(arguments["what"]))


# --- the consumer ---


def _ask(state: State, act: Act, now: str) -> Outcome:
    dependency, what = act.subject, str(act.arguments["what"])
    provider = state.canonical(str(act.arguments["provider"]))
    consumer = state.canonical(act.text("consumer") or act.by)
    must_answer_for(state, act.by, consumer, "ask for something for")
    _still_open(state, consumer, "needs nothing any more")
    _still_open(state, provider, "can provide nothing more")
    _no_circle(state, consumer, provider, act.text("type"))
    if not can_answer(state, provider):
        raise Refused(f"there is nobody who answers for {provider}", hint="name its owner first, or ask somebody else")
    says = [
        Say(dependency, "exists", True), Say(dependency, "title", what), Say(dependency, "consumer", consumer),
        Say(dependency, "provider", provider),
    ]  # fmt: skip
    says += [Say(dependency, name, given) for name in ("reason", "type", "size") if (given := act.text(name))]
    says += _needed(state, act, consumer, now)
    return Outcome(tuple(says), f"{consumer} asks {what!r} of {provider}{_by_when(act)}; {_asked(state, provider)}")


def _there(state: State, act: Act, _now: str) -> Outcome:
    raise Refused(
        f"{act.subject} is there already, {promise_standing(state, act.subject)}",
        hint=f"give another --id; counterpoint promise request {slug_of(act.subject)} asks for it again",
    )


def _request(state: State, act: Act, now: str) -> Outcome:
    consumer, provider = _as_consumer(state, act, "ask for something for")
    _still_open(state, consumer, "needs nothing any more")
    _still_open(state, provider, "can provide nothing more")
    here = promise_standing(state, act.subject)
    if here in ("fulfilled", "withdrawn"):
        _no_circle(state, consumer, provider, state.text(act.subject, "type"))
    # Who asks has seen where it stands, and on what slipping promise it rests.
    says = [*_needed(state, act, consumer, now), Say(act.subject, "told", "seen"), *calm(state, act.subject)]
    says += unpromised(act.subject)
    return Outcome(tuple(says), f"{consumer} asks it of {provider}{_by_when(act)}; {_asked(state, provider)}")


def _need_otherwise(state: State, act: Act, now: str) -> Outcome:
    consumer, _ = _as_consumer(state, act, "ask for something for")
    needed, day = act.text("needed_by"), _promised_day(state, act)
    if needed is None:
        raise Refused(f"it is promised for {day} already", hint="--needed-by says that another day is needed")
    enough = "which the promise keeps" if day <= needed else f"and it is promised for {day}"
    return Outcome(tuple(_needed(state, act, consumer, now)), f"{consumer} needs it by {needed}, {enough}")


def _needed(state: State, act: Act, consumer: str, now: str) -> Iterable[Say]:
    day = act.text("needed_by")
    if day is not None:
        if is_over(state, first_answering(state, consumer), day, now):
            raise Refused(f"{day} is over: nobody can provide it by then", hint="give a day to come")
        yield Say(act.subject, "needed_by", day)


def _accept(state: State, act: Act, now: str) -> Outcome:
    consumer, provider = _as_consumer(state, act, "accept for")
    day = state.text(act.subject, "offered_for")
    if day is None:
        raise Refused("it is not known which day was offered", hint="the provider offers one: promise counter")
    _to_come(state, provider, day, now)
    says = (
        *promised(state, act.subject, provider, day, now),
        Say(act.subject, "told", "seen"),
        *calm(state, act.subject),
        *_needed(state, act, consumer, now),
    )
    needed = act.text("needed_by") or state.text(act.subject, "needed_by")
    still = f"; it is still needed by {needed}, which shows as a collision" if needed and needed < day else ""
    return Outcome(says, f"{consumer} accepts {day}: it is promised{still}")


def _seen(state: State, act: Act, _now: str) -> Outcome:
    consumer, _ = _as_consumer(state, act, "say what is known to")
    if state.text(act.subject, "told") != "waiting":
        raise Refused("there is nothing that they have not seen", hint="counterpoint show tells where it stands")
    return Outcome((Say(act.subject, "told", "seen"), *calm(state, act.subject)), f"{consumer} knows where it stands")


def _withdraw(state: State, act: Act, _now: str) -> Outcome:
    consumer, _ = _as_consumer(state, act, "withdraw for")
    return Outcome(tuple(at_rest(state, act.subject)), f"{consumer} no longer needs it")


def _as_consumer(state: State, act: Act, what: str) -> tuple[str, str]:
    consumer, provider = consumer_of(state, act.subject), provider_of(state, act.subject)
    must_answer_for(state, act.by, consumer, what)
    return consumer, provider


# --- the provider ---


def _commit(state: State, act: Act, now: str) -> Outcome:
    consumer, provider = _as_provider(state, act, "promise for")
    day, needed = str(act.arguments["date"]), state.text(act.subject, "needed_by")
    _to_come(state, provider, day, now)
    if needed is not None and day > needed:
        raise Refused(
            f"{consumer} needs it by {needed}, and {day} is after that",
            hint=f"offer it: counterpoint promise counter {slug_of(act.subject)} {day} --reason …",
        )
    says = (*promised(state, act.subject, provider, day, now), Say(act.subject, "reply", take_back=True))
    return Outcome(says, f"{provider} promises it to {consumer} for {day}")


def _use_move(state: State, act: Act, _now: str) -> Outcome:
    day = _promised_day(state, act)
    raise Refused(f"it is promised for {day}", hint="counterpoint promise move promises another day")


def _counter(state: State, act: Act, now: str) -> Outcome:
    consumer, provider = _as_provider(state, act, "offer for")
    day, why = str(act.arguments["date"]), str(act.arguments["reason"])
    _to_come(state, provider, day, now)
    says = (Say(act.subject, "offered_for", day), Say(act.subject, "reply", why))
    return Outcome(says, f"{provider} offers it for {day}: {why}; {_asked(state, consumer, 'may accept it')}")


def _decline(state: State, act: Act, _now: str) -> Outcome:
    consumer, provider = _as_provider(state, act, "decline for")
    why = str(act.arguments["reason"])
    says: tuple[Say, ...] = (Say(act.subject, "reply", why), Say(act.subject, "offered_for", take_back=True))
    if promise_standing(state, act.subject) == "committed":
        day = _promised_day(state, act)
        told, reached = tell(state, act)
        taken = (*unpromised(act.subject), *calm(state, act.subject), *told)
        return Outcome(
            (Say(act.subject, "reply", why), *taken),
            f"{provider} takes back what was promised for {day}: {why}; {reached}",
        )
    return Outcome(says, f"{provider} will not provide it to {consumer}: {why}")


def _move(state: State, act: Act, now: str) -> Outcome:
    _, provider = _as_provider(state, act, "promise for")
    day, why = str(act.arguments["date"]), str(act.arguments["reason"])
    _to_come(state, provider, day, now)
    before = state.text(act.subject, "promised_for")
    if day == before:
        raise Refused(f"it is promised for {day} already", hint="give another day")
    if before is None or day < before:
        says = (*promised(state, act.subject, provider, day, now), Say(act.subject, "reply", why))
        return Outcome(says, f"{provider} promises it{' earlier,' if before else ''} for {day}: {why}")
    return _slipped(state, act, now, day, why)


def _slipped(state: State, act: Act, now: str, day: str, why: str) -> Outcome:
    before, provider = _promised_day(state, act), provider_of(state, act.subject)
    told, reached = tell(state, act)
    says = [*promised(state, act.subject, provider, day, now), Say(act.subject, "reply", why), *told]
    says.append(Say(act.subject, "slipped_from", before))
    return Outcome(tuple(says), f"it slips from {before} to {day}: {why}; {reached}")


def _promised_day(state: State, act: Act) -> str:
    """The day it is promised for; in words where nobody states one."""
    return state.text(act.subject, "promised_for") or "no day that is known"


def _fulfil(state: State, act: Act, _now: str) -> Outcome:
    consumer, provider = consumer_of(state, act.subject), provider_of(state, act.subject)
    if not (answers_for(state, act.by, provider) or answers_for(state, act.by, consumer)):
        names = named(dict.fromkeys((*answering(state, provider), *answering(state, consumer))))
        raise NotAllowed(f"{act.by} may not say that it is there; {names} may", hint="ask them")
    return Outcome(tuple(at_rest(state, act.subject)), f"{consumer} has what it needs of {provider}")


def _as_provider(state: State, act: Act, what: str) -> tuple[str, str]:
    consumer, provider = consumer_of(state, act.subject), provider_of(state, act.subject)
    must_answer_for(state, act.by, provider, what)
    if act.verb != "decline":
        _still_open(state, provider, "can provide nothing more")
    return consumer, provider


def _to_come(state: State, provider: str, day: str, now: str) -> None:
    if is_over(state, first_answering(state, provider), day, now):
        raise Refused(f"{day} is over: nothing can be promised for it", hint="give a day to come")


def _still_open(state: State, thing: str, what: str) -> None:
    status = state.text(thing, "status")
    over = status if kind_of(thing) == "objective" and status in ("done", "dropped") else None
    if kind_of(thing) == "work" and (stands := standing(state, thing)) != "open":
        over = stands
    if over is not None:
        raise Refused(f"{thing} is {over}: it {what}", hint="counterpoint work reopen, first")


def _no_circle(state: State, consumer: str, provider: str, kind: str | None) -> None:
    if consumer == provider:
        raise Refused(f"{consumer} cannot wait for itself", hint="name another provider")
    if kind in ORDERED and (circle := would_close_a_cycle(state, "dependency", consumer, provider)):
        raise Refused(
            f"that would close a circle: {' needs '.join((*circle, circle[0]))}",
            hint="take one of these out, or split the work",
        )


def _by_when(act: Act) -> str:
    needed = act.text("needed_by")
    return f", by {needed}" if needed else ""


def _asked(state: State, thing: str, what: str = "answers") -> str:
    return f"{named(answering(state, thing))} {what}"


# --- what nobody does ---


def _remind(state: State, act: Act, now: str) -> Outcome:
    day = str(state.text(act.subject, "promised_for"))
    provider = provider_of(state, act.subject)
    _to_come(state, provider, day, now)
    return Outcome((Say(act.subject, "reminded", day),), f"{provider} has promised it for {day}")


def _late(state: State, act: Act, _now: str) -> Outcome:
    day, provider = state.text(act.subject, "promised_for"), provider_of(state, act.subject)
    if kind_of(provider) == "work" and standing(state, provider) == "done":
        done = (Say(act.subject, "status", "fulfilled"), *at_rest(state, act.subject))
        return Outcome(done, f"{provider} is done")
    told, reached = tell(state, act)
    return Outcome((Say(act.subject, "late", True), *told), f"{day} is over, and it is not there; {reached}")


def _slip(state: State, act: Act, now: str) -> Outcome:
    provider = provider_of(state, act.subject)
    day = state.text(provider, "due")
    if day is None or day <= str(state.text(act.subject, "promised_for")):
        raise Refused(f"{provider} is due in time", hint="nothing has slipped")
    return _slipped(state, act, now, day, f"{provider} is due then")


def _arrive(state: State, act: Act, _now: str) -> Outcome:
    return Outcome(tuple(at_rest(state, act.subject)), f"{provider_of(state, act.subject)} is done")


def _fall(state: State, act: Act, _now: str) -> Outcome:
    why = f"{provider_of(state, act.subject)} was dropped"
    told, reached = tell(state, act)
    return Outcome((Say(act.subject, "reply", why), *unpromised(act.subject), *told), f"{why}; {reached}")


def _lapse(state: State, act: Act, _now: str) -> Outcome:
    return Outcome(tuple(at_rest(state, act.subject)), f"{consumer_of(state, act.subject)} was dropped")


def _keys(state: State, act: Act) -> Iterable[str]:
    yield act.subject
    if act.verb == "ask":
        yield from (CIRCLES, str(act.arguments["provider"]), act.text("consumer") or act.by)
    elif act.verb == "request":
        yield CIRCLES
    elif act.verb in ("decline", "move", "late", "slip", "fall"):
        yield from resting_on(state, act.subject)


_CONSUMER = "who answers for the consumer"
_PROVIDER = "who answers for the provider"
_ALL = (*OPEN, "declined", "fulfilled", "withdrawn", DISPUTED)
_CLOCK = "the clock"
PROMISE = Protocol(
    noun="promise",
    kind="dependency",
    about="one asks, another answers with a day, and whoever rests on a promise knows when it slips",
    subject=_subject,
    transitions=(
        Transition("ask", (NOTHING,), ("asked",), _CONSUMER, _ask),
        Transition("ask", _ALL, (), "nobody", _there),
        Transition(
            "request",
            ("stated", "asked", "countered", "declined", "fulfilled", "withdrawn", DISPUTED),
            ("asked",),
            _CONSUMER,
            _request,
        ),
        Transition("request", ("committed",), ("committed",), _CONSUMER, _need_otherwise),
        Transition(
            "commit", ("stated", "asked", "countered", "declined", DISPUTED), ("committed",), _PROVIDER, _commit
        ),
        Transition("commit", ("committed",), (), "nobody", _use_move),
        Transition("counter", ("stated", "asked", "countered", "declined"), ("countered",), _PROVIDER, _counter),
        Transition("counter", ("committed",), (), "nobody", _use_move),
        Transition("accept", ("countered",), ("committed",), _CONSUMER, _accept),
        Transition("decline", (*OPEN, DISPUTED), ("declined",), _PROVIDER, _decline),
        Transition("move", ("committed",), ("committed",), _PROVIDER, _move),
        Transition("seen", _ALL, _ALL, _CONSUMER, _seen),
        Transition("fulfil", (*OPEN, DISPUTED), ("fulfilled",), f"{_PROVIDER}; {_CONSUMER}", _fulfil),
        Transition("withdraw", (*OPEN, "declined", DISPUTED), ("withdrawn",), _CONSUMER, _withdraw),
        Transition("remind", ("committed",), ("committed",), _CLOCK, _remind, automatic=True),
        Transition("late", ("committed",), ("committed", "fulfilled"), _CLOCK, _late, automatic=True),
        Transition("slip", ("committed",), ("committed",), "follows when the work is due later", _slip, automatic=True),
        Transition("arrive", OPEN, ("fulfilled",), "follows when the providing work is done", _arrive, automatic=True),
        Transition("fall", WAITING, ("declined",), "follows when the providing work is dropped", _fall, automatic=True),
        Transition("lapse", WAITING, ("withdrawn",), "follows when the consumer is dropped", _lapse, automatic=True),
    ),
    hangs_on=("provider", "consumer"),
    keys=_keys,
    timers=promise_timers,
    react=promise_reactions,
    standing=promise_standing,
    invariants=(
        "What is committed has a promised day, and what is asked, countered or declined has none.",
        "Only whoever answers for the provider promises, offers, moves and declines; only whoever answers for the "
        "consumer asks, accepts and withdraws.",
        "A promise for a day after the one on which it is needed was offered first, and accepted by the consumer, or "
        "moved there under the eyes of all who rest on it.",
        "From the moment a promise slips, is late or is taken back it stands as not seen, until its consumer has seen "
        "it or nobody waits for it any more; and so does every open dependency that rests on it.",
        "No ask closes a circle of dependencies that are still to be met.",
        "A promise whose day is over and that is not fulfilled stands as late before anything else is done with it.",
    ),
)
