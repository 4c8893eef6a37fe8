"""What is wrong with the SQL of an organisation's own measure, told before it ever runs on anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import sqlglot
from sqlglot import exp

from counterpoint.errors import CounterpointError, Problem
from counterpoint.lake.dialect import to_spark
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.engine import STORED_NAME
from counterpoint.lake.place import Place
from counterpoint.lake.running import filled, worked_out
from counterpoint.lake.views import make_views
from counterpoint.measures.declaration import Asked, Measure
from counterpoint.measures.tables import ORGANISATION, VIEWS

_KNOWN = frozenset({*ORGANISATION, *VIEWS, STORED_NAME})
_SETTING = re.compile(r"\$(\w+)")
_NAMED = re.compile(r'"(\w+)"')
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def problems_of_sql(measure: Measure, file: str) -> Iterator[Problem]:
    """Every problem of a measure's SQL and of the queries of its needs; those come from the declaration's file."""
    texts: list[tuple[str, str, str | None]] = [(measure.sql, file, None)]
    texts += [(one.sql, measure.origin, f"needs.{index}.sql") for index, one in enumerate(measure.needs)]
    read = [problem for text, where, field in texts for problem in _read(measure, text, where, field)]
    yield from read
    if not read:
        yield from _tried(measure, file)


def _read(measure: Measure, text: str, file: str, field: str | None) -> Iterator[Problem]:
    names = {one.name for one in measure.settings}
    for number, line in enumerate(text.splitlines(), 1):
        for found in _SETTING.finditer(line):
            if found[1] not in names:
                hint = "declare it: [[settings]]"
                yield Problem(f"there is no setting {found[1]!r}", file, None if field else number, field, hint)
    bare = _SETTING.sub("1", text)
    try:
        parsed = sqlglot.parse(bare, read="duckdb")
    except sqlglot.ParseError as error:
        first = error.errors[0] if error.errors else {}
        what = first.get("description") or str(error)
        yield Problem(f"this is no SQL: {what}", file, None if field else first.get("line"), field)
        return
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
        yield Problem("this is to be one SELECT, and nothing that changes anything", file, None, field)
        return
    yield from _tables(parsed[0], file, field)


def _tables(query: exp.Query, file: str, field: str | None) -> Iterator[Problem]:
    own = {one.alias_or_name.lower() for one in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        name = table.name.lower()
        if isinstance(table.this, exp.Identifier) and not table.db and (name in own or name in _KNOWN):
            continue
        shown = table.sql(dialect="duckdb")
        line = next((one.meta["line"] for one in table.walk() if "line" in one.meta), None)
        hint = "a measure reads the tables that docs/lake.md lists, and no file"
        yield Problem(f"there is no table {shown}", file, None if field else line, field, hint)


def _tried(measure: Measure, file: str) -> Iterator[Problem]:
    """Run on nothing, by every grain: what the engine says of names and types, and Spark's SQL."""
    empty = {name: relation.schema.empty_table() for name, relation in ORGANISATION.items()}
    with DuckEngine().session(Place.at("."), [], empty) as session:
        for grain in measure.grains:
            asked = Asked(grain, "month")
            make_views(session, asked, _ANY_TIME)
            try:
                for need in measure.needs:
                    session.query(filled(measure, asked, need.sql))
                yield from _texts(session.query(filled(measure, asked, measure.sql)), file)
                worked_out(measure, asked, session)
                to_spark(filled(measure, asked, measure.sql))
            except CounterpointError as error:
                yield Problem(error.message.splitlines()[0], file, _line_of(measure.sql, error.message))
                return


def _texts(rows: pa.Table, file: str) -> Iterator[Problem]:
    for name in ("value", "low", "high", "n"):
        if name in rows.column_names and pa.types.is_string(rows.schema.field(name).type):
            hint = "cast it, or declare a column of your own: [[extras]]"
            yield Problem(f"{name} is a number, and this makes it a text", file, None, name, hint)


def _line_of(sql: str, message: str) -> int | None:
    """The first line with the name that the engine speaks of."""
    for name in _NAMED.findall(message):
        for number, line in enumerate(sql.splitlines(), 1):
            if re.search(rf"\b{name}\b", line):
                return number
    return None
