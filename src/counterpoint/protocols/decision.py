"""Decisions: asked of whoever decides there, decided with a reason or by a declared default, never overwritten.

An outcome stays in the record for good. A decision that turned out otherwise is opened again by whoever decides, or a
new one supersedes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import CLOCK, Act
from counterpoint.model.identifiers import fold, slug_of
from counterpoint.model.statements import Json
from counterpoint.protocols.answering import acts_for, answers_for, decides_on, named
from counterpoint.protocols.asking import (
    IN_FORCE,
    already_there,
    ask,
    consulted,
    decision_standing,
    subject_of,
    timed,
    until,
)
from counterpoint.protocols.deciding import Bench, Place, bench_of, cast, together, votes_of
from counterpoint.protocols.escalation import end_about, raise_about
from counterpoint.protocols.machine import DISPUTED, NOTHING, Outcome, Protocol, Say, Timer, Transition
from counterpoint.protocols.naming import slug_from
from counterpoint.state.cycles import would_close_a_cycle
from counterpoint.state.view import State
from counterpoint.state.who import who

_TAKEN_BACK_WHEN_OPENED = ("outcome", "rationale", "decided", "by_default", "overdue", "deadline", "due", "default")


def awaited(state: State, decision: str) -> tuple[str, ...]:
    """The consulted parties that have given no advice."""
    heard = {state.canonical(str(row["party"])) for row in state.tables(decision, "advice")}
    return tuple(one for one in state.refs(decision, "consulted") if one not in heard)


def _add_option(state: State, act: Act, _now: str) -> Outcome:
    text = str(act.arguments["option"])
    consulted, deciders = state.refs(act.subject, "consulted"), who(state, act.subject).deciders
    taking_part = (*_asker(state, act.subject), *deciders, *consulted)
    if not any(acts_for(state, act.by, party) for party in taking_part):
        raise NotAllowed(f"{act.by} takes no part in it; {named(dict.fromkeys(taking_part))} do", hint="ask them")
    if _option(state, act.subject, text) is not None:
        raise Refused(f"{text!r} is an option already", hint="counterpoint show lists them")
    return Outcome((Say(act.subject, "option", text),), f"{act.by} adds the option {text!r}")


def _consult(state: State, act: Act, now: str) -> Outcome:
    _must_ask_or_decide(state, act, "ask for advice on")
    if not act.texts("consult"):
        raise Refused("whose advice is asked?", hint="give --consult")
    return Outcome(tuple(consulted(state, act, now)), f"the advice of {' and '.join(act.texts('consult'))} is asked")


def _advise(state: State, act: Act, now: str) -> Outcome:
    consulted = state.refs(act.subject, "consulted")
    party = _speaking_for(state, act, consulted)
    if party is None:
        raise NotAllowed(
            f"the advice of {act.by} was not asked; that of {named(consulted)} was",
            hint=f"who asks or decides may: counterpoint decision consult {slug_of(act.subject)} --consult …",
        )
    row: dict[str, Json] = {"party": party, "text": str(act.arguments["advice"])}
    given, until = act.text("option"), state.text(act.subject, "advise_by")
    if given is not None:
        option = _option(state, act.subject, given)
        if option is None:
            raise Refused(f"{given!r} is none of the options", hint="counterpoint decision option adds one")
        row["option"] = option
    left = [one for one in awaited(state, act.subject) if one != party]
    late = ", late" if until is not None and until <= now else ""
    more = f"; still awaited: {', '.join(left)}" if left else "; all have given theirs"
    return Outcome((Say(act.subject, "advice", row),), f"{party} has given advice{late}{more}")


# --- deciding ---


def _decide(state: State, act: Act, now: str) -> Outcome:
    bench = _bench(state, act)
    party = _speaking_for(state, act, bench.deciders)
    if party is None:
        raise NotAllowed(f"{act.by} does not decide on it; {bench} may", hint=_how_to_decide(act))
    given = str(act.arguments["outcome"])
    outcome, why = _option(state, act.subject, given) or given, str(act.arguments["reason"])
    _advice_given(state, act, now)
    vote, alike_votes = cast(state, act, bench, party, outcome)
    says = (vote,) if len(bench.deciders) > 1 else ()
    other = "" if _option(state, act.subject, given) or not _options(state, act.subject) else ", none of the options"
    if alike_votes >= bench.needed:
        decided, then = _decided(state, act, outcome, now)
        return Outcome((*says, *decided, Say(act.subject, "rationale", why)), f"decided: {outcome}{other}", then)
    count = f"{alike_votes} of the {bench.needed} that are needed"
    return Outcome(says, f"{party} is for {outcome!r}{other}: {count}")


def _bench(state: State, act: Act) -> Bench:
    found = who(state, act.subject)
    if found.answer in ("one", "shared"):
        return Bench(found.deciders, found.rule, found.quorum)
    why = "nobody decides on it" if found.answer == "none" else "it is ambiguous who decides"
    between = f": between {' and '.join(found.deciders)}" if found.deciders else ""
    raise Refused(f"{why}{between}", hint=f"counterpoint decision assign {slug_of(act.subject)} --decider …")


def _how_to_decide(act: Act) -> str:
    return f"they may pass it on: counterpoint decision assign {slug_of(act.subject)} --decider …"


def _speaking_for(state: State, act: Act, parties: Iterable[str]) -> str | None:
    """For which of these parties somebody acts: as told, else for themselves, else for the first they may.

    Raises:
        NotAllowed: they may not act for the party that they name.
    """
    able = [one for one in parties if acts_for(state, act.by, one)]
    told = act.text("party")
    if told is not None:
        if (party := state.canonical(told)) not in able:
            raise NotAllowed(f"{act.by} may not speak for {told} here", hint=f"may: {named(able)}")
        return party
    return act.by if act.by in able else next(iter(able), None)


def _advice_given(state: State, act: Act, now: str) -> None:
    until, left = state.text(act.subject, "advise_by"), awaited(state, act.subject)
    if until is not None and until > now and left and not act.flag("unadvised"):
        raise Refused(
            f"the advice of {' and '.join(left)} is awaited until {until}", hint="--unadvised does not wait for it"
        )


def _decided(state: State, act: Act, outcome: str, now: str) -> tuple[tuple[Say, ...], tuple[Act, ...]]:
    """What holds once it is decided; what it supersedes is superseded in the same transaction."""
    by = {"successor": act.subject}
    then = tuple(
        Act("decision", "replaced", old, act.by, by, automatic=True)
        for old in state.refs(act.subject, "supersedes")
        if decision_standing(state, old) in IN_FORCE
    )
    says = (
        Say(act.subject, "status", "decided"),
        Say(act.subject, "outcome", outcome),
        Say(act.subject, "decided", now[:10]),
        _not_overdue(act),
    )
    return says, then


def _lapse(state: State, act: Act, now: str) -> Outcome:
    default = state.text(act.subject, "default")
    if default is not None:
        says, then = _decided(state, act, default, now)
        why = "nobody decided in time, and this was declared to hold then"
        told = (Say(act.subject, "by_default", True), Say(act.subject, "rationale", why))
        return Outcome((*says, *told), f"nobody decided in time: {default!r} holds", then)
    cause = "nobody decided in time, and no default was declared"
    asker = next(iter(_asker(state, act.subject)), CLOCK)
    raised = raise_about(state, act.subject, cause, asker)
    return Outcome((Say(act.subject, "overdue", True),), f"{cause}: it stays open", (raised,) if raised else ())


# --- changing ---


def _extend(state: State, act: Act, now: str) -> Outcome:
    _must_ask_or_decide(state, act, "give more time to")
    says = (*timed(act, now), _not_overdue(act))
    ended = tuple(end_about(state, act.subject, "it was given more time", act.by))
    return Outcome(says, f"there is time{until(act)}", ended)


def _assign(state: State, act: Act, _now: str) -> Outcome:
    zone = next(iter(state.refs(act.subject, "zone")), None)
    place = Place(zone, state.refs(act.subject, "concerns"))
    found = who(state, act.subject)
    if act.texts("decider") and any(acts_for(state, act.by, one) for one in found.deciders):
        bench = together(state, act, found, act.texts("decider"))
    else:
        if not act.texts("decider"):
            _must_ask_or_decide(state, act, "find the deciders anew of")
        bench = bench_of(state, act, place)
    if found.answer in ("one", "shared") and bench == Bench(found.deciders, found.rule, found.quorum):
        raise Refused(f"{bench.decides} already", hint="name somebody else: --decider")
    void = tuple(Say(act.subject, "vote", row, take_back=True) for row in votes_of(state, act.subject))
    return Outcome((*bench.says(act.subject), *void), f"{bench.decides} now")


def _withdraw(state: State, act: Act, _now: str) -> Outcome:
    askers = _asker(state, act.subject)
    if not any(acts_for(state, act.by, party) for party in askers):
        raise NotAllowed(f"{act.by} did not ask it; {named(askers)} did", hint="whoever asked may withdraw it")
    return Outcome((_not_overdue(act),), f"{act.by} no longer asks it")


def _reopen(state: State, act: Act, now: str) -> Outcome:
    if not decides_on(state, act.by, act.subject):
        deciders = named(who(state, act.subject).deciders)
        raise NotAllowed(f"{act.by} does not decide on it; {deciders} may open it again", hint="ask them")
    given = {say.attribute: say for say in timed(act, now)}
    says = [given.get(name, Say(act.subject, name, take_back=True)) for name in _TAKEN_BACK_WHEN_OPENED]
    says += [Say(act.subject, "vote", row, take_back=True) for row in votes_of(state, act.subject)]
    was = state.text(act.subject, "outcome")
    return Outcome(tuple(says), f"{act.by} opens it again{f', which was decided: {was}' if was else ''}")


def _supersede(state: State, act: Act, _now: str) -> Outcome:
    new = state.canonical(str(act.arguments["successor"]))
    if not decides_on(state, act.by, act.subject):
        deciders = named(who(state, act.subject).deciders)
        raise NotAllowed(f"{act.by} does not decide on {act.subject}; {deciders} may replace it", hint="ask them")
    if decision_standing(state, new) != "decided":
        raise Refused(
            f"{new} is {decision_standing(state, new)}: only what is decided replaces anything", hint="decide it first"
        )
    if would_close_a_cycle(state, "supersedes", new, act.subject):
        raise Refused(f"{act.subject} replaces {new} itself", hint="name another decision")
    return Outcome((Say(new, "supersedes", act.subject), _not_overdue(act)), f"{new} replaces it")


def _replaced(_state: State, act: Act, _now: str) -> Outcome:
    return Outcome((_not_overdue(act),), f"{act.text('successor')} replaces it")


def _not_overdue(act: Act) -> Say:
    return Say(act.subject, "overdue", take_back=True)


def _like(state: State, act: Act, _now: str) -> Outcome:
    other = state.canonical(str(act.arguments["other"]))
    if other == act.subject:
        raise Refused("a decision is like itself", hint="name another one")
    if other in state.refs(act.subject, "like"):
        raise Refused(f"{act.subject} and {other} are linked already", hint="counterpoint decision unlike unlinks them")
    both = (Say(act.subject, "like", other), Say(other, "like", act.subject))
    return Outcome(both, f"{act.subject} and {other} are like cases")


def _unlike(state: State, act: Act, _now: str) -> Outcome:
    other = state.canonical(str(act.arguments["other"]))
    both = ((act.subject, other), (other, act.subject))
    if not any(name in state.refs(one, "like") for one, name in both):
        raise Refused(f"{act.subject} and {other} are not linked", hint="counterpoint show tells which are")
    says = tuple(Say(one, "like", name, take_back=True) for one, name in both)
    return Outcome(says, f"{act.subject} and {other} are no longer linked")


# --- who ---


def _asker(state: State, decision: str) -> tuple[str, ...]:
    """Who asked; where no source says so, whoever decides."""
    return state.refs(decision, "owner") or who(state, decision).deciders


def _must_ask_or_decide(state: State, act: Act, what: str) -> None:
    askers, deciders = _asker(state, act.subject), who(state, act.subject).deciders
    if not any(answers_for(state, act.by, party) for party in (*askers, *deciders)):
        names = named(dict.fromkeys((*askers, *deciders)))
        raise NotAllowed(f"{act.by} may not {what} {act.subject}; {names} may", hint="who asked, or who decides")


def _options(state: State, decision: str) -> tuple[str, ...]:
    found = state.value(decision, "option")
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def _option(state: State, decision: str, text: str) -> str | None:
    """The option that is meant, as it was written first; None where it is none of them."""
    return next((one for one in _options(state, decision) if fold(one) == fold(text)), None)


def _keys(state: State, act: Act) -> Iterable[str]:
    yield act.subject
    if act.verb == "ask" and "id" not in act.arguments:
        yield f"decision:{slug_from(str(act.arguments['question']))}"
    yield from (state.canonical(one) for one in act.texts("supersedes"))
    yield from (state.canonical(one) for name in ("other", "successor") if (one := act.text(name)))
    if act.verb in ("decide", "lapse"):
        yield from state.refs(act.subject, "supersedes")


def _timers(state: State, decision: str) -> Iterable[Timer]:
    deadline = state.text(decision, "deadline")
    if decision_standing(state, decision) == "open" and deadline and state.value(decision, "overdue") is not True:
        yield Timer(decision, "lapse", deadline, deadline)


_ASKS, _DECIDES = "who asked", "who decides"
_BOTH = f"{_ASKS}; {_DECIDES}"
_ANYONE = "anyone who may act"
_ALL = ("open", "decided", "withdrawn", "superseded", DISPUTED)
DECISION = Protocol(
    noun="decision",
    kind="decision",
    about="a question is asked of whoever decides, and its outcome stands with its reason",
    subject=subject_of,
    transitions=(
        Transition("ask", (NOTHING,), ("open",), f"{_ANYONE}; deciders are named by who decides there", ask),
        Transition("ask", _ALL, (), "nobody", already_there),
        Transition("advise", ("open",), ("open",), "who is consulted", _advise),
        Transition("consult", ("open",), ("open",), _BOTH, _consult),
        Transition("option", ("open",), ("open",), f"{_BOTH}; who is consulted", _add_option),
        Transition("decide", ("open", DISPUTED), ("open", "decided", DISPUTED), _DECIDES, _decide),
        Transition("extend", ("open",), ("open",), _BOTH, _extend),
        Transition("assign", ("open",), ("open",), f"{_DECIDES}; {_ASKS}, who finds them anew", _assign),
        Transition("withdraw", ("open", DISPUTED), ("withdrawn",), _ASKS, _withdraw),
        Transition("reopen", ("decided", "withdrawn", DISPUTED), ("open",), _DECIDES, _reopen),
        Transition("supersede", ("open", "decided"), ("superseded",), f"{_DECIDES} on the older one", _supersede),
        Transition("like", _ALL, _ALL, _ANYONE, _like),
        Transition("unlike", _ALL, _ALL, _ANYONE, _unlike),
        Transition("lapse", ("open",), ("open", "decided"), "the clock", _lapse, automatic=True),
        Transition(
            "replaced",
            IN_FORCE,
            ("superseded",),
            "follows when what supersedes it is decided",
            _replaced,
            automatic=True,
        ),
    ),
    keys=_keys,
    timers=_timers,
    standing=decision_standing,
    invariants=(
        "An open decision has a decider, or a rule by which several decide; none is asked of nobody.",
        "What is decided has an outcome and a reason, and was decided by its deciders under their rule, or by a "
        "default that was declared before its time ran out.",
        "No vote counts twice, and nobody has cast two that count.",
        "A decision whose time ran out is decided by its default, or stands as overdue, before anything else is done "
        "with it.",
        "An outcome is never overwritten: another one takes a new opening or a new decision, and what is superseded is "
        "named by what supersedes it.",
        "Like cases name each other.",
    ),
)
