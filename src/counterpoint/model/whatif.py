"""What is answered about what would be if: variants side by side, what each element bears, and how sure all of it is.

Hours are working hours, of people unless something else is said; figures are for an item of work on average, with the
interval that chance leaves them. Names of areas and elements are as people read them.
"""

from __future__ import annotations

from dataclasses import dataclass

Numbers = dict[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and the two ends of its interval (95 of 100)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number that the model rests on: where it comes from (*measured* on a ``sample``, *declared*, *assumed*), why,
    and the range that it could lie in."""

    name: str
    about: str
    value: float
    unit: str
    low: float
    high: float
    origin: str
    sample: int
    why: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on: how many numbers were measured, declared and assumed; the rows; what of the organisation
    is not in the model (``notes``); how far off the model was on this organisation's own past (``error``, relative;
    None where it was not held against it, and then ``calibration`` says why); the working hours of a ``day``."""

    areas: int
    streams: int
    elements: int
    people: int
    agents: int
    measured: int
    declared: int
    assumed: int
    numbers: tuple[NumberRow, ...]
    notes: tuple[str, ...]
    error: float | None
    calibration: str
    day: float
    seed: int


@dataclass(frozen=True, slots=True)
class Load:
    """How much of its capacity a station needs, as a share; from 1 on its queue grows without end. Stations of fewer
    than five people are not among them."""

    station: str
    label: str
    load: float


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One variant. ``lead`` is the mean lead time in working hours, ``median`` and ``ninth`` what 50 and 90 of 100
    items do not exceed; ``parts`` split it; ``hours`` are those of people (and of ``agents``) for an item, and
    ``coordination`` the share of them that is coordination; ``weekly`` are items done in a week; ``cost`` is in hours.

    ``more_lead`` and ``more_cost`` are the differences from the first variant, on the same chances, None where one of
    the two cannot keep up, because what grows without end differs by as much as one looks long. ``likely``: in
    which share of all draws of what is assumed it costs less than the first. ``saturated``: who cannot keep up; a lead
    time is no mean then, and grows the longer one looks. ``verdict`` says what follows in words."""

    name: str
    lead: Figure
    median: Figure
    ninth: Figure
    parts: Numbers
    hours: Numbers
    coordination: Figure
    weekly: Figure
    messages: float
    escapes: float
    cost: Figure
    more_lead: Figure | None
    more_cost: Figure | None
    likely: float | None
    draws: int
    loads: tuple[Load, ...]
    saturated: tuple[str, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """The mean lead time of an area's items in each variant (None where too few were done), and in which it is least,
    if that is clear."""

    area: str
    label: str
    people: int
    agents: int
    touching: float
    leads: dict[str, float | None]
    best: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Variants side by side; the first is what the others are compared with."""

    title: str
    variants: tuple[VariantRow, ...]
    areas: tuple[AreaRow, ...]
    basis: Basis
    replications: int


@dataclass(frozen=True, slots=True)
class ElementRow:
    """An element of coordination: hours of people in a week and for an item; what an item costs more without it (hours)
    where it catches as ``little`` as it could, as is ``usual``, and as ``much`` as it could; its ``kind``; and the rule
    that it serves, if it is governance."""

    element: str
    label: str
    sort: str
    weekly: float
    hours: float
    little: Figure
    usual: Figure
    much: Figure
    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two elements removed together: what an item costs more, and how much of it is ``beyond`` the two one by one."""

    one: str
    other: str
    together: Figure
    beyond: Figure
    substitutes: bool


@dataclass(frozen=True, slots=True)
class Census:
    """Every element of coordination by its kind, at a speed-up. ``weekly`` are hours of coordination in a week, and
    ``by_kind`` how many of them each kind takes; the rest are messages and reviews, which are no element."""

    speedup: float
    elements: tuple[ElementRow, ...]
    weekly: float
    by_kind: Numbers
    bearing_low: float
    bearing_usual: float
    bearing_high: float
    threshold: float
    saturated: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Removed:
    """What happens without some elements: each by itself, and in pairs."""

    speedup: float
    elements: tuple[ElementRow, ...]
    pairs: tuple[PairRow, ...]
    together: VariantRow
    threshold: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The organisation where execution is ``speedup`` times as fast: its figures, which share of the hours of people is
    coordination, and which share of coordination bears load, from ``bearing_low`` to ``bearing_high`` (None where that
    was not asked)."""

    speedup: float
    row: VariantRow
    bearing_low: float | None
    bearing_usual: float | None
    bearing_high: float | None


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A station that everything passes: how much of its capacity is taken now, and from which speed-up on it cannot
    keep up if demand grows with speed (None: not below a thousand). How busy fewer than five people are is theirs to
    see: ``load`` is None then."""

    station: str
    label: str
    load: float | None
    speedup: float | None


@dataclass(frozen=True, slots=True)
class Compressed:
    """What faster execution does. ``before`` and ``after`` are the elements now and at the speed-up that was asked for;
    ``response`` how demand grows with it."""

    speedup: float
    response: float
    curve: tuple[CurvePoint, ...]
    limits: tuple[LimitRow, ...]
    before: Census
    after: Census
    basis: Basis


@dataclass(frozen=True, slots=True)
class MatterRow:
    """An assumed number and how much a figure changes over its range: by how much on average (``size``, with half the
    width of its interval), in which direction (``mean``), and how much that hangs on other numbers (``spread``)."""

    name: str
    about: str
    low: float
    high: float
    unit: str
    size: float
    half_width: float
    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Which assumptions matter to a figure, those that matter most first."""

    figure: str
    unit: str
    value: float
    rows: tuple[MatterRow, ...]
    basis: Basis
