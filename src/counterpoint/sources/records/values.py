"""From a field of the mapping and a record to values: the pipeline of docs/mapping.md, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, cast

from counterpoint.errors import BadValue
from counterpoint.model import identifiers
from counterpoint.model.kinds import KIND_NAMES, Attribute
from counterpoint.model.statements import Json
from counterpoint.model.values import check
from counterpoint.sources.records.expressions import Expression, Template, hole, line_in
from counterpoint.sources.records.formats.document import Marks
from counterpoint.sources.records.functions import FunctionFailed, is_empty
from counterpoint.sources.records.load_fields import word_of
from counterpoint.sources.records.mapping import Field, ValueMap
from counterpoint.sources.records.typed import checked_ref, person_name, typed
from counterpoint.sources.schedule_rules import schedule_from_rules

Scope = dict[str, Any]


@dataclass(slots=True)
class Found:
    """A value, checked, and its line."""

    value: Json
    line: int | None


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that could not be used: why, what to do, and where."""

    message: str
    hint: str
    line: int | None
    excerpt: str


@dataclass(slots=True)
class Mention:
    """That a person was named: the reference, the system and the spelling."""

    entity: str
    system: str
    handle: str
    line: int | None


@dataclass(slots=True)
class Record:
    """The record in hand: its scope, and what it takes to tell lines and namespaces."""

    scope: Scope
    origin: Any
    marks: Marks
    line: int | None
    namespace: str
    mentions: list[Mention] = field(default_factory=list)


class Values:
    """Evaluates fields. References and choices that came before are remembered, because most come again."""

    def __init__(self) -> None:
        self._refs: dict[tuple[str, int, str], str] = {}
        self._constants: dict[int, list[Json]] = {}
        self._typed: dict[tuple[int, str], Json] = {}

    def of(self, field_: Field, record: Record) -> list[Found | Bad]:
        """The values of a field in a record; an attribute that takes one list has one."""
        found = self._each(field_, record)
        return _as_list(found) if found and field_.attribute.type == "refs" else found

    def _each(self, field_: Field, record: Record) -> list[Found | Bad]:
        if field_.parts is not None:
            return list(self._tables(field_, record))
        source = field_.source
        found: list[Found | Bad] = []
        if source is not None:
            try:
                raw = source.run(record.scope)
            except FunctionFailed as error:
                return [_bad(error, _line(field_, record), "")]
            if raw is None or raw == "":
                return found
            if isinstance(raw, list) and not field_.raw:
                self._take_all(field_, raw, record, found)
            else:
                line = record.marks.line_of(raw) or _line(field_, record)
                self._take(field_, raw, record, line, found)
        elif field_.constant is not None:
            return self._constant(field_, record)
        else:
            self._take(field_, _NOTHING, record, record.line, found)
        return found

    def _constant(self, field_: Field, record: Record) -> list[Found | Bad]:
        """What always holds is worked out once, unless it names a person or takes something of the record."""
        known = self._constants.get(id(field_))
        if known is not None:
            return [Found(value, record.line) for value in known]
        found: list[Found | Bad] = []
        before = len(record.mentions)
        for part in _listed(field_.constant):
            self._take(field_, part, record, record.line, found)
        template = field_.ref or field_.text
        if len(record.mentions) == before and (template is None or template.simple):
            good = [one.value for one in found if isinstance(one, Found)]
            if len(good) == len(found):
                self._constants[id(field_)] = good
        return found

    def _take_all(self, field_: Field, raw: list[Any], record: Record, found: list[Found | Bad]) -> None:
        fallback = _line(field_, record)
        line_of = record.marks.line_of
        for part in _flat(raw):
            self._take(field_, part, record, line_of(part) or fallback, found)

    def _take(self, field_: Field, raw: Any, record: Record, line: int | None, found: list[Found | Bad]) -> None:
        for piece in _pieces(field_, raw):
            try:
                made = self._value(field_, piece, record, line)
            except (FunctionFailed, BadValue) as error:
                found.append(_bad(error, line, piece, field_.attribute.name))
                continue
            if made is not None:
                found.append(Found(made, line))

    def _value(self, field_: Field, item: Any, record: Record, line: int | None) -> Json:
        attribute = field_.attribute
        if field_.map is not None and item is not _NOTHING:
            item = _mapped(field_, item)
            if item is None:
                return None
        if field_.pattern is not None and isinstance(item, str) and not field_.pattern.fullmatch(item):
            hint = "change the value, or the field's pattern in the mapping"
            raise BadValue(f"{item!r} does not look like {field_.pattern.pattern}", hint=hint)
        if attribute.type in ("ref", "refs"):
            ref = self._reference(field_, item, record, line)
            return None if ref is None else ([ref] if attribute.type == "refs" else ref)
        if field_.text is not None:
            item = _filled(field_, item, record)
        if item is None or item is _NOTHING:
            return None
        if type(item) is not str or field_.raw:
            return typed(field_, attribute, item)
        if attribute.type == "text":
            return item if item.strip() else None
        if attribute.type not in ("choice", "date"):
            return typed(field_, attribute, item)
        key = (id(field_), item)
        known = self._typed.get(key)
        if known is None:
            known = self._typed[key] = typed(field_, attribute, item)
        return known

    def _reference(self, field_: Field, item: Any, record: Record, line: int | None) -> str | None:
        if isinstance(item, dict | list | bool):
            raise BadValue(f"{item!r:.80} is no reference", hint="pick one text in the expression")
        system = field_.system if field_.ref_kind == "person" else ""
        text = item if item is _NOTHING else str(item)
        if system and text is not _NOTHING:
            text = person_name(text, system)
        key = (text, id(field_), record.namespace) if text is not _NOTHING and _is_simple(field_) else None
        known = self._refs.get(key) if key is not None else None
        if known is None:
            made = self._make(field_, text, record)
            if made is None:
                return None
            known = _checked(made, field_, record.namespace)
            if key is not None:
                self._refs[key] = known
        if known.startswith("person:") and not identifiers.is_opaque(known):
            handle = (
                text
                if system and text is not _NOTHING and not _is_reference(text, field_)
                else identifiers.slug_of(known)
            )
            if field_.system:
                record.mentions.append(Mention(known, field_.system, handle, line))
        return known

    def _make(self, field_: Field, text: Any, record: Record) -> str | None:
        if text is not _NOTHING and _is_reference(text, field_):
            return str(text)
        template = field_.ref or field_.text
        if template is None:
            return None if text is _NOTHING else str(text)
        if template.simple and text is not _NOTHING:
            return "".join(
                part if isinstance(part, str) else hole(text, part.text, slugs=True) for part in template.parts
            )
        scope = record.scope if text is _NOTHING else {**record.scope, "_value": text}
        return template.fill(scope, slugs=True)

    def _tables(self, field_: Field, record: Record) -> Iterator[Found | Bad]:
        """One table for each element of ``each``; a part with several values makes one table for each of them."""
        try:
            elements = [_NOTHING] if field_.each is None else _listed(field_.each.run(record.scope))
        except FunctionFailed as error:
            yield _bad(error, _line(field_, record), "")
            return
        for element in elements:
            if element is None:
                continue
            inner = record if element is _NOTHING else _inside(element, record, field_)
            yield from self._table(field_, inner)
            if inner is not record:
                record.mentions += inner.mentions

    def _table(self, field_: Field, record: Record) -> Iterator[Found | Bad]:
        names: list[str] = []
        options: list[list[Found]] = []
        for name, part in cast("dict[str, Field]", field_.parts).items():
            found = self._each(part, record)
            bad = [one for one in found if isinstance(one, Bad)]
            if bad:
                yield from (Bad(f"{name}: {one.message}", one.hint, one.line, one.excerpt) for one in bad)
                return
            good = [one for one in found if isinstance(one, Found)]
            if good and part.gathered:
                good = [Found([one.value for one in good], good[0].line)]
            if good:
                names.append(name)
                options.append(good)
            elif name not in field_.optional_parts:
                return
        if not names:
            return
        line = _line(field_, record) if field_.each is None else record.line
        for chosen in product(*options):
            table = {name: one.value for name, one in zip(names, chosen, strict=True)}
            try:
                whole = _whole(field_, table)
                if whole is not None:
                    yield Found(whole, line)
            except BadValue as error:
                yield _bad(error, line, table, field_.attribute.name)


class _Nothing:
    """No value in hand: the template takes what it needs from the record."""

    def __repr__(self) -> str:
        return "nothing"


_NOTHING: Any = _Nothing()
_ANY_REF = Attribute("reference", "ref", "any reference")


def _whole(field_: Field, table: dict[str, Json]) -> Json:
    """A table with all its parts, as its type takes it."""
    if field_.attribute.type != "schedule":
        return check(field_.attribute, cast("Json", table))
    if is_empty(table.get("start")) and is_empty(table.get("rules")):
        return None
    return check(field_.attribute, schedule_from_rules(table, zone=field_.timezone).as_json())


def scope_of(data: Any, **extra: Any) -> Scope:
    """What expressions see of a record: its own fields, and the names that start with an underscore."""
    scope: Scope = dict(data) if isinstance(data, dict) else {}
    if "_value" not in scope:
        scope["_value"] = getattr(data, "origin", data)
    scope.update(extra)
    return scope


def _inside(element: Any, record: Record, field_: Field) -> Record:
    scope = scope_of(element, _parent=record.scope, _file=record.scope.get("_file"), _doc=record.scope.get("_doc"))
    line = record.marks.line_of(getattr(element, "origin", element)) or _line(field_, record)
    return Record(scope, element, record.marks, line, record.namespace)


def _line(field_: Field, record: Record) -> int | None:
    expression: Expression | None = field_.source or field_.each
    if expression is None:
        return record.line
    if expression.field is not None:
        known = record.marks.keys.get(id(record.origin))
        if known is not None and expression.field in known:
            return known[expression.field]
    return line_in(expression, record.scope, record.marks, record.origin) or record.line


def _bad(error: FunctionFailed | BadValue, line: int | None, excerpt: object, name: str = "") -> Bad:
    """Who reports it says which field it is, so the message need not."""
    message = (error.message if isinstance(error, BadValue) else str(error)).removeprefix(f"{name}: ")
    hint = error.hint if isinstance(error, BadValue) else "change the expression in the mapping, or the value"
    return Bad(message, hint, line, "" if excerpt is _NOTHING else str(excerpt)[:120])


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        elif value is not None:
            yield value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _pieces(field_: Field, raw: Any) -> Sequence[Any]:
    """A text split, trimmed, and without who is nobody; anything else as it is."""
    nobody = field_.nobody
    if not isinstance(raw, str):
        return () if nobody and str(raw).casefold() in nobody else (raw,)
    if field_.split is None:
        text = raw.strip()
        return (text,) if text and not (nobody and text.casefold() in nobody) else ()
    parts = [part.strip() for part in field_.split.split(raw)]
    return [part for part in parts if part and part.casefold() not in nobody]


def _as_list(found: list[Found | Bad]) -> list[Found | Bad]:
    """A list of parties holds only if each of them could be read: half of the deciders would be a wrong answer."""
    bad: list[Found | Bad] = [one for one in found if isinstance(one, Bad)]
    if bad:
        return bad
    good = cast("list[Found]", found)
    refs = sorted({ref for one in good for ref in cast("list[str]", _listed(one.value))})
    return [Found(cast("Json", refs), good[0].line)]


def _mapped(field_: Field, item: Any) -> Any:
    """What a word means by the map; None where it means nothing.

    Raises:
        BadValue: the word is not in the map, and the mapping does not say what to do with such words.
    """
    words = cast("ValueMap", field_.map)
    text = str(item).lower() if isinstance(item, bool) else str(item)
    folded = word_of(text)
    if folded in words.words:
        meaning = words.words[folded]
        return None if meaning == "" else meaning
    if field_.unmapped == "keep":
        return item
    if field_.unmapped == "drop":
        return None
    name = f" of {words.name}" if words.name else ""
    raise BadValue(f"{text!r} is not in the map{name}", hint=f"known: {', '.join(words.shown)}; add it to the mapping")


def _filled(field_: Field, item: Any, record: Record) -> str | None:
    template = cast("Template", field_.text)
    return template.fill(record.scope if item is _NOTHING else {**record.scope, "_value": item}, slugs=False)


def _checked(text: str, field_: Field, namespace: str) -> str:
    """A reference, checked. A name where the mapping says no kind lacks just that."""
    try:
        return checked_ref(text, field_.attribute, namespace)
    except BadValue as error:
        if field_.ref is None and field_.text is None and field_.constant is None:
            known = ", ".join(sorted(field_.attribute.kinds or KIND_NAMES))
            raise BadValue(
                error.message, hint=f"say of what kind it is by ref in the mapping, one of {known}"
            ) from error
        raise


def _is_simple(field_: Field) -> bool:
    template = field_.ref or field_.text
    return template is None or template.simple


def _is_reference(text: str, field_: Field) -> bool:
    """A text that already is a reference of a kind that fits (``team:lang``) is taken as it is."""
    kind, colon, rest = text.partition(":")
    kind = kind.casefold()
    return bool(colon) and rest[:1] not in ("", " ", "/") and kind in (field_.attribute.kinds or KIND_NAMES)
