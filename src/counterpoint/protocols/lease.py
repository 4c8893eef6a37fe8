"""Leases: at most one party holds a resource, for a time, under a token that only grows.

A resource is a thing of the organisation (``work:checkout``) or any name (``staging-db``). Whoever depends on the
resource checks the token of whoever comes with one: an older token than the newest is from a holder that lost it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.model.acts import CLOCK, Act
from counterpoint.model.identifiers import is_opaque, kind_of, slugify
from counterpoint.model.kinds import KIND_NAMES, OPEN_WORK, ROOT_ZONE
from counterpoint.model.statements import Json
from counterpoint.model.times import after
from counterpoint.protocols.machine import NOTHING, Outcome, Protocol, Say, Timer, Transition
from counterpoint.state.participation import kept_from, places_of
from counterpoint.state.speaking import speaks_for
from counterpoint.state.view import State
from counterpoint.state.who import who

DEFAULT_MINUTES: Mapping[str, int] = {"agent": 15, "person": 3 * 24 * 60, "team": 7 * 24 * 60}
"""How long a lease lasts without a sign of life, by kind of holder, where no zone says otherwise."""
LONGEST_NAME = 200


def lease_of(resource: str) -> str:
    """The lease on a resource: one for each, named after it. Two spellings of one name are one resource."""
    if is_thing(resource):
        kind, _, rest = resource.partition(":")
        return f"lease:{kind}/{rest.lstrip('~') if is_opaque(resource) else rest}"
    return f"lease:{named(resource)}"


def leases_of(state: State, resource: str) -> list[str]:
    """Every lease that there may be on a resource: a thing that got another name keeps those of its earlier ones.

    That of the name which holds now comes first; a new lease is always that one. A lease may stand for its resource.
    """
    if kind_of(resource) == "lease":
        return [resource]
    return [lease_of(name) for name in state.names(resource)]


def lease_on(state: State, resource: str, by: str | None = None) -> str:
    """The lease that counts for a resource: the one that is held (by this party, where several are), else its own."""
    every = leases_of(state, resource)
    if len(every) == 1:
        return every[0]
    held = [one for one in every if _is_held(state, one)]
    mine = [one for one in held if by is not None and speaks_for(state, by, str(state.text(one, "holder")))]
    return next(iter((*mine, *held, *every)))


def named(text: str) -> str:
    """The name of a resource that is no thing of the organisation, in its one spelling."""
    return slugify(text)


def like_a_thing(name: str) -> str | None:
    """The reference for which a name could be taken, as ``work:checkout`` for ``work/checkout``; None for others.

    Such names are given to nothing else: the lease on that thing is called so.
    """
    kind, slash, rest = name.partition("/")
    return f"{kind}:{rest}" if slash and kind in KIND_NAMES else None


def is_thing(resource: str) -> bool:
    """Is it a reference to a thing of the organisation, and no mere name?"""
    kind, colon, rest = resource.partition(":")
    return bool(colon and rest) and kind in KIND_NAMES


def minutes_for(state: State, resource: str, holder: str) -> int:
    """How many minutes a lease of this holder on this resource lasts without a sign of life: by the nearest zone."""
    kind = kind_of(holder)
    for zone in state.zones(resource) if is_thing(resource) else (ROOT_ZONE,):
        for row in state.tables(zone, "lease_time"):
            if row["party"] == kind:
                return int(row["minutes"])
    return DEFAULT_MINUTES[kind]


def holder_of(state: State, resource: str) -> str | None:
    """Who holds a resource, as the record has it."""
    lease = lease_on(state, resource)
    return state.text(lease, "holder") if _is_held(state, lease) else None


def token_of(state: State, resource: str) -> int:
    """The newest token that was given out for a resource; 0 where it was never held."""
    return max(_newest(state, lease) for lease in leases_of(state, resource))


def _newest(state: State, lease: str) -> int:
    """By itself, and while its thing had another name."""
    return max(_number(state, lease, "token"), _number(state, lease, "floor"))


def outdone(state: State, lease: str) -> bool:
    """Was as great a token given out for the same thing, under a name that was joined to it since? Then it is lost.

    Two that each hold one of two things cannot both hold the one that these turn out to be: the token tells who does,
    and where it does not, neither.
    """
    own, given = _number(state, lease, "token"), _entry(state, lease, "token")
    return any(
        _number(state, one, "token") >= own
        # The floor that was set with this very token is this token.
        or (_number(state, one, "floor") >= own and _entry(state, one, "floor") != given)
        for one in leases_of(state, state.text(lease, "resource") or lease)
        if one != lease
    )


def _entry(state: State, lease: str, attribute: str) -> int | None:
    """Which entry says it."""
    return next((one.sequence for one in state.claims(lease, attribute)), None)


def _number(state: State, lease: str, attribute: str) -> int:
    found = state.value(lease, attribute)
    return found if isinstance(found, int) else 0


def lease_by(state: State, resource: str, token: int) -> str | None:
    """The lease on a resource that is held by this token, the newest there is; None where there is none."""
    every = (one for one in leases_of(state, resource) if state.value(one, "token") == token)
    return next((one for one in every if _is_held(state, one)), None)


def _is_held(state: State, lease: str) -> bool:
    return state.text(lease, "status") == "held" and not outdone(state, lease)


def check_token(state: State, resource: str, token: int) -> None:
    """For whoever guards a resource: is this the newest token, and the lease still held?

    Raises:
        Conflict: it is not; the message says what is.
    """
    newest = token_of(state, resource)
    if token != newest:
        word = "was never given out" if token > newest else f"is old: the newest is {newest}"
        raise Conflict(f"token {token} for {resource} {word}", hint="whoever holds it now may write; take it again")
    if lease_by(state, resource, token) is None:
        raise Conflict(f"token {token} for {resource} is no longer good: nobody holds it", hint="take it again")


def _subject(state: State, by: str, arguments: Mapping[str, Json]) -> str:
    return lease_on(state, state.canonical(str(arguments["item"])), by)


def _keys(state: State, act: Act) -> Iterable[str]:
    """Every lease on the thing, and the thing itself: it must not come to its end while somebody takes it."""
    yield act.subject
    resource = _resource(state, act)
    if not act.automatic:
        # What ends a lease need not hold the thing: it holds the lease already, and must not wait for more.
        yield resource
    yield from leases_of(state, resource)


def _resource(state: State, act: Act) -> str:
    known = state.text(act.subject, "resource")
    return state.canonical(known or str(act.arguments["item"]))


def _take(state: State, act: Act, now: str) -> Outcome:
    resource = _resource(state, act)
    if not act.subject.removeprefix("lease:") or len(resource) > LONGEST_NAME:
        raise Refused(f"{resource[:40]!r} cannot be the name of a resource", hint="give a reference, or a short name")
    if kind_of(resource) == "work":
        status = state.text(resource, "status") or "proposed"
        if status not in OPEN_WORK:
            raise Refused(f"{resource} is {status}: there is nothing to hold", hint="counterpoint work reopen, first")
    minutes = _minutes(state, resource, act)
    token = _next_token(state, act.subject, resource)
    return Outcome(
        (*_first(state, act, resource), *_held_by(state, act.subject, act.by, minutes, now, resource)),
        f"{act.by} holds {resource} with token {token}, for {_long(minutes)} after each beat",
    )


def _taken(state: State, act: Act, _now: str) -> Outcome:
    holder, resource = state.text(act.subject, "holder"), state.text(act.subject, "resource")
    if holder == act.by:
        token = state.value(act.subject, "token")
        raise Conflict(
            f"{act.by} holds {resource} already, with token {token}", hint="counterpoint lease beat keeps it"
        )
    since = state.text(act.subject, "taken")
    raise Conflict(
        f"{holder} holds {resource} since {since}", hint="counterpoint lease wait stands in line; lease show tells more"
    )


def _first(state: State, act: Act, resource: str) -> Iterable[Say]:
    if state.text(act.subject, "resource") is None:
        yield Say(act.subject, "resource", resource)
        if is_thing(resource):
            yield Say(act.subject, "on", resource)


def _minutes(state: State, resource: str, act: Act) -> int:
    longest = minutes_for(state, resource, act.by)
    wanted = act.number("minutes")
    if wanted is None:
        return longest
    if not 1 <= wanted <= longest:
        raise Refused(
            f"{act.by} may hold {resource} from 1 to {longest} minutes without a sign of life, and not {wanted}",
            hint="its zone may say otherwise: lease_time = { party = …, minutes = … }",
        )
    return wanted


def _next_token(state: State, lease: str, resource: str) -> int:
    """Greater than any that was given out for the resource, under whatever name."""
    return max(_newest(state, lease), token_of(state, resource)) + 1


def _held_by(  # noqa: PLR0917
    state: State, lease: str, party: str, minutes: int, now: str, resource: str
) -> tuple[Say, ...]:
    token, until = _next_token(state, lease, resource), after(now, minutes=minutes)
    return (
        Say(lease, "status", "held"),
        Say(lease, "holder", party),
        Say(lease, "token", token),
        Say(lease, "taken", now),
        Say(lease, "minutes", minutes),
        Say(lease, "until", until),
        # Names may be parted again, and under none of them may a token come back.
        *(Say(one, "floor", token) for one in leases_of(state, resource) if one != lease),
    )


def line_of(state: State, lease: str) -> list[dict[str, Json]]:
    """Who waits for a lease, first come first."""
    return sorted(state.tables(lease, "waiting"), key=lambda row: int(row["place"]))


def _passed_on(state: State, lease: str, now: str) -> tuple[tuple[Say, ...], str]:
    """What becomes of a lease that its holder no longer has: the next in line who can still act has it, or nobody."""
    gone: list[Say] = []
    resource = state.text(lease, "resource") or ""
    for row in line_of(state, lease):
        party = str(row["party"])
        gone.append(Say(lease, "waiting", row, take_back=True))
        if state.exists(party) and kept_from(state, party, places_of(state, lease)) is None:
            held = _held_by(state, lease, party, minutes_for(state, resource, party), now, resource)
            return (*gone, *held), f"{party} was next in line and holds it now"
    return (*gone, Say(lease, "status", "free"), Say(lease, "holder", take_back=True)), "it is free"


def _wait(state: State, act: Act, now: str) -> Outcome:
    holder = state.text(act.subject, "holder")
    line = line_of(state, act.subject)
    if holder == act.by:
        raise Conflict(f"{act.by} holds it already", hint="counterpoint lease beat keeps it")
    if any(row["party"] == act.by for row in line):
        raise Conflict(f"{act.by} is in line already", hint="counterpoint lease show tells how many are before")
    place = max((int(str(row["place"])) for row in line), default=0) + 1
    row: Json = {"party": act.by, "place": place, "since": now}
    before = f"{len(line)} before" if line else "next"
    return Outcome((Say(act.subject, "waiting", row),), f"{act.by} is in line, {before}; {holder} holds it")


def _leave(state: State, act: Act, _now: str) -> Outcome:
    for row in line_of(state, act.subject):
        if row["party"] == act.by:
            return Outcome((Say(act.subject, "waiting", row, take_back=True),), f"{act.by} no longer waits")
    raise Refused(f"{act.by} is not in line", hint="counterpoint lease show tells who is")


def _must_hold(state: State, act: Act) -> None:
    """The holder, under the newest token where one is shown."""
    holder = str(state.text(act.subject, "holder"))
    token = act.number("token")
    if token is not None and token != state.value(act.subject, "token"):
        newest = state.value(act.subject, "token")
        raise Conflict(f"token {token} is not the newest, which is {newest}: the lease was lost", hint="take it again")
    if not speaks_for(state, act.by, holder):
        raise NotAllowed(f"{holder} holds it, and not {act.by}", hint="its holder may; or counterpoint lease force")


def _release(state: State, act: Act, now: str) -> Outcome:
    _must_hold(state, act)
    says, told = _passed_on(state, act.subject, now)
    return Outcome(says, f"{act.by} has let go: {told}")


def _hand(state: State, act: Act, now: str) -> Outcome:
    _must_hold(state, act)
    to = state.canonical(str(act.arguments["to"]))
    if to == state.text(act.subject, "holder"):
        raise Refused(f"{to} holds it already", hint="counterpoint lease beat keeps it")
    if (why := kept_from(state, to, places_of(state, act.subject))) is not None:
        raise Refused(f"{to} cannot hold it: {why}", hint="give it to somebody who can act")
    resource = _resource(state, act)
    minutes = minutes_for(state, resource, to)
    gone = tuple(
        Say(act.subject, "waiting", row, take_back=True) for row in line_of(state, act.subject) if row["party"] == to
    )
    return Outcome(
        (*gone, *_held_by(state, act.subject, to, minutes, now, resource)), f"{act.by} has handed it to {to}"
    )


def _expire(state: State, act: Act, now: str) -> Outcome:
    holder = state.text(act.subject, "holder")
    why = kept_from(state, str(holder), places_of(state, act.subject)) or "gave no sign of life in time"
    says, told = _passed_on(state, act.subject, now)
    return Outcome(says, f"{holder} has lost it, {why}: {told}")


def _force(state: State, act: Act, now: str) -> Outcome:
    resource = _resource(state, act)
    may = who_may_force(state, resource)
    if not any(speaks_for(state, act.by, party) for party in may):
        names = " or ".join(may) or "nobody, as long as nobody decides there"
        raise NotAllowed(f"{act.by} may not take {resource} from its holder; {names} may", hint="ask them, or wait")
    says, told = _passed_on(state, act.subject, now)
    return Outcome(says, f"{act.by} took it from {state.text(act.subject, 'holder')}: {told}")


def who_may_force(state: State, resource: str) -> tuple[str, ...]:
    """Who may end a lease of somebody else: whoever decides on the thing (any of them), or a sponsor on its agent."""
    subject = resource if is_thing(resource) and state.exists(resource) else ROOT_ZONE
    found = list(who(state, subject).deciders)
    holder = holder_of(state, resource)
    if holder is not None and kind_of(holder) == "agent":
        found += [one for one in state.refs(holder, "sponsor") if one not in found]
    return tuple(found)


def _end(state: State, act: Act, _now: str) -> Outcome:
    gone = tuple(Say(act.subject, "waiting", row, take_back=True) for row in line_of(state, act.subject))
    told = "what it was on has come to its end"
    if outdone(state, act.subject):
        told = f"{state.text(act.subject, 'holder')} has lost it: under another name of it as great a token was given"
    return Outcome((*gone, Say(act.subject, "holder", take_back=True)), told)


def _timers(state: State, lease: str) -> Iterable[Timer]:
    if state.text(lease, "status") != "held":
        return
    holder, until, token = state.text(lease, "holder"), state.text(lease, "until"), state.value(lease, "token")
    # What an act ends is ended at once (_react); what a file or an import ends is ended by whoever comes next.
    over = any(state.text(work, "status") in ("done", "dropped") for work in state.refs(lease, "on"))
    if over or outdone(state, lease):
        yield Timer(lease, "end", state.now, str(token))
    if holder is not None and kept_from(state, holder, places_of(state, lease)):
        yield Timer(lease, "expire", state.now, f"{token} stopped")
    elif until is not None:
        yield Timer(lease, "expire", until, str(token))


def _react(state: State, act: Act) -> Iterable[Act]:
    """Work that is done or dropped is held by nobody, and agents that are stopped hold nothing."""
    if kind_of(act.subject) == "work" and state.text(act.subject, "status") in ("done", "dropped"):
        for lease in leases_of(state, act.subject):
            if state.text(lease, "status") == "held":
                yield Act("lease", "end", lease, act.by, {}, automatic=True)
    if act.verb == "stop" and act.noun in ("agent", "agents"):
        for agent in [act.subject] if act.noun == "agent" else state.entities("agent"):
            for lease in state.naming(agent, "lease", "holder"):
                lost = state.text(lease, "status") == "held" and kept_from(state, agent, places_of(state, lease))
                if lost:
                    yield Act("lease", "expire", lease, CLOCK, {}, automatic=True)


def _long(minutes: int) -> str:
    if minutes % 1440 == 0:
        return f"{minutes // 1440} days" if minutes > 1440 else "a day"
    return f"{minutes // 60} hours" if minutes % 60 == 0 and minutes > 60 else f"{minutes} minutes"


_ANYONE = "anyone who may act"
LEASE = Protocol(
    noun="lease",
    kind="lease",
    about="one party holds a resource for a time, under a token that only grows",
    subject=_subject,
    keys=_keys,
    transitions=(
        Transition("take", (NOTHING, "free"), ("held",), _ANYONE, _take),
        Transition("take", ("held",), (), "nobody", _taken),
        Transition("wait", ("held",), ("held",), _ANYONE, _wait),
        Transition("leave", ("held",), ("held",), "who waits", _leave),
        Transition("release", ("held",), ("held", "free"), "the holder", _release),
        Transition("hand", ("held",), ("held",), "the holder", _hand),
        Transition("force", ("held",), ("held", "free"), "who decides on it; the sponsor of the holder", _force),
        Transition("expire", ("held",), ("held", "free"), "the clock", _expire, automatic=True),
        Transition(
            "end", ("held",), ("free",), "follows when the work ends, or another name outdoes it", _end, automatic=True
        ),
    ),
    timers=_timers,
    hangs_on=("on", "holder"),
    react=_react,
    invariants=(
        "At no time do two parties hold one resource: every yes to a take is the only one until it is given up.",
        "Tokens of one resource only grow, one at a time, and are never used again, whatever ends a lease.",
        "Where two things turn out to be one, a holder whose token is not greater than the other's has lost it.",
        "A lease whose time ran out ends, or passes to the next in line, before anything else is done with it.",
        "Only the holder gives it up; only who decides on the thing, or the sponsor of an agent, takes it away.",
        "Every take, transfer, expiry, release and forced release is an entry that names who did it and why.",
    ),
)
