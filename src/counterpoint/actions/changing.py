"""Single acts on the record: undo an entry, join two identities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import or_, select

from counterpoint.actions.admitting import enter, may_change, might_have_changed
from counterpoint.actions.performing import in_words
from counterpoint.actions.snapshots import Change
from counterpoint.actions.timing import append
from counterpoint.errors import NotFound, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import current, entry, file, statement
from counterpoint.ledger.write import NewEntry, Transaction
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PROTOCOL, attribute_of
from counterpoint.model.statements import Entry, Statement
from counterpoint.protocols.lease import holder_of, token_of
from counterpoint.state.cycles import would_close_a_cycle
from counterpoint.state.view import State

SOURCE = "counterpoint"


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing came to. ``kept`` names what was said again since, and therefore stays."""

    undone: int
    entry: int | None
    changes: tuple[Change, ...]
    kept: tuple[str, ...]


def undo(ledger: Ledger, sequence: int, *, actor: str, reason: str = "") -> Undone:
    """Take back what an entry said, by a new entry of the same source: before it, its source's last word counts again.

    Raises:
        NotFound: there is no such entry.
        Refused: its values were erased, and cannot come back or go away by undoing; or a protocol made it.
    """
    with ledger.write() as transaction, in_words(transaction):
        enter(transaction, actor)
        row = transaction.connection.execute(select(entry).where(entry.c.sequence == sequence)).first()
        if row is None:
            raise NotFound(f"there is no entry {sequence}", hint="counterpoint entries lists them")
        if row.source == PROTOCOL:
            raise Refused(
                f"entry {sequence} was made by a protocol, whose rules a plain undo would not keep",
                hint="use the protocol's own commands: release, withdraw, reopen, supersede …",
            )
        statements, changes, kept = _reversal(transaction, sequence, row.source)
        done = None
        touched = [(one.entity, one.attribute) for one in statements]
        may_change(transaction, actor, "undo", touched)
        if statements:
            text = f"undo of entry {sequence}" + (f": {reason}" if reason else "")
            done = append(transaction, NewEntry(actor, row.source, statements, text)).sequence
            might_have_changed(transaction, actor, "undo", touched)
    return Undone(sequence, done, tuple(changes), tuple(kept))


def _reversal(transaction: Transaction, sequence: int, source: str) -> tuple[list[Statement], list[Change], list[str]]:
    connection, now = transaction.connection, transaction.now
    rows = connection.execute(select(statement).where(statement.c.sequence == sequence)).all()
    if any(row.salt is None for row in rows):
        raise Refused(
            f"entry {sequence} holds values that were erased", hint="state by hand what is to hold from now on"
        )
    statements: dict[tuple[str, str, str], Statement] = {}
    changes: list[Change] = []
    kept: list[str] = []
    for row in rows:
        key = (row.entity, row.attribute, row.item)
        here = [current.c[name] == part for name, part in zip(("entity", "attribute", "item"), key, strict=True)]
        standing = connection.execute(select(current).where(*here, current.c.source == source)).first()
        if row.valid_from > now and _is_last(transaction, row, source):
            # It is yet to come, and must not.
            statements[key] = _taken_back(key, row.value, max(now, row.said), now)
            changes.append(Change("remove", row.entity, row.attribute, orjson.loads(row.value), None, None, None))
        elif standing is None or standing.sequence != sequence:
            kept.append(f"{row.entity} {row.attribute}")
        elif key not in statements:
            said = max(now, standing.said)
            statements[key], change = _before(transaction, key, source, sequence, row.value, said)
            if change is not None:
                changes.append(change)
    return list(statements.values()), changes, kept


def _is_last(transaction: Transaction, row: Any, source: str) -> bool:
    """Is it what the source said last of this, whether it holds by now or not?"""
    last = transaction.snapshot.last_said(source, [row.entity])
    return any((one.sequence, one.index) == (row.sequence, row.number) for one in last)


def _taken_back(key: tuple[str, str, str], text: str, said: str, now: str) -> Statement:
    declared = attribute_of(kind_of(key[0]), key[1])
    element = orjson.loads(text) if declared is not None and declared.many else None
    return Statement(*key, "retract", element, said, now)


def _before(  # noqa: PLR0917
    transaction: Transaction, key: tuple[str, str, str], source: str, sequence: int, text: str, said: str
) -> tuple[Statement, Change | None]:
    """What the source said of this before the entry, said again from where it stood; a retraction where it said
    nothing that holds now."""
    entity, attribute, item = key
    now = transaction.now
    query = (
        select(statement, file.c.name)
        .join(entry, entry.c.sequence == statement.c.sequence)
        .outerjoin(file, (file.c.sequence == statement.c.sequence) & (file.c.number == statement.c.file))
        .where(
            statement.c.valid_from <= now,
            or_(statement.c.valid_to.is_(None), statement.c.valid_to > now),
            statement.c.entity == entity,
            statement.c.attribute == attribute,
            statement.c.item == item,
            statement.c.sequence < sequence,
            statement.c.value.is_not(None),
            entry.c.source == source,
        )
        .order_by(statement.c.said.desc(), statement.c.sequence.desc(), statement.c.number.desc())
        .limit(1)
    )
    last = transaction.connection.execute(query).first()
    value = orjson.loads(text)
    if last is None or last.operation == "retract":
        return _taken_back(key, text, said, now), Change("remove", entity, attribute, value, None, None, None)
    again = orjson.loads(last.value)
    stated = Statement(*key, "state", again, said, now, last.valid_to, last.name, last.line, last.record)
    return stated, Change("change", entity, attribute, value, again, last.name, last.line)


def join(ledger: Ledger, name: str, of: str, *, actor: str, reason: str = "") -> Entry:
    """State that ``name`` is another name of ``of``; undoing the entry parts them again.

    Raises:
        NotFound: nothing answers to one of them.
        Refused: they are of different kinds, the same already, or the alias would close a loop; or each of them is
            held, so that two would hold one thing, or one by an older token than was given out for the other.
    """
    with ledger.write() as transaction, in_words(transaction):
        enter(transaction, actor)
        one, other = transaction.snapshot.find(name), transaction.snapshot.find(of)
        if kind_of(one) != kind_of(other):
            raise Refused(f"{name} is a {kind_of(one)} and {of} is a {kind_of(other)}", hint="join two of one kind")
        state = State(transaction.snapshot)
        if state.canonical(one) == state.canonical(other):
            raise Refused(f"{name} and {of} are one already", hint=f"counterpoint history {name} shows since when")
        if would_close_a_cycle(state, "alias_of", one, other):
            raise Refused(f"{of} is another name of {name} already", hint="undo that entry first")
        # Nobody takes either of them between the look at who holds them and the alias.
        transaction.lock(sorted({state.canonical(one), state.canonical(other)}))
        _one_holder(State(transaction.snapshot), one, other)
        may_change(transaction, actor, "alias", [(one, "alias_of"), (other, "alias_of")])
        now = transaction.now
        alias = Statement(one, "alias_of", "", "state", other, now, now)
        return append(transaction, NewEntry(actor, SOURCE, [alias], reason or f"{name} is {of}"))


def _one_holder(state: State, one: str, other: str) -> None:
    """Refuse to join what two hold, or what one holds by a token that the other has outdone."""
    holders = [(thing, holder) for thing in (one, other) if (holder := holder_of(state, thing)) is not None]
    hint = "let one of them go first: counterpoint lease release"
    if len(holders) == 2:
        told = " and ".join(f"{holder} holds {thing}" for thing, holder in holders)
        raise Refused(f"{told}: one thing has one holder", hint=hint)
    for thing, holder in holders:
        there = other if thing == one else one
        if (token := token_of(state, thing)) <= (newest := token_of(state, there)):
            told = f"{holder} holds {thing} by token {token}, and for {there} token {newest} was given out"
            raise Refused(
                f"{told}: by an older one nobody holds it", hint="let it go first: counterpoint lease release"
            )
