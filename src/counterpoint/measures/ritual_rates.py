"""Rates of rare things, compared, and their trend: exact where that can be had, by rank where it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from scipy import stats

from counterpoint.measures.sureness import Estimate

_EPOCH = datetime(1970, 1, 5)  # a Monday
_WEEK = timedelta(weeks=1)
_WEEKEND = 1e-7  # of a working day
Floats = npt.NDArray[np.float64]


def working_time(moment: datetime) -> float:
    """Days from Monday to Friday until a moment, since a Monday long ago.

    A weekend takes next to no time, but some, so that what comes later stays later.
    """
    weeks, rest = divmod(moment - _EPOCH, _WEEK)
    days = rest / timedelta(days=1)
    return weeks * (5 + 2 * _WEEKEND) + min(days, 5.0) + max(days - 5.0, 0.0) * _WEEKEND


@dataclass(frozen=True)
class Windows:
    """Stretches of time that may overlap, in order of their beginnings, within a span of time."""

    begins: Floats
    ends: Floats
    first: float
    last: float

    @classmethod
    def after(cls, begins: Sequence[float], ends: Sequence[float], last: float) -> Windows:
        """From the first beginning on until ``last``."""
        order = np.argsort(np.asarray(begins, dtype=np.float64), kind="stable")
        return cls(
            np.asarray(begins, dtype=np.float64)[order],
            np.asarray(ends, dtype=np.float64)[order],
            float(np.min(begins)),
            last,
        )

    @property
    def inside(self) -> float:
        """How long at least one of them is open."""
        reached = np.maximum.accumulate(self.ends)
        before = np.concatenate([[self.first], reached[:-1]])
        ends = np.minimum(self.ends, self.last)
        return float(np.maximum(0.0, ends - np.maximum(np.minimum(self.begins, self.last), before)).sum())

    @property
    def outside(self) -> float:
        """How long none is."""
        return max(0.0, self.last - self.first - self.inside)

    def which(self, moments: Floats) -> npt.NDArray[np.int64]:
        """The latest window that each moment is in; -1 for those in none."""
        at = np.searchsorted(self.begins, moments, side="right") - 1
        found = np.full(len(moments), -1, dtype=np.int64)
        for index, (moment, last) in enumerate(zip(moments, at, strict=True)):
            # An earlier window may be open for longer than a later one.
            found[index] = next((one for one in range(int(last), -1, -1) if self.ends[one] >= moment), -1)
        return found


def rate_ratio(count: int, time: float, other_count: int, other_time: float) -> Estimate:
    """A rate over another, each a count in a time, with the exact interval given their sum.

    Given how many there were in all, the first count is binomial: Przyborowski and Wilenski, Biometrika 31 (1940)
    313–323, with the interval of Clopper and Pearson, Biometrika 26 (1934) 404–413, for the share.
    """
    n = count + other_count
    if time <= 0 or other_time <= 0:
        return Estimate(None, None, None, n, "time to compare with: it is always shortly after one")
    if n == 0:
        return Estimate(None, None, None, 0, "anything that could come of it, then or otherwise")
    times = other_time / time
    low = float(stats.beta.ppf(0.025, count, other_count + 1)) if count else 0.0
    high = float(stats.beta.ppf(0.975, count + 1, other_count)) if other_count else 1.0
    upper = None if high >= 1.0 else high / (1 - high) * times
    if other_count == 0:
        return Estimate(None, low / (1 - low) * times, None, n, "anything of the kind at other times: no upper end")
    return Estimate(count / other_count * times, low / (1 - low) * times, upper, n)


@dataclass(frozen=True)
class Trend:
    """A slope with its interval, and how likely one as steep is without any trend."""

    estimate: Estimate
    p: float | None


def slope(years: Floats, values: Floats) -> Trend:
    """The median of all slopes between two values (Theil 1950, Sen 1968), and the test of Mann (1945) and Kendall."""
    n = len(values)
    if n < 3 or float(np.ptp(years)) == 0:
        return Trend(Estimate(None, None, None, n, "three times to draw a line through"), None)
    found = stats.theilslopes(values, years, alpha=0.95)
    return Trend(Estimate(float(found[0]), float(found[2]), float(found[3]), n), mann_kendall(years, values))


def mann_kendall(years: Floats, values: Floats) -> float | None:
    """The p of Kendall's tau between time and value; 1 where the value never changes."""
    if len(values) < 3:
        return None
    if float(np.ptp(values)) == 0:
        return 1.0
    p = float(stats.kendalltau(years, values).pvalue)
    return None if np.isnan(p) else p


def later_half(years: Floats, counts: Floats) -> Trend:
    """The rate in the later half of some occurrences over that in the earlier; of an odd number the middle is out."""
    half = len(counts) // 2
    if half == 0:
        return Trend(Estimate(None, None, None, len(counts), "two of them"), None)
    early, late = int(counts[:half].sum()), int(counts[-half:].sum())
    return Trend(rate_ratio(late, float(half), early, float(half)), mann_kendall(years, counts))
