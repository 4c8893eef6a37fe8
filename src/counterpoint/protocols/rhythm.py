"""The operating rhythm: before an occurrence of a ritual its agenda, after it what came of it.

The clock looks at each occurrence so many working hours before it begins. Where there is something to synchronise it is
prepared, with the smallest set of parties needed; where there is nothing, it is proposed to be cancelled. Whoever holds
the ritual accepts that, or anybody who takes part overrules it. Silence cancels nothing, unless the ritual declares so.
An occurrence of which nobody says what came of it stands as unrecorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import CLOCK, Act
from counterpoint.model.agenda import Agenda
from counterpoint.model.statements import Json
from counterpoint.model.times import moment, stamp
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Timer, Transition
from counterpoint.state.agenda import agenda
from counterpoint.state.rhythm import (
    coming,
    end_of,
    holders,
    looked_at,
    meant,
    occurrence_at,
    occurrence_of,
    record_awaited,
    ritual_of,
    start_of,
    takers,
    why_silent,
)
from counterpoint.state.schedule import Occurrence
from counterpoint.state.scope import teams_of
from counterpoint.state.speaking import speaks_for_any
from counterpoint.state.view import State

LOOK_AGAIN = timedelta(hours=1)
"""So long before it begins, what was found a working day before is looked at once more."""
EMPTY = "nothing to synchronise"
_LOOK_AHEAD = (4, 32, 256)


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    """The occurrence that is meant: of a ritual alone the next one, or the last one where it was ``held``."""
    past = "held" in arguments
    given = state.canonical(str(arguments["held" if past else "ritual"]))
    if given.startswith("occurrence:"):
        return given
    at = arguments.get("at")
    return occurrence_of(given, start_of(meant(state, given, None if at is None else str(at), past=past)))


def _keys(state: State, act: Act) -> Iterable[str]:
    return act.subject, _place(state, act)[0]


def _place(state: State, act: Act) -> tuple[str, str]:
    """The ritual, and when the occurrence starts: as it is kept, or as it was asked for."""
    known, start = ritual_of(state, act.subject), state.text(act.subject, "start")
    if known is not None and start is not None:
        return known, start
    past = "held" in act.arguments
    ritual = state.canonical(str(act.arguments["held" if past else "ritual"]))
    at = act.text("at")
    return ritual, start_of(meant(state, ritual, at, past=past))


def _first(state: State, act: Act) -> tuple[Say, ...]:
    """What is stated of an occurrence of which nothing was said yet."""
    if state.exists(act.subject):
        return ()
    ritual, start = _place(state, act)
    return Say(act.subject, "ritual", ritual), Say(act.subject, "start", start)


def _still_to_come(state: State, act: Act, now: str) -> str:
    """The ritual of an occurrence that has not begun and that its schedule has."""
    ritual, start = _place(state, act)
    if start <= now:
        raise Refused(f"{act.subject} has begun", hint=f"counterpoint ritual record {ritual}, for what came of it")
    if occurrence_at(state, ritual, start) is None:
        raise Refused(f"the schedule of {ritual} has no occurrence at {start}", hint="counterpoint ritual next")
    return ritual


def _prepare(state: State, act: Act, now: str) -> Outcome:
    """Look at the agenda. What was prepared once, or somebody wanted held, is not proposed to be cancelled again.

    What somebody proposed to cancel stays so: that is for who holds the ritual, whatever stands on the agenda.
    """
    ritual, start = _still_to_come(state, act, now), _place(state, act)[1]
    if not act.automatic and now < (first := looked_at(state, ritual, start)):
        hint = f"counterpoint ritual agenda {ritual} tells what would be on it now"
        raise Refused(f"it is too early: the agenda of {act.subject} is made from {first} on", hint=hint)
    found = _agenda_of(state, ritual, start)
    before = state.text(act.subject, "status")
    by_people = before == "proposed" and state.text(act.subject, "reason") != EMPTY
    status, reason = ("proposed", None) if by_people else _standing(state, ritual, found, before)
    says = [*_first(state, act), Say(act.subject, "looked", now)]
    if status != before:
        says.append(Say(act.subject, "status", status))
        if reason or state.text(act.subject, "reason") is not None:
            says.append(Say(act.subject, "reason", reason, take_back=reason is None))
    return Outcome((*says, *_rows(state, act.subject, found)), _told(ritual, found, status))


def _agenda_of(state: State, ritual: str, start: str) -> Agenda:
    occurrence = occurrence_at(state, ritual, start)
    assert occurrence is not None, "it was looked for before"
    return agenda(state, ritual, occurrence)


def _standing(state: State, ritual: str, found: Agenda, before: str | None) -> tuple[str, str | None]:
    if before == "prepared" or found.verdict != EMPTY:
        return "prepared", None
    rule = state.text(ritual, "when_empty") or "propose"
    if rule == "hold":
        return "prepared", None
    return ("cancelled", f"{EMPTY}: cancels by itself") if rule == "cancel" else ("proposed", EMPTY)


def _rows(state: State, occurrence: str, found: Agenda) -> Iterable[Say]:
    """What is on the agenda and who is needed, as far as that is not stated already."""
    rows: list[dict[str, Json]] = [
        {"order": number, "why": f"{one.kind}: {one.says}", "about": one.about[0]}
        for number, one in enumerate(found.items, start=1)
    ]
    there = state.tables(occurrence, "agenda")
    for row in there:
        if int(row["order"]) > len(rows):
            yield Say(occurrence, "agenda", row, take_back=True)
    for row in rows:
        if row not in there:
            yield Say(occurrence, "agenda", row)
    needed = state.refs(occurrence, "needed")
    for party in needed:
        if party not in found.needed:
            yield Say(occurrence, "needed", party, take_back=True)
    for party in found.needed:
        if party not in needed:
            yield Say(occurrence, "needed", party)


def _told(ritual: str, found: Agenda, status: str) -> str:
    if status == "cancelled":
        return f"{ritual} has {EMPTY}, and cancels by itself"
    if status == "proposed" and found.verdict == EMPTY:
        return f"{ritual} has {EMPTY}: proposed to be cancelled"
    count = len(found.items) + found.left_out
    if status == "proposed":
        return f"{ritual} is proposed to be cancelled; {count or 'nothing'} on its agenda"
    if not count:
        return f"{ritual} is to be held, with an empty agenda"
    needed = ", ".join(found.needed) or "nobody in particular"
    return f"{ritual} has {count} {'item' if count == 1 else 'items'}; needed: {needed}"


def _propose(state: State, act: Act, now: str) -> Outcome:
    ritual = _still_to_come(state, act, now)
    _must_take_part(state, act, ritual)
    reason = act.text("reason") or "no reason given"
    says = (*_first(state, act), Say(act.subject, "looked", now), Say(act.subject, "reason", reason))
    who = ", ".join(holders(state, ritual)) or "nobody"
    return Outcome(says, f"{act.by} proposes to cancel it; {who} may")


def _cancel(state: State, act: Act, now: str) -> Outcome:
    ritual = _still_to_come(state, act, now)
    _must_hold(state, act, ritual)
    reason = act.text("reason") or state.text(act.subject, "reason")
    says = (*_first(state, act), *([Say(act.subject, "reason", reason)] if reason else []))
    return Outcome(says, f"{ritual} is not held then: {act.by} has cancelled it")


def _keep(state: State, act: Act, now: str) -> Outcome:
    """Against a proposal one word of anybody who takes part is enough; against a cancelling, of who holds it."""
    ritual = _still_to_come(state, act, now)
    if state.text(act.subject, "status") == "cancelled":
        _must_hold(state, act, ritual)
    else:
        _must_take_part(state, act, ritual)
    found = _agenda_of(state, ritual, _place(state, act)[1])
    reason = act.text("reason") or "it is wanted all the same"
    says = (Say(act.subject, "looked", now), Say(act.subject, "reason", reason), *_rows(state, act.subject, found))
    return Outcome(says, f"{ritual} is held: {act.by} says so")


def _record(state: State, act: Act, now: str) -> Outcome:
    ritual, start = _place(state, act)
    if start > now:
        raise Refused(f"{act.subject} has not begun", hint="counterpoint ritual agenda tells what it is to be about")
    _must_take_part(state, act, ritual)
    outputs = [Say(act.subject, "output", one) for one in act.texts("output")]
    notes = [Say(act.subject, "note", one) for one in act.texts("note")]
    came = f"{len(outputs)} came of it" if outputs else "nothing came of it" if not notes else "noted"
    held = () if state.text(act.subject, "status") == "held" else (Say(act.subject, "status", "held"),)
    return Outcome((*_first(state, act), *held, *outputs, *notes), f"{ritual} was held: {came}")


def _lapse(state: State, act: Act, _now: str) -> Outcome:
    ritual, start = _place(state, act)
    if occurrence_at(state, ritual, start) is None:
        reason = "its schedule no longer has it"
        says = (Say(act.subject, "status", "cancelled"), Say(act.subject, "reason", reason))
        return Outcome(says, f"{act.subject} was not held: {reason}")
    return Outcome((Say(act.subject, "status", "unrecorded"),), f"nobody said what came of {act.subject}")


def _must_hold(state: State, act: Act, ritual: str) -> None:
    parties = holders(state, ritual)
    if speaks_for_any(state, act.by, parties) is None:
        raise _not_allowed(act, parties, f"may not say whether {ritual} is held")


def _must_take_part(state: State, act: Act, ritual: str) -> None:
    """Whoever is in a team that takes part does. Of a ritual of which nobody says who does, anybody may speak."""
    parties = (*takers(state, ritual), *state.refs(act.subject, "needed"))
    if not parties or speaks_for_any(state, act.by, parties) is not None:
        return
    if teams_of(state, act.by).isdisjoint(parties):
        raise _not_allowed(act, parties, f"takes no part in {ritual}")


def _not_allowed(act: Act, parties: Sequence[str], what: str) -> NotAllowed:
    every = list(dict.fromkeys(parties))
    names = " or ".join(every[:5]) + (" or others" if len(every) > 5 else "")
    hint = f"ask {names}" if every else "state who owns it: owner = …"
    return NotAllowed(f"{act.by} {what}; {names or 'nobody'} may", hint=hint)


def _timers(state: State, occurrence: str) -> Iterable[Timer]:
    """To look again shortly before it, and to call it unrecorded when its time and one working day are over.

    Their marks are their times: where rule, calendar or schedule change, they move, to earlier times too.
    """
    ritual, start = ritual_of(state, occurrence), state.text(occurrence, "start")
    status = state.text(occurrence, "status")
    if ritual is None or start is None or status not in ("prepared", "proposed"):
        return
    looked = state.text(occurrence, "looked") or ""
    looks = (looked_at(state, ritual, start), stamp(moment(start) - LOOK_AGAIN))
    again = min((one for one in looks if looked < one), default=None)
    if again is not None and state.now < start:
        yield Timer(occurrence, "prepare", again, again)
    here = occurrence_at(state, ritual, start)
    end = (None if here is None else end_of(here)) or start
    due = record_awaited(state, ritual, end)
    yield Timer(occurrence, "lapse", due, due)


_TAKES_PART = "who takes part; anyone, where nobody is named"
_HOLDS = "who holds the ritual: its owner, else who decides there"
_BEFORE = ("prepared", "proposed")
RITUAL = Protocol(
    noun="ritual",
    kind="occurrence",
    about="before each occurrence an agenda or a proposal to cancel, after it what came of it",
    subject=_subject,
    keys=_keys,
    hangs_on=("ritual",),
    transitions=(
        Transition("prepare", (NOTHING, "proposed"), ("prepared", "proposed", "cancelled"), "anyone", _prepare),
        Transition("prepare", ("prepared",), ("prepared",), "anyone", _prepare),
        Transition("propose", (NOTHING, "prepared"), ("proposed",), _TAKES_PART, _propose),
        Transition("cancel", (NOTHING, *_BEFORE), ("cancelled",), _HOLDS, _cancel),
        Transition("keep", ("proposed", "cancelled"), ("prepared",), f"{_TAKES_PART}; once cancelled, {_HOLDS}", _keep),
        Transition("record", (NOTHING, *_BEFORE, "cancelled", "unrecorded", "held"), ("held",), _TAKES_PART, _record),
        Transition("lapse", _BEFORE, ("unrecorded", "cancelled"), "the clock", _lapse, automatic=True),
    ),
    timers=_timers,
    invariants=(
        "Only a ritual whose schedule is understood, and that is not cancelled, has occurrences; each is one thing.",
        "Nothing is cancelled by silence: a proposal that nobody accepts leaves the occurrence to be held.",
        "Only who holds a ritual cancels one of its occurrences, or the ritual's own rule that it cancels by itself.",
        "The clock proposes to cancel nothing with something to synchronise, nor what was prepared or wanted before.",
        "Before it begins nothing is recorded of it; once it has begun it is neither prepared, cancelled nor kept.",
        "What was held is held: it stays so, and more may be recorded of it.",
        "An occurrence that was looked at ends as held, cancelled or unrecorded, once its time is over and due.",
    ),
)


def _itself(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    return state.canonical(str(arguments["ritual"]))


def _beats(state: State, ritual: str) -> str:
    return "silent" if why_silent(state, ritual) is not None else "held"


def _awaited(state: State, ritual: str) -> Occurrence | None:
    """The next occurrence at whose agenda nobody has looked."""
    last = state.text(ritual, "prepared")
    for count in _LOOK_AHEAD:
        every = coming(state, ritual, state.now, count)
        state.load(occurrence_of(ritual, start_of(one)) for one in every)
        for one in every:
            start = start_of(one)
            if start != last and not state.exists(occurrence_of(ritual, start)):
                return one
        if len(every) < count:
            return None
    return None


def _look(state: State, act: Act, now: str) -> Outcome:
    """Look at the next occurrence; not yet, where nobody came by when it was time for an earlier one."""
    one = _awaited(state, act.subject)
    if one is None:
        raise Refused(f"{act.subject} has no occurrence to come", hint="counterpoint ritual next")
    start = start_of(one)
    name, due = occurrence_of(act.subject, start), looked_at(state, act.subject, start)
    if due > now:
        return Outcome((), f"an occurrence went by without anybody looking; {name} is looked at from {due} on")
    following = Act("ritual", "prepare", name, CLOCK, {"ritual": act.subject, "at": start}, automatic=True)
    return Outcome((Say(act.subject, "prepared", start),), f"it is time to look at {name}", (following,))


def _next_look(state: State, ritual: str) -> Iterable[Timer]:
    if _beats(state, ritual) == "held" and (one := _awaited(state, ritual)) is not None:
        due = looked_at(state, ritual, start_of(one))
        yield Timer(ritual, "prepare", due, due)


RHYTHM = Protocol(
    noun="rhythm",
    kind="ritual",
    about="each occurrence of a ritual is looked at in time",
    subject=_itself,
    standing=_beats,
    hangs_on=("owner",),
    transitions=(Transition("prepare", ("held",), ("held",), "the clock", _look, automatic=True),),
    timers=_next_look,
    invariants=("Each occurrence is looked at once by the clock of its ritual, the soonest first.",),
)
