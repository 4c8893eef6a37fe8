"""What areas ask of each other, per item, and how much work is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from counterpoint.questions.whatif.intervals import rate_of
from counterpoint.questions.whatif.ties import Tie
from counterpoint.simulation.known import Known, assumed
from counterpoint.simulation.organisation import Request

SIZES: Mapping[str, Known] = MappingProxyType({
    "small": assumed(2, 1, 4, "an answer or a look at something"),
    "medium": assumed(6, 3, 12, "most of a day"),
    "large": assumed(16, 8, 40, "two days of one person"),
})  # fmt: skip
"""Hours of work in what is asked, by the size that is said."""


def requests(ties: Sequence[Tie], counts: Mapping[str, int]) -> tuple[Request, ...]:
    """For each two areas what items of the one need of the other; ``counts`` are the items of each area."""
    between: dict[tuple[str, str], list[Tie]] = {}
    for tie in ties:
        between.setdefault((tie.asks, tie.asked), []).append(tie)
    return tuple(_request(*pair, between[pair], counts) for pair in sorted(between) if counts.get(pair[0]))


def _request(asks: str, asked: str, ties: Sequence[Tie], counts: Mapping[str, int]) -> Request:
    items = counts[asks]
    why = f"asked {len(ties):,} times by {items:,} items"
    return Request(asks, asked, rate_of(len(ties), items, why, seen=items), _hours(ties))


def _hours(ties: Sequence[Tie]) -> Known | None:
    """The mean over those whose size is said; None where none is."""
    sizes = [SIZES[one.size] for one in ties if one.size is not None and one.size in SIZES]
    if not sizes:
        return None
    number = len(sizes)
    value, low, high = (sum(getattr(one, name) for one in sizes) / number for name in ("value", "low", "high"))
    return assumed(value, low, high, f"by the sizes of {number:,} of {len(ties):,}")
