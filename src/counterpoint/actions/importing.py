"""Import: a reading of records, compared with what its source said before, appended as one entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, insert, select

from counterpoint.actions.admitting import enter, may_change, might_have_changed
from counterpoint.actions.commits import commit_times
from counterpoint.actions.performing import in_words
from counterpoint.actions.snapshots import Change, Difference, as_written, difference
from counterpoint.actions.timing import append
from counterpoint.actions.translate import translate
from counterpoint.errors import InvalidInput, Problem
from counterpoint.ledger.checks import LONGEST_NAME, unfit
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import quarantine
from counterpoint.ledger.write import NewEntry, Progress, Transaction, nobody_watching
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.statements import Draft, Quarantined
from counterpoint.protocols.admission import is_agent


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source yielded: everything that :func:`import_reading` needs to know of it.

    ``source`` carries its namespace (``tracker@otel``). ``in_scope`` tells of a file (None: of no file) whether this
    reading speaks for it; with ``partial`` it speaks for nothing but what it says. ``request`` says how to read again;
    ``read`` are the files that were read, for what stood in quarantine of them. A ``whole`` reading is taken whole or
    refused: nothing of it is kept in quarantine.
    """

    source: str
    drafts: Sequence[Draft]
    quarantined: Sequence[Quarantined]
    in_scope: Callable[[str | None], bool]
    files: int
    root: Path | None = None
    request: Mapping[str, object] | None = None
    partial: bool = False
    read: frozenset[str] = frozenset()
    whole: bool = False


Guard = Callable[[Transaction, Difference], Callable[[], None] | None]
"""Looks before an entry is appended, and returns what looks after it; either refuses by raising."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. ``entry`` is the sequence of the new entry, None where nothing changed."""

    source: str
    entry: int | None
    dry_run: bool
    files: int
    added: int
    changed: int
    removed: int
    unchanged: int
    changes: tuple[Change, ...]
    quarantined: tuple[Quarantined, ...]


def import_reading(
    ledger: Ledger,
    reading: Reading,
    *,
    actor: str,
    reason: str = "",
    dry_run: bool = False,
    progress: Progress = nobody_watching,
    guard: Guard | None = None,
    command: str = "import",
) -> Imported:
    """Make the state follow a reading, in one entry; nothing to change, no entry. Quarantine is kept beside it.

    ``guard`` sees the transaction before and after the entry, and raises what refuses it. ``command`` is the one that
    was given: there are terms on which agents may.

    Raises:
        NotAllowed: the actor is an agent, and may not change what this changes.
        InvalidInput: no file was found, so that retracting everything would be the only effect; or a reading that is
            taken whole gives a person a handle that means somebody else; or it speaks as the protocols.
    """
    if reading.source.partition("@")[0] == PROTOCOL:
        raise InvalidInput(
            f"a source cannot be called {PROTOCOL}: as that, only protocols speak", hint="give it another name"
        )
    if reading.files == 0 and not reading.partial:
        raise InvalidInput(
            f"{reading.source}: no file was found, and nothing is retracted for that",
            hint="is this the right folder? counterpoint mapping check shows which patterns match",
        )
    said = _said(reading)
    with ledger.write() as transaction, in_words(transaction):
        enter(transaction, actor)
        transaction.lock([f"source:{reading.source}"])
        found, reading = _difference(transaction, reading, said)
        guard = _for_agents(actor, command, guard)
        entry = None
        reason = reason or f"import of {reading.source}"
        if found.statements and (guard is not None or not dry_run):
            try:
                new = NewEntry(actor, reading.source, found.statements, reason)
                entry = _guarded(transaction, new, found, progress, guard)
            except InvalidInput:
                if reading.whole:
                    raise
                # Nothing has been written yet. What the ledger does not take is told, and the rest is taken.
                found, reading = _fit(found, reading)
                if found.statements:
                    new = NewEntry(actor, reading.source, found.statements, reason)
                    entry = _guarded(transaction, new, found, progress, guard)
        if dry_run:
            transaction.connection.rollback()
            entry = None
        else:
            replace_quarantine(transaction, reading)
    kinds = [change.kind for change in found.changes]
    counts = (kinds.count("add"), kinds.count("change"), kinds.count("remove"))
    done = (as_written(found) if dry_run else found.changes, tuple(reading.quarantined))
    return Imported(reading.source, entry, dry_run, reading.files, *counts, found.unchanged, *done)


def _for_agents(actor: str, command: str, guard: Guard | None) -> Guard | None:
    """What an agent brings in is looked at before and after, as it is in the zones of what it changes."""
    if not is_agent(actor):
        return guard

    def both(transaction: Transaction, found: Difference) -> Callable[[], None]:
        changed = [(one.entity, one.attribute) for one in found.statements]
        may_change(transaction, actor, command, changed)
        then = None if guard is None else guard(transaction, found)

        def after() -> None:
            might_have_changed(transaction, actor, command, changed)
            if then is not None:
                then()

        return after

    return both


def _fit(found: Difference, reading: Reading) -> tuple[Difference, Reading]:
    """The difference without what the ledger does not take, which is added to what could not be read.

    Raises:
        InvalidInput: it is not the statements that the ledger does not take.
    """
    bad = unfit(found.statements)
    if not bad:
        raise InvalidInput(f"{reading.source}: this cannot be an entry", hint="is the name of the source too long?")
    stated = {(one.entity, one.attribute, repr(one.value)) for one in map(found.statements.__getitem__, bad)}
    told = tuple(
        Quarantined("field", problem.message, problem.hint, one.file, one.line, one.record, one.attribute)
        for one, problem in ((found.statements[index], problem) for index, problem in bad.items())
    )
    left = replace(
        found,
        statements=tuple(one for index, one in enumerate(found.statements) if index not in bad),
        changes=tuple(one for one in found.changes if (one.entity, one.attribute, repr(one.after)) not in stated),
    )
    # A name that is too long for the ledger is too long for its column in quarantine too.
    short = [
        replace(one, record=None if one.record and len(one.record.encode()) > LONGEST_NAME else one.record)
        for one in told
    ]
    return left, replace(reading, quarantined=(*reading.quarantined, *short))


def _guarded(
    transaction: Transaction, new: NewEntry, found: Difference, progress: Progress, guard: Guard | None
) -> int:
    after = None if guard is None else guard(transaction, found)
    sequence = append(transaction, new, progress).sequence
    if after is not None:
        after()
    return sequence


def replace_quarantine(transaction: Transaction, reading: Reading) -> None:
    """What this reading could not read takes the place of what the last one could not, of the files that it read; what
    could not be read before either keeps its date."""
    connection, source = transaction.connection, reading.source
    request = orjson.dumps(dict(reading.request or {}), option=orjson.OPT_SORT_KEYS).decode()
    rows = connection.execute(select(quarantine).where(quarantine.c.source == source)).all()
    since = {(row.file, row.record, row.field, row.message): row.since for row in rows}

    def replaced(row: Any) -> bool:
        again = reading.request is not None and row.request == request
        return row.file in reading.read or (not reading.partial and (again or reading.in_scope(row.file)))

    gone = {row.id for row in rows if replaced(row)}
    if gone:
        connection.execute(
            delete(quarantine).where(quarantine.c.id == bindparam("gone")), [{"gone": one} for one in gone]
        )
    kept = {(row.file, row.record, row.field, row.message) for row in rows if row.id not in gone}
    fresh = [
        {
            "source": source,
            "level": one.level,
            "message": one.message,
            "hint": one.hint,
            "file": one.file,
            "line": one.line,
            "record": one.record,
            "field": one.field,
            "excerpt": one.excerpt,
            "since": since.get((one.file, one.record, one.field, one.message), transaction.now),
            "request": request,
        }
        for one in reading.quarantined
        if (one.file, one.record, one.field, one.message) not in kept
    ]
    if fresh:
        connection.execute(insert(quarantine), fresh)


def _said(reading: Reading) -> Mapping[str, str]:
    if reading.root is None:
        return {}
    return commit_times(reading.root, {one.file for one in reading.drafts if one.file is not None})


def _difference(transaction: Transaction, reading: Reading, said: Mapping[str, str]) -> tuple[Difference, Reading]:
    """What the reading changes, and the reading with what could not be taken added to what could not be read."""
    translated = translate(transaction, reading.drafts, said)
    if translated.unread and reading.whole:
        problems = [Problem(one.message, one.file, one.line, one.field, one.hint) for one in translated.unread]
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise InvalidInput(f"{count} with who is who; nothing was written", problems=problems)
    reading = replace(reading, quarantined=(*reading.quarantined, *translated.unread))
    scope: Callable[[str | None], bool] = (lambda _file: False) if reading.partial else reading.in_scope
    return difference(transaction, reading.source, translated, scope, reading.quarantined), reading
