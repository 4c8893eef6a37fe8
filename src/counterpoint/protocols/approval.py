"""Approvals: that an exact version of work passes a gate; asked of the right approvers, good once, for a time.

What gates take, and whether an approval is good, is in :mod:`counterpoint.protocols.gates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.model.acts import CLOCK, Act
from counterpoint.model.identifiers import kind_of, slug_of
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.statements import Json
from counterpoint.model.times import after
from counterpoint.protocols.approvers import must_be_possible, names, refusal_of, who_may
from counterpoint.protocols.completing import held_by_another
from counterpoint.protocols.doing import decides, doers, may_work, or_nobody
from counterpoint.protocols.gates import (
    OPEN_APPROVAL,
    Places,
    approvals_of,
    gates_of,
    grants_of,
    matched,
    places_asked,
    places_at,
    right_approvers,
    speaks_at,
    voice,
    why_no_good,
    why_not,
)
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Timer, Transition
from counterpoint.protocols.naming import free_name
from counterpoint.state.links import standing
from counterpoint.state.view import State
from counterpoint.state.who import who
from counterpoint.state.workflow import gates_on_way


def _subject(state: State, _by: str, arguments: Mapping[str, Json]) -> str:
    if "approval" in arguments:
        return str(arguments["approval"])
    gate, work = (state.canonical(str(arguments[name])) for name in ("gate", "work"))
    return free_name(state, f"approval:{slug_of(gate)}/{slug_of(work)}")


def _keys(state: State, act: Act) -> Iterable[str]:
    """The approval and its work: so that neither a new version nor a completion comes between."""
    yield act.subject
    yield from state.refs(act.subject, "work")
    if (work := act.text("work")) is not None:
        yield state.canonical(work)


def _gate(state: State, approval: str) -> str:
    return next(iter(state.refs(approval, "gate")), "")


def _work(state: State, approval: str) -> str:
    return next(iter(state.refs(approval, "work")), "")


def _asker(state: State, approval: str) -> str | None:
    return next(iter(state.refs(approval, "asked_by")), None)


# --- asking ---


def _ask(state: State, act: Act, now: str) -> Outcome:
    gate, work = (state.canonical(str(act.arguments[name])) for name in ("gate", "work"))
    _may_ask(state, act, gate, work)
    version = _version_asked(state, act, work)
    older = [one for one in approvals_of(state, gate, work) if state.text(one, "status") in OPEN_APPROVAL]
    for one in older:
        if state.text(one, "version") == version:
            _there_already(state, one, version, now)
    places = places_at(state, gate)
    approvers = right_approvers(state, gate, work, act.by, places)
    must_be_possible(state, act.by, gate, places, approvers)
    says = [
        Say(act.subject, "exists", True), Say(act.subject, "gate", gate), Say(act.subject, "work", work),
        Say(act.subject, "asked_by", act.by),
        *(Say(act.subject, "approver", party) for party in dict.fromkeys(places.parties)),
        *(_needs(act.subject, places) if places.people else [Say(act.subject, "enough", places.enough)]),
        *([Say(act.subject, "version", version)] if version is not None else []),
        *_gate_stands(state, gate, "requested"),
    ]  # fmt: skip
    replaced = tuple(Act("approval", "lapse", one, act.by, {}, automatic=True) for one in older)
    at = f" at version {version}" if version is not None else ""
    told = f"{act.by} asks that {work}{at} may pass {gate}, which takes {places.in_words()}. {names(approvers)}"
    return Outcome(
        tuple(says), f"{told}: counterpoint approval grant {act.subject}{_refused_before(state, act)}", replaced
    )


def _may_ask(state: State, act: Act, gate: str, work: str) -> None:
    if standing(state, work) != "open":
        raise Refused(f"{work} is {state.text(work, 'status')}: nothing of it is to pass a gate")
    before = tuple(dict.fromkeys((*gates_of(state, work), *gates_on_way(state, work))))
    if gate not in before:
        stand = (
            f"before it {'stands' if len(before) == 1 else 'stand'} {' and '.join(before)}" if before else "none does"
        )
        raise Refused(f"{gate} does not stand before {work}", hint=stand)
    if not may_work(state, act.by, work):
        may = or_nobody(dict.fromkeys((*doers(state, work), *who(state, work).deciders)))
        raise NotAllowed(f"{act.by} does not work on {work}; {may} may ask", hint="let one of them ask")


def _version_asked(state: State, act: Act, work: str) -> str | None:
    found, given = state.get(work, "version"), act.text("version")
    if found is None:
        return given
    if found.disputed:
        raise Refused(
            f"sources differ about the version of {work}", hint=f"counterpoint work revise {work} --version …"
        )
    if given is None:
        raise Refused(
            f"which version of {work} is to be approved?", hint=f"give --version {found.value}, if that is the one"
        )
    if given != found.value:
        raise Conflict(
            f"{work} is at version {found.value}, and not {given}",
            hint=f"counterpoint work revise {work} --version {given}, first",
        )
    return given


def _there_already(state: State, approval: str, version: str | None, now: str) -> None:
    """Refuse to ask for what is asked for, or good, already; one that is good for nothing any more is asked anew."""
    if state.text(approval, "status") == "requested":
        if places_asked(state, approval) == places_at(state, _gate(state, approval)):
            raise Conflict(f"{approval} is asked for already", hint=who_may(state, approval))
    elif why_no_good(state, approval, version, now) is None:
        raise Conflict(f"{approval} is granted already", hint="completing the work uses it")


def _needs(approval: str, places: Places) -> Iterable[Say]:
    for party in dict.fromkeys(places.parties):
        yield Say(approval, "needs", {"party": party, "count": places.parties.count(party)})


def _refused_before(state: State, act: Act) -> str:
    gate, work = (state.canonical(str(act.arguments[name])) for name in ("gate", "work"))
    for one in reversed(approvals_of(state, gate, work)):
        if state.text(one, "status") == "refused":
            return f". It was refused before ({one}), by {refusal_of(state, one)}"
    return ""


# --- answering ---


def _must_be_asked(state: State, act: Act) -> None:
    """The right approvers alone, and never for their own."""
    gate, work = _gate(state, act.subject), _work(state, act.subject)
    why = why_not(state, act.by, gate, work, _asker(state, act.subject))
    if why is not None:
        raise NotAllowed(why, hint=who_may(state, act.subject))
    if not speaks_at(state, act.by, places_asked(state, act.subject)):
        raise NotAllowed(f"{act.by} is not asked for {act.subject}", hint=who_may(state, act.subject))


def _grant(state: State, act: Act, now: str) -> Outcome:
    approval = act.subject
    gate, work, places = _gate(state, approval), _work(state, approval), places_asked(state, approval)
    _must_be_asked(state, act)
    _still_that_version(state, act, work)
    given = grants_of(state, approval)
    for one in given:
        if voice(state, one) == voice(state, act.by):
            through = "" if one == act.by else f", as {one}"
            raise Conflict(
                f"{voice(state, act.by)} has approved {approval} already{through}", hint="a person counts once"
            )
    filled = matched(state, [*given, act.by], places)
    if act.by not in filled:
        raise Refused(f"{act.by} fills no place of {approval} that is still open", hint=who_may(state, approval))
    says = list(_placed(state, act, places, filled))
    if len(filled) < places.enough:
        left = places.enough - len(filled)
        needed = "one more is needed" if left == 1 else f"{left} more are needed"
        told = f"{act.by} approves; {needed}. {who_may(state, approval, list(filled))}"
        return Outcome((Say(approval, "status", "requested"), *says), told)
    says += [Say(approval, "status", "granted"), *_gate_stands(state, gate, "passed", now)]
    hours = state.value(gate, "valid_hours")
    until = ""
    if isinstance(hours, int | float):
        ends = after(now, hours=hours)
        says.append(Say(approval, "ends", ends))
        until = f", until {ends[:16].replace('T', ' ')} UTC"
    version = state.text(approval, "version")
    at = f" at version {version}" if version is not None else ""
    return Outcome(tuple(says), f"{act.by} approves: {work}{at} may pass {gate} once{until}")


def _still_that_version(state: State, act: Act, work: str) -> None:
    bound, given, now_at = state.text(act.subject, "version"), act.text("version"), state.text(work, "version")
    if given is not None and given != bound:
        raise Conflict(
            f"{act.subject} is for version {bound}, and not {given}", hint="look at that version, or refuse it"
        )
    if now_at is not None and now_at != bound:
        raise Conflict(f"{work} is at version {now_at} by now, and not {bound}", hint="let it be asked for that one")
    if standing(state, work) != "open":
        raise Refused(f"{work} is {state.text(work, 'status')}: nothing of it is to pass a gate")


def _placed(state: State, act: Act, places: Places, filled: Mapping[str, int]) -> Iterable[Say]:
    """The grant, and those of others that now fill another place."""
    before = {state.canonical(str(row["party"])): row for row in state.tables(act.subject, "grant")}
    for party, number in filled.items():
        of = places.parties[number]
        row: dict[str, Json] = {"party": party, "of": of}
        if party == act.by:
            if (note := act.text("note")) is not None:
                row["note"] = note
            yield Say(act.subject, "grant", row)
        elif state.canonical(str(before[party]["of"])) != of:
            yield Say(act.subject, "grant", before[party], take_back=True)
            yield Say(act.subject, "grant", {**before[party], "of": of})


def _refuse(state: State, act: Act, _now: str) -> Outcome:
    _must_be_asked(state, act)
    row: Json = {"party": act.by, "text": act.text("reason")}
    says = (Say(act.subject, "refused", row), *_gate_stands(state, _gate(state, act.subject), "failed"))
    return Outcome(
        says, f"{act.by} refuses {act.subject}: {act.text('reason')}. It may be asked again, as a new approval"
    )


# --- using ---


def _use(state: State, act: Act, now: str) -> Outcome:
    approval = act.subject
    work, version = _work(state, approval), act.text("version")
    if not act.automatic:
        _may_use(state, act, work)
    if (why := why_no_good(state, approval, version, now)) is not None:
        raise Refused(f"{approval} cannot be used: {why}", hint="ask for it anew: counterpoint approval ask")
    return Outcome((Say(approval, "used_by", act.by),), f"{approval} is used up by {act.by}")


def _may_use(state: State, act: Act, work: str) -> None:
    version, at = act.text("version"), state.text(work, "version")
    if act.by != _asker(state, act.subject) and not may_work(state, act.by, work):
        may = or_nobody(dict.fromkeys((str(_asker(state, act.subject)), *doers(state, work))))
        raise NotAllowed(f"{act.by} does not work on {work}; {may} may use it", hint="let one of them ship it")
    if at is not None and version != at:
        raise Conflict(f"{work} is at version {at}, and not {version or 'without one'}", hint=f"give --version {at}")
    if (held := held_by_another(state, act.by, work)) is not None:
        raise Conflict(held.text, hint=held.clears)


def _used_up(state: State, act: Act, _now: str) -> Outcome:
    raise Conflict(
        f"{act.subject} was used by {state.text(act.subject, 'used_by')}: an approval counts once",
        hint=f"ask for a new one: counterpoint approval ask {_gate(state, act.subject)} {_work(state, act.subject)}",
    )


def _not_granted(state: State, act: Act, _now: str) -> Outcome:
    raise Refused(f"{act.subject} is not granted yet", hint=who_may(state, act.subject))


def _at_its_end(state: State, act: Act, _now: str) -> Outcome:
    status = state.text(act.subject, "status")
    raise Refused(
        f"{act.subject} is {status}: approval {act.verb} comes too late",
        hint=f"ask for a new one: counterpoint approval ask {_gate(state, act.subject)} {_work(state, act.subject)}",
    )


def _granted_already(state: State, act: Act, _now: str) -> Outcome:
    raise Conflict(f"{act.subject} is granted already: no further voice is needed", hint="completing the work uses it")


# --- ending ---


def _withdraw(state: State, act: Act, _now: str) -> Outcome:
    asker, work, gate = _asker(state, act.subject), _work(state, act.subject), _gate(state, act.subject)
    if act.by != asker and not may_work(state, act.by, work) and not decides(state, act.by, gate):
        may = or_nobody(dict.fromkeys((str(asker), *doers(state, work))))
        raise NotAllowed(f"{act.by} did not ask for it; {may} may withdraw it", hint="or refuse it, if you are asked")
    return Outcome(_gate_stands(state, gate, "open"), f"{act.by} no longer asks for {act.subject}")


def _expire(state: State, act: Act, now: str) -> Outcome:
    ends = state.text(act.subject, "ends")
    if ends is None or ends > now:
        raise Refused(f"{act.subject} has not ended yet", hint=f"it ends at {ends}")
    return Outcome(_gate_stands(state, _gate(state, act.subject), "open"), f"{act.subject} was not used in time")


def _lapse(state: State, act: Act, now: str) -> Outcome:
    why = _lapsed(state, act.subject, now)
    if why is None:
        raise Refused(f"{act.subject} has not lapsed", hint="it stands")
    return Outcome(_gate_stands(state, _gate(state, act.subject), "open"), f"{act.subject} is worth nothing now: {why}")


def _lapsed(state: State, approval: str, now: str) -> str | None:
    """Why an approval that is asked for or granted came to nothing; None where it stands."""
    work, bound = _work(state, approval), state.text(approval, "version")
    version = state.get(work, "version")
    if standing(state, work) != "open":
        return f"{work} is {state.text(work, 'status')}"
    if version is not None and not version.disputed and version.value != bound:
        return f"{work} is at version {version.value}"
    if state.text(approval, "status") == "granted":
        return why_no_good(state, approval, bound, now)
    try:
        alike = places_asked(state, approval) == places_at(state, _gate(state, approval))
    except Refused as error:
        return error.message
    return None if alike else f"{_gate(state, approval)} takes something else by now"


def _gate_stands(state: State, gate: str, status: str, now: str | None = None) -> tuple[Say, ...]:
    """Where a gate of one work stands; one of a class of work stands for nothing by itself."""
    if not state.claims(gate, "work"):
        return ()
    says = (Say(gate, "status", status),)
    if now is not None:
        return (*says, Say(gate, "passed", now[:10]))
    ours = any(claim.source == PROTOCOL for claim in state.claims(gate, "passed"))
    return (*says, Say(gate, "passed", take_back=True)) if ours else says


def _timers(state: State, approval: str) -> Iterable[Timer]:
    ends = state.text(approval, "ends")
    if state.text(approval, "status") == "granted" and ends is not None:
        yield Timer(approval, "expire", ends)


def _react(state: State, act: Act) -> Iterable[Act]:
    """A new version, or the end of the work, makes what was asked for and granted worth nothing."""
    if act.noun != "work" or kind_of(act.subject) != "work":
        return
    if standing(state, act.subject) == "open" and act.text("version") is None:
        return
    for one in state.naming(act.subject, "approval", "work"):
        if state.text(one, "status") in OPEN_APPROVAL and _lapsed(state, one, state.now) is not None:
            yield Act("approval", "lapse", one, CLOCK, {}, automatic=True)


_ASKED = "who is asked, and whose own it is not"
_OVER = ("refused", "expired", "withdrawn")
APPROVAL = Protocol(
    noun="approval",
    kind="approval",
    about="that an exact version of work passes a gate, once",
    subject=_subject,
    keys=_keys,
    speaks_of=("gate.status", "gate.passed"),
    transitions=(
        Transition("ask", (NOTHING,), ("requested",), "who works on the work; who decides on it", _ask),
        Transition("grant", ("requested",), ("requested", "granted"), _ASKED, _grant),
        Transition("grant", ("granted",), (), "nobody", _granted_already),
        Transition("grant", ("used", *_OVER), (), "nobody", _at_its_end),
        Transition("refuse", ("requested", "granted"), ("refused",), _ASKED, _refuse),
        Transition("refuse", ("used", *_OVER), (), "nobody", _at_its_end),
        Transition("use", ("granted",), ("used",), "who asked; who works on the work; by completing it", _use),
        Transition("use", ("used",), (), "nobody", _used_up),
        Transition("use", ("requested",), (), "nobody", _not_granted),
        Transition("use", _OVER, (), "nobody", _at_its_end),
        Transition(
            "withdraw", ("requested", "granted"), ("withdrawn",),
            "who asked; who works on the work; who decides on the gate", _withdraw,
        ),
        Transition("expire", ("granted",), ("expired",), "the clock", _expire, automatic=True),
        Transition(
            "lapse", ("requested", "granted"), ("withdrawn",), "follows when the work has a new version, or ends",
            _lapse, automatic=True,
        ),
    ),
    timers=_timers,
    react=_react,
    invariants=(
        "An approval is used at most once, whoever tries, by completing the work or from outside.",
        "Nobody's voice counts for what they asked for, own, work on or hold, nor for what their agent does.",
        "Granted means that there is a distinct person for every place that the gate takes, each in the right party.",
        "An approval is used for the version that was asked for and approved, and for no other.",
        "An approval whose time ran out is never used, whether or not the clock has come round to it.",
        "No agent's voice counts where the gate is for people only, or a zone lets no agent approve.",
    ),
)  # fmt: skip
