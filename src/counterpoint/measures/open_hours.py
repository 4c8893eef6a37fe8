"""Hours between many moments, on the clock and in working hours, without a loop over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from counterpoint.model.calendars import parse_calendar
from counterpoint.model.openings import DAY, HOUR, open_stretches

Ticks = npt.NDArray[np.int64]
"""Microseconds since the beginning of 1970, in UTC."""
Hours = npt.NDArray[np.float64]
EARLIEST, LATEST = -25_567 * DAY, 84_006 * DAY
"""The years 1900 to 2199: what lies outside counts as at their ends, so that one wrong date costs no age."""


@dataclass(frozen=True)
class OpenHours:
    """When working hours are open: beginnings and ends of stretches, and how long was open before each."""

    begins: Ticks
    ends: Ticks
    before: Ticks

    @classmethod
    def of(cls, text: str, first: int, last: int) -> OpenHours:
        """Working hours as people write them (``Europe/Berlin 09:00-17:00``), from one tick to another.

        Raises:
            BadValue: they cannot be read.
        """
        calendar = parse_calendar(text)
        first, last = max(first, EARLIEST), min(last, LATEST)
        days = max(0, (last - first) // DAY + 1)
        found = np.array(list(open_stretches(calendar, first, days)), dtype=np.int64).reshape(-1, 2)
        before = np.concatenate([[0], np.cumsum(found[:, 1] - found[:, 0])[:-1]]) if len(found) else found[:, 0]
        return cls(found[:, 0], found[:, 1], before.astype(np.int64))

    def until(self, moments: Ticks) -> Ticks:
        """How long was open until each moment, since the first stretch began."""
        if not len(self.begins):
            return np.zeros(len(moments), dtype=np.int64)
        at = np.searchsorted(self.begins, moments, side="right") - 1
        known = np.maximum(at, 0)
        inside = np.clip(moments - self.begins[known], 0, self.ends[known] - self.begins[known])
        return np.where(at < 0, 0, self.before[known] + inside)

    def between(self, begins: Ticks, ends: Ticks) -> Hours:
        """The working hours between moments; 0 where the second is not after the first."""
        found: Hours = np.maximum(0, self.until(ends) - self.until(begins)) / HOUR
        return found


def clock_hours(begins: Ticks, ends: Ticks) -> Hours:
    """The hours between moments on the clock; 0 where the second is not after the first."""
    found: Hours = np.maximum(0, ends - begins) / HOUR
    return found
