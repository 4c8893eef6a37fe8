"""XES (IEEE 1849), plain or compressed, in a stream: the events of traces, by the standard extensions.

Who did it is ``org:resource``, in which group ``org:group``, what it was ``concept:name``, when ``time:timestamp``.
An extension is known by its address, so that a log may give it another prefix. An attribute that an event lacks has
the value that the log declares for all events (``global``). Where the log declares such a value for resources or for
groups, as many declare UNKNOWN, that word means nobody; the option ``nobody`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from counterpoint.errors import BadValue
from counterpoint.model.activity import Progress
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.guarded import Elements, NotXml, head_of
from counterpoint.sources.traces.logs import LOG_OPTIONS, LogSource, unreadable
from counterpoint.sources.traces.steps import Step, word_of

MOST_ATTRIBUTES = 10_000
CASE, NAME, TIME = "concept:name", "concept:name", "time:timestamp"
RESOURCE, GROUP = "org:resource", "org:group"
TRANSITION, INSTANCE, IDENTIFIER = "lifecycle:transition", "concept:instance", "identity:id"
_TYPES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_HOLDERS = frozenset({"log", "global", "trace", "event"})
_EXTENSIONS = {
    "concept": "concept", "time": "time", "org": "org", "organizational": "org", "lifecycle": "lifecycle",
    "identity": "identity",
}  # fmt: skip
_KNOWN = frozenset({NAME, TIME, RESOURCE, GROUP, TRANSITION, INSTANCE, IDENTIFIER})
_INVALID = frozenset({"__invalid__", ""})

OPTIONS: Mapping[str, str] = {
    **LOG_OPTIONS,
    "case": "the attribute of a trace that says which case it is; else concept:name",
    "activity": "the attribute of an event that says what was done; else concept:name",
    "resource": "the attribute that says who did it; else org:resource",
    "group": "the attribute that says in which group; else org:group",
}


class XesSource(LogSource):
    """One XES file."""

    format = "xes"

    def __init__(self, path: Path, options: Mapping[str, str]) -> None:
        super().__init__(path, options)
        self.case = options.get("case", "").strip() or CASE
        self.activity = options.get("activity", "").strip() or NAME
        self.resource = options.get("resource", "").strip() or RESOURCE
        self.group = options.get("group", "").strip() or GROUP
        self._defaults: Mapping[str, str] = {}

    def steps(self, progress: Progress) -> Iterator[Step | Quarantined]:
        """See :class:`~counterpoint.sources.traces.logs.LogSource`."""
        reader = _Reader(self)
        size = self.path.stat().st_size
        try:
            for done in reader.elements.read(self.path):
                progress(f"reading {self.path.name}", done, size)
                self._defaults = reader.defaults
                yield from reader.taken()
        except NotXml as error:
            yield from reader.taken()
            if not reader.events:
                raise unreadable(self.path, error.message, line=error.line, hint="is this a log in XES?") from error
            hint = "export it again; what was before this line is read"
            yield Quarantined("file", error.message, hint, self.path.name, error.line)
            return
        yield from reader.taken()
        if not reader.is_log:
            raise unreadable(self.path, "this is XML, and no log: there is no <log> in it", hint="is this XES?")

    def nobody(self) -> frozenset[str]:
        """What the log declares for all events where nothing is known."""
        declared = (self._defaults.get(name, "") for name in (self.resource, self.group))
        return frozenset(word_of(one) for one in declared if one.strip())


class _Reader:
    """Takes elements, and makes steps of them. A trace whose name comes after its events is kept until then."""

    def __init__(self, source: XesSource) -> None:
        self._source = source
        self.elements = Elements(self._start, self._end)
        self.defaults: dict[str, str] = {}
        self.is_log = False
        self.events = 0
        self._trace_defaults: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._holders: list[dict[str, str]] = []
        self._open: list[str] = []
        self._trace: dict[str, str] | None = None
        self._trace_line = 0
        self._event_line = 0
        self._waiting: list[tuple[dict[str, str], int, int]] = []
        self._number = 0
        self._found: list[Step | Quarantined] = []

    def taken(self) -> list[Step | Quarantined]:
        """What was found since it was last taken."""
        found, self._found = self._found, []
        return found

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        parent = self._open[-1] if self._open else ""
        self._open.append(tag)
        if tag == "log" and not parent:
            self.is_log = True
            self._holders.append({})
        elif tag == "global":
            scope = attributes.get("scope", "event")
            holders = {"event": self.defaults, "trace": self._trace_defaults}
            self._holders.append(holders.get(scope, {}))
        elif tag == "trace" and parent == "log":
            self._trace, self._trace_line, self._number = {}, self.elements.line, 0
            self._holders.append(self._trace)
        elif tag == "event" and parent in ("trace", "log"):
            self._event_line = self.elements.line
            self._holders.append({})
        elif tag == "extension":
            self._extension(attributes)
        elif tag in _TYPES and parent in _HOLDERS and self._holders:
            self._attribute(attributes)

    def _extension(self, attributes: Mapping[str, str]) -> None:
        """A log may call an extension as it likes: its address says which it is."""
        stem = attributes.get("uri", "").rpartition("/")[2].removesuffix(".xesext").casefold()
        prefix = attributes.get("prefix", "")
        if prefix and stem in _EXTENSIONS:
            self._prefixes[prefix] = _EXTENSIONS[stem]

    def _attribute(self, attributes: Mapping[str, str]) -> None:
        holder = self._holders[-1]
        key, value = attributes.get("key"), attributes.get("value")
        if key is None or value is None:
            return
        prefix, colon, rest = key.partition(":")
        if colon and prefix in self._prefixes:
            key = f"{self._prefixes[prefix]}:{rest}"
        if len(holder) >= MOST_ATTRIBUTES:
            raise NotXml(f"more than {MOST_ATTRIBUTES} attributes in one element", self.elements.line)
        holder.setdefault(key, value)

    def _end(self, tag: str, _text: str) -> None:
        self._open.pop()
        parent = self._open[-1] if self._open else ""
        if tag == "event" and parent in ("trace", "log"):
            self._event(self._holders.pop(), parent)
        elif tag == "trace" and parent == "log":
            self._holders.pop()
            self._close_trace()
        elif tag == "global" and self._holders:
            self._holders.pop()

    def _event(self, event: dict[str, str], parent: str) -> None:
        self.events += 1
        self._number += 1
        if parent == "log":
            # An event outside any trace belongs to no case that we know.
            self._found.append(self._step(event, None, self._event_line, self._number))
            return
        assert self._trace is not None, "an event of a trace is inside one"
        case = self._trace.get(self._source.case)
        if case is None:
            self._waiting.append((event, self._event_line, self._number))
        else:
            self._found.append(self._step(event, case, self._event_line, self._number))

    def _close_trace(self) -> None:
        trace, self._trace = self._trace or {}, None
        waiting, self._waiting = self._waiting, []
        case = trace.get(self._source.case, "").strip()
        if case:
            self._found += [self._step(event, case, line, number) for event, line, number in waiting]
        elif waiting or self._source.case in trace:
            key = self._source.case
            hint = "which attribute of a trace says which case it is? --set case=…"
            message = f"this trace has no {key}, so its {len(waiting)} events belong to no case that is known"
            self._found.append(self._source.trouble(message, hint, line=self._trace_line, record=None))

    def _step(self, event: dict[str, str], case: str | None, line: int, number: int) -> Step | Quarantined:
        source = self._source
        record = case or None
        name = event.get(source.activity) or self.defaults.get(source.activity, "")
        if word_of(name) in _INVALID:
            hint = "correct it, or say which attribute has it: --set activity=…"
            return source.trouble(f"this event has no {source.activity}", hint, line=line, record=record)
        if TIME not in event:
            hint = "an event without a time cannot be placed; correct the log"
            return source.trouble(f"this event has no {TIME}", hint, line=line, record=record, excerpt=name)
        try:
            moment, ahead = source.clock.read(event[TIME])
        except BadValue as error:
            return source.trouble(error.message, "correct the log", line=line, record=record, excerpt=name)
        more: dict[str, Json] = {
            key: value for key, value in event.items() if source.kept and key not in _KNOWN and source.wants(key)
        }
        return Step(
            case=case.strip() if case else None,
            name=" ".join(name.split()),
            moment=moment,
            ahead=ahead,
            place=number,
            resource=event.get(source.resource, self.defaults.get(source.resource)),
            group=event.get(source.group, self.defaults.get(source.group)),
            event=event.get(IDENTIFIER),
            transition=event.get(TRANSITION),
            instance=event.get(INSTANCE),
            more=more,
        )


def _recognises(path: Path) -> bool:
    if not path.is_file():
        return False
    if path.name.lower().endswith((".xes", ".xes.gz")):
        return True
    head = head_of(path)
    return "<log" in head and ("xes.version" in head or "xes-standard" in head)


FORMAT = Format("xes", "a process log in XES, plain or compressed (.xes, .xes.gz)", _recognises, XesSource, OPTIONS)
