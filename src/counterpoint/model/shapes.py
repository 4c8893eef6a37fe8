"""The shape of an answer: its type as JSON Schema, so that what ``--json`` prints is documented and can be checked.

A shape follows :func:`counterpoint.model.answers.as_json`: every field of a dataclass is there, tuples are arrays.
"""

from __future__ import annotations

import inspect
import typing
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
    object: {},
    Any: {},
}
# A value of an attribute may be any JSON.
_NAMES = {"Json": object}


def schema_of(answer: Any) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a type: a dataclass, a union of them, or a tuple of them.

    Raises:
        TypeError: the type has a part that is no JSON.
    """
    found = Shapes()
    top = found.of(answer)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "$defs": found.definitions}


class Shapes:
    """Gathers the shapes of several types; each dataclass is defined once, by its name."""

    def __init__(self) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}
        self.types: dict[str, type] = {}

    def of(self, kind: Any, bound: dict[Any, Any] | None = None) -> dict[str, Any]:
        """The schema of one type; dataclasses are references into ``definitions``."""
        kind = (bound or {}).get(kind, kind)
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(one, bound) for one in arguments]}
        if origin in (tuple, list):
            return {"type": "array", "items": self.of(arguments[0], bound)}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1], bound)}
        base = origin or kind
        if is_dataclass(base) and isinstance(base, type):
            return {"$ref": f"#/$defs/{self._define(base, arguments)}"}
        raise TypeError(f"{kind!r} is no JSON")

    def _define(self, kind: type, arguments: tuple[Any, ...]) -> str:
        name = self._name(kind)
        if name not in self.definitions:
            self.types[name] = kind
            self.definitions[name] = {}
            bound = dict(zip(_parameters(kind), arguments, strict=False))
            hints = get_type_hints(kind, localns=_NAMES)
            names = [field.name for field in fields(kind)]
            self.definitions[name] |= {
                "type": "object",
                "description": inspect.cleandoc(kind.__doc__ or ""),
                "properties": {name: self.of(hints[name], bound) for name in names},
                "required": names,
                "additionalProperties": False,
            }
        return name

    def _name(self, kind: type) -> str:
        """The type's own name; with its module before it, where another type has that name already."""
        name = kind.__name__
        if self.types.get(name, kind) is kind:
            return name
        return f"{kind.__module__.rpartition('.')[2]}.{name}"


def said_in_words(schema: dict[str, Any]) -> str:
    """A schema as one short phrase: ``string or null``, ``list of Because``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(said_in_words(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {said_in_words(schema['items'])}"
    if schema.get("type") == "object":
        return f"object of {said_in_words(schema['additionalProperties'])}"
    return str(schema.get("type", "any JSON"))


def _parameters(kind: type) -> tuple[TypeVar, ...]:
    return typing.cast("tuple[TypeVar, ...]", getattr(kind, "__parameters__", ()))
