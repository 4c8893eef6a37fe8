"""OCEL 2.0 (JSON, XML, SQLite): events that are related to any number of objects, read as steps of cases.

An object-centric log knows no cases. Which type of object is the case must be said (``case``), unless there is only one
that can be meant; an event that is related to several objects of that type is a step of each of them, and one that is
related to none is a step of no case. All of an event's objects are kept with it (``attributes.objects``), except those
that are who did it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from counterpoint.errors import BadValue, UsageError
from counterpoint.model.activity import Progress
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces import ocel_json, ocel_sqlite, ocel_xml
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.guarded import head_of
from counterpoint.sources.traces.logs import LOG_OPTIONS, LogSource, words
from counterpoint.sources.traces.ocel_event import Event, Unusable
from counterpoint.sources.traces.steps import Step

RESOURCES = ("org:resource", "resource", "party")
GROUPS = ("org:group", "group", "zone")
TRANSITIONS = ("lifecycle:transition", "lifecycle")
MOST_OBJECTS = 1000
"""How many objects of one event are kept with it."""

OPTIONS: Mapping[str, str] = {
    **LOG_OPTIONS,
    "case": "the type of object that is the case, such as orders",
    "resource": "the attributes of events, or the types of objects, that say who did it, with commas between them; "
    "else org:resource, resource, party",
    "group": "the same for the group; else org:group, group, zone",
}


class Opened(Protocol):
    """A log in one of the three formats: the type of every object first, then its events."""

    def types(self, progress: Progress, /) -> Mapping[str, str]:
        """The type of each object, by its identifier."""

    def events(self, progress: Progress, /) -> Iterator[Event | Unusable]:
        """Every event, in the order of the log."""


@dataclass(frozen=True, slots=True)
class _Roles:
    """Which type of object, or attribute, plays which part."""

    case: str | None
    resources: Sequence[str]
    groups: Sequence[str]
    transitions: Sequence[str] = field(default=TRANSITIONS)


class OcelSource(LogSource):
    """One OCEL file."""

    format = "ocel"

    def steps(self, progress: Progress) -> Iterator[Step | Quarantined]:
        """See :class:`~counterpoint.sources.traces.logs.LogSource`."""
        log = opened(self.path)
        types = log.types(progress)
        roles = self._roles(types)
        for number, one in enumerate(log.events(progress), 1):
            if isinstance(one, Unusable):
                if one.whole:
                    yield Quarantined("file", one.message, one.hint, self.path.name, one.line)
                else:
                    yield self.trouble(one.message, one.hint, line=one.line, record=one.event)
                continue
            yield from self._of_event(one, number, types, roles)

    def _of_event(
        self, event: Event, number: int, types: Mapping[str, str], roles: _Roles
    ) -> Iterator[Step | Quarantined]:
        try:
            moment, ahead = self.clock.read(event.time)
        except BadValue as error:
            yield self.trouble(error.message, "correct the log", line=event.line, record=event.id)
            return
        lost = sorted({ref for ref, _ in event.objects if ref not in types})
        if lost:
            message = f"this event is related to {lost[0]!r}, which is no object of the log; the relation is left out"
            yield Quarantined("field", message, "correct the log", self.path.name, event.line, event.id, "objects")
        related = [(ref, types[ref], how) for ref, how in event.objects if ref in types]
        who, group = _played(roles.resources, event, related), _played(roles.groups, event, related)
        transition = next((event.attributes[one] for one in roles.transitions if one in event.attributes), None)
        used = {*roles.resources, *roles.groups, *roles.transitions}
        more: dict[str, Json] = {
            name: value for name, value in event.attributes.items() if name not in used and self.wants(name)
        }
        objects: list[Json] = [
            {"id": ref, "type": kind, "as": how} if how else {"id": ref, "type": kind}
            for ref, kind, how in related
            if kind not in roles.resources
        ]
        if objects:
            more["objects"] = objects[:MOST_OBJECTS]
        cases = list(dict.fromkeys(ref for ref, kind, _ in related if kind == roles.case))
        every: list[str | None] = [*cases] or [None]
        for case in every:
            yield Step(
                case=case,
                name=" ".join(event.type.split()),
                moment=moment,
                ahead=ahead,
                place=number if event.place is None else event.place,
                resource=who,
                group=group,
                event=event.id,
                transition=transition,
                more=more,
            )

    def _roles(self, types: Mapping[str, str]) -> _Roles:
        """Which type of object plays which part.

        Raises:
            UsageError: it must be said which type is the case.
        """
        there = Counter(types.values())
        resources = _said(self.options, "resource") or RESOURCES
        groups = _said(self.options, "group") or GROUPS
        case = self.options.get("case", "").strip()
        if case:
            if case not in there:
                raise UsageError(f"there is no object of type {case!r} in {self.path.name}", hint=_listed(there))
            return _Roles(case, resources, groups)
        left = [one for one in there if one not in resources and one not in groups]
        if len(left) > 1:
            message = f"{self.path.name} has several types of objects, and it is not said which of them is the case"
            raise UsageError(message, hint=f"say it, such as --set case='{left[0]}'; {_listed(there)}")
        return _Roles(left[0] if left else None, resources, groups)


def _said(options: Mapping[str, str], name: str) -> Sequence[str]:
    return words(options.get(name, ""))


def _listed(there: Counter[str]) -> str:
    return "there are " + ", ".join(f"{name} ({count})" for name, count in there.most_common(20))


def _played(names: Sequence[str], event: Event, related: Sequence[tuple[str, str, str]]) -> str | None:
    """Who plays a part: by an attribute of the event, else by an object."""
    for name in names:
        if event.attributes.get(name):
            return event.attributes[name]
    return next((ref for ref, kind, _ in related if kind in names), None)


def opened(path: Path) -> Opened:
    """The log in a file, by what its content looks like and not by its name.

    Raises:
        InvalidInput: nothing of it can be read.
    """
    if ocel_sqlite.looks_like(path):
        return ocel_sqlite.Log(path)
    if head_of(path, 256).lstrip("\ufeff \t\r\n").startswith("<"):
        return ocel_xml.Log(path)
    return ocel_json.Log(path)


def _recognises(path: Path) -> bool:
    if not path.is_file():
        return False
    if path.name.lower().removesuffix(".gz").endswith((".jsonocel", ".xmlocel", ".sqliteocel", ".ocel")):
        return True
    if ocel_sqlite.looks_like(path):
        return ocel_sqlite.is_log(path)
    head = head_of(path, 65536)
    if head.lstrip("\ufeff \t\r\n").startswith("{"):
        return '"objectTypes"' in head or '"eventTypes"' in head
    return "<log" in head and any(f"<{tag}" in head for tag in ("object-types", "event-types", "objects", "events"))


FORMAT = Format("ocel", "an object-centric log in OCEL 2.0: JSON, XML or SQLite", _recognises, OcelSource, OPTIONS)
