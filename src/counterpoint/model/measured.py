"""What is answered about measures: which there are, and what one of them came to."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoint.model.statements import Json


@dataclass(frozen=True, slots=True)
class FigureOf:
    """One of the figures of a measure: its name, its unit, and what it says."""

    name: str
    unit: str
    about: str


@dataclass(frozen=True, slots=True)
class SettingOf:
    """Something that may be set when a measure is asked for: its name, what holds otherwise, and what it is for."""

    name: str
    default: Json
    about: str


@dataclass(frozen=True, slots=True)
class MeasureOf:
    """A measure: what it answers, by what it is told apart, where its formula is from, and what it cannot tell.

    ``origin`` is ``counterpoint``, or the file in which the organisation declares it.
    """

    name: str
    system: str
    question: str
    about: str
    source: str
    limits: str
    grains: tuple[str, ...]
    figures: tuple[FigureOf, ...]
    settings: tuple[SettingOf, ...]
    needs: tuple[str, ...]
    private: bool
    origin: str


@dataclass(frozen=True, slots=True)
class MeasureList:
    """Every measure, by the system that it belongs to and its name."""

    measures: tuple[MeasureOf, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """What there is too little of: what it is, how much there is and must be, and how it gets there."""

    what: str
    there: int
    least: int
    hint: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measure came to.

    ``rows`` have the standard columns (period, unit, figure, value, low, high, n, missing) and those of the measure;
    days are texts. ``lacking`` says why there are none; ``withheld`` counts those that are not shown because they would
    be about too few people, and ``within`` says of each team that is not shown within which team above it its people
    are counted. ``kept`` are the first days of the periods whose result was worked out before, on the same rows; null
    is that of the whole time. ``snapshot`` is the sequence of the ledger's last entry, ``rows_seen`` how many rows of
    activity it could draw on.
    """

    measure: MeasureOf
    grain: str
    window: str
    since: str | None
    until: str | None
    settings: dict[str, Json]
    engine: str
    snapshot: int
    rows_seen: int
    rows: tuple[dict[str, Json], ...]
    lacking: tuple[Lack, ...]
    withheld: int
    within: dict[str, str]
    kept: tuple[str | None, ...]
