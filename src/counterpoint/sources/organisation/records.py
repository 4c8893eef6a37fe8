"""From texts to records: what each table says, with the line of every value, and whatever is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import tomli

from counterpoint.errors import BadReference, BadValue, Problem
from counterpoint.model import identifiers, times
from counterpoint.model.kinds import KIND_NAMES, ROOT_ZONE, Attribute, attribute_of
from counterpoint.model.statements import Draft, Json
from counterpoint.model.values import item_of
from counterpoint.sources.organisation.lines import Path, line_at, lines_of
from counterpoint.sources.organisation.problems import a, meant, nearest
from counterpoint.sources.organisation.spelling import NOBODY, Described, Misspelt, not_opaque, plain, reference, spell
from counterpoint.sources.organisation.vocabulary import (
    ALIAS,
    ALIAS_FIELDS,
    ID,
    ORGANISATION,
    SINCE,
    UNTIL,
    fields,
    own_fields,
    shown,
    tables,
)

_PLACE_IN_MESSAGE = re.compile(r" \((?:at line \d+, column \d+|at end of document)\)$")


@dataclass(frozen=True, slots=True)
class Record:
    """One table of a file: the entity it describes and what it says of it.

    ``written`` are all its fields with their lines, also those that could not be read: a field that is there and wrong
    is one problem, and not also missing.
    """

    entity: str
    file: str
    line: int
    drafts: tuple[Draft, ...] = ()
    written: Mapping[str, int] = field(default_factory=dict)

    def all(self, attribute: str) -> tuple[Draft, ...]:
        """What it says of one attribute: of a set, one draft for each element."""
        return tuple(draft for draft in self.drafts if draft.attribute == attribute)

    def one(self, attribute: str) -> Draft | None:
        """The draft of an attribute with one value, if it could be read."""
        return next(iter(self.all(attribute)), None)

    def refs(self, attribute: str) -> tuple[str, ...]:
        """The references in an attribute, whether it is a set, a list or one."""
        found: list[str] = []
        for draft in self.all(attribute):
            found += [str(one) for one in draft.value] if isinstance(draft.value, list) else [str(draft.value)]
        return tuple(found)

    def line_of(self, attribute: str) -> int:
        """The line of an attribute, or of the record where it has none."""
        return self.written.get(attribute, self.line)


@dataclass(frozen=True, slots=True)
class _Document:
    file: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        return line_at(self.lines, path)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A table that was found, before its fields are read; ``entity`` is None where it could not be told."""

    document: _Document
    path: Path
    table: str
    data: Mapping[str, Any]
    entity: str | None

    def written(self) -> dict[str, int]:
        """The names of its fields with their lines."""
        return {name: self.document.line((*self.path, name)) for name in self.data}

    def problem(self, path: Path, message: str, hint: str) -> Problem:
        """A problem at a path inside the table; list indexes are told as people count."""
        where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        name = self.entity or shown(self.table)
        place = f"{name} {where}" if where else name
        return Problem(message, self.document.file, self.document.line((*self.path, *path)), place, hint)


@dataclass(frozen=True, slots=True)
class Reading:
    """Every record in the files and every problem on the way to them; ``complete`` where every file could be read."""

    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    complete: bool


def read_records(files: Mapping[str, str]) -> Reading:
    """The records in the texts of the files, by name of the file."""
    problems: list[Problem] = []
    documents = list(_documents(files, problems.append))
    headings = [heading for document in documents for heading in _headings(document, problems.append)]
    described: dict[str, list[str]] = {}
    for heading in headings:
        if heading.entity is not None and heading.table != ALIAS:
            every = described.setdefault(identifiers.slug_of(heading.entity), [])
            every += [heading.entity] if heading.entity not in every else []
    records = [_record(heading, described, problems.append) for heading in headings]
    found = tuple(record for record in records if record is not None)
    return Reading(found, tuple(problems), len(documents) == len(files))


_Tell = Callable[[Problem], None]
_Days = tuple[date | None, date | None]


def _documents(files: Mapping[str, str], tell: _Tell) -> Iterator[_Document]:
    for file in sorted(files):
        try:
            data = tomli.loads(files[file])
        except tomli.TOMLDecodeError as error:
            message = _PLACE_IN_MESSAGE.sub("", str(error))
            tell(
                Problem(
                    f"this is not TOML: {message}", file, error.lineno, None, "put this line right; see https://toml.io"
                )
            )
        except RecursionError:
            tell(
                Problem("its lists and tables are nested too deeply", file, None, None, "nothing here nests that deep")
            )
        else:
            yield _Document(file, data, lines_of(files[file]))


def _headings(document: _Document, tell: _Tell) -> Iterator[_Heading]:
    for name, written in document.data.items():
        table = name
        if name not in (ORGANISATION, ALIAS, *tables()):
            tell(_misnamed(document, name, f"there is no table {shown(name)}", _table_hint(name)))
            # What is in it is read as what was most likely meant: it may describe what other tables point at.
            table = nearest(name, tables()) or ""
        if table == ORGANISATION:
            if isinstance(written, dict):
                yield _Heading(document, (name,), table, written, ROOT_ZONE)
            else:
                hint = "write [organisation], once, in single brackets"
                tell(_misnamed(document, name, "the organisation is one table", hint))
        elif table:
            yield from _list_of(document, name, table, tell)


def _misnamed(document: _Document, name: str, message: str, hint: str) -> Problem:
    return Problem(message, document.file, document.line((name,)), name, hint)


def _table_hint(name: str) -> str:
    if name in KIND_NAMES:
        return f"{a(name)} comes of working, and is not declared in a file"
    known = [ORGANISATION, ALIAS, *tables()]
    return meant(name, known, f"the tables are {', '.join(known)}")


def _list_of(document: _Document, name: str, table: str, tell: _Tell) -> Iterator[_Heading]:
    written = document.data[name]
    several = isinstance(written, list)
    every = [one for one in written if isinstance(one, dict)] if several else [written]
    if not several or len(every) < len(written):
        hint = f"write [[{table}]] in double brackets, once for each, with an id under it"
        tell(_misnamed(document, name, f"each {table} is a table of a list", hint))
    for index, data in enumerate(every):
        if isinstance(data, dict):
            yield _identified(_Heading(document, (name, index) if several else (name,), table, data, None), tell)


def _identified(heading: _Heading, tell: _Tell) -> _Heading:
    name = "name" if heading.table == ALIAS else ID
    if name not in heading.data:
        tell(heading.problem((), f"has no {name}", f'write {name} = "…" under {shown(heading.table)}'))
        return heading
    try:
        return replace(heading, entity=_identity(heading.table, heading.data[name]))
    except BadReference as error:
        tell(heading.problem((name,), error.message, error.hint))
        return heading


def _identity(table: str, written: object) -> str:
    if table == ALIAS:
        return reference(written, (), {})
    if not isinstance(written, str):
        raise BadReference(f"{written!r} cannot be an id", hint='write a text, such as "shop"')
    if identifiers.fold(written).strip() in NOBODY:
        raise BadReference(f"{written!r} cannot be an id", hint="it means nobody; take another")
    try:
        return not_opaque(str(identifiers.parse(written, kinds=frozenset({table}), default_kind=table)))
    except BadReference as error:
        slug = identifiers.slugify(written.partition(":")[2] or written).lstrip("~")
        raise BadReference(f"{written!r} cannot be the id of {a(table)}", hint=f'write "{slug}"') from error


def _record(heading: _Heading, described: Described, tell: _Tell) -> Record | None:
    if heading.table == ALIAS:
        return _alias(heading, described, tell)
    known = fields(heading.table)
    own = own_fields(heading.table)
    first = heading.document.line(heading.path)
    days = _day(heading, SINCE, tell), _day(heading, UNTIL, tell)
    drafts = [_draft(heading, "exists", True, (), days)]
    for name in heading.data:
        if name in known:
            drafts += _field(heading, known[name], described, days, tell)
        elif name not in own:
            tell(
                heading.problem(
                    (name,), f"{shown(heading.table)} has no field {name!r}", _field_hint(heading.table, name)
                )
            )
    if heading.entity is None:
        return None
    return Record(heading.entity, heading.document.file, first, tuple(drafts), heading.written())


def _field_hint(table: str, name: str) -> str:
    if name == "alias_of":
        return "write [[alias]] with a name and of"
    every = (*own_fields(table), *fields(table))
    return meant(name, every, f"it takes {', '.join(every)}")


def _field(heading: _Heading, attribute: Attribute, described: Described, days: _Days, tell: _Tell) -> Iterator[Draft]:
    seen: set[str] = set()
    for piece in spell(attribute, heading.data[attribute.name], described):
        path: Path = (attribute.name, *piece.path)
        if isinstance(piece, Misspelt):
            tell(heading.problem(path, piece.message, piece.hint))
            continue
        item = item_of(attribute, piece.value)
        if item in seen:
            tell(heading.problem(path, "is there twice", "once is enough"))
            continue
        seen.add(item)
        yield _draft(heading, attribute.name, piece.value, path, days)


def _draft(heading: _Heading, attribute: str, value: Json, path: Path, days: _Days = (None, None)) -> Draft:
    since, until = days
    entity = heading.entity or ""
    return Draft(
        entity,
        attribute,
        value,
        heading.document.file,
        heading.document.line((*heading.path, *path)),
        entity,
        valid_from=_midnight(since) if since else None,
        valid_to=_midnight(until + timedelta(days=1)) if until else None,
    )


def _day(heading: _Heading, name: str, tell: _Tell) -> date | None:
    written = plain(heading.data.get(name))
    if written is None:
        return None
    try:
        if not isinstance(written, str):
            raise BadValue(f"{written!r} is not a date", hint="write it like 2026-11-21")
        found = times.day(written)
        if found == date.max:
            raise BadValue("that is the last day there is", hint="leave it out where nothing ends")
        return found
    except BadValue as error:
        tell(heading.problem((name,), error.message, error.hint))
        return None


def _midnight(day: date) -> str:
    return times.stamp(datetime.combine(day, time(), UTC))


def _alias(heading: _Heading, described: Described, tell: _Tell) -> Record | None:
    for name in sorted(set(heading.data) - set(ALIAS_FIELDS)):
        tell(
            heading.problem(
                (name,), f"[[alias]] has no field {name!r}", meant(name, ALIAS_FIELDS, "it takes name and of")
            )
        )
    if "of" not in heading.data:
        tell(heading.problem((), "does not say whose name it is", 'write of = "person:ana"'))
        return None
    try:
        target = reference(heading.data["of"], (), described)
    except BadReference as error:
        tell(heading.problem(("of",), error.message, error.hint))
        return None
    if heading.entity is None:
        return None
    draft = _draft(heading, "alias_of", target, ("of",))
    return Record(
        heading.entity, heading.document.file, heading.document.line(heading.path), (draft,), heading.written()
    )


def declared(draft: Draft) -> Attribute:
    """The declaration of what a draft says, which the reader has looked up before."""
    found = attribute_of(identifiers.kind_of(draft.entity), draft.attribute)
    assert found is not None, f"the reader states only what the vocabulary has, and not {draft.attribute}"
    return found


def by_entity(records: Iterable[Record]) -> dict[str, Sequence[Record]]:
    """Records by what they describe; aliases describe nothing."""
    found: dict[str, list[Record]] = {}
    for record in records:
        if not is_alias(record):
            found.setdefault(record.entity, []).append(record)
    return dict(found)


def is_alias(record: Record) -> bool:
    """Is it an ``[[alias]]``?"""
    return len(record.drafts) == 1 and record.drafts[0].attribute == "alias_of"
