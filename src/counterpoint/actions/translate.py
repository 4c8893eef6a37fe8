"""From what sources yield to what the ledger takes: references resolved, persons opaque, times filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from counterpoint.actions.persons import Checked, persons
from counterpoint.errors import BadValue, InvalidInput, Problem
from counterpoint.ledger.write import Transaction
from counterpoint.model import identifiers
from counterpoint.model.kinds import BY_REFERENCE, Attribute, attribute_of
from counterpoint.model.statements import Draft, Json, Quarantined, Statement
from counterpoint.model.values import check, item_of, map_references


@dataclass(frozen=True, slots=True)
class Translated:
    """Statements ready to be compared with what is there. ``explicit`` holds those whose validity was stated;
    ``unread`` what could not be taken, because somebody else has it."""

    statements: tuple[Statement, ...]
    explicit: frozenset[tuple[str, str, str]]
    persons: Mapping[str, str]
    unread: tuple[Quarantined, ...] = ()


def translate(transaction: Transaction, drafts: Sequence[Draft], said_of_file: Mapping[str, str]) -> Translated:
    """Drafts as statements, in their order; persons not met before get an opaque identifier and keep their handle.

    ``said_of_file`` tells when a file was last said (its commit); what a draft says itself goes before.

    Raises:
        InvalidInput: drafts that the vocabulary does not take, every one listed.
    """
    checked, problems = _checked(drafts)
    if problems:
        raise InvalidInput(f"{len(problems)} values cannot be stated; nothing was written", problems=problems)
    met = persons(transaction, checked)
    good = [one for index, one in enumerate(checked) if index not in met.left_out]
    moved = {id(checked[index][0]): person for index, person in met.elsewhere.items()}
    out: dict[tuple[str, str, str], Statement] = {}
    explicit = set()
    for draft, declared, value in [*good, *_missing_handles(met.new, good)]:
        statement = _statement(draft, declared, value, met.known, said_of_file, transaction.now)
        if id(draft) in moved:
            statement = replace(statement, entity=moved[id(draft)])
        key = (statement.entity, statement.attribute, statement.item)
        if out.setdefault(key, statement) is statement and (draft.valid_from is not None or draft.valid_to is not None):
            explicit.add(key)
    return Translated(tuple(out.values()), frozenset(explicit), met.known, tuple(met.left_out.values()))


def _checked(drafts: Sequence[Draft]) -> tuple[list[Checked], list[Problem]]:
    good: list[Checked] = []
    problems: list[Problem] = []
    for draft in drafts:
        declared = attribute_of(identifiers.kind_of(draft.entity), draft.attribute)
        if declared is None:
            message = f"the vocabulary has no {draft.attribute!r} of {draft.entity}"
            problems.append(Problem(message, draft.file, draft.line, draft.attribute))
            continue
        try:
            good.append((draft, declared, check(declared, draft.value)))
        except BadValue as error:
            problems.append(Problem(error.message, draft.file, draft.line, draft.attribute, error.hint))
    return good, problems


def _missing_handles(new: Iterable[str], checked: Sequence[Checked]) -> list[Checked]:
    """A new person must answer to the reference that named it: a handle for each that no source gave one."""
    given = set()
    for draft, declared, value in checked:
        if declared.type == "handle" and isinstance(value, dict):
            slug = identifiers.slugify(str(value["handle"]))
            given.add(str(identifiers.Ref("person", slug, identifiers.namespace_of(draft.entity))))
    declared = cast("Attribute", attribute_of("person", "handle"))
    places = {draft.entity: draft for draft, _, _ in reversed(checked)}
    missing: list[Checked] = []
    for ref in sorted(set(new) - given):
        handle: Json = {"system": BY_REFERENCE, "handle": identifiers.slug_of(ref)}
        there = places.get(ref, Draft(ref, "handle", handle))
        draft = Draft(ref, "handle", handle, there.file, there.line, there.record)
        missing.append((draft, declared, handle))
    return missing


def _statement(  # noqa: PLR0917
    draft: Draft,
    declared: Attribute,
    value: Json,
    persons: Mapping[str, str],
    said_of_file: Mapping[str, str],
    now: str,
) -> Statement:
    def inside(ref: str) -> str:
        known = persons.get(ref)
        if known is not None:
            return known
        canonical = identifiers.canonical(ref)
        return persons.get(canonical, canonical)

    if declared.type == "handle":
        namespace = identifiers.namespace_of(draft.entity)
        value = {**cast("dict[str, Any]", value), **({"namespace": namespace} if namespace else {})}
    value = map_references(declared, value, inside)
    # Nobody has said anything tomorrow: a clock that was fast must not hide what was said until then.
    said = min(draft.said or said_of_file.get(draft.file or "", now), now)
    return Statement(
        inside(draft.entity),
        draft.attribute,
        item_of(declared, value),
        draft.operation,
        value,
        said,
        draft.valid_from or said,
        draft.valid_to,
        draft.file,
        draft.line,
        None if draft.record is None else inside(draft.record),
    )
