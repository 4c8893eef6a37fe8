"""Waivers: a rule does not hold for one work, for a time, and somebody answers for that.

What may be waived is a gate, a standard, or a stage of a workflow; who may waive is whoever keeps the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of, slug_of
from counterpoint.model.statements import Json
from counterpoint.protocols.doing import or_nobody
from counterpoint.protocols.gates import places_at, why_not
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Timer, Transition
from counterpoint.protocols.naming import free_name
from counterpoint.state.speaking import speaks_for_any
from counterpoint.state.view import State
from counterpoint.state.waivers import waiver_of
from counterpoint.state.who import who


def keepers(state: State, rule: str) -> tuple[str, ...]:
    """Who may waive a rule: its owners; of a gate its approvers, where one of them is enough to pass it.

    Where it names nobody, or takes several together, whoever decides on its zone: one of them alone waives nothing.
    """
    if kind_of(rule) == "gate":
        named = state.refs(rule, "approver") if _one_is_enough(state, rule) else ()
        if not named and not state.refs(rule, "approver"):
            return who(state, rule).deciders
    else:
        named = state.refs(rule, "owner")
    if named:
        return named
    return next((found for zone in state.zones(rule) if (found := who(state, zone).deciders)), ())


def _one_is_enough(state: State, gate: str) -> bool:
    try:
        return places_at(state, gate).enough == 1
    except Refused:
        return False


def _subject(state: State, _by: str, arguments: Mapping[str, Json]) -> str:
    if "waiver" in arguments:
        return str(arguments["waiver"])
    rule, work = str(arguments["rule"]), str(arguments["work"])
    return free_name(state, f"waiver:{slug_of(rule)}-for-{slug_of(work)}")


def _give(state: State, act: Act, now: str) -> Outcome:
    rule, work = state.canonical(str(act.arguments["rule"])), state.canonical(str(act.arguments["work"]))
    _must_keep(state, act, rule)
    if kind_of(rule) == "gate" and (why := why_not(state, act.by, rule, work, None)) is not None:
        others = [one for one in keepers(state, rule) if one != act.by]
        raise NotAllowed(f"{why}, by a waiver either", hint=f"{or_nobody(others)} may, whose own it is not")
    ends = str(act.text("until"))
    if ends <= now:
        raise Refused(f"a waiver until {ends} would be over before it began", hint="give a day or time to come")
    stage = act.text("stage")
    known = [str(one["name"]) for one in state.tables(rule, "stage")]
    if stage is not None and stage not in known:
        raise Refused(f"{rule} has no stage {stage!r}", hint=f"one of: {', '.join(known) or 'it has none'}")
    if (there := waiver_of(state, rule, work, now, stage)) is not None:
        raise Refused(f"{there} waives it already", hint=f"counterpoint waiver end {there}, first")
    owner = state.canonical(act.text("owner") or act.by)
    says = [
        Say(act.subject, "of", rule), Say(act.subject, "work", work), Say(act.subject, "owner", [owner]),
        Say(act.subject, "ends", ends), Say(act.subject, "reason", act.text("reason")),
    ]  # fmt: skip
    if stage is not None:
        says.append(Say(act.subject, "stage", stage))
    return Outcome(tuple(says), f"{rule} does not hold for {work} until {ends}; {owner} answers for it")


def _must_keep(state: State, act: Act, rule: str) -> None:
    may = keepers(state, rule)
    if speaks_for_any(state, act.by, may) is None:
        raise NotAllowed(f"{act.by} may not waive {rule}; {or_nobody(may)} may", hint="ask them to give the waiver")


def _end(state: State, act: Act, _now: str) -> Outcome:
    (rule,) = state.refs(act.subject, "of")
    if not act.automatic and act.by not in state.refs(act.subject, "owner"):
        _must_keep(state, act, rule)
    why = "its time is over" if act.automatic else f"{act.by} has ended it"
    return Outcome((), f"{rule} holds again: {why}")


def _timers(state: State, waiver: str) -> Iterable[Timer]:
    ends = state.text(waiver, "ends")
    if state.text(waiver, "status") == "active" and ends is not None:
        yield Timer(waiver, "end", ends)


WAIVER = Protocol(
    noun="waiver",
    kind="waiver",
    about="a rule does not hold for one work, for a time, and somebody answers for it",
    subject=_subject,
    transitions=(
        Transition("give", (NOTHING,), ("active",), "who keeps the rule", _give),
        Transition("end", ("active",), ("ended",), "who keeps the rule; who answers for the waiver", _end),
        Transition("end", ("active",), ("ended",), "the clock", _end, automatic=True),
    ),
    timers=_timers,
    invariants=(
        "Every waiver names a rule, a work, a reason, an end, and somebody who answers for it.",
        "Only who keeps a rule waives it; of one rule there is one waiver at a time for a work and a stage.",
        "A gate that takes several approvers is waived by none of them alone.",
        "Nobody waives a gate for what is their own, and no agent one that is for people only.",
        "A waiver past its end covers nothing, whether or not anybody has come by to end it.",
    ),
)
