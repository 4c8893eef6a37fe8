"""Steps of processes, as every format of logs yields them, and the rows of activity that they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import overload

from counterpoint.errors import BadValue
from counterpoint.model.activity import Identity, Sort, Traces
from counterpoint.model.schedule import zone_of
from counterpoint.model.statements import Json
from counterpoint.sources.traces.gathering import Gathering, attributes_of, key_of

NOBODY = "nobody"
"""The system of who did a step that names nobody: it is no party, and the row's ``attributes.unnamed`` says so."""
DONE = "complete"
"""The transition of a step that is over, which is what a row means where ``attributes.lifecycle`` is not there."""

EARLIEST, LATEST = 1900, 2200
"""The years of which times are taken."""
_LARGEST = 2**63


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
        return Identity(self.system, clean(" ".join(name.split())), "", sort, 0.0 if sort == "unknown" else 1.0)


def word_of(text: str) -> str:
    """A name as names are compared: without case, and with single spaces."""
    return " ".join(text.casefold().split())


class Rows:
    """Gathers steps, and makes rows of them. A step that comes again gets the key that it had."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._gathering = Gathering()
        self._seen: dict[bytes, int] = {}

    @property
    def full(self) -> bool:
        """There are enough for a batch."""
        return self._gathering.full

    @property
    def count(self) -> int:
        """How many rows wait to be taken."""
        return self._gathering.count

    def add(self, step: Step) -> None:
        """Take a step."""
        who = self._naming.identity(step.resource)
        case, group = clean(step.case), clean(step.group)
        row = {
            "key": self._key(step),
            "moment": step.moment.astimezone(UTC).replace(tzinfo=None),
            "ahead": step.ahead,
            "actor": self._gathering.meet(who),
            "verb": "step",
            "object": clean(step.name),
            "work": case,
            "zone": None if self._naming.is_nobody(group) else group,
            "size": float(step.place),
            "thread": case,
            "attributes": _attributes(step, unnamed=who.system == NOBODY),
        }
        self._gathering.add(row)

    def taken(self) -> Traces:
        """What was gathered since it was last taken."""
        return self._gathering.taken()

    def _key(self, step: Step) -> bytes:
        """By the event's own identifier within its case; else by what it is, and how often that came before."""
        if step.event is not None:
            return key_of("id", step.case or "", step.event)
        who = step.resource, step.group, step.transition, step.instance
        same = key_of("as", step.case or "", step.name, step.moment.isoformat(), *(one or "" for one in who))
        times = self._seen.get(same, 0)
        self._seen[same] = times + 1
        return same if not times else key_of("again", same.hex(), str(times))


@overload
def clean(text: str) -> str: ...
@overload
def clean(text: None) -> None: ...
def clean(text: str | None) -> str | None:
    """Text that can be stored: JSON may hold half a character."""
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode()


def _attributes(step: Step, *, unnamed: bool) -> str | None:
    transition = (step.transition or "").strip().casefold()
    found: dict[str, Json] = {"lifecycle": transition if transition not in ("", DONE) else None, "unnamed": unnamed}
    more = {clean(name): storable(value) for name, value in step.more.items()}
    return attributes_of({"instance": clean(step.instance), **found, **more})


def storable(value: Json) -> Json:
    """What JSON of any source says, as it can be written again: no half characters, no number beyond all numbers."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _LARGEST else str(value)
    if isinstance(value, list):
        return [storable(one) for one in value]
    if isinstance(value, dict):
        return {clean(name): storable(one) for name, one in value.items()}
    return value


class Clock:
    """Reads times. One that states no zone is in the zone that was declared, else in UTC, and is counted."""

    def __init__(self, zone: str | None = None, layouts: tuple[str, ...] = ()) -> None:
        self._zone = None if zone is None else zone_of(zone)
        self._layouts = layouts
        self.zoneless = 0

    def read(self, text: str) -> tuple[datetime, int | None]:
        """The moment, and how many minutes its clock was ahead of UTC, where that is told.

        Raises:
            BadValue: it is no time, or one of a year in which no work was or will be recorded.
        """
        found = self._parsed(text.strip())
        told = True
        if found.tzinfo is None:
            told = self._zone is not None
            self.zoneless += not told
            found = found.replace(tzinfo=self._zone or UTC)
        if not EARLIEST <= found.year < LATEST:
            hint = "many programs write such a year where they know none; correct it"
            raise BadValue(f"{text[:80]!r} lies before {EARLIEST} or after {LATEST - 1}", hint=hint)
        offset = found.utcoffset() or timedelta()
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
