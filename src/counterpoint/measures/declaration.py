"""What a measure is: a declaration, and beside it SQL (the file of the same name) or a pure kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

import pyarrow as pa

Grain = Literal["organisation", "team", "zone", "person", "source", "work"]
"""By what a measure is told apart. *work* is a piece of work or a case."""
Window = Literal["all", "day", "week", "month", "quarter", "year"]
Tables: TypeAlias = Mapping[str, pa.Table]

STANDARD: Mapping[str, str] = {
    "period": "the day on which the period begins; empty for the whole time that was asked for",
    "unit": "what the figure is of: a team, a zone, a person, a source; empty for the organisation",
    "figure": "which of the measure's figures this is",
    "value": "the figure; empty where there is not enough data",
    "low": "the lower end of its interval, where it has one",
    "high": "the upper end of its interval",
    "n": "how many observations it rests on",
    "missing": "what there is not enough of; empty where there is enough",
}
"""The columns that every result has; a measure may add its own after them."""


@dataclass(frozen=True, slots=True)
class Need:
    """What must be there before a measure says anything.

    ``sql`` counts it, within the time that is asked for; below ``least`` the answer is *not enough data*: ``what``,
    and ``hint`` says how it gets there.
    """

    what: str
    sql: str
    hint: str
    least: int = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """A number or text that whoever asks may set: ``--set name=value``."""

    name: str
    default: float | int | str
    about: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures of a measure: its name, its unit, and what it says."""

    name: str
    unit: str
    about: str


@dataclass(frozen=True, slots=True)
class Extra:
    """A column of the result beside the standard ones: its name, Arrow type and meaning.

    ``key`` says that it tells rows of one period, unit and figure apart (an hour of the day, a kind of meeting), as
    another column of what a figure is of; else it says more about the same.
    """

    name: str
    type: pa.DataType
    about: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: by what, in which windows, of which days (``until`` is not one of them), with which settings.

    ``me`` is the person who asks, where that is told: the only one whose private figures may be in the result.
    """

    grain: Grain = "organisation"
    window: Window = "all"
    since: date | None = None
    until: date | None = None
    settings: Mapping[str, float | int | str] = field(default_factory=dict)
    me: str | None = None


Kernel: TypeAlias = Callable[[Tables, Asked], pa.Table]
"""From the tables of ``inputs`` to the result: pure."""


@dataclass(frozen=True)
class Measure:
    """A measure.

    It is worked out either by ``sql`` (a query that yields the standard columns and the extra ones), or by ``kernel``,
    which is given the tables that the queries of ``inputs`` yield. Every query sees the tables and views of
    :mod:`counterpoint.measures.tables` and may use ``$name`` for each of its settings. ``joins`` is the same as the
    kernel in SQL alone, where an engine is to work it out without bringing its inputs to one machine.

    ``private`` measures are about single human beings: the engine gives a row of a person to that person only, and
    others rows that rest on at least five people. To know on whom a row rests it runs the measure by person too, which
    therefore is one of its grains: a row of a team rests on those of its people who have a value of the same period,
    figure and keys (:attr:`Extra.key`) by person; every figure is thus to be had by person. ``by_period`` says that the
    result of a period follows from the rows of that period alone (with the tables of the organisation), so that it is
    kept once the period is over. ``version`` goes up whenever the same input would give another result.
    """

    name: str
    system: str
    question: str
    about: str
    source: str
    limits: str
    grains: tuple[Grain, ...]
    figures: tuple[Figure, ...]
    needs: tuple[Need, ...] = ()
    settings: tuple[Setting, ...] = ()
    extras: tuple[Extra, ...] = ()
    sql: str = ""
    kernel: Kernel | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    joins: str = ""
    private: bool = False
    for_asker: bool = False
    """Whether what it tells depends on who asks (:attr:`Asked.me`) also where it is not told apart by person: names for
    those accountable. Such a result is never kept, and neither is any that is told apart by person."""
    by_period: bool = True
    ranked: str = ""
    """The figure whose largest values come first, within a period and unit: rows of other figures follow its order.
    Where there is none, rows are in the order of their keys."""
    version: int = 1
    origin: str = "counterpoint"
    """Where it was declared: ours, or a file of the organisation."""

    def setting(self, asked: Asked, name: str) -> Any:
        """A setting as it was asked for, else its default."""
        defaults = {one.name: one.default for one in self.settings}
        return asked.settings.get(name, defaults[name])

    @property
    def schema(self) -> pa.Schema:
        """The columns of a result, in order."""
        return schema_of(self.extras)


def schema_of(extras: Iterable[Extra] = ()) -> pa.Schema:
    """The standard columns of a result, and after them some of its own."""
    number, text = pa.float64(), pa.string()
    types = {"period": pa.date32(), "value": number, "low": number, "high": number, "n": pa.int64()}
    standard = [(name, types.get(name, text)) for name in STANDARD]
    return pa.schema([*standard, *((one.name, one.type) for one in extras)])
