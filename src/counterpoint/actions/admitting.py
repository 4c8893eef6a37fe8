"""Agents at the writers that are no protocols: import, apply, retry, settle, undo, alias, erase.

They ask the same as acts of protocols do. A term's action is the name of the command. What they change may be a file's
worth of things, so nothing of it waits for a review: where the terms ask for one, a person gives the command.
"""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.errors import NotAllowed
from counterpoint.ledger.write import Transaction
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.protocols.admission import (
    admit_on,
    agents_key,
    budget_key,
    is_agent,
    not_its_own_terms,
    within_budget,
)
from counterpoint.state.participation import places_of
from counterpoint.state.surroundings import load_surroundings
from counterpoint.state.view import State

Changes = Iterable[tuple[str, str]]
"""Entities with attributes."""


def enter(transaction: Transaction, by: str) -> None:
    """Before a writer reads what it decides upon: from here to the commit no stop of agents comes between."""
    if is_agent(by):
        transaction.lock([agents_key()], shared=True)
        transaction.lock([budget_key(State(transaction.snapshot).canonical(by))])


def may_change(transaction: Transaction, by: str, command: str, changes: Changes) -> None:
    """May this party change these things by this command, as they stand?

    Raises:
        NotAllowed: no agent may, this one may not, or not without the review of a person; the message says which.
        Refused: the agent has used up its budget.
    """
    if is_agent(by):
        act, budget = _check(transaction, by, command, changes)
        if budget is not None:
            names = State(transaction.snapshot).names(by)
            within_budget(act, budget, transaction.acts_since_an_hour(names), transaction.now)


def might_have_changed(transaction: Transaction, by: str, command: str, changes: Changes) -> None:
    """The same, as things stand now that they have changed: what goes from one zone to another is a matter of both.

    Raises:
        NotAllowed: it may not.
    """
    if is_agent(by):
        _check(transaction, by, command, changes)


def _check(transaction: Transaction, by: str, command: str, changes: Changes) -> tuple[Act, int | None]:
    every = set(changes)
    not_its_own_terms(by, sorted(every))
    state = State(transaction.snapshot)
    by = state.canonical(by)
    entities = sorted({state.canonical(entity) for entity, _ in every})
    load_surroundings(state, entities)
    places = tuple(dict.fromkeys(place for one in entities for place in _places(state, one))) or (ROOT_ZONE,)
    words = tuple(command.split())
    act = Act(words[0], words[-1], entities[0] if len(entities) == 1 else ROOT_ZONE, by)
    admitted = admit_on(state, act, words, places)
    if admitted.reviewers:
        names = " or ".join(admitted.reviewers)
        raise NotAllowed(
            f"{command} by an agent needs the review of a person here: {admitted.why}",
            hint=f"let {names} do it: counterpoint {command} … --as {admitted.reviewers[0]}",
        )
    return act, admitted.budget


def _places(state: State, entity: str) -> tuple[str, ...]:
    """A team is in the zones that it works in; who somebody is, is a matter of the organisation."""
    return (entity,) if kind_of(entity) == "team" else places_of(state, entity) or (ROOT_ZONE,)
