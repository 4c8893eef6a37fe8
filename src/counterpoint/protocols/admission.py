"""May this party act at all? What holds for agents before any protocol looks at what they want.

Every writer asks here, acts of protocols and all others alike, so that no way leads round the terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.times import moment, stamp
from counterpoint.state.participation import (
    budget_of,
    kept_from,
    out_of_reach,
    reviewers,
    rulings,
    sponsor_of,
    stopped,
    things_of,
)
from counterpoint.state.view import State

GOVERNED = {
    "agent": frozenset({"sponsor", "capability", "status", "budget", "alias_of"}),
    "zone": frozenset({"terms", "agents", "budget", "authority", "alias_of"}),
}
"""By kind, what agents never state by themselves: it says how agents take part, and who they are."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """That a party may act: for agents with their sponsor, their budget, and who must review the act first, if any."""

    sponsor: str | None = None
    budget: int | None = None
    reviewers: tuple[str, ...] = ()
    why: str = ""


def agents_key() -> str:
    """What agents hold together while they act, and who stops them holds alone: so that a stop is effective at once."""
    return "agents"


def budget_key(agent: str) -> str:
    """What is held while an agent's acts are counted and one is added."""
    return f"budget:{agent}"


def is_agent(party: str) -> bool:
    """Is it an AI?"""
    return kind_of(party) == "agent"


def admit(state: State, act: Act) -> Admitted:
    """On which terms the act may be done, as things stand.

    Raises:
        NotAllowed: the agent is stopped, nobody is accountable for it, it is out of its reach, or agents never do this.
    """
    if act.automatic or not is_agent(act.by):
        return Admitted()  # what follows from acts, and what the clock does, is nobody's
    things = things_of(state, act)
    if act.noun == "proposal":
        # Only persons review; and what an agent proposed it may always withdraw.
        return Admitted(_able(state, act.by, things), budget_of(state, act.by, things))
    return admit_on(state, act, (act.noun, act.verb) if act.verb else (act.noun,), things)


def admit_on(state: State, act: Act, words: Sequence[str], things: Sequence[str]) -> Admitted:
    """As :func:`admit`, where the things that an agent acts on are known."""
    agent = act.by
    sponsor = _able(state, agent, things)
    outside = out_of_reach(state, act, things)
    if outside is not None:
        reach = ", ".join(state.refs(agent, "capability"))
        hint = f"it may act on {reach}, and {sponsor} answers for it"
        raise NotAllowed(f"{outside} is out of the reach of {agent}", hint=hint)
    found = rulings(state, words, things)
    why = _because(found[0].zone, found[0].action)
    if found[0].term == "never":
        name = " ".join(words)
        raise NotAllowed(f"agents never do {name} here: {why}", hint=f"a person may: let {sponsor} do it")
    budget = budget_of(state, agent, things)
    if found[0].term == "alone":
        return Admitted(sponsor, budget, (), why)
    who_reviews = reviewers(state, agent, found)
    if not who_reviews:
        hint = "name a reviewer who is a person, or a team with persons in it"
        raise NotAllowed(f"{' '.join(words)} by an agent needs a review here, and nobody may give it: {why}", hint=hint)
    return Admitted(sponsor, budget, who_reviews, why)


def _able(state: State, agent: str, things: Iterable[str]) -> str:
    """The sponsor of an agent that may act at all on these things."""
    if (why := kept_from(state, agent, things)) is not None:
        one = stopped(state, agent)
        hint = "who stopped it may start it again: counterpoint agent start"
        raise NotAllowed(
            f"{agent} is stopped" if one else why,
            hint=hint if one else "who decides there may: counterpoint agents start",
        )
    sponsor = sponsor_of(state, agent)
    if sponsor is None:
        raise NotAllowed(f"nobody is accountable for {agent}", hint="name its sponsor, a person, in its record")
    return sponsor


def _because(zone: str | None, action: str | None) -> str:
    return f"{zone} says so of {action!r}" if zone else "so it is where no terms say otherwise"


def within_budget(act: Act, budget: int, times: Sequence[str], now: str) -> None:
    """Check that an act is within its agent's budget; ``times`` are those of its acts in the last hour, oldest first.

    Raises:
        Refused: it is not; the message says when it may again.
    """
    if len(times) < budget:
        return
    if budget == 0:
        raise Refused(f"{act.by} has a budget of no acts at all", hint="its sponsor may give it one")
    again = stamp(moment(times[-budget]) + timedelta(hours=1))
    raise Refused(f"{act.by} has used up its budget of {budget} an hour", hint=f"it may act again at {again}")


def not_its_own_terms(by: str, stated: Iterable[tuple[str, str]]) -> None:
    """Check that no agent states on which terms agents take part. ``stated`` are entities with attributes.

    Raises:
        NotAllowed: it does.
    """
    if not is_agent(by):
        return
    for entity, attribute in stated:
        if attribute in GOVERNED.get(kind_of(entity), ()):
            raise NotAllowed(
                f"no agent states {attribute} of {entity}: it says how agents take part",
                hint="a person does; agent stop, agent start and agents stop are for persons too",
            )
