"""Erasing what names a person, in the ledger and in the lake; or the values of single statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from counterpoint.actions.admitting import enter, may_change
from counterpoint.actions.performing import in_words
from counterpoint.actions.tidying import TRACES
from counterpoint.actions.timing import append
from counterpoint.errors import NotFound, Refused
from counterpoint.lake.forgetting import rewritten
from counterpoint.lake.keeping import forget_results
from counterpoint.lake.place import Place
from counterpoint.ledger.erase import erase_person, erase_statements, holds, names_of_person
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import statement
from counterpoint.ledger.traces import TraceFile, keep_files, trace_files
from counterpoint.ledger.write import NewEntry, Transaction
from counterpoint.model.identifiers import kind_of
from counterpoint.model.records import Erased
from counterpoint.model.statements import Statement

SOURCE = "counterpoint"


def erase(
    ledger: Ledger,
    reference: str,
    *,
    actor: str,
    reason: str = "",
    words: Sequence[str] = (),
    place: Place | None = None,
) -> Erased:
    """Erase what names a person, and leave an audit entry (who asked, when, why) that names nobody.

    In the lake (``place``) what was done stays, by an actor who means nobody any more; texts that hold one of the
    names are rewritten, and the files that held them are deleted.

    Raises:
        NotFound: nothing answers to the reference.
        Refused: the reference is no person's; single statements are erased by :func:`erase_values`.
    """
    old: list[TraceFile] = []
    with ledger.write() as transaction, in_words(transaction):
        enter(transaction, actor)
        entity = transaction.snapshot.find(reference)
        if kind_of(entity) != "person":
            raise Refused(f"{reference} is no person", hint="give the statements: counterpoint erase --statement 12.3")
        may_change(transaction, actor, "erase", [(entity, "erased")])
        transaction.lock([TRACES])
        names = names_of_person(transaction, entity, words)
        done = erase_person(transaction, entity, words)
        if place is not None:
            old = _forget_texts(transaction, place, names)
        now = transaction.now
        audit = Statement(entity, "erased", "", "state", True, now, now)
        append(transaction, NewEntry(actor, SOURCE, [audit], reason or "erasure"))
    compact(ledger)
    if place is not None:
        for one in old:
            place.remove(place.path(one.name))
        forget_results(place)
    return replace(done, traces=len(old))


def erase_values(ledger: Ledger, names: Sequence[str], *, actor: str, reason: str = "") -> Erased:
    """Erase the values of single statements (``12.3``), and leave an entry that says so.

    Raises:
        NotFound: there is no such statement.
    """
    with ledger.write() as transaction, in_words(transaction):
        enter(transaction, actor)
        found = {name: _said(transaction, name) for name in names}
        for name, said in found.items():
            if said is None:
                raise NotFound(f"there is no statement {name!r}", hint="counterpoint history REF names them, like 12.3")
        may_change(transaction, actor, "erase", [said for said in found.values() if said is not None])
        done = erase_statements(transaction, names)
        text = f"erasure of {', '.join(names)}" + (f": {reason}" if reason else "")
        append(transaction, NewEntry(actor, SOURCE, [], text))
    compact(ledger)
    return done


def compact(ledger: Ledger) -> None:
    """Make the store let go of what was erased: the write-ahead log of SQLite still held it."""
    if not ledger.store.is_postgresql:
        with ledger.store.engine.connect() as connection:
            connection.connection.cursor().execute("pragma wal_checkpoint(truncate)")


def _forget_texts(transaction: Transaction, place: Place, names: Sequence[str]) -> list[TraceFile]:
    """Write the files of the lake anew that hold one of the names; those that they take the place of."""
    old = []
    connection = transaction.connection
    every = trace_files(connection)
    changed = rewritten(place, [(one.month, one.name) for one in every], lambda text: holds(text, names))
    for source in sorted({one.source for one in every if one.name in changed}):
        mine = [one for one in every if one.source == source]
        old += [one for one in mine if one.name in changed]
        kept = [one if one.name not in changed else TraceFile(source, *changed[one.name]) for one in mine]
        keep_files(connection, source, kept, replaces=True)
    return old


def _said(transaction: Transaction, name: str) -> tuple[str, str] | None:
    """Of what a statement speaks: entity and attribute; None where there is none of that name."""
    sequence, dot, number = name.partition(".")
    if not (dot and sequence.isdigit() and number.isdigit()):
        return None
    here = (statement.c.sequence == int(sequence)) & (statement.c.number == int(number))
    row = transaction.connection.execute(select(statement.c.entity, statement.c.attribute).where(here)).first()
    return None if row is None else (row.entity, row.attribute)
