"""The picture of growth: people, what the work makes between them, and what that is for each."""

from __future__ import annotations

import math
from typing import Any

from counterpoint.faces import look
from counterpoint.faces.drawing import altair
from counterpoint.faces.report.words import month, number
from counterpoint.model.map import Growth, Moment

_WIDTH, _HEIGHT = 640, 92
MOST_YEARS = 13
"""So many years have room to be named below the picture."""


def growth(found: Growth) -> dict[str, Any]:
    """Three lines over one time, and where one of them turned."""
    alt = altair()
    rows = [_row(one) for one in found.moments]
    turns = [
        {
            "day": one.period,
            "label": month(one.period),
            "said": f"{one.figure}: {number(one.before)} → {number(one.after)}",
        }
        for one in found.turns
    ]
    panels = [
        ("people", "People at work", look.VOICE),
        ("relationships", "Relationships that the work makes between them", look.SECOND),
        ("each", "Relationships for each person", look.INK),
    ]
    made = [
        _panel(
            alt, rows, turns, field=field, title=title, colour=colour, last=place == len(panels) - 1, first=place == 0
        )
        for place, (field, title, colour) in enumerate(panels)
        if field == "people" or any(row[field] is not None for row in rows)
    ]
    return look.finished(alt.vconcat(*made, spacing=18))


def _panel(
    alt: Any, rows: look.Rows, turns: look.Rows, *, field: str, title: str, colour: str, last: bool, first: bool
) -> Any:
    years = len({str(row["day"])[:4] for row in rows})
    ticks = {"interval": "year", "step": max(1, math.ceil(years / MOST_YEARS))}
    axis = alt.Axis(title=None, labels=last, format="%Y", tickCount=ticks, grid=True)
    x = alt.X("day:T", axis=axis, scale=alt.Scale(type="utc"))
    y = alt.Y(f"{field}:Q", axis=alt.Axis(title=None, tickCount=3, grid=True), scale=alt.Scale(zero=True))
    tips = [
        alt.Tooltip("when:N", title="from"),
        alt.Tooltip("people:Q", title="people"),
        alt.Tooltip("relationships:Q", title="relationships", format=","),
        alt.Tooltip("each:Q", title="for each person", format=".2f"),
    ]
    data = alt.Chart(alt.Data(values=[row for row in rows if row[field] is not None]))
    wash = data.mark_area(color=colour, opacity=0.1).encode(x=x, y=y)
    line = data.mark_line(color=colour, strokeWidth=2).encode(x=x, y=y)
    # Large and unseen: what the pointer has to find.
    dots = data.mark_circle(size=220, opacity=0).encode(x=x, y=y, tooltip=tips)
    layers = [wash, line, dots]
    if turns:
        marked = alt.Chart(alt.Data(values=turns))
        layers.insert(0, marked.mark_rule(color=look.SOFT, strokeDash=[3, 3]).encode(x=x, tooltip="said:N"))
        if first:
            layers.append(
                marked.mark_text(align="left", dx=-2, dy=-4, baseline="bottom", fill=look.SOFT, fontSize=11)
                .encode(x=x, y=alt.value(0), text="label:N")
            )  # fmt: skip
    return alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT, title=title)


def _row(one: Moment) -> dict[str, Any]:
    each = None if one.relationships is None or not one.people else round(one.relationships / one.people, 3)
    return {
        "day": one.period, "when": month(one.period), "people": one.people, "relationships": one.relationships,
        "each": each,
    }  # fmt: skip
