"""How sure a figure is: intervals at 95 % that assume as little as can be."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
_Z = 1.959963984540054  # the normal quantile at (1 + LEVEL) / 2
_TAIL = (1 - LEVEL) / 2
Floats = npt.NDArray[np.float64]


class Estimate(NamedTuple):
    """A figure with its interval, and how many observations it rests on; ends that there are none of are None."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    missing: str | None = None


def quantile(values: Floats, share: float, *, least: int = 1) -> Estimate:
    """A quantile (linear between neighbours, R's type 7) with the interval between two order statistics.

    The interval needs no assumption about the distribution: Conover, Practical Nonparametric Statistics, 3rd ed. 1999,
    section 3.2. Where there are too few values for one of its ends, that end is None: a median has both from 6 on.
    """
    n = len(values)
    if n < least:
        return Estimate(None, None, None, n, f"at least {least} of them")
    ordered = np.sort(values)
    first, last = ranks(n, share)
    low = float(ordered[first - 1]) if first >= 1 else None
    high = float(ordered[last - 1]) if last <= n else None
    missing = None if low is not None and high is not None else "an interval: there are too few of them"
    return Estimate(_linear(ordered, share), low, high, n, missing)


def _linear(ordered: Floats, share: float) -> float:
    """A quantile of ordered values, to the last digit that of ``np.quantile``, which takes long for a few values."""
    place = (len(ordered) - 1) * share
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    part = place - below
    return high - (high - low) * (1 - part) if part >= 0.5 else low + (high - low) * part


@lru_cache(maxsize=4096)
def ranks(n: int, share: float) -> tuple[int, int]:
    """Which order statistics hold a quantile between them: 0 and n + 1 where there is none.

    The largest r with P(B < r) ≤ 2.5 % and the smallest s with P(B < s) ≥ 97.5 %, where B is binomial (n, share).
    """
    from scipy.special import bdtr  # takes long to import, and the catalogue of measures is read by many a command

    low, high = 0, n
    while low < high:  # the largest r with P(B <= r - 1) <= tail
        middle = (low + high + 1) // 2
        if float(bdtr(middle - 1, n, share)) <= _TAIL:
            low = middle
        else:
            high = middle - 1
    first = low
    low, high = 1, n + 1
    while low < high:  # the smallest s with P(B <= s - 1) >= 1 - tail
        middle = (low + high) // 2
        if middle == n + 1 or float(bdtr(middle - 1, n, share)) >= 1 - _TAIL:
            high = middle
        else:
            low = middle + 1
    return first, low


def proportion(count: int, n: int) -> Estimate:
    """A share of ``n`` independent cases, with the score interval of Wilson, JASA 22 (1927) 209–212."""
    if n == 0:
        return Estimate(None, None, None, 0, "any of them")
    share, room = count / n, _Z * _Z / n
    middle = (share + room / 2) / (1 + room)
    half = _Z * sqrt(share * (1 - share) / n + room / (4 * n)) / (1 + room)
    low = middle - half if count > 0 else 0.0  # exactly, and not what rounding leaves of it
    high = middle + half if count < n else 1.0
    return Estimate(share, max(0.0, low), min(1.0, high), n)


def mean(values: Floats) -> Estimate:
    """A mean with the normal interval (central limit theorem), from 30 values on; below that without."""
    n = len(values)
    if n == 0:
        return Estimate(None, None, None, 0, "any of them")
    value = float(values.mean())
    if n < 30:
        return Estimate(value, None, None, n, "an interval: there are fewer than 30")
    half = _Z * float(values.std(ddof=1)) / sqrt(n)
    return Estimate(value, value - half, value + half, n)


class Wholes(NamedTuple):
    """The wholes of some cases: their sum, and that of their squares."""

    total: float
    squares: float

    @classmethod
    def of(cls, wholes: Floats) -> Wholes:
        """Those of an array."""
        return cls(float(wholes.sum()), float((wholes * wholes).sum()))


def ratio(parts: Floats, wholes: Floats, n: int, every: Wholes | None = None) -> Estimate:
    """The sum of some parts over the sum of the wholes that they are parts of, each pair of one of ``n`` cases.

    Cases where both are 0 may be left out of the arrays, and count in ``n``. So may cases whose part alone is 0, where
    ``every`` has the wholes of all cases. The interval is the linearised one for a ratio of totals over independent
    cases: Cochran, Sampling Techniques, 3rd ed. 1977, section 6.4; from 30 cases on.
    """
    whole = float(wholes.sum()) if every is None else every.total
    if whole <= 0:
        return Estimate(None, None, None, n, "any time at all")
    value = float(parts.sum()) / whole
    if n < 30:
        return Estimate(value, None, None, n, "an interval: there are fewer than 30 cases")
    rest = parts - value * wholes
    # Of a case that is left out the rest is what the ratio expects of its whole.
    beyond = 0.0 if every is None or len(wholes) == n else max(0.0, every.squares - float((wholes * wholes).sum()))
    half = _Z * sqrt((float((rest * rest).sum()) + value * value * beyond) * n / (n - 1)) / whole
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), n)
