"""May work be completed? Every reason against it at once, each with who can clear it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.answers import Wait
from counterpoint.model.identifiers import kind_of
from counterpoint.protocols.doing import decides, may_complete, or_nobody, who_answers
from counterpoint.protocols.lease import check_token, holder_of, who_may_force
from counterpoint.protocols.machine import Outcome, Say
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


def complete(state: State, act: Act, now: str) -> Outcome:
    """The act of completing work.

    Raises:
        Refused: with every reason (NotAllowed, Conflict: where that is all there is).
    """
    work = act.subject
    reasons = reasons_against(state, act)
    if reasons:
        raise _refusal(work, reasons)
    says = [Say(work, "status", "done"), Say(work, "finished", now[:10])]
    version = act.text("version")
    if version is not None and state.text(work, "version") is None:
        says.append(Say(work, "version", version))
    at = f" at version {version or state.text(work, 'version')}" if version or state.text(work, "version") else ""
    return Outcome(tuple(says), f"{act.by} has completed {work}{at}")


def completing_keys(state: State, work: str) -> Iterable[str]:
    """What must not change while it is decided: its parts, and all that it needs, with the dependencies that say so."""
    yield from state.mentioning(work, "work", "parent")
    for link in links_of(state, state.mentioning(work, "dependency", "consumer")):
        yield link.id
        if kind_of(link.provider) == "work":
            yield link.provider


def reasons_against(state: State, act: Act) -> list[Reason]:
    """Why work cannot be completed by this party now; empty where it can."""
    return [
        *_not_theirs(state, act),
        *_waits(state, act),
        *_other_version(state, act),
        *_lease(state, act),
    ]


def _refusal(work: str, reasons: list[Reason]) -> Refused:
    kinds = {one.error for one in reasons}
    error = kinds.pop() if len(kinds) == 1 else Refused
    if len(reasons) == 1:
        return error(f"{work} cannot be completed: {reasons[0].text}", hint=reasons[0].clears)
    listed = "".join(f"\n  {number}. {one.text}: {one.clears}" for number, one in enumerate(reasons, 1))
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


def _settles(state: State, work: str) -> str:
    return f"{or_nobody(who(state, work).deciders)}: counterpoint settle {work} status …"


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
