"""The fields of a mapping: how one attribute's values come about, checked against the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from typing import Any, cast

from counterpoint.errors import BadValue
from counterpoint.model import identifiers
from counterpoint.model.kinds import COMMON, KIND_NAMES, KINDS, Attribute
from counterpoint.model.schedule import zone_of
from counterpoint.model.statements import Json
from counterpoint.model.values import check, parts_of
from counterpoint.sources.organisation.lines import Path
from counterpoint.sources.records.expressions import Expression, Template, compile_expression, compile_template
from counterpoint.sources.records.keys import FIELD
from counterpoint.sources.records.mapping import Field, Unmapped, ValueMap
from counterpoint.sources.records.problems import Problems, nearest

# The parts from which a schedule is made where the source has tables, not a sentence.
SCHEDULE_PARTS = {
    "start": "text?", "end": "text?", "timezone": "text?", "minutes": "number?", "rules": "json?",
    "except": "json?", "also": "json?", "moved": "json?", "text": "text?",
}  # fmt: skip
_PLAIN_TYPES = {"json": "text", "texts": "text"}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What [mapping] says for every field, and the value maps by name."""

    maps: Table[str, ValueMap] = field(default_factory=dict)
    nobody: frozenset[str] = frozenset()
    system: str = ""
    timezone: str | None = None
    zones: Table[str, str] = field(default_factory=dict)
    day_first: bool | None = None


def names_of(kind: str) -> list[str]:
    """The attributes that a kind has."""
    return [attribute.name for attribute in (*COMMON, *KINDS[kind].attributes)]


def zone(problems: Problems, path: Path, table: Table[str, Any]) -> str | None:
    """A time zone under ``timezone`` that exists."""
    name = problems.text(path, table, "timezone")
    return name if name is None else problems.attempt((*path, "timezone"), lambda: _existing(name))


def abbreviations(problems: Problems, path: Path, table: Table[str, Any]) -> dict[str, str]:
    """What abbreviations of time zones mean, each a zone that exists."""
    named = problems.table(path, table, "zones")
    texts = {short: problems.text((*path, "zones"), named, short) for short in named}
    return {
        short: name
        for short, name in texts.items()
        if name and problems.attempt((*path, "zones", short), lambda name=name: _existing(name))  # type: ignore[misc]
    }


def _existing(name: str) -> str:
    zone_of(name)
    return name


def value_map(name: str, words: Table[str, Any], path: Path, problems: Problems) -> ValueMap:
    """A value map; two spellings that are one word are a problem."""
    found: dict[str, Json] = {}
    for word, meaning in words.items():
        if isinstance(meaning, dict | list):
            problems.add((*path, word), f"{meaning!r} is not one value", 'write it like Accepted = "accepted"')
            continue
        folded = word_of(word)
        if folded in found:
            problems.add((*path, word), f"{word!r} is the same word as one before", "words are compared without case")
        found[folded] = meaning
    return ValueMap(name, found, tuple(words))


def word_of(text: str) -> str:
    """A word as maps compare it: without case, single spaces."""
    return " ".join(text.casefold().split())


def _split(separators: tuple[str, ...] | None) -> re.Pattern[str] | None:
    """Longest first, so that ``, and `` is not cut at its comma; a space in a separator is any white space."""
    if not separators:
        return None
    ordered = sorted(separators, key=len, reverse=True)
    return re.compile("|".join(r"\s+".join(re.escape(part) for part in re.split(" +", one)) for one in ordered))


def _parts_of(attribute: Attribute) -> Table[str, str]:
    return SCHEDULE_PARTS if attribute.type == "schedule" else parts_of(attribute.type)


@dataclass(frozen=True, slots=True)
class FieldLoader:
    """Reads the fields of one rule; what is wrong goes to ``problems``."""

    defaults: Defaults
    problems: Problems

    def fields(self, path: Path, table: Table[str, Any], kind: str, *, inverse: bool = False) -> tuple[Field, ...]:
        """The fields of ``set`` (attributes of ``kind``), or of ``inverse`` (attributes of others that take it)."""
        found: list[Field] = []
        for name, written in table.items():
            several = written if isinstance(written, list) else [written]
            for index, one in enumerate(several):
                here: Path = (*path, name, index) if isinstance(written, list) else (*path, name)
                attribute = None if inverse else KINDS[kind].attribute(name)
                if not inverse and attribute is None:
                    self.problems.add((*path, name), f"a {kind} has no {name!r}", nearest(name, names_of(kind)))
                    break
                made = (
                    self._inverse(here, name, one, kind)
                    if inverse
                    else self._field(here, name, cast("Attribute", attribute), one)
                )
                if made is not None:
                    found.append(made)
        return tuple(found)

    def moment(self, path: Path, table: Table[str, Any], key: str) -> Field | None:
        """A field that yields a date or a time: ``said``, ``valid_from``, ``valid_to``."""
        if key not in table:
            return None
        return self._field((*path, key), key, Attribute(key, "moment", "when"), table[key])

    def one(self, path: Path, attribute: Attribute, written: Any) -> Field | None:
        """A field of an attribute that no kind has. Where it names a party, the mapping's words for nobody hold."""
        made = self._field(path, attribute.name, attribute, written)
        if made is None or not attribute.personal or (isinstance(written, dict) and "nobody" in written):
            return made
        return replace(made, nobody=self.defaults.nobody)

    def _inverse(self, path: Path, name: str, written: Any, kind: str) -> Field | None:
        """An attribute of the entity that ``ref`` makes, which takes the record's own entity as its value."""
        pseudo = Attribute(name, "ref", "the other entity")
        made = self._field(path, name, pseudo, written)
        if made is None:
            return None
        if made.ref is None:
            self.problems.add(path, "ref is missing", f'say what has this record as its {name}, such as ref = "work"')
            return None
        attribute = KINDS[made.ref_kind].attribute(name)
        if attribute is None:
            self.problems.add(path, f"a {made.ref_kind} has no {name!r}", nearest(name, names_of(made.ref_kind)))
            return None
        if attribute.type not in ("ref", "refs") or (attribute.kinds and kind not in attribute.kinds):
            self.problems.add(path, f"{name} of a {made.ref_kind} does not take a {kind}", attribute.about)
            return None
        return replace(made, attribute=replace(pseudo, kinds=(made.ref_kind,)), told=attribute)

    def _field(self, path: Path, name: str, attribute: Attribute, written: Any) -> Field | None:
        if isinstance(written, str):
            written = {"from": written}
        if not isinstance(written, dict):
            hint = "write an expression in quotes, or a table such as { value = … }"
            self.problems.add(path, f"{written!r} does not say where the value is", hint)
            return None
        self.problems.known(path, written, FIELD)
        self._one_source(path, written)
        source = self._compiled(path, written, "from")
        parts = self._parts(path, attribute, written)
        made = Field(
            name=name,
            attribute=attribute,
            line=self.problems.line(path),
            source=source,
            constant=written.get("value"),
            text=self._template(path, written, "text"),
            split=_split(self.problems.texts(path, written, "split")),
            map=self._map(path, written),
            unmapped=self._unmapped(path, written),
            nobody=self._nobody(path, attribute, written),
            pattern=self._regular(path, written),
            system=self.problems.text(path, written, "people") or self.defaults.system,
            day_first=self.defaults.day_first
            if "day_first" not in written
            else self.problems.flag(path, written, "day_first"),
            layouts=self.problems.texts(path, written, "format") or (),
            timezone=zone(self.problems, path, written) or self.defaults.timezone,
            zones=self.defaults.zones,
            required=self.problems.flag(path, written, "required") or False,
            each=self._compiled(path, written, "each"),
            parts=parts,
            optional_parts=frozenset(key for key, kind in _parts_of(attribute).items() if kind.endswith("?")),
        )
        made = self._with_ref(path, made, written)
        if "value" in written and source is None and made.map is None:
            self._check_constant(path, made)
        self._check_meanings(path, made)
        return made

    def _check_meanings(self, path: Path, made: Field) -> None:
        """What a map gives to a choice must be one of its values: told here once, and not for every record."""
        if made.map is None or made.attribute.type != "choice" or made.text is not None or made.pattern is not None:
            return
        at = ("maps", made.map.name) if made.map.name else (*path, "map")
        for meaning in dict.fromkeys(map(str, made.map.words.values())):
            if meaning.strip() and meaning not in made.attribute.choices and word_of(meaning) not in made.nobody:
                hint = nearest(meaning, made.attribute.choices)
                self.problems.add(at, f"{meaning!r} is no value of {made.attribute.name}", hint)

    def _one_source(self, path: Path, written: dict[str, Any]) -> None:
        given = [key for key in ("from", "value", "fields") if key in written]
        if len(given) > 1:
            self.problems.add(path, f"{' and '.join(given)} together", "a field has one of from, value and fields")
        if not given and not ({"text", "ref"} & written.keys()):
            self.problems.add(path, "says nothing of where the value is", "add from, value, text, ref or fields")
        if "text" in written and "ref" in written:
            self.problems.add(path, "text and ref together", "a value is a text or a reference")
        if "each" in written and "fields" not in written:
            self.problems.add(path, "each is for a table made of fields", "a list of values comes by from alone")

    def _compiled(self, path: Path, table: Table[str, Any], key: str) -> Expression | None:
        text = self.problems.text(path, table, key)
        return None if text is None else self.problems.attempt((*path, key), lambda: compile_expression(text))

    def _template(self, path: Path, table: Table[str, Any], key: str) -> Template | None:
        text = self.problems.text(path, table, key)
        return None if text is None else self.problems.attempt((*path, key), lambda: compile_template(text))

    def _map(self, path: Path, written: dict[str, Any]) -> ValueMap | None:
        value = written.get("map")
        if value is None:
            return None
        if isinstance(value, dict):
            return value_map("", value, (*path, "map"), self.problems)
        if value in self.defaults.maps:
            return self.defaults.maps[value]
        hint = nearest(str(value), self.defaults.maps) if self.defaults.maps else f"add [maps.{value}]"
        self.problems.add((*path, "map"), f"there is no map {value!r}", hint)
        return None

    def _unmapped(self, path: Path, written: dict[str, Any]) -> Unmapped:
        choices = ("quarantine", "keep", "drop")
        value = self.problems.text(path, written, "unmapped") or "quarantine"
        if value not in choices:
            self.problems.add(
                (*path, "unmapped"), f"{value!r} is not one of its values", f"one of: {', '.join(choices)}"
            )
            return "quarantine"
        if "unmapped" in written and "map" not in written:
            self.problems.add((*path, "unmapped"), "there is no map", "add map, or leave unmapped out")
        return cast("Unmapped", value)

    def _nobody(self, path: Path, attribute: Attribute, written: dict[str, Any]) -> frozenset[str]:
        """The field's own words; else the mapping's where the value refers to somebody or something."""
        own = self.problems.texts(path, written, "nobody")
        if own is not None:
            return frozenset(word.strip().casefold() for word in own)
        return self.defaults.nobody if attribute.type in ("ref", "refs") else frozenset()

    def _regular(self, path: Path, written: dict[str, Any]) -> re.Pattern[str] | None:
        text = self.problems.text(path, written, "pattern")
        if text is None:
            return None
        try:
            return re.compile(text)
        except re.error as error:
            hint = "write backslashes in single quotes: '\\d+'"
            self.problems.add((*path, "pattern"), f"{text!r} is not a regular expression: {error}", hint)
            return None

    def _with_ref(self, path: Path, made: Field, written: dict[str, Any]) -> Field:
        """Add the template of references, from ``ref`` or from the one kind that the attribute takes."""
        attribute = made.attribute
        text = self.problems.text(path, written, "ref")
        if attribute.type not in ("ref", "refs"):
            if text is not None:
                self.problems.add((*path, "ref"), f"{made.name} takes no reference but a {attribute.type}", "use text")
            return made
        if text is None:
            if len(attribute.kinds) != 1 or made.text is not None:
                return made
            text = attribute.kinds[0]
        shape = text if ":" in text else f"{text}:{{}}"
        kind = identifiers.fold(shape.partition(":")[0])
        allowed = attribute.kinds or tuple(sorted(KIND_NAMES))
        if kind not in allowed:
            self.problems.add((*path, "ref"), f"{made.name} takes no {kind!r}", f"one of: {', '.join(allowed)}")
            return made
        template = self.problems.attempt((*path, "ref"), lambda: compile_template(shape))
        return replace(made, ref=template, ref_kind=kind)

    def _check_constant(self, path: Path, made: Field) -> None:
        """A value that always holds can be checked now."""
        if made.ref is not None or made.text is not None or made.attribute.type in ("schedule", "moment"):
            return
        values = made.constant if made.attribute.many and isinstance(made.constant, list) else [made.constant]
        for value in values:
            try:
                check(made.attribute, value)
            except BadValue as error:
                self.problems.add((*path, "value"), error.message, error.hint)

    def _parts(self, path: Path, attribute: Attribute, written: dict[str, Any]) -> dict[str, Field] | None:
        known = _parts_of(attribute)
        if "fields" not in written:
            if known and attribute.type != "schedule" and "value" not in written:
                self.problems.add(
                    path, f"{attribute.name} is a table of {', '.join(known)}", "say each of them under fields"
                )
            return None
        if not known:
            self.problems.add((*path, "fields"), f"{attribute.name} is no table", "use from")
            return None
        table = self.problems.table(path, written, "fields")
        self.problems.known((*path, "fields"), table, known)
        missing = [
            name for name, kind in known.items() if not kind.endswith("?") and kind != "json" and name not in table
        ]
        if missing:
            self.problems.add((*path, "fields"), f"{missing[0]} is missing", f"it takes {', '.join(known)}")
        return {
            name: made
            for name, one in table.items()
            if name in known and (made := self._part((*path, "fields", name), name, known[name], one))
        }

    def _part(self, path: Path, name: str, kind: str, written: Any) -> Field | None:
        """A part of a table: as an attribute of its type; ``json`` is taken as it is, ``texts`` are gathered."""
        plain = kind.rstrip("?")
        attribute = Attribute(name, cast("Any", _PLAIN_TYPES.get(plain, plain)), f"{name} of the table")
        made = self._field(path, name, attribute, written)
        return None if made is None else replace(made, raw=plain == "json", gathered=plain == "texts")
