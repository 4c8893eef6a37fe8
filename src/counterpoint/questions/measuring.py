"""Measures: the organisation's tables, the activity of the lake and an engine, brought together for one answer."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from counterpoint.errors import BadValue, NotFound, UsageError
from counterpoint.lake.engine import Engine
from counterpoint.lake.keeping import run_kept
from counterpoint.lake.place import Place
from counterpoint.lake.running import Input, Outcome, check, words_of
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import count_actors, trace_files, trace_sources
from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.declaration import Asked, Measure
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.measured import FigureOf, Lack, Measured, MeasureList, MeasureOf, SettingOf
from counterpoint.model.statements import Json
from counterpoint.model.times import moment
from counterpoint.model.traces import TraceList, TraceRow
from counterpoint.questions.moment import Asking
from counterpoint.questions.paths import PATH_TABLES, paths_of
from counterpoint.questions.tables.made import made


@dataclass(frozen=True)
class Ran:
    """A measure that was run: its outcome, the snapshot and how much activity it was run on, and what it ran on."""

    outcome: Outcome
    snapshot: int
    rows_seen: int
    engine: str

    @property
    def answer(self) -> Measured:
        """As an answer."""
        found, asked = self.outcome, self.outcome.asked
        return Measured(
            described(found.measure),
            asked.grain,
            asked.window,
            None if asked.since is None else asked.since.isoformat(),
            None if asked.until is None else asked.until.isoformat(),
            {one.name: found.measure.setting(asked, one.name) for one in found.measure.settings},
            self.engine,
            self.snapshot,
            self.rows_seen,
            tuple({name: _plain(value) for name, value in row.items()} for row in found.rows.to_pylist()),
            tuple(Lack(one.what, one.there, one.least, one.hint) for one in found.lacking),
            found.withheld,
            dict(sorted(found.within.items())),
            tuple(None if one is None else one.isoformat() for one in found.kept),
        )


_ALWAYS = {"actor", "member"}
"""The tables that the views rest on."""


@dataclass(frozen=True)
class Measuring:
    """What measures may be asked of: an organisation, its lake, an engine, and the measures that there are."""

    ledger: Ledger
    place: Place
    engine: Engine
    measures: Mapping[str, Measure]

    @classmethod
    def of(cls, ledger: Ledger, place: Place, engine: Engine, own: Mapping[str, Measure] | None = None) -> Measuring:
        """With every measure that comes with Counterpoint, and the organisation's ``own``."""
        return cls(ledger, place, engine, {**MEASURES, **(own or {})})

    def run(
        self,
        name: str,
        *,
        by: str = "organisation",
        window: str = "all",
        since: date | None = None,
        until: date | None = None,
        settings: Mapping[str, str] | None = None,
        me: str | None = None,
    ) -> Ran:
        """Run a measure. ``settings`` are texts, read as what each takes; ``me`` is who asks, as the ledger has them.

        Raises:
            NotFound: there is no such measure.
            UsageError: it is not told apart by that grain, has no such setting, or ends before it begins.
        """
        if name not in self.measures:
            close = difflib.get_close_matches(name, self.measures, 3)
            hint = f"did you mean {' or '.join(close)}?" if close else "counterpoint measure lists them"
            raise NotFound(f"there is no measure {name!r}", hint=hint)
        if since is not None and until is not None and until <= since:
            raise UsageError(f"nothing is from {since} until before {until}", hint="--until is the day after the last")
        measure = self.measures[name]
        asked = Asked(by, window, since, until, _typed(measure, settings or {}), self._written(me))  # type: ignore[arg-type]
        check(measure, asked)
        given, snapshot, rows = self.given(tables_of(measure), since)
        return Ran(run_kept(measure, asked, given, self.engine), snapshot, rows, self.engine.name)

    def given(self, tables: Iterable[str], since: date | None = None) -> tuple[Input, int, int]:
        """What measures that need some tables of the organisation are run on; the snapshot's number, and the rows.

        ``since`` is from when on occurrences of rituals are wanted; else it is the last year.
        """
        names = {*tables, *_ALWAYS}
        with self.ledger.read() as snapshot:
            asking = Asking(snapshot)
            files = trace_files(snapshot.connection)
            listed = [one.name for one in files]
            paths = paths_of(asking, self.place, listed, self.engine)
            stated = made(asking, names - PATH_TABLES, since)
            # Areas that were found stand beside the zones that were declared, none of which has a path.
            both = [one["zone"] for one in (stated, paths) if "zone" in one]
            found = {**stated, **paths, **({"zone": pa.concat_tables(both)} if both else {})}
            sequence, _ = snapshot.head()
            now = moment(snapshot.now)
        whole = {name: found.get(name, relation.schema.empty_table()) for name, relation in ORGANISATION.items()}
        return Input(self.place, listed, whole, now), sequence, sum(one.rows for one in files)

    def _written(self, person: str | None) -> str | None:
        """A party as it stands in the tables."""
        if person is None:
            return None
        with self.ledger.read() as snapshot:
            return snapshot.names([person]).get(person, person)

    def traces(self) -> TraceList:
        """Every source of activity, and how much there is of it."""
        with self.ledger.read() as snapshot:
            files, unread = trace_files(snapshot.connection), snapshot.quarantined()
            sources, actors = trace_sources(snapshot.connection), count_actors(snapshot.connection)
            names = snapshot.names({one.actor for one in sources})
        rows = []
        for one in sources:
            mine = [file for file in files if file.source == one.source]
            months = [file.month for file in mine]
            counts = sum(file.rows for file in mine), len(mine), sum(file.bytes for file in mine)
            span = min(months, default=""), max(months, default="")
            left = sum(row["source"] == one.source for row in unread)
            who = names.get(one.actor, one.actor)
            rows.append(TraceRow(one.source, one.format, *counts, *span, one.recorded, who, left))
        return TraceList(self.place.address, tuple(rows), actors)


def measure_list(own: Mapping[str, Measure] | None = None) -> MeasureList:
    """Every measure that comes with Counterpoint, and the organisation's ``own``, by system and name."""
    every = {**MEASURES, **(own or {})}.values()
    return MeasureList(tuple(sorted(map(described, every), key=lambda one: (_number(one.system), one.name))))


def _number(system: str) -> tuple[str, int]:
    """Where a system stands among the others: C2 before C10."""
    return system[:1], int(system[1:]) if system[1:].isdigit() else 0


def described(measure: Measure) -> MeasureOf:
    """A measure as an answer tells of it."""
    return MeasureOf(
        measure.name,
        measure.system,
        measure.question,
        measure.about,
        measure.source,
        measure.limits,
        measure.grains,
        tuple(FigureOf(one.name, one.unit, one.about) for one in measure.figures),
        tuple(SettingOf(one.name, one.default, one.about) for one in measure.settings),
        tuple(f"{one.what}: {one.hint}" for one in measure.needs),
        measure.private,
        measure.origin,
    )


def tables_of(measure: Measure) -> set[str]:
    """The tables of the organisation that a measure's queries name."""
    return set(words_of(measure) | words_of(measure, spreads=True)) & set(ORGANISATION)


def _typed(measure: Measure, given: Mapping[str, str]) -> dict[str, float | int | str]:
    """Settings as they were written, as what each of them takes."""
    kinds = {one.name: type(one.default) for one in measure.settings}
    typed: dict[str, float | int | str] = {}
    for name, text in given.items():
        try:
            typed[name] = kinds.get(name, str)(text)
        except ValueError as error:
            raise BadValue(f"{name}={text}: that is no number", hint=f"such as {name}=2") from error
    return typed


def _plain(value: Any) -> Json:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value  # type: ignore[no-any-return]
