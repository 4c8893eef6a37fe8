"""What follows from two variants, in words; and when nothing does."""

from __future__ import annotations

from counterpoint.model.whatif import Figure

CLEAR = 0.9
"""From this share of the draws of what is assumed on (or its complement) a difference is said to hold."""


def verdict(
    *,
    first: Figure,
    difference: Figure,
    likely: float | None,
    draws: int,
    saturated: tuple[str, ...],
    error: float | None,
    first_saturated: bool = False,
) -> str:
    """Does a variant cost less than the first? Where the model's error on the past is larger than the difference, or
    the difference hangs on what is assumed, it is not ranked, and that is said."""
    if saturated:
        return f"cannot keep up: {_few(saturated)}"
    if first_saturated:
        return "keeps up, where what it is compared with does not: how much less it costs cannot be said"
    if difference.low == difference.high == 0:
        return "the same"
    if difference.low <= 0 <= difference.high:
        return "no difference seen"
    size = abs(difference.value) / first.value if first.value else 0.0
    if error is not None and size < error:
        return f"not ranked: a difference of {size:.0%} is within the model's error on the past ({error:.0%})"
    way = "less" if difference.value < 0 else "more"
    if likely is None:
        return f"costs {size:.0%} {way}"
    share = likely if difference.value < 0 else 1 - likely
    if share >= CLEAR:
        return f"costs {size:.0%} {way}, in {round(share * draws)} of {draws} draws of what is assumed"
    return f"not ranked: it costs less in {round(likely * draws)} of {draws} draws of what is assumed"


def _few(names: tuple[str, ...], most: int = 3) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
