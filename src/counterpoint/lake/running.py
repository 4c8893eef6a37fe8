"""Running a measure: its needs first, then its SQL or its kernel, then what may be shown of the result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

import pyarrow as pa

from counterpoint.errors import InvalidInput, UsageError
from counterpoint.lake.engine import Engine, Session
from counterpoint.lake.place import Place
from counterpoint.lake.privacy import shown
from counterpoint.lake.views import make_views
from counterpoint.measures.declaration import STANDARD, Asked, Measure, Need

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

    ``withheld`` counts rows that are not shown because they would be about too few people.
    """

    measure: Measure
    asked: Asked
    rows: pa.Table
    lacking: Sequence[Lacking] = ()
    withheld: int = 0


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
    """
    check(measure, asked)
    with engine.session(given.place, given.files, given.tables) as session:
        make_views(session, asked, given.now)
        return run_in(measure, asked, session)


def run_in(measure: Measure, asked: Asked, session: Session) -> Outcome:
    """Run a measure in a session whose views are made; see :func:`run`."""
    lacking = tuple(lack for lack in (_lack(need, session) for need in measure.needs) if lack is not None)
    if lacking:
        return Outcome(measure, asked, measure.schema.empty_table(), lacking)
    rows = conformed(measure, _worked_out(measure, asked, session))
    rows, withheld = shown(measure, asked, rows, session)
    ordered = rows.sort_by([(name, "ascending") for name in ("period", "unit", "figure")])
    return Outcome(measure, asked, ordered, (), withheld)


def check(measure: Measure, asked: Asked) -> None:
    """Refuse what a measure cannot be asked.

    Raises:
        UsageError: it is not told apart by that grain, or has no such setting.
    """
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


def text_of(measure: Measure, name: str) -> str:
    """The SQL of a measure: a file beside its declaration, or the text itself where it is no file's name."""
    if not name.endswith(".sql") or "\n" in name:
        return name
    return (resources.files("counterpoint.measures") / name).read_text()


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


def _lack(need: Need, session: Session) -> Lacking | None:
    (there,) = session.query(need.sql).to_pydict().values()
    return None if there[0] >= need.least else Lacking(need.what, there[0], need.least, need.hint)


def _worked_out(measure: Measure, asked: Asked, session: Session) -> pa.Table:
    if measure.kernel is None:
        return session.query(filled(measure, asked, text_of(measure, measure.sql)))
    inputs = {
        name: session.query(filled(measure, asked, text_of(measure, sql))) for name, sql in measure.inputs.items()
    }
    return measure.kernel(inputs, asked)
