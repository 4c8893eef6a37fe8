"""May work be completed? Every reason against it at once, each with who can clear it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.answers import Wait
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PROTOCOL
from counterpoint.protocols.approvers import names, refusal_of, who_may
from counterpoint.protocols.doing import decides, may_complete, or_nobody, who_answers
from counterpoint.protocols.gates import (
    OPEN_APPROVAL,
    approvals_of,
    gates_of,
    good_approval,
    opened,
    places_at,
    right_approvers,
    why_no_good,
)
from counterpoint.protocols.lease import check_token, holder_of, who_may_force
from counterpoint.protocols.machine import Outcome, Say
from counterpoint.protocols.workflow import not_through
from counterpoint.state.links import links_of
from counterpoint.state.speaking import speaks_for
from counterpoint.state.view import State
from counterpoint.state.waiting import outlooks
from counterpoint.state.who import who


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against it, and in words who can clear it and how. ``error`` is what it is, if it is the only one."""

    text: str
    clears: str
    error: type[Refused] = Refused


@dataclass(frozen=True, slots=True)
class Passed:
    """That work passes a gate: by an approval, which is used up, or by a waiver or a word."""

    told: str
    approval: str | None = None


def complete(state: State, act: Act, now: str) -> Outcome:
    """The act of completing work.

    Raises:
        Refused: with every reason (NotAllowed, Conflict: where that is all there is).
    """
    work = act.subject
    shipped = _version(state, act)
    at_gates = [at_gate(state, gate, work, shipped, now, by=act.by) for gate in gates_of(state, work)]
    if reasons := [*reasons_against(state, act), *(one for one in at_gates if isinstance(one, Reason))]:
        raise _refusal(work, reasons)
    says = [Say(work, "status", "done"), Say(work, "finished", now[:10])]
    version = act.text("version")
    if version is not None and state.text(work, "version") is None:
        says.append(Say(work, "version", version))
    passed = [one for one in at_gates if isinstance(one, Passed)]
    says += [Say(work, "passed_by", one.told) for one in passed]
    at = f" at version {shipped}" if shipped is not None else ""
    by_word = "".join(f"; {one.told}" for one in passed)
    used = {"version": shipped} if shipped is not None else {}
    uses = [Act("approval", "use", one.approval, act.by, used, automatic=True) for one in passed if one.approval]
    return Outcome(tuple(says), f"{act.by} has completed {work}{at}{by_word}", tuple(uses))


def completing_keys(state: State, work: str) -> Iterable[str]:
    """What must not change while it is decided: its parts, and all that it needs, and approvals."""
    yield from state.mentioning(work, "work", "parent")
    for link in links_of(state, state.mentioning(work, "dependency", "consumer")):
        yield link.id
        if kind_of(link.provider) == "work":
            yield link.provider
    for approval in state.naming(work, "approval", "work"):
        if state.text(approval, "status") in OPEN_APPROVAL:
            yield approval


def reasons_against(state: State, act: Act) -> list[Reason]:
    """Why work cannot be completed by this party now, gates left aside; empty where it can."""
    return [
        *_not_theirs(state, act),
        *_waits(state, act),
        *_other_version(state, act),
        *_lease(state, act),
        *_way(state, act.subject),
    ]


def open_against(state: State, work: str, by: str, now: str) -> list[Reason]:
    """Why nobody may say that work is done, whichever source says so: blocked by protocol, held, or before a gate."""
    found = []
    if any((claim.source, claim.value) == (PROTOCOL, "blocked") for claim in state.claims(work, "status")):
        found.append(Reason("it is blocked", f"who works on it: counterpoint work unblock {work}"))
    if (held := held_by_another(state, by, work)) is not None:
        found.append(held)
    version = state.text(work, "version")
    at_gates = [at_gate(state, gate, work, version, now, by=by) for gate in gates_of(state, work)]
    for one in at_gates:
        if isinstance(one, Reason):
            found.append(one)
        elif one.approval is not None:
            clears = f"counterpoint work complete {work}"
            found.append(Reason(f"{one.told}, which completing it would use up", clears))
    return found


def _refusal(work: str, reasons: list[Reason]) -> Refused:
    kinds = {one.error for one in reasons}
    error = kinds.pop() if len(kinds) == 1 else Refused
    if len(reasons) == 1:
        return error(f"{work} cannot be completed: {reasons[0].text}", hint=reasons[0].clears)
    listed = "".join(f"\n  {number}. {one.text}\n     {one.clears}" for number, one in enumerate(reasons, 1))
    return error(f"{work} cannot be completed, for {len(reasons)} reasons:{listed}", hint="clear each of them")


def _not_theirs(state: State, act: Act) -> Iterable[Reason]:
    if not may_complete(state, act.by, act.subject):
        owners, deciders = state.refs(act.subject, "owner"), who(state, act.subject).deciders
        names = or_nobody(dict.fromkeys((*owners, *deciders)))
        yield Reason(f"{act.by} does not answer for it", f"{names} may complete it", NotAllowed)


def _waits(state: State, act: Act) -> Iterable[Reason]:
    for look in outlooks(state, [act.subject]):
        for wait in look.waits:
            if wait.kind not in ("start", "gate"):
                yield from _wait(state, act, wait)


def _wait(state: State, act: Act, wait: Wait) -> Iterable[Reason]:
    work, on = act.subject, wait.on
    if wait.kind == "disputed":
        if any(claim.value == "blocked" for claim in state.claims(work, "status")):
            yield Reason("one source says that it is blocked", _settles(state, work))
        elif not decides(state, act.by, work):
            yield Reason("sources differ about its status", _settles(state, work))
    elif wait.kind == "blocked":
        why = state.text(work, "blocked_by")
        yield Reason(f"it is blocked{f' ({why})' if why else ''}", f"who works on it: counterpoint work unblock {work}")
    elif wait.kind == "part":
        yield Reason(
            f"its part {on} is not finished", f"{who_answers(state, str(on))}: counterpoint work complete {on}"
        )
    elif wait.kind == "unfinished":
        yield Reason(f"it needs {on}, which is not done", f"{who_answers(state, str(on))} may complete that")
    elif wait.kind == "dropped":
        yield Reason(f"it needs {on}, which was dropped", f"{who_answers(state, work)} may withdraw {wait.via}")
    elif wait.kind == "declined":
        yield Reason(
            f"{on} declined what it needs ({wait.via})", f"{who_answers(state, work)} may withdraw it, or ask anew"
        )
    elif wait.kind == "promise":
        yield Reason(f"{on} has yet to provide what it needs ({wait.via})", f"{on} says when it is fulfilled")


def _way(state: State, work: str) -> Iterable[Reason]:
    if (why := not_through(state, work)) is not None:
        yield Reason(why, f"counterpoint workflow show {work}")


def _settles(state: State, work: str) -> str:
    return f"{or_nobody(who(state, work).deciders)}: counterpoint settle {work} status …"


def at_gate(
    state: State, gate: str, work: str, version: str | None, now: str, *, by: str | None = None
) -> Reason | Passed:
    """Does this version of the work pass the gate? By what, or why not and who can clear it. ``by`` asks."""
    if (told := opened(state, gate, work, now)) is not None:
        return Passed(told)
    if (approval := good_approval(state, gate, work, version, now)) is not None:
        return Passed(f"{gate} is passed by {approval}", approval)
    kind = state.text(gate, "type")
    name = f"{gate} ({kind})" if kind else gate
    at = f" at version {version}" if version is not None else ""
    ask = f"counterpoint approval ask {gate} {work}" + (f" --version {version}" if version is not None else "")
    for one in reversed(approvals_of(state, gate, work)):
        if state.text(one, "status") == "requested" and state.text(one, "version") == version:
            return Reason(f"{name} is not passed{at}, {one} is asked for", who_may(state, one))
        if state.text(one, "status") == "granted":
            return Reason(f"{name} is not passed{at}: {why_no_good(state, one, version, now)}", ask)
        if state.text(one, "status") == "refused" and state.text(one, "version") == version:
            return Reason(f"{name} is not passed{at}: it was refused by {refusal_of(state, one)}", f"{ask}, once more")
    try:
        places = places_at(state, gate)
    except Refused as error:
        return Reason(f"{name} is not passed{at}: {error.message}", error.hint)
    word = state.text(gate, "status")
    said = f" (that it is said to be {word} does not count here)" if word in ("passed", "waived") else ""
    may = names(right_approvers(state, gate, work, by, places))
    return Reason(f"{name} is not passed{at}{said}, it takes {places.in_words()}", f"{ask}; {may} approve then")


def _version(state: State, act: Act) -> str | None:
    """The version that is to be completed."""
    return act.text("version") or state.text(act.subject, "version")


def _other_version(state: State, act: Act) -> Iterable[Reason]:
    found = state.get(act.subject, "version")
    if found is not None and found.disputed:
        yield Reason("sources differ about its version", f"who works on it: counterpoint work revise {act.subject}")
        return
    told, given = state.text(act.subject, "version"), act.text("version")
    if told is not None and given is not None and told != given:
        yield Reason(
            f"it is at version {told}, and not {given}",
            f"who works on it: counterpoint work revise {act.subject} --version {given}", Conflict,
        )  # fmt: skip


def held_by_another(state: State, by: str, work: str) -> Reason | None:
    """The reason that somebody else holds the lease on it, or None."""
    holder = holder_of(state, work)
    if holder is None or speaks_for(state, by, holder):
        return None
    may = or_nobody(dict.fromkeys(who_may_force(state, work)))
    return Reason(
        f"{holder} holds it, and not {by}", f"{holder} may let go; {may} may: counterpoint lease force {work}", Conflict
    )


def _lease(state: State, act: Act) -> Iterable[Reason]:
    held, token = held_by_another(state, act.by, act.subject), act.number("token")
    if held is not None:
        yield held
    if token is not None:
        try:
            check_token(state, act.subject, token)
        except Conflict as error:
            yield Reason(error.message, error.hint, Conflict)
