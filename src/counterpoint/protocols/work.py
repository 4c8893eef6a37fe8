"""Work: proposed, accepted, active, blocked, done or dropped; and who may say so.

What may be completed is in :mod:`counterpoint.protocols.completing`. What sources say of the same work is settled by
what is done here, until a source says something new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import CLOCK, Act
from counterpoint.model.identifiers import kind_of, slug_of
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.statements import Json
from counterpoint.protocols.completing import complete, completing_keys, held_by_another
from counterpoint.protocols.doing import decides, doers, may_answer, may_work, or_nobody, who_answers
from counterpoint.protocols.lease import leases_of
from counterpoint.protocols.machine import DISPUTED, NOTHING, Outcome, Protocol, Say, Transition, status_of
from counterpoint.protocols.naming import free_name, given_name, new_name
from counterpoint.protocols.promise import CIRCLES
from counterpoint.state.cycles import would_close_a_cycle
from counterpoint.state.links import links_of, standing
from counterpoint.state.view import State
from counterpoint.state.who import who

_SINGLE = ("parent", "team", "zone", "class", "priority", "due", "version")
_STATES = ("proposed", "accepted", "active", "blocked", "done", "dropped", DISPUTED)


def _subject(state: State, _by: str, arguments: Mapping[str, Json]) -> str:
    if "work" in arguments:
        return str(arguments["work"])
    if "id" in arguments:
        return given_name(state, "work", str(arguments["id"]))
    return new_name(state, "work", str(arguments["title"]))


def _standing(state: State, work: str) -> str:
    """Its status; work of which a source says no status is proposed, or done if it says the day."""
    here = status_of(state, work)
    if here != NOTHING or not state.exists(work):
        return here
    return "done" if standing(state, work) == "done" else "proposed"


def _keys(state: State, act: Act) -> Iterable[str]:
    """The work and the lease on it; what it is or would be part of, and what it needs or would need."""
    yield act.subject
    named = [state.canonical(one) for name in ("parent", "after", "on") for one in _many(act, name)]
    yield from (one for one in named if kind_of(one) == "work")
    if named and (act.verb == "block" or state.mentions(act.subject)):
        yield CIRCLES  # two who tie the ends of one circle at the same moment would each see none
    if act.verb in ("start", "revise", "complete"):
        yield from leases_of(state, act.subject)
    if act.verb == "complete":
        yield from completing_keys(state, act.subject)
    if act.verb == "reopen":
        yield from state.refs(act.subject, "parent")


def _many(act: Act, name: str) -> tuple[str, ...]:
    one = act.text(name)
    return (one,) if one is not None else act.texts(name)


# --- adding ---


def _add(state: State, act: Act, _now: str) -> Outcome:
    work = act.subject
    says = [Say(work, "exists", True), Say(work, "title", act.text("title"))]
    says += [Say(work, name, act.text(name)) for name in _SINGLE if name in act.arguments]
    if owners := act.texts("owner"):
        says.append(Say(work, "owner", list(owners)))
    says += [Say(work, "serves", one) for one in act.texts("serves")]
    _fits_below(state, work, act.text("parent"))
    for provider in dict.fromkeys(state.canonical(one) for one in act.texts("after")):
        says += _needs(state, work, provider, None)
    owned = f", owned by {' and '.join(owners)}" if owners else ", and nobody owns it yet"
    return Outcome(tuple(says), f"{act.by} proposes {work}{owned}")


def _there(state: State, act: Act, _now: str) -> Outcome:
    title = state.text(act.subject, "title")
    known = f" ({title})" if title else ""
    raise Refused(f"{act.subject} is there already{known}", hint="give another --id, or leave it out")


def _fits_below(state: State, work: str, parent: str | None) -> None:
    if parent is None:
        return
    if standing(state, parent) != "open":
        raise Refused(
            f"{parent} is {_standing(state, parent)}: it can have no new part",
            hint=f"counterpoint work reopen {parent}, first",
        )
    if round_ := would_close_a_cycle(state, "parent", work, parent) if state.mentions(work) else ():
        raise Refused(f"{work} would be part of itself: {' → '.join(round_)}", hint="give another parent")


def _needs(state: State, work: str, provider: str, why: str | None) -> list[Say]:
    """That work needs other work first; nothing where that is said already.

    Raises:
        Refused: the other work was dropped, or needs this work itself.
    """
    if standing(state, provider) == "dropped":
        raise Refused(f"{provider} was dropped: waiting for it has no end", hint=f"counterpoint work reopen {provider}")
    into = links_of(state, state.mentioning(work, "dependency", "consumer"))
    if any((link.consumer, link.provider) == (work, provider) and link.ordered and link.due for link in into):
        return []
    if state.mentions(work) and (round_ := would_close_a_cycle(state, "dependency", work, provider)):
        raise Refused(f"{work} cannot wait for {provider}, which waits for it: {' → '.join(round_)}")
    name = free_name(state, f"dependency:{slug_of(work)}-needs-{slug_of(provider)}")
    says = [
        Say(name, "exists", True), Say(name, "consumer", work), Say(name, "provider", provider),
        Say(name, "type", "prerequisite"), Say(name, "status", "stated"),
    ]  # fmt: skip
    return [*says, Say(name, "reason", why)] if why else says


# --- who may ---


def _must_work(state: State, act: Act) -> None:
    if not may_work(state, act.by, act.subject):
        deciders = who(state, act.subject).deciders
        names = or_nobody(dict.fromkeys((*doers(state, act.subject), *deciders)))
        raise NotAllowed(
            f"{act.by} does not work on {act.subject}; {names} may",
            hint=f"counterpoint work assign {act.subject} --to {act.by} --contributor, by {_answering(state, act)}",
        )


def _must_answer(state: State, act: Act) -> None:
    if not may_answer(state, act.by, act.subject):
        raise NotAllowed(
            f"{act.by} may not {act.verb} {act.subject}; {_answering(state, act)} may", hint="ask them to do it"
        )


def _answering(state: State, act: Act) -> str:
    owners, deciders = state.refs(act.subject, "owner"), who(state, act.subject).deciders
    return or_nobody(dict.fromkeys((*owners, *deciders)))


def _not_held(state: State, act: Act) -> None:
    if (reason := held_by_another(state, act.by, act.subject)) is not None:
        raise Refused(reason.text, hint=reason.clears)


def _undisputed(state: State, act: Act) -> None:
    """Where sources differ about the status, only who decides on the work may say where it stands."""
    if _standing(state, act.subject) == DISPUTED and not decides(state, act.by, act.subject):
        names = or_nobody(who(state, act.subject).deciders)
        raise Refused(
            f"sources differ about the status of {act.subject}: {names} may say where it stands",
            hint=f"counterpoint settle {act.subject} status …",
        )


# --- moving ---


def _accept(state: State, act: Act, _now: str) -> Outcome:
    _must_answer(state, act)
    return Outcome((), f"{act.by} accepts {act.subject}")


def _start(state: State, act: Act, _now: str) -> Outcome:
    _must_work(state, act)
    _undisputed(state, act)
    _not_held(state, act)
    return Outcome(_made_doer(state, act), f"{act.by} has begun {act.subject}")


def _made_doer(state: State, act: Act) -> tuple[Say, ...]:
    """Whoever begins with work or makes a version of it works on it, and is on record as such."""
    if act.by in (*state.refs(act.subject, "owner"), *state.refs(act.subject, "contributor")):
        return ()
    return (Say(act.subject, "contributor", act.by),)


def _block(state: State, act: Act, _now: str) -> Outcome:
    _must_work(state, act)
    _undisputed(state, act)
    because, on = act.text("because"), tuple(dict.fromkeys(state.canonical(one) for one in act.texts("on")))
    if because is None and not on:
        raise Refused("why is it blocked?", hint="give --because TEXT, or --on WORK")
    if act.subject in on:
        raise Refused(f"{act.subject} cannot wait for itself", hint="name what it waits for")
    why = because or f"waits for {' and '.join(on)}"
    says = [Say(act.subject, "blocked_by", why)]
    here = _standing(state, act.subject)
    if here in ("proposed", "accepted", "active"):
        says.append(Say(act.subject, "stood", here))
    for one in on:
        if kind_of(one) == "work":
            if standing(state, one) == "done":
                raise Refused(f"{one} is done: nothing waits for it", hint="name what it waits for")
            says += _needs(state, act.subject, one, because)
        says.append(Say(act.subject, "blocked_on", one))
    return Outcome(tuple(says), f"{act.subject} is blocked: {why}")


def _unblock(state: State, act: Act, _now: str) -> Outcome:
    if not act.automatic:
        _must_work(state, act)
    elif waiting_on(state, act.subject):
        raise Refused(f"{act.subject} waits for something yet", hint="it goes on when all of it is done")
    back = state.text(act.subject, "stood") or "active"
    says = [Say(act.subject, "status", back)]
    says += [Say(act.subject, name, take_back=True) for name in ("blocked_by", "stood") if _said(state, act, name)]
    says += [Say(act.subject, "blocked_on", one, take_back=True) for one in state.refs(act.subject, "blocked_on")]
    told = "what it waited for is done" if act.automatic else f"{act.by} says that it can go on"
    return Outcome(tuple(says), f"{act.subject} is {back} again: {told}")


def _said(state: State, act: Act, name: str) -> bool:
    return bool(state.claims(act.subject, name))


def waiting_on(state: State, work: str) -> tuple[str, ...]:
    """What blocked work was said to wait for, without the work among it that is done."""
    on = state.refs(work, "blocked_on")
    return tuple(one for one in on if kind_of(one) != "work" or standing(state, one) != "done")


def _drop(state: State, act: Act, _now: str) -> Outcome:
    _must_answer(state, act)
    return Outcome(_cleared(state, act.subject), f"{act.by} drops {act.subject}: {act.text('reason')}")


def _reopen(state: State, act: Act, _now: str) -> Outcome:
    _must_answer(state, act)
    for parent in state.refs(act.subject, "parent"):
        if parent != act.subject and standing(state, parent) == "done":
            raise Refused(
                f"{act.subject} is part of {parent}, which is done",
                hint=f"counterpoint work reopen {parent}, first; {who_answers(state, parent)} may",
            )
    says = [Say(act.subject, "status", "active"), *_cleared(state, act.subject, "finished")]
    for gate in state.naming(act.subject, "gate", "work"):
        # Its approval was used up: work that is taken up again has to pass it anew.
        if any(claim.source == PROTOCOL for claim in state.claims(gate, "status")):
            says.append(Say(gate, "status", "open"))
    return Outcome(tuple(says), f"{act.by} takes up {act.subject} again: {act.text('reason')}")


def _cleared(state: State, work: str, *more: str) -> tuple[Say, ...]:
    names = ("blocked_by", "stood", *more)
    on = [Say(work, "blocked_on", one, take_back=True) for one in state.refs(work, "blocked_on")]
    passed = {str(claim.value) for claim in state.claims(work, "passed_by") if claim.source == PROTOCOL}
    on += [Say(work, "passed_by", one, take_back=True) for one in sorted(passed)]
    return (*(Say(work, name, take_back=True) for name in names if state.claims(work, name)), *on)


def _assign(state: State, act: Act, _now: str) -> Outcome:
    to = tuple(dict.fromkeys(state.canonical(one) for one in act.texts("to")))
    if stopped := [one for one in to if state.text(one, "status") in ("stopped", "archived")]:
        raise Refused(f"{stopped[0]} is {state.text(stopped[0], 'status')}", hint="give it to somebody who can act")
    if act.flag("contributor"):
        _must_work(state, act)
        added = tuple(Say(act.subject, "contributor", one) for one in to)
        return Outcome(added, f"{' and '.join(to)} {'work' if len(to) > 1 else 'works'} on {act.subject}")
    _must_answer(state, act)
    says = (Say(act.subject, "owner", list(to)), *_former(state, act, to))
    return Outcome(says, f"{' and '.join(to)} {_own(to)} {act.subject}")


def _former(state: State, act: Act, to: tuple[str, ...]) -> tuple[Say, ...]:
    """Who owned work that has begun worked on it, and nobody sheds that by giving it away: it is theirs to no gate."""
    begun = _standing(state, act.subject) not in ("proposed", "accepted") or state.claims(act.subject, "version")
    known = (*to, *state.refs(act.subject, "contributor"))
    former = [one for one in state.refs(act.subject, "owner") if kind_of(one) != "team" and one not in known]
    return tuple(Say(act.subject, "contributor", one) for one in former) if begun else ()


def _own(parties: tuple[str, ...]) -> str:
    return "own" if len(parties) > 1 else "owns"


def _revise(state: State, act: Act, _now: str) -> Outcome:
    _must_work(state, act)
    said = {name: act.text(name) for name in ("version", "title", "due", "priority") if name in act.arguments}
    if not said:
        raise Refused("what is new about it?", hint="give --version, --title, --due or --priority")
    old = state.text(act.subject, "version")
    if said.get("version") is not None:
        _not_held(state, act)
        if said["version"] == old:
            raise Refused(f"{act.subject} is at version {old} already", hint="give the new one")
    told = ", ".join(f"{name} {value}" for name, value in said.items())
    made = _made_doer(state, act) if "version" in said else ()
    return Outcome((*(Say(act.subject, name, value) for name, value in said.items()), *made), f"{act.subject}: {told}")


def _react(state: State, act: Act) -> Iterable[Act]:
    """What was blocked on work that is now done goes on."""
    if kind_of(act.subject) != "work" or state.text(act.subject, "status") != "done":
        return
    for work in state.naming(act.subject, "work", "blocked_on"):
        if state.text(work, "status") == "blocked" and not waiting_on(state, work):
            yield Act("work", "unblock", work, CLOCK, {}, automatic=True)


_DOES = "who works on it; who decides on it"
_ANSWERS = "its owner; who decides on it; anyone, where there is neither"
_OPEN = ("proposed", "accepted", "active", DISPUTED)
WORK = Protocol(
    noun="work",
    kind="work",
    about="an item of work from its proposal to its end",
    subject=_subject,
    keys=_keys,
    standing=_standing,
    speaks_of=(*(f"dependency.{name}" for name in ("consumer", "provider", "type", "status", "reason")), "gate.status"),
    transitions=(
        Transition("add", (NOTHING,), ("proposed",), "anyone who may act", _add),
        Transition("add", _STATES, (), "nobody", _there),
        Transition("accept", ("proposed",), ("accepted",), _ANSWERS, _accept),
        Transition("start", ("proposed", "accepted", DISPUTED), ("active",), _DOES, _start),
        Transition("block", _OPEN, ("blocked",), _DOES, _block),
        Transition("block", ("blocked",), ("blocked",), _DOES, _block),
        Transition("unblock", ("blocked",), ("proposed", "accepted", "active"), _DOES, _unblock),
        Transition(
            "complete", (*_OPEN, "blocked"), ("done",), "its owner, and who is in the team that owns it; who works on "
            "it and holds its lease; who decides on it", complete,
        ),
        Transition("drop", (*_OPEN, "blocked"), ("dropped",), _ANSWERS, _drop),
        Transition("reopen", ("done", "dropped"), ("active",), _ANSWERS, _reopen),
        *(
            Transition("assign", (one,), (one,), f"{_ANSWERS}; a contributor: {_DOES}", _assign)
            for one in (*_STATES[:4], DISPUTED)
        ),
        *(Transition("revise", (one,), (one,), _DOES, _revise) for one in (*_STATES[:4], DISPUTED)),
    ),
    react=_react,
    invariants=(
        "Work is never done while it is blocked, while a part of it is open, or while it needs work that is open.",
        "Work is never done by a completion for which a gate on it had no good approval of exactly that version.",
        "Work is never completed by another party than the one who holds the lease on it, or under an old token.",
        "Only who works on it, owns it or decides on it moves it; every move is an entry that names who it was.",
        "No command closes a circle of parents or of dependencies.",
    ),
)  # fmt: skip
