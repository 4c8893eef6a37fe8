"""Who there is: parties, the teams that they are in, and the actors of the activity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from counterpoint.ledger.traces import TraceActor, trace_actors
from counterpoint.model.identifiers import fold, kind_of
from counterpoint.model.kinds import BY_REFERENCE, ROOT_ZONE
from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Row
from counterpoint.state.view import State
from counterpoint.state.working_hours import calendar_of

_TOLD_APART = ("agent", "bot")


def party(making: Making) -> Iterator[Row]:
    """Every person, agent and team, and every actor of the activity whom the state does not know."""
    state = making.state
    for kind in ("person", "agent", "team"):
        for one in state.entities(kind):
            yield one, making.label(one), kind, state.text(one, "status")
    known = _known(state)
    for actor in trace_actors(making.snapshot.connection):
        if _person(actor, known) is None:
            yield actor.actor, actor.name or actor.handle or actor.actor, actor.sort, None


def actor(making: Making) -> Iterator[Row]:
    """Who every actor of the activity is.

    A handle of the same system, or an address, says so; a name never does, unless it is stated as a handle of the
    system *name*. Where two persons that nobody joined state the same handle, none of them is chosen.
    """
    known = _known(making.state)
    for one in trace_actors(making.snapshot.connection):
        person = _person(one, known)
        sort = one.sort if person is None or one.sort in _TOLD_APART else "person"
        yield one.actor, person or one.actor, sort, one.confidence if person is None else 1.0


def member(making: Making) -> Iterator[Row]:
    """Who is in each team: its members and leads, and those of the teams inside it. Archived teams have none."""
    direct = _direct(making)
    for team in direct:
        everybody = _everybody(team, direct)
        for one in sorted(everybody):
            yield one, team, one in direct[team]


def calendar(making: Making) -> Iterator[Row]:
    """The working hours of the organisation and of every team that is at work, its own or those around it."""
    for party, name in ((ROOT_ZONE, ""), *((one, one) for one in _direct(making))):
        found = calendar_of(making.state, party).calendar
        if found is not None and found.hours is not None:
            yield name, str(found)


def team(making: Making) -> Iterator[Row]:
    """Every team that is at work, with how many people are in it, through teams inside it too."""
    direct = _direct(making)
    for one in direct:
        people = sum(1 for party in _everybody(one, direct) if kind_of(party) == "person")
        yield one, making.label(one), making.one(one, "parent"), people


def _direct(making: Making) -> dict[str, set[str]]:
    """For each team at work the parties that belong to it, teams that are part of it among them."""
    state = making.state
    teams = [one for one in making.surrounded("team") if state.text(one, "status") != "archived"]
    found = {one: {*state.refs(one, "member"), *state.refs(one, "lead")} - {one} for one in teams}
    for one in teams:
        for parent in state.refs(one, "parent"):
            if parent in found and parent != one:
                found[parent].add(one)
    return found


def _everybody(team: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    pending = [team]
    while pending:
        fresh = direct.get(pending.pop(), set()) - found
        found |= fresh
        pending += [one for one in fresh if kind_of(one) == "team"]
    return found - {team}


def _known(state: State) -> dict[tuple[str, str], set[str]]:
    """Which persons state a handle of a system, or an address."""
    found: dict[tuple[str, str], set[str]] = {}
    for person in state.entities("person"):
        for system, handle in _handles(state, person):
            found.setdefault((fold(system), fold(handle)), set()).add(person)
    return found


def _handles(state: State, person: str) -> Iterable[tuple[str, str]]:
    for row in state.tables(person, "handle"):
        if row["system"] != BY_REFERENCE:
            yield str(row["system"]), str(row["handle"])
    addresses = state.value(person, "address")
    for address in addresses if isinstance(addresses, list) else ():
        yield "email", str(address)


def _person(actor: TraceActor, known: Mapping[tuple[str, str], set[str]]) -> str | None:
    if actor.system is None or actor.handle is None:
        return None
    found = known.get((fold(actor.system), fold(actor.handle)), set())
    return next(iter(found)) if len(found) == 1 else None
