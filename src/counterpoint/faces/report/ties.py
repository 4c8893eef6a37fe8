"""The pictures of coordination: the ordered matrix, and the graph."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from counterpoint.faces import look
from counterpoint.faces.drawing import altair
from counterpoint.faces.report.words import share
from counterpoint.model.map import Coordination, Tie

_WIDTH, _CELL, _LARGE_CELL, _FEW = 720, 34, 50, 9
BOX = 0.44
"""Half the side of the largest box, in cells."""
MOST_EDGES = 90
_RADIUS = 190.0
_STEPS = 14
_GAP, _LETTER = 16, 6.8
_LEVEL, _UPRIGHT = 12, 0.2
"""Up to so many names stand level, and those near the top and the bottom above and below their dots."""


def matrix(found: Coordination, titles: Mapping[str, str]) -> dict[str, Any]:
    """A box for each two units: as large as what the work requires, filled as far as it happens, where that is told."""
    alt = altair()
    place = {ref: index for index, ref in enumerate(found.units)}
    shown = [tie for tie in found.ties if tie.one in place and tie.other in place]
    largest = max((tie.required for tie in shown), default=1) or 1
    boxes = [row for tie in shown if tie.required for row in _boxes(tie, place, titles, largest)]
    known = found.congruence.value is not None
    beyond = [row for tie in shown if tie.beyond and not tie.required for row in _dots(tie, place, titles)]
    count = len(found.units)
    cell = min(_LARGE_CELL if count < _FEW else _CELL, _WIDTH // count)
    names = look.labels({ref: titles[ref] for ref in found.units})
    lines = [{"at": at} for at in range(count + 1)]

    def axis(side: str) -> Any:
        turned = {"labelAngle": -50, "labelAlign": "left"} if side == "top" else {}
        written = "[" + ",".join(_quoted(names[ref]) for ref in found.units) + "][floor(datum.value)]"
        ticks = [at + 0.5 for at in range(count)]
        return alt.Axis(
            # With fewer ticks asked for than there are values, every other value would go.
            orient=side, values=ticks, tickCount=count, labelExpr=written, title=None, labelLimit=280,
            labelColor=look.INK, **turned,
        )  # fmt: skip

    x = alt.X("x:Q", scale=alt.Scale(domain=[0, count], nice=False, zero=False), axis=axis("top"))
    y = alt.Y("y:Q", scale=alt.Scale(domain=[count, 0], nice=False, zero=False), axis=axis("left"))
    tips = [
        alt.Tooltip("pair:N", title="between"),
        alt.Tooltip("needed:N", title="the work needs"),
        *(
            [alt.Tooltip("met:N", title="of which met"), alt.Tooltip("extra:N", title="met beyond that")]
            if known
            else []
        ),
    ]
    rules = alt.Chart(alt.Data(values=lines)).mark_rule(color=look.RULE)
    across = rules.encode(y=alt.Y("at:Q", scale=alt.Scale(domain=[count, 0])))
    down = rules.encode(x=alt.X("at:Q", scale=alt.Scale(domain=[0, count])))
    data = alt.Chart(alt.Data(values=boxes))
    outer = data.mark_rect(fill=look.WASH, stroke=look.SECOND, strokeWidth=1).encode(
        x=x, x2="x2:Q", y=y, y2="y2:Q", tooltip=tips
    )
    inner = data.mark_rect(fill=look.VOICE).encode(x=x, x2="x2:Q", y=alt.Y("top:Q"), y2="y2:Q", tooltip=tips)
    dots = (
        alt.Chart(alt.Data(values=beyond))
        .mark_point(shape="circle", size=26, filled=False, color=look.SOFT, strokeWidth=1.2)
        .encode(x="x:Q", y="y:Q", tooltip=tips)
    )
    layers = [across, down, outer, *([inner] if known else []), *([dots] if beyond and known else [])]
    return look.finished(alt.layer(*layers).properties(width=count * cell, height=count * cell))


def graph(found: Coordination, titles: Mapping[str, str], people: Mapping[str, int]) -> dict[str, Any]:
    """The units on a circle, those that belong together beside each other; a line for what binds two of them."""
    alt = altair()
    ring = _ring(found.units)
    strongest = sorted(
        (tie for tie in found.ties if tie.required and tie.one != tie.other and {tie.one, tie.other} <= ring.keys()),
        key=lambda tie: (-tie.required, tie.one, tie.other),
    )[:MOST_EDGES]
    largest = max((tie.required for tie in strongest), default=1)
    # What is met is drawn first, so that no gap lies under it.
    strongest.sort(key=lambda tie: (-tie.met / tie.required, tie.required, tie.one, tie.other))
    points = [row for number, tie in enumerate(strongest) for row in _curve(number, tie, ring, titles, largest)]
    nodes = list(_nodes(found.units, ring, titles, people))
    wide, high = _room(nodes)
    scale, low = alt.Scale(domain=[-wide, wide], nice=False), alt.Scale(domain=[-high, high], nice=False)
    x, y = alt.X("x:Q", scale=scale, axis=None), alt.Y("y:Q", scale=low, axis=None)
    known = found.congruence.value is not None
    met = alt.Color("met:O", scale=alt.Scale(domain=list(range(5)), range=list(look.MET)), legend=None)
    hover = alt.selection_point(on="pointerover", clear="pointerout", fields=["name"], empty=False)
    edges = (
        alt.Chart(alt.Data(values=points))
        .mark_line(interpolate="basis", strokeCap="round")
        .encode(
            x=x, y=y, detail="edge:N", order="step:Q",
            color=met if known else alt.value(look.MET[2]),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
            tooltip=[
                alt.Tooltip("pair:N", title="between"),
                alt.Tooltip("needed:N", title="the work needs"),
                *([alt.Tooltip("happens:N", title="of which met")] if known else []),
            ],
        )
    )  # fmt: skip
    dots = (
        alt.Chart(alt.Data(values=nodes))
        .mark_circle(opacity=1, stroke=look.PAPER, strokeWidth=2)
        .encode(
            x=x, y=y, size=alt.Size("size:Q", scale=None, legend=None),
            color=alt.condition(hover, alt.value(look.VOICE), alt.value(look.INK)),
            tooltip=[alt.Tooltip("name:N", title="area"), alt.Tooltip("people:N", title="people")],
        )
        .add_params(hover)
    )  # fmt: skip
    words = []
    for align in ("left", "center", "right"):
        rows = [row for row in nodes if row["align"] == align]
        if rows:
            words.append(
                alt.Chart(alt.Data(values=rows))
                .mark_text(align=align, baseline="middle")
                .encode(x=alt.X("tx:Q", scale=scale), y=alt.Y("ty:Q", scale=low), text="label:N",
                        angle=alt.Angle("angle:Q", scale=None))
            )  # fmt: skip
    return look.finished(alt.layer(edges, dots, *words).properties(width=2 * wide, height=2 * high))


def _boxes(tie: Tie, place: Mapping[str, int], titles: Mapping[str, str], largest: int) -> Iterator[dict[str, Any]]:
    half = max(0.07, BOX * math.sqrt(tie.required / largest))
    for one, other in dict.fromkeys(((tie.one, tie.other), (tie.other, tie.one))):
        x, y = place[one] + 0.5, place[other] + 0.5
        bottom = y + half
        yield {
            "x": _near(x - half), "x2": _near(x + half), "y": _near(y - half), "y2": _near(bottom),
            "top": _near(bottom - 2 * half * min(1.0, tie.met / tie.required)),
            "pair": _pair(tie, titles), "needed": _pairs(tie.required),
            "met": f"{tie.met} ({share(tie.met / tie.required)})", "extra": str(tie.beyond),
        }  # fmt: skip


def _dots(tie: Tie, place: Mapping[str, int], titles: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for one, other in dict.fromkeys(((tie.one, tie.other), (tie.other, tie.one))):
        yield {
            "x": place[one] + 0.5, "y": place[other] + 0.5, "pair": _pair(tie, titles), "needed": "nothing seen",
            "met": "–", "extra": str(tie.beyond),
        }  # fmt: skip


def _ring(units: tuple[str, ...]) -> dict[str, float]:
    """The angle of each unit, counter-clockwise from the right, the first at the top."""
    return {ref: math.pi / 2 - 2 * math.pi * number / len(units) for number, ref in enumerate(units)}


def _nodes(
    units: tuple[str, ...], ring: Mapping[str, float], titles: Mapping[str, str], people: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    names = look.labels({ref: titles[ref] for ref in units})
    most = max((people.get(ref, 0) for ref in units), default=1) or 1
    level = len(units) <= _LEVEL
    for ref in units:
        angle = ring[ref]
        cosine, sine = math.cos(angle), math.sin(angle)
        side = 1 if cosine >= -1e-9 else -1
        far = _RADIUS + _GAP
        turned = 0 if level else -math.degrees(angle) if side == 1 else 180 - math.degrees(angle)
        upright = level and abs(cosine) < _UPRIGHT
        yield {
            "x": _near(_RADIUS * cosine), "y": _near(_RADIUS * sine),
            "tx": _near(far * cosine), "ty": _near(far * sine),
            "align": "center" if upright else "left" if side == 1 else "right",
            "angle": _near((turned + 180) % 360 - 180), "name": titles[ref], "label": names[ref],
            "people": str(people.get(ref, 0)), "size": _near(40 + 260 * people.get(ref, 0) / most),
        }  # fmt: skip


def _room(nodes: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How far to the side, and up and down, the names reach from the middle."""
    sides: tuple[list[float], list[float]] = ([], [])
    for node in nodes:
        x, y, long = abs(node["tx"]), abs(node["ty"]), len(node["label"]) * _LETTER
        if len(nodes) <= _LEVEL:
            sides[0].append(x + (long / 2 if node["align"] == "center" else long))
            sides[1].append(y)
        else:
            far = 1 + long / (_RADIUS + _GAP)
            sides[0].append(x * far)
            sides[1].append(y * far)
    across, up = (int(max([_RADIUS + 2 * _GAP, *side])) + 8 for side in sides)
    return across, up


def _curve(
    number: int, tie: Tie, ring: Mapping[str, float], titles: Mapping[str, str], largest: int
) -> Iterator[dict[str, Any]]:
    """A quadratic curve from one unit to the other, bent towards the middle of the circle."""
    (x0, y0), (x2, y2) = (
        (_RADIUS * math.cos(ring[ref]), _RADIUS * math.sin(ring[ref])) for ref in (tie.one, tie.other)
    )
    # Neighbours get a shallow curve along the rim, what lies opposite one through the middle.
    bend = 0.72 - 0.72 * math.hypot(x2 - x0, y2 - y0) / (2 * _RADIUS)
    x1, y1 = (x0 + x2) / 2 * bend, (y0 + y2) / 2 * bend
    told = {
        "edge": number, "met": look.met_step(tie.met / tie.required),
        "width": _near(1 + 9 * math.sqrt(tie.required / largest) ** 1.5),
        "pair": _pair(tie, titles), "needed": _pairs(tie.required),
        "happens": f"{tie.met} ({share(tie.met / tie.required)})",
    }  # fmt: skip
    for step in range(_STEPS + 1):
        t = step / _STEPS
        x = (1 - t) ** 2 * x0 + 2 * (1 - t) * t * x1 + t**2 * x2
        y = (1 - t) ** 2 * y0 + 2 * (1 - t) * t * y1 + t**2 * y2
        yield {**told, "step": step, "x": _near(x), "y": _near(y)}


def _pair(tie: Tie, titles: Mapping[str, str]) -> str:
    return f"within {titles[tie.one]}" if tie.one == tie.other else f"{titles[tie.one]} and {titles[tie.other]}"


def _pairs(count: int) -> str:
    return f"{count:,} pair{'' if count == 1 else 's'} of people"


def _near(value: float) -> float:
    return round(value, 3)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
