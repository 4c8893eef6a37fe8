"""The pictures with a row for each area: exposure, connectors, who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterpoint.faces import look
from counterpoint.faces.drawing import altair
from counterpoint.faces.report.words import estimate, joined, plural, share, short
from counterpoint.model.map import Connectors, Deciding, Exposure

ROW = 23
MOST_ROWS = 40
_FARTHEST = 12
_NAMED = 3
_ROOM = 0.04
_WORDS = 40
_ANSWERS = (
    ("one", "one party", look.VOICE),
    ("shared", "any of several", look.PALE),
    ("ambiguous", "several, no rule", "var(--hold)"),
    ("nobody", "nobody", look.SECOND),
)


def exposure(found: Exposure, titles: Mapping[str, str]) -> dict[str, Any]:
    """How many people may be away before half of an area is known to nobody; and what one alone knows."""
    alt = altair()
    shown = found.areas[:MOST_ROWS]
    names = look.labels({row.area: titles[row.area] for row in shown})
    rows: list[dict[str, Any]] = [
        {
            "area": names[row.area],
            "name": titles[row.area],
            "factor": _within(row.factor.value),
            "low": _within(row.factor.low if row.factor.low is not None else row.factor.value),
            "high": _within(row.factor.high if row.factor.high is not None else row.factor.value),
            "said": estimate(row.factor),
            "kind": "one" if row.factor.value is not None and row.factor.value <= 1 else "more",
            "alone": row.alone,
            "orphaned": row.orphaned,
            "share": share(row.alone),
            "lost": share(row.orphaned),
            "known": f"{row.authors:,}",
            "files": f"{row.files:,}",
        }
        for row in shown
    ]
    known = [row for row in rows if row["factor"] is not None]
    unknown = [{**row, "at": 0.15} for row in rows if row["factor"] is None]
    most = max((row["high"] for row in known), default=1)
    y = _areas(alt, rows)
    x = alt.X(
        # Room on the left, so that a dot at nothing does not lie on the names.
        "factor:Q", scale=alt.Scale(domain=[-_ROOM * (most + 0.5), most + 0.5], nice=False),
        axis=alt.Axis(
            title="people who may be away before half is lost", grid=True, values=list(range(int(most) + 1)), format="d"
        ),
    )  # fmt: skip
    tips = [
        alt.Tooltip("name:N", title="area"),
        alt.Tooltip("said:N", title="truck factor"),
        alt.Tooltip("known:N", title="people who know it"),
        alt.Tooltip("share:N", title="known to one person alone"),
        alt.Tooltip("lost:N", title="known to nobody here"),
        alt.Tooltip("files:N", title="files"),
    ]
    base = alt.Chart(alt.Data(values=known))
    line = base.mark_rule(color=look.STAVE, strokeWidth=5, strokeCap="round").encode(
        x=alt.X("low:Q"), x2="high:Q", y=y, tooltip=tips
    )
    dot = base.mark_circle(size=110, opacity=1).encode(
        x=x, y=y, tooltip=tips,
        color=_one_or_more(alt),
    )  # fmt: skip
    silent = (
        alt.Chart(alt.Data(values=unknown))
        .mark_text(align="left", fontStyle="italic", fill=look.SOFT, text="not enough data")
        .encode(x=alt.X("at:Q"), y=y, tooltip=tips)
    )
    height = ROW * len(rows)
    left = alt.layer(line, dot, *([silent] if unknown else [])).properties(width=330, height=height)
    kinds = ("orphaned", "alone")
    parts = _parts(rows, kinds)
    bars = (
        alt.Chart(alt.Data(values=parts))
        .mark_bar(height=13)
        .encode(
            x=_shares(alt, "count", "files that one person knows, or nobody"), y=_areas(alt, rows, axis=None),
            tooltip=tips, order=alt.Order("order:Q"), color=_by_part(alt, kinds),
        )
    )  # fmt: skip
    right = bars.properties(width=250, height=height)
    return look.finished(alt.hconcat(left, right).resolve_scale(color="independent"))


def connectors(found: Connectors, titles: Mapping[str, str]) -> dict[str, Any]:
    """How many people carry half of what each area does to link others, and how much of all linking that is."""
    alt = altair()
    shown = found.areas[:MOST_ROWS]
    names = look.labels({row.area: titles[row.area] for row in shown})
    rows: list[dict[str, Any]] = [
        {
            "area": names[row.area],
            "name": titles[row.area],
            "carriers": _within(row.carriers),
            "said": "not enough data" if row.carriers is None else plural(row.carriers, "person", "people"),
            "plain": "–" if row.informal is None else str(row.informal),
            "share": row.share,
            "part": share(row.share),
            "people": f"{row.people:,}",
            "kind": "one" if row.carriers is not None and row.carriers <= 1 else "more",
        }
        for row in shown
    ]
    tips = [
        alt.Tooltip("name:N", title="area"),
        alt.Tooltip("said:N", title="half is carried by"),
        alt.Tooltip("plain:N", title="of whom nothing names"),
        alt.Tooltip("part:N", title="of all linking"),
        alt.Tooltip("people:N", title="people who coordinate and work there"),
    ]
    y = _areas(alt, rows)
    known = [row for row in rows if row["carriers"] is not None]
    base = alt.Chart(alt.Data(values=known))
    most = max((row["carriers"] for row in known), default=1)
    x = alt.X(
        "carriers:Q", scale=alt.Scale(domain=[0, most + 0.5], nice=False),
        axis=alt.Axis(title="people who carry half of it", grid=True, tickMinStep=1, format="d"),
    )  # fmt: skip
    stems = base.mark_rule(color=look.STAVE, strokeWidth=2).encode(x=x, x2=alt.datum(0), y=y, tooltip=tips)
    dot = base.mark_circle(size=110, opacity=1).encode(x=x, y=y, tooltip=tips, color=_one_or_more(alt))
    unknown = [{**row, "at": 0.15} for row in rows if row["carriers"] is None]
    silent = (
        alt.Chart(alt.Data(values=unknown))
        .mark_text(align="left", fontStyle="italic", fill=look.SOFT, text="nobody stands between others here")
        .encode(x=alt.X("at:Q"), y=y, tooltip=tips)
    )
    height = ROW * len(rows)
    left = alt.layer(stems, dot, *([silent] if unknown else [])).properties(width=330, height=height)
    axis = alt.Axis(title="share of all linking", grid=True, format="%", tickCount=4, labelFlush=False)
    bars = (
        alt.Chart(alt.Data(values=[row for row in rows if row["share"]]))
        .mark_bar(height=13, color=look.PALE)
        .encode(
            x=alt.X("share:Q", axis=axis),
            y=_areas(alt, rows, axis=None), tooltip=tips,
        )
    )  # fmt: skip
    return look.finished(alt.hconcat(left, bars.properties(width=250, height=height)))


def deciding(found: Deciding, titles: Mapping[str, str]) -> dict[str, Any]:
    """Of the changes to each area, how many fall where one party decides, several, or nobody."""
    alt = altair()
    shown = found.areas[:MOST_ROWS]
    names = look.labels({row.area: titles[row.area] for row in shown})
    base = [
        {
            "area": names[row.area],
            "name": titles[row.area],
            "who": _first(row.deciders),
            "text": _fitting(row.deciders) or "nobody is named",
        }
        for row in shown
    ]  # fmt: skip
    rows = [
        {
            **told,
            "part": key,
            "order": number,
            "value": getattr(row, key),
            "said": f"{share(getattr(row, key))}: {words}",
        }
        for row, told in zip(shown, base, strict=True)
        for number, (key, words, _) in enumerate(_ANSWERS)
        if getattr(row, key)
    ]
    tips = [
        alt.Tooltip("name:N", title="area"),
        alt.Tooltip("said:N", title="of its changes"),
        alt.Tooltip("who:N", title="named"),
    ]
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(height=13)
        .encode(
            x=_shares(alt, "value", "changes by who decides there"), y=_areas(alt, base), tooltip=tips,
            order=alt.Order("order:Q"),
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=[key for key, _, _ in _ANSWERS], range=[colour for *_, colour in _ANSWERS]),
                legend=None,
            ),
        )
    )  # fmt: skip
    height = ROW * len(base)
    told = [{**row, "at": 0} for row in base]
    words = (
        alt.Chart(alt.Data(values=told))
        .mark_text(align="left", baseline="middle", fill=look.SOFT)
        .encode(
            x=alt.X("at:Q", axis=None, scale=alt.Scale(domain=[0, 1])), y=_areas(alt, base, axis=None), text="text:N"
        )
    )
    return look.finished(
        alt.hconcat(bars.properties(width=400, height=height), words.properties(width=250, height=height), spacing=14)
    )


def _areas(alt: Any, rows: Sequence[Mapping[str, Any]], **more: Any) -> Any:
    """The areas from the top down, in the order that they come in."""
    axis = alt.Axis(title=None, labelLimit=280, labelColor=look.INK, labelOverlap=False)
    # Bars would get bands and dots points by themselves, and the two panels would not stand beside one another.
    every = list(dict.fromkeys(row["area"] for row in rows))
    scale = alt.Scale(type="band", domain=every, paddingInner=0.2, paddingOuter=0.1)
    return alt.Y("area:N", **{"scale": scale, "sort": every, "axis": axis, **more})


def _shares(alt: Any, field: str, title: str) -> Any:
    return alt.X(
        f"{field}:Q", scale=alt.Scale(domain=[0, 1]), stack="zero",
        axis=alt.Axis(title=title, grid=True, format="%", values=[0, 0.25, 0.5, 0.75, 1], labelFlush=False),
    )  # fmt: skip


def _parts(rows: Sequence[Mapping[str, Any]], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each part of each bar, in the order in which they are stacked."""
    return [
        {**row, "count": row[kind], "part": kind, "order": number}
        for row in rows
        for number, kind in enumerate(kinds)
        if row[kind]
    ]


def _by_part(alt: Any, kinds: Sequence[str]) -> Any:
    """The first part in the second voice, which is what to look at."""
    return alt.Color("part:N", scale=alt.Scale(domain=list(kinds), range=[look.SECOND, look.PALE]), legend=None)


def _one_or_more(alt: Any) -> Any:
    return alt.Color("kind:N", scale=alt.Scale(domain=["one", "more"], range=[look.SECOND, look.VOICE]), legend=None)


def _first(deciders: Sequence[str], most: int = _NAMED) -> str:
    more = [f"{len(deciders) - most} more"] if len(deciders) > most else []
    return joined([*map(short, deciders[:most]), *more])


def _fitting(deciders: Sequence[str]) -> str:
    """As many of them as there is room for beside the bars."""
    every = (_first(deciders, most) for most in range(_NAMED, 0, -1))
    return next((words for words in every if len(words) <= _WORDS), look.fit(_first(deciders, 1), _WORDS))


def _within(value: float | None) -> float | None:
    """More people than can be told apart on the axis are drawn at its end; the tooltip and the table say how many."""
    return None if value is None else min(value, _FARTHEST)
