"""What a protocol is: a table of transitions, each with the pure function that decides on it.

Every pair of a state and a verb that the table does not list is refused. What goes live and what is replayed goes
through the one function :func:`decide`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from counterpoint.errors import Refused
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.statements import Json
from counterpoint.state.view import State

NOTHING = ""
"""The state of what is not there yet."""
DISPUTED = "disputed"
"""The state of a thing on whose status sources differ."""


@dataclass(frozen=True, slots=True)
class Say:
    """One thing to state, or to take back: an element of a set by its value, a single value as None."""

    entity: str
    attribute: str
    value: Json = None
    take_back: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """That ``verb`` is to be done to ``subject`` by the clock when ``due`` (a stamp) has come.

    ``mark`` tells one waiting from the next: with the same mark a later due time, set by a sign of life, stays.
    """

    subject: str
    verb: str
    due: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A yes: what is stated, in one sentence what happened, and which acts follow in the same transaction."""

    says: tuple[Say, ...]
    told: str
    then: tuple[Act, ...] = ()


Decide = Callable[[State, Act, str], Outcome]
"""``decide(state, act, now)``: pure. Refuses by raising :class:`Refused` or one of its kinds, with who may, and how."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of a table: from these states, this verb leads to one of those, if ``decide`` says yes.

    With one target the machine states it; with several, ``decide`` says which; with none, ``decide`` always refuses, in
    better words than that there is no such move. ``who`` is words for people. ``automatic`` rows are for the clock and
    for what follows from other acts.
    """

    verb: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    who: str
    decide: Decide
    automatic: bool = False


def status_of(state: State, subject: str) -> str:
    """Where a thing stands: its status, NOTHING where nobody says anything of it, DISPUTED where sources differ."""
    found = state.get(subject, "status")
    if found is None:
        return NOTHING
    return DISPUTED if found.disputed else str(found.value)


def _itself(_state: State, act: Act) -> Iterable[str]:
    return (act.subject,)


def _no_timers(_state: State, _subject: str) -> Iterable[Timer]:
    return ()


def _no_reaction(_state: State, _act: Act) -> Iterable[Act]:
    return ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """One protocol: its noun in the command table, the kind of thing it moves, and its table.

    - ``subject(state, by, arguments)`` is the entity that an act with these arguments is about; it may be new.
    - ``speaks_of`` names what it states of things of other kinds, as ``work.owner``; of its own kind anything.
    - ``hangs_on`` names the attributes in which its things name what they are about: when that changes by other ways
      than acts, by an import say, their timers are set anew.
    - ``keys(state, act)`` is what must be held while it is decided upon: the subject, and whatever else others could
      change meanwhile in a way that would change the answer.
    - ``timers(state, subject)`` is what the clock shall do to it, as it stands.
    - ``react(state, act)`` is what follows for this protocol from an act of any protocol that has just been kept.
    - ``standing(state, subject)`` is the state in the sense of the table, where that is not the plain status.
    - ``attribute`` is the one in which the state is kept.
    """

    noun: str
    kind: str
    about: str
    transitions: tuple[Transition, ...]
    subject: Callable[[State, str, Mapping[str, Json]], str]
    invariants: tuple[str, ...]
    speaks_of: tuple[str, ...] = ()
    hangs_on: tuple[str, ...] = ()
    keys: Callable[[State, Act], Iterable[str]] = _itself
    timers: Callable[[State, str], Iterable[Timer]] = _no_timers
    react: Callable[[State, Act], Iterable[Act]] = _no_reaction
    standing: Callable[[State, str], str] = status_of
    attribute: str = "status"

    @property
    def has_timers(self) -> bool:
        """May the clock do something to what it moves?"""
        return self.timers is not _no_timers

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb of the table, once, in its order."""
        return tuple(dict.fromkeys(one.verb for one in self.transitions))


def decide(protocol: Protocol, state: State, act: Act, now: str) -> Outcome:
    """What an act comes to, as things stand.

    Raises:
        Refused: the table has no such move, or its rule says no; the message says who may, and how.
    """
    here = protocol.standing(state, act.subject)
    for row in protocol.transitions:
        if row.verb == act.verb and here in row.sources and row.automatic <= act.automatic:
            outcome = row.decide(state, act, now)
            _within_its_say(protocol, outcome)
            return _with_status(protocol.attribute, row, act, here, outcome)
    raise _no_such_move(protocol, act, here)


def _within_its_say(protocol: Protocol, outcome: Outcome) -> None:
    """What a protocol says of things of other kinds is declared, and so in its page."""
    for say in outcome.says:
        kind = kind_of(say.entity)
        if kind != protocol.kind and say.attribute != "exists" and f"{kind}.{say.attribute}" not in protocol.speaks_of:
            raise AssertionError(f"{protocol.noun} does not declare that it states {kind}.{say.attribute}")


def _with_status(attribute: str, row: Transition, act: Act, here: str, outcome: Outcome) -> Outcome:
    said = [say.value for say in outcome.says if (say.entity, say.attribute) == (act.subject, attribute)]
    if not said and len(row.targets) == 1:
        if row.targets[0] in (here, NOTHING):
            return outcome
        return replace(outcome, says=(Say(act.subject, attribute, row.targets[0]), *outcome.says))
    after = said[-1] if said else here
    if after not in row.targets:
        raise AssertionError(f"{act.noun} {act.verb} led to {after!r}, which its table does not list")
    return outcome


def _no_such_move(protocol: Protocol, act: Act, here: str) -> Refused:
    open_to_people = [row for row in protocol.transitions if not row.automatic]
    verbs = list(dict.fromkeys(row.verb for row in open_to_people if here in row.sources and row.targets))
    stands = "is not there" if here == NOTHING else f"is {here}"
    can = f"what can be done: {', '.join(f'{protocol.noun} {verb}' for verb in verbs)}" if verbs else "it is at its end"
    return Refused(f"{act.subject} {stands}: {act.noun} {act.verb} is not possible", hint=can)
