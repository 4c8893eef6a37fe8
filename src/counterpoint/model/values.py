"""The types of attributes: what a value must look like, what tells set elements apart, where references hide in it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from counterpoint.errors import BadReference, BadValue
from counterpoint.model import identifiers, times
from counterpoint.model.calendars import parse_calendar
from counterpoint.model.kinds import KIND_NAMES, TERMS, Attribute
from counterpoint.model.schedule import schedule_of
from counterpoint.model.statements import Json

LONGEST_ITEM = 120
_STRUCTS: dict[str, dict[str, str]] = {
    # field -> type; a trailing ? marks it optional
    "role": {"party": "ref", "role": "text?", "team": "ref?"},
    # a handle's namespace is the one in which it serves as a reference; actions fill it in
    "handle": {"system": "text", "handle": "text", "namespace": "text?"},
    "freeze": {"start": "date", "end": "date", "reason": "text?"},
    "rung": {"order": "number", "party": "ref", "after_hours": "number?"},
    "authority": {"kind": "text", "attribute": "text", "sources": "texts", "exclusive": "flag?"},
    "settlement": {"attribute": "text", "value": "json", "overrules": "json"},
    "act": {
        "noun": "text",
        "verb": "text",
        "arguments": "json",
        "automatic": "flag?",
        "sponsor": "ref?",
        "reviewer": "ref?",
    },
    "advice": {"party": "ref", "text": "text", "option": "text?"},
    "need": {"party": "ref", "count": "number"},
    "grant": {"party": "ref", "of": "ref", "note": "text?"},
    "refusal": {"party": "ref", "text": "text"},
    "vote": {"party": "ref", "by": "ref", "option": "text", "text": "text?"},
    "waiter": {"party": "ref", "place": "number", "since": "moment"},
    "term": {"action": "text", "term": "leave", "reviewer": "ref?"},
    "lease time": {"party": "text", "minutes": "number"},
    "stage": {
        "name": "text",
        "order": "number",
        "hours": "number?",
        "owner": "ref?",
        "gate": "ref?",
        "entry": "text?",
        "exit": "text?",
    },
    "measure": {"name": "text", "value": "number", "at": "moment"},
    "key result": {"name": "text", "target": "number", "start": "number?", "value": "number?", "unit": "text?"},
    "item": {"order": "number", "why": "text", "about": "ref?"},
    "schedule": {
        "outcome": "text",
        "text": "text?",
        "recurrence": "json",
        "readings": "json?",
        "why": "text?",
    },
}
_IDENTITY: dict[str, tuple[str, ...]] = {
    "role": ("party", "role", "team"),
    "handle": ("system", "handle", "namespace"),
    "freeze": ("start", "end"),
    "rung": ("order", "party"),
    "authority": ("kind", "attribute"),
    "settlement": ("attribute",),
    "advice": ("party",),
    "need": ("party",),
    "grant": ("party", "of"),
    "refusal": ("party",),
    "vote": ("party",),
    "waiter": ("party",),
    "term": ("action",),
    "lease time": ("party",),
    "stage": ("name",),
    "key result": ("name",),
    "measure": ("name",),
    "item": ("order",),
}
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")


def check(attribute: Attribute, value: Json) -> Json:
    """The value in its canonical form: references folded, dates checked, lists of parties sorted and without doubles.

    Raises:
        BadValue: the attribute does not take this value; the message names the attribute and says what it takes.
    """
    try:
        return _CHECKS[attribute.type](attribute, value)
    except BadValue as error:
        raise BadValue(f"{attribute.name}: {error.message}", hint=error.hint) from None


def item_of(attribute: Attribute, value: Json) -> str:
    """What tells this element of a set from its others; empty for an attribute that has one value."""
    if not attribute.many:
        return ""
    fields = _IDENTITY.get(attribute.type)
    if fields is None:
        text = str(value)
    else:
        struct = cast("dict[str, Json]", value)
        text = "\x1f".join("" if struct.get(name) is None else str(struct[name]) for name in fields)
        if attribute.type == "handle":
            text = identifiers.fold(text)
    return text if len(text) <= LONGEST_ITEM else "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def references(attribute: Attribute, value: Json) -> Iterator[str]:
    """The references in a value."""
    found: list[str] = []

    def note(ref: str) -> str:
        found.append(ref)
        return ref

    map_references(attribute, value, note)
    yield from found


def map_references(attribute: Attribute, value: Json, change: Callable[[str], str]) -> Json:
    """The value with every reference in it replaced by ``change(reference)``."""
    if value is None:
        return None
    if attribute.type == "ref":
        return change(str(value))
    if attribute.type == "refs":
        return cast("Json", sorted({change(str(ref)) for ref in cast("list[str]", value)}))
    fields = _STRUCTS.get(attribute.type)
    if fields is None or not isinstance(value, dict):
        return value
    return {
        name: change(str(part)) if fields.get(name, "").startswith("ref") and part is not None else part
        for name, part in value.items()
    }


def names_something(attribute: Attribute) -> bool:
    """May a value of it hold references?"""
    parts = _STRUCTS.get(attribute.type, {})
    return attribute.type in {"ref", "refs"} or any(part.startswith("ref") for part in parts.values())


def parts_of(type_name: str) -> Mapping[str, str]:
    """The parts of a type that is a table, name to type, an optional one marked with ``?``; empty for other types."""
    return _STRUCTS.get(type_name, {})


def _is_text(attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, str) or not value.strip():
        raise BadValue(f"{value!r} is not a text", hint="write some text, or leave it out")
    # Two spellings of one letter in Unicode are one text, and no contradiction.
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _is_url(attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise BadValue(f"{value!r} is not an address", hint="write it with its scheme, such as https://example.org/x")
    return value


def _is_flag(attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, bool):
        raise BadValue(f"{value!r} is neither true nor false", hint="write true or false, without quotes")
    return value


def _is_number(attribute: Attribute, value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 2**53:
        raise BadValue(f"{value!r} is not a number", hint="write a number from 0 up, without quotes")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_date(attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, str):
        raise BadValue(f"{value!r} is not a date", hint="write it like 2026-11-21")
    return times.day(value).isoformat()


def _is_moment(attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, str):
        raise BadValue(f"{value!r} is not a time", hint="write it like 2026-11-21T10:50:00Z")
    return times.stamp(times.moment(value))


def _is_period(attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, str) or value.count("/") != 1:
        raise BadValue(f"{value!r} is not a period", hint="write first and last day, like 2026-01-01/2026-06-30")
    first, last = (times.day(part) for part in value.split("/"))
    if last < first:
        raise BadValue(f"{value!r} ends before it starts", hint="first day, then last day")
    return f"{first.isoformat()}/{last.isoformat()}"


def _is_choice(attribute: Attribute, value: Json) -> Json:
    if value not in attribute.choices:
        raise BadValue(f"{value!r} is not one of its values", hint=f"one of: {', '.join(attribute.choices)}")
    return value


def _ref(attribute: Attribute, value: Json) -> str:
    kinds = frozenset(attribute.kinds) or KIND_NAMES
    if not isinstance(value, str):
        raise BadValue(f"{value!r} is not a reference", hint=f"write kind:slug, of {', '.join(sorted(kinds))}")
    try:
        return str(identifiers.parse(value, kinds=kinds))
    except BadReference as error:
        raise BadValue(error.message, hint=error.hint) from error


def _refs(attribute: Attribute, value: Json) -> Json:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value:
        raise BadValue(f"{value!r} is not a list of references", hint="name at least one, or leave it out")
    return cast("Json", sorted({_ref(attribute, part) for part in value}))


def _is_json(attribute: Attribute, value: Json) -> Json:
    return value


def _is_texts(attribute: Attribute, value: Json) -> Json:
    if not isinstance(value, list) or not value:
        raise BadValue(f"{value!r} is not a list of texts", hint="write at least one")
    return [_is_text(attribute, part) for part in value]


_ANY_REF = Attribute("reference", "ref", "any reference")


def _struct(attribute: Attribute, value: Json) -> Json:
    fields = _STRUCTS[attribute.type]
    if not isinstance(value, Mapping):
        raise BadValue(f"{value!r} is not a table", hint=f"give {', '.join(fields)}")
    unknown = sorted(set(value) - set(fields))
    if unknown:
        raise BadValue(f"has no {unknown[0]!r}", hint=f"it takes {', '.join(fields)}")
    checked: dict[str, Json] = {}
    for name, kind in fields.items():
        part = value.get(name)
        if part is None:
            if not kind.endswith("?") and kind != "json":
                raise BadValue(f"{name} is missing", hint=f"it takes {', '.join(fields)}")
            continue
        try:
            checked[name] = _PARTS[kind.rstrip("?")](_ANY_REF, part)
        except BadValue as error:
            raise BadValue(f"{name}: {error.message}", hint=error.hint) from None
    return checked


def _is_schedule(attribute: Attribute, value: Json) -> Json:
    return schedule_of(_struct(attribute, value)).as_json()


def _is_calendar(attribute: Attribute, value: Json) -> Json:
    # One spelling, so that two sources that state the same hours in other words agree.
    return str(parse_calendar(cast("str", _is_text(attribute, value))))


_Check = Callable[[Attribute, Json], Json]


def _is_leave(attribute: Attribute, value: Json) -> Json:
    if value not in TERMS:
        raise BadValue(f"{value!r} is not one of the terms", hint=f"one of: {', '.join(TERMS)}")
    return value


_PARTS: dict[str, _Check] = {
    "ref": _ref,
    "leave": _is_leave,
    "moment": _is_moment,
    "text": _is_text,
    "texts": _is_texts,
    "date": _is_date,
    "number": _is_number,
    "flag": _is_flag,
    "json": _is_json,
}
_CHECKS: dict[str, _Check] = {
    "text": _is_text,
    "leave": _is_leave,
    "url": _is_url,
    "flag": _is_flag,
    "number": _is_number,
    "minutes": _is_number,
    "date": _is_date,
    "moment": _is_moment,
    "period": _is_period,
    "choice": _is_choice,
    "ref": _ref,
    "refs": _refs,
    "schedule": _is_schedule,
    "calendar": _is_calendar,
    **dict.fromkeys((name for name in _STRUCTS if name != "schedule"), _struct),
}
