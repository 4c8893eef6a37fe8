"""A small organisation with a clock in hand, on which protocols are tried: facts in lines, acts, what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import Rung, ring_all
from counterpoint.actions.timing import append
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.timers import Ringing, timers_on
from counterpoint.ledger.verify import verify
from counterpoint.ledger.write import NewEntry
from counterpoint.model.acts import Done
from counterpoint.model.statements import Json, Statement
from counterpoint.model.times import moment, stamp
from counterpoint.state.view import State
from tests.state.organisation import org_entries

T = TypeVar("T")
MONDAY = "2026-11-23T09:00:00.000000Z"


class Trial:
    """An organisation of its own; ``now`` is what its clock says."""

    def __init__(self, url: str, *facts: str, now: str = MONDAY) -> None:
        self.now = now
        self.ledger = Ledger.create(url, clock=self._clock)
        self.says(*facts)

    def _clock(self) -> str:
        return self.now

    def at(self, now: str) -> Trial:
        """Set the clock: a day of November 2026 and a time, ``23 09:30``."""
        day, clock = now.split()
        self.now = f"2026-11-{day}T{clock}:00.000000Z"
        return self

    def later(self, **time: float) -> Trial:
        """Move the clock on."""
        self.now = stamp(moment(self.now) + timedelta(**time))
        return self

    def says(self, *facts: str, source: str = "file") -> None:
        """What an import does: facts as in ``tests.state.organisation``, said now."""
        entries = org_entries(*facts)
        statements = [
            Statement(one.entity, one.attribute, one.item, one.operation, one.value, self.now, self.now)
            for entry in entries
            for one in entry.statements
        ]
        with self.ledger.write() as transaction:
            append(transaction, NewEntry("local", source, statements, "an import"))

    def do(self, act: str, by: str, key: str | None = None, /, **arguments: Json) -> Done:
        """One act: ``do("escalation raise", "person:~ana", about="work:x", reason="…")``."""
        noun, verb = act.split()
        return perform(self.ledger, noun, verb, by=by, arguments=arguments, key=key)

    def tick(self) -> Rung:
        """Carry out what is due."""
        return ring_all(self.ledger)

    def ask(self, question: Callable[[State], T]) -> T:
        """What the state says now."""
        with self.ledger.read() as snapshot:
            return question(State(snapshot))

    def text(self, entity: str, attribute: str) -> str | None:
        """One value that is a text."""
        return self.ask(lambda state: state.text(entity, attribute))

    def refs(self, entity: str, attribute: str) -> tuple[str, ...]:
        """One value that is references."""
        return self.ask(lambda state: state.refs(entity, attribute))

    def timers(self, *subjects: str) -> list[Ringing]:
        """What the clock is to do to these."""
        with self.ledger.read() as snapshot:
            return timers_on(snapshot.connection, list(subjects))

    def check_the_record(self) -> None:
        """As :func:`sound`."""
        sound(self.ledger)


def sound(ledger: Ledger) -> None:
    """The chain and the tables are right, and every act of the record would be decided so again."""
    assert verify(ledger).damage == ()
    assert replay(ledger).damage == ()
