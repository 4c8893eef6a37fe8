"""An organisation of agents who want the same things, and what each of them does, answered as the models have it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event

from counterpoint.actions.leasing import beat
from counterpoint.actions.performing import perform
from counterpoint.errors import NotFound, Refused, StoreError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.statements import Json, Statement
from counterpoint.protocols.lease import check_token, holder_of
from counterpoint.state.view import State
from tests.protocols.models import NO, YES

T = TypeVar("T")
SPONSOR = "person:~00000000000000aa"


def organise(url: str, agents: int, items: int = 1, **more: Any) -> Ledger:
    """Agents ``agent:a0``, … of one sponsor, who decides on the things ``work:w0``, …: the open ledger."""
    ledger = Ledger.create(url, **more)
    with ledger.write() as transaction:
        now = transaction.now

        def state(entity: str, attribute: str, value: Json) -> Statement:
            return Statement(entity, attribute, "", "state", value, now, now)

        statements = [state(SPONSOR, "exists", True)]
        for number in range(agents):
            statements.append(state(f"agent:a{number}", "exists", True))
            statements.append(state(f"agent:a{number}", "sponsor", SPONSOR))
        for number in range(items):
            statements.append(state(f"work:w{number}", "exists", True))
            statements.append(state(f"work:w{number}", "decider", [SPONSOR]))
        transaction.append(NewEntry("local", "file", statements, "an organisation"))
    return ledger


def quicker(ledger: Ledger) -> Ledger:
    """The same without waiting for the disk: a race is no question of durability."""
    statement = "set synchronous_commit = off" if ledger.store.is_postgresql else "pragma synchronous = off"

    def prepare(connection: Any, _record: object) -> None:
        connection.execute(statement)
        connection.commit()

    event.listen(ledger.store.engine, "connect", prepare)
    ledger.store.engine.dispose()
    return ledger


class Agent:
    """One party at one ledger. Every call answers as :class:`tests.protocols.models.LeaseModel` has it."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self.ledger, self.name = ledger, name

    def take(self, item: str, key: str | None = None) -> Any:
        """The token, or no."""
        done = self.act("take", item, key)
        if done == NO:
            return NO
        return next(one.value for one in done.says if one.attribute == "token")

    def release(self, item: str, token: int, key: str | None = None) -> str:
        """Let go of it, by this token."""
        return NO if self.act("release", item, key, token=token) == NO else YES

    def beat(self, item: str, token: int) -> str:
        """A sign of life."""
        try:
            beat(self.ledger, item, by=self.name, token=token)
        except (Refused, NotFound):
            return NO
        return YES

    def wait(self, item: str) -> str:
        """Stand in line."""
        return NO if self.act("wait", item, None) == NO else YES

    def leave(self, item: str) -> str:
        """No longer wait."""
        return NO if self.act("leave", item, None) == NO else YES

    def force(self, item: str) -> str:
        """Take it from whoever holds it."""
        return NO if self.act("force", item, None, reason="it is wanted") == NO else YES

    def check(self, item: str, token: int) -> str:
        """Is the token good?"""
        with self.ledger.read() as snapshot:
            try:
                check_token(State(snapshot), item, token)
            except Refused:
                return NO
            return YES

    def holder(self, item: str) -> str | None:
        """Who holds it."""
        with self.ledger.read() as snapshot:
            return holder_of(State(snapshot), item)

    def act(self, verb: str, item: str, key: str | None, **arguments: Json) -> Any:
        """What a command on a lease came to; no, where a rule refused it."""
        try:
            return perform(self.ledger, "lease", verb, by=self.name, arguments={"item": item, **arguments}, key=key)
        except Refused:
            return NO


@contextmanager
def alone(mark: Path) -> Iterator[None]:
    """Whoever is in this block is there alone, or two were told that they hold one thing.

    Raises:
        FileExistsError: somebody else is in it.
    """
    os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    yield
    mark.unlink()


class SharedClock:
    """A simulated clock that every process of a test reads from one file."""

    def __init__(self, path: Path, now: str) -> None:
        self._path = path
        self.set(now)

    def __call__(self) -> str:
        return self._path.read_text()

    def set(self, now: str) -> None:
        """It is this time everywhere, from one moment to the next."""
        new = self._path.with_suffix(".new")
        new.write_text(now)
        new.replace(self._path)


def persist(what: Callable[[], T], seconds: float = 60) -> T:
    """Do something again and again until the store can be used."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return what()
        except StoreError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
