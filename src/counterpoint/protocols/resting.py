"""What rests on a dependency, and what is said of one: the parts of :mod:`counterpoint.protocols.promise`."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.errors import Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PARTIES
from counterpoint.protocols.answering import answering, answers_for, named
from counterpoint.protocols.days import reminder_of
from counterpoint.protocols.machine import NOTHING, Say, status_of
from counterpoint.state.links import ORDERED
from counterpoint.state.view import State

WAITING = ("asked", "countered", "committed")
"""States in which somebody waits for an answer or for what was promised."""
OPEN = ("stated", *WAITING)


def consumer_of(state: State, dependency: str) -> str:
    """What needs it.

    Raises:
        Refused: nobody states it, or sources differ.
    """
    return _end(state, dependency, "consumer")


def provider_of(state: State, dependency: str) -> str:
    """What or who provides it.

    Raises:
        Refused: nobody states it, or sources differ.
    """
    return _end(state, dependency, "provider")


def resting_on(state: State, dependency: str) -> tuple[str, ...]:
    """The other open dependencies that rest on this one: what its consumer provides, or what that is part of, …"""
    layer = [one for one in state.refs(dependency, "consumer") if kind_of(one) not in PARTIES]
    seen, found = set(layer), dict[str, None]()
    while layer:
        state.load(layer)
        state.load_mentioning(layer, "dependency", "provider")
        following: list[str] = []
        for here in layer:
            parents = state.refs(here, "parent")
            for one in state.naming(here, "dependency", "provider"):
                ordered = state.text(one, "type") in ORDERED
                if one != dependency and ordered and promise_standing(state, one) in OPEN:
                    found[one] = None
                    parents += state.refs(one, "consumer")
            following += [up for up in parents if kind_of(up) not in PARTIES and up not in seen]
            seen.update(parents)
        layer = list(dict.fromkeys(following))
    return tuple(sorted(found))


def promise_standing(state: State, dependency: str) -> str:
    """Where the negotiation stands; what nobody asked for and somebody states is *stated*."""
    here = status_of(state, dependency)
    return "stated" if here == NOTHING and state.exists(dependency) else here


def _end(state: State, dependency: str, which: str) -> str:
    found = state.get(dependency, which)
    if found is None or found.disputed:
        why = "nobody states" if found is None else "sources differ about"
        raise Refused(f"{why} the {which} of {dependency}", hint=f"counterpoint settle {dependency} {which} …")
    return state.refs(dependency, which)[0]


def first_answering(state: State, thing: str) -> str | None:
    """Whose days count for a thing: those of the first party that answers for it."""
    return next(iter(answering(state, thing)), None)


def promised(state: State, dependency: str, provider: str, day: str, now: str) -> Iterable[Say]:
    """That it is promised for a day."""
    yield Say(dependency, "promised_for", day)
    yield Say(dependency, "offered_for", take_back=True)
    yield Say(dependency, "late", take_back=True)
    if reminder_of(state, first_answering(state, provider), day) <= now:
        # Who promises something for tomorrow need not be reminded today.
        yield Say(dependency, "reminded", day)


def unpromised(dependency: str) -> Iterable[Say]:
    """That it is promised for no day, nor offered for one."""
    for name in ("promised_for", "offered_for", "late"):
        yield Say(dependency, name, take_back=True)


def tell(state: State, act: Act) -> tuple[tuple[Say, ...], str]:
    """That the consumer, and the consumers of what rests on it, do not know it yet."""
    above = resting_on(state, act.subject)
    consumers = state.refs(act.subject, "consumer")
    own = "seen" if any(answers_for(state, act.by, one) for one in consumers) else "waiting"
    says = [Say(act.subject, "told", own)]
    for one in above:
        says += [Say(one, "told", "waiting"), Say(one, "shaken_by", act.subject)]
    names = [*consumers, *dict.fromkeys(up for one in above for up in state.refs(one, "consumer"))]
    return tuple(says), f"{named(dict.fromkeys(names)).replace(' or ', ' and ')} must know"


def calm(state: State, dependency: str) -> Iterable[Say]:
    """That nothing on which it rests has slipped, as far as its consumer has seen."""
    for one in state.refs(dependency, "shaken_by"):
        yield Say(dependency, "shaken_by", one, take_back=True)


def at_rest(state: State, dependency: str) -> Iterable[Say]:
    """Nobody waits any more: neither for it, nor for somebody to see how it stands."""
    yield Say(dependency, "late", take_back=True)
    yield Say(dependency, "offered_for", take_back=True)
    yield from calm(state, dependency)
    if state.text(dependency, "told") == "waiting":
        yield Say(dependency, "told", "seen")
