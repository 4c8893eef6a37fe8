"""Where everything on the score is drawn: lanes, systems of five lines, and the time axis. Pure arithmetic.

Across, positions are shares of the plot (0 to 1), so that a page of any width needs no arithmetic of its own. Down,
they are pixels. Staves carry at most four lanes to a system of five lines, as notes stand in the spaces of a stave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from counterpoint.model.score import Mark, Score, Stave

LEFT, RIGHT = 0.008, 0.93
"""The share of the plot's width that time takes; right of it is the margin for slurs between staves."""
LANE, BAR, PER_SYSTEM = 25, 21, 4
ABOVE, SHORTEST, GAP = 11, 54, 9
REFERENCE = 1000
"""Pixels that the plot is wide at least: labels are given room by this measure."""
EDGE = 0.007
"""How far right of time's end the last bar line stands."""
LETTER, FURNITURE, LONGEST = 6.6, 44, 280
FEW = 0.2


@dataclass(frozen=True, slots=True)
class Axis:
    """Days to shares of the plot's width."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Where a day begins; days outside the window are at its edge."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, share))

    def after(self, day: date) -> float:
        """Where a day ends."""
        return self.at(day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Tick:
    """A month (or a year) on the axis; ``strong`` where a year begins."""

    x: float
    label: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark with its place. ``x0`` to ``x1`` is its bar; a *point* has none, and stands at ``x1``.

    ``low`` to ``high`` is everything that it takes of its lane, its label included. ``sure`` is where the bar stops
    being certain. ``y`` is the top of the bar, in pixels from the top of the score.
    """

    mark: Mark
    lane: int
    x0: float
    x1: float
    sure: float | None
    low: float
    high: float
    y: float
    label: Literal["inside", "right", "left"]
    point: bool
    opens: bool
    """Its end is not stated: the bar is open to the right."""
    before: bool
    """It began before the window."""
    announced: float | None

    @property
    def middle(self) -> float:
        """The height of its middle, in pixels."""
        return self.y + BAR / 2

    @property
    def headed(self) -> bool:
        """Does its note head stand in the bar, though its title is beside it?"""
        return self.label != "inside" and not self.point and self.x1 - self.x0 > 0.022

    @property
    def wide(self) -> bool:
        """Is there room in the bar for more than its title?"""
        return self.label == "inside" and self.x1 - self.x0 > 0.6


@dataclass(frozen=True, slots=True)
class System:
    """Five lines: from ``y`` down, ``height`` pixels."""

    y: float
    height: float

    @property
    def lines(self) -> tuple[float, ...]:
        """The heights of the five lines."""
        return tuple(round(self.y + self.height * line / 4, 1) for line in range(5))


@dataclass(frozen=True, slots=True)
class PlacedStave:
    """A stave with its systems and marks; ``y`` and ``height`` in pixels."""

    stave: Stave
    y: float
    height: float
    systems: tuple[System, ...]
    marks: tuple[Placed, ...]

    @property
    def middle(self) -> float:
        """The height of its middle, in pixels."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole score, laid out; ``height`` in pixels, the folded staves' line excluded."""

    axis: Axis
    staves: tuple[PlacedStave, ...]
    height: float
    ticks: tuple[Tick, ...]
    now: float | None


def lay_out(score: Score) -> Layout:
    """Give every mark its place; no two overlap in a lane."""
    axis = Axis(date.fromisoformat(score.first), date.fromisoformat(score.last))
    y = 0.0
    staves: list[PlacedStave] = []
    for stave in score.staves:
        placed = _stave(stave, axis, y)
        staves.append(placed)
        y += placed.height
    today = date.fromisoformat(score.now[:10])
    now = axis.at(today) if axis.first <= today <= axis.last else None
    return Layout(axis, tuple(staves), y, ticks(axis), now)


def ticks(axis: Axis) -> tuple[Tick, ...]:
    """The first days of months, or of quarters or years where months would crowd."""
    months = (axis.last.year - axis.first.year) * 12 + axis.last.month - axis.first.month + 1
    step = 1 if months <= 14 else 3 if months <= 42 else 12
    found: list[Tick] = []
    for count in range(months):
        year, month = divmod(axis.first.month - 1 + count, 12)
        day = date(axis.first.year + year, month + 1, 1)
        if day >= axis.first and (step == 1 or month % step == 0):
            label = (
                f"{day:%b %Y}"
                if (month == 0 or not found) and step < 12
                else f"{day:%Y}"
                if step == 12
                else f"{day:%b}"
            )
            found.append(Tick(axis.at(day), label, month == 0))
    return tuple(found)


def _stave(stave: Stave, axis: Axis, top: float) -> PlacedStave:
    spans = [_span(mark, axis) for mark in stave.marks]
    lanes = pack([(one.low, one.high) for one in spans])
    count = max(lanes, default=0) + 1
    systems, offsets = _systems(count, top + ABOVE)
    height = max(SHORTEST, systems[-1].y + systems[-1].height - top + ABOVE)
    shift = (height - (systems[-1].y + systems[-1].height - top + ABOVE)) / 2
    systems = [System(system.y + shift, system.height) for system in systems]
    marks = [replace(span, lane=lane, y=offsets[lane] + shift) for span, lane in zip(spans, lanes, strict=True)]
    return PlacedStave(stave, top, height, tuple(systems), tuple(marks))


def pack(spans: Sequence[tuple[float, float]]) -> list[int]:
    """The lowest lane free for each span, in the order given; spans in one lane do not overlap."""
    lanes: list[list[tuple[float, float]]] = []
    found = []
    for low, high in spans:
        free = (lane for lane, taken in enumerate(lanes) if all(high <= one[0] or low >= one[1] for one in taken))
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((low, high))
        found.append(lane)
    return found


def _systems(lanes: int, top: float) -> tuple[list[System], list[float]]:
    """Five lines around every four lanes, and where the bar of each lane begins."""
    systems: list[System] = []
    offsets: list[float] = []
    y = top
    for first in range(0, lanes, PER_SYSTEM):
        inside = min(PER_SYSTEM, lanes - first)
        pad = 0 if inside == PER_SYSTEM else 3
        height = inside * LANE + 2 * pad
        offsets += [y + pad + lane * LANE + (LANE - BAR) / 2 for lane in range(inside)]
        systems.append(System(y, height))
        y += height + GAP
    return systems, offsets


def _span(mark: Mark, axis: Axis) -> Placed:
    start = date.fromisoformat(mark.start) if mark.start else None
    end = date.fromisoformat(mark.end) if mark.end else None
    point = mark.basis == "due" and start is None and mark.sure_until is None
    sure = date.fromisoformat(mark.sure_until) if mark.sure_until else None
    x1 = axis.after(end) if end else RIGHT
    x0 = x1 if point else axis.at(start or sure or axis.first)
    if sure is not None and start is None:
        x0 = axis.at(sure)
    label, low, high = _label(mark, x0, x1, point=point)
    announced = date.fromisoformat(mark.announced) if mark.announced else None
    return Placed(
        mark=mark,
        lane=0,
        x0=x0,
        x1=x1,
        sure=axis.after(sure) if sure else None,
        low=low,
        high=high,
        y=0,
        label=label,
        point=point,
        opens=end is None or mark.basis == "period",
        before=start is not None and start < axis.first,
        announced=axis.at(announced) if announced and axis.first <= announced <= axis.last else None,
    )


def _label(mark: Mark, x0: float, x1: float, *, point: bool) -> tuple[Literal["inside", "right", "left"], float, float]:
    """Where the title goes, and all that the mark then takes: inside, or beside a bar that is too short for it."""
    room = min(LONGEST, len(mark.title) * LETTER) + FURNITURE + 30 * len({flag.kind for flag in mark.flags})
    share = room / REFERENCE
    edge = 0.012
    if not point and (x1 - x0 >= share or x1 - x0 >= FEW):
        return "inside", x0, x1
    if x1 + share <= RIGHT + 0.03:
        return "right", max(0.0, x0 - (edge if point else 0)), x1 + share
    if x0 - share >= 0:
        return "left", x0 - share, x1 + edge
    return "inside", x0, max(x1, x0 + 2 * edge)
