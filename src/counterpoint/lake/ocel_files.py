"""The three files that a log in OCEL 2.0 can be: JSON, XML and SQLite. Each is written in a stream."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeAlias
from xml.sax.saxutils import escape, quoteattr

import orjson

Kinds: TypeAlias = Mapping[str, str]
"""Attributes by name, with their types: string, float."""
BEGINNING = "1970-01-01T00:00:00Z"
"""The time of what always held of an object, as the standard has it."""
_COLUMN = {"string": "TEXT", "float": "REAL"}
_UNFIT = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Object:
    """An object: its identifier, type and attributes."""

    id: str
    type: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its identifier, type, time in UTC, attributes, and its objects with what they are to it."""

    id: str
    type: str
    moment: datetime
    attributes: Mapping[str, str]
    objects: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Log:
    """A log: every type and object, and a way to go through its events."""

    event_types: Sequence[str]
    event_attributes: Kinds
    object_types: Mapping[str, Kinds]
    objects: Sequence[Object]
    events: Callable[[], Iterator[Event]]


def write_json(log: Log, file: Path) -> None:
    """As JSON. Values are texts, because the published schema takes nothing else; their types are declared.

    Raises:
        OSError: it cannot be written.
    """
    with file.open("wb") as stream:
        types = [{"name": name, "attributes": _declared(kinds)} for name, kinds in log.object_types.items()]
        stream.write(b'{"objectTypes":' + orjson.dumps(types))
        events = [{"name": name, "attributes": _declared(log.event_attributes)} for name in log.event_types]
        stream.write(b',\n"eventTypes":' + orjson.dumps(events))
        stream.write(b',\n"objects":[')
        _listed(stream, (_object(one) for one in log.objects))
        stream.write(b'],\n"events":[')
        _listed(stream, (_event(one) for one in log.events()))
        stream.write(b"]}\n")


def _listed(stream: IO[bytes], found: Iterator[Any]) -> None:
    for number, one in enumerate(found):
        stream.write((b",\n" if number else b"\n") + orjson.dumps(one))


def _declared(kinds: Kinds) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in kinds.items()]


def _object(one: Object) -> dict[str, Any]:
    values = [{"name": name, "value": value, "time": BEGINNING} for name, value in one.attributes.items()]
    return {"id": one.id, "type": one.type, "attributes": values, "relationships": []}


def _event(one: Event) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": one.type,
        "time": _time(one.moment),
        "attributes": [{"name": name, "value": value} for name, value in one.attributes.items()],
        "relationships": [{"objectId": name, "qualifier": how} for name, how in one.objects],
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds") + "Z"


def write_xml(log: Log, file: Path) -> None:
    """As XML, in the order of the schema: types, objects, events. What XML cannot hold is written as U+FFFD.

    Raises:
        OSError: it cannot be written.
    """
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<log>\n<object-types>\n')
        for name, kinds in log.object_types.items():
            stream.write(_xml_type("object", name, kinds))
        stream.write("</object-types>\n<event-types>\n")
        for name in log.event_types:
            stream.write(_xml_type("event", name, log.event_attributes))
        stream.write("</event-types>\n<objects>\n")
        for one in log.objects:
            values = "".join(
                f'<attribute name={_quoted(name)} time="{BEGINNING}">{_text(value)}</attribute>'
                for name, value in one.attributes.items()
            )
            head = f"<object id={_quoted(one.id)} type={_quoted(one.type)}>"
            stream.write(f"{head}<attributes>{values}</attributes><objects/></object>\n")
        stream.write("</objects>\n<events>\n")
        for event in log.events():
            stream.write(_xml_event(event))
        stream.write("</events>\n</log>\n")


def _xml_type(tag: str, name: str, kinds: Kinds) -> str:
    inner = "".join(f"<attribute name={_quoted(one)} type={_quoted(kind)}/>" for one, kind in kinds.items())
    return f"<{tag}-type name={_quoted(name)}><attributes>{inner}</attributes></{tag}-type>\n"


def _xml_event(one: Event) -> str:
    values = "".join(
        f"<attribute name={_quoted(name)}>{_text(value)}</attribute>" for name, value in one.attributes.items()
    )
    objects = "".join(
        f"<relationship object-id={_quoted(name)} qualifier={_quoted(how)}/>" for name, how in one.objects
    )
    head = f'<event id={_quoted(one.id)} type={_quoted(one.type)} time="{_time(one.moment)}">'
    return f"{head}<attributes>{values}</attributes><objects>{objects}</objects></event>\n"


def _text(text: str) -> str:
    return escape(_UNFIT.sub("\ufffd", text))


def _quoted(text: str) -> str:
    return quoteattr(_UNFIT.sub("\ufffd", text), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


def write_sqlite(log: Log, file: Path) -> None:
    """As SQLite: a table for each type of event and of object, beside those that all logs have.

    Raises:
        OSError, sqlite3.Error: it cannot be written.
    """
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        with connection:
            _tables(connection, log)


def _tables(connection: sqlite3.Connection, log: Log) -> None:
    for statement in _GENERAL:
        connection.execute(statement)
    events, objects = _mapped(log.event_types), _mapped(log.object_types)
    for kind, mapped in events.items():
        columns = "".join(f', "{name}" {_COLUMN[one]}' for name, one in log.event_attributes.items())
        connection.execute(
            f'create table "event_{mapped}" ("ocel_id" text primary key, "ocel_time" timestamp{columns})'
        )
        connection.execute("insert into event_map_type values (?, ?)", (kind, mapped))
    for kind, mapped in objects.items():
        columns = "".join(f', "{name}" {_COLUMN[one]}' for name, one in log.object_types[kind].items())
        general = '"ocel_id" text, "ocel_time" timestamp, "ocel_changed_field" text'
        connection.execute(f'create table "object_{mapped}" ({general}{columns})')
        connection.execute("insert into object_map_type values (?, ?)", (kind, mapped))
    for one in log.objects:
        connection.execute('insert into "object" values (?, ?)', (one.id, one.type))
        values = [one.attributes.get(name) for name in log.object_types[one.type]]
        marks = ", ?" * len(values)
        row = (one.id, BEGINNING, None, *values)
        connection.execute(f'insert into "object_{objects[one.type]}" values (?, ?, ?{marks})', row)
    marks = ", ?" * len(log.event_attributes)
    for event in log.events():
        connection.execute('insert into "event" values (?, ?)', (event.id, event.type))
        values = [event.attributes.get(name) for name in log.event_attributes]
        row = (event.id, _time(event.moment), *values)
        connection.execute(f'insert into "event_{events[event.type]}" values (?, ?{marks})', row)
        related = [(event.id, name, how) for name, how in event.objects]
        connection.executemany("insert into event_object values (?, ?, ?)", related)


def _mapped(names: Sequence[str] | Mapping[str, Any]) -> dict[str, str]:
    """For each type a word that is good for the name of a table, and no other's; SQLite does not tell cases apart."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        word = stem = _WORD.sub("", name.title() if " " in name else name)[:60] or "Type"
        number = 1
        while word.casefold() in taken or word.casefold() == "object":
            number += 1
            word = f"{stem}{number}"
        taken.add(word.casefold())
        found[name] = word
    return found


_GENERAL = (
    'create table "event_map_type" ("ocel_type" text primary key, "ocel_type_map" text)',
    'create table "object_map_type" ("ocel_type" text primary key, "ocel_type_map" text)',
    'create table "event" ("ocel_id" text primary key, "ocel_type" text references "event_map_type"("ocel_type"))',
    'create table "object" ("ocel_id" text primary key, "ocel_type" text references "object_map_type"("ocel_type"))',
    'create table "event_object" ("ocel_event_id" text references "event"("ocel_id"), '
    '"ocel_object_id" text references "object"("ocel_id"), "ocel_qualifier" text, '
    'primary key ("ocel_event_id", "ocel_object_id", "ocel_qualifier"))',
    'create table "object_object" ("ocel_source_id" text references "object"("ocel_id"), '
    '"ocel_target_id" text references "object"("ocel_id"), "ocel_qualifier" text, '
    'primary key ("ocel_source_id", "ocel_target_id", "ocel_qualifier"))',
)
