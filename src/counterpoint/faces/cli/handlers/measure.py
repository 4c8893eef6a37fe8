"""``counterpoint measure``: run a measure, or list them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from counterpoint import settings
from counterpoint.errors import UsageError
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Cell, Paper
from counterpoint.lakeside import measure_list, open_measuring, open_own, write_rows
from counterpoint.model.measured import Measured, MeasureList
from counterpoint.model.statements import Json
from counterpoint.model.times import day

MOST = 60
_STANDARD = ("period", "unit", "figure", "value", "low", "high", "n", "missing")
Row = Mapping[str, Json]


def run(
    call: Call, *, name: str | None, by: str, window: str, since: str | None, until: str | None,
    set: tuple[tuple[str, str], ...], engine: str | None, measures: str | None, csv: str | None, parquet: str | None,
) -> Measured | MeasureList:  # fmt: skip
    """Run one, or list them."""
    if name is None:
        return measure_list(open_own(measures))
    ledger = call.ledger()
    asking = open_measuring(ledger, call.place, engine, measures)
    given = dict(set)
    if len(given) < len(set):
        raise UsageError("one setting is there twice", hint="give each --set NAME=VALUE once")
    actor = call.actor(ledger)
    days = {which: None if one is None else day(one) for which, one in (("since", since), ("until", until))}
    me = None if actor == settings.LOCAL_ACTOR else actor
    done = asking.run(name, by=by, window=window, **days, settings=given, me=me)
    for form, file in (("csv", csv), ("parquet", parquet)):
        if file is not None:
            write_rows(done, Path(file), form)
    return done.answer


def show(answer: Measured | MeasureList, out: Paper) -> None:
    """The list; or the rows of one, with what it cannot tell."""
    if isinstance(answer, MeasureList):
        rows = [((one.name, "ref"), one.system, one.question) for one in answer.measures]
        out.table(("measure", "system", "question"), rows)
        out.line()
        out.line(("counterpoint measure NAME runs one; docs/measures.md says what each means", "dim"))
        return
    out.line((answer.measure.question, "strong"))
    for one in answer.lacking:
        enough = f"there are {one.there}, and {one.least} would do" if one.there else "there is none"
        out.line(("not enough data: ", "warn"), f"{one.what}: {enough} ({one.hint})")
    if answer.rows:
        _table(answer, out)
        out.line((f"What it cannot tell: {answer.measure.limits}", "dim"))
    elif not answer.lacking:
        out.line("nothing to show for what was asked")
    for line in _beside(answer):
        out.line((line, "dim"))


def code(answer: Measured | MeasureList) -> int:
    """1 where there is not enough data."""
    return int(isinstance(answer, Measured) and bool(answer.lacking))


def _beside(answer: Measured) -> Iterator[str]:
    """What is to be known of the rows: the time that they are of, what is not shown, what was not worked out now."""
    if answer.since or answer.until:
        yield " ".join(
            word
            for word, there in (
                ("of the time", True),
                (f"from {answer.since}", answer.since),
                (f"until before {answer.until}", answer.until),
            )
            if there
        )
    if answer.withheld:
        yield f"{answer.withheld} rows are not shown: each would be about fewer than five people"
    for team, above in answer.within.items():
        yield f"{team} has too few people to be shown: it is seen within {above}"
    periods = [one for one in answer.kept if one is not None]
    if periods:
        span = periods[0] if len(periods) == 1 else f"{len(periods)} from {periods[0]} to {periods[-1]}"
        yield f"periods worked out before, and kept because nothing in them has changed: {span}"
    elif answer.kept:
        yield "worked out before, and kept because nothing in it has changed"


def _table(answer: Measured, out: Paper) -> None:
    """A line for each period and unit; and one for each row that has something in the measure's own columns."""
    own = [name for name in answer.rows[0] if name not in _STANDARD]
    keys = [
        name for name, there in (("period", answer.window != "all"), ("unit", answer.grain != "organisation")) if there
    ]
    plain = [row for row in answer.rows if all(row[name] is None for name in own)]
    others = [row for row in answer.rows if any(row[name] is not None for name in own)]
    several = any(row["period"] is not None for row in answer.rows)
    keys = ["period", *keys] if several and "period" not in keys else keys
    heads = [answer.grain if key == "unit" else key for key in keys]
    if plain and len({tuple(_keys(row, keys)) for row in plain}) == 1 and not others:
        if keys:
            out.line(", ".join(f"{head} {key}" for head, key in zip(heads, _keys(plain[0], keys), strict=True)))
        _figures(answer, plain, out)
    elif plain:
        names = list(dict.fromkeys(str(row["figure"]) for row in plain))
        units = {one.name: one.unit for one in answer.measure.figures}
        said = [_head(_words(name), units.get(name, "")) for name in names]
        _lines(out, [*heads, *said], list(_wide(plain, keys, names)))
    if others:
        used = [name for name in own if any(row[name] is not None for row in others)]
        lines: list[list[Cell]] = [
            [*_keys(row, keys), _words(str(row["figure"])), _value(row), _number(row["n"]), *_own(row, used)]
            for row in others
        ]
        if plain:
            out.line()
        _lines(out, [*heads, "figure", "value", "n", *map(_words, used)], lines)


def _figures(answer: Measured, rows: Sequence[Row], out: Paper) -> None:
    """The figures of one unit below each other, with what each says."""
    about = {one.name: one for one in answer.measure.figures}
    lines: list[list[Cell]] = []
    for row in rows:
        one = about.get(str(row["figure"]))
        unit, says = ("", "") if one is None else (one.unit, one.about)
        lines.append([_words(str(row["figure"])), _value(row), unit if row["value"] is not None else "", (says, "dim")])
    _lines(out, ["figure", "value", "", ""], lines)


def _lines(out: Paper, heads: Sequence[str], lines: Sequence[Sequence[Cell]]) -> None:
    out.table(heads, lines[:MOST])
    if len(lines) > MOST:
        out.line((f"and {len(lines) - MOST} more: --json, --csv FILE and --parquet FILE have all", "dim"))


def _head(name: str, unit: str) -> str:
    """A figure with its unit, unless its name says that already."""
    return name if unit in {"", *name.split()} or unit == name else f"{name}, {unit}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _wide(rows: Sequence[Row], keys: Sequence[str], names: Sequence[str]) -> Iterator[list[Cell]]:
    every: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in rows:
        every.setdefault(tuple(_keys(row, keys)), {})[str(row["figure"])] = row
    for key, found in every.items():
        yield [*key, *(_value(found[name]) if name in found else "–" for name in names)]


def _keys(row: Row, keys: Sequence[str]) -> list[str]:
    return [str(row[name] or "–") for name in keys]


def _own(row: Row, own: Sequence[str]) -> list[str]:
    return [_number(row[name]) if isinstance(row[name], float | int) else str(row[name] or "–") for name in own]


def _value(row: Row) -> Cell:
    if row["value"] is None:
        return (f"not enough data: {row['missing']}" if row["missing"] else "not enough data", "dim")
    between = "" if row["low"] is None or row["high"] is None else f" ({_number(row['low'])} to {_number(row['high'])})"
    return _number(row["value"]) + between


def _number(value: Json) -> str:
    """Whole numbers whole, others to three figures that count."""
    if value is None:
        return "–"
    assert isinstance(value, float | int)
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"
