"""Who may act for whom: oneself, and a team for whoever leads it (its members, where nobody leads it)."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.identifiers import kind_of
from counterpoint.state.view import State


def speakers(state: State, party: str) -> frozenset[str]:
    """Every person and agent who may act for a party; of a team nobody leads and that nobody is in, none.

    A lead or member that is a team itself stands for its own speakers.
    """
    found: set[str] = set()
    _collect(state, state.canonical(party), found, set())
    return frozenset(found)


def speaks_for(state: State, actor: str, party: str) -> bool:
    """May the actor act for the party?"""
    by, whom = state.canonical(actor), state.canonical(party)
    return by == whom or (kind_of(whom) == "team" and by in speakers(state, whom))


def speaks_for_any(state: State, actor: str, parties: Iterable[str]) -> str | None:
    """The first of these parties for which the actor may act, or None."""
    return next((party for party in parties if speaks_for(state, actor, party)), None)


def _collect(state: State, party: str, found: set[str], seen: set[str]) -> None:
    if party in seen:
        return
    seen.add(party)
    if kind_of(party) != "team":
        if state.exists(party) and state.text(party, "status") != "stopped":
            found.add(party)
        return
    if state.text(party, "status") == "archived":
        return
    for one in state.refs(party, "lead") or state.refs(party, "member"):
        _collect(state, one, found, seen)
