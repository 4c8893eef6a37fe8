"""One document: its records by every rule that reads the file, each statement checked and placed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, cast

from counterpoint.errors import BadValue, Problem
from counterpoint.model.identifiers import fold, slug_of
from counterpoint.model.kinds import Attribute, attribute_of
from counterpoint.model.statements import Draft, Json, Quarantined
from counterpoint.sources.records.collect import Collector
from counterpoint.sources.records.expressions import Expression, Template
from counterpoint.sources.records.formats.document import Document
from counterpoint.sources.records.functions import Entry, FunctionFailed, is_empty
from counterpoint.sources.records.mapping import Field, Rule
from counterpoint.sources.records.typed import checked_ref, person_name
from counterpoint.sources.records.values import Bad, Found, Mention, Record, Values, scope_of

EXCERPT = 120
_EXISTS = Attribute("exists", "flag", "the source has a record of this entity")
_HANDLE = attribute_of("person", "handle")
_ENTITY = Attribute("entity", "ref", "what the record is about")


@dataclass(slots=True)
class Counts:
    """What a rule (or a rule within it) met: records, those left out by ``where``, statements, values by field."""

    name: str
    records: int = 0
    left_out: int = 0
    statements: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    files: int = 0
    empty_files: list[str] = field(default_factory=list)
    patterns: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _When:
    """The times of a record: when it was said, and from when until when it holds."""

    said: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(slots=True)
class Context:
    """What all documents of one reading share."""

    namespace: str
    collector: Collector = field(default_factory=Collector)
    counts: dict[int, Counts] = field(default_factory=dict)
    values: Values = field(default_factory=Values)
    persons: set[tuple[str, str, str]] = field(default_factory=set)
    out: list[Draft] = field(default_factory=list)

    def count(self, rule: Rule) -> Counts:
        """What a rule has met so far."""
        return self.counts[id(rule)]

    def add(self, draft: Draft, attribute: Attribute) -> bool:
        """Keep the draft, if it says something new."""
        added = self.collector.add(draft, attribute)
        if added is None:
            return False
        self.out.append(added)
        return True


class DocumentReader:
    """One document: its records by every rule that reads the file."""

    def __init__(self, context: Context, path: str, facts: dict[str, Json], document: Document) -> None:
        self._context = context
        self._path = path
        self._facts = facts
        self._document = document
        self._places: list[tuple[int, str]] = []

    def read(self, rules: list[Rule]) -> None:
        """Add the statements of every record in the document to what the context has gathered."""
        document = self._document
        if document.broken is not None:
            broken = document.broken
            self._trouble("record", broken.message, broken.hint, broken.line, excerpt=document.excerpt)
            for rule in rules:
                self._context.count(rule).records += 1
            return
        outer = {"_file": self._facts, "_doc": document.data}
        for rule in rules:
            self._records(rule, document.data, outer, document.line)
        for note in document.notes:
            self._note(note)

    def _note(self, note: Problem) -> None:
        """A problem that cost a field belongs to the record that it stands in: the last that begins before it."""
        self._places.sort()
        index = bisect_right(self._places, (note.line or 0, "\uffff")) - 1
        record = self._places[max(index, 0)][1] if self._places else None
        self._trouble("field", note.message, note.hint, note.line, record=record, field_=note.field)

    def _records(self, rule: Rule, data: Any, outer: dict[str, Any], line: int | None) -> None:
        if rule.at is not None:
            try:
                found = rule.at.run(data)
            except FunctionFailed as error:
                self._context.count(rule).records += 1
                self._trouble("record", f"at: {error}", "change the expression in the mapping", line)
                return
        else:
            found = data
        for index, one in enumerate(found if isinstance(found, list) else [found]):
            if one is not None:
                self._record(rule, one, index, outer, line)

    def _record(self, rule: Rule, data: Any, index: int, outer: dict[str, Any], around: int | None) -> None:
        marks = self._document.marks
        origin = getattr(data, "origin", data)
        line = marks.line_of_key(data.table, data["_key"]) if isinstance(data, Entry) else marks.line_of(origin)
        line = line or around
        scope = scope_of(data, **outer, _index=index)
        record = Record(scope, data, marks, line, self._context.namespace)
        for name, expression in rule.let:
            try:
                scope[name] = expression.run(scope)
            except FunctionFailed as error:
                scope[name] = None
                self._trouble(
                    "field", f"let {name}: {error}", "change the expression in the mapping", line, field_=name
                )
        kept = self._is_wanted(rule, record)
        if kept is None:
            return
        counts = self._context.count(rule)
        if not kept:
            counts.left_out += 1
            return
        counts.records += 1
        entity = self._identity(rule, record)
        if entity is None:
            return
        scope["_entity"], scope["_slug"] = entity, slug_of(entity)
        self._places.append((line or 1, entity))
        when = self._when(rule, record, entity)
        self._say(counts, _EXISTS, entity=entity, value=True, line=line, record=entity, when=when)
        for field_ in rule.fields:
            self._field(counts, field_, record, entity, when)
        for field_ in rule.inverse:
            self._inverse(counts, field_, record, entity, when)
        self._persons(counts, record, entity, when)
        inner_outer = {"_file": self._facts, "_doc": self._document.data, "_parent": scope}
        for inner in rule.each:
            self._records(inner, scope, inner_outer, line)

    def _is_wanted(self, rule: Rule, record: Record) -> bool | None:
        """Does the record pass the rule's filter? None where that could not be told, and is quarantined."""
        if rule.where is None:
            return True
        try:
            return not is_empty(found := rule.where.run(record.scope)) and found is not False
        except FunctionFailed as error:
            self._context.count(rule).records += 1
            hint = "change the expression in the mapping"
            self._trouble("record", f"where: {error}", hint, record.line, excerpt=_excerpt(record.origin))
            return None

    def _identity(self, rule: Rule, record: Record) -> str | None:
        try:
            text = rule.entity.fill(record.scope, slugs=True)
            if text is None:
                message, hint = (
                    f"the record has no identity: {_empty_hole(rule.entity, record)} is empty",
                    "give it one",
                )
            else:
                entity = checked_ref(text, _ENTITY, record.namespace)
                self._mention_itself(rule, record, entity)
                return entity
        except (BadValue, FunctionFailed) as error:
            message = error.message if isinstance(error, BadValue) else str(error)
            hint = error.hint if isinstance(error, BadValue) else "change the entity in the mapping"
        self._trouble("record", message, hint, record.line, excerpt=_excerpt(record.origin))
        return None

    def _mention_itself(self, rule: Rule, record: Record, entity: str) -> None:
        """A record about a person names that person."""
        if rule.kind != "person" or not rule.system or len(rule.entity.parts) != 2:
            return
        holes = [part for part in rule.entity.parts if isinstance(part, Expression)]
        if len(holes) == 1:
            handle = person_name(str(holes[0].run(record.scope)), rule.system)
            record.mentions.append(Mention(entity, rule.system, handle, record.line))

    def _when(self, rule: Rule, record: Record, entity: str) -> _When:
        if rule.said is None and rule.valid_from is None and rule.valid_to is None:
            return _NO_TIMES
        found: dict[str, str | None] = {}
        for name in ("said", "valid_from", "valid_to"):
            field_ = getattr(rule, name)
            if field_ is not None:
                values = self._good(field_, record, entity)
                found[name] = str(values[0].value) if values else None
        when = _When(**found)
        if when.valid_from and when.valid_to and when.valid_to <= when.valid_from:
            message = f"it holds until {when.valid_to}, which is not after {when.valid_from}"
            self._trouble("field", message, "correct the dates", record.line, record=entity, field_="valid_to")
            return _When(when.said, when.valid_from, None)
        return when

    def _good(self, field_: Field, record: Record, entity: str) -> list[Found]:
        """The values that could be read; what could not is quarantined, and so are two where one is taken."""
        found = self._context.values.of(field_, record)
        if not found and not field_.required:
            return _NO_VALUES
        good: list[Found] = []
        failed = False
        for one in found:
            if isinstance(one, Bad):
                failed = True
                self._trouble(
                    "field", one.message, one.hint, one.line, record=entity, field_=field_.name, excerpt=one.excerpt
                )
            else:
                good.append(one)
        if field_.required and not good and not failed:
            hint = f"the mapping requires {field_.name}"
            self._trouble("field", f"{field_.name} is missing", hint, record.line, record=entity, field_=field_.name)
        if len(good) > 1 and not field_.attribute.many:
            return self._only_one(field_, good, entity)
        return good

    def _only_one(self, field_: Field, good: list[Found], entity: str) -> list[Found]:
        distinct = [one for index, one in enumerate(good) if one.value not in [other.value for other in good[:index]]]
        if len(distinct) == 1:
            return distinct
        shown = ", ".join(str(one.value) for one in distinct)[:EXCERPT]
        message = f"{field_.name} takes one value, and here are {len(distinct)}: {shown}"
        hint = "pick one in the expression"
        self._trouble("field", message, hint, distinct[0].line, record=entity, field_=field_.name, excerpt=shown)
        return []

    def _field(self, counts: Counts, field_: Field, record: Record, entity: str, when: _When) -> None:
        good = self._good(field_, record, entity)
        if not good:
            return
        attribute = field_.attribute
        counts.fields[field_.name] += len(good)
        for one in good:
            line = one.line or record.line
            self._say(counts, attribute, entity=entity, value=one.value, line=line, record=entity, when=when)

    def _inverse(self, counts: Counts, field_: Field, record: Record, entity: str, when: _When) -> None:
        for one in self._context.values.of(field_, record):
            if isinstance(one, Bad):
                self._trouble(
                    "field", one.message, one.hint, one.line, record=entity, field_=field_.name, excerpt=one.excerpt
                )
                continue
            counts.fields[field_.name] += 1
            attribute = cast("Attribute", field_.told)
            value: Json = [entity] if attribute.type == "refs" else entity
            line = one.line or record.line
            other = str(one.value)
            self._say(counts, attribute, entity=other, value=value, line=line, record=entity, when=when)

    def _say(
        self,
        counts: Counts,
        attribute: Attribute,
        *,
        entity: str,
        value: Json,
        line: int | None,
        record: str,
        when: _When,
    ) -> None:
        said, start, end = when.said, when.valid_from, when.valid_to
        draft = Draft(entity, attribute.name, value, self._path, line, record, said, start, end)
        if self._context.add(draft, attribute):
            counts.statements += 1

    def _persons(self, counts: Counts, record: Record, entity: str, when: _When) -> None:
        """Each person is introduced once, under the handle by which the first record names them.

        The record may hold for a time; that somebody has a name does not end with it.
        """
        assert _HANDLE is not None
        when = _When(when.said)
        for one in record.mentions:
            known = (one.entity, one.system, fold(one.handle))
            if known in self._context.persons:
                continue
            self._context.persons.add(known)
            value: Json = {"system": one.system, "handle": one.handle}
            line = one.line or record.line
            self._say(counts, _HANDLE, entity=one.entity, value=value, line=line, record=entity, when=when)

    def _trouble(
        self,
        level: Any,
        message: str,
        hint: str,
        line: int | None,
        *,
        record: str | None = None,
        field_: str | None = None,
        excerpt: str = "",
    ) -> None:
        self._context.collector.trouble(Quarantined(level, message, hint, self._path, line, record, field_, excerpt))


_NO_TIMES = _When()
_NO_VALUES: list[Found] = []


def facts_of(path: str) -> dict[str, Json]:
    """What expressions know of a file as ``_file``: path, name, stem, suffix, folder, and the folder's parts."""
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return {
        "path": path,
        "name": name,
        "stem": stem if dot else name,
        "suffix": suffix if dot else "",
        "folder": folder,
        "parts": list(folder.split("/")) if folder else [],
    }


def _empty_hole(template: Template, record: Record) -> str:
    for part in template.parts:
        if isinstance(part, Expression) and is_empty(part.run(record.scope)):
            return part.text
    return template.text


def _excerpt(data: Any) -> str:
    return str(getattr(data, "origin", data))[:EXCERPT]
