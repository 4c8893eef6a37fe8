"""From DuckDB's SQL, which measures are written in, to Spark's: sqlglot's translation, and what it leaves unequal.

Spark runs in ANSI mode, where it says what is wrong instead of making up a null; so what DuckDB answers with null
(a division by zero) is written out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import sqlglot
from sqlglot import exp

from counterpoint.errors import InvalidInput

_REACHING_OUT = frozenset({"java_method", "reflect", "try_reflect", "input_file_name", "current_user", "session_user"})
"""Functions of Spark that reach outside the query; no measure needs them."""
Node: TypeAlias = Any
"""A node of sqlglot's tree: the name of its class differs between versions."""
Change = Callable[[Node], Node]


@lru_cache(maxsize=512)
def to_spark(sql: str) -> str:
    """A query of DuckDB as Spark takes it, with equal results.

    Raises:
        InvalidInput: it is no single SELECT, or uses what there is no equal of.
    """
    try:
        parsed = sqlglot.parse(sql, read="duckdb")
    except sqlglot.ParseError as error:
        raise InvalidInput(f"sqlglot does not read this query: {error}", hint=sql.strip()[:500]) from error
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
        raise InvalidInput("a query is one SELECT, and nothing that changes anything", hint=sql.strip()[:500])
    for table in parsed[0].find_all(exp.Table):
        if table.db:
            raise InvalidInput(f"a query names tables as they are, and not {table.sql()}", hint=sql.strip()[:500])
    return str(_changed(parsed[0]).sql(dialect="spark"))


def _changed(tree: Node) -> Node:
    """The tree with every node changed that needs it, the inner ones first."""
    for node in reversed(list(tree.walk())):
        change = _CHANGES.get(type(node))
        new = node if change is None else change(node)
        if new is not node:
            node.replace(new)
    return tree


def _double(node: Node) -> Node:
    """Spark divides decimal numbers in decimals, to a few places; DuckDB in floating point."""
    if node.args.get("is_string") or not any(one in node.name.lower() for one in ".e"):
        return node
    return exp.cast(exp.Literal.string(node.name), exp.DataType.Type.DOUBLE)


def _nothing_by_zero(node: Node) -> Node:
    by = node.expression
    if isinstance(by, exp.Nullif) or (isinstance(by, exp.Literal) and not by.is_string and float(by.name) != 0):
        return node
    node.set("expression", exp.Nullif(this=_bracketed(by), expression=exp.Literal.number(0)))
    return node


def _quantile(node: Node) -> Node:
    """``quantile_cont(x, q)``: Spark's ``percentile`` interpolates in the same way."""
    if not isinstance(node.args.get("expression"), exp.Literal | exp.Cast | exp.Column | exp.Paren):
        return node
    return exp.Anonymous(this="percentile", expressions=[node.this, node.expression])


def _quantile_of_those_there(node: Node) -> Node:
    if not isinstance(node.args.get("expression"), exp.Literal | exp.Cast | exp.Column | exp.Paren):
        return node
    order = exp.Order(expressions=[exp.Ordered(this=node.this)])
    return exp.WithinGroup(this=exp.Anonymous(this="percentile_disc", expressions=[node.expression]), expression=order)


def _seconds(node: Node) -> Node:
    """``epoch``: seconds with their fractions, of a time or between two."""
    inner = node.this.unnest()
    if isinstance(inner, exp.Sub) and not isinstance(inner.expression, exp.Interval):
        return _parsed(
            "((unix_micros(:b) - unix_micros(:a)) / 1000000)", a=_time(inner.expression), b=_time(inner.this)
        )
    return _parsed("(unix_micros(:a) / 1000000)", a=_time(inner))


def _difference(node: Node) -> Node:
    """``date_diff``: how many times the clock passes a full unit, not how many units fit between."""
    unit, late, early = node.text("unit").lower(), node.this, node.expression
    days = {"a": exp.cast(early, exp.DataType.Type.DATE), "b": exp.cast(late, exp.DataType.Type.DATE)}
    if unit == "day":
        return _parsed("datediff(:b, :a)", **days)
    if unit in _MONTHS:
        months = "(year(:{0}) * 12 + month(:{0}) - 1) div {1}"
        of = _MONTHS[unit]
        return _parsed(f"({months.format('b', of)} - {months.format('a', of)})", **days)
    if unit in _MICROSECONDS:
        text = f"(floor(unix_micros(:b) / {_MICROSECONDS[unit]}) - floor(unix_micros(:a) / {_MICROSECONDS[unit]}))"
        return _parsed(text, a=_time(early), b=_time(late))
    if unit == "week":
        return _parsed("(datediff(trunc(:b, 'WEEK'), trunc(:a, 'WEEK')) div 7)", **days)
    raise InvalidInput(f"there is no date_diff in {unit or 'that unit'} on Spark", hint=node.sql(dialect="duckdb"))


def _part(node: Node) -> Node:
    match node.name.lower():
        case "isodow":
            return _parsed("(weekday(:a) + 1)", a=node.expression)
        case "dow" | "dayofweek" | "weekday":
            return _parsed("(dayofweek(:a) - 1)", a=node.expression)
        case "epoch":
            return _seconds(exp.Anonymous(this=node.expression))
        case _:
            return node


def _from_sunday(node: Node) -> Node:
    """DuckDB numbers the days of a week from 0, Spark from 1."""
    return _parsed("(dayofweek(:a) - 1)", a=node.this)


def _refused(node: Node) -> Node:
    if node.name.lower() in _REACHING_OUT:
        raise InvalidInput(f"no measure may call {node.name}", hint="it reaches outside the query")
    return node


def _parsed(text: str, **parts: Node) -> Node:
    """Spark's text with expressions in place of ``:name``."""
    made = sqlglot.parse_one(text, read="spark")
    holes = [one for one in made.find_all(exp.Placeholder) if one.name in parts]
    for hole in holes:
        hole.replace(_bracketed(parts[hole.name].copy()))
    return made


def _time(node: Node) -> Node:
    """As Spark's timestamp with a zone, which is UTC in every session."""
    return exp.Cast(this=_bracketed(node.copy()), to=exp.DataType.build("TIMESTAMPLTZ"))


def _bracketed(node: Node) -> Node:
    return exp.paren(node, copy=False) if isinstance(node, exp.Binary | exp.Interval) else node


_MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
_MICROSECONDS: Mapping[str, int] = {
    "hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000, "millisecond": 1000, "microsecond": 1,
}  # fmt: skip
_CHANGES: Mapping[type[Any], Change] = {
    exp.Literal: _double,
    exp.Div: _nothing_by_zero,
    exp.IntDiv: _nothing_by_zero,
    exp.Mod: _nothing_by_zero,
    exp.PercentileCont: _quantile,
    exp.PercentileDisc: _quantile_of_those_there,
    exp.TimeToUnix: _seconds,
    exp.DateDiff: _difference,
    exp.Extract: _part,
    exp.DayOfWeek: _from_sunday,
    exp.Anonymous: _refused,
}
