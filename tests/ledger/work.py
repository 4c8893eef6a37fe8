"""Work for the tests of crashes: appends and imports that touch every table, each told once it is acknowledged."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from counterpoint.actions.importing import Reading, import_reading
from counterpoint.ledger import rows
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.statements import Draft, Quarantined, Statement
from tests.ledger.tools import entries_of

FAR = "2126-01-01T00:00:00.000000Z"
PERSON = "person:~00000000000000aa"


def one_append(ledger: Ledger, number: int) -> str:
    """An entry whose statements add, replace and contradict rows, name somebody, and schedule something."""
    name = f"append-{number}"
    with ledger.write() as transaction:
        now = transaction.now

        def state(entity: str, attribute: str, value: Any, item: str = "", **more: Any) -> Statement:
            return Statement(entity, attribute, item, "state", value, now, now, **more)

        handle = {"system": "github", "handle": f"h{number}"}
        statements = [
            state("team:a", "title", f"title {number}", file=f"{number}.toml", line=number + 1),
            state("team:a", "parent", f"team:parent-{number}"),
            state(f"team:new-{number}", "lead", PERSON, PERSON),
            state(PERSON, "handle", handle, f"github\x1fh{number}\x1f"),
            state("team:a", "description", f"to come {number}", valid_to=FAR),
        ]
        source = f"source-{number % 2}"
        transaction.append(NewEntry("ana", source, statements, f"work {number}", external_id=name))
    return name


def one_import(ledger: Ledger, number: int, source: str = "records") -> str:
    """A snapshot of sixty records, of which some changed, some are new and some are gone, and one cannot be read."""
    drafts = []
    for each in range(number, number + 60):
        entity = f"work:{each}"
        drafts += [
            Draft(entity, "title", f"{each} in {number // 3}", f"{each}.toml", 1, entity),
            Draft(entity, "owner", [f"person:owner-{each}"], f"{each}.toml", 2, entity),
        ]
    held = (Quarantined("record", f"broken in {number}", "", "z.toml", 1, "work:z", None, "…"),)
    reading = Reading(source, drafts, held, lambda _file: True, files=1)
    done = import_reading(ledger, reading, actor="ana", reason=f"import {number}")
    assert done.entry is not None
    return f"{source}-{number}"


def acknowledged(ledger: Ledger) -> set[str]:
    """The names, as :func:`one_append` and :func:`one_import` give them, of everything that is in the ledger."""
    found = set()
    for entry in entries_of(ledger):
        if entry.external_id is not None:
            found.add(entry.external_id)
        else:
            found.add(f"{entry.source}-{entry.reason.removeprefix('import ')}")
    return found


class Points:
    """Every place at which a write can be interrupted: before and after each call of the driver.

    ``happen`` is called at the ``at``-th of them; ``passed`` counts them.
    """

    def __init__(self, engine: Engine, at: int, happen: Callable[[], None]) -> None:
        self.passed = 0
        self.at = at
        self.happen = happen
        dialect: Any = engine.dialect
        for name in ("do_execute", "do_executemany", "do_commit", "do_begin", "do_rollback"):
            setattr(dialect, name, self.around(getattr(dialect, name)))
        self.copy = rows._copy
        rows._copy = self.around(rows._copy)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, with a point before and after it."""

        def watched(*arguments: Any, **more: Any) -> Any:
            self._point()
            done = call(*arguments, **more)
            self._point()
            return done

        return watched

    def _point(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            self.happen()

    def close(self) -> None:
        """Take the watch off what is shared; the engine is thrown away."""
        rows._copy = self.copy


def in_child(work: Callable[[Callable[[str], None]], None]) -> tuple[int, list[str]]:
    """Run work in a process of its own, which may die: its exit status, and what it acknowledged until then."""
    child, acks = start_child(work)
    return finish_child(child, acks)


def start_child(work: Callable[[Callable[[str], None]], None]) -> tuple[int, int]:
    """Start work in a process of its own: its number, and where to read what it acknowledges."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 9
        try:
            work(lambda name: (os.write(writing, f"{name}\n".encode()), None)[1])
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    return child, reading


def finish_child(child: int, reading: int) -> tuple[int, list[str]]:
    """Wait for a child's end: its exit status and everything that it acknowledged."""
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().decode().split("\n")
    _, status = os.waitpid(child, 0)
    # A line without its end was being written when the process died: nobody was told.
    return status, lines[:-1]
