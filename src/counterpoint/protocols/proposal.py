"""Proposals: an act of an agent that waits until a person has reviewed it.

Where the terms ask for a review, what an agent does is kept as a proposal and has no other effect. A person who may
review it accepts it, and then it is done in the same transaction, decided afresh as by the agent; or returns it, with a
reason. What nobody reviews in time expires, and whatever stops the agent returns its proposals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import cast

from counterpoint.errors import Conflict, CounterpointError, NotAllowed
from counterpoint.model.acts import Act
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.statements import Json
from counterpoint.model.times import moment, stamp
from counterpoint.protocols.admission import admit
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Timer, Transition, decide
from counterpoint.protocols.naming import new_name
from counterpoint.state.participation import is_person, places_of, reviewers, rulings, sponsor_of, things_of, zones_of
from counterpoint.state.speaking import speaks_for_any
from counterpoint.state.view import State

WAITS_DAYS = 7
"""How many days a proposal waits for its review."""


def proposing(state: State, act: Act) -> Act:
    """That an agent proposes an act, instead of doing it."""
    name = new_name(state, "proposal", f"{act.noun} {act.verb} {act.subject.partition(':')[2]}")
    action: Json = {"noun": act.noun, "verb": act.verb, "arguments": dict(act.arguments)}
    return Act("proposal", "make", name, act.by, {"action": action}, automatic=True, sponsor=act.sponsor)


def proposed_by(act: Mapping[str, Json]) -> dict[str, Json] | None:
    """What was asked for, where a recorded act is that it was proposed; None for other acts."""
    if (act.get("noun"), act.get("verb")) != ("proposal", "make"):
        return None
    return cast("dict[str, dict[str, Json]]", act["arguments"])["action"]


def waiting_of(state: State, agent: str) -> list[str]:
    """The proposals of an agent that wait for a review."""
    return [one for one in state.naming(agent, "proposal", "by") if state.text(one, "status") == "waiting"]


def proposal_protocol(others: Mapping[str, Protocol]) -> Protocol:
    """The protocol of proposals of acts of ``others``, by noun."""
    rules = _Rules(others)
    return Protocol(
        noun="proposal",
        kind="proposal",
        about="an act of an agent waits until a person has reviewed it",
        subject=_subject,
        transitions=(
            Transition("make", (NOTHING,), ("waiting",), "follows from an agent's act", rules.make, automatic=True),
            Transition("accept", ("waiting",), ("accepted", "returned"), "who reviews it", rules.accept),
            Transition("return", ("waiting",), ("returned",), "who reviews it; the sponsor of the agent", _return),
            Transition("withdraw", ("waiting",), ("withdrawn",), "the agent; its sponsor", _withdraw),
            Transition("expire", ("waiting",), ("expired",), "the clock", _expire, automatic=True),
            Transition("end", ("waiting",), ("returned",), "follows when its agent is stopped", _end, automatic=True),
        ),
        keys=rules.keys,
        timers=_timers,
        react=rules.react,
        invariants=(
            "What needs a review has no effect before a person who may review it has accepted it.",
            "No agent reviews, neither its own proposals nor those of others.",
            "A proposal is accepted at most once, and what it proposed is done at most once, in the same transaction.",
            "What is accepted is decided by the rules as they stand then, as if the agent did it then; if they refuse "
            "it, the proposal is returned and says why.",
            "When an agent is stopped, none of its proposals waits any more.",
        ),
    )


class _Rules:
    """What needs to know the other protocols."""

    def __init__(self, others: Mapping[str, Protocol]) -> None:
        self._others = others

    def inner(self, state: State, act: Act) -> Act:
        """What a proposal would do, as the agent would do it now."""
        action = cast("dict[str, Json]", act.arguments.get("action") or state.value(act.subject, "action"))
        noun, arguments = str(action["noun"]), cast("dict[str, Json]", action["arguments"])
        agent = _agent(state, act)
        subject = state.canonical(self._others[noun].subject(state, agent, arguments))
        reviewer = act.by if act.verb == "accept" else None
        sponsor = sponsor_of(state, agent)
        return Act(noun, str(action["verb"]), subject, agent, arguments, sponsor=sponsor, reviewer=reviewer)

    def keys(self, state: State, act: Act) -> Iterable[str]:
        """The proposal; with what its act would need, once it is to be done."""
        yield act.subject
        if act.verb == "accept" and state.text(act.subject, "status") == "waiting":
            try:
                inner = self.inner(state, act)
                yield inner.subject
                yield from self._others[inner.noun].keys(state, inner)
            except CounterpointError:
                return  # what cannot even be named any more is told when it is decided upon

    def make(self, state: State, act: Act, now: str) -> Outcome:
        inner = self.inner(state, act)
        things = things_of(state, inner)
        found = reviewers(state, act.by, rulings(state, (inner.noun, inner.verb), things))
        if not found:
            raise NotAllowed(f"nobody may review what {act.by} does here", hint="name a reviewer who is a person")
        same = [one for one in waiting_of(state, act.by) if state.value(one, "action") == act.arguments["action"]]
        if same:
            hint = f"wait for the review of {' or '.join(state.refs(same[0], 'reviewer'))}"
            raise Conflict(f"{act.by} has proposed this already: {same[0]}", hint=hint)
        ends = stamp(moment(now) + timedelta(days=WAITS_DAYS))
        about = next((one for one in things if one != ROOT_ZONE), None)
        says = (
            Say(act.subject, "by", act.by),
            Say(act.subject, "action", act.arguments["action"]),
            *(Say(act.subject, "reviewer", party) for party in found),
            *(() if about is None else (Say(act.subject, "about", about),)),
            Say(act.subject, "ends", ends),
        )
        names = " or ".join(found)
        told = f"{inner.noun} {inner.verb} waits for the review of {names}, until {ends}"
        return Outcome(says, told)

    def accept(self, state: State, act: Act, now: str) -> Outcome:
        _must_review(state, act)
        try:
            inner = self.inner(state, act)
            admit(state, inner)
            decide(self._others[inner.noun], state, inner, now)
        except CounterpointError as error:
            reason = f"the rules refuse it by now: {error.message}"
            says = (Say(act.subject, "status", "returned"), Say(act.subject, "reason", reason))
            return Outcome((*says, Say(act.subject, "reviewed_by", act.by)), reason)
        says = (Say(act.subject, "status", "accepted"), Say(act.subject, "reviewed_by", act.by))
        return Outcome(says, f"{act.by} has accepted what {inner.by} proposed, and it is done", (inner,))

    def react(self, state: State, act: Act) -> Iterable[Act]:
        """What a stopped agent has proposed is nobody's to accept any more."""
        if act.verb != "stop" or act.noun not in ("agent", "agents"):
            return
        for agent in [act.subject] if act.noun == "agent" else state.entities("agent"):
            for one in waiting_of(state, agent):
                if act.noun == "agent":
                    reason = f"{agent} is stopped"
                elif act.subject in zones_of(state, self._things(state, one, agent)):
                    reason = f"agents are stopped in {act.subject}"
                else:
                    continue
                yield Act("proposal", "end", one, act.by, {"reason": reason}, automatic=True)

    def _things(self, state: State, proposal: str, agent: str) -> tuple[str, ...]:
        """On what it would be done."""
        try:
            return things_of(state, self.inner(state, Act("proposal", "end", proposal, agent)))
        except CounterpointError:
            return places_of(state, proposal)


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    return state.canonical(str(arguments["proposal"]))


def _agent(state: State, act: Act) -> str:
    return act.by if act.verb == "make" else state.refs(act.subject, "by")[0]


def _must_review(state: State, act: Act) -> None:
    parties = state.refs(act.subject, "reviewer")
    if not is_person(act.by) or speaks_for_any(state, act.by, parties) is None:
        raise NotAllowed(f"{act.by} may not review {act.subject}; {' or '.join(parties)} may", hint="ask them")


def _return(state: State, act: Act, _now: str) -> Outcome:
    if act.by != sponsor_of(state, _agent(state, act)):
        _must_review(state, act)
    says = (Say(act.subject, "reason", act.arguments["reason"]), Say(act.subject, "reviewed_by", act.by))
    return Outcome(says, f"{act.by} has returned what {_agent(state, act)} proposed: {act.arguments['reason']}")


def _withdraw(state: State, act: Act, _now: str) -> Outcome:
    agent = _agent(state, act)
    if act.by not in (agent, sponsor_of(state, agent)):
        raise NotAllowed(f"{act.by} has not proposed it; {agent} has", hint="who reviews it may return it")
    return Outcome((), f"{agent} proposes it no more")


def _expire(state: State, act: Act, _now: str) -> Outcome:
    reason = f"nobody reviewed it within {WAITS_DAYS} days"
    return Outcome((Say(act.subject, "reason", reason),), reason)


def _end(_state: State, act: Act, _now: str) -> Outcome:
    reason = str(act.arguments["reason"])
    return Outcome((Say(act.subject, "reason", reason),), reason)


def _timers(state: State, proposal: str) -> Iterable[Timer]:
    ends = state.text(proposal, "ends")
    if state.text(proposal, "status") == "waiting" and ends is not None:
        yield Timer(proposal, "expire", ends)
