"""Running a measure: its needs first, then its SQL or its kernel, then what may be shown of the result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import pyarrow as pa

from counterpoint.errors import InvalidInput, UsageError
from counterpoint.lake.engine import Engine, Session
from counterpoint.lake.layout import overlapping
from counterpoint.lake.mentions import mentioned, text_of, texts_of
from counterpoint.lake.place import Place
from counterpoint.lake.privacy import WORDS, bounds, shown
from counterpoint.lake.views import make_views, tables_joined
from counterpoint.measures.declaration import STANDARD, Asked, Measure, Need

__all__ = ["Input", "Lacking", "Outcome", "check", "conformed", "filled", "run", "run_in", "text_of"]
_RANK = "\x1frank"
_SETTING = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a measure needs and has too little of: what, how much there is and must be, and how it gets there."""

    what: str
    there: int
    least: int
    hint: str


@dataclass(frozen=True)
class Outcome:
    """What a measure came to. ``lacking`` says why there are no ``rows``, where there is not enough data.

    ``withheld`` counts rows that are not shown because something would be told about too few people, and ``within``
    names, for each team that is not shown for that reason, the team above it in whose rows it is seen. ``asked`` is
    what was answered: the time of a private measure of groups is made whole periods. ``kept`` are the first days of the
    periods whose result was there already; None is that of the whole time.
    """

    measure: Measure
    asked: Asked
    rows: pa.Table
    lacking: Sequence[Lacking] = ()
    withheld: int = 0
    within: Mapping[str, str] = field(default_factory=dict)
    kept: Sequence[date | None] = ()


@dataclass(frozen=True)
class Input:
    """What a measure is run on: the files of the lake, the tables of the organisation, and the time."""

    place: Place
    files: Sequence[str]
    tables: Mapping[str, pa.Table]
    now: datetime


def run(measure: Measure, asked: Asked, given: Input, engine: Engine) -> Outcome:
    """Run a measure.

    Raises:
        UsageError: it is not told apart by that grain, or has no such setting.
        InvalidInput: its SQL is not taken, or yields other columns than it declares.
        StoreError: the engine cannot be reached, or a file of the lake is missing.
    """
    check(measure, asked)
    asked = bounds(measure, asked)
    files = overlapping(given.files, asked.since, asked.until)
    words = words_of(measure, spreads=engine.spreads)
    with engine.session(given.place, files, tables_for(asked, words, given.tables)) as session:
        make_views(session, asked, given.now, words, empty_of(given.tables))
        return run_in(measure, asked, session, spreads=engine.spreads)


def words_of(measure: Measure, *, spreads: bool = False) -> frozenset[str]:
    """What a run of a measure mentions: in its queries, and in those that guard what is private."""
    words = mentioned(texts_of(measure, joins=spreads))
    return words | WORDS if measure.private else words


def tables_for(asked: Asked, words: frozenset[str], tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables that a run needs: those that are mentioned, and those that the views join."""
    needed = words | tables_joined(asked, words, empty_of(tables))
    return {name: rows for name, rows in tables.items() if name in needed}


def empty_of(tables: Mapping[str, pa.Table]) -> set[str]:
    """The names of those tables that have no rows."""
    return {name for name, rows in tables.items() if not rows.num_rows}


def run_in(measure: Measure, asked: Asked, session: Session, *, spreads: bool = False) -> Outcome:
    """Run a measure in a session whose views are made; see :func:`run`."""
    lacking = lacks(measure, asked, session)
    if lacking:
        return Outcome(measure, asked, measure.schema.empty_table(), lacking)
    rows = worked_out(measure, asked, session, spreads=spreads)
    found = shown(measure, asked, rows, session, lambda own: worked_out(measure, own, session, spreads=spreads))
    return Outcome(measure, asked, ordered(measure, found.rows), (), found.withheld, found.within or {})


def worked_out(measure: Measure, asked: Asked, session: Session, *, spreads: bool = False) -> pa.Table:
    """Every row of a measure, before anybody asks what of it may be shown."""
    if spreads and measure.joins:
        return conformed(measure, session.query(filled(measure, asked, text_of(measure, measure.joins))))
    if measure.kernel is None:
        return conformed(measure, session.query(filled(measure, asked, text_of(measure, measure.sql))))
    inputs = {
        name: session.query(filled(measure, asked, text_of(measure, sql))) for name, sql in measure.inputs.items()
    }
    return conformed(measure, measure.kernel(inputs, asked))


def ordered(measure: Measure, rows: pa.Table) -> pa.Table:
    """The rows in the one order that they always have."""
    own = [*(one.name for one in measure.extras if _sortable(one.type)), "value", "n"]
    if not measure.ranked:
        return rows.sort_by([(name, "ascending") for name in ("period", "unit", "figure", *own)])
    by = [rows[name].to_pylist() for name in ("period", "unit", *(one.name for one in measure.extras if one.key))]
    keys = list(zip(*by, strict=True))
    ranked = zip(keys, rows["figure"].to_pylist(), rows["value"].to_pylist(), strict=True)
    value = {key: one for key, figure, one in ranked if figure == measure.ranked}
    rank = pa.array([value.get(key) for key in keys], pa.float64())
    order: list[tuple[str, Literal["ascending", "descending"]]] = [(name, "ascending") for name in own]
    order = [("period", "ascending"), ("unit", "ascending"), ("figure", "ascending"), (_RANK, "descending"), *order]
    return rows.append_column(_RANK, rank).sort_by(order).drop_columns([_RANK])


def _sortable(kind: pa.DataType) -> bool:
    return not pa.types.is_nested(kind)


def check(measure: Measure, asked: Asked) -> None:
    """Refuse what a measure cannot be asked.

    Raises:
        UsageError: it is not told apart by that grain, or has no such setting.
        InvalidInput: it is private, and not told apart by person.
    """
    if measure.private and "person" not in measure.grains:
        raise InvalidInput(
            f"{measure.name} is private, and cannot be told apart by person",
            hint="a private measure has the grain person: that is how the people of a group are counted",
        )
    if asked.grain not in measure.grains:
        known = ", ".join(measure.grains)
        raise UsageError(f"{measure.name} is not told apart by {asked.grain}", hint=f"by one of: {known}")
    known_settings = {one.name for one in measure.settings}
    for name in asked.settings:
        if name not in known_settings:
            hint = f"one of: {', '.join(sorted(known_settings))}" if known_settings else "it has none"
            raise UsageError(f"{measure.name} has no setting {name!r}", hint=hint)


def filled(measure: Measure, asked: Asked, sql: str) -> str:
    """A query of a measure with its settings in place of ``$name``."""

    def literal(found: re.Match[str]) -> str:
        value = measure.setting(asked, found[1])
        return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)

    return _SETTING.sub(literal, sql)


def conformed(measure: Measure, rows: pa.Table) -> pa.Table:
    """The rows with every column that a result has, in order and of its type; what is left out is empty.

    Raises:
        InvalidInput: there is a column that the measure does not declare, or one is of another type.
    """
    schema = measure.schema
    more = [name for name in rows.column_names if name not in schema.names]
    if more:
        raise InvalidInput(
            f"{measure.name} yields a column {more[0]!r} that it does not declare",
            hint=f"every measure has {', '.join(STANDARD)}; declare others as extras",
        )
    columns = []
    for one in schema:
        if one.name not in rows.column_names:
            columns.append(pa.nulls(rows.num_rows, one.type))
            continue
        try:
            columns.append(rows[one.name].cast(one.type))
        except pa.ArrowException as error:
            raise InvalidInput(f"{measure.name}: the column {one.name} is no {one.type}: {error}") from error
    return pa.table(columns, schema=schema)


def lacks(measure: Measure, asked: Asked, session: Session) -> tuple[Lacking, ...]:
    """What a measure has too little of, in a session whose views are made."""
    found = (_lack(measure, asked, need, session) for need in measure.needs)
    return tuple(one for one in found if one is not None)


def _lack(measure: Measure, asked: Asked, need: Need, session: Session) -> Lacking | None:
    (there,) = session.query(filled(measure, asked, text_of(measure, need.sql))).to_pydict().values()
    return None if there[0] >= need.least else Lacking(need.what, there[0], need.least, need.hint)
