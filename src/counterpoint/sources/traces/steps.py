"""Steps of processes, as every format of logs yields them, and the rows of activity that they become."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, overload

import pyarrow as pa

from counterpoint.errors import BadValue
from counterpoint.model.activity import RAW, Identity, Sort, Traces
from counterpoint.model.schedule import zone_of
from counterpoint.model.statements import Json

ROWS_AT_ONCE = 20_000
NOBODY = "nobody"
"""The system of who did a step that names nobody: it is no party, and the row's ``attributes.unnamed`` says so."""
DONE = "complete"
"""The transition of a step that is over, which is what a row means where ``attributes.lifecycle`` is not there."""
_NUL = "\x1f"


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a log: of which case, what, when, by whom and in which group, with its own identifier if it has one.

    ``place`` is its number in the log: which of two steps of one moment came first.
    """

    case: str | None
    name: str
    moment: datetime
    ahead: int | None
    place: int
    resource: str | None = None
    group: str | None = None
    event: str | None = None
    transition: str | None = None
    instance: str | None = None
    more: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom the names in a log mean: in which system they are names, which are nobody, bots and agents.

    Words are compared without case and with single spaces.
    """

    system: str
    log: str
    nobody: frozenset[str] = frozenset()
    bots: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()

    def sort(self, name: str) -> Sort:
        """What somebody was declared to be."""
        word = word_of(name)
        return "bot" if word in self.bots else "agent" if word in self.agents else "unknown"

    def is_nobody(self, name: str | None) -> bool:
        """Nothing is said, or a word that means nobody."""
        return name is None or word_of(name) in self.nobody or not name.strip()

    def identity(self, name: str | None) -> Identity:
        """Somebody, as the ledger is to know them."""
        if name is None or self.is_nobody(name):
            return Identity(NOBODY, self.log, "", "bot", 1.0)
        sort = self.sort(name)
        return Identity(self.system, " ".join(name.split()), "", sort, 0.0 if sort == "unknown" else 1.0)


def word_of(text: str) -> str:
    """A name as names are compared: without case, and with single spaces."""
    return " ".join(text.casefold().split())


class Rows:
    """Gathers steps, and makes rows of them. A step that comes again gets the key that it had."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._columns: dict[str, list[Any]] = {name: [] for name in RAW.names}
        self._told: set[str] = set()
        self._new: list[Identity] = []
        self._seen: dict[bytes, int] = {}
        self.count = 0

    @property
    def full(self) -> bool:
        """There are enough for a batch."""
        return len(self._columns["key"]) >= ROWS_AT_ONCE

    def add(self, step: Step) -> None:
        """Take a step."""
        who = self._naming.identity(step.resource)
        reference = _clean(who.reference)
        if reference not in self._told:
            self._told.add(reference)
            self._new.append(who)
        row: dict[str, Any] = {
            "key": self._key(step),
            "moment": step.moment.astimezone(UTC).replace(tzinfo=None),
            "ahead": step.ahead,
            "actor": reference,
            "verb": "step",
            "object": _clean(step.name),
            "work": _clean(step.case),
            "zone": None if self._naming.is_nobody(step.group) else _clean(step.group),
            "size": float(step.place),
            "thread": _clean(step.case),
            "attributes": _attributes(step, unnamed=who.system == NOBODY),
        }
        for name, column in self._columns.items():
            column.append(row.get(name))
        self.count += 1

    def taken(self) -> Traces:
        """What was gathered since it was last taken."""
        arrays = [pa.array(column, _plain(RAW.field(name).type)) for name, column in self._columns.items()]
        batch = pa.RecordBatch.from_arrays(
            [one.cast(kind) for one, kind in zip(arrays, RAW.types, strict=True)], schema=RAW
        )
        self._columns = {name: [] for name in RAW.names}
        new, self._new = self._new, []
        return Traces(batch, tuple(new))

    def _key(self, step: Step) -> bytes:
        """By the event's own identifier within its case; else by what it is, and how often that came before."""
        if step.event is not None:
            return _digest("id", step.case or "", step.event)
        who = step.resource, step.group, step.transition, step.instance
        same = _digest("as", step.case or "", step.name, step.moment.isoformat(), *(one or "" for one in who))
        times = self._seen.get(same, 0)
        self._seen[same] = times + 1
        return same if not times else _digest("again", same.hex(), str(times))


@overload
def _clean(text: str) -> str: ...
@overload
def _clean(text: None) -> None: ...
def _clean(text: str | None) -> str | None:
    """Text that can be stored: JSON may hold half a character."""
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode()


def _digest(*parts: str) -> bytes:
    return blake2b(_NUL.join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _attributes(step: Step, *, unnamed: bool) -> str | None:
    found: dict[str, Json] = {}
    transition = (step.transition or "").strip().casefold()
    if transition not in ("", DONE):
        found["lifecycle"] = transition
    if step.instance:
        found["instance"] = step.instance
    if unnamed:
        found["unnamed"] = True
    found |= step.more
    return json.dumps(found, sort_keys=True, separators=(",", ":")) if found else None


def _plain(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind


class Clock:
    """Reads times. One that states no zone is in the zone that was declared, else in UTC, and is counted."""

    def __init__(self, zone: str | None = None, layouts: tuple[str, ...] = ()) -> None:
        self._zone = None if zone is None else zone_of(zone)
        self._layouts = layouts
        self.zoneless = 0

    def read(self, text: str) -> tuple[datetime, int | None]:
        """The moment, and how many minutes its clock was ahead of UTC, where that is told.

        Raises:
            BadValue: it is no time, or one before the first or after the last year that there is.
        """
        found = self._parsed(text.strip())
        told = True
        if found.tzinfo is None:
            told = self._zone is not None
            self.zoneless += not told
            found = found.replace(tzinfo=self._zone or UTC)
        offset = found.utcoffset() or timedelta()
        try:
            found.astimezone(UTC)
        except OverflowError as error:
            raise BadValue(f"{text!r} lies beyond all years", hint="correct it") from error
        return found, offset // timedelta(minutes=1) if told else None

    def _parsed(self, text: str) -> datetime:
        for layout in self._layouts:
            try:
                return datetime.strptime(text, layout)
            except ValueError:
                continue
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            like = " or ".join(self._layouts) or "2026-11-21T10:50:00+01:00"
            hint = "correct it" if self._layouts else "say how times are written: --set format='%d.%m.%Y %H:%M'"
            raise BadValue(f"{text[:80]!r} is not a time like {like}", hint=hint) from error
