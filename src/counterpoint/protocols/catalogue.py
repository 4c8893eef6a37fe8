"""Every protocol, in one list. The order is that in which they react to what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.model.acts import Act
from counterpoint.protocols.agent import AGENT, AGENTS
from counterpoint.protocols.approval import APPROVAL
from counterpoint.protocols.commitment import COMMITMENT
from counterpoint.protocols.decision import DECISION
from counterpoint.protocols.escalation import ESCALATION
from counterpoint.protocols.handoff import HANDOFF
from counterpoint.protocols.lease import LEASE
from counterpoint.protocols.machine import Protocol, Timer
from counterpoint.protocols.objective import OBJECTIVE
from counterpoint.protocols.promise import PROMISE
from counterpoint.protocols.proposal import proposal_protocol
from counterpoint.protocols.rhythm import RHYTHM, RITUAL
from counterpoint.protocols.waiver import WAIVER
from counterpoint.protocols.work import WORK
from counterpoint.protocols.workflow import WORKFLOW
from counterpoint.state.view import State

_OTHERS: tuple[Protocol, ...] = (
    WORK,
    APPROVAL,
    LEASE,
    HANDOFF,
    ESCALATION,
    RHYTHM,
    RITUAL,
    PROMISE,
    DECISION,
    COMMITMENT,
    OBJECTIVE,
    AGENT,
    AGENTS,
    WAIVER,
    WORKFLOW,
)
PROTOCOLS: tuple[Protocol, ...] = (*_OTHERS, proposal_protocol({one.noun: one for one in _OTHERS}))
BY_NOUN: Mapping[str, Protocol] = {one.noun: one for one in PROTOCOLS}
TIMED_KINDS = frozenset(one.kind for one in PROTOCOLS if one.has_timers)
"""The kinds of things to which the clock may do something."""
_BY_KIND: Mapping[str, tuple[Protocol, ...]] = {
    kind: tuple(one for one in PROTOCOLS if one.kind == kind) for kind in {one.kind for one in PROTOCOLS}
}


def timers_of(state: State, entity: str) -> tuple[tuple[Protocol, Timer], ...]:
    """Everything that the clock shall do to an entity, as it stands."""
    kind = entity.partition(":")[0]
    return tuple((one, timer) for one in _BY_KIND.get(kind, ()) for timer in one.timers(state, entity))


def hanging_on(state: State, entities: Iterable[str]) -> set[str]:
    """The things of protocols that are about any of these: what the clock does to them may have changed with these."""
    every = {state.canonical(entity) for entity in entities}
    found: set[str] = set()
    for one in PROTOCOLS:
        things = state.known(one.kind) if one.hangs_on else set()
        # An import may speak of more than there is of these: then it is quicker to look at all of them.
        if len(things) < len(every):
            state.load(things)
            found.update(
                each for each in things for name in one.hangs_on if not every.isdisjoint(state.refs(each, name))
            )
            continue
        for attribute in one.hangs_on:
            state.load_mentioning(every, one.kind, attribute)
            found.update(thing for entity in every for thing in state.mentioning(entity, one.kind, attribute))
    return found


def reactions(state: State, act: Act) -> Iterable[Act]:
    """What follows from an act that has just been kept."""
    for one in PROTOCOLS:
        yield from one.react(state, act)
