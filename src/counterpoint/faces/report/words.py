"""Figures in words, the same wherever the report says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from counterpoint.model.map import Estimate, Sure

SURE: dict[Sure, str] = {"firm": "well founded", "fair": "fairly sure", "weak": "a hint, no more"}


def share(value: float | None) -> str:
    """``37 %``; what is more than nothing and less than all is never said to be 0 or 100 percent."""
    if value is None:
        return "–"
    rounded = round(value * 100)
    if rounded == 0 and value > 0:
        return "under 1 %"
    if rounded == 100 and value < 1:
        return "over 99 %"
    return f"{rounded} %"


def number(value: float | None) -> str:
    """``1,204``, or ``2.6``: no more digits than help."""
    if value is None:
        return "–"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.0f}"


def estimate(found: Estimate, *, as_share: bool = False) -> str:
    """A figure with its interval, or what is missing."""
    if found.value is None:
        return f"not enough data ({found.missing})" if found.missing else "not enough data"
    said = share if as_share else number
    if found.low is None or found.high is None or found.low == found.high:
        return said(found.value)
    return f"{said(found.value)} ({said(found.low)} to {said(found.high)})"


def between(found: Estimate) -> str:
    """The interval of a figure in running words; nothing where it has none."""
    if found.low is None or found.high is None or found.low == found.high:
        return ""
    return f", between {number(found.low)} and {number(found.high)}"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 area``, ``2,100 areas``, ``no area``."""
    return f"{count:,} {one if count < 2 else many or one + 's'}" if count else f"no {one}"


def day(text: str | None) -> str:
    """``2026-06-12`` as ``12 June 2026``."""
    if not text:
        return "–"
    found = date.fromisoformat(text[:10])
    return f"{found.day} {found:%B %Y}"


def span(first: str | None, last: str | None) -> str:
    """``3 May 2025 to 12 June 2026``; one day alone where both are the same."""
    return day(first) if first and last and first[:10] == last[:10] else f"{day(first)} to {day(last)}"


def month(text: str) -> str:
    """``2026-06-12`` as ``June 2026``."""
    return f"{date.fromisoformat(text[:10]):%B %Y}"


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def joined(words: Iterable[str]) -> str:
    """``a, b and c``."""
    every = list(words)
    return " and ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)


def short(ref: str) -> str:
    """A reference as a name: without its kind."""
    return ref.partition(":")[2] or ref
