"""What an agent may do: every action with its term, as the zones of a thing have it."""

from __future__ import annotations

from counterpoint.model.acts import Act
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.participation import AgentTerms, Allowed, actions
from counterpoint.state.participation import (
    budget_of,
    kept_from,
    out_of_reach,
    places_of,
    reviewers,
    rulings,
    sponsor_of,
)
from counterpoint.state.view import State


def agent_terms(state: State, agent: str, on: str | None = None) -> AgentTerms:
    """How an agent may take each action on a thing; without one, on what is no thing of the organisation."""
    things = (places_of(state, on) if on is not None else ()) or (ROOT_ZONE,)
    found = []
    for action in actions():
        ruling = rulings(state, action.split(), things)
        who = reviewers(state, agent, ruling) if ruling[0].term == "review" else ()
        found.append(Allowed(action, ruling[0].term, ruling[0].zone, ruling[0].action, who))  # type: ignore[arg-type]
    return AgentTerms(
        agent,
        on,
        sponsor_of(state, agent),
        kept_from(state, agent, things),
        state.refs(agent, "capability"),
        out_of_reach(state, Act("", "", on or ROOT_ZONE, agent), things) is None,
        budget_of(state, agent, things),
        tuple(found),
    )
