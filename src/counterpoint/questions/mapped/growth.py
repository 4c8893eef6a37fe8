"""How people and the relationships that the work makes between them grew, and where that changed."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from counterpoint.measures.interdependence import INTERDEPENDENCE
from counterpoint.measures.windows import end_of
from counterpoint.model.map import Estimate, Growth, Moment, Turn
from counterpoint.questions.mapped.bonds import estimate, missing
from counterpoint.questions.mapped.ground import Ground

Window = Literal["month", "quarter", "year"]
_MONTHS, _QUARTERS, _FEW = 1100, 7300, 4
"""Up to how many days of history months are told, and up to how many quarters."""


def growth(ground: Ground, first: date | None) -> Growth:
    """Of the whole history, by months where it is short, by quarters or years where it is long.

    The last period is left out where it is not over: it would look like a fall.
    """
    days = 0 if first is None or ground.as_of is None else (ground.as_of - max(first, ground.since or first)).days
    window: Window = "month" if days <= _MONTHS else "quarter" if days <= _QUARTERS else "year"
    found = ground.run(INTERDEPENDENCE, window=window)
    rows: list[dict[str, Any]] = found.rows.to_pylist()
    steps: dict[date, dict[str, float]] = {}
    for row in rows:
        if row["period"] is not None and row["figure"] in ("parties", "relationships"):
            steps.setdefault(row["period"], {})[row["figure"]] = row["value"]
    moments = tuple(
        Moment(
            day.isoformat(), int(one.get("parties", 0)), int(one["relationships"]) if "relationships" in one else None
        )
        for day, one in sorted(steps.items())
        if ground.as_of is None or end_of(day, window) <= ground.as_of or len(steps) < _FEW
    )
    exponent = next((estimate(row) for row in rows if row["figure"] == "growth"), Estimate(None, missing="any history"))
    turns = tuple(
        Turn(row["period"].isoformat(), "relationships per person", row["before"], row["value"])
        for row in rows
        if row["figure"] == "regime"
    )
    return Growth(window, moments, exponent, turns, missing(found.lacking))
