"""The same as :class:`tests.protocols.trial.Trial`, in memory: the rules alone, so that laws can try thousands of acts.

It does in the most direct way what the engine does: what is due on what an act touches comes first, then the act, then
what follows; all of it or nothing. Entries are kept, and every question is answered from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from counterpoint.actions.stating import stated
from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import CLOCK, Act
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.statements import Entry, Json, Statement
from counterpoint.model.times import moment, stamp
from counterpoint.protocols.admission import admit
from counterpoint.protocols.catalogue import BY_NOUN, TIMED_KINDS, reactions, timers_of
from counterpoint.protocols.machine import Timer, decide
from counterpoint.state.memory import MemoryReader
from counterpoint.state.view import State
from tests.protocols.trial import MONDAY
from tests.state.organisation import org_entries

T = TypeVar("T")


class Memory:
    """An organisation in memory; ``now`` is what its clock says."""

    def __init__(self, *facts: str, now: str = MONDAY) -> None:
        self.now = now
        self._entries: list[Entry] = []
        self._state: State | None = None
        self.says(*facts)

    def later(self, **time: float) -> Memory:
        """Move the clock on."""
        self.now = stamp(moment(self.now) + timedelta(**time))
        self._state = None
        return self

    def says(self, *facts: str, source: str = "file") -> None:
        """What an import does."""
        statements = [one for entry in org_entries(*facts) for one in entry.statements]
        self._append("local", source, [self._now(one) for one in statements])

    def do(self, act: str, by: str, /, **arguments: Json) -> str:
        """One act; what it was about."""
        noun, verb = act.split()
        kept = len(self._entries)
        try:
            return self._do(noun, verb, by, arguments)
        except Refused:
            del self._entries[kept:]
            self._state = None
            raise

    def tick(self) -> list[str]:
        """Carry out what is due, the longest due first."""
        done: list[str] = []
        stale: set[tuple[str, str]] = set()
        while due := [one for one in self._due() if (one.subject, one.verb) not in stale]:
            first = min(due, key=lambda one: (one.due, one.subject, one.verb))
            if self._ring(first):
                done.append(f"{first.verb} {first.subject}")
            else:
                stale.add((first.subject, first.verb))
        return done

    def ask(self, question: Callable[[State], T]) -> T:
        """What the state says now."""
        return question(self._now_state())

    def timers(self, subject: str) -> list[Timer]:
        """What the clock is to do to a thing."""
        return [timer for _, timer in timers_of(self._now_state(), subject)]

    # --- the engine, in small ---

    def _do(self, noun: str, verb: str, by: str, arguments: dict[str, Json]) -> str:
        act = self._act(noun, verb, by, arguments)
        for key in sorted({act.subject, *BY_NOUN[noun].keys(self._now_state(), act)}):
            for one in self._due():
                if one.subject == key:
                    self._ring(one)
        act = self._act(noun, verb, by, arguments)
        if reviewers := admit(self._now_state(), act).reviewers:
            raise NotAllowed("this needs a review", hint=f"may review: {' or '.join(reviewers)}")
        self._keep(act)
        return act.subject

    def _act(self, noun: str, verb: str, by: str, arguments: dict[str, Json]) -> Act:
        return Act(noun, verb, BY_NOUN[noun].subject(self._now_state(), by, arguments), by, arguments)

    def _keep(self, act: Act) -> None:
        outcome, statements = stated(self._now_state(), act, self.now)
        assert decide(BY_NOUN[act.noun], self._now_state(), act, self.now) == outcome, "the same twice"
        self._append(act.by, PROTOCOL, statements)
        for one in outcome.then:
            self._keep(one)
        for one in reactions(self._now_state(), act):
            kept = len(self._entries)
            try:
                self._keep(one)
            except Refused:
                del self._entries[kept:]
                self._state = None

    def _ring(self, timer: Timer) -> bool:
        protocol = next(one for one, each in timers_of(self._now_state(), timer.subject) if each == timer)
        kept = len(self._entries)
        try:
            self._keep(Act(protocol.noun, timer.verb, timer.subject, CLOCK, {}, automatic=True))
        except Refused:
            del self._entries[kept:]
            self._state = None
            return False
        return True

    def _due(self) -> list[Timer]:
        state = self._now_state()
        every: Iterable[str] = (entity for kind in sorted(TIMED_KINDS) for entity in state.entities(kind))
        return [timer for entity in every for _, timer in timers_of(state, entity) if timer.due <= self.now]

    def _append(self, actor: str, source: str, statements: list[Statement]) -> None:
        number = len(self._entries) + 1
        entry = Entry(number, f"e{number}", self.now, self.now, actor, source, "", "", "", None, tuple(statements))
        self._entries.append(entry)
        self._state = None

    def _now(self, one: Statement) -> Statement:
        return Statement(one.entity, one.attribute, one.item, one.operation, one.value, self.now, self.now)

    def _now_state(self) -> State:
        if self._state is None:
            self._state = State(MemoryReader(self._entries, self.now))
        return self._state
