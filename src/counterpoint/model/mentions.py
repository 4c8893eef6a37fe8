"""Who is named by a statement: the references in its value, and in which attribute they stand."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.model.kinds import ATTRIBUTES, Attribute
from counterpoint.model.statements import Json
from counterpoint.model.values import names_something, references

SETTLEMENT = "settlement"
_NAMING = {key for key, declared in ATTRIBUTES.items() if names_something(declared)}
NAMING_SOMEWHERE = frozenset({attribute for _, attribute in _NAMING} | {SETTLEMENT})
"""The attributes that name something in some kind of thing. Most name nobody, and this tells it soonest."""


def may_name(kind: str, attribute: str) -> bool:
    """May a value of this attribute name something? A settlement may, in the attribute that it settles."""
    return attribute == SETTLEMENT or (kind, attribute) in _NAMING


def named(kind: str, attribute: str, value: Json) -> Iterator[tuple[str, str]]:
    """Attribute and reference of everything that a value names; each reference once."""
    if attribute == SETTLEMENT:
        if not isinstance(value, dict):
            return
        attribute, value = str(value.get("attribute")), value.get("value")
    declared = ATTRIBUTES.get((kind, attribute))
    if declared is None or not names_something(declared):
        return
    for reference in sorted({one for part in _elements(declared, value) for one in references(declared, part)}):
        yield attribute, reference


def _elements(declared: Attribute, value: Json) -> list[Json]:
    """What a settlement chooses for a set are its elements together."""
    return value if declared.many and isinstance(value, list) else [value]
