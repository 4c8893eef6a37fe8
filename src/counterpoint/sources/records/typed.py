"""One value in hand, as its type takes it: references, persons, dates, times, numbers, schedules."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, cast

from counterpoint.errors import BadReference, BadValue
from counterpoint.model import identifiers, times
from counterpoint.model.kinds import KIND_NAMES, Attribute
from counterpoint.model.schedule import zone_of
from counterpoint.model.statements import Json
from counterpoint.model.values import check
from counterpoint.sources.records.mapping import Field
from counterpoint.sources.schedule import read_schedule

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FIGURES = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{2,4})")
_HANDLES = {
    "github": re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}(?:\[bot\])?"),
    "gitlab": re.compile(r"[A-Za-z0-9_][\w.-]{0,254}"),
    "email": re.compile(r"[^\s@<>]+@[^\s@<>]+"),
    "name": re.compile(r"[^@<>\[\]]+"),
}
_NO_NAME = "take the name alone out of it (sub, capture, plain), split it, map it, or list it under nobody"


def person_name(text: str, system: str) -> str:
    """A person's name in a system, as it is written there, with a leading ``@`` and doubled spaces taken away.

    Raises:
        BadValue: nobody can have that name in that system.
    """
    name = " ".join(text.split())
    if _is_person(name):
        return name
    name = name.removeprefix("@")
    shape = _HANDLES.get(system)
    if shape is not None and not shape.fullmatch(name):
        if system == "name":
            raise BadValue(f"{text!r} is more than a name", hint=_NO_NAME)
        raise BadValue(f"{text!r} is no {system} handle", hint="split it, map it, or list it under nobody")
    return name


def _is_person(text: str) -> bool:
    return text.startswith("person:")


def checked_ref(text: str, attribute: Attribute, namespace: str) -> str:
    """A reference in canonical form and in the import's namespace.

    Raises:
        BadValue: it is none, or of a kind that the attribute does not take.
    """
    try:
        ref = identifiers.parse(
            identifiers.in_namespace(text, namespace), kinds=frozenset(attribute.kinds) or KIND_NAMES
        )
    except BadReference as error:
        raise BadValue(error.message, hint=error.hint) from error
    return str(ref)


def typed(field_: Field, attribute: Attribute, item: Any) -> Json:
    kind = attribute.type
    if field_.raw:
        return cast("Json", item)
    if kind == "schedule":
        if not isinstance(item, str):
            raise BadValue(f"{item!r:.80} is not a sentence", hint="give its parts under fields")
        return check(attribute, read_schedule(item, zone=field_.timezone, zones=field_.zones).as_json())
    if isinstance(item, dict | list):
        raise BadValue(f"{item!r:.80} is not one value", hint="pick one value in the expression")
    if kind == "date":
        return check(attribute, read_day(str(item), field_))
    if kind == "moment":
        return read_moment(str(item), field_)
    if kind in ("number", "minutes") and isinstance(item, str):
        item = _number(item)
    elif kind == "flag" and isinstance(item, str) and item.lower() in ("true", "false"):
        item = item.lower() == "true"
    elif kind in ("text", "url") and isinstance(item, int | float) and not isinstance(item, bool):
        item = str(item)
    return check(attribute, item)


def _number(text: str) -> Json:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    raise BadValue(
        f"{text!r} is not a number", hint="write a number from 0 up, or take it out of the text with capture"
    )


def read_day(text: str, field_: Field) -> str:
    """A date as the field says it is written: ISO always, its formats, else any whole date that has one reading.

    Raises:
        BadValue: no date, none that exists, or one that could be two.
    """
    if _ISO_DATE.fullmatch(text):
        return times.day(text).isoformat()
    for layout in field_.layouts:
        try:
            return datetime.strptime(text, layout).date().isoformat()
        except ValueError:
            continue
    if field_.layouts:
        raise BadValue(
            f"{text!r} is not written like {' or '.join(field_.layouts)}", hint="correct it, or add its format"
        )
    figures = _FIGURES.fullmatch(text)
    if figures and field_.day_first is None:
        first, second = int(figures[1]), int(figures[2])
        if first != second and first <= 12 and second <= 12:
            raise BadValue(f"{text!r} can be two dates", hint="set day_first in the mapping")
    return times.read_date(text, day_first=bool(field_.day_first)).isoformat()


def read_moment(text: str, field_: Field) -> str:
    """The stamp of a date or a time; a time without a zone is in the field's time zone.

    Raises:
        BadValue: neither, or a time without a zone where the mapping has none.
    """
    try:
        found = datetime.fromisoformat(text) if len(text) > len("2026-11-21") else None
    except ValueError:
        found = None
    if found is None:
        return times.start_of(read_day(text, field_))
    if found.tzinfo is None:
        if field_.timezone is None:
            raise BadValue(f"{text!r} has no time zone", hint="set timezone in the mapping")
        found = found.replace(tzinfo=zone_of(field_.timezone))
    return times.stamp(found.astimezone(UTC))
