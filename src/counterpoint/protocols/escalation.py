"""Escalations: a question that its own place does not answer climbs, rung by rung, until somebody takes it up.

The rungs are those of the zone that the thing is in, then of the zones around it, then the organisation's own; at last
whoever decides for the organisation. Each party has so many of its own working hours to answer. Nobody is asked
twice, and nobody who cannot answer is asked at all: whoever is passed over stands in the record, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import CLOCK, Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.statements import Json
from counterpoint.protocols.answering import acts_for
from counterpoint.protocols.machine import DISPUTED, NOTHING, Outcome, Protocol, Say, Timer, Transition, status_of
from counterpoint.protocols.naming import number_of, numbered
from counterpoint.state.participation import kept_from, sponsor_of
from counterpoint.state.speaking import speakers
from counterpoint.state.view import State
from counterpoint.state.who import who
from counterpoint.state.working_hours import answer_by

DEFAULT_HOURS = 8
"""Working hours that a rung has to answer, where it does not say."""
IN_THE_AIR = ("open", "acknowledged", "exhausted")
OVER: Mapping[str, tuple[str, ...]] = {
    "work": ("done", "dropped"),
    "objective": ("done", "dropped"),
    "decision": ("decided", "withdrawn", "superseded"),
    "dependency": ("fulfilled", "withdrawn"),
    "gate": ("passed", "waived"),
    "approval": ("granted", "refused", "used", "expired", "withdrawn"),
    "handoff": ("accepted", "withdrawn"),
    "commitment": ("kept", "released"),
    "proposal": ("accepted", "returned", "expired"),
    "lease": ("free",),
    "ritual": ("cancelled",),
    "occurrence": ("held", "cancelled"),
    "waiver": ("ended",),
}
"""The states in which a thing needs nobody any more, by kind: what may be escalated at all."""
_ANSWERED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "dependency": (("asked", "countered"), ("committed",)),
    "commitment": (("asked",), ("open",)),
    "handoff": (("offered",), ("declined",)),
}
"""Kinds in which an answer ends the question: standing there when it was raised, standing here now."""
_HOMES: Mapping[str, tuple[str, ...]] = {
    "handoff": ("what",),
    "approval": ("work", "gate"),
    "dependency": ("consumer", "provider"),
    "commitment": ("from", "owner", "to"),
    "decision": ("concerns",),
    "lease": ("on",),
    "proposal": ("about", "by"),
    "occurrence": ("ritual",),
    "waiver": ("work", "of"),
}
"""Where a thing of a kind without a place of its own is at home."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: whom it asks, how many of their working hours they have, and the zone that declares it."""

    party: str
    hours: float
    zone: str


def ladder(state: State, thing: str) -> tuple[Rung, ...]:
    """Every rung for a thing, lowest first: of its zones, nearest first, then whoever decides for the organisation."""
    found: list[Rung] = []
    for zone in _zones(state, thing):
        rows = sorted(state.tables(zone, "escalation"), key=lambda row: (float(row["order"]), str(row["party"])))
        for row in rows:
            hours = row.get("after_hours")
            wait = float(hours) if isinstance(hours, int | float) else DEFAULT_HOURS
            found.append(Rung(state.canonical(str(row["party"])), wait, zone))
    found += [Rung(party, DEFAULT_HOURS, ROOT_ZONE) for party in state.refs(ROOT_ZONE, "decider")]
    return tuple(found)


def escalations_about(state: State, thing: str) -> list[str]:
    """Every escalation about a thing, the newest last."""
    return sorted(state.naming(thing, "escalation", "about"), key=number_of)


def over(state: State, thing: str, stood: str | None = None) -> str | None:
    """Why a thing needs nobody any more, in words; None while it does. ``stood`` is its status when it was raised."""
    if not state.exists(thing):
        return f"no source says anything of {thing} any more"
    kind, now = kind_of(thing), status_of(state, thing)
    before, answered = _ANSWERED.get(kind, ((), ()))
    if now in OVER.get(kind, ()) or (stood in before and now in answered):
        return f"{thing} is {now}"
    return None


def raise_about(state: State, thing: str, cause: str, raised_by: str) -> Act | None:
    """What another protocol lets follow when nobody answers; None where it is in the air already, or needs nobody."""
    thing = state.canonical(thing)
    found = escalations_about(state, thing)
    if (found and status_of(state, found[-1]) in IN_THE_AIR) or over(state, thing):
        return None
    arguments: dict[str, Json] = {"about": thing, "reason": cause, "raised_by": raised_by}
    return Act("escalation", "raise", _subject(state, CLOCK, arguments), CLOCK, arguments, automatic=True)


def end_about(state: State, thing: str, outcome: str, by: str) -> Iterable[Act]:
    """What another protocol lets follow when it has found a way of its own for what was escalated."""
    for esc in escalations_about(state, thing):
        if status_of(state, esc) in IN_THE_AIR:
            yield Act("escalation", "end", esc, by, {"outcome": outcome}, automatic=True)


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    """The escalation in the air about a thing, else the next; things may be named by their escalation."""
    thing = state.canonical(str(arguments["about"]))
    if kind_of(thing) == "escalation":
        return thing
    return numbered(state, "escalation", thing, escalations_about(state, thing), (*IN_THE_AIR, DISPUTED))


def _thing(state: State, act: Act) -> str:
    known = state.refs(act.subject, "about")
    return known[0] if known else state.canonical(str(act.arguments["about"]))


def _zones(state: State, thing: str) -> tuple[str, ...]:
    """The zones of a thing, then of what it is about, each once and the organisation's own last."""
    found: dict[str, None] = {}
    pending, seen = [thing], set[str]()
    while pending:
        here = pending.pop(0)
        if here in seen:
            continue
        seen.add(here)
        found |= dict.fromkeys(state.zones(here))
        pending += [home for attribute in _HOMES.get(kind_of(here), ()) for home in state.refs(here, attribute)]
    found.pop(ROOT_ZONE, None)
    return (*found, ROOT_ZONE)


# --- climbing ---


def able_to_answer(state: State, party: str, thing: str) -> frozenset[str]:
    """Who can answer for a party about a thing: nobody stopped or erased, no agent for whom nobody is accountable."""
    return frozenset(one for one in speakers(state, party) if _able(state, one, thing))


def _able(state: State, one: str, thing: str) -> bool:
    if kind_of(one) == "agent":
        return sponsor_of(state, one) is not None and kept_from(state, one, (thing,)) is None
    return state.value(one, "erased") is not True


def cannot_be_asked(state: State, thing: str, rung: Rung, raiser: str | None, asked: Collection[str]) -> str | None:
    """Why a rung is passed over, or None. ``asked`` are those whom rungs below have asked."""
    if rung.party in asked:
        return "was asked before"
    able = able_to_answer(state, rung.party, thing)
    if not able:
        return _emptiness(state, rung.party, thing)
    alone = {one for party in asked for one in _only(state, party)}
    if able <= alone:
        return "everyone there was asked before"
    if able == {raiser}:
        return "it is who raised it"
    return None


def _only(state: State, party: str) -> frozenset[str]:
    """Who was asked in person: the party itself, or the one person that a team has to speak for it."""
    found = speakers(state, party)
    return found if len(found) == 1 else frozenset()


def _emptiness(state: State, party: str, thing: str) -> str:
    if not state.exists(party):
        return "no source says anything of it"
    if kind_of(party) == "team":
        archived = state.text(party, "status") == "archived"
        return "it is archived" if archived else "nobody who leads it, or is in it, can answer"
    if kind_of(party) == "agent":
        return kept_from(state, party, (thing,)) or "nobody is accountable for it"
    return "what named this person was erased"


def _climb_on(state: State, act: Act, now: str, start: tuple[Say, ...], asked: Collection[str]) -> Outcome:
    """To the next rung that somebody holds; exhausted, if there is none. ``start`` is what is said before."""
    thing, esc = _thing(state, act), act.subject
    raiser = _raiser(state, act)
    rungs = ladder(state, thing)
    party = state.text(esc, "party") if asked else None
    places = [place for place, rung in enumerate(rungs) if rung.party == party]
    skipped: dict[str, str] = {}
    for rung in rungs[places[0] + 1 if places else 0 :]:
        if why := cannot_be_asked(state, thing, rung, raiser, asked):
            skipped.setdefault(rung.party, why)
            continue
        due = answer_by(state, rung.party, rung.hours, now)
        count = state.value(esc, "rung") if asked else 0
        says = (
            Say(esc, "status", "open"),
            Say(esc, "zone", rung.zone),
            Say(esc, "party", rung.party),
            Say(esc, "asked", rung.party),
            Say(esc, "rung", (int(count) if isinstance(count, int | float) else 0) + 1),
            Say(esc, "next", due.until),
        )
        told = f"{rung.party} is asked, and has until {due.until} to answer ({due.hours})"
        return Outcome((*start, *_skips(esc, skipped), *says), _with_skipped(told, skipped))
    end = (Say(esc, "status", "exhausted"), Say(esc, "next", take_back=True), Say(esc, "party", take_back=True))
    told = f"nobody is left to ask: {raiser}, who raised it, must find another way"
    return Outcome((*start, *_skips(esc, skipped), *end), _with_skipped(told, skipped))


def _skips(esc: str, skipped: Mapping[str, str]) -> tuple[Say, ...]:
    return tuple(Say(esc, "skipped", {"party": party, "text": why}) for party, why in skipped.items())


def _with_skipped(told: str, skipped: Mapping[str, str]) -> str:
    if not skipped:
        return told
    return f"{told}; passed over: {', '.join(f'{party} ({why})' for party, why in skipped.items())}"


def _raiser(state: State, act: Act) -> str:
    known = state.refs(act.subject, "raised_by")
    if known and status_of(state, act.subject) != "exhausted":
        return known[0]
    return state.canonical(str(act.arguments.get("raised_by") or act.by) if act.automatic else act.by)


# --- the rows ---


def _raise(state: State, act: Act, now: str) -> Outcome:
    thing = _thing(state, act)
    if kind_of(thing) not in (*OVER, "zone", "team"):
        hint = f"raise it about the {', '.join(OVER)} that waits"
        raise Refused(f"{thing} is nothing that waits for an answer", hint=hint)
    if why := over(state, thing):
        raise Refused(f"{why}: there is nothing to escalate", hint="counterpoint show tells how it came to that")
    esc = act.subject
    stood = status_of(state, thing)
    start = (
        Say(esc, "about", thing),
        Say(esc, "cause", str(act.arguments["reason"])),
        Say(esc, "raised_by", _raiser(state, act)),
        *((Say(esc, "stood", stood),) if stood not in (NOTHING, DISPUTED) else ()),
    )
    outcome = _climb_on(state, act, now, start, ())
    return replace(outcome, says=(*_forgotten(state, esc, outcome.says), *outcome.says))


def _forgotten(state: State, esc: str, says: tuple[Say, ...]) -> Iterable[Say]:
    """What is taken back when one that found nobody is raised anew: it starts at the bottom again."""
    again = {say.value for say in says if say.attribute == "asked"}
    passed = {say.value["party"] for say in says if say.attribute == "skipped" and isinstance(say.value, dict)}
    for party in state.refs(esc, "asked"):
        if party not in again:
            yield Say(esc, "asked", party, take_back=True)
    for row in state.tables(esc, "skipped"):
        if row["party"] not in passed:
            yield Say(esc, "skipped", dict(row), take_back=True)


def _raise_further(state: State, act: Act, now: str) -> Outcome:
    """It was taken up, and nothing came of it: it goes on from where it stands."""
    start = (
        Say(act.subject, "cause", str(act.arguments["reason"])),
        Say(act.subject, "acknowledged_by", take_back=True),
    )
    return _climb_on(state, act, now, start, state.refs(act.subject, "asked"))


def _acknowledge(state: State, act: Act, _now: str) -> Outcome:
    asked = state.refs(act.subject, "asked")
    _must_be_asked(state, act, asked)
    says = (Say(act.subject, "acknowledged_by", act.by), Say(act.subject, "next", take_back=True))
    return Outcome(says, f"{act.by} has taken it up: the clock stands still")


def _pass_on(state: State, act: Act, now: str) -> Outcome:
    asked = state.refs(act.subject, "asked")
    _must_be_asked(state, act, asked)
    start = (Say(act.subject, "acknowledged_by", take_back=True),)
    return _climb_on(state, act, now, start, asked)


def _must_be_asked(state: State, act: Act, asked: tuple[str, ...]) -> None:
    if not any(acts_for(state, act.by, party) for party in asked):
        names = " or ".join(asked) or "nobody so far"
        raise NotAllowed(f"{act.by} was not asked", hint=f"asked: {names}; who raised it may resolve it")


def _resolve(state: State, act: Act, _now: str) -> Outcome:
    esc = act.subject
    may = [*state.refs(esc, "acknowledged_by"), *state.refs(esc, "asked"), *state.refs(esc, "raised_by")]
    may += who(state, _thing(state, act)).deciders
    if not any(acts_for(state, act.by, party) for party in may):
        raise NotAllowed(f"{act.by} may not end it", hint=f"may: {' or '.join(dict.fromkeys(may))}")
    outcome = str(act.arguments["outcome"])
    return Outcome(_ended(esc, outcome), f"{act.by} has ended it: {outcome}")


def _ended(esc: str, outcome: str) -> tuple[Say, ...]:
    return Say(esc, "status", "ended"), Say(esc, "outcome", outcome), Say(esc, "next", take_back=True)


def _climb(state: State, act: Act, now: str) -> Outcome:
    thing = _thing(state, act)
    if why := over(state, thing, state.text(act.subject, "stood")):
        return Outcome(_ended(act.subject, why), f"its cause is gone: {why}")
    return _climb_on(state, act, now, (), state.refs(act.subject, "asked"))


def _end(state: State, act: Act, _now: str) -> Outcome:
    why = act.text("outcome") or over(state, _thing(state, act), state.text(act.subject, "stood"))
    if why is None:
        raise Refused("its cause is not gone", hint="counterpoint escalation resolve ends it")
    return Outcome(_ended(act.subject, why), f"its cause is gone: {why}")


def _keys(state: State, act: Act) -> Iterable[str]:
    yield act.subject
    yield _thing(state, act)


def _timers(state: State, esc: str) -> Iterable[Timer]:
    status, due = status_of(state, esc), state.text(esc, "next")
    if status == "open" and due is not None:
        yield Timer(esc, "climb", due, str(state.value(esc, "rung")))
    if status in IN_THE_AIR and any(over(state, one, state.text(esc, "stood")) for one in state.refs(esc, "about")):
        yield Timer(esc, "end", state.now, "over")


def _react(state: State, act: Act) -> Iterable[Act]:
    """Whatever was done to a thing: what was raised about it ends, if that needs nobody any more."""
    homes = (home for name in _HOMES.get(kind_of(act.subject), ()) for home in state.refs(act.subject, name))
    for thing in dict.fromkeys((act.subject, *homes)) if act.noun != "escalation" else ():
        # An approval passes its gate, a promise its dependency: what an act is about may be answered with it.
        for esc in escalations_about(state, thing) if kind_of(thing) in OVER else ():
            if status_of(state, esc) in IN_THE_AIR and over(state, thing, state.text(esc, "stood")):
                yield Act("escalation", "end", esc, act.by, {}, automatic=True)


_ASKED = "whoever was asked"
ESCALATION = Protocol(
    noun="escalation",
    kind="escalation",
    about="a question climbs until somebody takes it up",
    subject=_subject,
    transitions=(
        Transition("raise", (NOTHING, "exhausted"), ("open", "exhausted"), "anyone who may act", _raise),
        Transition("raise", ("acknowledged",), ("open", "exhausted"), "anyone who may act", _raise_further),
        Transition("acknowledge", ("open", "exhausted"), ("acknowledged",), _ASKED, _acknowledge),
        Transition("pass", ("open", "acknowledged"), ("open", "exhausted"), _ASKED, _pass_on),
        Transition("resolve", IN_THE_AIR, ("ended",), f"{_ASKED}; who raised it; who decides on it", _resolve),
        Transition("climb", ("open",), ("open", "exhausted", "ended"), "the clock", _climb, automatic=True),
        Transition("end", IN_THE_AIR, ("ended",), "follows when its cause ends", _end, automatic=True),
    ),
    hangs_on=("about",),
    keys=_keys,
    timers=_timers,
    react=_react,
    invariants=(
        "A thing has at most one escalation in the air.",
        "Nobody is asked who cannot answer: no party that nobody holds, that is stopped, archived or unknown.",
        "Nobody is asked twice in one climb, whatever the ladders say, so that every climb ends.",
        "While it is open, exactly one party is asked and has a time to answer; once it is taken up, no clock runs.",
        "Every rung that was passed over stands in the record, with the reason.",
        "One whose cause has ended asks nobody any more.",
    ),
)
