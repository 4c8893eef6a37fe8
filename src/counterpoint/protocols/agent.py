"""Agents: taken on by a person who is accountable, and stopped at once, one alone or all of them in a zone.

Whoever stops agents waits until what they are doing at that moment is done, and nothing of theirs that starts
afterwards goes through: acts of agents hold :func:`agents_key` together, and a stop holds it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.statements import Json
from counterpoint.protocols.admission import agents_key
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Transition
from counterpoint.protocols.naming import given_name
from counterpoint.state.participation import halted, is_person, sponsor_of, stopped, who_answers, who_decides_around
from counterpoint.state.speaking import speaks_for_any
from counterpoint.state.view import State


def _agent(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    if "name" in arguments:
        return given_name(state, "agent", str(arguments["name"]))
    return state.canonical(str(arguments["agent"]))


def _zone(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    return state.canonical(str(arguments.get("zone", ROOT_ZONE)))


def _keys(_state: State, act: Act) -> Iterable[str]:
    return act.subject, agents_key()


def _agent_stands(state: State, agent: str) -> str:
    if not state.exists(agent):
        return NOTHING
    return "stopped" if stopped(state, agent) else "active"


def _zone_stands(state: State, zone: str) -> str:
    return "stopped" if halted(state, zone) else "active"


def _a_person(act: Act) -> None:
    if not is_person(act.by):
        raise NotAllowed(f"{act.by} is no person: agents are taken on, stopped and started by persons", hint="ask one")


def _add(_state: State, act: Act, _now: str) -> Outcome:
    _a_person(act)
    says = [Say(act.subject, "exists", True), Say(act.subject, "sponsor", act.by)]
    says += [Say(act.subject, "capability", one) for one in act.texts("capability")]
    says += [Say(act.subject, name, act.arguments[name]) for name in ("title", "budget") if name in act.arguments]
    return Outcome((*says, Say(act.subject, "status", "active")), f"{act.by} is accountable for {act.subject}")


def _stop(state: State, act: Act, _now: str) -> Outcome:
    _a_person(act)
    _one_of(state, act, who_answers(state, act.subject), f"stop {act.subject}")
    return Outcome((Say(act.subject, "stopped_by", act.by),), f"{act.subject} does nothing any more")


def _start(state: State, act: Act, _now: str) -> Outcome:
    _a_person(act)
    may = list(who_answers(state, act.subject))
    sponsor, stopper = sponsor_of(state, act.subject), state.refs(act.subject, "stopped_by")
    deciders = who_decides_around(state, ROOT_ZONE)
    if (
        sponsor in may
        and stopper
        and stopper[0] != sponsor
        and deciders
        and speaks_for_any(state, sponsor, may[1:]) is None
    ):
        # What somebody stopped who decides here is not for the sponsor to start again.
        may.remove(sponsor)
    _one_of(state, act, tuple(may), f"start {act.subject}")
    if sponsor is None:
        raise Refused(f"nobody is accountable for {act.subject}", hint="name its sponsor, a person, in its record")
    return Outcome((Say(act.subject, "stopped_by", take_back=True),), f"{act.subject} may act again")


def _stop_all(state: State, act: Act, _now: str) -> Outcome:
    _a_person(act)
    _one_of(state, act, who_decides_around(state, act.subject), f"stop the agents in {act.subject}")
    return Outcome((Say(act.subject, "agents", "stopped"),), f"no agent does anything in {act.subject} any more")


def _start_all(state: State, act: Act, _now: str) -> Outcome:
    _a_person(act)
    _one_of(state, act, who_decides_around(state, act.subject), f"start the agents in {act.subject}")
    told = f"agents may act in {act.subject} again, each as far as it is not stopped itself"
    return Outcome((Say(act.subject, "agents", "active"),), told)


def _one_of(state: State, act: Act, may: tuple[str, ...], what: str) -> None:
    if speaks_for_any(state, act.by, may) is None:
        names = " or ".join(may) or "nobody, as long as nobody decides there"
        raise NotAllowed(f"{act.by} may not {what}; {names} may", hint="ask them")


_WHO = "its sponsor; who decides where it works, or in the organisation"
_DECIDES = "who decides in the zone, or in one around it"
AGENT = Protocol(
    noun="agent",
    kind="agent",
    about="a person answers for an agent, and it can be stopped at once",
    subject=_agent,
    transitions=(
        Transition("add", (NOTHING,), ("active",), "any person, who becomes its sponsor", _add),
        Transition("stop", ("active",), ("stopped",), _WHO, _stop),
        Transition("start", ("stopped",), ("active",), f"{_WHO}; what others stopped, not its sponsor", _start),
    ),
    keys=_keys,
    standing=_agent_stands,
    invariants=(
        "Nothing that an agent starts after its stop was acknowledged is kept, until it is started again.",
        "An agent that is stopped holds no lease, and none of its proposals waits.",
        "Only persons stop and start agents: one who answers for it, or who decides where it works.",
        "Nothing is kept of an agent for which no person is accountable.",
    ),
)
AGENTS = Protocol(
    noun="agents",
    kind="zone",
    about="one switch for all agents in a zone, or in the whole organisation",
    subject=_zone,
    transitions=(
        Transition("stop", ("active",), ("stopped",), _DECIDES, _stop_all),
        Transition("start", ("stopped",), ("active",), _DECIDES, _start_all),
    ),
    keys=_keys,
    standing=_zone_stands,
    attribute="agents",
    invariants=(
        "Where agents are stopped, nothing is kept that any of them starts on anything in the zone.",
        "Agents hold no leases in a zone where they are stopped, and none of their proposals waits there.",
    ),
)
