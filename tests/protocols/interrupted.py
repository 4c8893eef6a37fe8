"""Commands to interrupt at every boundary: what comes before each, what it answers, and what there must be after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from sqlalchemy import func, select

from counterpoint.actions.performing import perform
from counterpoint.actions.timers import ring_all
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import statement
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.timers import timers_on
from counterpoint.model.statements import Json
from counterpoint.protocols.lease import holder_of, lease_of, line_of, token_of
from counterpoint.state.view import State
from tests.ledger.tools import Clock, append, day, said
from tests.protocols.leasing import SPONSOR, Agent
from tests.protocols.models import YES

APPROVER = "person:~00000000000000bb"
Situation = tuple[Any, ...]


class Trial(ABC):
    """One command, tried on a fresh thing for every boundary; ``number`` tells the things apart."""

    @abstractmethod
    def prepare(self, ledger: Ledger, clock: Clock, number: int) -> None:
        """Everything that comes before it."""

    @abstractmethod
    def do(self, ledger: Ledger, number: int) -> object:
        """The command, under a key of its own."""

    @abstractmethod
    def look(self, snapshot: Snapshot, number: int) -> Situation:
        """What can be seen of the thing."""

    @abstractmethod
    def after(self, before: Situation) -> Situation:
        """What must be seen when it is done, once."""

    @property
    def answer(self) -> object:
        """What the command answers, however often it is given."""
        return YES

    @abstractmethod
    def tidy(self, ledger: Ledger, number: int) -> None:
        """Bring the thing out of the way of the next one."""


def acts_on(snapshot: Snapshot, subject: str) -> int:
    """How many acts there were."""
    query = select(func.count()).where(statement.c.entity == subject, statement.c.attribute == "act")
    return int(snapshot.connection.execute(query).scalar_one())


class OnLease(Trial):
    """Something is done to a lease, which ends up with ``holder`` under ``token``."""

    holder, token = "agent:a1", 2

    def prepare(self, ledger: Ledger, clock: Clock, number: int) -> None:
        """``agent:a0`` has it, and ``agent:a1`` is next in line."""
        assert Agent(ledger, "agent:a0").take(f"thing-{number}") == 1
        assert Agent(ledger, "agent:a1").wait(f"thing-{number}") == YES

    def look(self, snapshot: Snapshot, number: int) -> Situation:
        """Holder, token, how many wait, how many timers, how many acts."""
        state, item = State(snapshot), f"thing-{number}"
        lease = lease_of(item)
        timers = len(timers_on(snapshot.connection, [lease]))
        waiting, acts = len(line_of(state, lease)), acts_on(snapshot, lease)
        return holder_of(state, item), token_of(state, item), waiting, timers, acts

    def after(self, before: Situation) -> Situation:
        """Nobody waits, there is one timer for who has it, and one act more."""
        return self.holder, self.token, 0, 1, before[-1] + 1

    def tidy(self, ledger: Ledger, number: int) -> None:
        """Nothing of it is to run out later."""
        assert Agent(ledger, self.holder).release(f"thing-{number}", self.token) == YES


class Take(OnLease):
    """A lease of what was never held."""

    holder, token = "agent:a0", 1

    def prepare(self, ledger: Ledger, clock: Clock, number: int) -> None:
        """Nothing."""

    def do(self, ledger: Ledger, number: int) -> object:
        return Agent(ledger, "agent:a0").take(f"thing-{number}", f"key-{number}")

    @property
    def answer(self) -> object:
        return 1


class Release(OnLease):
    """A lease that passes to the next in line."""

    def do(self, ledger: Ledger, number: int) -> object:
        return Agent(ledger, "agent:a0").release(f"thing-{number}", 1, f"key-{number}")


class Expire(OnLease):
    """A lease whose time ran out, and that passes to the next in line by whoever comes along."""

    def prepare(self, ledger: Ledger, clock: Clock, number: int) -> None:
        super().prepare(ledger, clock, number)
        clock.now = day(number)

    def do(self, ledger: Ledger, number: int) -> object:
        assert set(ring_all(ledger).acts) <= {f"lease expire {lease_of(f'thing-{number}')}"}
        return YES


class Complete(Trial):
    """Work that is completed, which uses up its approval: several entries in one transaction."""

    def prepare(self, ledger: Ledger, clock: Clock, number: int) -> None:
        """Work with a gate before it, and the approval to pass it."""
        work, gate = f"work:x{number}", f"gate:g{number}"
        facts: dict[str, Json] = {"work": work, "approver": [APPROVER]}
        append(
            ledger,
            said(APPROVER, "exists", True, at=clock.now),
            said(work, "decider", [SPONSOR], at=clock.now),
            *(said(gate, name, value, at=clock.now) for name, value in facts.items()),
        )
        asked = perform(ledger, "approval", "ask", by=SPONSOR, arguments={"gate": gate, "work": work})
        perform(ledger, "approval", "grant", by=APPROVER, arguments={"approval": asked.subject})

    def do(self, ledger: Ledger, number: int) -> object:
        work = f"work:x{number}"
        done = perform(ledger, "work", "complete", by=SPONSOR, arguments={"work": work}, key=f"key-{number}")
        return YES if done.status == "done" else done

    def look(self, snapshot: Snapshot, number: int) -> Situation:
        """Where the work and the approval stand, who used it, and how many acts there were on both."""
        state, work, approval = State(snapshot), f"work:x{number}", f"approval:g{number}/x{number}"
        stand = state.text(work, "status"), state.text(approval, "status"), state.refs(approval, "used_by")
        return *stand, acts_on(snapshot, work), acts_on(snapshot, approval)

    def after(self, before: Situation) -> Situation:
        return "done", "used", (SPONSOR,), before[-2] + 1, before[-1] + 1

    def tidy(self, ledger: Ledger, number: int) -> None:
        """It is done, and nothing of it runs out."""


TRIALS: dict[str, Trial] = {"take": Take(), "release": Release(), "expire": Expire(), "complete": Complete()}
