"""The four pictures of a what-if, each drawn wide and narrow: what a small screen shows is no shrunken large one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from counterpoint.faces import look
from counterpoint.faces.drawing import altair, svg
from counterpoint.model.whatif import CurvePoint, ElementRow, LimitRow, VariantRow

WIDE, NARROW = 600, 236
"""How wide the plot itself is; names and numbers stand beside it."""
MOST_ELEMENTS, MOST_LIMITS = 24, 16
KEPT = 24
NEVER = 1_000.0
PARTS = ("execution", "requests", "queue", "decision", "meeting", "gates", "rework")
KINDS = ("necessary governance", "load-bearing", "optional", "not yet known")
SHAPES = ("square", "circle", "diamond", "triangle-up")
"""Of the kinds, so that no kind is told by its colour alone."""
_ROW = 26


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture, for a wide and for a narrow screen."""

    wide: str
    narrow: str


def part_colour(name: str) -> str:
    """The colour of a part of the lead time."""
    return f"var(--part-{name})"


def kind_class(kind: str) -> str:
    """What a kind is called in styles."""
    return kind.replace(" ", "-")


def _kind_colour(kind: str) -> str:
    return f"var(--kind-{kind_class(kind)})"


def _both(make: Any) -> Drawn:
    return Drawn(*(svg(look.finished(make(width))) for width in (WIDE, NARROW)))


def _drawn_once(draw: Callable[..., Drawn]) -> Callable[..., Drawn]:
    """The last few pictures are kept: when one part of an answer gets better, the others are the same."""
    kept: OrderedDict[str, Drawn] = OrderedDict()

    @wraps(draw)
    def drawn(*given: Any) -> Drawn:
        # What is drawn is a function of these alone, and they are plain values.
        key = repr(given)
        found = kept.pop(key, None) or draw(*given)
        kept[key] = found
        while len(kept) > KEPT:
            kept.popitem(last=False)
        return found

    return drawn


@_drawn_once
def models(rows: Sequence[VariantRow], chosen: int, day: float, called: Mapping[str, str]) -> Drawn:
    """A bar for each variant: its lead time, in days, of its parts. Where a queue grows without end there is none."""
    alt = altair()
    bars: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    names = [called[one.name] for one in rows]
    for place, one in enumerate(rows):
        name, at = names[place], 0.0
        mark = "  ◂ chosen" if place == chosen else ""
        if one.saturated:
            ends.append({"name": name, "at": 0.0, "text": f"cannot keep up{mark}"})
            continue
        # What items spend is counted over a span of time, and lead times over items that ended in it: the two differ a
        # little. The bar is as long as the lead time, and divided as the time spent is.
        spent = sum(one.parts.get(part, 0.0) for part in PARTS) or 1.0
        for part in PARTS:
            size = one.parts.get(part, 0.0) / spent * one.lead.value / day
            bars.append({"name": name, "from": at, "to": at + size, "part": part})
            at += size
        ends.append({"name": name, "at": at, "text": f"{at:.2g} days{mark}" if at < 100 else f"{at:.0f} days{mark}"})
    most = max((one["at"] for one in ends), default=0.0) or 1.0

    def make(width: int) -> Any:
        room = 1.3 if width == WIDE else 1.72
        x = alt.X("from:Q", scale=alt.Scale(domain=[0, most * room], nice=False), title="days from start to end",
                  axis=alt.Axis(grid=True, tickCount=5 if width == WIDE else 3))  # fmt: skip
        y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelColor=look.INK, labelLimit=200))
        colour = alt.Color(
            "part:N", legend=None,
            scale=alt.Scale(domain=list(PARTS), range=[part_colour(one) for one in PARTS]),
        )  # fmt: skip
        bar = alt.Chart(alt.Data(values=bars)).mark_bar(height=18, stroke=look.PAPER, strokeWidth=1)
        said = alt.Chart(alt.Data(values=ends)).mark_text(align="left", dx=6).encode(
            x="at:Q", y=alt.Y("name:N", sort=names), text="text:N"
        )  # fmt: skip
        return alt.layer(bar.encode(x=x, x2="to:Q", y=y, color=colour), said).properties(
            width=width, height=_ROW * 1.3 * len(rows)
        )

    return _both(make)


@_drawn_once
def curve(points: Sequence[CurvePoint], speedup: float) -> Drawn:
    """Coordination's share of all hours, and what of it bears load with its range, against the speed-up."""
    alt = altair()
    shares = [
        {"k": one.speedup, "value": one.row.coordination.value, "low": one.row.coordination.low,
         "high": one.row.coordination.high}
        for one in points
    ]  # fmt: skip
    bears = [
        {"k": one.speedup, "value": one.bearing_usual, "low": min(one.bearing_low, one.bearing_high),
         "high": max(one.bearing_low, one.bearing_high)}
        for one in points
        if one.bearing_usual is not None and one.bearing_low is not None and one.bearing_high is not None
    ]  # fmt: skip

    def panel(width: int, title: str, rows: look.Rows, colour: str, last: bool) -> Any:
        axis = alt.Axis(values=[1, 2, 5, 10, 20, 50, 100], format="d", labels=last, grid=True,
                        title="times as fast as now" if last else None)  # fmt: skip
        scale = alt.Scale(type="log", domain=[1, 100], nice=False)
        x = alt.X("k:Q", scale=scale, axis=axis)
        percent = alt.Axis(title=None, format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=True)
        y_scale = alt.Scale(domain=[0, 1])
        data = alt.Chart(alt.Data(values=list(rows)))
        band = data.mark_area(color=colour, opacity=0.22, clip=True).encode(
            x=x, y=alt.Y("low:Q", scale=y_scale, axis=percent), y2="high:Q"
        )
        bars = data.mark_rule(color=colour, strokeWidth=2, opacity=0.55).encode(x=x, y="low:Q", y2="high:Q")
        line = data.mark_line(color=colour, strokeWidth=2.2).encode(x=x, y=alt.Y("value:Q", scale=y_scale))
        dots = data.mark_circle(color=colour, size=44, opacity=1).encode(x=x, y="value:Q")
        here = alt.Chart(alt.Data(values=[{"k": speedup}])).mark_rule(color=look.SOFT, strokeDash=[3, 3]).encode(x=x)
        return alt.layer(here, band, bars, line, dots).properties(width=width, height=120, title=title)

    def make(width: int) -> Any:
        long = width == WIDE
        first = "Coordination's share of all hours of people" if long else "Coordination's share of hours"
        panels = [panel(width, first, shares, look.VOICE, not bears)]
        if bears:
            second = "Of coordination, the share that bears load" if long else "Of it, what bears load"
            panels.append(panel(width, second, bears, look.SECOND, True))
        return alt.vconcat(*panels, spacing=16)

    return _both(make)


@_drawn_once
def limits(rows: Sequence[LimitRow], speedup: float) -> Drawn:
    """For each station a line up to the speed-up from which it cannot keep up."""
    alt = altair()
    shown = rows[:MOST_LIMITS]
    made = [
        {"one": 1, "k": min(one.speedup or NEVER, NEVER), "sort": "people" if _works(one) else "gate",
         "text": "never" if one.speedup is None else f"{one.speedup:.3g}"}
        for one in shown
    ]  # fmt: skip

    def make(width: int) -> Any:
        long = width == WIDE
        most = 32 if long else 21
        data = [
            {**row, "name": f"{number}|{_short(one.label, most)}"}
            for number, (one, row) in enumerate(zip(shown, made, strict=True))
        ]
        order = [row["name"] for row in data]
        ticks = [1, 10, 100, 1000] if not long else [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
        scale = alt.Scale(type="log", domain=[1, NEVER * (1.9 if long else 6)], nice=False)
        x = alt.X("k:Q", scale=scale, title="times as fast as now",
                  axis=alt.Axis(values=ticks, format="d", grid=True))  # fmt: skip
        y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(
            labelColor=look.INK, labelLimit=250 if long else 150, labelExpr="split(datum.value, '|')[1]"))  # fmt: skip
        colour = alt.Color("sort:N", legend=None, scale=alt.Scale(
            domain=["people", "gate"], range=[look.VOICE, look.SECOND]))  # fmt: skip
        shape = alt.Shape("sort:N", legend=None, scale=alt.Scale(
            domain=["people", "gate"], range=["circle", "diamond"]))  # fmt: skip
        chart = alt.Chart(alt.Data(values=data))
        line = chart.mark_rule(strokeWidth=3, opacity=0.45).encode(x="one:Q", x2="k:Q", y=y, color=colour)
        dot = chart.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
        said = chart.mark_text(align="left", dx=9).encode(x=x, y=y, text="text:N")
        here = alt.Chart(alt.Data(values=[{"k": speedup}])).mark_rule(color=look.SOFT, strokeDash=[3, 3]).encode(x=x)
        plot = width - (70 if long else 30)
        return alt.layer(here, line, dot, said).properties(width=plot, height=alt.Step(21))

    return _both(make)


def _short(label: str, most: int) -> str:
    brief = label.replace("what others ask of ", "asked of ", 1)
    return brief if len(brief) <= most else f"{brief[: most - 1].rstrip()}…"


def _works(one: LimitRow) -> bool:
    """People and agents of an area, and no gatekeeper."""
    return one.station.startswith(("people:", "agents:"))


def shown_elements(rows: Sequence[ElementRow]) -> list[ElementRow]:
    """Those that are drawn: where something changes most, in the order in which they bear."""
    by_size = sorted(rows, key=lambda one: (-_size(one), one.element))[:MOST_ELEMENTS]
    kept = {one.element for one in by_size}
    return [one for one in rows if one.element in kept]


def _size(one: ElementRow) -> float:
    return max(abs(one.little.value), abs(one.usual.value), abs(one.much.value))


@_drawn_once
def elements(rows: Sequence[ElementRow]) -> Drawn:
    """For each element what an item costs more without it: a mark where it catches as is usual, and a line from where
    it catches as little as it could to where it catches as much."""
    alt = altair()
    shown = shown_elements(rows)

    def make(width: int) -> Any:
        long = width == WIDE
        data = []
        for number, one in enumerate(shown):
            ends = [end for each in (one.little, one.usual, one.much) for end in (each.low, each.high)]
            data.append({
                "name": f"{number}|{_short(one.label, 36 if long else 21)}", "kind": one.kind,
                "low": min(ends), "high": max(ends), "value": one.usual.value,
                "usual_low": one.usual.low, "usual_high": one.usual.high,
            })  # fmt: skip
        order = [row["name"] for row in data]
        x = alt.X("value:Q", title="hours more for an item without it" if long else "hours more without it",
                  axis=alt.Axis(grid=True, tickCount=7 if long else 4))  # fmt: skip
        y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(
            labelColor=look.INK, labelLimit=270 if long else 145, labelExpr="split(datum.value, '|')[1]"))  # fmt: skip
        colours = alt.Scale(domain=list(KINDS), range=[_kind_colour(kind) for kind in KINDS])
        colour = alt.Color("kind:N", legend=None, scale=colours)
        shape = alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=list(KINDS), range=list(SHAPES)))
        chart = alt.Chart(alt.Data(values=data))
        zero = alt.Chart(alt.Data(values=[{"value": 0}])).mark_rule(color=look.SOFT).encode(x="value:Q")
        swept = chart.mark_rule(strokeWidth=2, opacity=0.5).encode(x="low:Q", x2="high:Q", y=y, color=colour)
        thick = chart.mark_rule(strokeWidth=6, opacity=0.7)
        usual = thick.encode(x="usual_low:Q", x2="usual_high:Q", y=y, color=colour)
        mark = chart.mark_point(filled=True, size=80, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
        return alt.layer(zero, swept, usual, mark).properties(width=width - (90 if long else 20), height=alt.Step(21))

    return _both(make)
