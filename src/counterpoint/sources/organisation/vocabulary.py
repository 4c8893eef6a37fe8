"""What the files of an organisation may say: the tables and fields, taken from the vocabulary in ``model.kinds``.

The reader, the JSON Schema and the reference pages all come from here, so none can know a field that another does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from counterpoint.model.kinds import COMMON, KINDS, PARTIES, ROOT_ZONE, Attribute, Kind
from counterpoint.model.values import parts_of

SOURCE = "organisation"
ORGANISATION = "organisation"
"""The one table that is no list: the organisation's own zone, ``zone:organisation``."""
ALIAS = "alias"
ID, SINCE, UNTIL = "id", "since", "until"

# Stated by other means than a field: by the record being there, a settlement, [[alias]], an erasure, an ownership file,
# or only ever by a protocol.
_NOT_A_FIELD = frozenset({
    "exists", "settlement", "alias_of", "erased", "position", "act",
    "advice", "vote", "by_default", "overdue", "slipped_from", "told", "late", "reminded", "shaken_by", "prepared",
    "stopped_by", "stood", "passed_by", "measured",
})  # fmt: skip
_NOT_OF_THE_ROOT = frozenset({"parent"})
_LAST = tuple(attribute.name for attribute in COMMON)

OWN_FIELDS: Mapping[str, str] = {
    ID: "what the files call it; other files point at it as kind:id",
    SINCE: "the first day on which all of this record holds, where that is not the day it is applied",
    UNTIL: "the last day on which it holds",
}
ALIAS_FIELDS: Mapping[str, str] = {
    "name": "the other name, as a reference",
    "of": "the entity that it is a name of",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One key of a table inside a field, such as ``party`` in a rung of an escalation ladder."""

    name: str
    type: str
    required: bool
    about: str
    kinds: tuple[str, ...] = ()


_PART_KINDS: Mapping[str, tuple[str, ...]] = {
    "party": PARTIES,
    "team": ("team",),
    "owner": PARTIES,
    "reviewer": PARTIES,
    "gate": ("gate",),
}
_PART_ABOUT: Mapping[tuple[str, str], str] = {
    ("role", "party"): "who",
    ("role", "role"): "as what, in your own word",
    ("role", "team"): "within which team",
    ("freeze", "start"): "its first day",
    ("freeze", "end"): "its last day",
    ("freeze", "reason"): "why",
    ("rung", "order"): "its place on the ladder; left out, the rungs count as they are written",
    ("rung", "party"): "whom the question goes to",
    ("rung", "after_hours"): "how many of their working hours they have to answer before it goes on; 8, if left out",
    ("advice", "party"): "whose advice",
    ("advice", "text"): "what they said",
    ("advice", "option"): "which option they are for",
    ("need", "party"): "the party: a team stands for whoever leads it or is in it",
    ("need", "count"): "how many of them",
    ("term", "action"): 'which action, as noun and verb ("work complete"), noun alone, or "*" for all',
    ("term", "term"): "alone, review or never",
    ("term", "reviewer"): "who reviews, where that is not the agent's sponsor",
    ("lease time", "party"): "person, agent or team",
    ("lease time", "minutes"): "how many minutes without a sign of life",
    ("stage", "name"): "what the stage is called",
    ("stage", "order"): "its place; left out, the stages count as they are written",
    ("stage", "hours"): "how long work should stay in it at most",
    ("stage", "owner"): "who looks after work in it",
    ("stage", "gate"): "the gate that work must pass to leave it",
    ("stage", "entry"): "the rule for coming in, in words",
    ("stage", "exit"): "the rule for going out, in words",
    ("key result", "name"): "what is measured",
    ("key result", "target"): "the figure to reach",
    ("key result", "start"): "the figure at the beginning",
    ("key result", "value"): "the figure now",
    ("key result", "unit"): "what it counts",
    ("authority", "kind"): 'of which kind of thing, or "*" for all',
    ("authority", "attribute"): 'of which field, or "*" for all',
    ("authority", "sources"): "the sources that have the say, best first",
    ("authority", "exclusive"): "for a set: only the best source counts, where otherwise all add up",
}
ORDERED = frozenset({"rung", "stage"})
"""Tables that count as they are written, where they do not say their order."""
_LEFT_OUT: frozenset[tuple[str, str]] = frozenset((name, "order") for name in ORDERED)


@cache
def tables() -> Mapping[str, Kind]:
    """Every ``[[table]]`` that stands for a kind: those of which others than protocols may speak."""
    return {kind.name: kind for kind in KINDS.values() if not kind.kept}


@cache
def fields(table: str) -> Mapping[str, Attribute]:
    """The fields of a table beside ``id``, ``since`` and ``until``: its own first, then those that every kind has."""
    kind = KINDS["zone" if table == ORGANISATION else table]
    left_out = _NOT_A_FIELD | (_NOT_OF_THE_ROOT if table == ORGANISATION else frozenset())
    found = (*kind.attributes, *COMMON)
    return {attribute.name: attribute for attribute in found if attribute.name not in left_out}


@cache
def own_fields(table: str) -> Mapping[str, str]:
    """``id``, ``since`` and ``until``, where the table takes them, with what they mean."""
    return {name: about for name, about in OWN_FIELDS.items() if table != ORGANISATION or name != ID}


@cache
def parts(type_name: str) -> Mapping[str, Part]:
    """The keys of a field that is a table (or a list of tables); empty for other types."""
    return {
        name: Part(
            name,
            declared.rstrip("?"),
            not declared.endswith("?") and (type_name, name) not in _LEFT_OUT,
            _PART_ABOUT[(type_name, name)],
            _PART_KINDS.get(name, ()),
        )
        for name, declared in parts_of(type_name).items()
        if (type_name, name) in _PART_ABOUT
    }


def shown(table: str) -> str:
    """How a table is written: ``[[team]]``, and ``[organisation]`` for the organisation's own zone."""
    return f"[{table}]" if table == ORGANISATION else f"[[{table}]]"


def table_of(entity: str) -> str:
    """How the table that describes an entity is written."""
    return shown(ORGANISATION if entity == ROOT_ZONE else entity.partition(":")[0])
