"""Results that are kept: what a measure came to for a period that is over is worked out once.

What a result rests on makes its name: the measure (its name, version, every query), what was asked, the rows of the
tables that it reads, and the files of the lake that may have rows of the period. Change any of them, and there is no
such result; so nothing kept is ever out of date, and what nobody asks for any more is cleared away after a while.
What a private measure came to is never kept, nor what is told apart by person or depends on who asks: it would be
figures of single people in a file, or what one may see shown to another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pyarrow as pa

from counterpoint.errors import StoreError
from counterpoint.lake.engine import Engine
from counterpoint.lake.layout import RESULTS, overlapping
from counterpoint.lake.mentions import texts_of
from counterpoint.lake.place import Place, content_of
from counterpoint.lake.running import (
    Input,
    Lacking,
    Outcome,
    check,
    empty_of,
    lacks,
    ordered,
    run,
    tables_for,
    words_of,
    worked_out,
)
from counterpoint.lake.views import make_views
from counterpoint.measures.declaration import Asked, Measure
from counterpoint.measures.windows import end_of, start_of

LAYOUT = 1
"""Goes up whenever what is kept is kept otherwise."""
UNUSED = timedelta(days=30)


def run_kept(measure: Measure, asked: Asked, given: Input, engine: Engine) -> Outcome:
    """As :func:`counterpoint.lake.running.run`, with what is kept of periods that are over; ``kept`` says which.

    A lake that cannot be written to is no hindrance: then everything is worked out every time.

    Raises:
        UsageError, InvalidInput, StoreError: as ``run`` does.
    """
    check(measure, asked)
    if measure.private or measure.for_asker or asked.grain == "person":
        return run(measure, asked, given, engine)
    shelf = _Shelf(measure, asked, given)
    if measure.by_period and asked.window != "all":
        return _by_period(shelf, engine)
    there = shelf.read(asked.since, asked.until, measure.schema, "whole")
    if there is not None:
        return Outcome(measure, asked, there, kept=(None,))
    found = run(measure, asked, given, engine)
    if not found.lacking:
        shelf.keep(asked.since, asked.until, found.rows, "whole")
    return found


def forget_results(place: Place) -> int:
    """Delete every result that is kept, for what they may name must be forgotten; how many there were.

    Raises:
        StoreError: one of them cannot be deleted.
    """
    files = list(place.files(RESULTS))
    for one in files:
        place.remove(one.path)
    return len(files)


def sweep_results(place: Place, now: datetime, unused: timedelta = UNUSED) -> int:
    """Delete the results that were written long ago; who asks for one again has it worked out again. How many.

    Raises:
        StoreError: one of them cannot be deleted.
    """
    old = [one for one in place.files(RESULTS) if one.mtime is not None and one.mtime < now - unused]
    for one in old:
        place.remove(one.path)
    return len(old)


class _Shelf:
    """Where the results of a measure that was asked for are kept, and by what names."""

    def __init__(self, measure: Measure, asked: Asked, given: Input) -> None:
        self.measure, self.asked, self.given = measure, asked, given
        self.words = words_of(measure) | words_of(measure, spreads=True)
        settings = {one.name: measure.setting(asked, one.name) for one in measure.settings}
        tables = _digest(tables_for(asked, self.words, given.tables))
        self._rests_on = [
            LAYOUT, measure.name, measure.version, measure.origin, texts_of(measure), texts_of(measure, joins=True),
            str(measure.schema), asked.grain, asked.window, settings, tables,
        ]  # fmt: skip

    def read(self, since: date | None, until: date | None, schema: pa.Schema, what: str) -> pa.Table | None:
        """What is kept of a time; None where there is nothing that can be read."""
        name, place = self._name(since, until, what), self.given.place
        try:
            return place.read(name).cast(schema) if place.there(name) else None
        except (StoreError, pa.ArrowException):
            return None

    def keep(self, since: date | None, until: date | None, rows: pa.Table, what: str) -> None:
        """Keep what a time came to, where the lake takes it."""
        try:
            self.given.place.put(self._name(since, until, what), content_of(rows))
        except StoreError:
            return

    def _name(self, since: date | None, until: date | None, what: str) -> str:
        files = sorted(overlapping(self.given.files, since, until))
        # A whole may show which of its periods are over.
        day = self.given.now.date() if what == "whole" and "period" in self.words else None
        text = json.dumps([*self._rests_on, what, since, until, files, day], sort_keys=True, default=str)
        return f"{RESULTS}/{self.measure.name}/{hashlib.sha256(text.encode()).hexdigest()[:40]}.parquet"


_HEAD = pa.schema(
    [("first", pa.date32()), ("end", pa.date32()), ("what", pa.string()), ("there", pa.int64()), ("least", pa.int64()),
     ("hint", pa.string())]
)  # fmt: skip
"""From when to when there is activity, and beside it what there is too little of: a row for each need, or one."""


@dataclass(frozen=True, slots=True)
class _Period:
    """A period: its first day, the day after its last; what is asked for of it, and whether that is all of it and it
    is over."""

    begin: date
    ends: date
    since: date
    until: date
    closed: bool


def _by_period(shelf: _Shelf, engine: Engine) -> Outcome:
    measure, asked = shelf.measure, shelf.asked
    span, lacking = _head(shelf, engine)
    if lacking:
        return Outcome(measure, asked, measure.schema.empty_table(), lacking)
    periods = list(_periods(asked, *span, shelf.given.now.date()))
    found: dict[date, pa.Table] = {}
    for one in periods:
        there = shelf.read(one.begin, one.ends, measure.schema, "period") if one.closed else None
        if there is not None:
            found[one.begin] = there
    kept = tuple(found)
    for group in _runs(periods, found):
        rows = _of_time(shelf, group[0].since, group[-1].until, engine)
        days = rows["period"].to_pylist()
        if not set(days) <= {one.begin for one in group}:
            # It says something that is of no period of its own: then nothing of it can be kept.
            return run(measure, asked, shelf.given, engine)
        for one in group:
            mine = rows.filter(pa.array([day == one.begin for day in days], pa.bool_()))
            found[one.begin] = mine
            if one.closed:
                shelf.keep(one.begin, one.ends, mine, "period")
    whole = pa.concat_tables([measure.schema.empty_table(), *(found[one.begin] for one in periods)])
    return Outcome(measure, asked, ordered(measure, whole), kept=kept)


def _head(shelf: _Shelf, engine: Engine) -> tuple[tuple[date | None, date | None], tuple[Lacking, ...]]:
    """From when to when there is activity in what is asked for, and what there is too little of."""
    measure, asked, given = shelf.measure, shelf.asked, shelf.given
    there = shelf.read(asked.since, asked.until, _HEAD, "head")
    if there is None:
        words = shelf.words
        files = overlapping(given.files, asked.since, asked.until)
        with engine.session(given.place, files, tables_for(asked, words, given.tables)) as session:
            make_views(session, asked, given.now, words, empty_of(given.tables))
            (seen,) = session.query("select min(moment) as first, max(moment) as last from activity").to_pylist()
            lacking = lacks(measure, asked, session)
        first = seen["first"] and seen["first"].date()
        end = seen["last"] and seen["last"].date() + timedelta(days=1)
        base = {"first": first, "end": end}
        rows = [{**base, "what": one.what, "there": one.there, "least": one.least, "hint": one.hint} for one in lacking]
        there = pa.Table.from_pylist(rows or [base], schema=_HEAD)
        shelf.keep(asked.since, asked.until, there, "head")
    rows = there.to_pylist()
    told = tuple(Lacking(row["what"], row["there"], row["least"], row["hint"]) for row in rows if row["what"])
    return (rows[0]["first"], rows[0]["end"]), told


def _periods(asked: Asked, first: date | None, end: date | None, today: date) -> Iterator[_Period]:
    """The periods that are asked for, as the view ``period`` has them."""
    since, until = asked.since or first, asked.until or end
    if since is None or until is None:
        return
    begin = start_of(since, asked.window)
    while begin < until:
        ends = end_of(begin, asked.window)
        # Where nobody set a bound there is no activity beyond it, so the period is whole.
        low = max(begin, asked.since) if asked.since else begin
        high = min(ends, asked.until) if asked.until else ends
        yield _Period(begin, ends, low, high, (low, high) == (begin, ends) and ends <= today)
        begin = ends


def _runs(periods: Sequence[_Period], found: dict[date, pa.Table]) -> list[list[_Period]]:
    """The periods that are yet to be worked out, those together that follow each other."""
    runs: list[list[_Period]] = []
    for before, one in zip([None, *periods], periods, strict=False):
        if one.begin in found:
            continue
        if runs and before is not None and before is runs[-1][-1]:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _of_time(shelf: _Shelf, since: date, until: date, engine: Engine) -> pa.Table:
    given = shelf.given
    asked = replace(shelf.asked, since=since, until=until)
    files = overlapping(given.files, since, until)
    words = words_of(shelf.measure, spreads=engine.spreads)
    with engine.session(given.place, files, tables_for(asked, words, given.tables)) as session:
        make_views(session, asked, given.now, words, empty_of(given.tables))
        return worked_out(shelf.measure, asked, session, spreads=engine.spreads)


def _digest(tables: dict[str, pa.Table]) -> str:
    """A short name of the rows of some tables."""
    told = hashlib.sha256()
    for name in sorted(tables):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, tables[name].schema) as stream:
            stream.write_table(tables[name].combine_chunks())
        told.update(name.encode())
        told.update(sink.getvalue())
    return told.hexdigest()
