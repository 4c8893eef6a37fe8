"""Laws of chance: how long something takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from counterpoint.errors import InvalidInput

FIXED, EXPONENTIAL, UNIFORM, LOGNORMAL, OBSERVED = range(5)


@dataclass(frozen=True, slots=True)
class Law:
    """How long something takes. Build one with :func:`fixed`, :func:`exponential`, :func:`lognormal` and the others."""

    kind: int
    mean: float
    spread: float = 0.0
    observed: tuple[float, ...] = ()

    @property
    def none(self) -> bool:
        """Does it always come to no time at all?"""
        return self.kind != LOGNORMAL and self.mean == 0 and self.spread == 0


def fixed(value: float) -> Law:
    """Always the same."""
    return Law(FIXED, not_negative(value, "a time"))


def exponential(mean: float) -> Law:
    """Without memory."""
    return Law(EXPONENTIAL, not_negative(mean, "a mean"))


def uniform(low: float, high: float) -> Law:
    """Anything between two times, all alike."""
    return Law(UNIFORM, not_negative(low, "a time"), not_negative(high - low, "a span"))


def lognormal(mean: float, cv2: float) -> Law:
    """By its mean and the square of its coefficient of variation: 2 to 20 in public data of tasks.

    Raises:
        InvalidInput: the mean is not above 0, or the square is negative.
    """
    if not_negative(mean, "a mean") == 0:
        raise InvalidInput("a lognormal time cannot have a mean of 0", hint="a number above 0")
    sigma2 = float(np.log1p(not_negative(cv2, "a CV²")))
    return Law(LOGNORMAL, float(np.log(mean)) - sigma2 / 2, float(np.sqrt(sigma2)))


def observed(values: Sequence[float]) -> Law:
    """As it was observed: each of the values as likely as the others.

    Raises:
        InvalidInput: there is none, or one is negative.
    """
    if not values:
        raise InvalidInput("a law of chance needs at least one observed value")
    every = tuple(sorted(not_negative(one, "an observed time") for one in values))
    return Law(OBSERVED, float(np.mean(every)), 0.0, every)


def not_negative(value: float, what: str) -> float:
    """The number, as it is.

    Raises:
        InvalidInput: it is below 0, infinite or none.
    """
    if not 0 <= value < float("inf"):
        raise InvalidInput(f"{what} of {value} is none", hint="a number, not below 0")
    return float(value)
