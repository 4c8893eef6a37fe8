"""Objectives: what effort is for. Figures that are measured, priorities that are set, and work that serves them.

Who answers for an objective says how far it is; who decides on it says how much it matters; whose the work is says what
the work is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite

from counterpoint.errors import BadValue, NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.statements import Json
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Transition
from counterpoint.state.alignment import key_results
from counterpoint.state.speaking import speaks_for_any
from counterpoint.state.view import State
from counterpoint.state.who import who


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    return state.canonical(str(arguments["objective"]))


def _keys(state: State, act: Act) -> Iterable[str]:
    return (act.subject, *_works(state, act))


def _works(state: State, act: Act) -> list[str]:
    return [state.canonical(one) for one in act.texts("work")]


def _stands(state: State, objective: str) -> str:
    if not state.exists(objective):
        return NOTHING
    return "closed" if state.text(objective, "status") in ("done", "dropped") else "open"


def _deciders(state: State, thing: str) -> tuple[str, ...]:
    found = who(state, thing)
    return () if found.rule in ("all", "quorum") else found.deciders


def _measure(state: State, act: Act, now: str) -> Outcome:
    owners = state.refs(act.subject, "owner")
    may = (*owners, *_deciders(state, act.subject))
    if speaks_for_any(state, act.by, may) is None:
        raise NotAllowed(f"{act.by} does not answer for {act.subject}; {_names(may)} may say how far it is", hint="ask")
    name, value = str(act.arguments["name"]), _number(str(act.arguments["value"]))
    known = {one.name: one for one in key_results(state, act.subject)}
    if name not in known:
        there = ", ".join(repr(one) for one in known) or "it has none: declare one in the organisation's files"
        raise Refused(f"{act.subject} has no key result {name!r}", hint=f"its key results: {there}" if known else there)
    measured: Json = {"name": name, "value": value, "at": now}
    one = known[name]
    unit = f" {one.unit}" if one.unit else ""
    before = "" if one.value is None else f", and was {one.value:g}"
    return Outcome(
        (Say(act.subject, "measured", measured),), f"{name}: {value:g}{unit}{before}; the target is {one.target:g}"
    )


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not isfinite(value) or value < 0:
        raise BadValue(f"value: {text!r} is not a figure", hint="a number from 0 up, such as 95 or 12.5")
    return int(value) if value.is_integer() else value


def _prioritise(state: State, act: Act, _now: str) -> Outcome:
    found = who(state, act.subject)
    if speaks_for_any(state, act.by, found.deciders) is None:
        names = _names(found.deciders)
        raise NotAllowed(f"{act.by} does not decide on {act.subject}; {names} may set its priority", hint="ask them")
    if found.rule in ("all", "quorum"):
        need = "all" if found.rule == "all" else str(found.quorum)
        raise NotAllowed(
            f"one voice does not set it: {need} of {_names(found.deciders)} decide together",
            hint="counterpoint decision ask, and its outcome is then set by a single decider",
        )
    before, after = state.text(act.subject, "priority"), str(act.arguments["priority"])
    if before == after:
        raise Refused(f"the priority of {act.subject} is {after} already", hint="there is nothing to change")
    return Outcome((Say(act.subject, "priority", after),), f"{after} from now on; it was {before or 'not stated'}")


def _serve(state: State, act: Act, _now: str) -> Outcome:
    works = _works(state, act)
    for work in works:
        _must_own(state, act, work)
        if state.text(work, "status") in ("done", "dropped"):
            raise Refused(f"{work} is {state.text(work, 'status')}", hint="what is closed serves what it served")
    fresh = [work for work in works if act.subject not in state.refs(work, "serves")]
    if not fresh:
        raise Refused(f"{_all(works)} serves {act.subject} already", hint="counterpoint alignment shows what serves it")
    return Outcome(tuple(Say(work, "serves", act.subject) for work in fresh), f"{_all(fresh)} serves {act.subject}")


def _unserve(state: State, act: Act, _now: str) -> Outcome:
    works = _works(state, act)
    for work in works:
        _must_own(state, act, work)
        if act.subject not in state.refs(work, "serves"):
            raise Refused(f"{work} does not say that it serves {act.subject}", hint="what it is part of may say so")
        others = {one.source for one in state.claims(work, "serves") if state.canonical(str(one.value)) == act.subject}
        if elsewhere := sorted(others - {PROTOCOL}):
            raise Refused(
                f"{work} serves {act.subject} by the word of {', '.join(elsewhere)}", hint="take it out there"
            )
    says = tuple(Say(work, "serves", act.subject, take_back=True) for work in works)
    return Outcome(says, f"{_all(works)} no longer serves {act.subject}")


def _must_own(state: State, act: Act, work: str) -> None:
    may = (*state.refs(work, "owner"), *_deciders(state, work))
    if speaks_for_any(state, act.by, may) is None:
        raise NotAllowed(f"{act.by} may not say what {work} is for; {_names(may)} may", hint="whose it is, says so")


def _names(parties: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(parties)) or "nobody, as long as nobody owns it or decides on it"


def _all(works: Iterable[str]) -> str:
    return ", ".join(works)


_OWNS = "its owner; who decides on it"
OBJECTIVE = Protocol(
    noun="objective",
    kind="objective",
    about="what effort is for: how far it is, how much it matters, and what serves it",
    subject=_subject,
    transitions=(
        Transition("measure", ("open",), ("open",), _OWNS, _measure),
        Transition("prioritise", ("open",), ("open",), "who decides on it", _prioritise),
        Transition("serve", ("open",), ("open",), "who owns the work; who decides on it", _serve),
        Transition("unserve", ("open", "closed"), ("open", "closed"), "who owns the work; who decides on it", _unserve),
    ),
    keys=_keys,
    standing=_stands,
    speaks_of=("work.serves",),
    invariants=(
        "Only whoever answers for an objective says how far it is, and only for a key result that it declares.",
        "A figure is what was said last, by whichever source, and every figure that was ever told stays in the record.",
        "Nothing new serves an objective that is done or dropped.",
        "What work is for is said by those whose work it is.",
    ),
)
