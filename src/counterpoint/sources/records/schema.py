"""The JSON Schema of a mapping file, made from the table of keys and the vocabulary, for editors.

It says which keys there are and what sort of value each takes; expressions, templates and what an attribute takes are
for the loader.
"""

from __future__ import annotations

from typing import Any

from counterpoint.model.kinds import KIND_NAMES
from counterpoint.sources.records.formats.reading import FORMATS
from counterpoint.sources.records.keys import ACTIVITY, DECLARE, FIELD, FILES, MAPPING, RECORD, TOP, Key

SCHEMA_FILE = "mapping.schema.json"
_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_FIELD = {"$ref": "#/$defs/field"}
_ONE_OR_MORE = {"anyOf": [_FIELD, {"type": "array", "items": _FIELD}]}
_KINDS = "|".join(sorted(KIND_NAMES))
_TYPES: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "texts": _TEXTS,
    "flag": {"type": "boolean"},
    "expression": _TEXT,
    "template": _TEXT,
    "table": {"type": "object"},
    "map": {"anyOf": [_TEXT, {"type": "object"}]},
    "field": _FIELD,
    "fields": {"type": "object", "additionalProperties": _ONE_OR_MORE},
    "tables": {"type": "array", "items": {"$ref": "#/$defs/within"}},
    "any": {},
}
_CHOICES: dict[str, tuple[str, ...]] = {"keys": ("as written", "snake"), "unmapped": ("quarantine", "keep", "drop")}


def mapping_schema() -> dict[str, Any]:
    """The schema, as JSON."""
    rules = _table({**RECORD, **FILES})
    rules["properties"]["format"] = {"enum": list(FORMATS), "description": FILES["format"].about}
    activity = _table({**ACTIVITY, **FILES})
    activity["properties"]["format"] = rules["properties"]["format"]
    top = _table(TOP)
    top["properties"] |= {
        "mapping": _table(MAPPING),
        "maps": {"type": "object", "additionalProperties": {"type": "object"}, "description": TOP["maps"].about},
        "declare": {"type": "array", "items": _declared(), "description": TOP["declare"].about},
        "records": {"type": "array", "items": rules, "description": TOP["records"].about},
        "activity": {"type": "array", "items": activity, "description": TOP["activity"].about},
    }
    field = {"anyOf": [{"type": "string", "minLength": 1}, _table(FIELD)]}
    within = _table(RECORD)
    within["required"] = ["entity", "at"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Counterpoint mapping",
        **top,
        "$defs": {"field": field, "within": within},
    }


def _table(keys: dict[str, Key]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, key in keys.items():
        if name in _CHOICES:
            shape: dict[str, Any] = {"enum": list(_CHOICES[name])}
        elif name == "entity":
            shape = {"type": "string", "pattern": f"^({_KINDS}):"}
        else:
            shape = _TYPES[key.type]
        properties[name] = {**shape, "description": key.about}
    required = [name for name, key in keys.items() if key.required]
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def _declared() -> dict[str, Any]:
    found = _table({"entity": DECLARE["entity"]})
    found["additionalProperties"] = True
    return found
