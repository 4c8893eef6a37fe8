"""A reading of a source against what the source said before: what is new, what changed, what it no longer says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import select

from counterpoint.actions.translate import Translated
from counterpoint.ledger.schema import current
from counterpoint.ledger.write import Transaction
from counterpoint.model.identifiers import Ref, canonical, kind_of, slugify
from counterpoint.model.kinds import BY_REFERENCE, attribute_of
from counterpoint.model.statements import Claim, Json, Quarantined, Statement

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference that a reading makes. ``item`` tells set elements apart."""

    kind: Literal["add", "change", "remove"]
    entity: str
    attribute: str
    before: Json
    after: Json
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The statements that a reading comes to, the same as changes for people to read, and how much stays as it is."""

    statements: tuple[Statement, ...]
    changes: tuple[Change, ...]
    unchanged: int
    persons: Mapping[str, str]


def difference(
    transaction: Transaction,
    source: str,
    translated: Translated,
    in_scope: Callable[[str | None], bool],
    quarantined: Iterable[Quarantined],
) -> Difference:
    """What to append so that the state follows the reading.

    ``in_scope`` tells of a file whether the reading covers it: what the source no longer says there is retracted,
    unless what could not be read may still say it.
    """
    before = _said_before(transaction, source, translated)
    gone = _retracted(transaction, source)
    statements: list[Statement] = []
    changes: list[Change] = []
    now = {(one.entity, one.attribute, one.item): one for one in translated.statements}
    unread = tuple(quarantined)
    hidden = {canonical(one.record) for one in unread if one.record is not None and kind_of(one.record) == "person"}
    spared = _Spared(unread, {**transaction.snapshot.known(hidden), **translated.persons})
    for key, one in now.items():
        claim, explicit = before.get(key), key in translated.explicit
        if claim is not None and _same(claim, one, explicit=explicit):
            if (claim.file, claim.record) != (one.file, one.record) and in_scope(claim.file) and not spared(claim):
                statements.append(_elsewhere(one, claim))
            continue
        last = claim.said if claim is not None else gone.get(key)
        statements.append(_later(one, last, transaction.now, explicit=explicit))
        changes.append(_stated(one, claim))
    # In the order in which it was said: every store answers in an order of its own.
    for key, claim in sorted(before.items(), key=lambda pair: (pair[1].sequence, pair[1].index)):
        if key not in now and in_scope(claim.file) and not spared(claim) and not _still_named(claim, translated):
            statements.append(_retraction(claim, transaction.now))
            changes.append(Change("remove", claim.entity, claim.attribute, claim.value, None, claim.file, claim.line))
    unchanged = len(before) - sum(change.kind != "add" for change in changes)
    return Difference(tuple(statements), tuple(changes), unchanged, translated.persons)


def as_written(found: Difference) -> tuple[Change, ...]:
    """The changes with persons as the reading wrote them: nobody else knows those that a dry run met first."""
    names = {inside: outside for outside, inside in sorted(found.persons.items(), reverse=True)}

    def name(value: Json) -> Json:
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, list):
            return [name(part) for part in value]
        return {key: name(part) for key, part in value.items()} if isinstance(value, dict) else value

    return tuple(
        replace(one, entity=names.get(one.entity, one.entity), before=name(one.before), after=name(one.after))
        for one in found.changes
    )


def _still_named(claim: Claim, translated: Translated) -> bool:
    """Is it the handle that a person was given when this source first named it, and does the source still name it?

    No reading says such a handle: it follows from the reference alone (see :func:`translate`).
    """
    value = claim.value
    if claim.attribute != "handle" or not isinstance(value, dict) or value["system"] != BY_REFERENCE:
        return False
    return str(Ref("person", slugify(str(value["handle"])), str(value.get("namespace") or ""))) in translated.persons


def _same(claim: Claim, one: Statement, *, explicit: bool) -> bool:
    """Nothing new is said. A validity that was not stated follows the time of saying, and is no news by itself."""
    validity = (claim.valid_from, claim.valid_to) == (one.valid_from, one.valid_to)
    return claim.value == one.value and (validity if explicit else claim.valid_to is None)


def _said_before(transaction: Transaction, source: str, translated: Translated) -> dict[Key, Claim]:
    """What the source said before: what holds of it, and what it said of another time than now."""
    snapshot = transaction.snapshot
    before = {(claim.entity, claim.attribute, claim.item): claim for claim in snapshot.scope(source)}
    past = {one.entity for one in translated.statements if one.valid_to is not None and one.valid_to <= transaction.now}
    for claim in snapshot.last_said(source, snapshot.awaited(source) | past):
        before[(claim.entity, claim.attribute, claim.item)] = claim
    return before


def _elsewhere(one: Statement, claim: Claim) -> Statement:
    """The same word as before, from another file or record: it leads there now, and is no younger for it."""
    return replace(one, said=claim.said, valid_from=claim.valid_from, valid_to=claim.valid_to)


def _later(one: Statement, last: str | None, now: str, *, explicit: bool) -> Statement:
    """A source that changed its mind said so now, whatever older date its record bears, or the change would be lost.

    A validity that was not stated follows, or the new value would hold for the time when the source said the old one.
    """
    if last is None or one.said > last:
        return one
    return replace(one, said=max(now, last), valid_from=one.valid_from if explicit else now)


def _stated(one: Statement, claim: Claim | None) -> Change:
    before = None if claim is None else claim.value
    return Change(
        "add" if claim is None else "change", one.entity, one.attribute, before, one.value, one.file, one.line
    )


def _retraction(claim: Claim, now: str) -> Statement:
    declared = attribute_of(kind_of(claim.entity), claim.attribute)
    value = claim.value if declared is not None and declared.many else None
    said = max(now, claim.said)
    return Statement(claim.entity, claim.attribute, claim.item, "retract", value, said, now, record=claim.record)


def _retracted(transaction: Transaction, source: str) -> Mapping[Key, str]:
    """When the source last retracted what it does not say now."""
    query = select(current.c.entity, current.c.attribute, current.c.item, current.c.said).where(
        current.c.source == source, current.c.operation == "retract"
    )
    return {(entity, attribute, item): said for entity, attribute, item, said in transaction.connection.execute(query)}


class _Spared:
    """What a reading must not retract, because it lies in a file, a record or a field that could not be read."""

    def __init__(self, quarantined: Iterable[Quarantined], persons: Mapping[str, str]) -> None:
        self._files: set[str | None] = set()
        self._records: set[str] = set()
        self._fields: set[tuple[str, str]] = set()
        self._parts: set[str] = set()
        for one in quarantined:
            record = None if one.record is None else canonical(one.record)
            record = persons.get(record or "", record)
            if one.level == "file" or record is None:
                self._files.add(one.file)
            elif one.level == "record" or one.field is None:
                self._records.add(record)
            elif attribute_of(kind_of(record), one.field) is not None:
                self._fields.add((record, one.field))
            else:
                # A rule within the record (its dependencies, say): whatever the record yielded beside itself.
                self._parts.add(record)

    def __call__(self, claim: Claim) -> bool:
        record = claim.record or claim.entity
        return (
            claim.file in self._files
            or record in self._records
            or claim.entity in self._records
            or (claim.entity, claim.attribute) in self._fields
            or (record in self._parts and claim.entity != record)
        )


def changes_by_entity(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """The changes grouped by entity, in order of first appearance."""
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.entity, []).append(change)
    return grouped
