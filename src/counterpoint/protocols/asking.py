"""Asking for a decision: of whom, until when, with which options, whose advice, and what it would replace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import fold
from counterpoint.model.statements import Json
from counterpoint.model.times import moment
from counterpoint.protocols.answering import can_answer, decides_on, named
from counterpoint.protocols.deciding import Bench, Place, bench_of
from counterpoint.protocols.machine import NOTHING, Outcome, Say, status_of
from counterpoint.protocols.naming import given_name, new_name
from counterpoint.state.alike import alike
from counterpoint.state.view import State
from counterpoint.state.who import who

IN_FORCE = ("open", "decided")


def decision_standing(state: State, decision: str) -> str:
    """Where it stands; what sources tell without a status is decided where they tell an outcome, and open otherwise."""
    here = status_of(state, decision)
    if here != NOTHING or not state.exists(decision):
        return here
    return "decided" if state.get(decision, "outcome") is not None else "open"


def subject_of(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    """The decision that is asked for: the one that is named, or one of a new name, made of the question."""
    if "decision" in arguments:
        return str(arguments["decision"])
    if "id" in arguments:
        return given_name(state, "decision", str(arguments["id"]))
    return new_name(state, "decision", str(arguments["question"]))


def ask(state: State, act: Act, now: str) -> Outcome:
    """Ask whoever decides there."""
    decision, question = act.subject, str(act.arguments["question"])
    zone = act.text("zone")
    concerns = tuple(sorted({state.canonical(one) for one in act.texts("concerns")}))
    bench = bench_of(state, act, Place(None if zone is None else state.canonical(zone), concerns))
    replaced = tuple(sorted({state.canonical(one) for one in act.texts("supersedes")}))
    for old in replaced:
        _may_replace(state, act, bench, old)
    options = tuple({fold(one): one for one in act.texts("option")}.values())
    says = [
        Say(decision, "exists", True), Say(decision, "title", question), Say(decision, "question", question),
        Say(decision, "owner", [act.by]), *bench.says(decision),
        *(Say(decision, "option", one) for one in options), *(Say(decision, "concerns", one) for one in concerns),
        *(Say(decision, "supersedes", old) for old in replaced), *timed(act, now), *consulted(state, act, now),
    ]  # fmt: skip
    if zone is not None:
        says.append(Say(decision, "zone", zone))
    return Outcome(tuple(says), f"{bench.decides}{until(act)}{_likes(state, act, options, concerns)}")


def already_there(state: State, act: Act, _now: str) -> Outcome:
    """What is there is not asked for again."""
    raise Refused(
        f"{act.subject} is there already, {decision_standing(state, act.subject)}",
        hint="give another --id; a new question that is to replace it takes --supersedes",
    )


def _may_replace(state: State, act: Act, bench: Bench, old: str) -> None:
    """Only whoever decides on the older one replaces it: as decider of the new one, or by asking for it."""
    deciders = who(state, old).deciders
    if decision_standing(state, old) not in IN_FORCE:
        raise Refused(f"{old} is {decision_standing(state, old)}: there is nothing to replace", hint="name another")
    if not set(bench.deciders) <= set(deciders) and not decides_on(state, act.by, old):
        raise NotAllowed(f"{bench} may not replace {old}, on which {named(deciders)} decides", hint="ask them")


def timed(act: Act, now: str) -> Iterable[Say]:
    """Until when it is to be decided, and what holds otherwise; refuses what cannot be."""
    deadline, default = act.text("deadline"), act.text("default")
    if deadline is None:
        if default is not None:
            raise Refused("a default needs a time after which it holds", hint="give --deadline")
        return
    if deadline <= now:
        raise Refused(f"{deadline} is past: nobody can decide by then", hint="give a time to come")
    yield Say(act.subject, "deadline", deadline)
    yield Say(act.subject, "due", (moment(deadline) - timedelta(microseconds=1)).date().isoformat())
    if default is not None:
        yield Say(act.subject, "default", default)


def consulted(state: State, act: Act, now: str) -> Iterable[Say]:
    """Whose advice is asked, and until when it is waited for; refuses who cannot give any."""
    parties, until = act.texts("consult"), act.text("advise_by")
    if until is not None:
        deadline = act.text("deadline") or state.text(act.subject, "deadline")
        if not parties and not state.refs(act.subject, "consulted"):
            raise Refused("whose advice is waited for?", hint="give --consult")
        if until <= now or (deadline is not None and until > deadline):
            raise Refused(f"{until} is no time to wait for advice until", hint="from now up to the deadline")
        yield Say(act.subject, "advise_by", until)
    for party in parties:
        if not can_answer(state, party):
            raise Refused(f"there is nobody in {party} who could give advice", hint="consult somebody else")
        yield Say(act.subject, "consulted", party)


def until(act: Act) -> str:
    """The same time in words, for the answer."""
    deadline, default = act.text("deadline"), act.text("default")
    if deadline is None:
        return ""
    return f" until {deadline}, else {default!r} holds" if default else f" until {deadline}, else it is escalated"


def _likes(state: State, act: Act, options: Iterable[str], concerns: Iterable[str]) -> str:
    replaced = {state.canonical(one) for one in act.texts("supersedes")}
    found = alike(state, str(act.arguments["question"]), options, concerns, but=(act.subject, *replaced))
    if not found:
        return ""
    cases = "; ".join(f"{one.decision} ({decision_standing(state, one.decision)}, {one.why})" for one in found)
    return f". Perhaps like cases: {cases}. counterpoint decision like links them"
