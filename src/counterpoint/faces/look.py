"""How charts look: the page's own colours and letters, by name, so that light, dark and paper are the page's matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INK, SOFT, RULE, STAVE, PAPER = "var(--ink)", "var(--soft)", "var(--rule)", "var(--stave)", "var(--paper)"
VOICE, SECOND, PALE, WASH = "var(--voice)", "var(--second)", "var(--voice-pale)", "var(--second-wash)"
MET = tuple(f"var(--met{step})" for step in range(5))
"""From nothing of what is needed to nearly all of it."""
LETTERS = "system-ui, sans-serif"
LABEL = 34
"""The longest name of an area that stands beside a chart, in characters."""
Rows = Sequence[dict[str, Any]]


def fit(title: str, most: int = LABEL) -> str:
    """A name as it fits: what makes paths differ is at their ends, so the middle goes, whole folders first."""
    if len(title) <= most:
        return title
    folders = title.split("/")
    for gone in range(1, len(folders) - 1):
        short = "/".join([folders[0], "…", *folders[1 + gone :]])
        if len(short) <= most:
            return short
    tail = (most - 1) * 2 // 3
    return f"{title[: most - 1 - tail]}…{title[-tail:]}"


def labels(titles: dict[str, str]) -> dict[str, str]:
    """A short name for each unit, no two the same."""
    found: dict[str, str] = {}
    for ref, title in titles.items():
        short, room = fit(title), LABEL
        while short in found.values() and room < len(title):
            room += 4
            short = fit(title, room)
        found[ref] = short if short not in found.values() else f"{short} ({len(found) + 1})"
    return found


def met_step(share: float | None) -> int:
    """Which of the colours of :data:`MET` a share has; what is not known counts as nothing."""
    return 0 if not share else min(4, 1 + int(share * 4)) if share < 1 else 4


def finished(chart: Any) -> dict[str, Any]:
    """A chart as a Vega-Lite specification: transparent, quiet axes, no words for screen readers of its own (the page
    has them)."""
    plain = {"labelFont": LETTERS, "titleFont": LETTERS, "labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 12}
    quiet = {"domain": False, "ticks": False, "grid": False, "titleFontWeight": "normal", "titleFontSize": 12}
    made = chart.configure(
        background="transparent",
        aria=False,
        font=LETTERS,
        padding=4,
    ).to_dict()
    made["config"] |= {
        "view": {"stroke": None},
        "axis": {**plain, **quiet, "labelPadding": 6, "gridColor": RULE, "labelOverlap": False},
        "header": plain,
        "text": {"font": LETTERS, "fontSize": 12, "fill": INK},
        "title": {
            "font": LETTERS,
            "color": INK,
            "fontSize": 13,
            "fontWeight": 600,
            "anchor": "start",
            "frame": "group",
            "offset": 10,
        },
        "legend": plain,
        "concat": {"spacing": 28},
    }
    return dict(made)
