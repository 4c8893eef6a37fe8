"""What every source of process logs has in common: its options, its name, how far it was read, and what it tells."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path

from counterpoint.errors import BadValue, InvalidInput, Problem, UsageError
from counterpoint.model.activity import Position, Progress, Traces
from counterpoint.model.schedule import zone_of
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.steps import Clock, Naming, Rows, Step, word_of

MOST_TOLD = 1000
"""How many events of one log are reported one by one; of the others, how many there are."""
_CHUNK = 1 << 20
_COMPRESSED = (".gz",)

LOG_OPTIONS: Mapping[str, str] = {
    "name": "what the log is called; else what its file is called",
    "timezone": "the zone of times that state none, such as Europe/Berlin; else they are read as UTC, and told",
    "nobody": "words that mean nobody where a resource or a group is named, with commas between them; or empty",
    "people": "the system in which resources are named: email, github, name or another; else names of this log alone",
    "bots": "resources that are programs or shared accounts, with commas between them; left out by most measures",
    "agents": "resources that are AI agents, with commas between them",
    "keep": "other attributes of events to keep, with commas between them; * for all. They may name people",
}
"""The options that every format of logs takes."""


class LogSource(ABC):
    """A log: one file. What was read is known by its digest, and an event by its key, so what is new is added."""

    format = ""

    def __init__(self, path: Path, options: Mapping[str, str]) -> None:
        """Check the options.

        Raises:
            UsageError: one of them cannot be meant.
        """
        self.path = path
        self.options = dict(options)
        self.title = options.get("name", "").strip() or _title(path)
        self.name = f"{self.format}:{self.title}"
        self.timezone = self._zone()
        self.clock = self._clock()
        self.kept = words(options.get("keep", ""))
        self._told = 0

    @abstractmethod
    def steps(self, progress: Progress) -> Iterator[Step | Quarantined]:
        """Every event, in the order of the log.

        Raises:
            InvalidInput: nothing of it can be read.
        """

    def read(self, cursor: Json, progress: Progress) -> Iterator[Traces | Quarantined | Position]:
        """See :class:`counterpoint.model.activity.TraceSource`."""
        now: dict[str, Json] = {"digest": self._digest(), "options": dict(sorted(self.options.items()))}
        if cursor == now:
            yield Position(now)
            return
        if isinstance(cursor, dict) and cursor.get("options") != now["options"]:
            # Read in another way its events have other keys: what was kept would stand beside them.
            yield Position(now, replaces=True, files=1)
            return
        rows: Rows | None = None
        for one in self.steps(progress):
            if isinstance(one, Quarantined):
                yield from self._trouble(one)
                continue
            rows = rows or Rows(self.naming())
            rows.add(one)
            if rows.full:
                yield rows.taken()
        if rows is not None and rows.count:
            yield rows.taken()
        yield from self._notes()
        yield Position(now, files=1)

    def naming(self) -> Naming:
        """Whom names mean. Asked for once the first event was read."""
        nobody = self.options.get("nobody")
        return Naming(
            self.options.get("people", "").strip() or f"log:{self.title}",
            self.title,
            self.nobody() if nobody is None else frozenset(map(word_of, words(nobody))),
            frozenset(map(word_of, words(self.options.get("bots", "")))),
            frozenset(map(word_of, words(self.options.get("agents", "")))),
        )

    def nobody(self) -> frozenset[str]:
        """The words that mean nobody where no option says which: those that the log itself declares."""
        return frozenset()

    def wants(self, attribute: str) -> bool:
        """Is this attribute of events to be kept?"""
        return attribute in self.kept or "*" in self.kept

    def trouble(
        self, message: str, hint: str, *, line: int | None, record: str | None, excerpt: str = ""
    ) -> Quarantined:
        """An event that cannot be read."""
        return Quarantined("record", message, hint, self.path.name, line, record, None, excerpt[:120])

    def _trouble(self, one: Quarantined) -> Iterator[Quarantined]:
        self._told += one.level == "record"
        if one.level != "record" or self._told <= MOST_TOLD:
            yield one

    def _notes(self) -> Iterator[Quarantined]:
        if self._told > MOST_TOLD:
            message = f"{self._told - MOST_TOLD} more events cannot be read"
            yield Quarantined("file", message, "correct those that are reported first", self.path.name)
        if self.clock.zoneless:
            message = f"{self.clock.zoneless} times state no time zone and were read as UTC"
            hint = "say which it is: --set timezone=Europe/Berlin (or UTC, if that is right)"
            yield Quarantined("field", message, hint, self.path.name, field="time")

    def _zone(self) -> str | None:
        name = self.options.get("timezone", "").strip()
        if not name:
            return None
        try:
            zone_of(name)
        except BadValue as error:
            raise UsageError(f"timezone: {error.message}", hint=error.hint) from error
        return name

    def _clock(self) -> Clock:
        return Clock(self.timezone)

    def _digest(self) -> str:
        found = hashlib.sha256()
        try:
            with self.path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    found.update(chunk)
        except OSError as error:
            raise unreadable(self.path, f"cannot be opened: {error.strerror}") from error
        return found.hexdigest()


def unreadable(path: Path, message: str, *, line: int | None = None, hint: str = "") -> InvalidInput:
    """The error for a log of which nothing can be read."""
    place = f"{path}:{line}" if line else str(path)
    return InvalidInput(f"{place}: {message}", hint=hint, problems=(Problem(message, path.name, line, hint=hint),))


def words(text: str) -> tuple[str, ...]:
    """A list as an option has it: with commas between its words."""
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _title(path: Path) -> str:
    name = path.name
    for end in _COMPRESSED:
        name = name.removesuffix(end)
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name
