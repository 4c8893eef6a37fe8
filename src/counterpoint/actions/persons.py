"""Who is meant: references to persons become opaque identifiers, by what is known and by the handles that are stated.

A handle serves as a reference in its namespace: where a record of ``person:ana-lopez`` states the handle ``ana``, then
``person:ana`` is she, whichever of the two was met first. Where that reference is somebody else already, or a name in
another system, nothing is joined: the handle is left out and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from counterpoint.ledger.write import Transaction
from counterpoint.model.identifiers import Ref, canonical, fold, is_opaque, namespace_of, slug_of, slugify
from counterpoint.model.kinds import BY_REFERENCE, Attribute
from counterpoint.model.statements import Draft, Json, Quarantined
from counterpoint.model.values import references
from counterpoint.state.view import State

Checked = tuple[Draft, Attribute, Json]


@dataclass(frozen=True, slots=True)
class Persons:
    """Every person that a reading names, by reference (``known``); those met for the first time (``new``); the handles
    that belong to another name of their person (``elsewhere``: index of the draft to the person), and those that
    nobody can have (``left_out``: index of the draft to what is told)."""

    known: Mapping[str, str]
    new: frozenset[str]
    elsewhere: Mapping[int, str]
    left_out: Mapping[int, Quarantined]


@dataclass(frozen=True, slots=True)
class _Claimed:
    """That a record of ``person`` states a handle by which ``reference`` is meant."""

    index: int
    draft: Draft
    person: str
    reference: str
    system: str


def persons(transaction: Transaction, checked: Sequence[Checked]) -> Persons:
    """Who is meant by every reference to a person in these drafts."""
    named: dict[str, None] = {}
    for draft, declared, value in checked:
        for ref in (draft.entity, draft.record, *references(declared, value)):
            if ref is not None and ref.startswith("person:") and not is_opaque(ref):
                named[canonical(ref)] = None
    claimed = list(_claimed(checked))
    meant = [*named, *(one.reference for one in claimed)]
    known = transaction.snapshot.known(meant)
    if any(ref not in known for ref in meant):
        # Another source may be meeting the same person right now: one after the other, or they would be two.
        transaction.lock(["persons"])
        known = transaction.snapshot.known(meant)
    met = _Meeting(transaction, known, _systems(checked))
    for one in claimed:
        met.claim(one)
    new = frozenset(ref for ref in named if ref not in known)
    identifiers: dict[str, str] = {}
    for ref in sorted(named):
        root = met.root(ref)
        if root not in identifiers:
            identifiers[root] = met.person(root) or transaction.new_person()
    return Persons({ref: identifiers[met.root(ref)] for ref in named}, new, met.elsewhere, met.left_out)


def _claimed(checked: Iterable[Checked]) -> Iterable[_Claimed]:
    for index, (draft, declared, value) in enumerate(checked):
        if declared.type == "handle" and draft.operation == "state" and not is_opaque(draft.entity):
            handle = cast("dict[str, Json]", value)
            person, slug = canonical(draft.entity), slugify(str(handle["handle"]))
            reference = str(Ref("person", slug, namespace_of(person)))
            if slug and reference != person:
                yield _Claimed(index, draft, person, reference, fold(str(handle["system"])))


def _systems(checked: Iterable[Checked]) -> Callable[[str], set[str]]:
    """In which systems a reference is a handle, as the drafts introduce it."""
    found: dict[str, set[str]] = {}
    for draft, declared, value in checked:
        if declared.type == "handle" and not is_opaque(draft.entity):
            handle = cast("dict[str, Json]", value)
            if slugify(str(handle["handle"])) == slug_of(canonical(draft.entity)):
                found.setdefault(canonical(draft.entity), set()).add(fold(str(handle["system"])))
    return lambda reference: found.get(reference, set())


class _Meeting:
    """References that turn out to be one person, and handles that cannot be had."""

    def __init__(
        self, transaction: Transaction, known: Mapping[str, str], introduced: Callable[[str], set[str]]
    ) -> None:
        self.elsewhere: dict[int, str] = {}
        self.left_out: dict[int, Quarantined] = {}
        self._transaction = transaction
        self._known = known
        self._introduced = introduced
        self._parents: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._persons: dict[str, str] = {}
        self._state: State | None = None

    def root(self, ref: str) -> str:
        """The one of the references that were joined which stands for all."""
        while ref in self._parents:
            ref = self._parents[ref]
        return ref

    def person(self, root: str) -> str | None:
        """Who a root is, if known."""
        return self._persons.get(root) or self._known.get(root)

    def claim(self, one: _Claimed) -> None:
        """Take up that a person has a handle."""
        mine, theirs = self.root(one.person), self.root(one.reference)
        owner = self._owners.get(one.reference, one.person)
        if mine == theirs:
            return
        here, there = self.person(mine), self.person(theirs)
        if here is not None and here == there:
            return
        if here is not None and there is not None:
            if self._joined(here, there):
                self.elsewhere[one.index] = there
            else:
                self._leave_out(one, one.reference)
        elif owner != one.person or not self._one_system(one, there):
            self._leave_out(one, owner if owner != one.person else one.reference)
        else:
            self._owners[one.reference] = one.person
            self._parents[theirs] = mine
            if (known := here or there) is not None:
                self._persons[mine] = known

    def _one_system(self, one: _Claimed, there: str | None) -> bool:
        """Is the reference a handle in this system too, as far as anything is said of that?"""
        systems = set(self._introduced(one.reference))
        if there is not None:
            for claim in self._transaction.snapshot.claims([there]).get(there, ()):
                handle = claim.value if claim.attribute == "handle" else None
                if isinstance(handle, dict) and slugify(str(handle["handle"])) == slug_of(one.reference):
                    systems.add(fold(str(handle["system"])))
        return not systems or bool(systems & {one.system, BY_REFERENCE})

    def _joined(self, here: str, there: str) -> bool:
        if self._state is None:
            self._state = State(self._transaction.snapshot)
        return self._state.canonical(here) == self._state.canonical(there)

    def _leave_out(self, one: _Claimed, other: str) -> None:
        draft = one.draft
        self.left_out[one.index] = Quarantined(
            "field",
            f"the {one.system} handle of {one.person} means {other} already",
            f"if they are one: counterpoint alias {one.person} {other}, and import again; else leave the handle out",
            draft.file,
            draft.line,
            draft.record or one.person,
            "handle",
            slug_of(one.reference),
        )
