"""The JSON Schema of an organisation's files, made from the vocabulary, for editors and for any other checker.

It says what one file may hold. What only all the files together can break (references, cycles, quorums) is for the
reader.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from counterpoint.model.kinds import KIND_NAMES, TERMS, Attribute
from counterpoint.sources.organisation.rhythm import PARTS
from counterpoint.sources.organisation.vocabulary import (
    ALIAS,
    ALIAS_FIELDS,
    ID,
    ORGANISATION,
    SINCE,
    UNTIL,
    fields,
    own_fields,
    parts,
    tables,
)

SCHEMA_FILE = "organisation.schema.json"
_SLUG = r"[^\s:@]+(@[^\s:@]+)?"
_TEXT = {"type": "string", "pattern": r"\S"}
_SIMPLE: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "url": {"type": "string", "pattern": r"^[a-zA-Z][a-zA-Z0-9+.-]*:\S+$"},
    "flag": {"type": "boolean"},
    "number": {"type": "number", "minimum": 0},
    "minutes": {"type": "number", "minimum": 0},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "calendar": _TEXT,
    "leave": {"enum": list(TERMS)},
}
_DAYS = {"anyOf": [_SIMPLE["date"], {"type": "array", "items": _SIMPLE["date"]}]}
_SCHEDULE: dict[str, dict[str, Any]] = {"anchor": _DAYS, "time": {"type": "string"}, "start": {"type": "string"}}


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12), the same at every call."""
    properties: dict[str, Any] = {ORGANISATION: _table(ORGANISATION, "the organisation's own zone and protocol")}
    for name, kind in tables().items():
        properties[name] = {"type": "array", "description": kind.about, "items": _table(name, kind.about)}
    properties[ALIAS] = {"type": "array", "description": "two names of one thing", "items": _alias()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An organisation as code, as Counterpoint reads it",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def schema_text() -> str:
    """The schema as the file that ships, byte for byte."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def shipped_schema() -> str:
    """The file that ships in the package."""
    return files(__package__).joinpath(SCHEMA_FILE).read_text(encoding="utf-8")


def _table(name: str, about: str) -> dict[str, Any]:
    own = {field: {**_own(field, name), "description": told} for field, told in own_fields(name).items()}
    properties = own | {field: _field(attribute) for field, attribute in fields(name).items()}
    found: dict[str, Any] = {"type": "object", "description": about, "properties": properties}
    if ID in own:
        found["required"] = [ID]
    return found | {"additionalProperties": False}


def _own(field: str, table: str) -> dict[str, Any]:
    return _SIMPLE["date"] if field in (SINCE, UNTIL) else _reference((table,))


def _alias() -> dict[str, Any]:
    properties = {name: {**_reference(()), "description": about} for name, about in ALIAS_FIELDS.items()}
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def _field(attribute: Attribute) -> dict[str, Any]:
    return {"description": attribute.about} | _several(attribute)


def _several(attribute: Attribute) -> dict[str, Any]:
    if attribute.type == "handle":
        handle = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
        return {"type": "object", "additionalProperties": handle}
    one = _one(attribute)
    if attribute.type == "refs":
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    if attribute.many:
        return {"anyOf": [one, {"type": "array", "items": one}]}
    return one


def _one(attribute: Attribute) -> dict[str, Any]:
    if attribute.type in ("ref", "refs"):
        return _reference(attribute.kinds)
    if attribute.type == "choice":
        return {"enum": list(attribute.choices)}
    if attribute.type == "period":
        ends = {"start": _SIMPLE["date"], "end": _SIMPLE["date"]}
        table = {"type": "object", "properties": ends, "required": ["start", "end"], "additionalProperties": False}
        return {"anyOf": [{"type": "string", "pattern": r"^\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d$"}, table]}
    if attribute.type == "schedule":
        known = {name: {"description": about} | _SCHEDULE.get(name, _TEXT) for name, about in PARTS.items()}
        either = [{"required": ["text"]}, {"required": ["rule"]}]
        return {
            "anyOf": [_TEXT, {"type": "object", "properties": known, "additionalProperties": False, "oneOf": either}]
        }
    if parts(attribute.type):
        return _parts(attribute.type)
    return _SIMPLE[attribute.type]


def _parts(type_name: str) -> dict[str, Any]:
    known = parts(type_name).values()
    properties = {}
    for part in known:
        if part.type == "ref":
            one = _reference(part.kinds)
        elif part.type == "texts":
            one = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
        else:
            one = _SIMPLE[part.type]
        properties[part.name] = {"description": part.about} | one
    required = [part.name for part in known if part.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _reference(kinds: tuple[str, ...]) -> dict[str, Any]:
    """A reference with its kind; where only one kind is taken, a bare slug too."""
    every = "|".join(kinds or sorted(KIND_NAMES))
    kind = f"(({every}):)?" if len(kinds) == 1 else f"({every}):"
    return {"type": "string", "pattern": rf"^\s*{kind}{_SLUG}\s*$"}
