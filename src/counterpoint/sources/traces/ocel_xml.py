"""OCEL 2.0 as XML, in a stream, twice: once for what each object is, once for the events, in whichever order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from counterpoint.model.activity import Progress
from counterpoint.sources.traces.guarded import Elements, NotXml
from counterpoint.sources.traces.logs import unreadable
from counterpoint.sources.traces.ocel_event import Event, Unusable

_RELATIONS = frozenset({"relationship", "object"})
_WHOLE = "this is XML, and no log: there is no <log> with <events> in it"


class Log:
    """See :class:`counterpoint.sources.traces.ocel.Opened`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def types(self, progress: Progress) -> Mapping[str, str]:
        """See :class:`counterpoint.sources.traces.ocel.Opened`. What cannot be read, the events will tell."""
        reader = _Reader()
        size = self._path.stat().st_size
        try:
            for done in reader.elements.read(self._path):
                progress(f"reading the objects of {self._path.name}", done, size)
                reader.found.clear()
        except NotXml as error:
            if not reader.types and not reader.events:
                hint = "is this OCEL 2.0 in XML?"
                raise unreadable(self._path, error.message, line=error.line, hint=hint) from error
        if not reader.is_log:
            raise unreadable(self._path, _WHOLE, hint="is this OCEL 2.0?")
        return reader.types

    def events(self, progress: Progress) -> Iterator[Event | Unusable]:
        """See :class:`counterpoint.sources.traces.ocel.Opened`."""
        reader = _Reader()
        size = self._path.stat().st_size
        try:
            for done in reader.elements.read(self._path):
                progress(f"reading {self._path.name}", done, size)
                yield from reader.found
                reader.found.clear()
        except NotXml as error:
            yield from reader.found
            hint = "export it again; what was before this line is read"
            yield Unusable(error.message, hint, line=error.line, whole=True)
            return
        yield from reader.found


class _Reader:
    """Takes elements, and makes events of them."""

    def __init__(self) -> None:
        self.elements = Elements(self._start, self._end)
        self.types: dict[str, str] = {}
        self.found: list[Event | Unusable] = []
        self.is_log = False
        self.events = 0
        self._open: list[str] = []
        self._event: Mapping[str, str] | None = None
        self._line = 0
        self._attributes: dict[str, str] = {}
        self._objects: list[tuple[str, str]] = []
        self._attribute = ""

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        around = self._open[-1] if self._open else ""
        self._open.append(tag)
        if tag == "events" and self._open[0] == "log":
            self.is_log = True
        elif tag == "event" and around == "events":
            self._event, self._line = attributes, self.elements.line
            self._attributes, self._objects = {}, []
        elif self._event is not None:
            self._inside(tag, around, attributes)
        elif tag == "object" and self._open[:-1] == ["log", "objects"]:
            name, kind = attributes.get("id"), attributes.get("type")
            if name and kind:
                self.types[name] = kind

    def _inside(self, tag: str, around: str, attributes: Mapping[str, str]) -> None:
        if tag == "attribute":
            self._attribute = attributes.get("name", "")
        elif tag in _RELATIONS and around == "objects":
            name = attributes.get("object-id") or attributes.get("id")
            if name:
                # The specification says qualifier; the example on its own page says relationship.
                self._objects.append((name, attributes.get("qualifier") or attributes.get("relationship") or ""))

    def _end(self, tag: str, text: str) -> None:
        self._open.pop()
        if self._event is None:
            return
        if tag == "attribute" and self._attribute:
            self._attributes[self._attribute] = text.strip()
            self._attribute = ""
        elif tag == "event":
            self.events += 1
            self.found.append(self._made(self._event))
            self._event = None

    def _made(self, event: Mapping[str, str]) -> Event | Unusable:
        name = event.get("id")
        missing = [key for key in ("id", "type", "time") if not event.get(key, "").strip()]
        if missing:
            return Unusable(f"event {name or self.events} has no {missing[0]}", event=name, line=self._line)
        return Event(event["id"], event["type"], event["time"], self._attributes, self._objects, self._line)
