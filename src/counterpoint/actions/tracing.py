"""Bringing activity in: rows into the lake, and in one transaction the files that count and how far it was read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.actions.admitting import enter
from counterpoint.actions.importing import Reading, replace_quarantine
from counterpoint.actions.tidying import TRACES, tidy
from counterpoint.errors import Conflict, InvalidInput, NotFound
from counterpoint.lake.place import Place
from counterpoint.lake.writing import Writer
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import (
    ACTOR,
    TraceActor,
    TraceFile,
    TraceSource,
    forget_source,
    keep_actors,
    keep_files,
    keep_source,
    known_actors,
    trace_files,
    trace_sources,
)
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.activity import STORED, Identity, Position, Traces
from counterpoint.model.activity import TraceSource as Source
from counterpoint.model.identifiers import slugify
from counterpoint.model.statements import Json, Quarantined
from counterpoint.model.times import stamp
from counterpoint.model.traces import Forgotten, Traced
from counterpoint.sources.traces.formats import opened


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """How activity is asked for: what to read, of which format (None: found out), with which options."""

    path: Path
    format: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """As it is kept, so that it can be asked for again from anywhere."""
        return {"trace": str(self.path.resolve()), "format": self.format, "options": dict(self.options)}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> TraceRequest:
        """What :meth:`as_json` kept."""
        return cls(Path(kept["trace"]), kept["format"], kept["options"])


def trace(
    ledger: Ledger,
    place: Place,
    request: TraceRequest,
    *,
    actor: str,
    progress: Progress = nobody_watching,
    from_the_start: bool = False,
) -> Traced:
    """Read what is new in a source of activity, and let it count.

    ``from_the_start`` reads everything again, for what could not be read before; what is there is not kept twice.
    Nothing is held while it is read. Its rows count once the last of them is written, and never a part of them.

    Raises:
        NotFound: there is nothing to read.
        InvalidInput: it is of no known format, or cannot be read at all.
        Conflict: another process read the same source meanwhile.
        StoreError: the lake cannot be written to.
    """
    source = opened(request.path, request.format, request.options)
    with ledger.write() as transaction:
        enter(transaction, actor)
        before = _kept(transaction.connection, source)
    cursor = None if before is None or from_the_start else before.cursor
    reading = _Run(ledger, place, source, progress)
    reading.read(cursor)
    if reading.position.replaces and cursor is not None:
        # What was kept is not part of the history any more: everything is new, also what looks like what was there.
        reading = _Run(ledger, place, source, progress, afresh=True)
        reading.read(None)
    kept = TraceSource(source.name, source.format, reading.position.cursor, request.as_json(), "", actor)
    reading.keep(kept, before, whole=cursor is None)
    tidy(ledger, place, source.name)
    return reading.traced()


def retry_traces(
    ledger: Ledger, place: Place, source: str | None, *, actor: str, progress: Progress = nobody_watching
) -> tuple[Traced, ...]:
    """Read again, from the start, every source of activity that has something in quarantine (or the one)."""
    with ledger.read() as snapshot:
        unread = {str(row["source"]) for row in snapshot.quarantined(source)}
        again = [one for one in trace_sources(snapshot.connection) if one.source in unread]
    requests = [TraceRequest.of_json(one.request) for one in again]
    return tuple(trace(ledger, place, one, actor=actor, progress=progress, from_the_start=True) for one in requests)


def forget(ledger: Ledger, name: str, *, actor: str) -> Forgotten:
    """Let the activity of a source count no more.

    Raises:
        NotFound: there is no such source.
    """
    with ledger.write() as transaction:
        enter(transaction, actor)
        transaction.lock([TRACES])
        rows = sum(one.rows for one in trace_files(transaction.connection, name))
        if not any(one.source == name for one in trace_sources(transaction.connection)):
            raise NotFound(f"there is no activity of {name}", hint="counterpoint traces lists what there is")
        forget_source(transaction.connection, name)
    return Forgotten(name, rows)


class _Run:
    """One reading of one source."""

    def __init__(
        self, ledger: Ledger, place: Place, source: Source, progress: Progress, *, afresh: bool = False
    ) -> None:
        self._ledger, self._source, self._progress = ledger, source, progress
        self._afresh = afresh
        self._actors = Actors(ledger)
        with ledger.read() as snapshot:
            there = trace_files(snapshot.connection, source.name)
        against = () if afresh else [(one.month, one.name) for one in there]
        self._writer = Writer(place, source.name, _folder(source.name), against)
        self._rows = 0
        self._span: list[datetime] = []
        self._unread: list[Quarantined] = []
        self.position = Position(None)

    def read(self, cursor: Json) -> None:
        """Everything after the cursor, into files that nobody counts yet."""
        for one in self._source.read(cursor, self._progress):
            match one:
                case Traces():
                    self._take(one)
                case Quarantined():
                    self._unread.append(one)
                case Position():
                    self.position = one
        self._files = [TraceFile(self._source.name, *one) for one in self._writer.close()]

    def keep(self, kept: TraceSource, before: TraceSource | None, *, whole: bool) -> None:
        """Let what was read count, unless somebody else read the same meanwhile; ``whole`` if it was read whole."""
        with self._ledger.write() as transaction:
            transaction.lock([TRACES])
            if _kept(transaction.connection, self._source) != before:
                raise Conflict(f"{self._source.name} was read by somebody else meanwhile", hint="do it again")
            keep_files(transaction.connection, self._source.name, self._files, replaces=self._afresh)
            keep_source(transaction.connection, kept._replace(recorded=transaction.now))
            files = frozenset(one.file for one in self._unread if one.file)
            request = {name: value for name, value in kept.request.items() if value is not None}
            replace_quarantine(
                transaction,
                Reading(
                    self._source.name, (), self._unread, _everything, 1, request=request,
                    partial=not whole and not self._afresh, read=files,
                ),
            )  # fmt: skip

    def traced(self) -> Traced:
        """What it came to."""
        span = [stamp(one.replace(tzinfo=UTC)) for one in self._span]
        return Traced(
            self._source.name,
            self._source.format,
            self._rows,
            sum(one.rows for one in self._files),
            self._actors.met,
            self._afresh,
            min(span, default=None),
            max(span, default=None),
            tuple(self._unread),
        )

    def _take(self, traces: Traces) -> None:
        if not traces.rows.num_rows:
            return
        self._rows += traces.rows.num_rows
        span = pc.min_max(traces.rows["moment"]).as_py()
        self._span += [span["min"], span["max"]]
        self._writer.add(stored(traces, self._source.name, self._actors), traces.latest)


class Actors:
    """Who the actors of a reading are: an identifier for each, made where somebody is met for the first time."""

    def __init__(self, ledger: Ledger, chance: Callable[[], str] = lambda: uuid.uuid4().hex[:20]) -> None:
        self._ledger = ledger
        self._chance = chance
        self._known: dict[str, str] = {}
        self.met = 0

    def meet(self, identities: Mapping[str, Identity]) -> None:
        """See to it that each of these, by its reference, has an identifier; kept at once, whatever comes of it."""
        new = {name: one for name, one in identities.items() if name not in self._known}
        if not new:
            return
        with self._ledger.write() as transaction:
            transaction.lock([TRACES])
            known = known_actors(transaction.connection, [(one.system, one.handle) for one in new.values()])
            kept = []
            for name, one in new.items():
                there = known.get((one.system, one.handle))
                self._known[name] = there.actor if there else ACTOR + self._chance()
                self.met += there is None
                row = TraceActor(self._known[name], one.system, one.handle, one.name, one.sort, one.confidence)
                if there is None or _tells_more(row, there):
                    kept.append(row)
            keep_actors(transaction.connection, kept)

    def identifiers(self, references: pa.Array) -> pa.Array:
        """The identifiers of some references that were met."""
        return pa.array([None if one is None else self._known[one] for one in references.to_pylist()], pa.string())


def stored(traces: Traces, source: str, actors: Actors) -> pa.Table:
    """The rows as the lake keeps them: with their source, and with identifiers instead of names."""
    told = {one.reference: one for one in traces.identities}
    columns = {name: traces.rows.column(name) for name in ("actor", "target")}
    columns = {
        name: (one if pa.types.is_dictionary(one.type) else one.dictionary_encode()) for name, one in columns.items()
    }
    named = {one for column in columns.values() for one in column.dictionary.to_pylist() if one is not None}
    actors.meet({name: told.get(name) or _plain(name) for name in sorted(named)})
    changed = {
        name: pa.DictionaryArray.from_arrays(column.indices, actors.identifiers(column.dictionary))
        for name, column in columns.items()
    }
    count = traces.rows.num_rows
    # One value for all rows, without writing it out for each.
    changed["source"] = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([source]))
    return pa.table(
        [changed[name] if name in changed else traces.rows.column(name) for name in STORED.names], STORED.names
    ).cast(STORED)


def _plain(reference: str) -> Identity:
    system, _, handle = reference.partition("/")
    if not handle:
        raise InvalidInput(f"{reference!r} names nobody: a source says system/handle")
    return Identity(system, handle)


def _tells_more(new: TraceActor, old: TraceActor) -> bool:
    return new.confidence > old.confidence or bool(new.name and not old.name)


def _kept(connection: Any, source: Source) -> TraceSource | None:
    """What is kept of a source.

    Raises:
        InvalidInput: something of another format has its name.
    """
    found = next((one for one in trace_sources(connection) if one.source == source.name), None)
    if found is not None and found.format != source.format:
        raise InvalidInput(
            f"{source.name} is {found.format} already, and this is {source.format}",
            hint="give it another name, or forget the other",
        )
    return found


def _folder(name: str) -> str:
    """The folder of a source in the lake: readable, and no other's."""
    return f"{slugify(name.replace(':', '-')) or 'source'}-{uuid.uuid5(uuid.NAMESPACE_URL, name).hex[:8]}"


def _everything(_file: str | None) -> bool:
    return True
