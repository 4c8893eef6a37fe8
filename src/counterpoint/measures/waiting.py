"""How long things take when some of them are not over yet."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt

from counterpoint.measures.sureness import Estimate

_Z = 1.959963984540054
Floats = npt.NDArray[np.float64]


def waiting(over: Sequence[float], running: Sequence[float], share: float = 0.5) -> Estimate:
    """After how long a share of what was started is over (the median, for one half), counting what still runs.

    ``over`` are the times of what ended; ``running`` is for how long the others have been running. Were these left out,
    the slowest would vanish. The value is None where not so much is over yet; so are ends that the data do not reach.

    Source:
        E. L. Kaplan, P. Meier, *Nonparametric estimation from incomplete observations*, JASA 53 (1958); the interval
        holds the times at which the log-log interval of the curve holds the share (R. Brookmeyer, J. Crowley, *A
        confidence interval for the median survival time*, Biometrics 38 (1982)).
    """
    count = len(over) + len(running)
    if not over:
        return Estimate(None, None, None, count, "any that is over")
    times, left, variance = _curve(over, running)
    least = 1 - share + 1e-12
    value = _first(times, left <= least)
    low, high = (_first(times, _end(left, variance, sign) <= least) for sign in (-1, 1))
    missing = None if value is not None else "more of them that are over"
    return Estimate(value, low, high, count, missing)


def _curve(over: Sequence[float], running: Sequence[float]) -> tuple[Floats, Floats, Floats]:
    """Times at which something ended, the share that was not over after each, and Greenwood's sum up to it."""
    every = np.sort(np.asarray([*over, *running], dtype=float))
    times, events = np.unique(np.asarray(over, dtype=float), return_counts=True)
    at_risk = (len(every) - np.searchsorted(every, times, side="left")).astype(float)
    left = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
    return times, left, variance


def _end(left: Floats, variance: Floats, sign: int) -> Floats:
    """One end of the curve's interval, by the log of its negative log, which stays between 0 and 1.

    Where the last of them ended nothing is left, and the interval of that is not defined: it stays as it was before.
    """
    inside = (left > 0) & (left < 1) & np.isfinite(variance)
    bound = np.full(len(left), np.nan)
    half = _Z * np.sqrt(variance[inside]) / np.abs(np.log(left[inside]))
    bound[inside] = left[inside] ** np.exp(-sign * half)
    for place in np.flatnonzero(np.isnan(bound)):
        bound[place] = bound[place - 1] if place else 1.0
    return bound


def _first(times: Floats, reached: npt.NDArray[np.bool_]) -> float | None:
    return float(times[np.argmax(reached)]) if reached.any() else None


def times_as_much(logs: Sequence[float]) -> Estimate:
    """The geometric mean of ratios, from their logarithms, with Student's interval from two on."""
    count = len(logs)
    if not count:
        return Estimate(None, None, None, 0, "anything to compare with")
    mean = float(np.mean(logs))
    if count < 2:
        return Estimate(float(np.exp(mean)), None, None, count, "an interval: there is one alone")
    half = student(count - 1) * float(np.std(logs, ddof=1)) / sqrt(count)
    low, high = float(np.exp(mean - half)), float(np.exp(mean + half))
    return Estimate(float(np.exp(mean)), low, high, count)


def student(freedom: int) -> float:
    """The quantile of Student's t that leaves 2.5 % above it."""
    from scipy.special import stdtrit  # not needed by most measures, and slow to import

    return float(stdtrit(freedom, 0.975))
