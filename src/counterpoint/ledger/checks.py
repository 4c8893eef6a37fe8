"""What the ledger takes: every statement of an entry against the vocabulary, and each value in its one form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from counterpoint.errors import BadReference, BadValue, InvalidInput, Problem
from counterpoint.ledger import chain
from counterpoint.model import identifiers, times
from counterpoint.model.kinds import ATTRIBUTES, KIND_NAMES, KINDS, PROTOCOL, Attribute, attribute_of
from counterpoint.model.statements import Json, Statement
from counterpoint.model.values import check, item_of, references

# In bytes: what a key of PostgreSQL's B-trees can hold of several of them together.
LONGEST_NAME = 480
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_SALT = re.compile(f"[0-9a-f]{{{2 * chain.SALT_BYTES}}}")
_NOTHING = "null"
# What :func:`value_kept` looks at.
VALUE_COLUMNS = ("entity", "attribute", "operation", "item", "value", "salt", "commitment")


def text_kept(salt: str | None, text: str | None, commitment: str) -> bool:
    """Is a reason or the name of a file what was committed to, or wholly erased?"""
    if salt is None or text is None:
        return salt is None and text is None
    try:
        if not _SALT.fullmatch(salt):
            return False
        return chain.commit(salt, text) == commitment
    except (ValueError, TypeError):
        return False


def value_kept(  # noqa: PLR0917
    entity: str, attribute: str, operation: str, item: str | None, value: str | None, salt: str | None, commitment: str
) -> bool:
    """Is a statement's value what was committed to, in its canonical form and under its own item, or wholly erased?"""
    if value is None and salt is None:
        return item == ""
    try:
        found = orjson.loads(value or "")
        declared = attribute_of(identifiers.kind_of(entity), attribute)
        single = declared is None or not declared.many
        expected = "" if declared is None or single else item_of(declared, found)
        return (
            chain.canonical(found).decode() == value
            and item == expected
            and (not (single and operation == "retract") or found is None)
            and _SALT.fullmatch(salt or "") is not None
            and chain.commit(salt or "", found) == commitment
        )
    except (ValueError, TypeError, KeyError, AttributeError, BadValue):
        return False


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be appended. Statements carry their own times; ``said`` is the entry's, None for now."""

    actor: str
    source: str
    statements: Sequence[Statement]
    reason: str = ""
    said: str | None = None
    external_id: str | None = None


def texts_of(new: NewEntry) -> list[str]:
    """The canonical text of each statement's value.

    Raises:
        InvalidInput: what the ledger does not take; every problem is listed.
    """
    checker = _Checker()
    problems = checker.entry(new)
    texts: list[str] = []
    for one in new.statements:
        found = checker.statement(one)
        if isinstance(found, str):
            texts.append(found)
        else:
            problems.append(found)
    if problems:
        count = f"{len(problems)} statement{'s' if len(problems) > 1 else ''}"
        raise InvalidInput(f"{count} cannot be made; nothing was written", problems=problems)
    return texts


def unfit(statements: Sequence[Statement]) -> dict[int, Problem]:
    """What the ledger would not take of these statements: the index of each to what is wrong with it."""
    checker = _Checker()
    found = ((index, checker.statement(one)) for index, one in enumerate(statements))
    return {index: problem for index, problem in found if isinstance(problem, Problem)}


class _Checker:
    """Checks one entry; names and times that came before are not looked at again."""

    def __init__(self) -> None:
        self._by_protocol = False
        self._names: dict[str, str | None] = {}
        self._texts: dict[str, str | None] = {}
        self._times: dict[str | None, str | None] = {None: None}
        self._values: dict[tuple[str, str, Json], _Value] = {}

    def entry(self, new: NewEntry) -> list[Problem]:
        self._by_protocol = new.source == PROTOCOL
        named = {"actor": new.actor, "source": new.source, "external_id": new.external_id}
        found = [Problem(why, field=name) for name, text in named.items() if text and (why := self._text(text))]
        if why := _in_the_clear(new.actor):
            found.append(Problem(why, field="actor"))
        if why := _not_storable(new.reason):
            found.append(Problem(why, field="reason"))
        if why := self._time(new.said):
            found.append(Problem(why, field="said"))
        return found

    def statement(self, one: Statement) -> str | Problem:
        """The canonical text of the value, or what is wrong."""
        kind = identifiers.kind_of(one.entity)
        declared = ATTRIBUTES.get((kind, one.attribute))
        if declared is None:
            hint = "see the vocabulary for the attributes of each kind"
            name = one.attribute if kind in KIND_NAMES else one.entity
            return Problem(f"the vocabulary has no {name!r} of {kind}", one.file, one.line, one.attribute, hint)
        if not self._by_protocol and (one.attribute == "act" or KINDS[kind].kept):
            why = f"only protocols say this of a {kind}"
            return Problem(why, one.file, one.line, one.attribute, "use its commands instead")
        if problem := self._name(one.entity) or self._around(one):
            return Problem(problem, one.file, one.line, one.attribute)
        if one.operation == "retract" and not declared.many:
            if (one.value, one.item) == (None, ""):
                return _NOTHING
            return Problem("a retraction of a single value has none", one.file, one.line, one.attribute)
        # Much of what is said is said of many things (true, active, a team): it is checked once.
        known = (kind, one.attribute, one.value) if type(one.value) in (str, bool) else None
        found = self._values.get(known) if known else None
        if found is None:
            found = _value(declared, one.value)
            if known:
                self._values[known] = found
        text, item, why, hint = found
        if why:
            return Problem(why, one.file, one.line, one.attribute, hint)
        if item != one.item:
            return Problem(f"{one.item!r} does not name {one.value!r}", one.file, one.line, one.attribute)
        return text

    def _around(self, one: Statement) -> str | None:
        """What is wrong with a statement apart from its value."""
        times, texts = self._times, self._texts
        found = (
            (times[one.said] if one.said in times else self._time(one.said))
            or (times[one.valid_from] if one.valid_from in times else self._time(one.valid_from))
            or (times[one.valid_to] if one.valid_to in times else self._time(one.valid_to))
            or (self._name(one.record) if one.record and one.record != one.entity else None)
            or ((texts[one.file] if one.file in texts else self._file(one.file)) if one.file else None)
        )
        if found is None and one.valid_to is not None and one.valid_to <= one.valid_from:
            return "it ends before it starts"
        if found is None and one.operation not in ("state", "retract"):
            return f"{one.operation!r} is neither state nor retract"
        return found

    def _name(self, entity: str) -> str | None:
        if entity not in self._names:
            self._names[entity] = self._text(entity) or _not_canonical(entity)
        return self._names[entity]

    def _text(self, text: str) -> str | None:
        if text not in self._texts:
            self._texts[text] = _not_storable(text) or (
                f"{text[:40]!r}… is longer than {LONGEST_NAME} bytes" if len(text.encode()) > LONGEST_NAME else None
            )
        return self._texts[text]

    def _file(self, text: str) -> str | None:
        if text not in self._texts:
            self._texts[text] = _not_storable(text)
        return self._texts[text]

    def _time(self, text: str | None) -> str | None:
        if text not in self._times:
            self._times[text] = _no_stamp(str(text))
        return self._times[text]


# The canonical text of a value, the item that it makes, and what is wrong with it, with a hint.
_Value = tuple[str, str, str, str]


def _value(declared: Attribute, value: Json) -> _Value:
    try:
        if check(declared, value) != value:
            return "", "", f"{value!r} is not in canonical form", ""
        for reference in references(declared, value):
            if why := _in_the_clear(reference):
                return "", "", why, ""
        text = chain.canonical(value).decode()
        if len(text) > LONGEST_NAME and (why := _long_name(declared, value)):
            return "", "", why, "shorten it, or leave it out"
        return text, item_of(declared, value), "", ""
    except BadValue as error:
        return "", "", error.message, error.hint
    except ValueError as error:
        return "", "", f"{declared.name}: {error}", ""


def _long_name(declared: Attribute, value: Json) -> str | None:
    """References and handles are keys too, wherever they stand."""
    names = list(references(declared, value))
    if declared.type == "handle" and isinstance(value, dict):
        names.append(str(value["handle"]))
    long = next((name for name in names if len(name.encode()) > LONGEST_NAME), None)
    return None if long is None else f"{long[:40]!r}… is longer than {LONGEST_NAME} bytes"


def _not_storable(text: str) -> str | None:
    """PostgreSQL takes no NUL, and nothing takes half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"{text[:40]!r} is no Unicode text"
    return f"{text[:40]!r} holds a NUL character" if "\0" in text else None


def _not_canonical(entity: str) -> str | None:
    if identifiers.is_opaque(entity):
        return None
    if why := _in_the_clear(entity):
        return why
    try:
        canonical = str(identifiers.parse(entity))
    except BadReference as error:
        return error.message
    return None if canonical == entity else f"{entity!r} is not in canonical form ({canonical})"


def _in_the_clear(reference: str) -> str | None:
    """What is hashed can never be erased, so no person may stand in it by name."""
    if reference.startswith("person:") and not identifiers.is_opaque(reference):
        return f"{reference!r} names a person in the clear; inside the ledger persons are opaque"
    return None


def _no_stamp(text: str) -> str | None:
    if not _STAMP.fullmatch(text):
        return f"{text!r} is no time as the ledger writes it (2026-11-21T10:50:34.000000Z)"
    try:
        times.moment(text)
    except BadValue as error:
        return error.message
    return None
