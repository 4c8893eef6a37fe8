"""Slurs as engravers draw them: two curves that part in the middle and meet at the ends. Pure arithmetic.

Paths are in a plane 1000 wide and as high as the score; a page stretches it across only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot

from counterpoint.faces.web.layout import ABOVE, BAR, RIGHT, Axis, Layout, Placed
from counterpoint.model.score import Ask, Slur

WIDE = 1000
Point = tuple[float, float]
MANY = 40
"""More slurs than this are drawn when they are asked for; bundles between staves stand for them."""
MOST_BUNDLES = 12


@dataclass(frozen=True, slots=True)
class Curve:
    """A slur as a path, with its ends for the page to find it by. ``shown``: always; otherwise on demand."""

    path: str
    dot: tuple[float, float]
    provider: str
    consumer: str
    late: bool
    settled: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that one stave needs of another, as one slur in the margin with its count."""

    path: str
    dot: tuple[float, float]
    provider: str
    consumer: str
    count: int
    x: float
    y: float


def curves(slurs: Sequence[Slur], layout: Layout, folded: Mapping[str, float]) -> tuple[Curve, ...]:
    """Every slur whose ends are on the page; ``folded`` has the height at which folded staves are met.

    A team's end is at the right edge of its stave, or right above or below the other end where that has a date.
    """
    marks = {placed.mark.ref: placed for stave in layout.staves for placed in stave.marks}
    staves = {ref: (height, height) for ref, height in folded.items()}
    staves |= {stave.stave.ref: (stave.y + ABOVE, stave.y + stave.height - ABOVE) for stave in layout.staves}
    quiet = len(slurs) > MANY
    found = []
    for slur in slurs:
        ends = _ends(slur, marks, staves, layout.axis)
        if ends is None:
            continue
        begin, finish = ends
        path = crescent(begin, finish, 2.2 + min(2.4, 0.5 * (slur.count - 1)))
        dot = (round(finish[0] * WIDE, 1), round(finish[1], 1))
        own = slur.provider == slur.consumer_stave
        shown = slur.late or not (quiet or own)
        found.append(Curve(path, dot, slur.provider, slur.consumer, slur.late, slur.settled, shown))
    return tuple(found)


def _ends(
    slur: Slur, marks: Mapping[str, Placed], staves: Mapping[str, Point], axis: Axis
) -> tuple[Point, Point] | None:
    provider, consumer = marks.get(slur.provider), marks.get(slur.consumer)
    begin = _begin(provider, slur, axis) if provider else _at_stave(slur.provider, staves)
    finish = _finish(consumer, slur, axis) if consumer else _at_stave(slur.consumer, staves)
    if begin is None or finish is None:
        return None
    if slur.provider == slur.consumer_stave and begin[0] == finish[0]:  # its own team: a small loop says so
        return (RIGHT, finish[1] - 7), (RIGHT, finish[1] + 7)
    if provider is None and finish[0] < RIGHT:
        begin = (finish[0] - 0.006, _facing(staves[slur.provider], finish[1]))
    if consumer is None and begin[0] < RIGHT:
        finish = (begin[0], _facing(staves[slur.consumer], begin[1]))
    return _edges(begin, finish, provider is not None, consumer is not None)


def _at_stave(stave: str, staves: Mapping[str, Point]) -> Point | None:
    return (RIGHT, sum(staves[stave]) / 2) if stave in staves else None


def _facing(lines: Point, other: float) -> float:
    """Of a stave's first and last line, the one that the other end is nearer to."""
    return min(lines, key=lambda line: abs(line - other))


def _edges(begin: Point, finish: Point, from_mark: bool, to_mark: bool) -> tuple[Point, Point]:
    """A slur leaves and meets a bar at its upper or lower edge, whichever faces the other end; at the right edge of
    the score, where bars are open, in its middle."""
    down = 1 if finish[1] > begin[1] else -1
    half = BAR / 2 if finish[1] != begin[1] else 0
    if from_mark and begin[0] < RIGHT:
        begin = (max(begin[0] - 0.004, 0), begin[1] + down * half)
    if to_mark and finish[0] < RIGHT:
        finish = (finish[0] + 0.004, finish[1] - down * (half + 2))
    return begin, finish


def bundles(asks: Sequence[Ask], layout: Layout) -> tuple[Bundle, ...]:
    """The heaviest asks between staves, as slurs in the margin; the wider apart the staves, the further out."""
    staves = {stave.stave.ref: stave.middle for stave in layout.staves}
    between = [ask for ask in asks if ask.consumer in staves and ask.provider in staves]
    heavy = [ask for ask in between if ask.consumer != ask.provider][:MOST_BUNDLES]
    most = max((ask.count for ask in heavy), default=1)
    heights = _spread(heavy, {stave.stave.ref: (stave.y, stave.height) for stave in layout.staves})
    found = []
    for rank, ask in enumerate(sorted(heavy, key=lambda ask: abs(staves[ask.consumer] - staves[ask.provider]))):
        begin = (RIGHT, heights[ask.provider, ask.consumer, ask.provider])
        finish = (RIGHT, heights[ask.consumer, ask.consumer, ask.provider])
        reach = 20 + 40 * (rank + 1) / len(heavy)
        path = crescent(begin, finish, 1.4 + 3.6 * ask.count / most, reach)
        x = RIGHT + 0.75 * reach / WIDE
        found.append(
            Bundle(
                path,
                (round(finish[0] * WIDE, 1), round(finish[1], 1)),
                ask.provider,
                ask.consumer,
                ask.count,
                x,
                (begin[1] + finish[1]) / 2,
            )
        )
    return tuple(found)


def _spread(asks: list[Ask], staves: dict[str, tuple[float, float]]) -> dict[tuple[str, str, str], float]:
    """Where on the height of its stave each bundle ends, so that bundles do not all meet in one point: in the order
    of the staves at which they end otherwise. Keys are the stave, the consumer and the provider."""
    ends: dict[str, list[tuple[float, str, str]]] = {}
    for ask in asks:
        ends.setdefault(ask.provider, []).append((staves[ask.consumer][0], ask.consumer, ask.provider))
        ends.setdefault(ask.consumer, []).append((staves[ask.provider][0], ask.consumer, ask.provider))
    found = {}
    for stave, bundled in ends.items():
        top, height = staves[stave]
        for place, (_, consumer, provider) in enumerate(sorted(bundled)):
            found[stave, consumer, provider] = top + height * (0.25 + 0.5 * (place + 0.5) / len(bundled))
    return found


def crescent(begin: tuple[float, float], finish: tuple[float, float], thick: float, bow: float | None = None) -> str:
    """A slur from ``begin`` to ``finish`` (share across, pixels down), ``thick`` in its middle; it bows to the right,
    and upwards where it runs across."""
    ax, ay, bx, by = begin[0] * WIDE, begin[1], finish[0] * WIDE, finish[1]
    dx, dy = bx - ax, by - ay
    length = hypot(dx, dy) or 1.0
    across, down = (dy / length, -dx / length)
    if across < 0 or (across == 0 and down > 0):
        across, down = -across, -down
    reach = bow if bow is not None else min(54.0, 12 + 0.1 * length)
    points = []
    for out in (reach + thick / 2, reach - thick / 2):
        points.append(
            [(ax + share * dx + across * out * 4 / 3, ay + share * dy + down * out * 4 / 3) for share in (0.25, 0.75)]
        )
    (c1, c2), (d1, d2) = points
    return (
        f"M{ax:.1f} {ay:.1f}C{c1[0]:.1f} {c1[1]:.1f} {c2[0]:.1f} {c2[1]:.1f} {bx:.1f} {by:.1f}"
        f"C{d2[0]:.1f} {d2[1]:.1f} {d1[0]:.1f} {d1[1]:.1f} {ax:.1f} {ay:.1f}Z"
    )


def _begin(placed: Placed, slur: Slur, axis: Axis) -> Point:
    """Where the provider is done: its end; the right edge where nobody says when."""
    if placed.mark.basis in ("dates", "due"):
        return placed.x1, placed.middle
    if slur.promised_for:
        return axis.after(date.fromisoformat(slur.promised_for)), placed.middle
    return RIGHT, placed.middle


def _finish(placed: Placed, slur: Slur, axis: Axis) -> Point:
    """Where the consumer needs it: the stated day, else its start; the right edge where nobody says when."""
    if slur.needed_by:
        return axis.at(date.fromisoformat(slur.needed_by)), placed.middle
    if placed.mark.basis in ("dates", "start", "due"):
        return placed.x0, placed.middle
    return RIGHT, placed.middle
