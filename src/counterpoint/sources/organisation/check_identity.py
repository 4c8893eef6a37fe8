"""Checks on who and what there is: every thing described once, every reference to something, nothing in itself."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.errors import Problem
from counterpoint.model.identifiers import fold, kind_of, slug_of
from counterpoint.model.statements import Draft
from counterpoint.model.values import references
from counterpoint.sources.organisation.problems import nearest
from counterpoint.sources.organisation.records import Record, declared, is_alias
from counterpoint.sources.organisation.vocabulary import table_of
from counterpoint.sources.organisation.whole import Whole, loops, ours, problem

MOST_SEARCHES = 100
"""For how many names a likely meaning is looked for: it takes a look at every other name, and files can be large."""


def duplicates(all_of_it: Whole) -> Iterator[Problem]:
    """Two tables describe the same thing."""
    for entity, records in all_of_it.described.items():
        for record in records:
            others = ", ".join(f"{one.file}:{one.line}" for one in records if one is not record)
            if len(records) > 1:
                hint = f"keep one {table_of(entity)}; put everything about it there"
                yield problem(record, "", f"is described more than once: also in {others}", hint)


def references_to_nothing(all_of_it: Whole) -> Iterator[Problem]:
    """A field points at something that no file describes, and that no import may bring."""
    names = {record.entity for record in all_of_it.aliases}
    there = all_of_it.described.keys() | names | all_of_it.known
    hints: dict[str, str] = {}
    for record, draft, target in mentions(all_of_it):
        if ours(target) and target not in there:
            if target not in hints:
                hints[target] = _hint(target, there, search=len(hints) < MOST_SEARCHES)
            yield problem(record, draft.attribute, f"nothing describes {target}", hints[target], draft)


def mentions(all_of_it: Whole) -> Iterator[tuple[Record, Draft, str]]:
    """Every reference in the files, with the draft that makes it."""
    for record in all_of_it.records:
        for draft in record.drafts:
            for target in references(declared(draft), draft.value):
                yield record, draft, target


def _hint(target: str, there: set[str], *, search: bool) -> str:
    kind = kind_of(target)
    # A name of the same kind first: person:anna is likelier to mean person:ana than team:anna.
    same_kind = {slug_of(one): one for one in sorted(there) if kind_of(one) == kind} if search else {}
    slug = nearest(slug_of(target), same_kind)
    found = same_kind[slug] if slug else next((one for one in sorted(there) if slug_of(one) == slug_of(target)), None)
    if found is not None:
        return f'did you mean "{found}"?'
    return f'add [[{kind}]] with id = "{slug_of(target)}", or name an import as in "{target}@tracker"'


def loops_of_parents(all_of_it: Whole) -> Iterator[Problem]:
    """Something is, at the end, part of itself, or replaces itself."""
    for attribute in ("parent", "member", "supersedes"):
        edges: dict[str, list[str]] = {}
        for record in all_of_it.records:
            same = [one for one in record.refs(attribute) if kind_of(one) == kind_of(record.entity)]
            edges.setdefault(record.entity, []).extend(same)
        for walk in loops(edges):
            record = next(one for one in all_of_it.records if one.entity == walk[0] and not is_alias(one))
            draft = next((one for one in record.all(attribute) if one.value == walk[1]), None)
            way = " → ".join(walk)
            said = "replaces itself" if attribute == "supersedes" else "is part of itself"
            yield problem(record, attribute, f"{said}: {way}", "take one of these steps out", draft)


def aliases(all_of_it: Whole) -> Iterator[Problem]:
    """A name is joined to itself, in a circle, to something of another kind, or to two things."""
    targets: dict[str, dict[str, Record]] = {}
    for record in all_of_it.aliases:
        target = record.refs("alias_of")[0]
        if kind_of(target) != kind_of(record.entity):
            yield problem(record, "of", f"{target} is not a {kind_of(record.entity)}", "join names of one kind")
        if record.entity in all_of_it.described:
            other = all_of_it.described[record.entity][0]
            hint = f"keep either this [[alias]] or {table_of(record.entity)} at {other.file}:{other.line}"
            yield problem(record, "name", "is described as a thing of its own too", hint)
        for earlier, there in targets.get(record.entity, {}).items():
            where = f"{there.file}:{there.line}"
            yield problem(
                record, "of", f"{record.entity} is a name of {earlier} already, at {where}", "keep one of the two"
            )
        targets.setdefault(record.entity, {})[target] = record
    for walk in loops({name: list(of) for name, of in targets.items()}):
        record = next(iter(targets[walk[0]].values()))
        yield problem(record, "of", f"is a name of itself: {' → '.join(walk)}", "let one of them be no alias")


def handles(all_of_it: Whole) -> Iterator[Problem]:
    """Two persons claim one handle or one address."""
    seen: dict[tuple[str, str], Record] = {}
    for record in all_of_it.of("person"):
        for draft in (*record.all("handle"), *record.all("address")):
            claim, told = _claim(draft)
            other = seen.setdefault(claim, record)
            if other.entity != record.entity:
                where = f"{other.entity} at {other.file}:{other.line}"
                hint = "a name in a system belongs to one person; for two names of one person write [[alias]]"
                yield problem(record, draft.attribute, f"{told} is {where} too", hint, draft)


def _claim(draft: Draft) -> tuple[tuple[str, str], str]:
    value = draft.value
    if isinstance(value, dict):
        return (fold(str(value["system"])), fold(str(value["handle"]))), f"{value['handle']} ({value['system']})"
    return ("email", fold(str(value))), str(value)
