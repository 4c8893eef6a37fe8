"""What a lease, an approval and a register do when nobody else is there: the models that histories are judged by.

They share no code with the protocols themselves. An output is ``"yes"`` or ``"no"``, or says what was given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

from tests.protocols.linearizable import Operation

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Held:
    """A lease: who holds it, by which token, the highest token that was ever given, and who waits in line.

    A token is unknown where nobody was told (who took it was never answered, or it was passed on to the next in line):
    it is above ``floor``, and the next to be seen is it.
    """

    holder: str | None = None
    token: int | None = None
    floor: int = 0
    line: tuple[str, ...] = ()

    def given_to(self, holder: str, token: int | None) -> Held:
        """Held by somebody, by a token that is not known if None."""
        return replace(self, holder=holder, token=token, floor=self._above() if token is None else token)

    def passed_on(self) -> Held:
        """Held by the next in line, or by nobody."""
        if self.line:
            return replace(self, line=self.line[1:]).given_to(self.line[0], None)
        return Held(None, None, self._above())

    def seen(self, token: int) -> Held:
        """The same, with its token known."""
        return self if self.token is not None else replace(self, token=token, floor=token)

    def _above(self) -> int:
        """Every token from now on is above this; one that nobody knows is at least one higher than those before."""
        return self.floor + 1 if self.holder is not None and self.token is None else self.floor

    def is_by(self, token: int) -> bool:
        """Could this be the token by which it is held?"""
        return self.holder is not None and (token > self.floor if self.token is None else token == self.token)


class LeaseModel:
    """At most one holder; tokens only grow.

    Operations: ``take(who)`` answers with the token or ``"no"``; ``beat(who, token)``, ``release(who, token)``,
    ``wait(who)``, ``leave(who)``, ``force()`` and ``check(token)`` answer yes or no; ``holder()`` answers who holds
    it, or None; ``expire(token)`` is answered to nobody, and stands in a history from when the time of a holder was
    over. Whatever ends it for one who holds it passes it on to the next in line.
    """

    def initial(self) -> Held:
        """Free, and never held."""
        return Held()

    def step(self, state: Held, operation: Operation) -> tuple[bool, Held]:
        """See :class:`tests.protocols.linearizable.Model`."""
        match operation.name, operation.input:
            case "take", (str(who),):
                return self._take(state, operation, who)
            case (("beat" | "release"), (str(who), int(token))):
                return self._by_holder(state, operation, who, token)
            case (("wait" | "leave"), (str(who),)):
                return self._in_line(state, operation, who)
            case "force", ():
                free = state.passed_on() if state.holder is not None else state
                return _agrees(operation, state.holder is not None), free
            case "expire", (int(token),):
                return True, state.seen(token).passed_on() if state.is_by(token) else state
            case "check", (int(token),):
                if operation.is_known and operation.output == NO:
                    # A lease whose token nobody was told is held by none that anybody has.
                    return state.token is None or not state.is_by(token), state
                return _agrees(operation, state.is_by(token)), state.seen(token) if state.is_by(token) else state
            case "holder", ():
                return not operation.is_known or operation.output == state.holder, state
        raise ValueError(f"no operation of a lease: {operation}")

    def _take(self, state: Held, operation: Operation, who: str) -> tuple[bool, Held]:
        if not operation.is_known:
            return True, state.given_to(who, None) if state.holder is None else state
        if isinstance(operation.output, int):
            higher = operation.output > state.floor
            return state.holder is None and higher, state.given_to(who, operation.output)
        return state.holder is not None, state

    def _in_line(self, state: Held, operation: Operation, who: str) -> tuple[bool, Held]:
        if operation.name == "leave":
            left = replace(state, line=tuple(each for each in state.line if each != who))
            return _if_possible(operation, who in state.line, state, left)
        may = state.holder is not None and who != state.holder and who not in state.line
        return _if_possible(operation, may, state, replace(state, line=(*state.line, who)))

    def _by_holder(self, state: Held, operation: Operation, who: str, token: int) -> tuple[bool, Held]:
        holds = state.holder == who and state.is_by(token)
        if operation.is_known and operation.output == NO:
            return not holds or state.token is None, state
        if not holds:
            return not operation.is_known, state
        known = state.seen(token)
        return True, known.passed_on() if operation.name == "release" else known


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval: has it been granted, and has it been used."""

    granted: bool = False
    used_by: str | None = None


class ApprovalModel:
    """Granted and used once: ``grant()``, ``consume(who)`` and ``withdraw()`` say yes or no; ``used_by()`` reads."""

    def initial(self) -> Approved:
        """Not granted."""
        return Approved()

    def step(self, state: Approved, operation: Operation) -> tuple[bool, Approved]:
        """See :class:`tests.protocols.linearizable.Model`."""
        unused = state.used_by is None
        match operation.name, operation.input:
            case "grant", ():
                return _if_possible(operation, not state.granted and unused, state, replace(state, granted=True))
            case "consume", (str(who),):
                return _if_possible(operation, state.granted and unused, state, Approved(True, who))
            case "withdraw", ():
                return _if_possible(operation, state.granted and unused, state, Approved())
            case "used_by", ():
                return not operation.is_known or operation.output == state.used_by, state
        raise ValueError(f"no operation of an approval: {operation}")


class RegisterModel:
    """Where the first claim stands: ``claim(who)`` and ``give_up(who)`` say yes or no, ``read()`` says who it is."""

    def initial(self) -> str | None:
        """Claimed by nobody."""
        return None

    def step(self, state: str | None, operation: Operation) -> tuple[bool, str | None]:
        """See :class:`tests.protocols.linearizable.Model`."""
        match operation.name, operation.input:
            case "claim", (str(who),):
                return _if_possible(operation, state is None, state, who)
            case "give_up", (str(who),):
                return _if_possible(operation, state == who, state, None)
            case "read", ():
                return not operation.is_known or operation.output == state, state
        raise ValueError(f"no operation of a register: {operation}")


class AnyModel(Protocol):
    """Any of the above."""

    def initial(self) -> Any: ...

    def step(self, state: Any, operation: Operation) -> tuple[bool, Any]: ...


def _agrees(operation: Operation, possible: bool) -> bool:
    """Was it answered as it must be? What was never answered agrees with anything."""
    return not operation.is_known or operation.output == (YES if possible else NO)


def _if_possible(operation: Operation, possible: bool, state: Any, after: Any) -> tuple[bool, Any]:
    """Where it is possible it must be answered by yes and changes the state; where not, by no."""
    return _agrees(operation, possible), after if possible else state
