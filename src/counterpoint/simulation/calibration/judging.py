"""What was observed of the held-back cases, how far predictions were off, and who predicts better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from counterpoint.simulation.calibration.cases import Cases, Flags, Floats, Indices
from counterpoint.simulation.calibration.routes import over_at
from counterpoint.simulation.calibration.survival import survival
from counterpoint.simulation.calibration.working_week import WEEK

LEVELS = (0.1, 0.5, 0.9)
LEAST_WEEKS = 8
BETWEEN = (2.5, 97.5)
NOTHING = 0.01
"""Times below this share of the longest observed quantile are as good as none: errors are relative to it there."""
SETTLED = 0.95
"""How many of the cases of the past would be over in the time that held-back cases must have had at least."""


@dataclass(frozen=True)
class Seen:
    """Cases by when they began, how long they took so far, and which of them count as over; of those that are not, it
    is how long they have been under way."""

    begin: Floats
    lead: Floats
    over: Flags

    @classmethod
    def at(cls, cases: Cases, moment: float) -> Seen:
        """As it is seen at a moment after which nothing is known."""
        over = over_at(cases, moment)
        return cls(cases.begin, np.where(over, cases.lead, moment - cases.begin), over)

    def only(self, which: Flags) -> Seen:
        """Some of them."""
        return Seen(self.begin[which], self.lead[which], self.over[which])

    def __len__(self) -> int:
        """How many cases."""
        return len(self.begin)

    def quantiles(
        self, places: Indices | None = None, levels: Sequence[float] = LEVELS, since: float = -np.inf
    ) -> Floats:
        """The lead times that so many do not exceed, by Kaplan and Meier; of cases drawn by their places, or of all.

        Of those that began at ``since`` or later, as far as they were seen; how it goes on then, older ones tell.
        """
        order = self._order
        counts = None if places is None else np.bincount(places, minlength=len(self)).astype(np.float64)[order]
        recent = None if since == -np.inf else (self.begin >= since)[order]
        return survival(self.lead[order], self.over[order], counts, recent).quantiles(levels)

    def by_weeks(self, chance: np.random.Generator) -> Indices:
        """As many weeks drawn anew as there were, as places of the cases that began in them: cases of one week have
        something in common. Where there are few weeks, single cases."""
        weeks = self._weeks
        if len(weeks) < LEAST_WEEKS:
            return chance.integers(0, len(self), len(self))
        return np.concatenate([weeks[one] for one in chance.integers(0, len(weeks), len(weeks)).tolist()])

    @cached_property
    def _order(self) -> Indices:
        """By how long they took: what is in order is put in order quickly, each time anew."""
        return np.lexsort((~self.over, self.lead)).astype(np.int64)

    @cached_property
    def _weeks(self) -> list[Indices]:
        """The places of the cases that began in each week in which any did."""
        order = np.argsort(self.begin, kind="stable").astype(np.int64)
        week = np.floor(self.begin[order] / WEEK)
        return np.split(order, np.flatnonzero(week[1:] != week[:-1]) + 1)


def held_back(seen: Seen, known: Seen, split: float, last: float) -> tuple[Seen, int]:
    """The cases that began after a split and have had time enough to end, and how many began too late for that.

    Enough is what 95 of 100 cases of the past took, by what was known at the split; at most half of the time that there
    is. Whatever is still under way then is counted as under way.
    """
    later = seen.begin > split
    (enough,) = known.quantiles(levels=[SETTLED])
    cut = last - min(float(enough), (last - split) / 2)
    kept = later & (seen.begin <= cut)
    return seen.only(kept), int((later & ~kept).sum())


def errors(predicted: Floats, observed: Floats) -> Floats:
    """How far predicted quantiles are off, relative to those observed; the last axis is the quantiles."""
    floor = NOTHING * observed.max(axis=-1, keepdims=True)
    scale = np.maximum(np.maximum(observed, floor), 1e-9)
    found: Floats = np.abs(predicted - observed) / scale
    return found


def error(predicted: Floats, observed: Floats) -> Floats:
    """The largest of them."""
    found: Floats = errors(predicted, observed).max(axis=-1)
    return found


def ratio(predicted: Floats, observed: Floats) -> Floats:
    """How many times too long or too short the worst predicted quantile is, as its logarithm: twice as long is as bad
    as half as long. For choosing: it does not run away where next to nothing is observed, as relative errors do."""
    floor = NOTHING * observed.max(axis=-1, keepdims=True) + 1e-9
    found: Floats = np.abs(np.log((predicted + floor) / (observed + floor))).max(axis=-1)
    return found


def interval(values: Floats) -> tuple[Floats, Floats]:
    """Between what 95 of 100 lie, for each column."""
    low, high = np.percentile(values, BETWEEN, axis=0)
    return low, high
