"""Who does work, and who answers for it: what the protocols around work ask before they say yes."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.identifiers import kind_of
from counterpoint.protocols.lease import holder_of
from counterpoint.state.speaking import speaks_for
from counterpoint.state.view import State
from counterpoint.state.who import who


def belongs_to(state: State, party: str) -> frozenset[str]:
    """The party itself, and every team at work that it is in: as a member or lead, by way of other teams too."""
    found = {state.canonical(party)}
    pending = list(found)
    while pending:
        here = pending.pop()
        up = {*state.naming(here, "team", "member"), *state.naming(here, "team", "lead")}
        if kind_of(here) == "team":
            up.update(state.refs(here, "parent"))
        fresh = {one for one in up - found if state.text(one, "status") != "archived"}
        found |= fresh
        pending += fresh
    return frozenset(found)


def stands_for(state: State, party: str) -> frozenset[str]:
    """What a party belongs to; of an agent, what its sponsor belongs to as well."""
    found = belongs_to(state, party)
    for sponsor in state.refs(party, "sponsor") if kind_of(party) == "agent" else ():
        found |= belongs_to(state, sponsor)
    return found


def doers(state: State, work: str) -> tuple[str, ...]:
    """Who works on it: owners, contributors, champions, and its home team; each once."""
    champions = (str(row["party"]) for row in state.tables(work, "champion"))
    named = (*state.refs(work, "owner"), *state.refs(work, "contributor"), *champions, *state.refs(work, "team"))
    return tuple(dict.fromkeys(state.canonical(one) for one in named))


def decides(state: State, by: str, thing: str) -> bool:
    """May this party say what whoever decides on a thing may say?"""
    return any(speaks_for(state, by, party) for party in who(state, thing).deciders)


def works_on(state: State, by: str, work: str) -> bool:
    """Is it one of those who do it? Nobody's work is anyone's to begin."""
    named = doers(state, work)
    return not named or by in named or not stands_for(state, by).isdisjoint(named)


def may_work(state: State, by: str, work: str) -> bool:
    """Who works on it, and who decides on it."""
    return works_on(state, by, work) or decides(state, by, work)


def may_answer(state: State, by: str, work: str) -> bool:
    """Who answers for it: its owner (of a team, who speaks for it), or who decides on it.

    Where there is neither, anyone: it is on record who it was.
    """
    owners = state.refs(work, "owner")
    mine = {by, *(state.refs(by, "sponsor") if kind_of(by) == "agent" else ())}
    if any(speaks_for(state, one, owner) for one in sorted(mine) for owner in owners):
        return True
    deciders = who(state, work).deciders
    return any(speaks_for(state, by, party) for party in deciders) or not (owners or deciders)


def may_complete(state: State, by: str, work: str) -> bool:
    """Who answers for it; anyone in a team that owns it; of those who work on it, the one who holds its lease.

    Where nobody owns it, anyone who works on it.
    """
    owners = state.refs(work, "owner")
    if by in owners or not stands_for(state, by).isdisjoint(owners):
        return True
    if works_on(state, by, work):
        holder = holder_of(state, work)
        if not owners or (holder is not None and speaks_for(state, by, holder)):
            return True
    return may_answer(state, by, work)


def or_nobody(parties: Iterable[str]) -> str:
    """``team:lang or person:ana``; words where there is none."""
    return " or ".join(parties) or "nobody yet"


def who_answers(state: State, work: str) -> str:
    """In words: who owns it, else who decides on it."""
    owners = state.refs(work, "owner")
    return or_nobody(owners or who(state, work).deciders)
