"""OCEL 2.0 as JSON, read whole: where a log is larger than memory, SQLite is the format for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from counterpoint.model.activity import Progress
from counterpoint.sources.traces.guarded import stream_of
from counterpoint.sources.traces.logs import unreadable
from counterpoint.sources.traces.ocel_event import Event, Unusable


class Log:
    """See :class:`counterpoint.sources.traces.ocel.Opened`."""

    def __init__(self, path: Path) -> None:
        """Parse it.

        Raises:
            InvalidInput: it cannot be opened, or is no JSON, or no log.
        """
        self._path = path
        try:
            with stream_of(path) as stream:
                data = orjson.loads(stream.read().removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            raise unreadable(path, f"this is not JSON: {error.msg}", line=error.lineno) from error
        except (OSError, EOFError, zlib.error) as error:
            raise unreadable(path, f"cannot be read: {error}") from error
        if not isinstance(data, dict) or not isinstance(data.get("events"), list):
            raise unreadable(path, "this is JSON, and no log: it has no list of events", hint="is this OCEL 2.0?")
        if any(isinstance(name, str) and name.startswith("ocel:") for name in data):
            raise unreadable(path, "this is OCEL 1.0", hint="export it as OCEL 2.0")
        self._objects = data.get("objects")
        self._events = data["events"]

    def types(self, _progress: Progress) -> Mapping[str, str]:
        """See :class:`counterpoint.sources.traces.ocel.Opened`."""
        listed = self._objects if isinstance(self._objects, list) else []
        return {
            one["id"]: one["type"]
            for one in listed
            if isinstance(one, dict) and isinstance(one.get("id"), str) and isinstance(one.get("type"), str)
        }

    def events(self, progress: Progress) -> Iterator[Event | Unusable]:
        """See :class:`counterpoint.sources.traces.ocel.Opened`."""
        for number, one in enumerate(self._events, 1):
            if number % 10_000 == 0:
                progress(f"reading {self._path.name}", number, len(self._events))
            yield _event(one, number)


def _event(one: Any, number: int) -> Event | Unusable:
    if not isinstance(one, dict):
        return Unusable(f"event {number} is {str(one)[:40]!r}, and no event")
    name = one.get("id") if isinstance(one.get("id"), str) else None
    missing = [key for key in ("id", "type", "time") if not isinstance(one.get(key), str) or not one[key].strip()]
    if missing:
        return Unusable(f"event {name or number} has no {missing[0]}", event=name)
    attributes = {
        part["name"]: _text(part["value"])
        for part in _dicts(one.get("attributes"))
        if isinstance(part.get("name"), str) and part.get("value") is not None
    }
    objects = [
        (part["objectId"], _text(part.get("qualifier") or ""))
        for part in _dicts(one.get("relationships"))
        if isinstance(part.get("objectId"), str)
    ]
    return Event(one["id"], one["type"], one["time"], attributes, objects)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
