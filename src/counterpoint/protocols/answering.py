"""Who answers for a thing or a party when something is asked of it: to promise, to advise, to take on."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.errors import NotAllowed
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PARTIES
from counterpoint.state.owns import owns
from counterpoint.state.speaking import speakers, speaks_for
from counterpoint.state.view import State
from counterpoint.state.who import who


def answering(state: State, thing: str) -> tuple[str, ...]:
    """The parties that answer for a thing: a party for itself, a thing's owners, else whoever decides on it."""
    thing = state.canonical(thing)
    if kind_of(thing) in PARTIES:
        return (thing,)
    found = owns(state, thing)
    if found.answer in ("one", "shared"):
        return found.owners
    return who(state, thing).deciders


def acts_for(state: State, by: str, party: str) -> bool:
    """May ``by`` act for a party? As :func:`speaks_for`; and the sponsor of an agent may act for it."""
    if speaks_for(state, by, party):
        return True
    whom = state.canonical(party)
    return kind_of(whom) == "agent" and state.canonical(by) in state.refs(whom, "sponsor")


def answers_for(state: State, by: str, thing: str) -> bool:
    """May ``by`` say what is asked of a thing or a party?"""
    return any(acts_for(state, by, party) for party in answering(state, thing))


def can_answer(state: State, thing: str) -> bool:
    """Is there anybody who answers for it?"""
    return any(speakers(state, party) for party in answering(state, thing))


def must_answer_for(state: State, by: str, thing: str, what: str) -> None:
    """Only for whoever answers for a thing; ``what`` says what only they may do: ``promise for``.

    Raises:
        NotAllowed: somebody else does, or nobody.
    """
    parties = answering(state, thing)
    if any(acts_for(state, by, party) for party in parties):
        return
    raise NotAllowed(f"{by} may not {what} {thing}; {named(parties)} may", hint=_how(state, thing, parties))


def named(parties: Iterable[str]) -> str:
    """``team:lang or person:ana``."""
    return " or ".join(parties) or "nobody"


def _how(state: State, thing: str, parties: tuple[str, ...]) -> str:
    if not parties:
        return f"nobody owns {thing} and nobody decides on it: name its owner first"
    silent = [party for party in parties if not speakers(state, party)]
    if silent:
        return f"nobody leads {silent[0]} and nobody is in it: name its lead, or another owner"
    return "ask them; a team speaks through who leads it"


def decides_on(state: State, by: str, thing: str) -> bool:
    """May ``by`` say what whoever decides on a thing may say?"""
    return any(acts_for(state, by, party) for party in who(state, thing).deciders)
